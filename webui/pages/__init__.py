"""The pages: one blueprint per job."""

from webui.pages import (
    board,
    cases,
    clocks,
    decrees,
    demo,
    documents,
    handling,
    health,
    incidents,
    live,
    login,
    messages,
    models,
    notices,
    outbox,
    recalls,
    scores,
    tasks,
    violations,
    waivers,
    warnings,
)

PAGES = tuple(
    module.pages
    for module in (
        login,
        tasks,
        cases,
        clocks,
        board,
        violations,
        handling,
        documents,
        scores,
        incidents,
        messages,
        models,
        decrees,
        notices,
        outbox,
        live,
        demo,
        health,
        *(login, tasks, cases, clocks, board, warnings, violations, waivers, recalls),
        *(scores, incidents, models, decrees, live, demo, health),
    )
)
