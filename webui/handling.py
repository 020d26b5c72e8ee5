"""What people do about violations beside the steps of its process: find by hand, grant time, propose a revocation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from engine import Actor
from engine.errors import InvalidData
from monitors.handling.processes import MANUAL_FINDING, REVOCATION
from monitors.handling.raising import LEVELS, SOURCES
from monitors.model import ANY, Department
from monitors.outcomes import Violation
from monitors.storing import next_number
from webui.access import Visitor
from webui.forms import Field, Form, Option
from webui.permissions import TABLE
from webui.vocabulary import DIMENSION, FINDING_SOURCE, LEVEL
from webui.wiring import Application

EXTENSION = "violation.extension_granted"


def finding_form(places: tuple[Department, ...]) -> Form:
    """What was found, where, when, and by what basis."""
    departments = tuple(Option(_code(one), one.name, one.name_en) for one in places)
    return Form(
        MANUAL_FINDING,
        (
            _field("select", "place", _l("Department"), required=True, options=departments),
            _field("textfield", "about_case_no", _l("Case number, if it is about a case"), longest=200),
            _field("radio", "source", _l("How it was found"), required=True, options=_options(FINDING_SOURCE, SOURCES)),
            _field(
                "select", "dimension", _l("Dimension"), required=True, options=_options(DIMENSION, tuple(DIMENSION))
            ),
            _field("radio", "proposed_level", _l("Level"), required=True, options=_options(LEVEL, LEVELS)),
            _field("datetime", "fact_at", _l("Time of the fact"), required=True, subtype="datetime"),
            _field("textarea", "facts", _l("Facts (Chinese)"), required=True, longest=2_000),
            _field("textarea", "facts_en", _l("Facts (English)"), longest=2_000),
            _field("textfield", "basis", _l("Basis"), required=True, longest=200),
        ),
    )


def extension_form() -> Form:
    return Form("extension", (_field("textarea", "reason", _l("Reason"), required=True, longest=2_000),))


def places(app: Application, visitor: Visitor) -> tuple[Department, ...]:
    """The departments about which the visitor may enter a finding."""
    scope = visitor.scope(TABLE["enter a finding"].roles)
    with app.database.read() as connection:
        found = app.directory.departments(connection)
    return tuple(one for one in found if scope.covers(one.district_code, one.code))


def enter_finding(app: Application, actor: Actor, data: Mapping[str, Any], key: str) -> str:
    """Start the process that enters it; gives its instance. Raises InvalidData for a case that is none of the place."""
    district, _, department = str(data["place"]).partition(ANY)
    return app.runtime.start(
        MANUAL_FINDING,
        business_key=_number(app, "MF"),
        district_code=district,
        scope=department,
        data={
            **{name: value for name, value in data.items() if name not in ("place", "about_case_no", "fact_at")},
            "fact_at": _instant(str(data["fact_at"]), app.zone).isoformat(),
            **_about(app, str(data.get("about_case_no") or ""), district, department),
        },
        actor=actor,
        key=key,
    ).instance_id


def propose_revocation(app: Application, violation: Violation, actor: Actor, key: str) -> str:
    """Start a revocation; gives the step in which the reason is stated."""
    outcome = app.runtime.start(
        REVOCATION,
        business_key=_number(app, "RV"),
        district_code=violation.district_code,
        scope=violation.department,
        data={"violation_id": violation.id, "violation_no": violation.number},
        actor=actor,
        key=key,
    )
    return outcome.tasks[0]


def grant_extension(app: Application, violation: Violation, reason: str, actor: Actor, key: str) -> None:
    """More time for the rectification; raises Conflict where none waits, or it was granted before."""
    app.runtime.deliver(violation.instance_id, EXTENSION, payload={"reason": reason}, actor=actor, key=key)


def _about(app: Application, number: str, district: str, department: str) -> dict[str, str]:
    if not number:
        return {}
    for case in app.runtime.query.instances(business_key=number, scope=[(district, department)], limit=1):
        return {"about_case_id": case.id, "about_case_no": case.business_key}
    raise InvalidData(f"expected a case {number} of {department}, found none", field="about_case_no")


def _number(app: Application, prefix: str) -> str:
    with app.database.begin() as connection:
        return next_number(connection, prefix, app.clock.now().astimezone(app.zone).year)


def _instant(text: str, zone: ZoneInfo) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _code(place: Department) -> str:
    return f"{place.district_code}{ANY}{place.code}"


def _options(words: Mapping[str, Any], codes: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(Option(code, words[code], "") for code in codes)


def _field(kind: str, key: str, label: Any, **more: Any) -> Field:
    """A field whose label is a lazy word of ours: one text for both languages."""
    return Field(kind, key, label, "", **more)
