"""Every kind of document, made by a step of a shipped model and reached from a page of its case."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine import Actor
from engine.clock import VirtualClock
from engine.errors import Conflict
from monitors import warnings
from monitors.documents import Document
from tests.webui.conftest import ITEM, SOUTH, Browser
from webui.modelfolders import folders
from webui.wiring import Application

SignIn = Callable[[str], Browser]
KNOWINGLY = {"cites_unverified": True, "basis_reason": "本市效能办法"}  # a finding by hand stands on practice
RECEIVED = {"applicant_name_masked": "王**", "received_at": "2026-03-11T09:00:00+08:00", "channel": "counter"}
ISSUED = "市南区行政审批局{}〔2026〕{}号"


class Approval:
    """An administrative approval of the shipped model, driven by its steps."""

    def __init__(self, app: Application, clock: VirtualClock, number: int = 1, **data: Any) -> None:
        self.app, self.clock, self.acts = app, clock, 0
        item = {**ITEM, "valid_from": "2026-01-01"}
        self.id = app.runtime.start(
            "administrative_approval",
            business_key=f"C-{number}",
            district_code=SOUTH,
            scope="approval",
            data={**RECEIVED, "item": item, **data},
            actor=Actor("clerk_approval"),
            key=f"start:{number}",
        ).instance_id

    def do(self, element: str, by: str = "clerk_approval", **data: Any) -> datetime:
        """Do a step an hour later; gives when that was."""
        self.clock.advance(timedelta(hours=1))
        self.acts += 1
        [task] = [one for one in self.app.runtime.query.tasks(instance_id=self.id) if one.element == element]
        self.app.runtime.complete(task.id, data=data, actor=Actor(by), key=f"{self.id}:{self.acts}")
        return self.clock.now()

    def accepted(self) -> datetime:
        self.do("receive", outcome="accepted")
        return self.do("accept", acceptance_at=self.clock.now().isoformat(), receipt_no="SL-1")

    def decided(self, decision: str = "granted", **data: Any) -> datetime:
        self.accepted()
        self.do("review", review_result="pass", next_step="audit")
        self.do("audit", "section_chief_approval", audit_result="agree")
        return self.do(
            "decide", "dept_head_approval", decision=decision, decision_date=self.clock.now().isoformat(), **data
        )

    def documents(self, kind: str) -> list[Document]:
        return [one for one in self.app.documents.of(self.id) if one.kind == kind]

    @property
    def data(self) -> Any:
        return self.app.runtime.query.instance(self.id).data


@pytest.fixture
def approval(modelled: Application, clock: VirtualClock) -> Approval:
    return Approval(modelled, clock)


def shown(browser: Browser, where: str, document: Document) -> str:
    """The document's page, reached by a link on the page of its case."""
    link = f"/documents/{document.id}"
    assert f'href="{link}"' in browser.get(where).text
    page = browser.get(link)
    assert page.status_code == 200 and document.number in page.text
    return page.text


def test_document_acceptance_is_issued_and_handed_over_as_the_case_is_accepted(
    approval: Approval, signed_in: SignIn
) -> None:
    at = approval.accepted()
    [found] = approval.documents("acceptance")
    assert (found.number, found.title, found.issuer) == (ISSUED.format("受字", 1), "受理通知书", f"{SOUTH}/approval")
    assert (found.served_at, found.service, found.received_by, found.served_by) == (
        at,
        "counter",
        "王**",
        "clerk_approval",
    )
    page = shown(signed_in("clerk_approval"), f"/cases/{approval.id}", found)
    assert "Notice of acceptance" in page and "Food business licence" in page and "SL-1" in page
    assert "Handed over" in page and "2026-03-11 11:00" in page


def test_document_supplement_is_issued_for_each_round(approval: Approval, signed_in: SignIn) -> None:
    for number in (1, 2):
        at = approval.do("receive", outcome="supplement", supplement_items=f"平面图 {number}")
        approval.do("supplement", supplement_count=number, supplemented_at=approval.clock.now().isoformat())
        assert datetime.fromisoformat(approval.data["supplement_served_at"]) == at
    found = approval.documents("supplement")
    assert [one.number for one in found] == [ISSUED.format("补字", 1), ISSUED.format("补字", 2)]
    assert "平面图 2" in shown(signed_in("clerk_approval"), f"/cases/{approval.id}", found[1])


