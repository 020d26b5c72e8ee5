"""What a person was told, and how they want to be told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import InvalidData
from monitors.notify import contact_of, put_contact
from monitors.notify.contacts import FIELDS
from webui.access import application, visitor
from webui.pages.asked import page_number
from webui.permissions import permitted
from webui.presenters import PAGE, Page
from webui.vocabulary import error_words

pages = Blueprint("notices", __name__)


@pages.get("/notices")
@permitted("own notices")
def listing() -> str:
    """The latest first: those that were not read yet, or all."""
    shown_all, page = request.args.get("show") == "all", page_number()
    inbox = application().inbox
    found = inbox.of(visitor().id, unread=not shown_all, limit=PAGE + 1, offset=(page - 1) * PAGE)
    return render_template("notices/list.html", page=Page.of(found, page), shown_all=shown_all)


@pages.post("/notices/read")
@permitted("own notices")
def read() -> Response:
    """One notice is read, or all of them. Said twice it is as said once."""
    one = request.form.get("notice")
    application().inbox.read(visitor().id, one or None)
    return redirect(url_for("notices.listing"), 303)


@pages.get("/preferences")
@permitted("own notices")
def preferences() -> str:
    app = application()
    with app.database.read() as connection:
        contact = contact_of(connection, visitor().id)
    return render_template("notices/preferences.html", contact=contact, mistake=None, channels=app.outbox.channels)


@pages.post("/preferences")
@permitted("own notices")
def keep() -> Response:
    """The person's own wishes; a field that is not fit is named and nothing is kept."""
    app = application()
    given: dict[str, Any] = {name: request.form.get(name, "").strip() or None for name in FIELDS}
    with app.database.read() as connection:
        before = contact_of(connection, visitor().id)
    language = request.form.get("language", before.language)
    wanted = replace(before, language=language, **given)
    try:
        with app.database.begin() as connection:
            put_contact(connection, wanted, now=app.wall.now())
    except InvalidData as error:
        form = render_template(
            "notices/preferences.html",
            contact=wanted,
            mistake=(error.facts["field"], error_words(error.code)),
            channels=app.outbox.channels,
        )
        return make_response(form, 422)
    flash(_("Your wishes are kept."), "done")
    return redirect(url_for("notices.preferences"), 303)
