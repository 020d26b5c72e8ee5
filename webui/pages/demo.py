"""The demo's clock: moves the product's time forward, and fires what then is due."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webui.access import application
from webui.pages.login import inside
from webui.permissions import permitted
from webui.shown import instant

pages = Blueprint("demo", __name__)
STEPS = {"PT1H": timedelta(hours=1), "P1D": timedelta(days=1), "P7D": timedelta(days=7)}


@pages.post("/demo/clock")
@permitted("move the demo clock")
def move_clock() -> Response:
    """Move forward by an hour, a day, a week, or to the next deadline."""
    app = application()
    if app.demo_clock is None:
        abort(404)
    by = request.form.get("by", "")
    step = _to_next_deadline() if by == "next" else STEPS.get(by)
    if step is None and by != "next":
        abort(400)
    if step is None:
        flash(_("No deadline lies ahead."), "note")
    else:
        app.demo_clock.advance(step)
        flash(
            _(
                "The product's time is now %(time)s. What is due by then follows within seconds.",
                time=instant(app.clock.now()),
            ),
            "done",
        )
    return redirect(inside(request.form.get("next", "/")), 303)


def _to_next_deadline() -> timedelta | None:
    """From now to one second after the next armed timer is due."""
    app = application()
    now = app.clock.now()
    timer = app.runtime.query.next_timer(now)
    return None if timer is None or timer.due is None else timer.due - now + timedelta(seconds=1)
