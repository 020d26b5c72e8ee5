"""Where feelin says something else than we do, and why: each row of `docs/feel-differences.md`.

`python -m tests.engine.feel.differences > docs/feel-differences.md` writes the table, with what both say today.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.engine.feel import feelin

#: Whether a row explains a disagreement: production, text, what we say, what feelin says.
Explains = Callable[[str, str, Any, Any], bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """One row: what the standard says (chapter of DMN 1.5), and an expression that shows the difference."""

    example: str
    why: str
    explains: Explains


def _row(
    example: str, why: str, productions: Iterable[str] | None, when: Callable[[str, Any, Any], bool]
) -> Difference:
    at = frozenset(productions or ())
    return Difference(
        example, why, lambda name, text, ours, theirs: (not at or name in at) and when(text, ours, theirs)
    )


def _kind(value: Any) -> str:
    return value["kind"] if isinstance(value, dict) and "kind" in value else type(value).__name__


def _truth(value: Any) -> bool:
    return type(value) is bool


def _nothing(text: str, ours: Any, theirs: Any) -> bool:
    return theirs is None


def _failed(value: Any) -> bool:
    return isinstance(value, dict) and "error" in value


def _no_number(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_no_number, value))
    return _kind(value) == "no number"


def _null_or_truth(text: str, ours: Any, theirs: Any) -> bool:
    return ours is None and _truth(theirs)


def _truth_or_null(text: str, ours: Any, theirs: Any) -> bool:
    return _truth(ours) and theirs is None


DAYS, MONTHS = "days and time duration", "years and months duration"
LENGTHS = (DAYS, MONTHS)
MOMENTS = ("date", "date and time", "time")
ORDER = ("<", "<=", ">", ">=")
RELATIONS = ("before", "after", "meets", "met by", "overlaps", "includes")
NOT_THERE = (
    ["trim", "is defined", "duplicate values", "last day of month", "range", "starts", "started by", "finishes"]
    + ["finished by", "coincides", "during", "overlaps before", "overlaps after"]
)  # fmt: skip
ARITHMETIC = ["function by position", "function by name", "if", "comment", "name"]
ARITHMETIC += [f"number {sign} number" for sign in "+-*/"]
LOOPS = ["for over a list", "for with two iterators", "filter", "filter of contexts"]
_ZONE = r'(Z|[+-]\d\d:\d\d|@[A-Z]\w+/\w+)"'

ROWS = [
    _row('during([1..2], [0..3])', "feelin does not have the function: 10.3.4.7, and extensions of ours", NOT_THERE,
         lambda text, ours, theirs: theirs is None or _failed(theirs)),
    _row('@"PT1H30M" * 2', "feelin multiplies and divides numbers only: 10.3.2.13",
         [*(f"{one} {sign} number" for one in LENGTHS for sign in "*/"), *(f"{one} / {one}" for one in LENGTHS), *ARITHMETIC, *LOOPS],
         lambda text, ours, theirs: theirs is None or _no_number(theirs)),
    _row('-@"P1D"', "feelin negates numbers only: 10.3.2.13", ["negation"], _nothing),
    _row('-2.5 ** .75', "What has no finite value is null, not NaN or Infinity: 10.3.2.3", ["number ** number"],
         lambda text, ours, theirs: ours is None and _no_number(theirs)),
    _row('3 ** 1234.5', "decimal128 goes to 10^6144, a double to 10^308: 10.3.2.3", ["number ** number"],
         lambda text, ours, theirs: type(ours) is float and _no_number(theirs)),
    _row('even(1234.5 ** 7)', "34 digits against 15 to 17: 10.3.2.3", ["even", "odd", "modulo", "floor", "ceiling", "round up", "round down"],
         lambda text, ours, theirs: "**" in text),
    _row('@"2026-01-01" - @"PT36H"', "A date plus or minus a duration is a date: 10.3.2.13",
         [f"date {sign} {DAYS}" for sign in "+-"], lambda text, ours, theirs: _kind(ours) == "date" and _kind(theirs) == "date and time"),
    _row('@"2026-03-11T01:12:00Z" - @"2026-03-11T09:12:00+08:00"',
         "feelin subtracts what the clocks show; the standard subtracts instants, and gives null if one has no zone: 10.3.2.13",
         [f"{one} - {one}" for one in ("date and time", "time")], lambda text, ours, theirs: _kind(theirs) == DAYS and (ours is None or _kind(ours) == DAYS)),
    _row('@"10:30:00" = @"10:30:00Z"', "With a zone and without are not comparable, so null: 10.3.2.13",
         [*(f"{one} {sign} {one}" for one in ("time", "date and time", "any") for sign in ("=", "!="))],
         lambda text, ours, theirs: _null_or_truth(text, ours, theirs) and bool(re.search(_ZONE, text))),
    _row('@"07:05:00" < @"08:00:00+08:00"', "In order, the one without a zone takes the other's: 10.3.2.13",
         [*(f"{one} {sign} {one}" for one in ("time", "date and time") for sign in ORDER)],
         lambda text, ours, theirs: _truth(ours) and _truth(theirs) and bool(re.search(_ZONE, text))),
    _row('"a" = ["a"]', "A list of one is no item of another kind, so they are not comparable: 10.3.2.13",
         ["any = any", "any != any", "list = list", "list != list", "context = context", "context != context"], _null_or_truth),
    _row('[1, null, 2] = [{}]', "Lists are compared item by item, with null equal to null alone: 10.3.2.13",
         ["any = any", "any != any", "list = list", "list != list", "context = context", "context != context"],
         lambda text, ours, theirs: _truth(ours) and (theirs is None or _truth(theirs))),
    _row('[1..3] = ["a".."c"]', "Ranges of different kinds are not comparable: 10.3.2.13",
         ["range = range", "range != range", "any = any", "any != any"], _null_or_truth),
    _row('1 > @"P1D"', "What cannot be ordered gives null, not what JavaScript makes of it: 10.3.2.13",
         [*(f"number {sign} number" for sign in ORDER), "in sign", "in tests", "in value", "reversed brackets", "cell ?", "cell value", "between", "cell sign", "cell interval", "cell tests", "cell not"],
         lambda text, ours, theirs: ours is None and (_truth(theirs) or _failed(theirs))),
    _row('2.25 between 10 and 0.5', "The ends of a range are not exchanged: 10.3.2.13", ["between"],
         lambda text, ours, theirs: ours is False and theirs is True),
    _row('is(1, "1")', "What is of different kinds is not the same: false: 10.3.4.6", ["is"], _truth_or_null),
    _row('[1, [2]][item > 1]', "A list is not greater than a number: 10.3.2.13", LOOPS, lambda text, ours, theirs: isinstance(theirs, list)),
    _row('for x in 3..0 return x', "0 is a number: 10.3.2", ["for over numbers"], lambda text, ours, theirs: theirs is None and "..0" in text),
    _row('some x in ["a"] satisfies x > 1', "some and every are three-valued: 10.3.2", ["some", "every"],
         lambda text, ours, theirs: ours is None and theirs is False),
    _row('before((> 4), 5)', "An open end lies beyond all values, it is not null that counts as 0", RELATIONS,
         lambda text, ours, theirs: _truth(ours) and _truth(theirs) and bool(re.search(r"\([<>]", text))),
    _row('before(null, 1)', "Null and what has no order between gives null: 10.3.4.7", RELATIONS, _null_or_truth),
    _row('before(point1: 1, point2: 2)', "The parameters of the standard: 10.3.4.7", RELATIONS,
         lambda text, ours, theirs: theirs is None and bool(re.search(r"(point|range)[12]?: ", text))),
    _row('"a" instance of range<number>', "feelin reads no range<...>: 10.3.1.2", ["instance of"], lambda text, ours, theirs: "range<" in text),
    _row('string([1..3])', "A range has a text: 10.3.4.1", ["string"], lambda text, ours, theirs: isinstance(theirs, str) and "<range>" in theirs),
    _row('"\\u0041b"', "An escape has four or six digits: 10.3.1.2", ["string literal"], lambda text, ours, theirs: "\\u" in text),
    _row('substring("foobar", 9)', "A position outside is null: 10.3.4.3", ["substring"], lambda text, ours, theirs: ours is None and isinstance(theirs, str)),
    _row('sublist([1, 2, 3], 2, null)', "A length of null is none given; the parameter is `start position`: 10.3.4.4", ["sublist"],
         lambda text, ours, theirs: isinstance(ours, list) and ("null" in text or "start position:" in text)),
    _row('sublist([1, 2], 4)', "A position outside is null: 10.3.4.4", ["sublist", "remove", "insert before", "list replace"],
         lambda text, ours, theirs: ours is None and isinstance(theirs, list) and not ("list replace" in text and "function(" in text)),
    _row('remove([1, 2, 3], -1)', "A negative position counts from the end: 10.3.4.4", ["sublist", "remove", "insert before", "list replace"],
         lambda text, ours, theirs: isinstance(ours, list) and (theirs is None or isinstance(theirs, list)) and "-" in text),
    _row('list replace([1, 2], function(item, newItem) item = "a", 3)', "A match that gives null for an item makes the result null: 10.3.4.4",
         ["list replace"], lambda text, ours, theirs: ours is None and isinstance(theirs, list) and "function(" in text),
    _row('concatenate([1], null)', "Null is no list: 10.3.4.4", ["concatenate"], lambda text, ours, theirs: ours is None),
    _row('union([1], [2], 3)', "An item stands for a list of one, and one list is enough: 10.3.4.4", ["union"], lambda text, ours, theirs: _failed(theirs)),
    _row('list contains([[1]], [1])', "Lists and contexts are equal by what is in them: 10.3.4.4", ["list contains", "index of"],
         lambda text, ours, theirs: type(ours) is type(theirs)),
    _row('max("a", "b")', "Strings, dates and durations have an order too: 10.3.4.4", ["min", "max", "sum"], _nothing),
    _row('max([5], [6])', "Lists are not compared by their items: 10.3.4.4", ["min", "max", "sum", "mean", "median", "product", "stddev", "mode"],
         lambda text, ours, theirs: ours is None and theirs is not None),
    _row('mode([3, -3])', "Numbers are sorted as numbers, not as text: 10.3.4.4", ["mode", "median"],
         lambda text, ours, theirs: type(ours) is type(theirs) or type(theirs) in (int, float)),
    _row('all(list: [])', "These functions may be called by name: 10.3.4", ["all", "any", "min", "max", "sum", "mean", "median", "mode", "product", "stddev", "union", "context", "context merge"],
         lambda text, ours, theirs: theirs is None and bool(re.search(r"\((list|entries|contexts): ", text))),
    _row('sort([{a: 1}, {a: 2}], function(x, y) x > y)', "What has no order keeps its place, and nothing fails: 10.3.4.9", ["sort"],
         lambda text, ours, theirs: _failed(theirs) or isinstance(ours, list)),
    _row('replace("foobar", "b*", "X")', "A pattern that matches the empty string is an error, so null: XPath functions 3.1, 5.6.4", ["replace", "split"],
         lambda text, ours, theirs: ours is None),
    _row('replace("a,b", "[a-c]", "[$1]")', "A group that is not there is empty: XPath functions 3.1, 5.6.4", ["replace"],
         lambda text, ours, theirs: "$1" in text and isinstance(theirs, str) and "$1" in theirs),
    _row('string(function(x, y) x > y)', "Any text will do for a function", ["string"], lambda text, ours, theirs: "function" in str(ours)),
    _row('string({a b: 1})', "A key is written as it may be written: 10.3.1.2", ["string"], lambda text, ours, theirs: str(ours) == str(theirs).replace('"b c"', "b c") or "a b" in text),
    _row('time("2020")', "A time has hours, minutes and seconds: 10.3.4.1", ["time"], lambda text, ours, theirs: ours is None),
    _row('time(10, 30, 0, @"PT0S")', "No offset from UTC is written Z: 10.3.4.1", ["time"], lambda text, ours, theirs: "PT0S" in text),
    _row('number("")', "The empty string is no number: 10.3.4.1", ["number"], lambda text, ours, theirs: ours is None),
    _row('date and time(@"2026-03-11T09:12:00")', "What it would make, it may be given: 10.3.4.1", ["date and time", "duration"], _nothing),
    _row('duration("P1Y1D")', "A duration has years and months or days and time: 10.3.2.3", ["duration"], lambda text, ours, theirs: ours is None),
    _row('years and months duration(@"2025-01-01", @"2026-03-11")', "It has no days: 10.3.4.1", ["years and months duration"],
         lambda text, ours, theirs: _kind(ours) == MONTHS),
    _row('context put({a: 1}, ["a", "b"], 2)', "1 is no context to put something into: 10.3.4.10", ["context put"], lambda text, ours, theirs: ours is None),
    _row('get value({a: {b: 1}}, ["a", "b"])', "A path of keys is an extension of ours (and Camunda's)", ["get value"], _nothing),
    _row('@"10:30:00Z".timezone', "The zone is a region's name; Z and +08:00 are offsets: 10.3.2.3", ["part"], lambda text, ours, theirs: "timezone" in text),
    _row('@"PT1M30.5S".seconds', "Seconds have fractions: 10.3.2.3", ["part"], lambda text, ours, theirs: "second" in text),
]  # fmt: skip


def explained(production: str, text: str, ours: Any, theirs: Any) -> Difference | None:
    """The row that explains a disagreement, if one does."""
    return next((row for row in ROWS if row.explains(production, text, ours, theirs)), None)


HEAD = """# Where feelin says something else

