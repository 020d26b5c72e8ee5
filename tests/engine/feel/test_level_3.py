"""What the standard says beyond simple rules: types, functions, ranges, coercion, odd arguments. One line, one case."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.feel import FeelBoundsError, YearsMonths, parse
from engine.feel.types import NAMED, Type
from engine.feel.values import Range

TYPES: list[tuple[str, bool]] = [
    ("1 instance of number", True),
    ("1 instance of Any", True),
    ("null instance of Any", False),
    ("null instance of number", False),
    ("null instance of Null", True),
    ('@"2020-01-01" instance of date', True),
    ('@"2020-01-01" instance of date and time', False),
    ('@"P1D" instance of days and time duration', True),
    ('@"P1M" instance of years and months duration', True),
    ("[1, 2] instance of list<number>", True),
    ("[1, null] instance of list<number>", False),
    ('[1, "a"] instance of list<number>', False),
    ('[1, "a"] instance of list<Any>', True),
    ("[[1]] instance of list<list<number>>", True),
    ("{a: 1, b: 2} instance of context<a: number>", True),
    ("{a: 1} instance of context<a: string>", False),
    ("{b: 1} instance of context<a: number>", False),
    ("{a: [1]} instance of context<a: list<number>>", True),
    ("[1..2] instance of range<number>", True),
    ('["a".."b"] instance of range<number>', False),
    ("(function(a: number, b: string) b) instance of function<number, string>->Any", True),
    ("(function(a: number) a) instance of function<string>->Any", False),
    ("(function(a: number) a) instance of function<number, number>->Any", False),
    ("(function(a) a) instance of function<string>->Any", True),
    ("1 + 2 instance of number = true and 3 instance of number", False),
]


@pytest.mark.parametrize(("text", "expected"), TYPES, ids=[text for text, _ in TYPES])
def test_instance_of(text: str, expected: bool) -> None:
    assert (parse(text).evaluate({}) is True) is expected


def test_types_of_the_callers_own_have_their_names() -> None:
    types: dict[str, Type] = {"base.risk level": NAMED["string"]}
    assert parse("x instance of base.risk level", types=types).evaluate({"x": "a"}) is True
    assert parse("x instance of list<base.risk level>", types=types).evaluate({"x": ["a"]}) is True
    assert parse("(function(a: base.risk level) a)(x)", types=types).evaluate({"x": 1}) is None


CASES: list[tuple[str, Any]] = [
    # functions of the user's own
    ("(function(a: number) a)(1)", 1),
    ('(function(a: number) a)("1")', None),
    ("(function(a: number) a)([1])", 1),
    ("(function(a: list<number>) a)(1)", [1]),
    ("(function(a: string) string length(a))(1)", None),
    ("{a: 1, f: function(x) x + a, g: function(h, a) h(a)}.g(f, 10)", None),
    ("{a: 1, f: function(x) x + a, g: function(h, a) h(a), r: g(f, 10)}.r", 11),
    ("{sum: function(a, b) a * b, r: sum(3, 4)}.r", 12),
    ("(function(x) function(y) x + y)(1)(2)", 3),
    ("(function(x, y) [])(1, 2)", []),
    ("(function(x: list<number>) [1..2])(1)", Range(Decimal(1), Decimal(2))),
    # ranges
    ("(< 5)", Range(None, Decimal(5), False, False)),
    ("(>= 5)", Range(Decimal(5), None, True, False)),
    ("(= 5)", Range(Decimal(5), Decimal(5))),
    ("3 in (< 5)", True),
    ("5 in (< 5)", False),
    ("(> 5).start", 5),
    ("(> 5).start included", False),
    ("(> 5).end", None),
    ("[1..5) = [1..5)", True),
    ("[1..5) = [1..5]", False),
    ('[1.."a"]', None),
    ("[true..false]", None),
    ('range("[18..21)")', Range(Decimal(18), Decimal(21), True, False)),
    ('range("(..2)")', Range(None, Decimal(2), False, False)),
    ('range("[-1..)")', Range(Decimal(-1), None, True, False)),
    ('range("[@\\"2020-01-01\\"..date(\\"2020-02-01\\")]")', Range(date(2020, 1, 1), date(2020, 2, 1))),
    ('range("[2..1]")', None),
    ('range("[..1]")', None),
    ('range("(..)")', None),
    ('range("[1+1..3]")', None),
    ('range("1..3")', None),
    ('range("[1..\\"a\\"]")', None),
    ("before(point1: 1, point2: 2)", True),
    ("before(point: 1, range: (1..2])", True),
    ("after(range: [2..3], point: 1)", True),
    ("finishes(point: 2, range: [1..2])", True),
    ("finishes([1..2], 2)", None),
    ("finished by(range: [1..2], point: 2)", True),
    ("during(range1: [2..3], range2: [1..4])", True),
    ("meets(1, [1..2])", None),
    ("overlaps before([1..5], [3..8))", True),
    ("overlaps before([1..5], [3..5))", False),
    # dates, times and durations
    ('@"2021-01-12" - @"2021-01-11T00:00:00Z"', timedelta(days=1)),
    ('@"2021-01-12T00:00:00" - @"2021-01-11"', None),
    ('is(@"23:00:50Z", @"23:00:50+00:00")', True),
    ('is(@"12:00:00Z", @"13:00:00+01:00")', False),
    ('@"12:00:00Z" = @"13:00:00+01:00"', True),
    ('@"12:00:00@Asia/Shanghai" = @"12:00:00Z"', False),
    ('@"12:00:00@Asia/Shanghai" = @"04:00:00Z"', True),
    ('is(@"2012-12-25", @"12:00:00")', False),
    ('string(@"11:22:33.10")', "11:22:33.1"),
    ('string(time(11, 22, 33, @"PT1H30M"))', "11:22:33+01:30"),
    ('string(time(11, 22, 33, @"PT0S"))', "11:22:33Z"),
    ('time(@"2017-08-10")', time(tzinfo=UTC)),
    ('date and time("2017-12-31T11:22:33+01:35@Europe/Paris")', None),
    ('years and months duration(@"2020-01-01T00:00:00", @"2021-02-01T00:00:00Z")', YearsMonths(13)),
    ('@"P1Y" / @"P1M"', 12),
    ('@"P1D" * @"P1D"', None),
    ('@"P1Y" + @"P1D"', None),
    # dates far away
    ('date("99999-12-31").year', 99999),
    ('string(date("-999999999-12-31"))', "-999999999-12-31"),
    ('date("1000000000-12-31")', None),
    ('date("01211-12-31")', None),
    ("date(-2017, 2, 29)", None),
    ("string(date(12004, 2, 29))", "12004-02-29"),
    ('date("-2017-12-31") < @"2020-01-01"', True),
    ('date("99999-12-31") = @"2020-01-01"', False),
    ('date("99999-12-31") = date(99999, 12, 31)', True),
    ('@"2021-01-01" in [@"2020-01-01"..@"99999-01-01"]', True),
    ('date and time("12400-01-01T00:30:00+01:00") < date and time("12399-12-31T23:45:00Z")', True),
    ('date and time("99999-12-31T11:22:33Z") = date and time("99999-12-31T13:22:33+02:00")', True),
    ('date and time("99999-12-31T11:22:33Z") = date and time("99999-12-31T11:22:33")', None),
    ('date and time("99999-12-31T11:22:33+02:00").hour', 11),
    ('date and time("99999-12-31T11:22:33+02:00").time offset', timedelta(hours=2)),
    ('string(date and time(date("99999-12-31"), time("10:00:00Z")))', "99999-12-31T10:00:00Z"),
    ('date(date and time("99999-12-31T11:22:33Z")) = date("99999-12-31")', True),
    ('date("99999-12-31") instance of date', True),
    ('date("99999-12-31") + @"P1D"', None),
    ('years and months duration(date("-2016-01-30"), date("2019-12-31"))', YearsMonths(48431)),
    # numbers and statistics
    ("mode([6, 3, 9, 6, 6])", [6]),
    ("mode(6, 1, 9, 6, 1)", [1, 6]),
    ("mode([])", []),
    ("mode([1, null])", None),
    ("stddev(2, 4, 7, 5)", Decimal("2.081665999466132735282297706979931")),
    ("stddev([47])", None),
    ("floor(1.5, null)", None),
    ("ceiling(n: 1.25, scale: 1)", Decimal("1.3")),
    ("round up(5.5)", None),
    ("decimal(1/3, 2.5)", Decimal("0.33")),
    ("-3 ** 2", 9),
    ("0 ** -2.5", None),
    ("0 ** 0", 1),
    ("-2 instance of number", True),
    ("- -2 instance of number", None),
    ('-@"P1M" instance of years and months duration', None),
    ("-[1, 2][1]", -1),
    ("-(2 + 1)", -3),
    ("min({})", None),
    ("max([true])", None),
    ('max(["a"])', "a"),
    ("0 ** -2", None),
    ("odd(0.5)", False),
    ("even(0.5)", False),
    ("even(1e6000)", True),
    # an end that is left open is infinite
    ("includes((> 1), 3)", True),
    ("includes((> 1), 1)", False),
    ("includes((> 1), [2..3])", True),
    ("includes([2..3], (> 1))", False),
    ("during((< 1), (< 2))", True),
    ("during((< 1), (> 0))", False),
    ("before((> 4), 5)", False),
    ("before((< 4), 5)", True),
    ("after((> 4), 4)", True),
    ("after(1, (> 0))", False),
    ("overlaps((>= 5), [0..6])", True),
    ("overlaps((< 1), (> 1))", False),
    ("overlaps before((< 3), [1..5])", True),
    ("overlaps after((> 3), [1..5])", True),
    ("coincides((> 1), (> 1))", True),
    ("coincides((> 1), (< 1))", False),
    ("meets((< 1), (> 1))", False),
    ("meets((<= 1), (>= 1))", True),
    ("meets((> 1), (< 1))", False),
    ("starts((> 1), (> 1))", True),
    ("finishes((> 2), (> 1))", True),
    ('before((> 4), "a")', None),
    ('during((> 4), (> "a"))', None),
    # what chapter 10 of the standard says, case by case
    ('@"2020-01-01T10:00:00" < @"2020-01-01T11:00:00+08:00"', True),
    ('@"2020-01-01T10:00:00" >= @"2020-01-01T10:00:00+08:00"', True),
    ('@"10:00:00Z" < @"11:00:00"', True),
    ('@"2020-01-01T10:00:00" = @"2020-01-01T10:00:00Z"', None),
    ('time("23:59:00z") + duration("PT2M") = time("00:01:00@Etc/UTC")', True),
    ('time("23:59:00z") = time(23, 59, 0, duration("PT0H"))', True),
    ('@"PT1M2.5S".seconds', Decimal("2.5")),
    ("(function(a, b) [a, b])(b: 1)", [None, 1]),
    ("(function(a, b) [a, b])(c: 1)", None),
    ('(function(a: number) true)("x")', None),
    ("(function(a: number) true)(null)", True),
    ("123 instance of list", None),
    ("1\u200b+\u180e1\u3000+\ufeff1", 3),
    ("[5..1]", None),
    ("insert before([1, 2], 3, 3)", None),
    ("insert before([1, 3], 1, 2)", [2, 1, 3]),
    ("3[item > 2]", [3]),
    ('contains(["foobar"], "of")', False),
    # lists
    ("list replace([2, 4, 7, 8], 3, 6)", [2, 4, 6, 8]),
    ("list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", [5, 5, 7, 8]),
    ("list replace(list: [1, 2], match: function(a, b) a = 2, newItem: 0)", [1, 0]),
    ("list replace([1, 2], function(a, b) a, 5)", None),
    ("[1, 2, 3][true]", [1, 2, 3]),
    ("[1, 2, 3][null]", None),
    ("sum([])", None),
    ("all()", None),
    # contexts
    ("{foo+bar: 1, b: foo+bar + 1}.b", 2),
    ("{foo - bar*2: 1}.foo - bar*2", 1),
    ('{"foo+bar((!!],foo": 3}', {"foo+bar((!!],foo": 3}),
    ('string({"{": 1, a b: 2, ":": 3})', '{"{": 1, a b: 2, ":": 3}'),
    ('context([{key: "a", value: 1}, {key: "a", value: 2}])', None),
    ('context put({x: {y: 1}}, ["x", "y"], 2)', {"x": {"y": 2}}),
    ('context put({x: 1}, ["y", "a"], 2)', None),
    ("get value({x: 1}, [])", None),
    ('context put({x: 1}, ["x", "a"], 2)', None),
    # patterns, as XPath has them
    ('matches("xyzxyz", "^(xyz)\\\\1$")', True),
    ('matches("xyzXYZ", "^(xyz)\\\\1$")', False),
    ('matches("xyzXYZ", "^(xyz)\\\\1$", "i")', True),
    ('matches("abab", "^(a|b)*\\\\1$")', False),
    ('matches("a", "(a)[\\\\1]")', None),
    ('matches("a", "\\\\1(a)")', None),
    ('matches("acd", "^[a-d-[b]]+$")', True),
    ('matches("abcd", "^[a-d-[b]]+$")', False),
    ('matches("x", "^[^a-c-[x]]$")', False),
    ('matches("Привет", "^\\\\p{IsCyrillic}+$")', True),
    ('matches("a-1", "^\\\\i\\\\c*$")', True),
    ('matches("1a", "^\\\\i")', False),
    ('matches("hello world", "hello[ ] world", "x")', True),
    ('replace("abab", "(a)(b)", "$2$1")', "baba"),
    ('replace("a/b/c", "/", "$", "q")', "a$b$c"),
    ('replace("a.b", ".", "\\\\", "q")', "a\\b"),
    ('replace("a/b/c", "/", "$")', None),
    ('matches("A.B", "a.b", "qi")', True),
    ('matches("AxB", "a.b", "qi")', False),
    ('matches("a[b", "[", "q")', True),
    # an entry called item hides the item
    ("[{item: 1}, {item: 2}, {item: 3}][item >= 2]", [{"item": 2}, {"item": 3}]),
    ("[{item: {a: 1}}, {b: 2}][item.a = 1]", [{"item": {"a": 1}}]),
    ("[{a: 1}, {a: 2}][item.a = 2]", [{"a": 2}]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_it_means_what_the_standard_says(text: str, expected: Any) -> None:
    value = parse(text).evaluate({})
    assert value == expected
    assert isinstance(value, bool) == isinstance(expected, bool)


def test_a_date_stands_for_its_first_instant_where_a_date_and_time_is_expected() -> None:
    found = parse('(function(a: date and time) a)(@"2026-03-11")').evaluate({})
    assert found == datetime(2026, 3, 11, tzinfo=UTC)


def test_back_references_have_a_bound() -> None:
    with pytest.raises(FeelBoundsError):
        parse('matches(x, "^(a*)*(a*)*\\\\1\\\\2b$")').evaluate({"x": "a" * 200})
