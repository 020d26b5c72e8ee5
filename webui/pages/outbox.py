"""Messages on their way out: what waits, what was sent, what was given up and can be sent again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from monitors.notify.outbox import STATES
from webui.access import application, visitor
from webui.pages.asked import page_number
from webui.permissions import permitted
from webui.presenters import PAGE, Page

pages = Blueprint("outbox", __name__)


@pages.get("/outbox")
@permitted("watch the outbox")
def listing() -> str:
    """The latest first, of one state or of all. What a message says is shown to nobody but its receiver."""
    state, page = request.args.get("state", ""), page_number()
    state = state if state in STATES else ""
    found = application().outbox.messages(state or None, limit=PAGE + 1, offset=(page - 1) * PAGE)
    return render_template("notices/outbox.html", page=Page.of(found, page), state=state, states=STATES)


@pages.post("/outbox/<message_id>/resend")
@permitted("watch the outbox")
def resend(message_id: str) -> Response:
    """A dead letter goes out again, with its key."""
    application().outbox.resend(message_id, by=visitor().id)
    flash(_("The message goes out again."), "done")
    return redirect(url_for("outbox.listing", state="dead"), 303)
