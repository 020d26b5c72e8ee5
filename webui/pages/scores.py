"""The assessment: the ranking of a year, and a department's sheet down to the event behind each point."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from monitors.model import Department
from monitors.scope import EVERYWHERE
from webui.access import application, require, visitor
from webui.assessing import compute, current_year, departments
from webui.permissions import TABLE, permitted

pages = Blueprint("scores", __name__)


@pages.get("/scores")
@permitted("read the ranking")
def ranking() -> str:
    """Every department's total; only the own ones lead to their sheet."""
    app, year = application(), _year()
    row = TABLE["read a score"]
    return render_template(
        "scores/ranking.html",
        year=year,
        years=_years(),
        this_year=current_year(app),
        ranked=app.assessment.ranking(year, EVERYWHERE),
        departments=departments(app),
        opens=lambda score: visitor().holds(row, score.district_code, score.department),
        may_compute=TABLE["compute scores"].admits(visitor().roles),
    )


@pages.post("/scores")
@permitted("compute scores")
def compute_again() -> Response:
    year = _year()
    count = compute(application(), year)
    flash(_("%(count)d departments were scored.", count=count), "done")
    return redirect(url_for("scores.ranking", year=year), 303)


@pages.post("/scores/freeze")
@permitted("freeze a year")
def freeze() -> Response:
    """A year that is over is frozen once; what is decided later is an adjustment beside it (B.8)."""
    year = _year()
    if year >= current_year(application()):
        flash(_("A year is frozen when it is over."), "failed")
    else:
        app = application()
        count = app.assessment.freeze(year, app.clock.now(), visitor().id)
        flash(_("Frozen sheets: %(count)d.", count=count), "done")
    return redirect(url_for("scores.ranking", year=year), 303)


@pages.get("/scores/<district>/<department>")
@permitted("read a score")
def show(district: str, department: str) -> str:
    """Every indicator, and every deduction with the way down to its event."""
    require(district, department)
    app, year = application(), _year()
    with app.database.read() as connection:
        place: Department = app.directory.department(connection, district, department)
    return render_template(
        "scores/show.html",
        year=year,
        years=_years(),
        place=place,
        score=app.assessment.kept(place, year),
        deductions=app.assessment.deductions(place, year),
        adjustments=app.assessment.adjustments(place, year),
    )


def _year() -> int:
    """The year asked for, else the present one."""
    text = request.values.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else current_year(application())


def _years() -> list[int]:
    present = current_year(application())
    return [present - back for back in range(3)]
