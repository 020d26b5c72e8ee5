"""What is said about a DMN file is said in both languages, and to `models check` too."""

from __future__ import annotations

import re

import pytest

from engine.decisions import faults
from engine.lint import decisions
from engine.lint.remarks import ERROR, Fault
from tests.engine.decisions.sheet import decision, model, text

ALL = [value for value in vars(faults).values() if isinstance(value, Fault)]


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.code)
def test_a_fault_speaks_chinese_and_english(fault: Fault) -> None:
    chinese = re.compile("[\u4e00-\u9fff]")
    assert chinese.search(fault.zh) and not chinese.search(fault.en)
    assert bool(chinese.search(fault.advice)) == bool(fault.advice_en)


def test_checking_a_file_names_what_would_not_run() -> None:
    report = decisions.check(model(decision("d", text("1 +")), decision("e", text("2"))))
    errors = [remark for remark in report.remarks if remark.severity == ERROR]
    assert [(remark.code, remark.element, remark.line) for remark in errors] == [("bad_expression", "d", 1)]
    assert "column 4: expected a value" in errors[0].message_en
    assert decisions.check(model(decision("e", text("2")))).ok
