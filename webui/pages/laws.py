"""The articles of law that rules and items name: which were read, by whom and where; a text is entered and confirmed."""

from __future__ import annotations

import secrets
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Conflict, InvalidData, NotAllowed
from monitors.laws import articles
from monitors.standing import CONFIRMED, LAW, READ, ArticleText, decide_text, enter_text, texts
from webui.access import application, visitor
from webui.pages.keys import command_key
from webui.permissions import TABLE, permitted
from webui.reading import people

pages = Blueprint("laws", __name__)
LONGEST = 20_000


@pages.get("/laws")
@permitted("list laws")
def listing() -> str:
    app = application()
    with app.database.read() as connection:
        entered = texts(connection)
    roles = visitor().roles
    named = {one.proposed_by for one in entered} | {one.decided_by for one in entered if one.decided_by}
    return render_template(
        "laws/list.html",
        laws=app.laws.values(),
        marks=_marks(entered),
        texts=entered,
        titles={one.id: articles(f"{one.law} {one.article}", app.laws) for one in entered},
        people=people(app, named),
        may_enter=TABLE["enter an article"].admits(roles),
        may_decide=TABLE["confirm an article"].admits(roles),
        given=request.args,
        key=secrets.token_hex(16),
    )


@pages.post("/laws")
@permitted("enter an article")
def enter() -> Response:
    key, app, form = command_key("article"), application(), request.form
    now = app.clock.now().astimezone(app.zone)
    law, article, source = (form.get(name, "")[:200] for name in ("law", "article", "source"))
    try:
        day = date.fromisoformat(form.get("text_date", ""))
        with app.database.begin() as connection:
            enter_text(connection, law, article, form.get("text", "")[:LONGEST], day, source, visitor().id, now, key)
    except (InvalidData, ValueError):
        flash(_("Not accepted: law, text, source and a date that has come are needed."), "failed")
    else:
        flash(_("The text waits for a second person."), "done")
    return redirect(url_for("laws.listing"), 303)


@pages.post("/laws/<text_id>/decide")
@permitted("confirm an article")
def decide(text_id: str) -> Response:
    command_key("decide-article")
    app, granted = application(), request.form.get("granted") == "true"
    try:
        with app.database.begin() as connection:
            decide_text(
                connection, text_id, granted, request.form.get("opinion", "")[:2_000], visitor().id, app.clock.now()
            )
    except NotAllowed:
        flash(_("Nobody confirms the text that he entered."), "failed")
    except Conflict:
        flash(_("It was decided already."), "failed")
    except InvalidData:
        flash(_("Say the reason."), "failed")
    else:
        flash(_("Confirmed: the article counts as read.") if granted else _("The text is refused."), "done")
    return redirect(url_for("laws.listing"), 303)


def _marks(entered: tuple[ArticleText, ...]) -> dict[tuple[str, str], str]:
    """The mark of each article that the product knows, by law and number."""
    read = {(one.law, one.article) for one in entered if one.state == CONFIRMED}
    found = {}
    for short, law in application().laws.items():
        for row in law.get("articles", ()):
            one = (short, str(row["no"]))
            found[one] = READ if law.get("verified") or one in read else LAW
    return found
