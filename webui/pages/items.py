"""The item registry: versions with what each changed, changes by two people, the whole as a sheet."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from engine.errors import Conflict, InvalidData, NotAllowed
from monitors import items as registry
from monitors.items.proposals import ItemRefused
from monitors.items.sheet import LARGEST
from monitors.model import Item
from monitors.standing import mark_of
from webui.access import allows, application, reach, visitor
from webui.i18n import label
from webui.iteming import body_of, days_of, rows_of, shown, why
from webui.pages.keys import command_key
from webui.permissions import TABLE, permitted
from webui.reading import people

pages = Blueprint("items", __name__)
LONGEST = 2_000


@pages.get("/items")
@permitted("list items")
def listing() -> str:
    app = application()
    with app.database.read() as connection:
        found = registry.items(connection, _today())
        waiting = registry.proposals(connection, reach())
        places = {_place(one): app.directory.department(connection, *_place(one)) for one in found}
    return render_template(
        "items/list.html",
        items=found,
        flaws={one.code: registry.flaws(one.body) for one in found},
        places={one.code: places[_place(one)] for one in found},
        waiting=waiting,
        may_propose=TABLE["propose an item"].admits(visitor().roles),
        key=secrets.token_hex(16),
    )


@pages.get("/items/sheet.csv")
@permitted("list items")
def sheet() -> Response:
    with application().database.read() as connection:
        text = registry.write_items(registry.items(connection, _today()))
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="items-{_today()}.csv"'
    return response


@pages.get("/items/<code>")
@permitted("list items")
def show(code: str) -> str:
    app = application()
    with app.database.read() as connection:
        versions = registry.history(connection, code)
        changes = registry.proposals(connection, reach(), code)
        if not versions and not changes:
            abort(404)
        basis = str(versions[0].body.get("basis", "")) if versions else ""
        mark = mark_of(connection, basis, "C")
    named = {one.proposed_by for one in changes} | {one.decided_by for one in changes if one.decided_by}
    return render_template(
        "items/show.html",
        code=code,
        versions=versions,
        changed=_changed(versions),
        drawn={one.id: registry.changes(_base(versions, one), one.body) for one in changes},
        proposals=changes,
        flaws=registry.flaws(versions[0].body) if versions else (),
        mark=mark,
        today=_today(),
        people=people(app, named),
        decides=_decides,
        may_propose=TABLE["propose an item"].admits(visitor().roles),
        key=secrets.token_hex(16),
    )


@pages.get("/items/change")
@permitted("propose an item")
def ask() -> str:
    """The form of a change, over the latest version of the item that is named, or of a new item."""
    code = request.args.get("code", "")[:64]
    newest = _newest(code)
    return _form(shown(code, newest.body if newest else {}))


@pages.post("/items/change")
@permitted("propose an item")
def propose() -> str | tuple[str, int] | Redirect:
    key, app, given = command_key("item"), application(), request.form
    code = given.get("code", "").strip()[:64]
    newest = _newest(code)
    try:
        body, (since, until) = body_of(given, newest.body if newest else {}), days_of(given)
        _may_propose(newest.body if newest else {})
        _may_propose(body)
        with app.database.begin() as connection:
            reason = given.get("reason", "")[:LONGEST]
            registry.propose_item(connection, code, body, since, until, reason, visitor().id, _now(), key)
    except ItemRefused as refused:
        return _form(given, flaws=refused.flaws), 422
    except Conflict:
        return _form(given, mistake=_("Another change of this item waits for its decision.")), 409
    except InvalidData as error:
        return _form(given, mistake=why(error)), 422
    flash(_("The change waits for a second person."), "done")
    return redirect(url_for("items.show", code=code), 303)


@pages.post("/items/changes/<change_id>/decide")
@permitted("decide an item")
def decide(change_id: str) -> Redirect:
    app = application()
    with app.database.read() as connection:
        one = registry.proposal(connection, change_id)
    if not reach().covers(one.district_code, one.department):
        abort(403)
    command_key("decide-item")
    granted, opinion = request.form.get("granted") == "true", request.form.get("opinion", "")[:LONGEST]
    try:
        with app.database.begin() as connection:
            version = registry.decide_item(connection, one.id, granted, opinion, visitor().id, _now())
    except ItemRefused as refused:
        flash(_("Not approved: %(why)s", why="; ".join(label(one.zh, one.en) for one in refused.flaws)), "failed")
    except Conflict:
        flash(_("The item or the change was decided or changed meanwhile."), "failed")
    except NotAllowed:
        flash(_("Nobody approves the change that he proposed."), "failed")
    except InvalidData:
        flash(_("Say the reason."), "failed")
    else:
        flash(_("Approved as version %(number)d.", number=version) if version else _("The change is refused."), "done")
    return redirect(url_for("items.show", code=one.code), 303)


@pages.post("/items/sheet")
@permitted("propose an item")
def bring() -> str | tuple[str, int] | Redirect:
    """A sheet is looked at first: what each line changes. The same text sent again with a reason proposes it."""
    key, app = command_key("items"), application()
    file = request.files.get("file")
    text = file.read(4 * LARGEST).decode("utf-8-sig", "replace") if file else request.form.get("text", "")
    try:
        rows = [_drawn(row) for row in registry.read_items(text)]
    except InvalidData as error:
        return render_template("items/sheet.html", mistake=why(error), rows=(), text=text, key=key), 422
    wanted = [row for row in rows if row["changes"]]
    ready = wanted and not any(row["flaws"] for row in wanted)
    if not (ready and request.form.get("reason", "").strip()):
        return render_template("items/sheet.html", rows=rows, text=text, ready=ready, key=secrets.token_hex(16))
    try:
        with app.database.begin() as connection:
            for row in wanted:
                _may_propose(row["body"])
                about = (row["code"], row["body"], row["since"], row["until"])
                reason, own = request.form["reason"][:LONGEST], f"{key}:{row['code']}"
                registry.propose_item(connection, *about, reason, visitor().id, _now(), own)
    except Conflict:
        flash(_("Another change of this item waits for its decision."), "failed")
    else:
        flash(_("The changes wait for a second person."), "done")
    return redirect(url_for("items.listing"), 303)


def _drawn(row: Mapping[str, Any]) -> dict[str, Any]:
    """A line of the sheet beside the version that it would change."""
    given = dict(row)
    code, since, until = given.pop("code"), given.pop("valid_from"), given.pop("valid_until")
    newest = _newest(code)
    before = newest.body if newest else {}
    body = {**before, **given}
    changes = registry.changes(before, body)
    found = (*registry.flaws(body), *registry.flaws_of_days(since, until, _today())) if changes else ()
    return {
        "code": code,
        "body": body,
        "since": since,
        "until": until,
        "changes": changes,
        "flaws": found,
        "new": newest is None,
    }


def _form(given: Mapping[str, str], **more: Any) -> str:
    with application().database.read() as connection:
        processes = sorted(
            {str(one.body["process"]) for one in registry.items(connection, _today()) if "process" in one.body}
        )
    return render_template(
        "items/form.html",
        given=given,
        rows={kind: rows_of(given, kind) for kind in ("fees", "materials")},
        processes=processes,
        today=_today(),
        key=secrets.token_hex(16),
        **more,
    )


def _changed(versions: tuple[Item, ...]) -> dict[int, tuple[registry.Change, ...]]:
    """What each version changed in the one before it."""
    return {
        one.version: registry.changes(before.body, one.body)
        for one, before in zip(versions, versions[1:], strict=False)
    }


def _base(versions: tuple[Item, ...], change: registry.ItemProposal) -> Mapping[str, Any]:
    return next((one.body for one in versions if one.version == change.base_version), {})


def _decides(change: registry.ItemProposal) -> bool:
    waits = change.state == "proposed" and change.proposed_by != visitor().id
    return waits and allows("decide an item", change.district_code, change.department)


def _may_propose(body: Mapping[str, Any]) -> None:
    """Who proposes must be of the department, or of the city's house."""
    if body and not reach().covers(*_place_of(body)):
        abort(403)


def _place(item: Item) -> tuple[str, str]:
    return _place_of(item.body)


def _place_of(body: Mapping[str, Any]) -> tuple[str, str]:
    return str(body.get("district") or "*"), str(body.get("department") or "*")


def _newest(code: str) -> Item | None:
    with application().database.read() as connection:
        return next(iter(registry.history(connection, code)), None)


def _now() -> Any:
    return application().clock.now().astimezone(application().zone)


def _today() -> Any:
    return _now().date()