@pytest.mark.parametrize(("told", "words"), [(True, "You may apply for"), (False, "Not told")])
def test_document_refusal_gives_reason_and_remedies_as_they_were_told(
    approval: Approval, signed_in: SignIn, told: bool, words: str
) -> None:
    approval.do("receive", outcome="rejected", reason_text="未取得规划许可", remedy_told=told)
    [found] = approval.documents("refusal")
    page = shown(signed_in("clerk_approval"), f"/cases/{approval.id}", found)
    assert found.number == ISSUED.format("不受字", 1) and "未取得规划许可" in page and words in page


def test_document_suspension_tells_kind_and_time_needed_as_the_clock_stops(
    approval: Approval, signed_in: SignIn
) -> None:
    approval.accepted()
    runtime, clerk = approval.app.runtime, Actor("clerk_approval")
    for number in (1, 2):
        stop = {"kind": "hearing", "approver": "dept_head_approval", "reason": "利害关系人申请", "own_limit": 20}
        runtime.suspend(approval.id, **stop, actor=clerk, key=f"stop:{number}")
        assert datetime.fromisoformat(approval.data["suspension_served_at"]) == approval.clock.now()
        approval.clock.advance(timedelta(days=2))
        runtime.resume(approval.id, reason="结束", actor=clerk, key=f"go:{number}")
    found = approval.documents("suspension")
    assert [one.number for one in found] == [ISSUED.format("特字", 1), ISSUED.format("特字", 2)]
    page = shown(signed_in("clerk_approval"), f"/cases/{approval.id}", found[0])
    assert "利害关系人申请" in page and ">20<" in page and "dept_head_approval" in page


def test_document_extension_tells_the_reason_and_rules_read_when_it_was_served(
    approval: Approval, signed_in: SignIn
) -> None:
    approval.accepted()
    head = Actor("dept_head_approval")
    more = {"amount": 5, "unit": "working_day", "approver": head.id, "reason": "案情复杂"}
    approval.app.runtime.extend(approval.id, **more, actor=head, key="more")
    at = approval.clock.now()
    [found] = approval.documents("extension")
    assert found.served_at == at and datetime.fromisoformat(approval.data["extension_served_at"]) == at
    page = shown(signed_in("clerk_approval"), f"/cases/{approval.id}", found)
    assert "案情复杂" in page and "working days" in page

    approval.do("review", review_result="pass", next_step="audit")
    approval.do("audit", "section_chief_approval", audit_result="agree")
    typed = {"extension_approver_role": "dept_head", "extension_served_at": "2026-12-31T00:00:00+08:00"}
    approval.do("decide", head.id, decision="granted", decision_date=approval.clock.now().isoformat(), **typed)
    with approval.app.database.read() as connection:
        raised = {one.rule for one in warnings.find(connection, case_id=approval.id)}
    assert "AA-05.1" not in raised  # it was served in time, whatever was typed


@pytest.mark.parametrize(
    ("decision", "title"),
    [("granted", "准予行政许可决定书"), ("denied", "不予行政许可决定书"), ("withdrawn", "终止办理通知书")],
)
def test_document_decision_has_the_title_of_what_was_decided(
    approval: Approval, signed_in: SignIn, decision: str, title: str
) -> None:
    approval.decided(decision, reason_text="条件不符", remedy_told=True)
    [found] = approval.documents("decision")
    assert (found.title, found.served_at) == (title, None)
    assert "Not served yet." in shown(signed_in("clerk_approval"), f"/cases/{approval.id}", found)


def test_document_decision_is_served_by_the_step_of_delivery_and_the_rule_reads_that(approval: Approval) -> None:
    approval.decided()
    typed = {"decision_served_at": "2026-03-11T09:00:00+08:00", "delivered_at": "2026-03-11T09:00:00+08:00"}
    at = approval.do("deliver", delivery_mode="post", **typed)
    [found] = approval.documents("decision")
    assert (found.served_at, found.service, found.deemed) == (at, "post", False)
    assert datetime.fromisoformat(approval.data["decision_served_at"]) == at  # whatever was typed


