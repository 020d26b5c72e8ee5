"""Warnings as work, in the pages: chosen and dismissed, claimed, corrected, waived, recalled; in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import update

from engine import Actor
from monitors import tables as t
from monitors import warnings
from monitors.model import Warning
from tests.monitors.town import LIMIT, REASON, VIOLATION, approval
from tests.webui.conftest import SOUTH, Browser
from tests.webui.test_tasks import key_of
from webui.wiring import Application

SignIn = Callable[[str], Browser]
DAYS = {"since": "2026-03-01", "until": "2026-03-31"}


def begun(app: Application, number: int, department: str = "approval", **data: object) -> None:
    """A case of that department that was denied without a reason."""
    clerk = Actor(f"clerk_{department}")
    case = app.runtime.start(
        "approval",
        business_key=f"C-{number}",
        district_code=SOUTH,
        scope=department,
        data={"item": {"promised_wd": 8, "statutory_wd": 20}},
        actor=clerk,
        key=f"start-{number}",
    )
    for element, entered in (("review", {}), ("decide", {"decision": "denied", "reason_text": "", **data})):
        (task,) = app.runtime.query.tasks(instance_id=case.instance_id)
        app.runtime.complete(task.id, data=entered, actor=clerk, key=f"{element}-{number}")


@pytest.fixture
def watched(application: Application) -> Application:
    """Three warnings of the approval bureau, one of the water bureau."""
    application.runtime.deploy(approval(), by="designer")
    application.runtime.deploy(VIOLATION.read_bytes(), by="designer")
    for number in range(3):
        begun(application, number)
    begun(application, 3, "water")
    settle(application)
    return application


def settle(app: Application) -> None:
    while app.runtime.tick():
        pass


def kept(app: Application) -> list[Warning]:
    with app.database.read() as connection:
        return sorted(warnings.find(connection), key=lambda one: one.number)


def post(browser: Browser, page: str, act: str, **data: object) -> int:
    """Fill in a form of that page."""
    return browser.post(act, {"key": key_of(browser.get(page).text), **data}).status_code


def test_those_chosen_are_dismissed_with_one_cause(watched: Application, signed_in: SignIn) -> None:
    browser, (first, second, third, _water) = signed_in("supervisor_south"), kept(watched)
    chosen = [first.id, third.id, "nothing"]
    assert post(browser, "/warnings", "/warnings/dismiss", warning=chosen, reason="接口故障") == 303
    assert "2 warnings dismissed." in browser.get("/warnings").text
    assert [one.state for one in kept(watched)] == ["dismissed", "open", "dismissed", "open"]
    page = browser.get(f"/warnings/{first.id}").text
    assert "接口故障" in page and "Dismissed (false alarm)" in page
    assert second.number in browser.get("/warnings").text and first.number not in browser.get("/warnings").text


def test_a_supervisor_dismisses_nothing_of_another_district(watched: Application, signed_in: SignIn) -> None:
    (first, *_rest) = kept(watched)
    north = signed_in("supervisor_north")
    data = {"key": "0" * 32, "warning": first.id, "reason": "误报"}
    assert north.post("/warnings/dismiss", data).status_code == 303
    assert {one.state for one in kept(watched)} == {"open"}
    assert first.number not in north.get("/warnings?state=all").text


def test_what_cannot_be_dismissed_is_told(watched: Application, signed_in: SignIn) -> None:
    browser, (first, *_rest) = signed_in("supervisor_south"), kept(watched)
    other = signed_in("supervisor_city")
    assert post(other, f"/warnings/{first.id}", f"/warnings/{first.id}/claim") == 303
    data = {"key": "0" * 32, "warning": first.id, "reason": "误报"}
    browser.post("/warnings/dismiss", data)
    page = browser.get("/warnings").text
    assert "0 warnings dismissed." in page and "1 × " in page


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", 4),
        ("?level=yellow", 4),
        ("?level=red", 0),
        ("?rule=AA-18.1", 4),
        ("?rule=AA-04.1", 0),
        ("?dimension=COND", 4),
        ("?dimension=TIME", 0),
        ("?state=dismissed", 0),
        ("?state=all", 4),
        ("?held=mine", 1),
        ("?held=free", 3),
        ("?level=%27&state=%00&dimension=x&held=y&after=nothing", 4),
    ],
)
def test_the_list_is_narrowed(watched: Application, signed_in: SignIn, query: str, numbers: int) -> None:
    browser, (first, *_rest) = signed_in("supervisor_south"), kept(watched)
    post(browser, f"/warnings/{first.id}", f"/warnings/{first.id}/claim")
    assert len(set(re.findall(r"W-2026-\d+ ·", browser.get(f"/warnings{query}").text))) == numbers


def test_a_department_sees_its_own_and_chooses_none(watched: Application, signed_in: SignIn) -> None:
    page = signed_in("liaison_water").get("/warnings").text
    assert page.count("AA-18.1") == 1 and 'type="checkbox"' not in page


def test_a_warning_is_claimed_handed_over_and_given_back(watched: Application, signed_in: SignIn) -> None:
    browser, (first, *_rest) = signed_in("supervisor_south"), kept(watched)
    address = f"/warnings/{first.id}"
    assert post(browser, address, f"{address}/claim") == 303
    assert "Held by supervisor_south." in browser.get(address).text
    assert post(browser, address, f"{address}/hand-over", to="supervisor_city", reason="回避") == 303
    page = browser.get(address).text
    assert "Held by supervisor_city." in page and "回避" in page
    assert post(browser, address, f"{address}/release") == 403
    head = signed_in("office_head_south")
    assert post(head, address, f"{address}/hand-over", to="supervisor_south", reason="调整") == 303
    assert post(browser, address, f"{address}/release") == 303
    assert "Held by nobody." in browser.get(address).text


def test_the_page_says_whether_the_evidence_still_yields_it(watched: Application, signed_in: SignIn) -> None:
    browser, (first, second, *_rest) = signed_in("supervisor_south"), kept(watched)
    with watched.database.begin() as connection:
        connection.execute(update(t.warning).where(t.warning.c.id == second.id).values(level="red"))
    assert "the same in every value" in browser.get(f"/warnings/{first.id}").text
    assert "it is not the same: level." in browser.get(f"/warnings/{second.id}").text


def test_a_case_that_has_ended_takes_no_corrected_fields(watched: Application, signed_in: SignIn) -> None:
    browser, (first, *_rest) = signed_in("liaison_approval"), kept(watched)
    address = f"/warnings/{first.id}"
    assert post(browser, address, f"{address}/correct", **{"field:reason_text": "不符合条件"}) == 409
    assert kept(watched)[0].state == "open"


def test_a_case_that_goes_on_is_corrected_within_the_grace(application: Application, signed_in: SignIn) -> None:
    on_review = approval(LIMIT + REASON).replace(b'attachedToRef="decide"', b'attachedToRef="review"')
    application.runtime.deploy(on_review, by="designer")
    application.runtime.deploy(VIOLATION.read_bytes(), by="designer")
    clerk = Actor("clerk_approval")
    case = application.runtime.start(
        "approval", business_key="C-1", district_code=SOUTH, scope="approval",
        data={"item": {"promised_wd": 8, "statutory_wd": 20}}, actor=clerk, key="start",
    )  # fmt: skip
    (task,) = application.runtime.query.tasks(instance_id=case.instance_id)
    data = {"decision": "denied", "reason_text": ""}
    application.runtime.complete(task.id, data=data, actor=clerk, key="review")
    settle(application)
    (warning,) = kept(application)
    browser, address = signed_in("liaison_approval"), f"/warnings/{warning.id}"
    assert post(browser, address, f"{address}/correct") == 303
    assert "The rule does not hold yet." in browser.get(address).text
    assert post(browser, address, f"{address}/correct", **{"field:reason_text": "不符合条件"}) == 303
    assert kept(application)[0].state == "auto_closed"
    assert application.runtime.query.instance(case.instance_id).data["reason_text"] == "不符合条件"
    page = browser.get("/warnings/departments").text
    assert "Corrected" in page and "Approval Bureau" in page


def test_a_waiver_is_proposed_by_one_and_granted_by_another(watched: Application, signed_in: SignIn) -> None:
    supervisor, head = signed_in("supervisor_south"), signed_in("office_head_south")
    told = {"district": SOUTH, "rule": "AA-18.1", "department": "approval", "reason": "系统切换", **DAYS}
    key = key_of(supervisor.get("/waivers").text)
    for _twice in range(2):
        assert supervisor.post("/waivers", {"key": key, **told}).status_code == 303
    page = head.get("/waivers").text
    (act,) = set(re.findall(r'action="(/waivers/[0-9a-f]+/decide)"', page))
    assert act not in supervisor.get("/waivers").text
    assert head.post(act, {"key": key_of(page), "granted": "true", "opinion": "同意"}).status_code == 303
    assert "In force" in supervisor.get("/waivers").text
    begun(watched, 4)
    begun(watched, 5, "water")
    assert [one.state for one in kept(watched)][-2:] == ["waived", "open"]
    elsewhere = {**told, "district": "370203", "key": "0" * 32}
    assert supervisor.post("/waivers", elsewhere).status_code == 403
    assert supervisor.post("/waivers", {**told, "since": "x", "key": "1" * 32}).status_code == 422


def test_a_recall_shows_what_it_would_withdraw_and_then_what_it_did(watched: Application, signed_in: SignIn) -> None:
    supervisor, leader = signed_in("supervisor_south"), signed_in("leader_south")
    told = {
        "district": SOUTH,
        "cause": "rule",
        "definition": "approval",
        "rule": "AA-18.1",
        "reason": "规则写反了",
        **DAYS,
    }
    answer = supervisor.post("/recalls", {"key": key_of(supervisor.get("/recalls").text), **told})
    page = supervisor.get(answer.location).text
    assert all(one.number in page for one in kept(watched)) and "Withdraw all of it" not in page
    act = f"{answer.location}/decide"
    assert post(leader, answer.location, act, confirmed="true", opinion="同意撤回") == 303
    settle(watched)
    assert {one.state for one in kept(watched)} == {"recalled"}
    assert "What was withdrawn (4)" in re.sub(r"\s+", " ", re.sub("<[^>]+>", "", leader.get(answer.location).text))
    assert watched.runtime.query.instances(definition="violation_handling", state="open") == []


@pytest.mark.parametrize("cause", ["calendar", "feed", "weather"])
def test_a_recall_that_does_not_say_what_was_faulty_is_refused(
    watched: Application, signed_in: SignIn, cause: str
) -> None:
    supervisor = signed_in("supervisor_south")
    told = {"district": SOUTH, "cause": cause, "reason": "x", "key": "0" * 32, **DAYS}
    assert supervisor.post("/recalls", told).status_code == 422


def test_rules_on_trial_are_watched_by_the_organ_alone(application: Application, signed_in: SignIn) -> None:
    trial = approval(LIMIT + REASON.replace("<jc:rule ", '<jc:rule dryRun="true" '))
    application.runtime.deploy(trial, by="designer")
    begun(application, 1)
    page = signed_in("supervisor_south").get("/trials").text
    assert "AA-18.1" in page and "C-1" in page
    assert "C-1" not in signed_in("supervisor_north").get("/trials").text
    assert signed_in("liaison_approval").get("/trials").status_code == 403
    assert kept(application) == []


def test_who_goes_away_names_a_substitute(watched: Application, signed_in: SignIn) -> None:
    browser = signed_in("supervisor_south")
    days = {"since": "2026-03-11", "until": "2026-03-12", "substitute": "supervisor_city"}
    assert post(browser, "/absences", "/absences", **days) == 303
    assert "supervisor_south" in signed_in("supervisor_city").get("/absences").text
    assert post(browser, "/absences", "/absences", **{**days, "substitute": "supervisor_north"}) == 403
    assert post(browser, "/absences", "/absences/back") == 303
    assert "supervisor_city" not in re.sub("<option.*?</option>", "", browser.get("/absences").text)


PAGES = ("/warnings", "/warnings/departments", "/waivers", "/recalls", "/trials", "/absences")


def test_the_pages_speak_chinese_too(watched: Application, signed_in: SignIn) -> None:
    browser = signed_in("supervisor_south")
    assert browser.post("/language/zh_Hans_CN").status_code == 303
    texts = {path: browser.get(path).text for path in PAGES}
    for path, words in zip(
        PAGES, ("批量驳回", "各部门预警情况", "提议豁免", "提议撤回", "试运行规则", "登记不在岗"), strict=True
    ):
        assert words in texts[path], path
    assert "认领" in browser.get(f"/warnings/{kept(watched)[0].id}").text
