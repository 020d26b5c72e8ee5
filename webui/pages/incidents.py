"""Incidents: what failed, where and why; and what people may do about it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.casedata import dumps, loads
from engine.errors import ASKED_WRONGLY, EngineError, NotAllowed, NotFound
from engine.mending import way_to_skip
from engine.model import Data, Incident, Instance
from webui.access import allows, application, reach, require, visitor
from webui.pages.asked import page_number
from webui.pages.keys import command_key
from webui.permissions import permitted
from webui.presenters import PAGE, Page
from webui.reading import people

pages = Blueprint("incidents", __name__)
FIELD = "field:"
LONGEST_REASON = 2_000


@pages.get("/incidents")
@permitted("list incidents")
def listing() -> str:
    """Those that stand, or those that are closed; the latest first."""
    closed, page = request.args.get("state") == "closed", page_number()
    query = application().runtime.query
    found = query.incidents(standing=not closed, scope=reach().pairs, limit=PAGE + 1, offset=(page - 1) * PAGE)
    return render_template(
        "incidents/list.html", page=Page.of(found, page), closed=closed, cases=_cases(found), element=_element
    )


@pages.get("/incidents/<incident_id>")
@permitted("read an incident")
def show(incident_id: str) -> str:
    return _page(_incident(incident_id))


@pages.post("/incidents/<incident_id>/retry")
@permitted("act on an incident")
def retry(incident_id: str) -> Response:
    """Try again, with corrected fields where the form holds other values than the incident."""
    one = _incident(incident_id)
    runtime, key = application().runtime, command_key("retry")
    return _done(
        one,
        lambda: runtime.retry_incident(
            one.id, actor=visitor().actor, key=key, reason=_reason(), data=_corrections(one)
        ),
    )


@pages.post("/incidents/<incident_id>/propose-skip")
@permitted("act on an incident")
def propose_skip(incident_id: str) -> Response:
    one = _incident(incident_id)
    runtime, key = application().runtime, command_key("propose")
    return _done(one, lambda: runtime.propose_skip(one.id, actor=visitor().actor, key=key, reason=_reason()))


@pages.post("/incidents/<incident_id>/confirm-skip")
@permitted("confirm a skip")
def confirm_skip(incident_id: str) -> Response:
    one = _incident(incident_id)
    runtime, key = application().runtime, command_key("skip")
    return _done(one, lambda: runtime.confirm_skip(one.id, actor=visitor().actor, key=key, reason=_reason()))


def _incident(incident_id: str) -> Incident:
    """That incident, if the visitor's grants cover its place; one without a place is the whole city's."""
    one = application().runtime.query.incident(incident_id)
    require(one.district_code or "", one.scope or "")
    return one


def _done(one: Incident, act: Callable[[], Incident]) -> Response:
    """Back to the page, whether the act closed the incident or the command failed once more."""
    try:
        closed = act()
    except EngineError as error:
        if isinstance(error, ASKED_WRONGLY):
            raise
        flash(_("It failed again. Nothing was stored but this attempt."), "failed")
    else:
        words = _("The proposal waits for a second person.") if closed.standing else _("The incident is closed.")
        flash(words, "done")
    return redirect(url_for("incidents.show", incident_id=one.id), 303)


def _reason() -> str:
    return request.form.get("reason", "").strip()[:LONGEST_REASON]


def _corrections(one: Incident) -> dict[str, Any]:
    """The fields whose value was changed, and the further one that was named."""
    found = {}
    for name, value in one.fields.items():
        text = request.form.get(f"{FIELD}{name}")
        if text is not None and text.strip() != dumps(value):
            found[name] = _value(text)
    name = request.form.get("other", "").strip()
    return found | ({name: _value(request.form.get("value", ""))} if name else {})


def _value(text: str) -> Any:
    """JSON as it stands; anything else is text."""
    try:
        return loads(text)
    except json.JSONDecodeError:
        return text.strip()


def _page(one: Incident) -> str:
    app = application()
    district, department = one.district_code or "", one.scope or ""
    named = {act["by"] for act in one.acts} | {one.closed_by, (one.actor or {}).get("id")}
    return render_template(
        "incidents/show.html",
        one=one,
        case=_cases([one]).get(one.instance_id),
        opens=allows("read a case", district, department),
        may_act=one.standing and allows("act on an incident", district, department),
        may_confirm=one.standing and one.proposal is not None and allows("confirm a skip", district, department),
        acts=[_dated(act) for act in one.acts],
        proposal=one.proposal and _dated(one.proposal),
        element=_element(one),
        skip=_way_to_skip(one),
        fields={name: dumps(value) for name, value in one.fields.items()},
        people=people(app, {str(name) for name in named if name}),
        key=secrets.token_hex(16),
    )


def _dated(act: Data) -> Data:
    return {**act, "at": datetime.fromisoformat(act["at"])}


def _way_to_skip(one: Incident) -> str | None:
    try:
        return way_to_skip(one)
    except NotAllowed:
        return None


def _cases(found: Iterable[Incident]) -> dict[str | None, Instance]:
    query = application().runtime.query
    cases: dict[str | None, Instance] = {}
    for name in {one.instance_id for one in found if one.instance_id}:
        try:
            cases[name] = query.instance(name)
        except NotFound:
            continue
    return cases


def _element(one: Incident) -> Any:
    """The element in the model of its case, by its name; None where the model does not tell."""
    query = application().runtime.query
    try:
        if one.element is None or one.instance_id is None:
            return None
        case = query.instance(one.instance_id)
        return query.diagram(case.definition, case.version).elements.get(one.element)
    except EngineError:
        return None
