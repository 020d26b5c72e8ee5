"""Who is logged in: rows in the database, a random token in the browser's signed cookie."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from engine import Database
from engine.clock import Clock
from webui.tables import web_session

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# A page a second would otherwise be a write a second.
SEEN_EVERY = timedelta(minutes=1)


class Sessions:
    """Opens, finds and revokes sessions. The clock is the machine's own, never the demo's moved one."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def open(self, person: str) -> str:
        """A new token; the caller puts it into a new cookie, so that an old one is worth nothing."""
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        with self._database.begin() as connection:
            connection.execute(delete(web_session).where(web_session.c.created < now - LONGEST))
            connection.execute(
                insert(web_session).values(id_hash=_hash(token), person=person, created=now, last_seen=now)
            )
        return token

    def person(self, token: str) -> str | None:
        """Whose session it is, or None when it is unknown, revoked, idle too long or too old."""
        now = self._clock.now()
        with self._database.read() as connection:
            row = connection.execute(select(web_session).where(web_session.c.id_hash == _hash(token))).one_or_none()
        if row is None or row.revoked is not None or _expired(row.created, row.last_seen, now):
            return None
        if now - row.last_seen >= SEEN_EVERY:
            self._touch(row.id_hash, now)
        return row.person

    def revoke(self, token: str) -> None:
        self._revoke(web_session.c.id_hash == _hash(token))

    def revoke_person(self, person: str) -> None:
        """End every session of the person: after a new password or a change of roles."""
        self._revoke(web_session.c.person == person)

    def _revoke(self, which: object) -> None:
        with self._database.begin() as connection:
            connection.execute(
                update(web_session)
                .where(which, web_session.c.revoked.is_(None))  # type: ignore[arg-type]
                .values(revoked=self._clock.now())
            )

    def _touch(self, id_hash: str, now: datetime) -> None:
        with self._database.begin() as connection:
            connection.execute(update(web_session).where(web_session.c.id_hash == id_hash).values(last_seen=now))


def _expired(created: datetime, last_seen: datetime, now: datetime) -> bool:
    return now - last_seen > IDLE or now - created > LONGEST


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
