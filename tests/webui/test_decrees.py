"""The pages of working calendars: a decree is handed in, looked at, confirmed by a second person."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from engine.clock import VirtualClock
from tests.monitors.cases import at
from tests.monitors.test_decrees import NOTICE_2027, SPRING
from tests.webui.conftest import Browser
from tests.webui.test_tasks import started
from webui.wiring import Application

SignIn = Callable[[str], Browser]
NOTICE = {"form": "notice", "title": NOTICE_2027, "valid_from": "2027-01-01", "year": "2027", "text": SPRING}


def hand_in(browser: Browser, **more: str) -> str:
    answer = browser.post("/calendars", {**NOTICE, **more})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def sheet(browser: Browser, text: str, **more: str) -> tuple[int, str]:
    given = {"form": "sheet", "title": "台风停办通知", "valid_from": "2026-03-11", **more}
    data = {**given, "file": (io.BytesIO(text.encode()), "days.csv")}
    answer = browser.post("/calendars", data, content_type="multipart/form-data")
    return answer.status_code, answer.location or answer.text


def test_two_people_put_the_notice_of_a_year_into_force(application: Application, signed_in: SignIn) -> None:
    designer, publisher = signed_in("designer_city"), signed_in("publisher_city")
    page = hand_in(designer)
    assert "You handed it in; another person must confirm it." in designer.get(page).text
    assert "2027-02-05" in publisher.get(page).text and "make-up working day" in publisher.get(page).text
    assert "2027 · provisional" in designer.get("/calendars").text
    assert designer.post(f"{page}/confirm").status_code == 403
    publisher.post(f"{page}/confirm", {"opinion": "与通知一致"})
    assert "In force" in publisher.get(page).text and "与通知一致" in publisher.get(page).text
    assert "2027 · decreed" in designer.get("/calendars").text


def test_nobody_confirms_what_he_handed_in_and_nothing_is_decided_twice(
    application: Application, signed_in: SignIn
) -> None:
    from monitors.decrees import Proposal, read_notice

    days = read_notice(SPRING, 2027, NOTICE_2027)
    own = application.decrees.propose(Proposal(NOTICE_2027, days[0].date, days, None, 2027), by="publisher_city")
    publisher, page = signed_in("publisher_city"), f"/calendars/{own.id}"
    publisher.post(f"{page}/confirm")
    assert "nobody confirms what he handed in himself" in publisher.get(page).text
    other = hand_in(signed_in("designer_city"))
    publisher.post(f"{other}/reject")
    assert "Say the reason." in publisher.get(other).text
    publisher.post(f"{other}/reject", {"opinion": "重复"})
    assert "Nothing: it was rejected." in publisher.get(other).text
    publisher.post(f"{other}/confirm")
    assert "It was decided already." in publisher.get(other).text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("date,kind\n2026-03-17,LOCAL_OFF\n", "Line 1, name: name is missing"),
        ("date,kind,name\n2026-03-17,LOCAL_OFF,x\n2026-02-30,HOLIDAY,y\n", "Line 3, date: “2026-02-30” is no date"),
        (
            "date,kind,name\n2026-03-10,LOCAL_OFF,x\n",
            "Line 2, date: 2026-03-10 is before the first valid day, 2026-03-11",
        ),
    ],
)
def test_a_mistake_is_told_by_line_and_column_and_nothing_is_kept(
    application: Application, signed_in: SignIn, text: str, words: str
) -> None:
    status, page = sheet(signed_in("designer_city"), text)
    assert status == 422 and words in page and "nothing was changed" in page
    assert application.decrees.all() == ()


def test_a_mistake_in_the_notice_is_told_in_both_languages_and_the_text_stays(
    application: Application, signed_in: SignIn
) -> None:
    designer = signed_in("designer_city")
    wrong = {**NOTICE, "text": SPRING.replace("共7天", "共9天")}
    answer = designer.post("/calendars", wrong)
    assert answer.status_code == 422 and "Line 1, 春节: the text says 9 days, and names 7" in answer.text
    assert "共9天" in answer.text
    designer.post("/language/zh_Hans_CN", {"next": "/"})
    assert "第 1 行，春节：文中写共 9 天，实际列出 7 天" in designer.post("/calendars", wrong).text
    assert "请写明文件名称" in designer.post("/calendars", {**wrong, "title": ""}).text


def test_what_it_would_move_is_shown_and_then_what_it_moved(
    modelled: Application, signed_in: SignIn, clock: VirtualClock
) -> None:
    """The first step may take 5 working days from Wednesday 11 March: until Wednesday the 18th."""
    started(signed_in("clerk_approval"))
    designer, publisher = signed_in("designer_city"), signed_in("publisher_city")
    status, page = sheet(designer, "date,kind,name\n2026-03-17,LOCAL_OFF,台风/Typhoon\n")
    assert status == 303
    before = publisher.get(page).text
    assert "In 1 open case looked at here:" in before and "+1" in before and "37020226031100001" in before
    lines = publisher.get(f"{page}/moves.csv").text.splitlines()
    assert lines[0].endswith("before,after,days") and any(line.endswith(",1") for line in lines[1:])
    assert modelled.runtime.query.journal(modelled.runtime.query.instances()[0].id)[-1].kind != "recounted"

    publisher.post(f"{page}/confirm")
    while modelled.runtime.tick():
        pass
    case = modelled.runtime.query.instances()[0]
    moved = [entry.body for entry in modelled.runtime.query.journal(case.id) if entry.kind == "due_moved"]
    assert {body["because"]["title"] for body in moved} == {"台风停办通知"}
    assert {timer.due for timer in modelled.runtime.query.timers(case.id) if timer.rung == "yellow"} >= {
        at("2026-03-20")
    }
    told = signed_in("clerk_approval").get(f"/cases/{case.id}").text
    assert "Limit moved: AA-01.1" in told and "台风停办通知" in told
    after = publisher.get(page).text
    assert "What it moved" in after and f"{len(moved)} limits moved in 1 open cases; 0 had fired" in after
    assert publisher.get(f"{page}/moves.csv").text.splitlines()[1:] == lines[1:]


def test_a_supervisor_of_a_district_sees_what_moves_there_and_nothing_else(
    modelled: Application, signed_in: SignIn
) -> None:
    started(signed_in("clerk_approval"))
    _, page = sheet(signed_in("designer_city"), "date,kind,name\n2026-03-17,LOCAL_OFF,台风/Typhoon\n")
    assert "37020226031100001" in signed_in("supervisor_south").get(page).text
    assert "37020226031100001" not in signed_in("supervisor_north").get(page).text
    assert "37020226031100001" not in signed_in("supervisor_north").get(f"{page}/moves.csv").text
