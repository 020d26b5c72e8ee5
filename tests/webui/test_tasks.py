"""A clerk's day: start a case, do its steps, and what happens when something is wrong."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from engine.clock import VirtualClock
from engine.model import SYSTEM, Actor
from tests.engine import drawing as d
from tests.webui.conftest import ITEM, SOUTH, Browser
from tests.webui.world import one_step_model
from webui.forms import Field, Form, Library
from webui.starting import APPLICANT, offers
from webui.wiring import Application

SignIn = Callable[[str], Browser]
OFFER = f"{ITEM['code']}@{SOUTH}.approval"
APPLICATION = {
    "item": OFFER,
    "applicant_name_masked": "王*",
    "applicant_type": "person",
    "channel": "counter",
    "received_at": "2026-03-11T09:00",
}


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert found is not None
    return found[1]


def started(browser: Browser, **more: Any) -> str:
    """Start a case; the address of its first step."""
    key = key_of(browser.get(f"/cases/new?item={OFFER}").text)
    answer = browser.post("/cases/new", {**APPLICATION, "key": key, **more})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_case_is_started_with_its_item_pinned_and_leads_to_its_first_step(
    modelled: Application, signed_in: SignIn
) -> None:
    browser = signed_in("clerk_approval")
    page = browser.get(started(browser)).text

    assert "Receipt and formal check" in page and "Food business licence" in page
    case = modelled.runtime.query.instances(definition="administrative_approval")[0]
    assert case.business_key == "37020226031100001"
    assert (case.data["item"]["promised_wd"], case.data["received_at"]) == (8, "2026-03-11T09:00:00+08:00")


def test_an_incomplete_application_stores_nothing_and_shows_what_was_typed(
    modelled: Application, signed_in: SignIn
) -> None:
    browser = signed_in("clerk_approval")
    key = key_of(browser.get(f"/cases/new?item={OFFER}").text)
    answer = browser.post("/cases/new", {"item": OFFER, "key": key, "applicant_name_masked": "<王*>"})

    assert answer.status_code == 422
    assert "Type of applicant</a>: This field must be filled in." in answer.text
    assert 'value="&lt;王*&gt;"' in answer.text
    assert modelled.runtime.query.instances() == []


def test_the_same_form_sent_twice_starts_one_case(modelled: Application, signed_in: SignIn) -> None:
    browser = signed_in("clerk_approval")
    key = key_of(browser.get(f"/cases/new?item={OFFER}").text)
    first, second = (browser.post("/cases/new", {**APPLICATION, "key": key}) for _ in range(2))

    assert first.location == second.location
    assert len(modelled.runtime.query.instances()) == 1


def test_a_new_case_does_without_what_its_answers_hide(
    modelled: Application, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = Field("textfield", "agent", "代理人", "Agent", required=True, hide='applicant_type = "person"')
    monkeypatch.setattr(Library, "form", lambda *_: Form("apply", (*APPLICANT.elements, agent)))
    browser = signed_in("clerk_approval")
    key = key_of(browser.get(f"/cases/new?item={OFFER}").text)
    application = {"item": OFFER, "applicant_name_masked": "王*", "key": key}

    assert browser.post("/cases/new", {**application, "applicant_type": "org"}).status_code == 422
    assert browser.post("/cases/new", {**application, "applicant_type": "person"}).status_code == 303


def test_an_item_is_offered_where_it_is_handled(modelled: Application, signed_in: SignIn) -> None:
    page = signed_in("section_chief_water").get("/cases/new").text

    assert "Water Bureau" in page and "Approval Bureau" not in page
    assert "No item" not in page
    assert signed_in("clerk_approval").post("/cases/new", {**APPLICATION, "item": "x@1.2"}).status_code == 403


def test_a_step_leads_to_the_next_one_of_the_same_person(modelled: Application, signed_in: SignIn) -> None:
    browser = signed_in("clerk_approval")
    step = started(browser)
    answer = browser.post(step, {"outcome": "accepted", "key": key_of(browser.get(step).text)})

    assert answer.status_code == 303
    following = browser.get(answer.location).text
    assert "Done: Receipt and formal check." in following and "<h1>Acceptance</h1>" in following


def test_a_missing_answer_is_422_with_the_field_and_nothing_is_stored(modelled: Application, signed_in: SignIn) -> None:
    browser = signed_in("clerk_approval")
    step = started(browser)
    answer = browser.post(step, {"key": key_of(browser.get(step).text)})

    assert answer.status_code == 422
    assert 'href="#f-outcome">Outcome</a>: This field must be filled in.' in answer.text
    assert browser.get(step).status_code == 200
    assert modelled.runtime.query.task(step.rsplit("/", 1)[1]).state == "open"


def test_a_step_done_twice_is_409_with_who_did_it(modelled: Application, signed_in: SignIn) -> None:
    first, second = signed_in("clerk_approval"), signed_in("clerk2_approval")
    step = started(first)
    keys = [key_of(browser.get(step).text) for browser in (first, second)]
    assert first.post(step, {"outcome": "accepted", "key": keys[0]}).status_code == 303

    answer = second.post(step, {"outcome": "accepted", "key": keys[1]})

    assert answer.status_code == 409
    assert "Nothing was stored." in answer.text and "Done by clerk_approval at 2026-03-11 09:00." in answer.text


def test_a_double_click_is_one_act(modelled: Application, signed_in: SignIn) -> None:
    browser = signed_in("clerk_approval")
    step = started(browser)
    key = key_of(browser.get(step).text)
    answers = [browser.post(step, {"outcome": "accepted", "key": key}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location


def test_a_key_is_worth_nothing_to_somebody_else(modelled: Application, signed_in: SignIn) -> None:
    first, second = signed_in("clerk_approval"), signed_in("clerk2_approval")
    step = started(first)
    key = key_of(first.get(step).text)
    first.post(step, {"outcome": "accepted", "key": key})

    assert second.post(step, {"outcome": "accepted", "key": key}).status_code == 409


def test_four_eyes_hold_by_person(application: Application, signed_in: SignIn) -> None:
    """The engine refuses who did an excluded step; the page says so and stores nothing."""
    from monitors.organisation import load_organisation

    both = [{"role": role, "district": SOUTH, "department": "approval"} for role in ("clerk", "section_chief")]
    with application.database.begin() as connection:
        load_organisation(connection, {"person": [{"id": "both", "name": "双", "grants": both}]})
    from tests.webui.world import one_step_model

    xml = one_step_model("pair", "clerk").replace(
        b'<bpmn:endEvent id="finish">',
        b'<bpmn:userTask id="check" name="c"><bpmn:extensionElements>'
        b'<jc:step code="2" role="section_chief" exclude="work"/></bpmn:extensionElements>'
        b"<bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing></bpmn:userTask>"
        b'<bpmn:sequenceFlow id="f3" sourceRef="check" targetRef="finish"/><bpmn:endEvent id="finish">',
    )
    xml = xml.replace(b'sourceRef="work" targetRef="finish"', b'sourceRef="work" targetRef="check"')
    xml = xml.replace(b'<bpmn:endEvent id="finish"><bpmn:incoming>f2', b'<bpmn:endEvent id="finish"><bpmn:incoming>f3')
    model = application.runtime.deploy(xml, by="test")
    outcome = application.runtime.start(
        model.name,
        business_key="P-1",
        district_code=SOUTH,
        scope="approval",
        data={},
        actor=Actor("both"),
        key="pair",
    )
    browser = signed_in("both")
    step = f"/tasks/{outcome.tasks[0]}"
    answer = browser.post(step, {"key": key_of(browser.get(step).text)})
    check = answer.location

    refused = browser.post(check, {"key": key_of(browser.get(check).text)})

    assert refused.status_code == 403 and "You may not do this." in refused.text
    other = signed_in("section_chief_approval")
    assert other.post(check, {"key": key_of(other.get(check).text)}).status_code == 303


def test_the_inbox_colours_what_is_late_and_puts_it_first(
    modelled: Application, signed_in: SignIn, clock: VirtualClock
) -> None:
    browser = signed_in("clerk_approval")
    started(browser)
    assert "5 working days left" in browser.get("/tasks").text
    clock.advance(timedelta(days=6))
    assert "is-due-soon-text" in browser.get("/tasks").text
    started(browser, received_at="2026-03-17T09:00")
    clock.advance(timedelta(days=2))
    page = browser.get("/tasks").text

    assert page.index("37020226031100001") < page.index("37020226031700001")
    assert "is-overdue-row" in page and "overdue by 1 working day" in page


def test_the_page_learns_which_conditions_hold_and_nothing_else(modelled: Application, signed_in: SignIn) -> None:
    browser = signed_in("clerk_approval")
    step = started(browser)
    address = f"{step}/hidden"
    supplement, refusal = 'outcome != "supplement"', 'outcome != "rejected" and outcome != "not_competent"'

    assert browser.post(address).json == [refusal, supplement]
    assert browser.post(address, {"outcome": "accepted"}).json == [refusal, supplement]
    assert browser.post(address, {"outcome": "supplement", "supplement_items": "<x>"}).json == [refusal]
    assert browser.post(address, {"outcome": "rejected"}).json == [supplement]
    assert modelled.runtime.query.task(step.rsplit("/", 1)[1]).state == "open"


def test_without_a_script_every_field_is_shown_with_the_condition_that_would_hide_it(
    modelled: Application, signed_in: SignIn
) -> None:
    browser = signed_in("clerk_approval")
    step = started(browser)
    page = browser.get(step).text
    asked, parts = page.split('data-hidden-by="', 1)[1].split('"', 1)
    conditional = re.findall(r'<fieldset role="presentation" data-hide="([^"]+)">(.*?)</fieldset>', parts, re.DOTALL)

    assert asked == f"{step}/hidden"
    assert sorted({html.unescape(condition) for condition, _ in conditional}) == browser.post(asked).json
    names = [name for _, part in conditional for name in re.findall(r'name="(\w+)"', part)]
    assert names == ["supplement_items", "reason_text", "remedy_told"]
    assert " hidden>" not in parts and " disabled" not in parts
    assert parts.count("(where it applies)") == 1


def test_a_form_that_hides_nothing_asks_nothing(modelled: Application, signed_in: SignIn) -> None:
    browser = signed_in("clerk_approval")
    step = started(browser)
    following = browser.post(step, {"outcome": "accepted", "key": key_of(browser.get(step).text)}).location

    assert "data-hid" not in browser.get(following).text


def test_offers_name_process_and_place(modelled: Application) -> None:
    from webui.access import Visitor

    with modelled.database.read() as connection:
        person = modelled.directory.person(connection, "clerk_approval")
        grants = modelled.directory.grants(connection, "clerk_approval")
    found = offers(modelled, Visitor(person, grants))

    assert [(offer.code, offer.process) for offer in found] == [(OFFER, "administrative_approval")]


def test_a_step_done_once_for_each_says_which_one_it_is(modelled: Application, signed_in: SignIn) -> None:
    several = (
        b"<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>experts</bpmn:loopDataInputRef>"
        b'<bpmn:inputDataItem name="expert"/></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>'
    )
    model = modelled.runtime.deploy(one_step_model("review", "clerk").replace(b"</bpmn:userTask>", several), by="test")
    outcome = modelled.runtime.start(
        model.name,
        business_key="C-9",
        district_code=SOUTH,
        scope="approval",
        data={"experts": ["赵工", "钱工"]},
        actor=SYSTEM,
        key="several",
    )
    browser = signed_in("clerk_approval")
    inbox = browser.get("/tasks").text
    assert "No. 1 · expert: 赵工" in inbox and "No. 2 · expert: 钱工" in inbox
    second = next(
        task for task in modelled.runtime.query.tasks(instance_id=outcome.instance_id) if task.local["expert"] == "钱工"
    )
    assert "No. 2 · expert: 钱工" in browser.get(f"/tasks/{second.id}").text


SIDE_BY_SIDE = d.model(
    d.start(), d.end(), d.gateway("split", "parallel"), d.gateway("join", "parallel"), d.step("x", form="opinion"),
    d.step("y", form="opinion"), d.chain("s", "split", "x", "join", "e"), d.chain("split", "y", "join"),
    name="side_by_side",
)  # fmt: skip


def test_who_would_replace_what_another_has_entered_is_asked_first(
    application: Application, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = Form("", (Field("textfield", "opinion", "意见", "Opinion"),))
    monkeypatch.setattr(Library, "form", lambda self, model, name: form)
    runtime = application.runtime
    model = runtime.deploy(SIDE_BY_SIDE, by="test")
    case = runtime.start(
        model.name, business_key="P-2", district_code=SOUTH, scope="approval", data={}, actor=SYSTEM, key="side"
    )  # fmt: skip
    mine, other = (task.id for task in runtime.query.tasks(instance_id=case.instance_id))
    browser = signed_in("clerk_approval")
    asked = browser.get(f"/tasks/{mine}").text
    runtime.complete(other, data={"opinion": "reject"}, actor=Actor("clerk_approval"), key="other")

    shown = browser.post(f"/tasks/{mine}", {"key": key_of(asked), "opinion": "approve"})
    assert shown.status_code == 409
    assert "has entered reject" in html.unescape(shown.text)
    assert 'value="approve"' in shown.text
    assert runtime.query.instance(case.instance_id).data["opinion"] == "reject"

    done = browser.post(
        f"/tasks/{mine}", {"key": key_of(shown.text), "opinion": "approve", "over": '{"opinion":"reject"}'}
    )
    assert done.status_code == 303
    assert runtime.query.instance(case.instance_id).data["opinion"] == "approve"
