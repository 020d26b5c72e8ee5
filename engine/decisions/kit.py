"""The DMN Technology Compatibility Kit: its test cases, run and compared.

A case passes when every result node has the expected value: numbers to eight digits behind the point (as the kit's own
runner compares), date-times as instants, contexts by entries, lists in order. `errorResult` expects null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.decisions import Decisions, read
from engine.decisions.source import name_of
from engine.errors import EngineError
from engine.feel import FeelError, temporal
from engine.feel.bounds import Meter
from engine.feel.compare import equal
from engine.feel.numbers import number
from engine.feel.values import Value
from engine.lint import hardened
from engine.lint.names import local

Functions = Mapping[str, Callable[..., Any]]
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
NEAR = Decimal("1e-8")


@dataclass(frozen=True, slots=True)
class Case:
    """One test case of a file: what is given, and what each node shall be."""

    id: str
    kind: str
    invocable: str
    inputs: dict[str, Value]
    expected: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value of the kit that is outside what we can hold; it equals nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case; `reason` says in words why it failed, and is empty when it passed."""

    file: str
    case: str
    reason: str = ""


def run_folder(folder: Path, functions: Functions) -> Iterator[Outcome]:
    """The outcome of every case of every test file in a folder; raises OSError for what cannot be read.

    `functions`: `now` and `today`, which only the caller can know.
    """
    for file in sorted(folder.glob("*.xml")):
        model, cases = read_cases(file.read_bytes())
        if not cases:
            continue
        try:
            decisions = _decisions(folder, model, functions)
        except (EngineError, OSError) as error:
            yield from (Outcome(file.name, case.id, f"the model: {error}") for case in cases)
            continue
        for case in cases:
            yield Outcome(file.name, case.id, check(decisions, case, functions))


def _decisions(folder: Path, model: str, functions: Functions) -> Decisions:
    files = sorted(folder.glob("*.dmn"))
    main = folder / Path(model).name if model else files[0]
    others = [other for other in files if other != main]
    return read([main.read_bytes(), *(other.read_bytes() for other in others)], functions, partial=True)


def check(decisions: Decisions, case: Case, functions: Functions) -> str:
    """Why a case fails, or nothing."""
    if not case.expected:
        return "nothing is expected"
    for name, expected in case.expected:
        try:
            found = decisions.evaluate(case.invocable or name, case.inputs, functions).value
        except FeelError as error:
            found = None
            if expected is not None:
                return f"{name}: {error}"
        except Exception as error:  # Whatever it is, it fails this case and not the others.
            return f"{name}: {type(error).__name__}: {error}"
        if not same(found, expected):
            return f"{name}: expected {expected!r}, found {found!r}"
    return ""


def same(found: Value, expected: Value) -> bool:
    """Whether a value is the one expected."""
    if type(found) is Decimal and type(expected) is Decimal:
        return abs(found - expected) <= NEAR * max(Decimal(1), abs(expected))
    if type(found) is list and type(expected) is list:
        return len(found) == len(expected) and all(map(same, found, expected))
    if type(found) is dict and type(expected) is dict:
        return found.keys() == expected.keys() and all(same(found[key], expected[key]) for key in found)
    return not isinstance(expected, Unreadable) and equal(found, expected, Meter()) is True


def read_cases(xml: bytes) -> tuple[str, list[Case]]:
    """The model's file name and the cases of a test file; none of what is no test file. Raises ModelRefused."""
    root = hardened.parse(xml).getroot()
    if local(root) != "testCases":
        return "", []
    model = next(((one.text or "").strip() for one in root if local(one) == "modelName"), "")
    return model, [_case(one) for one in root if local(one) == "testCase"]


def _case(node: Any) -> Case:
    inputs: dict[str, Value] = {}
    for one in node:
        if local(one) == "inputNode":
            inputs[name_of(one)] = _value(one)
    results = [one for one in node if local(one) == "resultNode"]
    expected = tuple((name_of(one), _expected(one)) for one in results)
    return Case(
        node.get("id") or "",
        node.get("type") or "decision",
        " ".join((node.get("invocableName") or "").split()),
        inputs,
        expected,
    )


def _expected(node: Any) -> Value:
    inner = next((one for one in node if local(one) == "expected"), None)
    return None if inner is None else _value(inner)


def _value(node: Any) -> Value:
    """The value that an element holds: one value, a list, or a context of components."""
    parts = [one for one in node if local(one) in ("value", "list", "component")]
    if not parts or parts[0].get(f"{XSI}nil") in ("true", "1"):
        return None
    if local(parts[0]) == "component":
        return {one.get("name"): None if one.get(f"{XSI}nil") in ("true", "1") else _value(one) for one in parts}
    if local(parts[0]) == "list":
        return [_value(one) for one in parts[0] if local(one) == "item"]
    return _scalar(parts[0])


def _scalar(node: Any) -> Value:
    kind = (node.get(f"{XSI}type") or "").rpartition(":")[2]
    text = node.text or ""
    readers: dict[str, Any] = {
        "boolean": lambda one: one in ("true", "1"),
        "date": temporal.parse_date,
        "time": temporal.parse_time,
        "dateTime": temporal.parse_date_time,
        "duration": temporal.parse_duration,
        "dayTimeDuration": temporal.parse_days,
        "yearMonthDuration": temporal.parse_months,
    }
    if kind in ("decimal", "integer", "int", "long", "double", "float"):
        return number(text.strip())
    if kind in readers:
        value = readers[kind](text.strip())
        return Unreadable(text) if value is None else value
    return text if kind or not text.strip() else _guessed(text)


def _guessed(text: str) -> Value:
    """A value without a type is a number if it reads as one."""
    found = number(text.strip())
    return text if found is None else found
