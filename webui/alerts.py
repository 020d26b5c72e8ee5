"""Alerts as live pages want them: words in the reader's language, a colour and an address."""

from __future__ import annotations

from monitors.alerts import alerts_after, last_alert
from monitors.model import Alert
from monitors.scope import Scope
from webui.i18n import ENGLISH
from webui.live import Batch, Message
from webui.wiring import Application

AT_ONCE = 50


def newest(app: Application) -> int:
    """The greatest id there is; 0 when there is none."""
    with app.database.read() as connection:
        return last_alert(connection)


def batch_after(app: Application, after: int, scope: Scope, roles: frozenset[str], language: str) -> Batch:
    """The alerts after that id which the scope covers and which are for one of the roles (or for all)."""
    with app.database.read() as connection:
        rows = alerts_after(connection, after, scope, limit=AT_ONCE)
    told = tuple(_message(row, language) for row in rows if row.body.get("to") in (None, "", *roles))
    return Batch(rows[-1].id if rows else after, told)


def _message(row: Alert, language: str) -> Message:
    body = row.body
    text = (body.get("message_en") if language == ENGLISH else None) or body.get("message") or row.kind
    number = body.get("number") or body.get("warning_no") or ""
    data = {
        "text": f"{number} {text}".strip(),
        "level": row.level,
        "kind": row.kind,
        "url": f"/warnings/{row.warning_id}" if row.warning_id else None,
    }
    return Message(row.id, "warning", data)
