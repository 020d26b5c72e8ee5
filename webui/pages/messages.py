"""Messages that nobody has waited for yet: who sent what, with which key, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template
from flask_babel import ngettext

from webui.access import application, reach
from webui.pages.asked import page_number
from webui.permissions import permitted
from webui.presenters import PAGE, Page

pages = Blueprint("messages", __name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A line of the list; ``case`` is the number of the case that sent it, None where it came from outside."""

    message: str
    key: str
    case: str | None
    since: datetime
    until: datetime
    age: str


@pages.get("/messages")
@permitted("list incidents")
def listing() -> str:
    """Those that are given up first come first; each is an incident when its time is over."""
    app, page = application(), page_number()
    rows = app.runtime.query.kept_messages(scope=reach().pairs, limit=PAGE + 1, offset=(page - 1) * PAGE)
    now = app.clock.now()
    return render_template("incidents/messages.html", page=Page.of([_kept(row, now) for row in rows], page))


def _kept(row: dict[str, Any], now: datetime) -> Kept:
    since = row["created_at"]
    return Kept(row["message"], row["correlation_key"], row["business_key"], since, row["run_after"], age(now - since))


def age(passed: timedelta) -> str:
    """How long ago, in the largest unit of which there is one: days, hours or minutes."""
    minutes = max(0, int(passed.total_seconds())) // 60
    if minutes >= 24 * 60:
        return ngettext("%(num)d day", "%(num)d days", minutes // (24 * 60))
    if minutes >= 60:
        return ngettext("%(num)d hour", "%(num)d hours", minutes // 60)
    return ngettext("%(num)d minute", "%(num)d minutes", minutes)
