"""The life of a version: drafted, submitted, reviewed by a second person, deployed from a date, retired.

What is drawn in a version never changes: a correction is another draft, with a number of its own. Running cases
stay on their version; what follows from a change of state concerns those that start afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import definitions
from engine.clock import Clock
from engine.db import Database
from engine.definitions import DEPLOYED, DRAFT, LOCAL, RETIRED, REVIEWED, SUBMITTED, find
from engine.errors import Conflict, InvalidData, NotAllowed, StateAltered
from engine.handlers import Handlers
from engine.model import Definition

Look = Callable[[Definition], dict[str, Any]]


class Versions:
    """The commands on versions; each is one transaction and one entry in the journal of acts without a case."""

    def __init__(self, database: Database, clock: Clock, handlers: Handlers) -> None:
        self._database, self._clock, self._handlers = database, clock, handlers

    def draft(self, xml: bytes, *, by: str, decisions: Iterable[bytes] = ()) -> Definition:
        """Keep a model that somebody drew, with those of the DMN files beside it that it uses.

        Bytes that are known give the version they have. Raises ModelRefused.
        """
        with self._database.begin() as connection:
            now, names = self._clock.now(), self._handlers.known()
            return definitions.store(connection, xml, by=by, at=now, names=names, origin=LOCAL, decisions=decisions)

    def submit(self, name: str, version: int, *, by: str, reason: str = "") -> Definition:
        """Hand a draft in for review."""
        now = self._clock.now()
        values = {"state": SUBMITTED, "submitted_at": now, "submitted_by": by}
        return self._change(name, version, "submitted", by, reason, (DRAFT,), lambda one: values)

    def give_back(self, name: str, version: int, *, by: str, reason: str) -> Definition:
        """Refuse what was handed in, for a reason; it is a draft again."""
        if not reason.strip():
            raise InvalidData("expected a reason, found none", field="reason")
        return self._change(name, version, "returned", by, reason, (SUBMITTED,), lambda one: {"state": DRAFT})

    def review(self, name: str, version: int, *, by: str, reason: str = "") -> Definition:
        """Approve what another person has drawn and handed in; NotAllowed for those two."""

        def values(one: Definition) -> dict[str, Any]:
            _refuse_own(one, by)
            return {"state": REVIEWED, "reviewed_at": self._clock.now(), "reviewed_by": by}

        return self._change(name, version, "reviewed", by, reason, (SUBMITTED,), values)

    def deploy(
        self, name: str, version: int, *, by: str, valid_from: datetime | None = None, reason: str = ""
    ) -> Definition:
        """Let cases that start at ``valid_from`` (now) or later start on it; only a reviewed version, never one's own.

        Raises ModelRefused where it calls what is retired by now.
        """

        def values(one: Definition) -> dict[str, Any]:
            _refuse_own(one, by)
            now = self._clock.now()
            dates = {"valid_from": valid_from or now, "retired_at": None, "retired_by": None}
            return {"state": DEPLOYED, "deployed_at": now, "deployed_by": by, **dates}

        return self._change(name, version, "deployed", by, reason, (REVIEWED, RETIRED), values)

    def retire(
        self, name: str, version: int, *, by: str, valid_to: datetime | None = None, reason: str = ""
    ) -> Definition:
        """Let no case start on it from ``valid_to`` (now) on; what was in force before it is so again."""

        def values(one: Definition) -> dict[str, Any]:
            _refuse_own(one, by)
            return {"state": RETIRED, "retired_at": valid_to or self._clock.now(), "retired_by": by}

        return self._change(name, version, "retired", by, reason, (DEPLOYED,), values)

    def _change(
        self, name: str, version: int, kind: str, by: str, reason: str, allowed: tuple[str, ...], values: Look
    ) -> Definition:
        with self._database.begin() as connection:
            one = _unaltered(connection, name, version)
            if one.state not in allowed:
                wanted = " or ".join(allowed)
                raise Conflict(
                    f"expected {name}@{version} to be {wanted}, found it {one.state}", model=name, state=one.state
                )
            if kind == "deployed":
                definitions.refuse_gone(connection, one, self._clock.now())
            return definitions.change(
                connection, one, kind, by, self._clock.now(), reason=reason.strip(), **values(one)
            )


def _unaltered(connection: Connection, name: str, version: int) -> Definition:
    """The version, if its bytes are those that were checked; raises StateAltered."""
    one = find(connection, name, version, lock=True)
    if definitions.fingerprint(one.xml, one.decisions, one.calls) != one.hash:
        raise StateAltered(f"expected the bytes of {name}@{version} that were drafted, found others", model=name)
    return one


def _refuse_own(one: Definition, by: str) -> None:
    if by in (one.created_by, one.submitted_by):
        raise NotAllowed(
            f"expected another person than the one who drew or handed in {one.name}@{one.version}, found {by}",
            model=one.name,
            version=one.version,
        )
