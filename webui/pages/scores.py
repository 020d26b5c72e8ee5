"""The assessment: the ranking of a period, a department's sheet down to the event behind each point, other weights."""

from __future__ import annotations

import secrets
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Conflict, InvalidData
from monitors.assessment.periods import Span, span_of
from monitors.assessment.publishing import Publication
from monitors.assessment.whatif import reweigh
from monitors.model import Department
from monitors.scope import EVERYWHERE
from webui.access import application, reach, require, visitor
from webui.assessing import compute, current_sheet, current_year, departments, whole_districts
from webui.pages.keys import command_key
from webui.permissions import TABLE, permitted

pages = Blueprint("scores", __name__)
LONGEST = 2_000


@pages.get("/scores")
@permitted("read the ranking")
def ranking() -> str:
    """Every department's total; only the own ones lead to their sheet."""
    app, span = application(), asked_span()
    row = TABLE["read a score"]
    group = request.args.get("group", "")
    places = app.assessment.ranking(span.name, EVERYWHERE)
    groups = sorted({place.group for place in places if place.group})
    districts = {place.score.district_code for place in places}
    published = {code: app.assessment.publication(code, span.name) for code in sorted(districts)}
    return render_template(
        "scores/ranking.html",
        span=span,
        periods=_periods(),
        over=_is_over(span),
        ranked=[place for place in places if group in ("", place.group)],
        groups=groups,
        group=group if group in groups else "",
        departments=departments(app),
        published=[one for one in published.values() if one is not None],
        leads_to=lambda score: visitor().holds(row, score.district_code, score.department),
        may_compute=TABLE["compute scores"].admits(visitor().roles),
    )


@pages.post("/scores")
@permitted("compute scores")
def compute_again() -> Response:
    span = asked_span()
    count = compute(application(), span.name, reach())
    flash(_("%(count)d departments were scored.", count=count), "done")
    return _back(span)


@pages.post("/scores/publish")
@permitted("publish scores")
def publish() -> Response:
    """Score the districts that are covered whole, and let their departments object."""
    span, app = asked_span(), application()
    try:
        made = app.assessment.publish(whole_districts(app, reach()), span.name, app.clock.now(), visitor().id)
    except Conflict:
        flash(_("Published once, and only when the period is over."), "failed")
    else:
        flash(_("Districts whose scores are published: %(count)d.", count=len(made)), "done")
    return _back(span)


@pages.post("/scores/freeze")
@permitted("freeze a year")
def freeze() -> Response:
    """After the days of objection the sheets are frozen; what is decided later is an adjustment beside them (B.8)."""
    span, app = asked_span(), application()
    try:
        count = app.assessment.freeze(whole_districts(app, reach()), span.name, app.clock.now(), visitor().id)
    except Conflict as error:
        flash(_why_not(error), "failed")
    else:
        flash(_("Frozen sheets: %(count)d.", count=count), "done")
    return _back(span)


@pages.get("/scores/what-if")
@permitted("read the ranking")
def what_if() -> str:
    """Other weights, other totals and ranks; nothing is stored."""
    app, span = application(), asked_span()
    scores = [place.score for place in app.assessment.ranking(span.name, EVERYWHERE)]
    sheet = current_sheet(app, span.name)
    weights = {one.code: _weight(one.code, one.weight) for one in sheet.indicators} if sheet else {}
    return render_template(
        "scores/what_if.html",
        span=span,
        periods=_periods(),
        sheet=sheet,
        weights=weights,
        found=reweigh(sheet, scores, weights) if sheet else (),
        departments=departments(app),
    )


@pages.get("/scores/<district>/<department>")
@permitted("read a score")
def show(district: str, department: str) -> str:
    """Every indicator, and every deduction with the way down to its event."""
    require(district, department)
    app, span = application(), asked_span()
    with app.database.read() as connection:
        place: Department = app.directory.department(connection, district, department)
    score = app.assessment.kept(place, span.name)
    published = app.assessment.publication(district, span.name)
    objects = published is not None and score is not None and score.frozen_at is None and _may_still_object(published)
    return render_template(
        "scores/show.html",
        span=span,
        periods=_periods(),
        place=place,
        score=score,
        sheet=app.assessment.sheet_of(district, span.name) if score else None,
        published=published,
        objects=objects and visitor().holds(TABLE["object to a score"], district, department),
        deductions=app.assessment.deductions(place, span.name),
        adjustments=app.assessment.adjustments(place, span.name),
        key=secrets.token_hex(16),
    )


@pages.post("/scores/<district>/<department>/objections")
@permitted("object to a score")
def object_to(district: str, department: str) -> Response:
    """Object to one line of the own sheet, with the reason."""
    require(district, department)
    command_key("object")
    app, span, line = application(), asked_span(), request.form.get("line", "")
    if not (line.isascii() and line.isdigit() and len(line) < 7):
        raise InvalidData(f"expected the number of a line, found {line[:20]!r}", field="line")
    place = departments(app).get((district, department)) or Department(district, department, department, department)
    reason, now = request.form.get("reason", "")[:LONGEST], app.clock.now().astimezone(app.zone)
    app.assessment.object_to(place, span.name, int(line), reason, visitor().id, now)
    flash(_("The objection waits for a decision by somebody who did not compute the score."), "done")
    return redirect(url_for("scores.show", district=district, department=department, period=span.name), 303)


def asked_span() -> Span:
    """The period asked for, else the present year."""
    text = request.values.get("period", "")
    try:
        return span_of(text)
    except InvalidData:
        return span_of(current_year(application()))


def _periods() -> list[str]:
    """Three years, and of the present and the last one halves, quarters and months."""
    present = current_year(application())
    parts = ("H1", "H2", *(f"Q{n}" for n in range(1, 5)), *(f"{n:02d}" for n in range(1, 13)))
    return [
        *(str(present - back) for back in range(3)),
        *(f"{year}-{part}" for year in (present, present - 1) for part in parts),
    ]


def _is_over(span: Span) -> bool:
    app = application()
    return app.clock.now().astimezone(app.zone).date() >= span.after


def _may_still_object(published: Publication) -> bool:
    app = application()
    return app.clock.now().astimezone(app.zone).date() < published.until + timedelta(days=1)


def _weight(code: str, own: Decimal) -> Decimal:
    """The weight that was tried for an indicator, 0 to 1000, else its own."""
    try:
        tried = Decimal(request.args.get(f"w-{code}", "")[:12])
    except InvalidOperation:
        return own
    return tried if tried.is_finite() and 0 <= tried <= 1000 else own


def _why_not(error: Conflict) -> str:
    if "waiting" in error.facts:
        return _("Not frozen: %(count)d objections wait for a decision.", count=error.facts["waiting"])
    if "earliest" in error.facts:
        return _("Not frozen: the sheet says %(day)s or later.", day=error.facts["earliest"])
    if "until" in error.facts:
        return _("Not frozen: departments may object until %(day)s.", day=error.facts["until"])
    return _("Not frozen: the scores have not been published.")


def _back(span: Span) -> Response:
    return redirect(url_for("scores.ranking", period=span.name), 303)
