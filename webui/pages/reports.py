"""Reports: on the page, as files, and bulletins as they were issued. The address says all that is asked."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from engine.errors import Conflict
from monitors.documents.printing import pdf_of_html
from monitors.model import ANY
from monitors.statistics import bulletins
from monitors.statistics.asked import Asked
from monitors.statistics.exporting import html_of
from monitors.statistics.headline import headline
from monitors.statistics.indicators import HEADLINE, INDICATORS
from monitors.statistics.reports import REPORTS
from monitors.statistics.tables import Column
from monitors.statistics.wording import basis, shown
from webui.access import application, reach, visitor
from webui.i18n import ENGLISH, language
from webui.permissions import TABLE, permitted
from webui.reading import people
from webui.reporting import MEDIA, Made, last_periods, make, period_of, today

pages = Blueprint("reports", __name__)
ON_A_PAGE = 200


@pages.get("/reports")
@permitted("read reports")
def listing() -> str:
    """The year's headline, every report, and the bulletins."""
    app = application()
    first, last = period_of("year", today(app))
    with app.database.read() as connection:
        figures = headline(connection, Asked(first, last, reach(), zone=app.zone))
        papers = bulletins.issued(connection, reach())
    return render_template(
        "reports/list.html",
        year=first.year,
        figures=[
            (INDICATORS[code].name, _text(Column.of(INDICATORS[code]), figures[key]), basis(figures[key]))
            for key, code in HEADLINE.items()
        ],
        reports=REPORTS.values(),
        bulletins=papers,
        issuers=people(app, {one.issued_by for one in papers}),
        may_issue=_issues_for(),
        periods=last_periods(today(app)),
    )


@pages.get("/reports/<name>")
@permitted("read reports")
def show(name: str) -> str:
    """A report with its filters; the first lines of a long one."""
    made = _made(name)
    given = {key: value for key, value in request.args.items() if value}
    return render_template(
        "reports/show.html",
        made=made,
        columns=made.table.columns,
        lines=[
            [
                (_text(column, cell), basis(cell), column.kind)
                for column, cell in zip(made.table.columns, row, strict=True)
            ]
            for row in made.table.rows[:ON_A_PAGE]
        ],
        left=max(0, len(made.table.rows) - ON_A_PAGE),
        given=given,
        choices=_choices(),
    )


@pages.get("/reports/<name>.<kind>")
@permitted("read reports")
def export(name: str, kind: str) -> Response:
    """All of it as a file, in the language of the page."""
    if kind not in MEDIA:
        abort(404)
    made = _made(name)
    answer = Response(made.as_file(kind, english=language() == ENGLISH), mimetype=MEDIA[kind].partition(";")[0])
    file = f"{name}-{made.asked.since:%Y%m%d}-{made.asked.until:%Y%m%d}.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer


@pages.get("/bulletins/<identity>")
@permitted("read reports")
def bulletin(identity: str) -> str:
    """A bulletin as it was issued."""
    paper = _bulletin(identity)
    parts = [
        (
            title,
            table.columns,
            [
                [
                    (_text(column, cell), basis(cell), column.kind)
                    for column, cell in zip(table.columns, row, strict=True)
                ]
                for row in table.rows[:ON_A_PAGE]
            ],
        )
        for title, table in paper.parts
    ]
    return render_template(
        "reports/bulletin.html",
        paper=paper,
        parts=parts,
        issuer=people(application(), {paper.issued_by}).get(paper.issued_by),
    )


@pages.get("/bulletins/<identity>.pdf")
@permitted("read reports")
def bulletin_pdf(identity: str) -> Response:
    paper, english = _bulletin(identity), language() == ENGLISH
    parts = tuple((title.text(english), table) for title, table in paper.parts)
    notes = (paper.number, f"{paper.first_day} – {paper.last_day}")
    page = html_of(parts, paper.title.text(english), notes, english=english, zone=application().zone)
    answer = Response(pdf_of_html(page), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{paper.id}.pdf"'
    return answer


@pages.post("/bulletins")
@permitted("issue a bulletin")
def issue() -> Answer:
    """The bulletin of a month or quarter that is over, for a district that the visitor's office covers, or the city."""
    app = application()
    district, period = request.form.get("district", "")[:32], request.form.get("period", "")[:16]
    bulletins.days_of(period)
    if not reach().covers(district, ANY):
        abort(403)
    try:
        with app.database.begin() as connection:
            paper = bulletins.issue(connection, district, period, at=app.clock.now(), by=visitor().id, zone=app.zone)
    except Conflict:
        flash(_("A bulletin is issued once, when its period is over."), "failed")
        return redirect(url_for("reports.listing"), 303)
    flash(_("Issued: %(number)s.", number=paper.number), "done")
    return redirect(url_for("reports.bulletin", identity=paper.id), 303)


def _made(name: str) -> Made:
    if name not in REPORTS:
        abort(404)
    return make(application(), name, request.args, reach())


def _bulletin(identity: str) -> bulletins.Bulletin:
    with application().database.read() as connection:
        paper = bulletins.get(connection, identity[:64])
    if paper.district_code != ANY and not any(one in (ANY, paper.district_code) for one, _ in reach().pairs):
        abort(403)
    return paper


def _text(column: Column, cell: Any) -> str:
    return shown(column, cell, language() == ENGLISH, application().zone)


def _choices() -> dict[str, list[Any]]:
    """The districts and departments that the visitor may choose from."""
    app, scope = application(), reach()
    with app.database.read() as connection:
        departments = [
            one for one in app.directory.departments(connection) if scope.covers(one.district_code, one.code)
        ]
        codes = {one.district_code for one in departments}
        districts = [one for one in app.directory.districts(connection) if one.code in codes]
    return {"district": districts, "department": list({one.code: one for one in departments}.values())}


def _issues_for() -> list[Any]:
    """For which districts the visitor may issue a bulletin; the city is the one named ``*``."""
    row = TABLE["issue a bulletin"]
    if not row.admits(visitor().roles):
        return []
    app, scope = application(), visitor().scope(row.roles)
    with app.database.read() as connection:
        districts = [one for one in app.directory.districts(connection) if scope.covers(one.code, ANY)]
    return [*([None] if scope.covers(ANY, ANY) else []), *districts]
