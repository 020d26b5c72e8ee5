"""Explanation, verification and close: what becomes of a warning."""

from __future__ import annotations

import pytest

from engine.db import Database
from engine.errors import Conflict, InvalidData, NotAllowed, NotFound
from monitors import tables as t
from tests.monitors.handling.process import Process, local, raise_warning


@pytest.fixture
def process(database: Database) -> Process:
    return Process(database, raise_warning(database))


def test_an_explanation_is_kept_and_the_warning_is_explained(process: Process) -> None:
    process.step("explain", "liaison", explanation="人手不足", evidence=["排班表.pdf"])
    process.call("record_explanation")
    said = process.row(t.explanation)
    assert (said.text, said.evidence, said.explained_by) == ("人手不足", ["排班表.pdf"], "liaison")
    assert process.row(t.warning).state == "explained"


def test_an_explanation_without_words_is_refused(process: Process) -> None:
    process.step("explain", "liaison", explanation="  ")
    with pytest.raises(InvalidData, match="explanation"):
        process.call("record_explanation")
    assert process.row(t.warning).state == "open"


@pytest.mark.parametrize("outcome", ["dismissed", "exempted"])
def test_a_warning_is_closed_with_a_reason_and_no_violation_arises(process: Process, outcome: str) -> None:
    process.step("verify", "supervisor", outcome=outcome, reason="系统故障")
    process.call("close_warning")
    warning = process.row(t.warning)
    assert (warning.state, warning.outcome_reason, warning.closed_at) == (outcome, "系统故障", process.at)
    assert process.rows(t.violation) == []


def test_a_warning_is_not_closed_without_a_reason(process: Process) -> None:
    process.step("verify", "supervisor", outcome="dismissed", reason="")
    with pytest.raises(InvalidData, match="reason"):
        process.call("close_warning")


def test_confirmation_makes_a_numbered_violation_at_the_instant_of_the_fact(process: Process) -> None:
    result = process.confirmed().data
    violation = process.row(t.violation)
    assert result["violation_no"] == violation.number == "V-2026-0001"
    assert result["violation_id"] == violation.id
    assert violation.fact_at == local("2026-03-11", "00:00")
    assert (violation.confirmed_at, violation.confirmed_by) == (process.at, "supervisor")
    assert (violation.state, violation.rule, violation.dimension) == ("confirmed", "AA-04.1", "TIME")
    assert process.row(t.warning).state == "confirmed"


def test_a_data_rule_has_its_fact_when_the_act_happened(process: Process) -> None:
    process.set_warning(due=None, happened=local("2025-12-31", "16:00"))
    process.confirmed()
    assert process.row(t.violation).fact_at == local("2025-12-31", "16:00")


def test_numbers_go_on_without_gaps_after_a_command_that_failed(database: Database) -> None:
    for index in range(1, 4):
        process = Process(database, raise_warning(database, f"W-2026-{index:06d}"))
        process.step("explain", "liaison", explanation="…").call("record_explanation")
        process.step("verify", "liaison", outcome="confirmed")
        with pytest.raises(NotAllowed):
            process.call("confirm_violation")
        process.step("verify", "supervisor").call("confirm_violation")
        assert process.data["violation_no"] == f"V-2026-{index:04d}"


def test_who_explained_does_not_verify(process: Process) -> None:
    process.step("explain", "both", explanation="…").call("record_explanation")
    process.step("verify", "both", outcome="dismissed", reason="误报")
    for handler in ("close_warning", "confirm_violation"):
        with pytest.raises(NotAllowed, match="both"):
            process.call(handler)


def test_a_warning_is_confirmed_once(process: Process) -> None:
    process.confirmed()
    with pytest.raises(Conflict, match="confirmed"):
        process.call("confirm_violation")


def test_a_confirmed_warning_may_still_be_exempted_and_takes_its_violation_with_it(process: Process) -> None:
    process.confirmed().step("verify", "supervisor", outcome="exempted", reason="不可抗力")
    process.call("close_warning")
    assert process.row(t.violation).state == "exempted"
    process.call("close_violation")
    assert process.row(t.violation).state == "exempted"


def test_an_unknown_warning_is_named(database: Database) -> None:
    with pytest.raises(NotFound, match="nobody"):
        Process(database, "nobody").call("confirm_violation")


def test_closing_closes_violation_order_and_card(process: Process) -> None:
    process.carded().rectified()
    process.verified("accepted")
    assert process.row(t.violation).state == "verified"
    process.call("close_violation")
    assert [process.row(table).state for table in (t.violation, t.supervision_order, t.card)] == ["closed"] * 3
    assert process.row(t.violation).closed_at == process.row(t.warning).closed_at == process.at
    with pytest.raises(Conflict, match="closed"):
        process.call("close_violation")
