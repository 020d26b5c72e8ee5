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
    scores,
    tasks,
    violations,
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
        scores,
        incidents,
        models,
        decrees,
        live,
        demo,
        health,
    )
)
