"""Recalls: what a faulty rule, calendar or feed caused, named, and withdrawn by two people."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import InvalidData
from monitors.model import ANY
from monitors.recalls import CALENDAR, FEED, RULE, Fault, Recall, recall, recalls, withdrawn
from webui.access import allows, application, reach, require, visitor
from webui.pages.asked import page_number
from webui.pages.keys import command_key
from webui.pages.waivers import LONGEST, period
from webui.permissions import TABLE, permitted
from webui.presenters import PAGE, Page
from webui.reading import districts, people

pages = Blueprint("recalls", __name__)
SHOWN = 200  # of each kind of thing on the page of one recall


@pages.get("/recalls")
@permitted("list recalls")
def listing() -> str:
    app, page = application(), page_number()
    with app.database.read() as connection:
        found = recalls(connection, reach(), limit=PAGE + 1, offset=(page - 1) * PAGE)
    return render_template(
        "recalls/list.html",
        page=Page.of(found, page),
        people=people(app, {one.proposed_by for one in found}),
        districts=districts(app, reach()),
        city=reach().covers(ANY, ANY),
        proposes=TABLE["propose a recall"].admits(visitor().roles),
        key=secrets.token_hex(16),
    )


@pages.post("/recalls")
@permitted("propose a recall")
def propose() -> Response:
    key = command_key("recall")
    app, form = application(), request.form
    district = form.get("district", "")[:32]
    if not reach().covers(district, ANY):
        abort(403)
    since, until = period()
    fault = Fault(form.get("cause", ""), _what(), since, until, district)
    with app.database.begin() as connection:
        reason, now = form.get("reason", "")[:LONGEST], app.clock.now().astimezone(app.zone)
        identity = app.recalls.propose(connection, fault, reason, visitor().id, now, key)
    return redirect(url_for("recalls.show", recall_id=identity), 303)


@pages.get("/recalls/<recall_id>")
@permitted("read a recall")
def show(recall_id: str) -> str:
    """What it would withdraw, before it is decided; what it withdrew, after."""
    app, one = application(), _recall(recall_id)
    with app.database.read() as connection:
        caused = app.recalls.caused(connection, one.fault) if one.state == "proposed" else None
        gone = withdrawn(connection, one.id)
    decides = one.state == "proposed" and one.proposed_by != visitor().id
    return render_template(
        "recalls/show.html",
        one=one,
        caused=caused,
        gone=gone[:SHOWN],
        count=len(gone),
        shown=SHOWN,
        decides=decides and allows("decide a recall", one.district_code, ANY),
        people=people(app, {str(name) for name in (one.proposed_by, one.decided_by) if name}),
        key=secrets.token_hex(16),
    )


@pages.post("/recalls/<recall_id>/decide")
@permitted("decide a recall")
def decide(recall_id: str) -> Response:
    app, one, who = application(), _recall(recall_id), visitor().id
    command_key("decide-recall")
    opinion, now = request.form.get("opinion", "")[:LONGEST], app.clock.now()
    with app.database.begin() as connection:
        if request.form.get("confirmed") == "true":
            app.recalls.confirm(connection, one.id, opinion, who, now)
            words = _("All that it caused is withdrawn.")
        else:
            app.recalls.refuse(connection, one.id, opinion, who, now)
            words = _("The recall is refused; nothing is withdrawn.")
    flash(words, "done")
    return redirect(url_for("recalls.show", recall_id=one.id), 303)


def _recall(recall_id: str) -> Recall:
    with application().database.read() as connection:
        one = recall(connection, recall_id)
    require(one.district_code, ANY)
    return one


def _what() -> dict[str, Any]:
    """What was faulty, by the fields that its cause needs; an empty list of versions is every version."""
    form = request.form
    text = {name: form.get(name, "").strip()[:200] for name in ("definition", "rule", "code", "source", "versions")}
    versions = [one for one in text["versions"].replace(",", " ").split() if one]
    cause = form.get("cause", "")
    if cause == RULE:
        if not all(one.isdigit() and len(one) < 9 for one in versions):
            raise InvalidData("expected versions as numbers", field="versions")
        found: dict[str, Any] = {"definition": text["definition"], "rule": text["rule"]}
        return found | ({"versions": [int(one) for one in versions]} if versions else {})
    if cause == CALENDAR:
        return {"code": text["code"]} | ({"versions": versions} if versions else {})
    return {"source": text["source"]} if cause == FEED else {}
