"""An organisation of one city, two districts and a few people."""

from __future__ import annotations

from typing import Any

import pytest

from engine.clock import VirtualClock
from engine.db import Database
from monitors.organisation import load_organisation
from tests.monitors.town import Town

ORGANISATION: dict[str, Any] = {
    "district": [
        {"code": "370200", "name": "青岛市", "name_en": "Qingdao", "city": True},
        {"code": "370202", "name": "市南区", "name_en": "Shinan"},
        {"code": "370203", "name": "市北区", "name_en": "Shibei"},
    ],
    "department": [
        {"district": "370202", "code": "xzsp", "name": "行政审批局", "name_en": "Approval Bureau"},
        {"district": "370203", "code": "xzsp", "name": "行政审批局", "name_en": "Approval Bureau"},
        {"district": "370202", "code": "zjj", "name": "住建局", "name_en": "Construction Bureau"},
    ],
    "person": [
        {
            "id": "li",
            "name": "李",
            "name_en": "Li",
            "grants": [{"role": "clerk", "district": "370202", "department": "xzsp"}],
        },
        {
            "id": "wang",
            "name": "王",
            "name_en": "Wang",
            "grants": [{"role": "supervisor", "district": "370202", "department": "*"}],
        },
        {
            "id": "zhao",
            "name": "赵",
            "name_en": "Zhao",
            "grants": [{"role": "leader", "district": "*", "department": "*"}],
        },
        {
            "id": "sun",
            "name": "孙",
            "name_en": "Sun",
            "active": False,
            "grants": [{"role": "clerk", "district": "370202", "department": "xzsp"}],
        },
    ],
}


@pytest.fixture
def city(database: Database) -> Database:
    """A database with that organisation in it."""
    with database.begin() as connection:
        load_organisation(connection, ORGANISATION)
    return database


@pytest.fixture
def town(database: Database, clock: VirtualClock) -> Town:
    """A town with its approval process drawn."""
    return Town(database, clock).draw()


@pytest.fixture
def village(sqlite_database: Database, clock: VirtualClock) -> Town:
    """The same where one database is enough."""
    return Town(sqlite_database, clock).draw()
