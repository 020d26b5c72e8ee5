"""Starting a case: which items a person may start where, what is asked, and the command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from engine import Actor, Outcome
from engine.errors import NotFound
from engine.lint.names import CALLABLE
from monitors import items as registry
from monitors.model import ANY, Item
from monitors.storing import next_number
from webui.access import Visitor
from webui.forms import Field, Form, Option
from webui.permissions import TABLE
from webui.wiring import Application

START_FORMS = ("apply", "start")


@dataclass(frozen=True, slots=True)
class Offer:
    """An item that can be started in one department."""

    item: Item
    process: str
    district_code: str
    department: str
    place: Any
    form: Form

    @property
    def code(self) -> str:
        """What the page sends back."""
        return f"{self.item.code}@{self.district_code}.{self.department}"

    @property
    def name(self) -> str:
        return str(self.item.body.get("name", self.item.code))

    @property
    def name_en(self) -> str:
        return str(self.item.body.get("name_en", self.name))


def offers(app: Application, visitor: Visitor) -> tuple[Offer, ...]:
    """What the visitor may start: each item in force, in each department of theirs that handles it."""
    roles = TABLE["start a case"].roles
    with app.database.read() as connection:
        found = registry.items(connection, _today(app))
        places = sorted({place for g in visitor.grants if g.role in roles for place in _places(app, connection, g)})
        named = {place: app.directory.department(connection, *place) for place in places}
    begun = {process for process in {_process(one) for one in found if "process" in one.body} if _begins(app, process)}
    return tuple(
        Offer(item, _process(item), *place, named[place], _form(app, _process(item)))
        for item in found
        for place in places
        if "process" in item.body and _handles(item, *place) and _process(item) in begun
    )


def start_case(app: Application, offer: Offer, actor: Actor, data: Mapping[str, Any], key: str) -> Outcome:
    """Start the case: the item's version of today is pinned in its data. The same key gives the same case."""
    now = app.clock.now()
    received = now.astimezone(app.zone).isoformat(timespec="seconds")
    return app.runtime.start(
        offer.process,
        business_key=_case_number(app, offer.district_code),
        district_code=offer.district_code,
        scope=offer.department,
        data={"received_at": received, "channel": "counter", **data, "item": offer.item.pinned()},
        actor=actor,
        key=key,
    )


def _places(app: Application, connection: Any, grant: Any) -> Iterator[tuple[str, str]]:
    """The departments that a grant covers."""
    if ANY not in (grant.district_code, grant.department):
        yield grant.district_code, grant.department
        return
    for department in app.directory.departments(connection):
        if grant.covers(department.district_code, department.code):
            yield department.district_code, department.code


def _handles(item: Item, district: str, department: str) -> bool:
    """Whether that department handles the item; one that names none is everybody's."""
    districts, departments = _named(item, "district"), _named(item, "department")
    return (not districts or district in districts) and (not departments or department in departments)


def _named(item: Item, key: str) -> tuple[str, ...]:
    value = item.body.get(key) or item.body.get(f"{key}s") or ()
    return (value,) if isinstance(value, str) else tuple(value)


def _process(item: Item) -> str:
    """The diagram on which a case of the item runs."""
    return str(item.body["process"])


def _begins(app: Application, process: str) -> bool:
    """Whether people start the model: not one that only events or calls start, nor one without a version in force."""
    query = app.runtime.query
    try:
        diagram = query.diagram(process, query.version_in_force(process, app.clock.now()))
    except NotFound:
        return False
    return diagram.begins_plainly and diagram.kind != CALLABLE


def _form(app: Application, process: str) -> Form:
    """The process's own start form, else the applicant's name and what kind of person it is."""
    for name in START_FORMS:
        if app.forms.has(process, name):
            return app.forms.form(process, name)
    return APPLICANT


def _today(app: Application) -> date:
    return app.clock.now().astimezone(app.zone).date()


def _case_number(app: Application, district: str) -> str:
    """The number of a new case, such as 37020226031100017: district, day, running number."""
    today = _today(app)
    with app.database.begin() as connection:
        counted = next_number(connection, f"case-{district}-{today:%m%d}", today.year)
    return f"{district}{today:%y%m%d}{int(counted.rsplit('-', 1)[1]):05d}"


def _asked(kind: str, key: str, label: Any, **more: Any) -> Field:
    return Field(kind, key, label, "", required=True, **more)


APPLICANT = Form(
    "applicant",
    (
        _asked("textfield", "applicant_name_masked", _l("Applicant"), longest=100),
        _asked(
            "radio",
            "applicant_type",
            _l("Kind of applicant"),
            options=(Option("person", _l("Person"), ""), Option("org", _l("Organisation"), "")),
        ),
    ),
)
