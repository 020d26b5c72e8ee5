"""From an alert to the people it is for: a notice for each, and the messages that carry it outside.

Alerts are read in their order after the act that raised them is stored; notices, messages and the place reached are
one transaction. So a notice in the product is made exactly once, and telling never stands in a clerk's way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, select, update

from engine.clock import Clock
from engine.db import Database
from monitors import tables as t
from monitors.alerts import alerts_after
from monitors.directory import Directory
from monitors.model import Alert
from monitors.notify.audience import HANDLER, OF_HANDLING, Audiences, Telling
from monitors.notify.contacts import Contact, contact_of
from monitors.notify.outbox import WAITING
from monitors.storing import insert_once

PLACE = "alerts told"  # the counter that holds the number of the last alert spread
AT_ONCE = 50
WEBHOOK = "webhook"
Holders = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Spreader:
    """``channels`` are those set up; ``holders`` gives who holds the steps of a case; ``webhook`` an address or None."""

    database: Database
    clock: Clock
    directory: Directory
    audiences: Audiences
    zone: tzinfo
    holders: Holders
    channels: frozenset[str] = frozenset()
    webhook: str | None = None

    def spread(self) -> int:
        """Tell of the alerts that are new; how many there were."""
        with self.database.read() as connection:
            place = _place(connection)
            found = alerts_after(connection, place, limit=AT_ONCE)
        if not found:
            return 0
        holders = {one.warning_id: self._holders(one) for one in found if one.warning_id}
        with self.database.begin() as connection:
            if not _move(connection, place, found[-1].id):
                return 0  # another worker has told of them
            for one in found:
                self._tell(connection, one, holders.get(one.warning_id or "", ()))
        return len(found)

    def _holders(self, alert: Alert) -> Sequence[str]:
        with self.database.read() as connection:
            wanted = select(t.warning.c.case_id).where(t.warning.c.id == alert.warning_id)
            case = connection.execute(wanted).scalar_one_or_none()
        return self.holders(case) if case is not None else ()

    def _tell(self, connection: Connection, alert: Alert, holders: Sequence[str]) -> None:
        telling = self._telling(connection, alert)
        for person in self._people(connection, alert, telling, holders):
            identity = _hash(alert.id, person)
            if insert_once(connection, t.notice, _notice(alert, person, identity)):
                self._send(connection, alert, contact_of(connection, person), identity, telling.by)
        if self.webhook is not None:
            row = self._message(WEBHOOK, self.webhook, alert, _hash("webhook", alert.id))
            insert_once(connection, t.delivery, {**row, "body": _body(alert)})

    def _telling(self, connection: Connection, alert: Alert) -> Telling:
        if alert.body.get("to"):
            return Telling((str(alert.body["to"]),), OF_HANDLING)
        wanted = select(t.warning.c.evidence).where(t.warning.c.id == alert.warning_id)
        evidence = connection.execute(wanted).scalar_one_or_none() or {}
        return self.audiences.of(evidence.get("rule", {}).get("ladder", ""), alert.level)

    def _people(self, connection: Connection, alert: Alert, telling: Telling, holders: Sequence[str]) -> list[str]:
        found: dict[str, None] = {}
        for role in telling.to:
            if role == HANDLER:
                found |= dict.fromkeys(holders)
                continue
            people = self.directory.people_of(connection, role, alert.district_code, alert.department)
            found |= dict.fromkeys(person.id for person in people)
        return list(found)

    def _send(
        self, connection: Connection, alert: Alert, contact: Contact, notice: str, channels: Sequence[str]
    ) -> None:
        for channel in channels:
            address = contact.address(channel) if channel in self.channels else None
            if address is None:
                continue
            when, digest = contact.when(alert.level, self.clock.now(), self.zone, collects=channel == "mail")
            key = _hash(channel, contact.person, when.isoformat()) if digest else _hash(channel, notice)
            row = self._message(channel, address, alert, key, when)
            row |= {"person": contact.person, "language": contact.language, "digest": digest}
            insert_once(connection, t.delivery, row)
            insert_once(connection, t.delivery_notice, {"delivery_id": key, "notice_id": notice})

    def _message(
        self, channel: str, address: str, alert: Alert, key: str, when: datetime | None = None
    ) -> dict[str, Any]:
        now = self.clock.now()
        return {
            "id": key,
            "channel": channel,
            "state": WAITING,
            "address": address,
            "person": None,
            "language": "zh_Hans_CN",
            "digest": False,
            "body": None,
            "created_at": now,
            "run_after": when or now,
            "attempts": 0,
            "doubts": 0,
            "error": None,
            "sent_at": None,
        }


def _place(connection: Connection) -> int:
    wanted = select(t.counter.c.value).where(t.counter.c.name == PLACE)
    return connection.execute(wanted).scalar_one_or_none() or 0


def _move(connection: Connection, before: int, after: int) -> bool:
    """Go on from one alert to another; False where another worker stands elsewhere already."""
    if before == 0 and insert_once(connection, t.counter, {"name": PLACE, "value": after}):
        return True
    c = t.counter.c
    moved = connection.execute(update(t.counter).where(c.name == PLACE, c.value == before).values(value=after))
    return moved.rowcount == 1


def _notice(alert: Alert, person: str, identity: str) -> dict[str, Any]:
    return {
        "district_code": alert.district_code,
        "id": identity,
        "alert_id": alert.id,
        "person": person,
        "kind": alert.kind,
        "level": alert.level,
        "department": alert.department,
        "warning_id": alert.warning_id,
        "body": _words(alert.body),
        "at": alert.created_at,
        "read_at": None,
    }


def _words(body: Mapping[str, Any]) -> dict[str, Any]:
    number = body.get("number") or body.get("warning_no")
    return {"number": number} | {name: body.get(name) for name in ("message", "message_en", "case_no")}


def _body(alert: Alert) -> dict[str, Any]:
    """What a webhook is told: an alert without the names of people."""
    about = {"alert": alert.id, "kind": alert.kind, "level": alert.level, "at": alert.created_at.isoformat()}
    place = {"district": alert.district_code, "department": alert.department, "warning": alert.warning_id}
    return {**about, **place, **_words(alert.body)}


def _hash(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
