"""Freezing a year that is over, and what stands beside its sheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from sqlalchemy import select, update

from engine.clock import VirtualClock
from monitors import tables as t
from monitors.assessment.drafting import sheet_proposals
from monitors.assessment.marks import marks
from monitors.assessment.objections import objections
from tests.webui.conftest import SOUTH, Browser
from tests.webui.world import furnish
from webui.assessing import Assessor, install_sheets
from webui.wiring import Application

SignIn = Callable[[str], Browser]


@pytest.fixture
def scored(application: Application, clock: VirtualClock) -> Application:
    """A department scored in 2026; it is January 2027."""
    install_sheets(application)
    furnish(application, "south", SOUTH, "approval")
    with application.database.begin() as connection:
        connection.execute(update(t.warning).values(state="confirmed", dimension="FLOW"))
    clock.move_to(datetime(2027, 1, 18, 2, 0, tzinfo=UTC))
    return application


def frozen(app: Application) -> list[bool]:
    with app.database.read() as connection:
        return [row.frozen_at is not None for row in connection.execute(select(t.score))]


def published(app: Application, clock: VirtualClock, browser: Browser) -> None:
    """The year is published on 5 January; it is the 18th again."""
    clock.move_to(datetime(2027, 1, 5, 2, 0, tzinfo=UTC))
    assert browser.post("/scores/publish", {"period": "2026"}).status_code == 303
    clock.move_to(datetime(2027, 1, 18, 2, 0, tzinfo=UTC))


def test_a_year_is_not_frozen_before_it_was_published(scored: Application, signed_in: SignIn) -> None:
    browser = signed_in("assessor_south")
    assert "Freeze the scores" not in browser.get("/scores?period=2026").text
    browser.post("/scores/freeze", {"period": "2026"})
    assert "Not frozen: the scores have not been published." in browser.get("/scores?period=2026").text
    assert frozen(scored) == [False]


def test_an_assessor_freezes_the_own_district_when_the_days_of_objection_are_over(
    scored: Application, clock: VirtualClock, signed_in: SignIn
) -> None:
    browser = signed_in("assessor_south")
    clock.move_to(datetime(2027, 1, 5, 2, 0, tzinfo=UTC))
    browser.post("/scores/publish", {"period": "2026"})
    assert "objections until 2027-01-12" in browser.get("/scores?period=2026").text
    browser.post("/scores/freeze", {"period": "2026"})
    assert "departments may object until 2027-01-12" in browser.get("/scores?period=2026").text
    assert not any(frozen(scored))
    clock.move_to(datetime(2027, 1, 18, 2, 0, tzinfo=UTC))
    browser.post("/scores/freeze", {"period": "2026"})
    text = browser.get("/scores?period=2026").text
    assert "Frozen sheets: 2." in text
    assert frozen(scored) == [True, True]


def test_the_present_year_is_neither_published_nor_frozen(scored: Application, signed_in: SignIn) -> None:
    browser = signed_in("assessor_south")
    assert "Publish for objection" not in browser.get("/scores?period=2027").text
    browser.post("/scores/publish", {"period": "2027"})
    browser.post("/scores/freeze", {"period": "2027"})
    assert not any(frozen(scored))


def test_a_department_objects_and_the_freeze_waits_for_somebody_elses_decision(
    scored: Application, clock: VirtualClock, signed_in: SignIn
) -> None:
    officer, department = signed_in("assessor_south"), signed_in("dept_head_approval")
    clock.move_to(datetime(2027, 1, 5, 2, 0, tzinfo=UTC))
    officer.post("/scores/publish", {"period": "2026"})
    form = {"period": "2026", "line": "1", "reason": "并非本局责任", "key": "0" * 32}
    assert department.post(f"/scores/{SOUTH}/approval/objections", form).status_code == 303
    clock.move_to(datetime(2027, 1, 18, 2, 0, tzinfo=UTC))
    officer.post("/scores/freeze", {"period": "2026"})
    assert "1 objections wait for a decision" in officer.get("/scores?period=2026").text
    with scored.database.read() as connection:
        (one,) = objections(connection, "2026")
    answer = {"granted": "true", "opinion": "属实", "key": "1" * 32}
    path = f"/scores/objections/{one.id}/decide"
    assert officer.post(path, answer).status_code == 403  # who computed it
    assert signed_in("office_head_south").post(path, answer).status_code == 303
    officer.post("/scores/freeze", {"period": "2026"})
    assert all(frozen(scored))
    assert "objection upheld" in department.get(f"/scores/{SOUTH}/approval?period=2026").text


def test_other_weights_are_tried_and_nothing_is_stored(scored: Application, signed_in: SignIn) -> None:
    browser = signed_in("assessor_south")
    browser.post("/scores", {"period": "2026"})
    before = browser.get("/scores?period=2026").text
    text = browser.get("/scores/what-if?period=2026&w-fees=0&w-flow=50").text
    assert "Total before" in text
    after = browser.get("/scores?period=2026").text
    assert [line for line in after.splitlines() if "score-bar" in line] == [
        line for line in before.splitlines() if "score-bar" in line
    ]


def test_points_are_given_by_one_person_and_confirmed_by_another(scored: Application, signed_in: SignIn) -> None:
    officer = signed_in("assessor_south")
    form = {"department": f"{SOUTH}/approval", "period": "2026", "item": "bonus", "points": "2"}
    words = {"evidence": "市效能办〔2026〕3号", "reason": "创新", "key": "0" * 32}
    assert officer.post("/scores/marks", form | words).status_code == 303
    with scored.database.read() as connection:
        (one,) = marks(connection)
    path, answer = f"/scores/marks/{one.id}/decide", {"granted": "true", "opinion": "属实", "key": "1" * 32}
    assert officer.post(path, answer).status_code == 403
    assert signed_in("office_head_south").post(path, answer).status_code == 303
    assert "市效能办〔2026〕3号" in officer.get("/scores/marks?period=2026").text


def test_a_sheet_is_drawn_by_one_person_and_reviewed_by_another(scored: Application, signed_in: SignIn) -> None:
    shipped = (files("bpmn") / "supervision" / "scoresheets.toml").read_text(encoding="utf-8")
    first = "[[sheet]]" + shipped.split("[[sheet]]")[1]
    drawn = first.replace("version = 1", "version = 2").replace("2025-01-01", "2027-02-01")
    form = {"text": drawn, "reason": "调整权重", "key": "0" * 32}
    officer = signed_in("assessor_city")
    assert officer.post("/scores/sheets", form).status_code == 303
    with scored.database.read() as connection:
        (one,) = sheet_proposals(connection)
    path, answer = f"/scores/sheets/{one.id}/review", {"granted": "true", "opinion": "同意", "key": "1" * 32}
    assert officer.post(path, answer).status_code == 403
    assert signed_in("office_head_city").post(path, answer).status_code == 303
    assert "version 2" in officer.get("/scores/sheets?period=2027").text
    assert "version 1" in officer.get("/scores/sheets?period=2026").text


def test_a_sheet_shows_its_adjustments(scored: Application, clock: VirtualClock, signed_in: SignIn) -> None:
    browser = signed_in("assessor_south")
    with scored.database.read() as connection:
        before = scored.assessment.kept(*_place(scored))
    assert before is not None
    published(scored, clock, browser)
    browser.post("/scores/freeze", {"period": "2026"})
    with scored.database.begin() as connection:
        connection.execute(update(t.violation).values(state="revoked"))
    assert Assessor(scored).look()
    text = browser.get(f"/scores/{SOUTH}/approval?period=2026").text
    assert "Adjustment 1" in text
    (one,) = scored.assessment.adjustments(*_place(scored))
    assert one.total_before < one.total_after == 100


def _place(app: Application) -> tuple[object, int]:
    with app.database.read() as connection:
        return app.directory.department(connection, SOUTH, "approval"), 2026
