"""The drawn violation process: the ways through it, by the rows of the life cycle (domain sheets B.4)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import EngineError
from monitors import tables as t
from monitors.violations import Violations
from tests.monitors.handling.office import File, Office
from tests.monitors.handling.process import local


@pytest.fixture
def yellow(office: Office) -> File:
    return office.warn("yellow")


def late(file: File, checkpoint: str) -> list[Any]:
    """The warnings about a deadline of the process itself."""
    return file.office.rows(t.warning, case_id=file.instance_id, checkpoint=checkpoint)


def test_a_violation_runs_from_the_warning_to_its_close(yellow: File) -> None:
    yellow.delivered()
    yellow.appealed()
    yellow.do("decide_appeal", "leader", appeal_outcome="upheld", appeal_reason="经查")
    yellow.rectified().verified("returned")
    assert yellow.rectified().verified("accepted").state == "ended"
    file = Violations(yellow.office.database).by_instance(yellow.instance_id)
    assert file is not None
    assert file.order is not None
    assert file.card is not None
    assert (file.violation.state, file.order.state, file.card.state) == ("closed", "closed", "closed")
    assert [report.outcome for report in file.rectifications] == ["returned", "accepted"]
    assert file.warning["closed_at"] is not None


# -- row 2: the department explains: notice 1 wd, yellow 3 wd, red 1 wd ---------------------------------


@pytest.mark.parametrize(("level", "last_day", "next_day"), [("notice", 13, 14), ("yellow", 17, 18), ("red", 13, 14)])
def test_row_2_the_department_explains_within_1_3_or_1_working_days(
    office: Office, level: str, last_day: int, next_day: int
) -> None:
    file = office.warn(level)
    office.wait_until(f"2026-03-{last_day}", "23:59")
    assert late(file, "VH-02") == []
    office.wait_until(f"2026-03-{next_day}", "00:01")
    assert [row.level for row in late(file, "VH-02")] == ["notice"]
    assert "explain" in file.waiting  # it may still say something


@pytest.mark.parametrize(("level", "last_day", "next_day"), [("notice", 17, 18), ("yellow", 19, 20)])
def test_row_2_who_says_nothing_for_two_more_working_days_is_verified_without(
    office: Office, level: str, last_day: int, next_day: int
) -> None:
    file = office.warn(level)
    office.wait_until(f"2026-03-{last_day}", "23:59")
    assert file.waiting == {"explain"}
    office.wait_until(f"2026-03-{next_day}", "00:01")
    assert file.waiting == {"verify"}
    assert office.row(t.explanation).ground == "unanswered"
    file.confirmed()
    assert file.violation.state == "confirmed"
    assert {row.state for row in late(file, "VH-02")} == {"confirmed"}


# -- row 3: verification in 3 wd: dismiss, exempt, inspect first, or confirm -----------------------------


def test_row_3_a_dismissed_warning_ends_without_a_violation(yellow: File) -> None:
    yellow.explained()
    assert yellow.do("verify", "supervisor", outcome="dismissed", reason="误报").state == "ended"
    assert yellow.warning.state == "dismissed"
    assert yellow.office.rows(t.violation) == []


def test_row_3_an_exempted_warning_ends_without_a_violation(yellow: File) -> None:
    yellow.explained()
    assert yellow.do("verify", "supervisor", outcome="exempted", reason="不可抗力").state == "ended"
    assert (yellow.warning.state, yellow.office.rows(t.violation)) == ("exempted", [])


def test_row_3_the_supervisor_verifies_within_three_working_days(yellow: File) -> None:
    yellow.explained()
    yellow.office.wait_until("2026-03-17", "23:59")
    assert late(yellow, "VH-03") == []
    yellow.office.wait_until("2026-03-18", "00:01")
    assert len(late(yellow, "VH-03")) == 1


def test_an_inspection_comes_before_the_conclusion_as_often_as_it_takes(yellow: File) -> None:
    yellow.explained()
    for kind in ("documents", "visit", "interview"):
        yellow.do("verify", "supervisor", outcome="inspect", reason="需核实")
        record = {"inspection_place": "窗口", "inspection_present": "liaison", "inspection_record": f"{kind}：属实"}
        yellow.do("inspect", "supervisor", inspection_kind=kind, **record)
    yellow.confirmed()
    rows = yellow.office.rows(t.inspection)
    assert [(row.number, row.kind) for row in rows] == [(1, "documents"), (2, "visit"), (3, "interview")]
    assert (rows[1].record, rows[1].place, rows[1].inspected_by) == ("visit：属实", "窗口", "supervisor")


def test_who_explained_neither_verifies_nor_inspects(yellow: File) -> None:
    yellow.do("explain", "same", explanation="…", explanation_ground="none")
    with pytest.raises(EngineError):
        yellow.do("verify", "same", outcome="confirmed", reason="属实")
    assert (yellow.waiting, yellow.warning.state) == ({"verify"}, "explained")
    yellow.do("verify", "supervisor", outcome="inspect", reason="需核实")
    with pytest.raises(EngineError):
        yellow.do("inspect", "same", inspection_kind="visit", inspection_record="…")


# -- row 4: the order in 1 wd, drafted and approved by two -----------------------------------------------


def test_row_4_the_order_is_drafted_and_approved_within_one_working_day_each(yellow: File) -> None:
    yellow.confirmed()
    yellow.office.wait_until("2026-03-13", "23:59")
    assert late(yellow, "VH-04") == []
    yellow.office.wait_until("2026-03-14", "00:01")
    assert len(late(yellow, "VH-04")) == 1
    yellow.do("draft_order", "supervisor", order_kind="一般督办", recipients="", demand="整改")
    yellow.office.wait_until("2026-03-16", "23:59")  # drafted on a Saturday
    assert len(late(yellow, "VH-04")) == 1
    yellow.office.wait_until("2026-03-17", "00:01")
    assert len(late(yellow, "VH-04")) == 2


def test_row_4_a_draft_goes_back_until_it_is_approved(yellow: File) -> None:
    yellow.confirmed()
    for approved in (False, True):
        yellow.do("draft_order", "supervisor", order_kind="一般督办", recipients="", demand="整改")
        with pytest.raises(EngineError):
            yellow.do("approve_order", "supervisor", approved=True)
        yellow.do("approve_order", "head", approved=approved, opinion="…")
    assert yellow.row(t.supervision_order).approved_by == "head"


# -- row 5: cards in 2 wd; yellow by the office head, red by the leader, the system only where flagged ---


@pytest.mark.parametrize(
    ("level", "step", "role"), [("yellow", "issue_yellow", "office_head"), ("red", "issue_red", "leader")]
)
def test_row_5_a_yellow_card_is_the_office_heads_and_a_red_one_the_leaders(
    office: Office, level: str, step: str, role: str
) -> None:
    file = office.warn(level).ordered()
    (task,) = office.runtime.query.tasks(instance_id=file.instance_id)
    assert (task.element, task.role) == (step, role)


def test_row_5_the_card_is_issued_within_two_working_days(yellow: File) -> None:
    yellow.ordered()
    yellow.office.wait_until("2026-03-16", "23:59")
    assert late(yellow, "VH-05") == []
    yellow.office.wait_until("2026-03-17", "00:01")
    assert len(late(yellow, "VH-05")) == 1


@pytest.mark.parametrize(
    ("level", "dimension", "flagged", "by_system"),
    [
        ("yellow", "TIME", True, True),
        ("yellow", "TIME", False, False),
        ("yellow", "FEE", True, False),
        ("red", "TIME", True, False),
    ],
)
def test_row_5_only_a_yellow_card_of_a_flagged_time_rule_is_issued_by_the_system(
    office: Office, level: str, dimension: str, flagged: bool, by_system: bool
) -> None:
    file = office.warn(level, dimension=dimension, evidence={"rule": {"auto_card": flagged}}).ordered()
    cards = office.rows(t.card)
    assert [card.issued_by for card in cards] == (["system"] if by_system else [])
    assert file.waiting == ({"sign"} if by_system else {f"issue_{level}"})


# -- row 6: unsigned after 1 wd reminded, after 2 wd deemed delivered ---------------------------------


def test_row_6_what_nobody_signs_is_reminded_after_one_and_deemed_delivered_after_two_working_days(
    yellow: File,
) -> None:
    yellow.carded()
    office = yellow.office
    office.wait_until("2026-03-13", "23:59")
    assert office.rows(t.alert, kind="reminder") == []
    office.wait_until("2026-03-14", "00:01")
    assert {row.body["to"] for row in office.rows(t.alert, kind="reminder")} == {"liaison", "supervisor"}
    office.wait_until("2026-03-16", "23:59")
    assert yellow.row(t.card).state == "issued"
    office.wait_until("2026-03-17", "00:01")
    card = yellow.row(t.card)
    assert (card.deemed, card.state, card.delivered_at) == (True, "delivered", local("2026-03-17", "00:00"))
    assert yellow.waiting == {"appeal", "rectify"}


def test_row_6_a_notice_has_an_order_that_is_signed_for_and_no_card(office: Office) -> None:
    notice = office.warn("notice").ordered()
    assert notice.waiting == {"sign"}
    notice.do("sign", "liaison", received_by_name="收发室")
    assert office.rows(t.card) == []
    assert (notice.row(t.supervision_order).state, notice.waiting) == ("signed", {"appeal", "rectify"})


# -- row 8: yellow 5 wd, red 10 wd after delivery, +10 wd once ------------------------------------------


@pytest.mark.parametrize(
    ("level", "last_day", "next_day"), [("notice", "19", "20"), ("yellow", "19", "20"), ("red", "26", "27")]
)
def test_row_8_the_rectification_is_due_5_or_10_working_days_after_delivery(
    office: Office, level: str, last_day: str, next_day: str
) -> None:
    file = office.warn(level).delivered().not_appealed()
    office.wait_until(f"2026-03-{last_day}", "23:59")
    assert late(file, "VH-08") == []
    office.wait_until(f"2026-03-{next_day}", "00:01")
    assert [row.level for row in late(file, "VH-08")] == ["red"]


def test_row_8_more_time_is_granted_once_ten_working_days(yellow: File) -> None:
    yellow.delivered().not_appealed()
    runtime, office = yellow.office.runtime, yellow.office

    def extend(key: str) -> None:
        from engine import Actor

        runtime.deliver(
            yellow.instance_id,
            "violation.extension_granted",
            payload={"reason": "须另行采购设备"},
            actor=Actor("head"),
            key=key,
        )

    extend("first")
    order = yellow.row(t.supervision_order)
    assert (order.deadline.isoformat(), order.extended_by) == ("2026-04-02", "head")
    with pytest.raises(EngineError, match="never extended"):
        extend("second")
    office.wait_until("2026-04-02", "23:59")
    assert late(yellow, "VH-08") == []
    office.wait_until("2026-04-03", "00:01")
    assert len(late(yellow, "VH-08")) == 1


# -- row 9: verified in 3 wd, at most 2 returns, then one level up; red leads to a proposal --------------


def test_row_9_the_rectification_is_verified_within_three_working_days(yellow: File) -> None:
    yellow.delivered().not_appealed().rectified()
    yellow.office.wait_until("2026-03-17", "23:59")
    assert late(yellow, "VH-09") == []
    yellow.office.wait_until("2026-03-18", "00:01")
    assert len(late(yellow, "VH-09")) == 1


def test_row_9_after_two_returns_a_yellow_card_becomes_red_and_then_a_proposal_follows(yellow: File) -> None:
    yellow.delivered().not_appealed()
    for _ in range(2):
        yellow.rectified().verified("returned")
        assert "rectify" in yellow.waiting
    yellow.rectified().verified("returned")
    assert yellow.waiting == {"issue_red"}
    yellow.issued()
    first, second = yellow.office.rows(t.card)
    assert (first.superseded_by, second.colour, yellow.violation.level) == (second.id, "red", "red")
    yellow.do("sign", "liaison", received_by_name="收发室")
    yellow.not_appealed()
    for _ in range(3):
        yellow.rectified().verified("returned")
    assert yellow.waiting == {"draft_proposal"}
    outcome = yellow.do("draft_proposal", "leader", proposal_kind="accountability", proposal="约谈主要负责人")
    assert outcome.state == "ended"
    paper = yellow.office.row(t.document, kind="proposal")
    assert (paper.number, paper.title, paper.body["demand"]) == ("监建〔2026〕1号", "问责建议书", "约谈主要负责人")
    assert yellow.violation.state == "closed"


def test_row_9_a_notice_that_is_not_rectified_becomes_yellow(office: Office) -> None:
    notice = office.warn("notice").delivered().not_appealed().rectified()
    notice.verified("escalated")
    assert (notice.waiting, notice.violation.level) == ({"issue_yellow"}, "yellow")


def test_a_yellow_rectification_that_is_late_makes_it_red_at_once(yellow: File) -> None:
    yellow.delivered()
    yellow.office.wait_until("2026-03-20", "00:01")
    assert yellow.waiting == {"issue_red"}
    assert (yellow.violation.level, yellow.row(t.supervision_order).state) == ("red", "overdue")
    yellow.issued().do("sign", "liaison", received_by_name="收发室")
    assert yellow.row(t.supervision_order).deadline.isoformat() == "2026-04-03"  # ten days of its own
    assert yellow.waiting == {"appeal", "rectify"}
    yellow.not_appealed().rectified().verified()
    assert yellow.violation.state == "closed"
    late_warning = late(yellow, "VH-08")[0]
    assert late_warning.state == "confirmed"


def test_a_red_rectification_that_is_late_stays_where_it_is(office: Office) -> None:
    red = office.warn("red").delivered().not_appealed()
    office.wait_until("2026-03-27", "00:01")
    assert (red.waiting, red.row(t.supervision_order).state) == ({"rectify"}, "overdue")