def test_numbers_of_one_department_follow_each_other_across_cases(modelled: Application, clock: VirtualClock) -> None:
    cases = [Approval(modelled, clock, number) for number in range(1, 4)]
    for case in cases:
        case.accepted()
    assert [case.documents("acceptance")[0].number for case in cases] == [ISSUED.format("受字", n) for n in (1, 2, 3)]


def test_a_rehearsed_step_leaves_neither_a_document_nor_a_number(approval: Approval) -> None:
    approval.do("receive", outcome="accepted")
    [task] = approval.app.runtime.query.tasks(instance_id=approval.id)
    data = {"acceptance_at": approval.clock.now().isoformat(), "receipt_no": "1"}
    approval.app.runtime.rehearse(task, data=data, actor=Actor("clerk_approval"), look=lambda connection: None)
    assert approval.app.documents.of(approval.id) == ()
    approval.do("accept", **data)
    assert approval.documents("acceptance")[0].number.endswith("〔2026〕1号")


# -- of the violation process -------------------------------------------------------------------------------------


def confirmed(approval: Approval, level: str, days: int) -> Approval:
    """The violation process of a warning of that level, as a case that can be driven; its violation is confirmed."""
    approval.accepted()
    approval.clock.advance(timedelta(days=days))
    runtime = approval.app.runtime
    while runtime.tick():
        pass
    with approval.app.database.read() as connection:
        [late] = warnings.find(connection, case_id=approval.id, levels=(level,))
    [instance] = runtime.query.instances(definition="violation_handling", business_key=late.number)
    approval.id = instance.id
    approval.do("explain", "liaison_approval", explanation="人手不足")
    approval.do("verify", "supervisor_south", outcome="confirmed", reason="属实")
    approval.do("draft_order", "supervisor_south", demand="五日内办结", order_kind="一般督办")
    approval.do("approve_order", "office_head_south", approved=True, opinion="同意")
    return approval


@pytest.fixture
def file(approval: Approval) -> Approval:
    return confirmed(approval, "yellow", 14)


def of_violation(file: Approval, kind: str) -> Document:
    [violation] = file.app.violations.list()
    [found] = [one for one in file.app.documents.of(violation.id) if one.kind == kind]
    return found


def carded(file: Approval) -> None:
    file.do("issue_yellow", "office_head_south", basis_confirmed=True, opinion="发牌", **KNOWINGLY)


def test_document_order_is_the_organs_and_reached_from_the_violation(file: Approval, signed_in: SignIn) -> None:
    found = of_violation(file, "order")
    assert (found.number, found.issuer) == ("督办〔2026〕1号", "organ")
    page = shown(signed_in("liaison_approval"), f"/violations/{found.related}", found)
    assert "五日内办结" in page and "Approval Bureau" in page and "General supervision" in page


def test_document_yellow_card_is_served_when_the_department_signs(file: Approval, signed_in: SignIn) -> None:
    carded(file)
    assert of_violation(file, "yellow_card").served_at is None
    at = file.do("sign", "liaison_approval")
    for kind in ("yellow_card", "order"):
        found = of_violation(file, kind)
        assert (found.served_at, found.service, found.received_by) == (at, "signed", "liaison_approval")
    page = shown(signed_in("liaison_approval"), f"/violations/{found.related}", of_violation(file, "yellow_card"))
    assert "黄牌〔2026〕1号" in page and "Signed for" in page


def test_document_yellow_card_nobody_signs_for_is_deemed_served_when_the_limit_ends(file: Approval) -> None:
    carded(file)
    file.clock.advance(timedelta(days=7))
    while file.app.runtime.tick():
        pass
    found = of_violation(file, "yellow_card")
    [card] = file.app.violations.get(found.related).cards
    assert (found.deemed, found.served_at, found.received_by) == (True, card.delivered_at, None)
    assert found.served_at is not None and found.served_at < file.clock.now()


