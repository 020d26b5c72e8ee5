"""For whoever watches over the product: alive, and ready to serve."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from webui.access import application
from webui.permissions import permitted

pages = Blueprint("health", __name__)
CHECKS = ("database", "schema", "worker", "clock", "timers", "anchor")


@pages.get("/health")
@permitted("public")
def health() -> dict[str, str]:
    """The process answers; whether it can do its work is ``/ready``'s to say."""
    return {"status": "ok"}


@pages.get("/ready")
@permitted("public")
def ready() -> tuple[dict[str, Any], int]:
    """200 when everything is as it should be; else 503 with the reasons.

    Without database or schema nothing further can be looked at: it is null.
    """
    state = application().watchman.look()
    blind = state.lacks("database") or state.lacks("schema")
    checks = {name: _answer(name, blind, state.lacks(name)) for name in CHECKS}
    reasons = [
        {"check": alarm.code, "since": alarm.since.isoformat() if alarm.since else None, "count": alarm.count}
        for alarm in state.alarms
    ]
    body: dict[str, Any] = {"status": "ready" if state.good else "not ready", **checks, "reasons": reasons}
    body |= {"workers": state.workers, "refused": state.refused}
    return body, 200 if state.good else 503


def _answer(name: str, blind: bool, lacking: bool) -> bool | None:
    if lacking:
        return False
    return None if blind and name != "database" else True
