"""The supervisor's board and a warning with its evidence."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from engine import Instance
from engine.errors import NotFound
from monitors.acts import Act, acts_of
from monitors.laws import articles
from monitors.model import Warning
from monitors.rederiving import Rederived, rederive
from monitors.standing import mark_of
from webui.access import application, reach, require
from webui.pages.tasks import is_theirs
from webui.pages.warnings import what_may_be_done
from webui.permissions import permitted
from webui.reading import people
from webui.vocabulary import LEVEL, WARNING_STATE
from webui.watching import WarningFilter, handling_of, open_counts, rule_text, warning, warnings

pages = Blueprint("board", __name__)


@pages.get("/board")
@permitted("watch the board")
def show() -> str:
    """Warnings, the newest first; the list refreshes itself when one is raised."""
    return render_template("board/show.html", **_board())


@pages.get("/board/list")
@permitted("watch the board")
def listing() -> str:
    """The same list without the page around it, for the refresh."""
    return render_template("board/list.html", **_board())


@pages.get("/warnings/<warning_id>")
@permitted("read a warning")
def one(warning_id: str) -> str:
    app = application()
    found = warning(app, warning_id)
    require(found.district_code, found.department)
    handling = handling_of(app, found)
    with app.database.read() as connection:
        mark = mark_of(connection, found.basis, found.confidence)
    return render_template(
        "board/warning.html",
        warning=found,
        mark=mark,
        rule=rule_text(app, found),
        department=_department(found),
        handling=handling,
        violation=app.violations.by_warning(found.id),
        timer=_timer(found),
        elements=_elements(found),
        tasks=_tasks(handling),
        is_theirs=is_theirs,
        articles=articles(found.basis, app.laws),
        again=_again(found),
        may=what_may_be_done(found),
        acts=_acts(found),
        people=people(app, _named(found)),
    )


def _again(found: Warning) -> Rederived | None:
    """The warning derived again; None for one from before its facts were kept, or that no rule found."""
    if "facts" not in found.evidence:
        return None
    app = application()
    with app.database.read() as connection:
        return rederive(connection, found, app.runtime.query)


def _acts(found: Warning) -> tuple[Act, ...]:
    with application().database.read() as connection:
        return acts_of(connection, found.id)


def _named(found: Warning) -> set[str]:
    return {str(name) for act in _acts(found) for name in (act.actor, act.to) if name} | {found.held_by or ""}


def _board() -> dict[str, Any]:
    app, scope = application(), reach()
    level, state = request.args.get("level", ""), request.args.get("state", "open")
    wanted = WarningFilter(
        level if level in LEVEL else "", state if state in WARNING_STATE or state == "all" else "open"
    )
    try:
        page = warnings(app, scope, wanted, request.args.get("after", "")[:64])
    except NotFound:
        page = warnings(app, scope, wanted)
    with app.database.read() as connection:
        places = {
            (w.district_code, w.department): app.directory.department(connection, w.district_code, w.department)
            for w in page.rows
        }
    return {"page": page, "wanted": wanted, "counts": open_counts(app, scope), "places": places}


def _department(found: Warning) -> Any:
    with application().database.read() as connection:
        return application().directory.department(connection, found.district_code, found.department)


def _elements(found: Warning) -> Any:
    """The elements of the diagram by their ids, for their names; none when that version has gone."""
    try:
        return application().runtime.query.diagram(found.definition, found.definition_version).elements
    except NotFound:
        return {}


def _timer(found: Warning) -> Any:
    """The timer row whose firing raised the warning; None when the data of a step did."""
    firing = found.evidence.get("firing") or {}
    if firing.get("cause") != "timer":
        return None
    timers = application().runtime.query.timers(found.case_id)
    return next(
        (t for t in timers if (t.rule, t.rung, t.occurrence) == (found.rule, found.rung, found.occurrence)), None
    )


def _tasks(handling: Instance | None) -> list[Any]:
    return application().runtime.query.tasks(instance_id=handling.id) if handling else []
