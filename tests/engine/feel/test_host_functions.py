"""Functions that the caller supplies: the calendar's, for us."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.feel import Bounds, FeelBoundsError, FeelEvaluationError, FeelFunctionError, parse, parse_unary_tests


def calendar_days(start: date, end: date) -> int:
    return (end - start).days


def add_days(start: date, count: Decimal) -> date:
    return start + timedelta(days=int(count))


FUNCTIONS: dict[str, Callable[..., Any]] = {"calendar days": calendar_days, "add working days": add_days}
NAMES = tuple(FUNCTIONS)


def test_a_host_function_has_a_name_with_spaces() -> None:
    expression = parse('calendar days(@"2026-03-01", @"2026-03-11") > limit', functions=NAMES)
    assert expression.evaluate({"limit": 9}, functions=FUNCTIONS) is True
    assert expression.calls == {"calendar days"}
    assert expression.names == {"limit"}


def test_its_result_is_a_feel_value() -> None:
    value = parse('calendar days(@"2026-03-01", @"2026-03-11")', functions=NAMES).evaluate({}, functions=FUNCTIONS)
    assert type(value) is Decimal
    text = 'add working days(@"2026-03-01", 3).day'
    assert parse(text, functions=NAMES).evaluate({}, functions=FUNCTIONS) == 4


def test_it_takes_its_arguments_by_name() -> None:
    text = 'calendar days(end: @"2026-03-11", start: @"2026-03-01")'
    assert parse(text, functions=NAMES).evaluate({}, functions=FUNCTIONS) == 10


def test_null_and_a_wrong_number_of_arguments_give_null_without_a_call() -> None:
    assert parse('calendar days(null, @"2026-03-11")', functions=NAMES).evaluate({}, functions=FUNCTIONS) is None
    assert parse('calendar days(@"2026-03-11")', functions=NAMES).evaluate({}, functions=FUNCTIONS) is None
    found = parse("calendar days(a, b)", functions=NAMES).explain({"a": date(2026, 1, 1)}, functions=FUNCTIONS)
    assert (found.value, found.missing) == (None, ("b",))


def test_what_it_raises_is_an_error_that_names_it() -> None:
    with pytest.raises(FeelFunctionError, match="calendar days failed") as caught:
        parse('calendar days("x", 1)', functions=NAMES).evaluate({}, functions=FUNCTIONS)
    assert isinstance(caught.value, FeelEvaluationError)


def test_its_result_has_bounds_too() -> None:
    with pytest.raises(FeelBoundsError):
        parse("rows(1)").evaluate({}, Bounds(size=10), {"rows": lambda _: [0] * 11})


def test_a_built_in_cannot_be_replaced() -> None:
    assert parse("count([1])").evaluate({}, functions={"count": lambda _: 99}) == 1


def test_a_callable_in_the_data_is_no_function() -> None:
    found = parse("danger(1)").explain({"danger": lambda _: 99})
    assert (found.value, found.missing) == (None, ("danger()",))


def test_unary_tests_call_it_too() -> None:
    tests = parse_unary_tests('calendar days(@"2026-03-01", ?) > 5', functions=NAMES)
    assert tests.evaluate(date(2026, 3, 11), {}, functions=FUNCTIONS) is True