[feelin](https://github.com/nikku/feelin) evaluates FEEL in JavaScript. `tests/engine/feel/test_feelin.py` has both evaluate 20,000
generated expressions; what they disagree on is traced to the smallest part they disagree on, and that part has its row here, or
the test fails. The chapters are those of DMN 1.5. Where we were wrong it was mended, so that no row is a fault of ours known to us.

| expression | ours | feelin | why ours |
|---|---|---|---|
"""


def table() -> str:
    """The document, with what both say today."""
    answers = feelin.theirs([{"text": row.example} for row in ROWS])
    lines = [
        f"| `{_cell(row.example)}` | `{_cell(_said(feelin.ours({'text': row.example})))}` | `{_cell(_said(answer))}` | {row.why} |"
        for row, answer in zip(ROWS, answers, strict=True)
    ]
    return HEAD + "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _said(value: Any) -> str:
    if isinstance(value, dict) and "error" in value:
        return "fails"
    if isinstance(value, dict) and "value" in value:
        return f"{value['kind']} {_said(value['value'])}"
    if isinstance(value, list):
        return f"[{', '.join(map(_said, value))}]"
    if type(value) is float:
        return "more than 10^308" if value == float("inf") else f"{value:.15g}"
    return "null" if value is None else str(value).lower() if _truth(value) else str(value)


if __name__ == "__main__":
    print(table(), end="")
