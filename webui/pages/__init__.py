"""The pages: one blueprint per job."""

from webui.pages import (
    board,
    cases,
    clocks,
    demo,
    health,
    incidents,
    live,
    login,
    messages,
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
        messages,
        models,
        live,
        demo,
        health,
    )
)
