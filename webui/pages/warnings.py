"""Warnings as work: the list with filters and acts on many, and what is done with one."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from engine.casedata import dumps, loads
from engine.errors import EngineError, NotFound
from monitors import tallies
from monitors import warnings as kept
from monitors.claims import HOLDER, stood_in_for
from monitors.closing import dismiss_all
from monitors.model import Warning
from webui.access import allows, application, reach, require, visitor
from webui.pages.keys import command_key
from webui.permissions import TABLE, permitted
from webui.presenters import PAGE
from webui.reading import people
from webui.vocabulary import DIMENSION, LEVEL, WARNING_STATE, error_words
from webui.watching import OPEN, warning

pages = Blueprint("warnings", __name__)
HELD = ("mine", "free")
FIELD = "field:"
LONGEST = 2_000


@pages.get("/warnings")
@permitted("watch the board")
def listing() -> str:
    """Filtered by the address; the newest first, page by page after the last one shown."""
    app, asked = application(), _asked()
    with app.database.read() as connection:
        last = _last(connection, request.args.get("after", "")[:64])
        found = kept.find(
            connection,
            reach(),
            **_filters(connection, asked),
            before=None if last is None else (last.raised_at, last.id),
            limit=PAGE + 1,
        )
        places = {
            (one.district_code, one.department): app.directory.department(connection, one.district_code, one.department)
            for one in found
        }
    rows = found[:PAGE]
    return render_template(
        "warnings/list.html",
        rows=rows,
        older=rows[-1].id if len(found) > PAGE else "",
        asked=asked,
        places=places,
        people=people(app, {one.held_by for one in rows if one.held_by}),
        works=TABLE["work on warnings"].admits(visitor().roles),
        undecided=OPEN,
        key=secrets.token_hex(16),
    )


@pages.post("/warnings/dismiss")
@permitted("work on warnings")
def dismiss() -> Response:
    """Dismiss those chosen with one cause; what cannot be is named, and the others are dismissed all the same."""
    command_key("dismiss")
    app = application()
    mine = [one for one in request.form.getlist("warning") if _covered(one[:64])]
    done = dismiss_all(app.database, mine, visitor().id, request.form.get("reason", "")[:LONGEST], app.clock.now())
    closed = sum(one.error is None for one in done)
    flash(ngettext("%(num)d warning dismissed.", "%(num)d warnings dismissed.", closed), "done")
    for code, number in Counter(one.error.code for one in done if one.error is not None).items():
        flash(f"{number} × {error_words(code)}", "failed")
    return redirect(url_for("warnings.listing"), 303)


@pages.get("/warnings/departments")
@permitted("watch the board")
def departments() -> str:
    """What became of the warnings of the last so many days, by department."""
    app = application()
    days = request.args.get("days", "90")
    span = min(max(int(days), 1), 3_660) if days.isascii() and days.isdigit() and len(days) < 6 else 90
    now = app.clock.now()
    with app.database.read() as connection:
        lines = tallies.tallies(connection, now - timedelta(days=span), now + timedelta(seconds=1), reach())
        places = {
            (one.district_code, one.department): app.directory.department(connection, one.district_code, one.department)
            for one in lines
        }
    return render_template("warnings/departments.html", lines=lines, places=places, days=span)


@pages.post("/warnings/<warning_id>/claim")
@permitted("hold a warning")
def claim(warning_id: str) -> Response:
    app, who, now = application(), visitor().id, application().clock.now()
    return _act(warning_id, "claim", lambda c, one: app.claims.claim(c, one.id, who, now), _("The warning is yours."))


@pages.post("/warnings/<warning_id>/release")
@permitted("hold a warning")
def release(warning_id: str) -> Response:
    app, who, now = application(), visitor().id, application().clock.now()
    return _act(warning_id, "release", lambda c, one: app.claims.release(c, one.id, who, now), _("Given back."))


@pages.post("/warnings/<warning_id>/hand-over")
@permitted("hold a warning")
def hand_over(warning_id: str) -> Response:
    """To another supervisor of the place; the head of the office may, whoever holds it."""
    app, who, now = application(), visitor(), application().clock.now()
    to, reason = request.form.get("to", "")[:120], request.form.get("reason", "")[:LONGEST]

    def act(connection: Connection, one: Warning) -> None:
        head = who.scope(frozenset({"office_head"})).covers(one.district_code, one.department)
        app.claims.hand_over(connection, one.id, who.id, to, reason, now, head=head)

    return _act(warning_id, "hand-over", act, _("Handed over."))


@pages.post("/warnings/<warning_id>/correct")
@permitted("correct a warning")
def correct(warning_id: str) -> Response:
    """Enter corrected fields of the case, then look again; the warning closes by itself where its rule holds now."""
    app = application()
    one = _warning(warning_id)
    key = command_key("correct")
    changed = {
        name: value for name, old in correctable_fields(one).items() if (value := _entered(name, old)) is not _SAME
    }
    if changed:
        app.runtime.enter(one.case_id, data=changed, actor=visitor().actor, key=key)
    data = app.runtime.query.instance(one.case_id).data
    with app.database.begin() as connection:
        closed = app.corrections.look_again(connection, one.id, data, visitor().id, app.clock.now())
    if closed:
        flash(_("The rule holds now. The warning is closed and counts as corrected."), "done")
    else:
        flash(_("The rule does not hold yet. The warning stands."), "failed")
    return redirect(url_for("board.one", warning_id=one.id), 303)


def correctable_fields(one: Warning) -> dict[str, Any]:
    """The fields of the case that the rule read, but for lists and contexts, with their values at the time."""
    data = one.evidence.get("facts", {}).get("data", {})
    read = {name.partition(".")[0].partition("[")[0] for name in one.evidence.get("inputs", {})}
    wanted = read | set(one.missing)
    found = {name: value for name, value in data.items() if name in wanted and not isinstance(value, (dict, list))}
    return found | {name: None for name in one.missing if name.isidentifier() and name not in data}


def what_may_be_done(one: Warning) -> dict[str, Any]:
    """What the visitor may do with this warning, for the page about it."""
    app, place = application(), (one.district_code, one.department)
    holds = one.state in OPEN and allows("hold a warning", *place)
    corrects = one.state in OPEN and allows("correct a warning", *place) and app.corrections.may_correct(one)
    with app.database.read() as connection:
        others = app.directory.people_of(connection, HOLDER, *place) if holds else ()
    return {
        "holds": holds,
        "others": [person for person in others if person.id != one.held_by],
        "fields": {name: dumps(value) for name, value in correctable_fields(one).items()} if corrects else {},
        "corrects": corrects,
        "key": secrets.token_hex(16),
    }


def _act(warning_id: str, name: str, act: Callable[[Connection, Warning], None], words: str) -> Response:
    one = _warning(warning_id)
    command_key(name)
    with application().database.begin() as connection:
        act(connection, one)
    flash(words, "done")
    return redirect(url_for("board.one", warning_id=one.id), 303)


def _warning(warning_id: str) -> Warning:
    one = warning(application(), warning_id)
    require(one.district_code, one.department)
    return one


def _covered(warning_id: str) -> bool:
    """Whether there is such a warning where the visitor works on warnings."""
    try:
        one = warning(application(), warning_id)
    except NotFound:
        return False
    return reach().covers(one.district_code, one.department)


_SAME = object()


def _entered(name: str, old: Any) -> Any:
    text = request.form.get(f"{FIELD}{name}")
    if text is None or text.strip() == dumps(old):
        return _SAME
    try:
        return loads(text)
    except json.JSONDecodeError:
        return text.strip()


def _asked() -> dict[str, str]:
    """The filters of the address; what is nonsense is no filter."""
    known = {"level": LEVEL, "dimension": DIMENSION, "state": {**WARNING_STATE, "all": ""}, "held": dict.fromkeys(HELD)}
    found = {name: request.args.get(name, "") for name in known}
    asked = {name: value if value in known[name] else "" for name, value in found.items()}
    return asked | {"rule": request.args.get("rule", "").strip()[:64]}


def _filters(connection: Connection, asked: dict[str, str]) -> dict[str, Any]:
    me, now = visitor().id, application().clock.now()
    states = {"": OPEN, "open": OPEN, "all": ()}.get(asked["state"], (asked["state"],))
    return {
        "states": states,
        "levels": _one(asked["level"]),
        "dimensions": _one(asked["dimension"]),
        "rules": _one(asked["rule"]),
        "held_by": (me, *stood_in_for(connection, me, now)) if asked["held"] == "mine" else (),
        "free": asked["held"] == "free",
    }


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _last(connection: Connection, identity: str) -> Warning | None:
    try:
        return kept.get(connection, identity) if identity else None
    except EngineError:
        return None
