"""What begins beside a rule, or goes on beside the violation: findings by hand, copies, revocation, own deadlines."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import EngineError
from monitors import tables as t
from tests.monitors.handling.office import File, Office
from tests.monitors.handling.process import OFFICE, local

FOUND = {
    "source": "spot_check",
    "dimension": "VIDEO",
    "proposed_level": "notice",
    "facts": "窗口无人值守",
    "facts_en": "Nobody at the counter",
    "fact_at": "2026-03-11T15:00:00+08:00",
    "basis": "窗口服务规范",
}


def by_hand(office: Office, **changes: Any) -> File:
    instance = office.start("manual_finding", "supervisor", {**FOUND, **changes})
    office.work()
    return office.file_of(office.runtime.query.instance(instance).data["warning_id"])


@pytest.mark.parametrize("source", ["spot_check", "video", "tip"])
def test_a_manual_finding_enters_the_same_life(office: Office, source: str) -> None:
    file = by_hand(office, source=source)
    warning = file.warning
    assert (warning.rule, warning.message, warning.department) == (f"MF.{source}", "窗口无人值守", OFFICE)
    assert (warning.happened, warning.evidence["by_hand"]["found_by"]) == (local("2026-03-11", "15:00"), "supervisor")
    file.delivered().not_appealed().rectified().verified()
    assert (file.violation.state, file.violation.fact_at) == ("closed", local("2026-03-11", "15:00"))


def test_a_manual_finding_may_be_about_a_case(office: Office) -> None:
    warning = by_hand(office, about_case_id="case-7", about_case_no="37020226031100007").warning
    assert (warning.case_id, warning.case_no) == ("case-7", "37020226031100007")


@pytest.mark.parametrize(
    ("field", "value"),
    [("source", "rumour"), ("dimension", "LUCK"), ("proposed_level", "black"), ("facts", " "), ("basis", "")]
    + [("fact_at", "2026-03-13T00:00:00+08:00"), ("fact_at", "yesterday"), ("fact_at", "2026-03-11T15:00:00")],
)
def test_a_manual_finding_says_what_when_and_by_what_basis(office: Office, field: str, value: str) -> None:
    with pytest.raises(EngineError, match=field):
        by_hand(office, **{field: value})


def test_a_joint_order_goes_to_every_department_and_closes_when_all_have_answered(office: Office) -> None:
    file = office.warn("yellow").ordered("联合督办", "370202-HBJ、370202-SWJ")
    office.work()
    copies = {row.scope: row.id for row in office.instances("order_copy")}
    assert set(copies) == {"370202-HBJ", "370202-SWJ"}
    file.issued().delivered().not_appealed().rectified()
    for department, instance in sorted(copies.items()):
        with pytest.raises(EngineError, match="answered"):
            file.verified()
        office.do(instance, "sign_copy", f"liaison-{department}", received_by_name="…")
        office.do(instance, "answer_copy", f"boss-{department}", answer="已落实")
    file.verified()
    rows = office.rows(t.order_copy)
    assert {(row.kind, row.answer, row.answered_by) for row in rows} == {
        ("joint", "已落实", "boss-370202-HBJ"),
        ("joint", "已落实", "boss-370202-SWJ"),
    }
    assert file.violation.state == "closed"


def test_a_forwarded_order_is_answered_by_the_organ_of_the_district(office: Office) -> None:
    file = office.warn("yellow").ordered("转办")
    office.work()
    (copy,) = office.instances("order_copy")
    roles = {task.role for task in office.runtime.query.tasks(instance_id=copy.id)}
    assert (copy.scope, office.waiting(copy.id), roles) == ("supervision", {"sign_forwarded"}, {"supervisor"})
    office.do(copy.id, "sign_forwarded", "district", received_by_name="…")
    office.do(copy.id, "answer_forwarded", "district", answer="已督促办结")
    assert file.row(t.order_copy).answer == "已督促办结"


@pytest.mark.parametrize(("kind", "recipients"), [("联合督办", ""), ("联合督办", OFFICE), ("一般督办", "370202-HBJ")])
def test_only_a_joint_order_names_further_departments_and_it_names_some(
    office: Office, kind: str, recipients: str
) -> None:
    with pytest.raises(EngineError, match="further department"):
        office.warn("yellow").ordered(kind, recipients)


def test_dl_01_a_copy_is_signed_for_within_one_working_day_and_answered_in_time(office: Office) -> None:
    office.warn("yellow").ordered("联合督办", "370202-HBJ")
    office.work()
    (copy,) = office.instances("order_copy")

    def broken() -> set[str]:
        found = office.rows(t.warning, case_id=copy.id)
        return {row.rule for row in found if row.level != "notice"}  # a notice comes before the time is over

    office.wait_until("2026-03-13", "23:59")
    assert broken() == set()
    office.wait_until("2026-03-14", "00:01")
    assert broken() == {"DL-01.1"}
    office.do(copy.id, "sign_copy", "liaison2", received_by_name="…")
    office.wait_until("2026-03-19", "23:59")
    assert broken() == {"DL-01.1"}
    office.wait_until("2026-03-20", "00:01")
    assert broken() == {"DL-01.1", "DL-01.2"}


# -- row 11: revocation ----------------------------------------------------------------------------------


def revocation(office: Office, file: File) -> str:
    instance = office.start("revocation", "supervisor", {"violation_id": file.violation.id})
    office.do(instance, "propose_revocation", "supervisor", revocation_ground="wrong_data", proposal_reason="数据有误")
    return instance


def test_row_11_a_violation_is_revoked_at_any_time_and_its_process_ends(office: Office) -> None:
    file = office.warn("yellow").delivered()
    instance = revocation(office, file)
    office.do(instance, "decide_revocation", "leader", revoked=True, revocation_reason="数据确有错误")
    office.work()
    assert (file.state, file.waiting) == ("ended", set())
    assert (file.violation.state, file.row(t.card).state) == ("revoked", "revoked")
    assert office.runtime.query.incidents() == []


def test_row_11_also_long_after_it_was_closed(office: Office) -> None:
    file = office.warn("yellow").delivered().not_appealed().rectified()
    file.verified()
    office.wait_until("2027-03-01")
    instance = revocation(office, file)
    office.do(instance, "decide_revocation", "leader", revoked=True, revocation_reason="数据确有错误")
    assert (file.violation.state, file.row(t.card).state) == ("revoked", "revoked")


def test_row_11_neither_the_issuer_nor_who_proposes_it_revokes(office: Office) -> None:
    file = office.warn("red").delivered()
    instance = revocation(office, file)
    for person in ("leader", "supervisor"):
        with pytest.raises(EngineError):
            office.do(instance, "decide_revocation", person, revoked=True, revocation_reason="…")
    assert file.violation.state == "carded"


def test_row_11_a_proposal_that_is_refused_leaves_everything(office: Office) -> None:
    file = office.warn("yellow").delivered()
    instance = revocation(office, file)
    office.do(instance, "decide_revocation", "leader", revoked=False, revocation_reason="事实清楚")
    assert (file.violation.state, file.waiting) == ("carded", {"appeal", "rectify"})


# -- the process's own deadlines -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "way", "day", "answered_by"),
    [("yellow", "explained", "2026-03-18", "answer_for"), ("red", "ordered", "2026-03-17", "answer_for_head")],
)
def test_a_hit_on_the_organs_own_deadline_goes_to_its_head_or_over_him(
    office: Office, level: str, way: str, day: str, answered_by: str
) -> None:
    getattr(office.warn(level), way)()
    office.wait_until(day, "00:01")
    (own,) = office.instances("own_deadline")
    assert office.waiting(own.id) == {answered_by}
    warning = office.row(t.warning, id=own.data["warning_id"])
    assert warning.department == "supervision"
    office.do(own.id, answered_by, "boss of the office", outcome="confirmed", reason="人手不足，已调整分工")
    settled = office.row(t.warning, id=warning.id)
    assert (settled.state, settled.outcome_reason) == ("confirmed", "人手不足，已调整分工")
    assert office.rows(t.violation, case_id=warning.case_id) == []


def test_a_hit_on_the_departments_deadline_starts_no_process_of_its_own(office: Office) -> None:
    office.warn("notice")
    office.wait_until("2026-03-14", "00:01")
    assert office.rows(t.warning, checkpoint="VH-02")[0].department == OFFICE
    assert len(office.instances("own_deadline")) == 0
    assert len(office.instances("violation_handling")) == 1


# -- who held the clock ----------------------------------------------------------------------------------


def test_responsibility_goes_to_those_who_held_the_clock_in_days(office: Office) -> None:
    passages = [("receive", "wang", 2), ("review", "li", 6)]
    held = [
        {"element": step, "step": step, "step_en": step, "role": "clerk", "person": person, "working_days": days}
        for step, person, days in passages
    ]
    file = office.warn("yellow", evidence={"held": held}).confirmed()
    rows = office.rows(t.responsibility, violation_id=file.violation.id)
    assert [(row.element, row.person, row.working_days, row.department) for row in rows] == [
        ("receive", "wang", 2, OFFICE),
        ("review", "li", 6, OFFICE),
    ]
