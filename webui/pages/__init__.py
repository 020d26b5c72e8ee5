"""The pages: one blueprint per job."""

from webui.pages import board, cases, clocks, demo, health, live, login, scores, tasks, violations

PAGES = tuple(module.pages for module in (login, tasks, cases, clocks, board, violations, scores, live, demo, health))