def test_document_red_card_is_issued_by_the_leader(approval: Approval, signed_in: SignIn) -> None:
    file = confirmed(approval, "red", 40)
    file.do("issue_red", "leader_south", basis_confirmed=True, opinion="发牌", **KNOWINGLY)
    found = of_violation(file, "red_card")
    page = shown(signed_in("dept_head_approval"), f"/violations/{found.related}", found)
    assert found.number == "红牌〔2026〕1号" and "人leader_south" not in page and "leader_south" in page


def test_document_appeal_decision_says_outcome_and_reason(file: Approval, signed_in: SignIn) -> None:
    carded(file)
    file.do("sign", "liaison_approval")
    file.do("appeal", "liaison_approval", appeal=True, grounds="系统故障")
    file.do("accept_appeal", "supervisor_south", admitted=True, appeal_body="head", stay=False)
    file.do("decide_appeal_head", "office_head_city", appeal_outcome="upheld", appeal_reason="事实清楚")
    found = of_violation(file, "appeal_decision")
    page = shown(signed_in("liaison_approval"), f"/violations/{found.related}", found)
    assert found.number == "申裁〔2026〕1号"
    assert all(words in page for words in ("upheld", "事实清楚", "系统故障", "黄牌〔2026〕1号"))


def test_document_proposal_follows_when_the_rectification_fails_for_good(approval: Approval, signed_in: SignIn) -> None:
    file = confirmed(approval, "red", 40)
    file.do("issue_red", "leader_south", basis_confirmed=True, opinion="发牌", **KNOWINGLY)
    file.do("sign", "liaison_approval")
    file.do("appeal", "liaison_approval", appeal=False)
    file.do("rectify", "dept_head_approval", measures="已整改", evidence="附件")
    file.do(
        "verify_rectification", "supervisor_south", rectification_outcome="escalated", verification_reason="弄虚作假"
    )
    file.do("draft_proposal", "leader_south", proposal_kind="proposal", proposal="追究责任，限期改正")
    found = of_violation(file, "proposal")
    page = shown(signed_in("liaison_approval"), f"/violations/{found.related}", found)
    assert found.number == "监建〔2026〕1号" and "追究责任" in page


# -- pages ----------------------------------------------------------------------------------------------------------


def test_a_document_is_there_as_pdf_in_both_languages(approval: Approval, signed_in: SignIn) -> None:
    approval.accepted()
    [found] = approval.documents("acceptance")
    browser = signed_in("clerk_approval")
    answers = [browser.get(f"/documents/{found.id}/paper.pdf?language={code}") for code in ("zh-Hans", "en")]
    if any(answer.status_code == 500 for answer in answers):
        pytest.skip("needs Pango and a Chinese font")
    assert all(answer.mimetype == "application/pdf" and answer.data[:5] == b"%PDF-" for answer in answers)
    assert answers[0].data != answers[1].data
    assert answers[0].data == browser.get(f"/documents/{found.id}/paper.pdf?language=zh-Hans").data


def test_a_document_of_a_case_is_read_by_those_who_may_read_the_case(approval: Approval, signed_in: SignIn) -> None:
    approval.accepted()
    [found] = approval.documents("acceptance")
    readers = {"clerk_approval": 200, "auditor_south": 200, "clerk_water": 403, "clerk_north": 403}
    assert {who: signed_in(who).get(f"/documents/{found.id}").status_code for who in readers} == readers


def test_what_is_not_there_cannot_be_served(approval: Approval) -> None:
    approval.decided()
    approval.do("deliver", delivery_mode="counter")
    [found] = approval.documents("decision")
    from monitors.documents import Service, serve

    with pytest.raises(Conflict), approval.app.database.begin() as connection:
        again = {"how": Service.COUNTER, "by": "x", "received_by": "y"}
        serve(connection, found.id, at=approval.clock.now(), **again)  # type: ignore[arg-type]


def test_no_form_asks_when_something_was_served() -> None:
    fields = [
        field["key"]
        for folder in folders()
        for form in sorted((folder.path / "forms").glob("*.json"))
        for field in json.loads(form.read_text(encoding="utf-8"))["components"]
        if "key" in field
    ]
    assert len(fields) > 30
    assert [name for name in fields if name.endswith("served_at") or name in ("delivered_at", "rejection_at")] == []
