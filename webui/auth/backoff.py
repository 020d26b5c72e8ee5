"""Slows down guessing: each failure beyond a few makes the account and the address wait longer.

An attempt is counted before the password is looked at, in one transaction, so that a thousand guesses
sent at once do not slip through together; a right password takes the count back.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from engine import Database
from engine.clock import Clock
from webui.tables import login_failure

FREE_PER_ACCOUNT = 5
FREE_PER_ADDRESS = 15  # an office shares one address
FORGOTTEN_AFTER = timedelta(minutes=15)
LONGEST_WAIT = timedelta(minutes=15)


class Backoff:
    """Counts attempts per account and per address."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def attempt(self, account: str, address: str) -> timedelta:
        """Count an attempt; what is left to wait, zero when the password may be looked at now."""
        now = self._clock.now()
        keys = {_key("account", account): FREE_PER_ACCOUNT, _key("address", address): FREE_PER_ADDRESS}
        with self._database.begin() as connection:
            waits = [_blocked(connection, key, now) for key in keys]
            if any(waits):
                return max(waits)
            for key, free in keys.items():
                _count(connection, key, free, now)
        return timedelta()

    def succeeded(self, account: str, address: str) -> None:
        """The password was right: forget the account's failures and this one attempt of the address."""
        now = self._clock.now()
        with self._database.begin() as connection:
            connection.execute(delete(login_failure).where(login_failure.c.key == _key("account", account)))
            connection.execute(
                update(login_failure)
                .where(login_failure.c.key == _key("address", address), login_failure.c.failures > 0)
                .values(failures=login_failure.c.failures - 1, blocked_until=now)
            )


def delay(failures: int, free: int) -> timedelta:
    """How long the next attempt must wait after that many."""
    if failures < free:
        return timedelta()
    return min(LONGEST_WAIT, timedelta(seconds=2 ** min(failures - free + 1, 12)))


def _blocked(connection: Connection, key: str, now: datetime) -> timedelta:
    until = connection.scalar(select(login_failure.c.blocked_until).where(login_failure.c.key == key))
    return max(until - now, timedelta()) if until else timedelta()


def _count(connection: Connection, key: str, free: int, now: datetime) -> None:
    row = connection.execute(select(login_failure).where(login_failure.c.key == key)).one_or_none()
    recent = row is not None and now - row.last_at < FORGOTTEN_AFTER
    failures = (row.failures if row is not None and recent else 0) + 1
    values = {"failures": failures, "last_at": now, "blocked_until": now + delay(failures, free)}
    if row is None:
        connection.execute(insert(login_failure).values(key=key, **values))
    else:
        connection.execute(update(login_failure).where(login_failure.c.key == key).values(values))


def _key(kind: str, name: str) -> str:
    return hashlib.sha256(f"{kind}:{name}".encode()).hexdigest()
