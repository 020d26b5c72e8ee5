"""Working calendars: decrees that change them, what they would move, and what they moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Conflict, NotAllowed
from monitors.decrees import Decree
from monitors.decrees.moved import Moved, count_moved, moved_by
from monitors.decrees.preview import Look, foresee, foresee_all
from monitors.scope import Scope
from webui.access import application, reach, visitor
from webui.decreeing import as_csv, days_between, posted
from webui.pages.asked import page_number
from webui.permissions import TABLE, permitted
from webui.reading import people
from webui.wiring import Application

pages = Blueprint("decrees", __name__)
PAGE = 100
LONGEST_OPINION = 2_000


@pages.get("/calendars")
@permitted("list calendars")
def listing() -> str:
    return _listing(())


@pages.post("/calendars")
@permitted("hand in a decree")
def propose() -> Response:
    """Keep a decree as provisional; a mistake in it is told, and nothing is kept."""
    found = posted(request.form, request.files.get("file"))
    if found.proposal is None:
        return make_response(_listing(found.mistakes), 422)
    if not reach().covers(found.proposal.district_code or "*", "*"):
        abort(403)
    decree = application().decrees.propose(found.proposal, by=visitor().id)
    flash(_("Handed in. It counts when another person has confirmed it."), "done")
    return _back(decree.id)


@pages.get("/calendars/<decree_id>")
@permitted("list calendars")
def show(decree_id: str) -> str:
    """The days of a decree, and what it moves in open cases: foreseen while it is provisional, then as it was."""
    app, scope = application(), reach("list calendars")
    decree = app.decrees.get(decree_id)
    look: Look | None = None
    moved: tuple[Moved, ...] = ()
    counts: Mapping[str, int] = {}
    number = page_number()
    if decree.state == "provisional":
        look = foresee(app.runtime, decree, after=request.args.get("after", "")[:64], scope=scope)
    else:
        with app.database.read() as connection:
            counts = count_moved(connection, decree.id, scope)
            moved = moved_by(connection, decree.id, scope, limit=PAGE, offset=(number - 1) * PAGE)
    named = {decree.proposed_by, decree.decided_by}
    return render_template(
        "calendars/show.html",
        decree=decree,
        look=look,
        moved=moved,
        counts=counts,
        number=number,
        more=len(moved) == PAGE,
        days_between=lambda before, after: days_between(before, after, app.zone),
        people=people(app, {person for person in named if person}),
        may_decide=TABLE["confirm a decree"].admits(visitor().roles) and visitor().id != decree.proposed_by,
        own=visitor().id == decree.proposed_by,
    )


@pages.get("/calendars/<decree_id>/moves.csv")
@permitted("list calendars")
def moves(decree_id: str) -> Response:
    """Every limit that it moves or moved."""
    app, scope = application(), reach("list calendars")
    decree = app.decrees.get(decree_id)
    rows = foresee_all(app.runtime, decree, scope) if decree.state == "provisional" else _all_moved(app, scope, decree)
    response = Response(as_csv(rows, app.zone), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="decree-{decree.id[:8]}.csv"'
    return response


@pages.post("/calendars/<decree_id>/confirm")
@permitted("confirm a decree")
def confirm(decree_id: str) -> Response:
    _may_decide(application().decrees.get(decree_id))
    try:
        application().decrees.confirm(decree_id, by=visitor().id, opinion=_opinion())
    except (NotAllowed, Conflict) as error:
        flash(_why(error), "failed")
    else:
        flash(_("Confirmed. Every open case is counted anew in the background."), "done")
    return _back(decree_id)


@pages.post("/calendars/<decree_id>/reject")
@permitted("confirm a decree")
def reject(decree_id: str) -> Response:
    _may_decide(application().decrees.get(decree_id))
    if not _opinion():
        flash(_("Say the reason."), "failed")
        return _back(decree_id)
    try:
        application().decrees.reject(decree_id, by=visitor().id, opinion=_opinion())
    except (NotAllowed, Conflict) as error:
        flash(_why(error), "failed")
    else:
        flash(_("Rejected. It changes nothing."), "done")
    return _back(decree_id)


def _listing(mistakes: tuple[str, ...]) -> str:
    app = application()
    with app.database.read() as connection:
        districts = app.directory.districts(connection)
    calendar, year = app.calendars.for_case("", ""), app.clock.now().astimezone(app.zone).year
    return render_template(
        "calendars/list.html",
        decrees=app.decrees.all(),
        districts=districts,
        mistakes=mistakes,
        given=request.form,
        years=[(one, calendar.is_decreed(one)) for one in (year - 1, year, year + 1)],
        next_year=year + 1,
        may_propose=TABLE["hand in a decree"].admits(visitor().roles),
    )


def _may_decide(decree: Decree) -> None:
    """Who confirms must be answerable for that district, or for all of them."""
    if not reach().covers(decree.district_code or "*", "*"):
        abort(403)


def _all_moved(app: Application, scope: Scope, decree: Decree) -> Iterator[Moved]:
    offset = 0
    while True:
        with app.database.read() as connection:
            rows = moved_by(connection, decree.id, scope, limit=1_000, offset=offset)
        yield from rows
        if len(rows) < 1_000:
            return
        offset += len(rows)


def _why(error: NotAllowed | Conflict) -> str:
    if isinstance(error, NotAllowed):
        return _("Another person must do this: nobody confirms what he handed in himself.")
    return _("It was decided already.")


def _opinion() -> str:
    return request.form.get("opinion", "").strip()[:LONGEST_OPINION]


def _back(decree_id: str) -> Response:
    return redirect(url_for("decrees.show", decree_id=decree_id), 303)
