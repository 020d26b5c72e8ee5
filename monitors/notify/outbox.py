"""The outbox: messages on their way, tried again with longer and longer rests, and dead letters that can be sent again.

A message is marked before it goes out and again when it has. Between the two a worker may die, and a receiver may
take it without an answer: it goes out again with the same key, and ``doubts`` says that it may have arrived twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, or_, select, update

from engine.chains import append_act
from engine.clock import Clock
from engine.db import Database
from engine.errors import Conflict, NotFound
from monitors import tables as t
from monitors.notify.channels import Channel, Message, SendFailed
from monitors.notify.texts import facts_of, letter, short

WAITING, SENDING, SENT, DEAD = "waiting", "sending", "sent", "dead"
STATES = (WAITING, SENDING, SENT, DEAD)
LEASE = timedelta(minutes=2)  # longer than any channel waits
RESTS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
MOST = len(RESTS) + 1  # attempts, then it is a dead letter
AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message over one channel; ``doubts`` counts how often it may have arrived without our knowing."""

    id: str
    channel: str
    state: str
    address: str
    person: str | None
    language: str
    digest: bool
    body: Mapping[str, Any] | None
    created_at: datetime
    run_after: datetime
    attempts: int
    doubts: int
    error: str | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outbox:
    """``channels`` by name; what is addressed to one that is no longer set up waits."""

    database: Database
    clock: Clock
    zone: tzinfo
    channels: Mapping[str, Channel]

    def send_due(self) -> int:
        """Send what is due; how many were tried."""
        due = self._claim()
        for one in due:
            self._send(one)
        return len(due)

    def messages(self, state: str | None = None, *, limit: int = 50, offset: int = 0) -> Sequence[Delivery]:
        """The messages of one state or of all, the latest first."""
        c = t.delivery.c
        wanted = select(t.delivery).order_by(c.created_at.desc(), c.id).limit(limit).offset(offset)
        if state is not None:
            wanted = wanted.where(c.state == state)
        with self.database.read() as connection:
            return tuple(Delivery(**row._mapping) for row in connection.execute(wanted))

    def get(self, identity: str) -> Delivery:
        """That message; raises NotFound."""
        with self.database.read() as connection:
            row = connection.execute(select(t.delivery).where(t.delivery.c.id == identity)).one_or_none()
        if row is None:
            raise NotFound(f"expected a message {identity}, found none", message=identity)
        return Delivery(**row._mapping)

    def resend(self, identity: str, *, by: str) -> None:
        """A dead letter goes out again, with its key; raises NotFound, and Conflict where it is not dead."""
        self.get(identity)
        c = t.delivery.c
        values = {"state": WAITING, "run_after": self.clock.now(), "attempts": 0, "error": None}
        with self.database.begin() as connection:
            done = connection.execute(update(t.delivery).where(c.id == identity, c.state == DEAD).values(**values))
            if done.rowcount != 1:
                raise Conflict(f"expected message {identity} to be a dead letter, found it is not", message=identity)
            append_act(connection, "resent", by, self.clock.now(), {"message": identity})

    # -- on the way ------------------------------------------------------------------------------

    def _claim(self) -> list[Delivery]:
        """The messages that are due, kept from other workers; one whose sender died is in doubt."""
        now, c = self.clock.now(), t.delivery.c
        due = (
            select(t.delivery)
            .where(or_(c.state == WAITING, c.state == SENDING), c.run_after <= now, c.channel.in_(list(self.channels)))
            .order_by(c.run_after, c.id)
            .limit(AT_ONCE)
        )
        with self.database.read() as connection:
            if connection.execute(due.limit(1)).first() is None:
                return []
        with self.database.begin() as connection:
            rows = connection.execute(due.with_for_update(skip_locked=True)).all()
            return [self._mark_sending(connection, Delivery(**row._mapping), now) for row in rows]

    def _mark_sending(self, connection: Connection, one: Delivery, now: datetime) -> Delivery:
        doubts = one.doubts + (one.state == SENDING)
        values = {"state": SENDING, "run_after": now + LEASE, "attempts": one.attempts + 1, "doubts": doubts}
        connection.execute(update(t.delivery).where(t.delivery.c.id == one.id).values(**values))
        return Delivery(**{**_fields(one), **values})

    def _send(self, one: Delivery) -> None:
        try:
            self.channels[one.channel].send(self._message(one))
        except SendFailed as error:
            self._failed(one, error)
        except Exception as error:
            # A fault of ours must not be lost with the message, nor stop the others.
            self._failed(one, SendFailed(f"{type(error).__name__}: {error}", unsure=True))
        else:
            self._mark(one, state=SENT, sent_at=self.clock.now(), error=None)

    def _failed(self, one: Delivery, error: SendFailed) -> None:
        dead = error.final or one.attempts >= MOST
        values: dict[str, Any] = {"error": error.message, "doubts": one.doubts + error.unsure}
        if dead:
            values |= {"state": DEAD}
        else:
            values |= {"state": WAITING, "run_after": self.clock.now() + RESTS[one.attempts - 1]}
        self._mark(one, **values)

    def _mark(self, one: Delivery, **values: Any) -> None:
        """What became of it, unless its lease ran out and another worker has it."""
        c = t.delivery.c
        mine = (c.id == one.id, c.state == SENDING, c.attempts == one.attempts)
        with self.database.begin() as connection:
            connection.execute(update(t.delivery).where(*mine).values(**values))

    def _message(self, one: Delivery) -> Message:
        now = self.clock.now()
        if one.body is not None:
            return Message(one.id, one.address, "", "", now, one.body)
        english = one.language == "en"
        with self.database.read() as connection:
            notices = [
                facts_of(dict(row._mapping), self._words(row.at), english=english)
                for row in connection.execute(_notices_of(one.id))
            ]
        if one.channel == "sms":
            return Message(one.id, one.address, "", short(notices, english=english), now)
        subject, text = letter(notices, english=english, digest=one.digest)
        return Message(one.id, one.address, subject, text, now)

    def _words(self, at: datetime) -> str:
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")


def _notices_of(delivery: str) -> Any:
    return (
        select(t.notice)
        .join(t.delivery_notice, t.delivery_notice.c.notice_id == t.notice.c.id)
        .where(t.delivery_notice.c.delivery_id == delivery)
        .order_by(t.notice.c.alert_id)
    )


def _fields(one: Delivery) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Delivery.__slots__}
