"""What two people agree on: rules that are waived, and rules on trial; and who stands in for whom."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import InvalidData
from monitors import observations
from monitors.claims import Absence, absences, stood_in_for
from monitors.waivers import Waived, decide_waiver, propose_waiver, waiver, waivers
from webui.access import allows, application, reach, require, visitor
from webui.pages.asked import page_number
from webui.pages.keys import command_key
from webui.permissions import TABLE, permitted
from webui.presenters import PAGE, Page
from webui.reading import districts, people

pages = Blueprint("waivers", __name__)
LONGEST = 2_000


@pages.get("/waivers")
@permitted("list waivers")
def listing() -> str:
    app, page = application(), page_number()
    with app.database.read() as connection:
        found = waivers(connection, reach(), limit=PAGE + 1, offset=(page - 1) * PAGE)
    return render_template(
        "waivers/list.html",
        page=Page.of(found, page),
        people=people(app, {str(name) for one in found for name in (one.proposed_by, one.decided_by) if name}),
        districts=districts(app, reach()),
        proposes=TABLE["propose a waiver"].admits(visitor().roles),
        decides=lambda one: (
            one.state == "proposed"
            and one.proposed_by != visitor().id
            and allows("decide a waiver", one.district_code, one.department or "*")
        ),
        key=secrets.token_hex(16),
    )


@pages.post("/waivers")
@permitted("propose a waiver")
def propose() -> Response:
    key = command_key("waiver")
    form, app = request.form, application()
    district, department = form.get("district", "")[:32], form.get("department", "").strip()[:64] or None
    if not reach().covers(district, department or "*"):
        abort(403)
    rule = form.get("rule", "").strip()[:64]
    if not rule:
        raise InvalidData("expected the id of a rule, found none", field="rule")
    since, until = period()
    waived = Waived(district, rule, since, until, department, form.get("case_no", "").strip()[:200] or None)
    with app.database.begin() as connection:
        reason = form.get("reason", "")[:LONGEST]
        propose_waiver(connection, waived, reason, visitor().id, app.clock.now().astimezone(app.zone), key)
    flash(_("The proposal waits for a second person."), "done")
    return redirect(url_for("waivers.listing"), 303)


@pages.post("/waivers/<waiver_id>/decide")
@permitted("decide a waiver")
def decide(waiver_id: str) -> Response:
    app = application()
    with app.database.read() as connection:
        one = waiver(connection, waiver_id)
    if one is None:
        abort(404)
    require(one.district_code, one.department or "*")
    command_key("decide-waiver")
    granted, opinion = request.form.get("granted") == "true", request.form.get("opinion", "")[:LONGEST]
    with app.database.begin() as connection:
        decide_waiver(connection, one.id, granted, opinion, visitor().id, app.clock.now())
    flash(_("The waiver is in force.") if granted else _("The waiver is refused."), "done")
    return redirect(url_for("waivers.listing"), 303)


@pages.get("/trials")
@permitted("watch trials")
def trials() -> str:
    """What rules on trial found, counted and listed; no department is told of it."""
    app, page, rule = application(), page_number(), request.args.get("rule", "").strip()[:64]
    with app.database.read() as connection:
        counted = observations.trials(connection, reach())
        rows = observations.observed(connection, reach(), rule=rule or None, limit=PAGE + 1, offset=(page - 1) * PAGE)
        keys = {(one.district_code, one.department) for one in counted}
        places = {key: app.directory.department(connection, *key) for key in keys}
    return render_template("waivers/trials.html", trials=counted, page=Page.of(rows, page), rule=rule, places=places)


@pages.get("/absences")
@permitted("own session")
def away() -> str:
    """Who stands in for the visitor, and for whom the visitor stands in."""
    app, me, now = application(), visitor().id, application().clock.now()
    with app.database.read() as connection:
        mine = absences(connection, [me], now)
        others = stood_in_for(connection, me, now)
        able = {
            person.id: person
            for grant in visitor().grants
            for person in app.directory.people_of(connection, grant.role, grant.district_code, grant.department)
            if person.id != me
        }
    return render_template(
        "waivers/absences.html",
        mine=mine,
        able=[able[name] for name in sorted(able)],
        people=people(app, {*others, *(one.substitute for one in mine)}),
        others=others,
        key=secrets.token_hex(16),
    )


@pages.post("/absences")
@permitted("own session")
def go_away() -> Response:
    command_key("absence")
    app, me, (since, until) = application(), visitor().id, period()
    with app.database.begin() as connection:
        absence = Absence(me, since, until, request.form.get("substitute", "")[:120], me)
        app.claims.away(connection, absence, app.clock.now())
    flash(_("Your substitute is entered."), "done")
    return redirect(url_for("waivers.away"), 303)


@pages.post("/absences/back")
@permitted("own session")
def come_back() -> Response:
    command_key("back")
    app = application()
    with app.database.begin() as connection:
        app.claims.back(connection, visitor().id, visitor().id, app.clock.now())
    flash(_("Welcome back."), "done")
    return redirect(url_for("waivers.away"), 303)


def period() -> tuple[datetime, datetime]:
    """Two days of the form, both in, as instants where the city is; raises InvalidData."""
    try:
        first, last = (date.fromisoformat(request.form.get(name, "")) for name in ("since", "until"))
    except ValueError:
        raise InvalidData("expected two dates such as 2026-12-01", field="since") from None
    zone = application().zone
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)
