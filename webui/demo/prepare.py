"""What a city needs before its first case: models, items, calendar, organisation, score sheets."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from monitors import items as registry
from monitors.notify import Contact, put_contact
from monitors.organisation import load_organisation
from webui.assessing import install_sheets
from webui.deploying import deploy_models, load_registry
from webui.wiring import Application

MARGIN = timedelta(days=150)  # working days are given that far beyond both ends
PLAYED = "administrative_approval"  # the process whose cases the city's recipes tell


def organisation() -> dict[str, Any]:
    """The demo organisation, as its file has it."""
    text = (files("webui.demo") / "organisation.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def prepare(app: Application) -> None:
    """Enter everything. The same again changes nothing."""
    deploy_models(app)
    load_registry(app)
    with app.database.begin() as connection:
        load_organisation(connection, organisation())
        for person in app.directory.people(connection):
            mail = f"{person.id}@example.org"  # a domain that nobody has (RFC 2606); the demo sends nothing
            put_contact(connection, Contact(person.id, mail=mail), now=app.clock.now())
    install_sheets(app)


def items_of(app: Application, day: date) -> list[Mapping[str, Any]]:
    """The items of the process that is played, in force on that day, as cases pin them; of departments that exist."""
    with app.database.read() as connection:
        places = {(one.district_code, one.code) for one in app.directory.departments(connection)}
        found = [one.pinned() for one in registry.items(connection, day)]
    played = [one for one in found if one.get("process") == PLAYED]
    return [one for one in played if (one.get("district"), one.get("department")) in places]


def example_items(app: Application, day: date) -> list[Mapping[str, Any]]:
    """An item for each example process: the registry's, else one of the same department that has nothing but a place."""
    with app.database.read() as connection:
        found = {one.body.get("process"): one.pinned() for one in registry.items(connection, day)}
    licence = found["licence_renewal"]
    place = {name: licence[name] for name in ("district", "department")}
    return [
        licence,
        {"code": "GP-01", "process": "procurement", **place},
        {"code": "SU-01", "process": "subsidy", **place},
    ]


def working_days(app: Application, first: date, last: date) -> frozenset[date]:
    """The working dates of the city's calendar around that span."""
    calendar = app.calendars.for_case("", "")
    begin, end = first - MARGIN, last + MARGIN
    span = (begin + timedelta(days=number) for number in range((end - begin).days + 1))
    return frozenset(day for day in span if calendar.is_working(day))
