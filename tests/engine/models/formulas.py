"""FEEL that is certain to be wrong, whatever the data."""

from __future__ import annotations

from tests.engine.models import paths
from tests.engine.models.faults import Case

FLOW = "f_g_a"


def asked(condition: str) -> bytes:
    return paths.choice(condition, "no")


CASES = (
    Case("a date is compared with a number", "feel_compared", FLOW, asked("date(d) &gt; 3")),
    Case("a number is added to a date", "feel_calculated", FLOW, asked("today() + 3 = day")),
    Case("a condition is a number", "feel_condition", FLOW, asked("count(a)")),
    Case("a function lacks an argument", "feel_arguments", FLOW, asked("working days(a) = 3")),
    Case("a function takes no text", "feel_argument", FLOW, asked('contains(3, "a")')),
)
