"""The pages: one blueprint per job."""

from webui.pages import (
    board,
    cases,
    clocks,
    decrees,
    demo,
    handling,
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
        handling,
        scores,
        incidents,
        models,
        decrees,
        live,
        demo,
        health,
    )
)
