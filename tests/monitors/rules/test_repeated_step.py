"""``repeated_step``: supplements are asked for once (行政许可法 Art 32(4))."""

from engine.model import Step
from tests.monitors.cases import Given, held, never_quiet, rule, step, verdict

ONCE = rule("repeated_step", steps='["2a"]')


def times(number: int) -> list[Step]:
    return [
        step("2a", "li", f"2026-09-{10 + day} 09:00", f"2026-09-{10 + day} 10:00", occurrence=day)
        for day in range(1, number + 1)
    ]


def test_once_is_good_and_twice_is_bad() -> None:
    assert held(ONCE, {}, steps=times(1)) is True
    found = verdict(ONCE, Given(steps=times(2)).completing())
    assert (found.held, found.told["times"]) == (False, {"2a": 2})


def test_how_often_is_a_number_of_the_rule() -> None:
    twice = rule("repeated_step", steps='["2a"]', most="2")
    assert held(twice, {}, steps=times(2)) is True
    assert held(twice, {}, steps=times(3)) is False


def test_a_missing_field_is_never_quiet() -> None:
    own = rule("repeated_step", steps="item.once", most="item.most")
    never_quiet(own, {"item": {"once": ["2a"], "most": 1}}, steps=times(2))
