"""Acts on violations beside its steps: a finding by hand, more time, a revocation, files, public supervision."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import insert

from engine import SYSTEM, Actor
from monitors import tables as t
from tests.webui.conftest import SOUTH, Browser
from webui.wiring import Application

SignIn = Callable[[str], Browser]
KNOWINGLY = {"cites_unverified": True, "basis_reason": "本市效能办法"}  # a finding by hand stands on practice
FINDING = {
    "place": f"{SOUTH}*approval",
    "source": "spot_check",
    "dimension": "VIDEO",
    "proposed_level": "yellow",
    "fact_at": "2026-03-10T15:00",
    "facts": "窗口无人值守",
    "facts_en": "Nobody at the counter",
    "basis": "窗口服务规范",
    "key": "0" * 32,
}


def work(app: Application) -> None:
    while app.runtime.tick():
        pass


def violation(app: Application, signed_in: SignIn) -> tuple[Any, str]:
    """The only violation, with its process."""
    (found,) = app.violations.list()
    return found, found.instance_id


def do(app: Application, instance: str, element: str, by: str, **data: Any) -> None:
    (task,) = [task for task in app.runtime.query.tasks(instance_id=instance) if task.element == element]
    app.runtime.complete(task.id, data=data, actor=Actor(by), key=f"{task.id}-{by}")


@pytest.fixture
def carded(modelled: Application, signed_in: SignIn) -> str:
    """A violation with a delivered yellow card, found by hand; gives the id of its process."""
    browser = signed_in("supervisor_south")
    assert browser.post("/findings/new", FINDING).status_code == 303
    work(modelled)
    (handling,) = modelled.runtime.query.instances(definition="violation_handling")
    do(modelled, handling.id, "explain", "liaison_approval", explanation="人手不足", explanation_ground="none")
    do(modelled, handling.id, "verify", "supervisor_south", outcome="confirmed", reason="属实", same_cause_as="")
    draft = {"order_kind": "挂牌督办", "recipients": "", "demand": "整改"}
    do(modelled, handling.id, "draft_order", "supervisor_south", **draft)
    do(modelled, handling.id, "approve_order", "office_head_south", approved=True, opinion="同意")
    do(modelled, handling.id, "issue_yellow", "office_head_city", basis_confirmed=True, opinion="发牌", **KNOWINGLY)
    do(modelled, handling.id, "sign", "liaison_approval", received_by_name="收发室")
    return handling.id


def test_a_finding_by_hand_is_listed_and_becomes_a_warning(modelled: Application, signed_in: SignIn) -> None:
    browser = signed_in("supervisor_south")
    page = browser.get("/findings/new").text
    assert "Approval Bureau" in page and "Shibei" not in page
    assert browser.post("/findings/new", FINDING).status_code == 303
    assert browser.post("/findings/new", FINDING).status_code == 303  # sent twice, entered once
    work(modelled)
    text = browser.get("/findings").text
    assert text.count("Nobody at the counter") == 1
    assert "Spot check" in text
    assert "Nobody at the counter" not in signed_in("supervisor_north").get("/findings").text


@pytest.mark.parametrize(
    ("field", "value"),
    [("facts", ""), ("fact_at", "2026-03-12T15:00"), ("place", "370203*approval"), ("about_case_no", "no such case")],
)
def test_a_finding_that_cannot_be_is_shown_again_with_words(
    modelled: Application, signed_in: SignIn, field: str, value: str
) -> None:
    answer = signed_in("supervisor_south").post("/findings/new", {**FINDING, field: value})
    assert answer.status_code == 422
    assert "invalid-feedback" in answer.text
    with modelled.database.read() as connection:
        assert connection.execute(t.warning.select()).all() == []


def test_a_finding_may_be_about_a_case_of_the_department(modelled: Application, signed_in: SignIn) -> None:
    case = modelled.runtime.start(
        "administrative_approval",
        business_key="C-1",
        district_code=SOUTH,
        scope="approval",
        data={"received_at": "2026-03-11T09:00:00+08:00", "item": {"step_limits": {}}},
        actor=SYSTEM,
        key="c1",
    )
    assert signed_in("supervisor_south").post("/findings/new", {**FINDING, "about_case_no": "C-1"}).status_code == 303
    with modelled.database.read() as connection:
        (row,) = connection.execute(t.warning.select().where(t.warning.c.checkpoint == "MF"))
    assert (row.case_id, row.case_no) == (case.instance_id, "C-1")


def test_the_head_of_the_office_grants_more_time_once(modelled: Application, signed_in: SignIn, carded: str) -> None:
    found, _ = violation(modelled, signed_in)
    head = signed_in("office_head_south")
    assert "Grant more time" in head.get(f"/violations/{found.id}").text
    posted = {"reason": "须另行采购设备", "key": "1" * 32}
    assert head.post(f"/violations/{found.id}/extend", posted).status_code == 303
    text = head.get(f"/violations/{found.id}").text
    assert "More time was granted: 须另行采购设备" in text
    assert "2026-04-01" in text  # five days from 11 March, and ten more
    head.post(f"/violations/{found.id}/extend", {**posted, "key": "2" * 32})
    assert "Nothing was stored" in head.get("/tasks").text
    assert head.post(f"/violations/{found.id}/extend", {"reason": "", "key": "3" * 32}).status_code == 422


def test_a_supervisor_proposes_a_revocation_and_a_leader_decides(
    modelled: Application, signed_in: SignIn, carded: str
) -> None:
    found, instance = violation(modelled, signed_in)
    supervisor, leader = signed_in("supervisor_south"), signed_in("leader_south")
    assert "Propose a revocation" in supervisor.get(f"/violations/{found.id}").text
    step = supervisor.post(f"/violations/{found.id}/revoke", {"key": "4" * 32}).headers["Location"]
    answers = {"revocation_ground": "wrong_data", "proposal_reason": "数据有误", "key": "5" * 32}
    assert supervisor.post(step, answers).status_code == 303
    (task,) = [task for task in modelled.runtime.query.tasks(roles=["leader"]) if task.element == "decide_revocation"]
    decision = {"revoked": "True", "revocation_reason": "确有错误", "key": "6" * 32}
    assert leader.post(f"/tasks/{task.id}", decision).status_code == 303
    work(modelled)
    assert modelled.violations.get(found.id).violation.state == "revoked"
    assert modelled.runtime.query.instance(instance).state == "ended"
    assert "Propose a revocation" not in supervisor.get(f"/violations/{found.id}").text


def test_files_lie_with_the_rectification_by_name_and_hash(
    modelled: Application, signed_in: SignIn, carded: str
) -> None:
    head = signed_in("dept_head_approval")
    (task,) = [task for task in modelled.runtime.query.tasks(instance_id=carded) if task.element == "rectify"]
    for name, content in (("回执.pdf", b"%PDF-1.7 ..."), ("trap.html", b"<script>"), ("empty.txt", b"")):
        sent = {"file": (BytesIO(content), name)}
        assert head.post(f"/tasks/{task.id}/files", sent, content_type="multipart/form-data").status_code == 303
    assert "回执.pdf" in head.get(f"/tasks/{task.id}").text
    do(modelled, carded, "rectify", "dept_head_approval", measures="已办结", evidence="见附件")
    found, _ = violation(modelled, signed_in)
    (report,) = modelled.violations.get(found.id).rectifications
    assert report.evidence["said"] == "见附件"
    assert [one["name"] for one in report.evidence["files"]] == ["回执.pdf"]
    (file_id,) = [one["id"] for one in report.evidence["files"]]
    answer = signed_in("supervisor_south").get(f"/files/{file_id}")
    assert (answer.data, answer.mimetype) == (b"%PDF-1.7 ...", "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    late = {"file": (BytesIO(b"%PDF-late"), "late.pdf")}
    assert head.post(f"/tasks/{task.id}/files", late, content_type="multipart/form-data").status_code == 403


def test_listed_orders_are_public_until_they_are_closed(
    modelled: Application, web: Any, signed_in: SignIn, carded: str
) -> None:
    anybody = Browser(web.test_client())
    text = anybody.get("/listed").text
    assert "督办〔2026〕1号" in text and "Approval Bureau" in text
    assert "窗口无人值守" not in text  # what it is about is nobody's business
    with modelled.database.begin() as connection:
        connection.execute(t.supervision_order.update().values(state="closed"))
    assert "督办〔2026〕1号" not in anybody.get("/listed").text


def test_a_page_tells_everything_about_a_violation(modelled: Application, signed_in: SignIn, carded: str) -> None:
    found, _ = violation(modelled, signed_in)
    with modelled.database.begin() as connection:
        connection.execute(
            insert(t.responsibility).values(
                district_code=SOUTH,
                violation_id=found.id,
                number=1,
                department="approval",
                element="review",
                step="审查",
                step_en="Review",
                role="clerk",
                person="clerk_approval",
                working_days=4,
            )
        )
        connection.execute(
            insert(t.inspection).values(
                district_code=SOUTH,
                warning_id=found.warning_id,
                number=1,
                kind="visit",
                place="一楼大厅",
                present="值班主任",
                record="窗口空置",
                inspected_by="supervisor_south",
                recorded_at=found.confirmed_at,
                files=[],
            )
        )
    do(modelled, carded, "appeal", "liaison_approval", appeal=True, grounds="系统故障")
    admitted = {"admitted": True, "appeal_body": "panel", "stay": True}
    do(modelled, carded, "accept_appeal", "supervisor_city", **admitted)
    text = signed_in("supervisor_south").get(f"/violations/{found.id}").text
    for words in ("4 working days", "clerk_approval", "窗口空置", "Visit", "Panel of three", "waits for the decision"):
        assert words in text, words
