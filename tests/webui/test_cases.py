"""Cases: lists, the page of one, and the acts on its clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.clock import VirtualClock
from tests.webui.conftest import Browser
from tests.webui.test_tasks import key_of, started
from webui.wiring import Application

SignIn = Callable[[str], Browser]


@pytest.fixture
def case(modelled: Application, signed_in: SignIn) -> str:
    """A case in its first step."""
    started(signed_in("clerk_approval"))
    return modelled.runtime.query.instances()[0].id


def act(browser: Browser, case: str, name: str, **data: str) -> int:
    page = browser.get(f"/cases/{case}/{name}")
    if page.status_code != 200:
        return page.status_code
    return browser.post(f"/cases/{case}/{name}", {"key": key_of(page.text), **data}).status_code


def test_the_case_page_tells_facts_in_the_words_of_the_forms(case: str, signed_in: SignIn) -> None:
    browser = signed_in("section_chief_approval")
    page = browser.get(f"/cases/{case}").text

    assert "Type of applicant</dt><dd>Person" in page
    assert "Step begun: Receipt and formal check" in page
    browser.post("/language/zh_Hans_CN", {"next": "/"})
    page = browser.get(f"/cases/{case}").text
    assert "申请人类型</dt><dd>个人" in page and "环节开始：收件与形式审查" in page


def test_the_diagram_and_its_marks_come_from_the_version_of_the_case(
    case: str, signed_in: SignIn, modelled: Application
) -> None:
    browser = signed_in("clerk_approval")
    xml = browser.get(f"/cases/{case}/diagram.bpmn")
    state = browser.get(f"/cases/{case}/state.json").json

    assert xml.mimetype == "application/xml"
    assert xml.data == modelled.runtime.query.definition("administrative_approval", 1).xml
    assert state == {"active": ["receive"], "completed": ["apply"], "overdue": [], "fired": [], "notes": {}}


def test_a_late_step_is_marked_on_the_diagram(
    case: str, signed_in: SignIn, modelled: Application, clock: VirtualClock
) -> None:
    browser = signed_in("clerk_approval")
    clock.advance(timedelta(days=10))

    assert browser.get(f"/cases/{case}/state.json").json["overdue"] == ["receive"]


def test_the_list_finds_by_number_state_and_district(case: str, signed_in: SignIn) -> None:
    browser = signed_in("clerk_approval")

    assert "37020226031100001" in browser.get("/cases?number=370202260311").text
    assert "37020226031100001" not in browser.get("/cases?number=9%25").text
    assert "37020226031100001" not in browser.get("/cases?state=ended").text
    assert "37020226031100001" not in browser.get("/cases?district=370203").text
    assert browser.get("/cases?page=99999999999&state=x").status_code == 200


STOP = {"kind": "hearing", "own_limit": "20", "notice": "听证通知书〔2026〕7号", "reason": "利害关系人要求听证"}


def asked(app: Application, case: str) -> str:
    """The request of the case that waits, else the last."""
    found = app.clock_requests.of_case(case)
    return next((one for one in found if one.state == "asked"), found[-1]).id


def decide(browser: Browser, app: Application, case: str, how: str, **data: str) -> int:
    return browser.post(f"/cases/{case}/requests/{asked(app, case)}/{how}", data).status_code


def test_a_clerk_asks_for_a_stop_and_the_chief_grants_it(
    case: str, signed_in: SignIn, modelled: Application, clock: VirtualClock
) -> None:
    clerk, chief = signed_in("clerk_approval"), signed_in("section_chief_approval")

    assert act(clerk, case, "suspend", **STOP) == 303
    assert modelled.runtime.query.suspensions(case) == []
    assert "You asked for it; another person must decide." in clerk.get(f"/cases/{case}").text
    assert "听证通知书〔2026〕7号" in chief.get(f"/cases/{case}").text
    assert decide(clerk, modelled, case, "grant") == 403
    clock.advance(timedelta(hours=2))
    assert decide(chief, modelled, case, "grant", opinion="同意") == 303
    (stop,) = modelled.runtime.query.suspensions(case)
    assert (stop.kind, stop.own_limit, stop.approver) == ("hearing", 20, "section_chief_approval")
    assert stop.notice == "听证通知书〔2026〕7号" and stop.start == clock.now(), "it stands from the decision on"
    assert "The clock stands still since 2026-03-11 11:00: Hearing." in clerk.get(f"/cases/{case}").text
    assert decide(chief, modelled, case, "grant") == 409


def test_nobody_grants_what_he_asked_for_and_a_refusal_needs_a_reason(
    case: str, signed_in: SignIn, modelled: Application
) -> None:
    chief, head = signed_in("section_chief_approval"), signed_in("dept_head_approval")

    assert act(chief, case, "suspend", **STOP) == 303
    decide(chief, modelled, case, "grant")
    assert "nobody grants what he asked for himself" in chief.get(f"/cases/{case}").text
    decide(head, modelled, case, "refuse")
    assert "Say the reason." in head.get(f"/cases/{case}").text
    decide(head, modelled, case, "refuse", opinion="不属于听证事项")
    assert "Refused: Stop the clock" in head.get(f"/cases/{case}").text
    assert modelled.runtime.query.suspensions(case) == []


def test_a_stop_longer_than_its_kind_may_be_is_refused_also_over_several_stops(
    case: str, signed_in: SignIn, modelled: Application, clock: VirtualClock
) -> None:
    """A hearing may take 20 working days in all (行政许可法 Art 47): ten of them are used, ten are left."""
    chief, head = signed_in("section_chief_approval"), signed_in("dept_head_approval")

    assert act(chief, case, "suspend", **{**STOP, "own_limit": "21"}) == 422
    assert act(chief, case, "suspend", **STOP) == 303
    decide(head, modelled, case, "grant")
    assert act(chief, case, "suspend", **STOP) == 409
    clock.advance(timedelta(days=14))
    assert act(chief, case, "resume") == 422
    assert act(chief, case, "resume", reason="听证结束") == 303
    assert "Clock runs again" in chief.get(f"/cases/{case}").text
    assert "Hearing · at most 10 working days (行政许可法 45, 47, 82 · law, article read)" in (
        chief.get(f"/cases/{case}/suspend").text
    )
    assert act(chief, case, "suspend", **{**STOP, "own_limit": "11"}) == 422
    assert act(chief, case, "suspend", **{**STOP, "own_limit": "10"}) == 303
    assert act(chief, case, "suspend", **{**STOP, "kind": "testing", "own_limit": "31"}) == 422
    assert act(chief, case, "suspend", **{**STOP, "kind": "testing", "own_limit": "30"}) == 303


def test_two_procedures_at_once_are_ended_one_by_one(case: str, signed_in: SignIn, modelled: Application) -> None:
    chief, head = signed_in("section_chief_approval"), signed_in("dept_head_approval")
    for kind in ("hearing", "testing"):
        act(chief, case, "suspend", **{**STOP, "kind": kind})
        decide(head, modelled, case, "grant")

    page = chief.get(f"/cases/{case}").text
    assert ": Hearing." in page and ": Testing." in page
    assert act(chief, case, "resume", reason="检测完毕") == 422
    assert act(chief, case, "resume", reason="检测完毕", kind="testing") == 303
    assert [stop.kind for stop in modelled.runtime.query.suspensions(case) if stop.end is None] == ["hearing"]


def test_a_time_is_put_right_by_two_people_and_the_limit_follows(
    case: str, signed_in: SignIn, modelled: Application, clock: VirtualClock
) -> None:
    clerk, head = signed_in("clerk_approval"), signed_in("dept_head_approval")
    clock.advance(timedelta(days=2))
    fact = {"fact": "field:received_at", "reason": "窗口补录，实际次日收件"}

    assert act(clerk, case, "correct", **fact, to="2026-03-20T09:00") == 422
    assert act(clerk, case, "correct", **fact, to="2026-03-12T10:00") == 303
    assert act(clerk, case, "correct", **fact, to="2026-03-12T11:00") == 409
    before = {timer.id: timer.due for timer in modelled.runtime.query.timers(case)}
    assert "→ 2026-03-12 10:00" in head.get(f"/cases/{case}").text
    decide(head, modelled, case, "grant")
    after = {timer.id: timer.due for timer in modelled.runtime.query.timers(case)}
    moved = {name for name, due in before.items() if due is not None and after[name] == due + timedelta(days=1)}
    assert moved, "the limit counts from the right day"
    entry = next(e for e in modelled.runtime.query.journal(case) if e.kind == "corrected")
    assert entry.body["to"] == "2026-03-12T10:00:00+08:00" and entry.body["reason"] == fact["reason"]
    assert entry.body["from"].startswith("2026-03-11T")
    assert act(clerk, case, "correct", fact="receive:1:entered_at", reason="x", to="2026-03-12T10:00") == 303


def test_the_head_extends_once_in_the_own_name(case: str, signed_in: SignIn, modelled: Application) -> None:
    head = signed_in("dept_head_approval")
    data = {"amount": "10", "unit": "working_day", "reason": "案情复杂"}

    assert act(head, case, "extend", **{**data, "amount": "0"}) == 422
    assert act(head, case, "extend", **{**data, "amount": "11"}) == 422, "ten at most (行政许可法 Art 42)"
    assert act(head, case, "extend", **data) == 303
    found = modelled.runtime.query.extension(case)
    assert found is not None and (found.amount, found.approver) == (10, "dept_head_approval")
    assert act(head, case, "extend", **data) == 409
    assert f"/cases/{case}/extend" not in head.get(f"/cases/{case}").text


def test_a_clerk_without_an_own_step_does_not_stop_the_clock(
    case: str, signed_in: SignIn, modelled: Application
) -> None:
    from engine import SYSTEM

    modelled.runtime.cancel(case, reason="撤回", actor=SYSTEM, key="cancel")

    assert act(signed_in("clerk_approval"), case, "suspend") == 403
    assert "Case terminated" in signed_in("clerk_approval").get(f"/cases/{case}").text


@pytest.mark.parametrize(
    "path", ["/cases/none", "/tasks/none", "/warnings/none", "/violations/none", "/documents/none"]
)
def test_what_does_not_exist_is_404_in_words(signed_in: SignIn, path: str) -> None:
    answer = signed_in("supervisor_city").get(path)

    assert answer.status_code == 404 and "This does not exist, or no longer." in answer.text
