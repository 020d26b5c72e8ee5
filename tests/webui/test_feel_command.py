"""``jiancha feel``: a value as JSON, and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from webui.cli import main


def feel(expression: str, *options: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["feel", expression, *options])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2", 3),
        ('"中" + "文"', "中文"),
        ('{a: [1, null], b: @"P1D"}', {"a": [1, None], "b": "P1D"}),
        ("1 / 0", None),
        ("today() instance of date and now() instance of date and time", True),
    ],
)
def test_a_value_is_printed_as_json(expression: str, expected: Any) -> None:
    code, printed, _ = feel(expression)
    assert (code, json.loads(printed)) == (0, expected)


def test_an_expression_reads_the_data(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text('{"申请材料 数量": 4}')
    assert feel("申请材料 数量 > 3", "--data", str(tmp_path / "data.json")) == (0, "true\n", "")


def test_what_is_no_feel_says_where_and_is_bad_use() -> None:
    code, printed, told = feel("amount >")
    assert (code, printed) == (2, "")
    assert "line 1, column 9: expected a value, found the end of the text" in told


@pytest.mark.parametrize("text", ["[1]", "{", ""])
def test_data_that_is_no_object_is_bad_use(tmp_path: Path, text: str) -> None:
    (tmp_path / "data.json").write_text(text)
    assert feel("1", "--data", str(tmp_path / "data.json"))[0] == 2


def test_a_bound_that_is_reached_is_exit_1() -> None:
    code, printed, told = feel("for a in 1..1000, b in 1..1000 return 1")
    assert (code, printed) == (1, "")
    assert "expected at most 100000 evaluation steps" in told
