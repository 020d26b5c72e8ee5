"""A small city on a fresh SQLite: two districts, three departments, everybody who works there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import Database
from engine.clock import VirtualClock
from monitors import calendars
from monitors.items import load_items
from monitors.organisation import load_organisation
from webui.app import create_app
from webui.auth.credentials import CHEAP
from webui.config import Settings
from webui.deploying import deploy_models
from webui.wiring import Application, build

PASSWORD = "correct horse battery"
NORTH, SOUTH = "370203", "370202"
PLACES = {"approval": (SOUTH, "approval"), "water": (SOUTH, "water"), "north": (NORTH, "approval")}
DEPARTMENT_ROLES = ("clerk", "section_chief", "dept_head", "liaison")
ORGAN_ROLES = ("supervisor", "office_head", "leader", "assessor", "auditor")
CITY_ROLES = ("designer", "publisher", "administrator")


def organisation() -> dict[str, Any]:
    """``clerk_approval``, ``liaison_water``, ``supervisor_south``, ``supervisor_city`` and so on."""
    people = [(f"{role}_{name}", role, *place) for role in DEPARTMENT_ROLES for name, place in PLACES.items()]
    people += [(f"{role}2_approval", role, *PLACES["approval"]) for role in DEPARTMENT_ROLES]
    people += [(f"{role}_south", role, SOUTH, "*") for role in ORGAN_ROLES]
    people += [(f"{role}_north", role, NORTH, "*") for role in ORGAN_ROLES]
    people += [(f"{role}_city", role, "*", "*") for role in (*ORGAN_ROLES, *CITY_ROLES)]
    return {
        "district": [
            {"code": SOUTH, "name": "市南区", "name_en": "Shinan"},
            {"code": NORTH, "name": "市北区", "name_en": "Shibei"},
        ],
        "department": [
            {"district": SOUTH, "code": "approval", "name": "行政审批局", "name_en": "Approval Bureau"},
            {"district": SOUTH, "code": "water", "name": "水务局", "name_en": "Water Bureau"},
            {"district": NORTH, "code": "approval", "name": "行政审批局", "name_en": "Approval Bureau"},
        ],
        "person": [
            {"id": id_, "name": f"人{id_}", "name_en": id_, "grants": [{"role": role, "district": d, "department": p}]}
            for id_, role, d, p in people
        ],
    }


ITEM = {
    "code": "000120013000-370202",
    "version": 1,
    "valid_from": date(2026, 1, 1),
    "name": "食品经营许可",
    "name_en": "Food business licence",
    "process": "administrative_approval",
    "type": "承诺",
    "joint": False,
    "statutory_wd": 20,
    "promised_wd": 8,
    "route": ["2", "3", "4", "5", "6", "8"],
    "step_limits": {"2": 5, "3": 1, "4": 3, "5": 2, "6": 2},
    "fees": [],
    "materials": [],
    "allowed_special": ["hearing"],
    "authority": {},
}
# The same without what the checkpoints on an item find in it.
FLAWLESS = {
    **{name: value for name, value in ITEM.items() if name not in ("code", "version", "valid_from")},
    "basis": "食品安全法 35",
    "step_limits": {"3": 1, "4": 3, "5": 2, "6": 2},
}


@pytest.fixture
def wall() -> VirtualClock:
    """The machine's clock, for sessions and back-off."""
    return VirtualClock(datetime(2026, 3, 11, 1, 0, tzinfo=UTC))


def city(url: str, clock: VirtualClock, wall: VirtualClock, secret: Path) -> Application:
    """The wired product with the city in it; no models yet. The tables are there already."""
    settings = Settings(database=url, secret_file=secret, demo=False, language="en")
    app = build(settings, clock, wall=wall, hasher=CHEAP)
    with app.database.begin() as connection:
        load_organisation(connection, organisation())
        calendars.seed(connection)
        load_items(connection, [ITEM])
    return app


@pytest.fixture
def application(
    sqlite_database: Database, clock: VirtualClock, wall: VirtualClock, tmp_path: Path
) -> Iterator[Application]:
    """The city on a fresh database."""
    app = city(str(sqlite_database.url), clock, wall, tmp_path / "secret")
    yield app
    app.database.dispose()


@pytest.fixture
def modelled(application: Application) -> Application:
    """The same with the product's models deployed."""
    deploy_models(application)
    return application


@pytest.fixture
def web(application: Application) -> Flask:
    app = create_app(application)
    app.testing = False  # as in the product: a fault is a page, not a traceback
    return app


class Browser:
    """A client that keeps its cookies and sends the page's own CSRF token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, url: str, **more: Any) -> TestResponse:
        return self.client.get(url, **more)

    def token(self) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/login").text)
        assert found is not None
        return found[1]

    def post(self, url: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        return self.client.post(url, data={"csrf_token": self.token(), **(data or {})}, **more)

    def log_in(self, person: str, password: str = PASSWORD) -> TestResponse:
        return self.post("/login", {"person": person, "password": password})


@pytest.fixture
def browser(web: Flask) -> Browser:
    return Browser(web.test_client())


@pytest.fixture
def signed_in(web: Flask, application: Application) -> Callable[[str], Browser]:
    """A browser in which that person is signed in."""

    def sign_in(person: str) -> Browser:
        application.credentials.set(person, PASSWORD)
        browser = Browser(web.test_client())
        assert browser.log_in(person).status_code == 303
        return browser

    return sign_in
