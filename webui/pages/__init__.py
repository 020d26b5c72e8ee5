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
    score_life,
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
        warnings,
        violations,
        handling,
        waivers,
        recalls,
        documents,
        scores,
        score_life,
        incidents,
        messages,
        models,
        decrees,
        notices,
        outbox,
        live,
        demo,
        health,
    )
)
