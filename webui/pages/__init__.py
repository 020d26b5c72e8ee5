"""The pages: one blueprint per job."""

from webui.pages import (
    board,
    cases,
    clocks,
    decrees,
    demo,
    health,
    incidents,
    live,
    login,
    models,
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
        *(login, tasks, cases, clocks, board, warnings, violations, waivers, recalls),
        *(scores, incidents, models, decrees, live, demo, health),
    )
)
