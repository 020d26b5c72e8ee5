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


def test_a_clerk_stops_the_clock_in_an_own_step_and_names_who_approved(
    case: str, signed_in: SignIn, modelled: Application
) -> None:
    data = {"kind": "hearing", "own_limit": "20", "approver": "section_chief_approval", "reason": "听证"}

    assert act(signed_in("clerk_approval"), case, "suspend", **{**data, "approver": "clerk2_approval"}) == 422
    assert act(signed_in("clerk_approval"), case, "suspend", **data) == 303
    stop = modelled.runtime.query.suspensions(case)[0]
    assert (stop.kind, stop.own_limit, stop.approver) == ("hearing", 20, "section_chief_approval")
    page = signed_in("clerk_approval").get(f"/cases/{case}").text
    assert "The clock stands still since 2026-03-11 09:00: Hearing." in page


def test_stopping_twice_is_409_and_running_again_needs_a_reason(case: str, signed_in: SignIn) -> None:
    chief = signed_in("section_chief_approval")
    data = {"kind": "testing", "own_limit": "5", "approver": "section_chief_approval", "reason": "检测"}

    assert act(chief, case, "suspend", **data) == 303
    assert act(chief, case, "suspend", **data) == 409
    assert act(chief, case, "resume") == 422
    assert act(chief, case, "resume", reason="检测完毕") == 303
    assert "Clock runs again" in chief.get(f"/cases/{case}").text


def test_the_head_extends_once_in_the_own_name(case: str, signed_in: SignIn, modelled: Application) -> None:
    head = signed_in("dept_head_approval")
    data = {"amount": "10", "unit": "working_day", "reason": "案情复杂"}

    assert act(head, case, "extend", **{**data, "amount": "0"}) == 422
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
