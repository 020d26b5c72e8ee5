"""Two declared sets for tests: payments of a pension, and the register of deaths."""

from __future__ import annotations

import io
from typing import Any

from engine.clock import VirtualClock
from engine.db import Database
from monitors.datasets import Load, Loads, read_schemas


def field(name: str, type: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "zh": f"{name}栏", "en": name.title(), "type": type, **more}


PAYMENTS = {
    "name": "pensions",
    "zh": "养老金发放",
    "en": "Pension payments",
    "id": ["person", "month"],
    "key": ["person"],
    "day": "month",
    "amount": "paid",
    "district": "district",
    "field": [
        field("person", "code"),
        field("month", "month"),
        field("paid", "money", unit="CNY"),
        field("district", "code"),
        field("bank", "text", required=False),
    ],
}
DEATHS = {
    "name": "deaths",
    "zh": "死亡登记",
    "en": "Register of deaths",
    "id": ["person"],
    "key": ["person"],
    "day": "died_on",
    "field": [
        field("person", "code"),
        field("died_on", "date"),
        field("registered_at", "instant", required=False),
        field("certificate", "hash", required=False),
        field("age", "whole", unit="year", required=False),
    ],
}
SCHEMAS = read_schemas([PAYMENTS, DEATHS])
HEADER = "person,month,paid,district,bank"


def pensions(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *lines, "")).encode()


def loads_into(database: Database, clock: VirtualClock) -> Loads:
    return Loads(database, clock, SCHEMAS)


def load(loads: Loads, content: bytes, name: str = "pensions", file: str = "a.csv") -> Load:
    return loads.load(name, io.BytesIO(content), file, by="li", source="人社局")
