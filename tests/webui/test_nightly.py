"""Every night the rows are compared with the journal, once, and what differs is an incident until it is put right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine import Actor
from engine.clock import VirtualClock
from engine.tables import incident, task
from tests.conftest import create_tables
from tests.engine import drawing as d
from webui.config import Settings
from webui.nightly import Nightly
from webui.wiring import Application, build


@pytest.fixture
def app(tmp_path: Path) -> Application:
    """One case, at one o'clock in the night in Shanghai."""
    clock = VirtualClock(datetime(2026, 3, 10, 17, tzinfo=UTC))
    found = build(Settings(database=f"sqlite:///{tmp_path}/n.db"), clock, wall=clock)
    create_tables(found.database)
    found.runtime.deploy(d.model(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e")), by="designer")
    found.runtime.start(
        "p", business_key="C-1", district_code="1", scope="x", data={}, actor=Actor("li"), key="k"
    )  # fmt: skip
    return found


def later(app: Application, **step: int) -> None:
    assert isinstance(app.wall, VirtualClock)
    app.wall.advance(timedelta(**step))


def meddle(app: Application, name: str) -> None:
    with app.database.begin() as connection:
        connection.execute(update(task).values(name=name))


def states(app: Application) -> list[tuple[str, str, int]]:
    with app.database.read() as connection:
        rows = connection.execute(select(incident.c.kind, incident.c.state, incident.c.attempts)).all()
    return [(row.kind, row.state, row.attempts) for row in rows]


def test_it_looks_after_two_o_clock_and_once_a_night(app: Application) -> None:
    one, two = Nightly(app), Nightly(app)
    assert one.look() is None
    later(app, hours=1)
    report = one.look()
    assert report is not None and (report.cases, report.findings) == (1, [])
    assert one.look() is None
    assert two.look() is None
    later(app, hours=24)
    assert two.look() is not None
    assert states(app) == []


def test_what_differs_is_an_incident_until_it_is_put_right(app: Application) -> None:
    later(app, hours=1)
    meddle(app, "other")
    Nightly(app).look()
    assert states(app) == [("reconcile", "parked", 1)]
    (shown,) = app.runtime.query.incidents()
    assert "task" in shown.cause and "changed" in shown.cause
    later(app, hours=24)
    Nightly(app).look()
    assert states(app) == [("reconcile", "parked", 2)]
    meddle(app, "a")
    later(app, hours=24)
    Nightly(app).look()
    assert states(app) == [("reconcile", "resolved", 2)]
