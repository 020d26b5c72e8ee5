"""What two people agree on before a score stands: objections, points that people give, versions of a sheet."""

from __future__ import annotations

import secrets
import tomllib
from datetime import datetime
from decimal import Decimal, InvalidOperation

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import InvalidData
from monitors.assessment.drafting import (
    SheetProposal,
    propose_sheet,
    read_drawn,
    review_sheet,
    sheet_proposal,
    sheet_proposals,
)
from monitors.assessment.marks import Mark, decide_mark, enter_mark, mark, marks
from monitors.assessment.objections import Objection, decide_objection, objection, objections
from monitors.twopeople import PROPOSED
from webui.access import allows, application, reach, require, visitor
from webui.assessing import current_sheet, departments
from webui.pages.keys import command_key
from webui.pages.scores import LONGEST, asked_span
from webui.permissions import TABLE, permitted
from webui.reading import people

pages = Blueprint("score_life", __name__)
LARGEST = 200_000  # characters of a sheet


@pages.get("/scores/objections")
@permitted("list objections")
def listed_objections() -> str:
    app, span = application(), asked_span()
    with app.database.read() as connection:
        found = objections(connection, span.name, reach())
    return render_template(
        "scores/objections.html",
        span=span,
        rows=found,
        people=people(app, {str(name) for one in found for name in (one.proposed_by, one.decided_by) if name}),
        departments=departments(app),
        decides=lambda one: _may_decide("decide an objection", one, one.department),
        key=secrets.token_hex(16),
    )


@pages.post("/scores/objections/<objection_id>/decide")
@permitted("decide an objection")
def decide_one(objection_id: str) -> Response:
    app = application()
    with app.database.read() as connection:
        one = objection(connection, objection_id)
    if one is None:
        abort(404)
    require(one.district_code, one.department)
    command_key("decide-objection")
    upheld = request.form.get("granted") == "true"
    with app.database.begin() as connection:
        decide_objection(connection, one.id, upheld, _text("opinion"), visitor().id, app.clock.now())
    flash(_("The objection is upheld.") if upheld else _("The objection is refused."), "done")
    return redirect(url_for("score_life.listed_objections", period=one.period), 303)


@pages.get("/scores/marks")
@permitted("list marks")
def listed_marks() -> str:
    app, span = application(), asked_span()
    with app.database.read() as connection:
        found = marks(connection, reach())
    places = {key: one for key, one in departments(app).items() if reach().covers(*key)}
    return render_template(
        "scores/marks.html",
        span=span,
        rows=found,
        sheet=current_sheet(app, span.name),
        people=people(app, {str(name) for one in found for name in (one.proposed_by, one.decided_by) if name}),
        departments=places,
        enters=TABLE["enter a mark"].admits(visitor().roles),
        decides=lambda one: _may_decide("confirm a mark", one, one.department),
        key=secrets.token_hex(16),
    )


@pages.post("/scores/marks")
@permitted("enter a mark")
def enter() -> Response:
    command_key("mark")
    app, span = application(), asked_span()
    district, _slash, code = request.form.get("department", "").partition("/")
    place = departments(app).get((district, code))
    if place is None or not reach().covers(district, code):
        abort(403)
    sheet = app.assessment.sheet_of(district, span.name)
    item, given = request.form.get("item", "")[:32], _points()
    with app.database.begin() as connection:
        enter_mark(
            connection, place, sheet, span.name, item, given, _text("evidence"), _text("reason"), visitor().id, _now()
        )
    flash(_("The points wait for a second person."), "done")
    return redirect(url_for("score_life.listed_marks", period=span.name), 303)


@pages.post("/scores/marks/<mark_id>/decide")
@permitted("confirm a mark")
def decide_points(mark_id: str) -> Response:
    app = application()
    with app.database.read() as connection:
        one = mark(connection, mark_id)
    if one is None:
        abort(404)
    require(one.district_code, one.department)
    command_key("decide-mark")
    agreed = request.form.get("granted") == "true"
    with app.database.begin() as connection:
        decide_mark(connection, one.id, agreed, _text("opinion"), visitor().id, app.clock.now())
    flash(_("The points count from now on.") if agreed else _("The points are refused."), "done")
    return redirect(url_for("score_life.listed_marks", period=one.period), 303)


@pages.get("/scores/sheets")
@permitted("list score sheets")
def listed_sheets() -> str:
    """The sheet in force in words, and the versions that were drawn."""
    app, span = application(), asked_span()
    with app.database.read() as connection:
        found = sheet_proposals(connection, reach())
    return render_template(
        "scores/sheets.html",
        span=span,
        sheet=current_sheet(app, span.name),
        rows=found,
        people=people(app, {str(name) for one in found for name in (one.proposed_by, one.decided_by) if name}),
        draws=TABLE["draw a score sheet"].admits(visitor().roles),
        decides=lambda one: _may_decide("review a score sheet", one, "*"),
        key=secrets.token_hex(16),
    )


@pages.post("/scores/sheets")
@permitted("draw a score sheet")
def draw() -> Response:
    command_key("sheet")
    app = application()
    upload = request.files.get("file")
    text = upload.read(LARGEST + 1).decode("utf-8", "replace") if upload and upload.filename else ""
    text = text or request.form.get("text", "")
    if len(text) > LARGEST:
        raise InvalidData(f"expected at most {LARGEST} characters, found more", field="file")
    try:
        sheet = read_drawn(tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        raise InvalidData(f"expected TOML, found a mistake: {error}", field="file") from error
    if not reach().covers(sheet.district_code, "*"):
        abort(403)
    with app.database.begin() as connection:
        propose_sheet(connection, sheet, _text("reason"), visitor().id, _now().date(), _now())
    flash(_("The version waits for review by a second person."), "done")
    return redirect(url_for("score_life.listed_sheets"), 303)


@pages.post("/scores/sheets/<proposal_id>/review")
@permitted("review a score sheet")
def review(proposal_id: str) -> Response:
    app = application()
    with app.database.read() as connection:
        one = sheet_proposal(connection, proposal_id)
    if one is None:
        abort(404)
    require(one.district_code, "*")
    command_key("review-sheet")
    agreed = request.form.get("granted") == "true"
    with app.database.begin() as connection:
        review_sheet(connection, one.id, agreed, _text("opinion"), visitor().id, app.clock.now())
    flash(_("The version is agreed.") if agreed else _("The version is refused."), "done")
    return redirect(url_for("score_life.listed_sheets"), 303)


def _may_decide(right: str, one: Objection | Mark | SheetProposal, department: str) -> bool:
    """Whether it waits for a second person, and the visitor is one."""
    waits = one.state == PROPOSED and one.proposed_by != visitor().id
    return waits and allows(right, one.district_code, department)


def _text(field: str) -> str:
    return request.form.get(field, "")[:LONGEST]


def _points() -> Decimal:
    text = request.form.get("points", "").strip()[:12]
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise InvalidData(f"expected a number of points, found {text!r}", field="points") from error
    if not found.is_finite():
        raise InvalidData(f"expected a number of points, found {text!r}", field="points")
    return found


def _now() -> datetime:
    """In the city's zone: numbers are of its year."""
    app = application()
    return app.clock.now().astimezone(app.zone)
