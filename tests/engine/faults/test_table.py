"""Every fault of the list has its test, each test has two halves, and the table says so."""

from __future__ import annotations

import re

import tests.engine.faults
from tests.engine.faults.table import VERDICTS, faults, table

# How many rows each section of the list has; 3.2b and 3.7b come on top.
SECTIONS = {1: 7, 2: 22, 3: 16, 4: 8, 5: 6, 6: 6, 7: 2, 9: 12}
NO_FAULTS = {
    "6.1": "a node inserted before the token works",
    "9.1": "says what works when checks do not wait",
    "9.7": "says what works when we arm event sub-processes",
    "9.8": "a figure of cost",
}


def listed() -> set[str]:
    numbered = {f"{section}.{row}" for section, rows in SECTIONS.items() for row in range(1, rows + 1)}
    return (numbered | {"3.2b", "3.7b"}) - set(NO_FAULTS)


def test_every_fault_of_the_list_has_its_test() -> None:
    assert {section for fault in faults() for section in fault.sections} == listed()


def test_every_test_reproduces_the_fault_on_bare_spiff_and_shows_ours() -> None:
    for fault in faults():
        assert fault.verdict in VERDICTS and fault.what, fault.line
        halves = {re.match("test_(stock|ours)_", name)[1] for name in fault.tests}  # type: ignore[index]
        assert halves == {"stock", "ours"}, fault.line


def test_what_is_called_refused_is_refused() -> None:
    refusals = {
        "refused": {"refuses", "refuses_about", "remarks", "InvalidData", "EngineError", "LimitExceeded"},
        "either": {"refuses_or"},
    }
    for fault in faults():
        tested = {name for test in fault.tests for name in vars(fault.case)[test].__code__.co_names}
        assert fault.verdict == "correct" or tested & refusals[fault.verdict], fault.line


def test_the_table_in_the_docstring_is_the_one_of_the_tests() -> None:
    assert (tests.engine.faults.__doc__ or "").endswith(table())
