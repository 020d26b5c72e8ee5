"""Whom an early notice reached, and when: part of the evidence of the warning that followed all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from monitors import tables as t


def early_notices(connection: Connection, warning: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was told of the earlier rungs of the same rule in the same passage, by then; plain JSON, in order.

    For each person: ``level``, ``person``, ``at`` (in the product), ``read_at``, and ``sent``: channel and when, for
    what went out.
    """
    w, n = t.warning.c, t.notice.c
    wanted = (
        select(t.notice)
        .join(t.warning, n.warning_id == w.id)
        .where(
            w.district_code == warning["district_code"],
            w.case_id == warning["case_id"],
            w.rule == warning["rule"],
            w.occurrence == warning["occurrence"],
            w.id != warning["id"],
            n.kind == "warning",
            n.at <= warning["raised_at"],
        )
        .order_by(n.alert_id, n.person)
    )
    return [
        {
            "level": row.level,
            "person": row.person,
            "at": row.at.isoformat(),
            "read_at": None if row.read_at is None else row.read_at.isoformat(),
            "sent": _sent(connection, row.id),
        }
        for row in connection.execute(wanted).all()
    ]


def _sent(connection: Connection, notice: str) -> list[dict[str, Any]]:
    d, link = t.delivery.c, t.delivery_notice.c
    wanted = (
        select(d.channel, d.sent_at)
        .join(t.delivery_notice, link.delivery_id == d.id)
        .where(link.notice_id == notice, d.sent_at.is_not(None))
        .order_by(d.channel)
    )
    return [{"channel": row.channel, "at": row.sent_at.isoformat()} for row in connection.execute(wanted)]
