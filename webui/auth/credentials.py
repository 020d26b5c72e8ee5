"""Passwords: argon2id, and the same time for a person who does not exist."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select, update

from engine import Database
from engine.clock import Clock
from webui.tables import credential

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # for tests only


class Credentials:
    """Who has which password, and which language the person chose."""

    def __init__(self, database: Database, clock: Clock, hasher: PasswordHasher | None = None) -> None:
        self._database = database
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        # Somebody unknown is checked against this, so that the answer takes as long.
        self._nobody = self._hasher.hash("nobody has this password")

    def set(self, person: str, password: str) -> None:
        """Give the person this password, instead of an earlier one."""
        row = {"password_hash": self._hasher.hash(password), "changed": self._clock.now()}
        with self._database.begin() as connection:
            changed = connection.execute(update(credential).where(credential.c.person == person).values(row))
            if not changed.rowcount:
                connection.execute(insert(credential).values(person=person, **row))

    def check(self, person: str, password: str) -> bool:
        """Whether this is the person's password."""
        with self._database.read() as connection:
            found = connection.scalar(select(credential.c.password_hash).where(credential.c.person == person))
        try:
            self._hasher.verify(found or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return found is not None

    def remove(self, person: str) -> None:
        with self._database.begin() as connection:
            connection.execute(delete(credential).where(credential.c.person == person))

    def language(self, person: str) -> str | None:
        with self._database.read() as connection:
            return connection.scalar(select(credential.c.language).where(credential.c.person == person))

    def choose_language(self, person: str, language: str) -> None:
        with self._database.begin() as connection:
            connection.execute(update(credential).where(credential.c.person == person).values(language=language))
