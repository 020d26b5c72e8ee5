"""Freezing a year that is over, and what stands beside its sheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine.clock import VirtualClock
from monitors import tables as t
from tests.webui.conftest import SOUTH, Browser
from tests.webui.world import furnish
from webui.assessing import install_sheets
from webui.wiring import Application

SignIn = Callable[[str], Browser]


@pytest.fixture
def scored(application: Application, clock: VirtualClock) -> Application:
    """A department scored in 2026; it is January 2027."""
    install_sheets(application)
    furnish(application, "south", SOUTH, "approval")
    clock.move_to(datetime(2027, 1, 18, 2, 0, tzinfo=UTC))
    return application


def frozen(app: Application) -> list[bool]:
    with app.database.read() as connection:
        return [row.frozen_at is not None for row in connection.execute(select(t.score))]


def test_an_assessor_freezes_a_year_that_is_over(scored: Application, signed_in: SignIn) -> None:
    browser = signed_in("assessor_south")
    assert "Freeze the year" in browser.get("/scores?year=2026").text
    assert browser.post("/scores/freeze", {"year": "2026"}).status_code == 303
    assert frozen(scored) == [True]
    text = browser.get("/scores?year=2026").text
    assert "frozen" in text
    assert "Frozen sheets: 1." in text


def test_the_present_year_is_not_frozen(scored: Application, signed_in: SignIn) -> None:
    browser = signed_in("assessor_south")
    assert "Freeze the year" not in browser.get("/scores?year=2027").text
    browser.post("/scores/freeze", {"year": "2027"})
    assert frozen(scored) == [False]


def test_a_sheet_shows_its_adjustments(scored: Application, signed_in: SignIn) -> None:
    browser = signed_in("assessor_south")
    browser.post("/scores/freeze", {"year": "2026"})
    browser.post("/scores", {"year": "2026"})
    text = browser.get(f"/scores/{SOUTH}/approval?year=2026").text
    assert "Adjustment 1" in text
    (one,) = scored.assessment.adjustments(*_place(scored))
    assert one.total_before == Decimal(97)


def _place(app: Application) -> tuple[object, int]:
    with app.database.read() as connection:
        return app.directory.department(connection, SOUTH, "approval"), 2026
