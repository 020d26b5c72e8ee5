"""Findings with one cause in one case form one violation, at the highest level."""

from __future__ import annotations

from typing import Any

import pytest

from engine import Database
from engine.errors import EngineError
from monitors import tables as t
from tests.monitors.handling.office import File, Office

EVIDENCE = {"firing": {"host": "review", "element": "review_limit"}}


def rung(office: Office, level: str, number: str, **changes: Any) -> File:
    """A rung of the promised limit of one case."""
    return office.warn(level, number, **{"case_id": "case", "evidence": EVIDENCE, **changes})


def test_a_second_rung_joins_the_violation_and_its_process_ends(office: Office) -> None:
    first = rung(office, "yellow", "W-2025-000001").ordered()
    second = rung(office, "notice", "W-2025-000002").confirmed()
    assert second.state == "ended"
    assert second.violation.id == first.violation.id
    assert (second.violation.level, second.violation.warning_id) == ("yellow", first.warning_id)
    assert first.waiting == {"issue_yellow"}


@pytest.mark.parametrize(
    "changes",
    [{"case_id": "other"}, {"checkpoint": "AA-16"}, {"dimension": "FEE"}, {"occurrence": 2}, {"evidence": {}}]
    + [{"evidence": {"firing": {"host": "audit"}}}],
)
def test_another_case_checkpoint_dimension_step_or_passage_is_another_cause(
    office: Office, changes: dict[str, Any]
) -> None:
    first = rung(office, "yellow", "W-2025-000001").confirmed()
    second = rung(office, "yellow", "W-2025-000002", **changes).confirmed()
    assert second.violation.id != first.violation.id
    assert second.waiting == {"draft_order"}


def test_a_higher_rung_that_joins_before_the_order_leads_to_the_higher_card(office: Office) -> None:
    first = rung(office, "notice", "W-2025-000001").confirmed()
    second = rung(office, "red", "W-2025-000002").confirmed()
    office.work()
    assert second.state == "ended"
    assert (first.violation.level, first.violation.warning_id) == ("red", second.warning_id)
    first.do("draft_order", "supervisor", order_kind="一般督办", recipients="", demand="整改")
    first.do("approve_order", "head", approved=True, opinion="同意")
    assert first.waiting == {"issue_red"}
    assert office.runtime.query.incidents() == []


def test_a_higher_rung_that_joins_during_the_rectification_takes_it_to_the_red_card(office: Office) -> None:
    first = rung(office, "yellow", "W-2025-000001").delivered()
    first.do("appeal", "liaison", appeal=True, grounds="系统故障")
    first.rectified()
    rung(office, "red", "W-2025-000002").confirmed()
    office.work()
    assert first.waiting == {"issue_red"}
    first.issued()
    assert (first.row(t.appeal).state, first.row(t.rectification).outcome) == ("escalated", "escalated")
    first.do("sign", "liaison", received_by_name="收发室")
    first.not_appealed().rectified().verified()
    cards = office.rows(t.card)
    assert [(card.colour, card.superseded_by is None) for card in cards] == [("yellow", False), ("red", True)]
    assert (first.violation.state, len(office.rows(t.violation))) == ("closed", 1)
    assert all(row.closed_at is not None for row in office.rows(t.warning))


def test_a_higher_rung_of_a_violation_that_was_closed_reopens_it(office: Office) -> None:
    first = rung(office, "notice", "W-2025-000001").delivered().not_appealed().rectified()
    first.verified()
    assert first.violation.state == "closed"
    second = rung(office, "yellow", "W-2025-000002").carded()
    violation = second.violation
    assert (violation.id, violation.level, violation.state) == (first.violation.id, "yellow", "carded")
    assert (violation.instance_id, violation.closed_at) == (second.instance_id, None)
    assert len(office.rows(t.supervision_order)) == 2


def test_a_lower_rung_of_a_violation_that_was_closed_changes_nothing(office: Office) -> None:
    first = rung(office, "yellow", "W-2025-000001").delivered().not_appealed().rectified()
    first.verified()
    second = rung(office, "notice", "W-2025-000002").confirmed()
    assert (second.state, second.violation.state) == ("ended", "closed")


def test_what_was_revoked_is_no_longer_joined(office: Office) -> None:
    first = rung(office, "yellow", "W-2025-000001").delivered().appealed()
    first.do("decide_appeal", "leader", appeal_outcome="revoked", appeal_reason="经查")
    second = rung(office, "red", "W-2025-000002").confirmed()
    assert second.violation.id != first.violation.id


def test_a_supervisor_may_say_that_the_cause_is_the_same(office: Office) -> None:
    first = rung(office, "yellow", "W-2025-000001").confirmed()
    other = rung(office, "notice", "W-2025-000002", checkpoint="AA-16").explained()
    with pytest.raises(EngineError, match="V-2026-0099"):
        other.do("verify", "supervisor", outcome="confirmed", reason="属实", same_cause_as="V-2026-0099")
    other.confirmed(same_cause_as="V-2026-0001")
    assert other.violation.id == first.violation.id


def test_two_supervisors_who_confirm_warnings_of_one_cause_make_one_violation(database: Database) -> None:
    office = Office(database).drawn()
    files = [rung(office, level, f"W-2025-00000{n}").explained() for n, level in enumerate(("yellow", "red"))]
    for n, file in enumerate(files):
        file.confirmed(f"supervisor{n}")
    office.work()
    assert [row.level for row in office.rows(t.violation)] == ["red"]
    assert len(office.rows(t.violation_finding)) == 2
