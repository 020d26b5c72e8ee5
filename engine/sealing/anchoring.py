"""Gives the newest seal to every holder outside, again until it has it, and says who has fallen behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from engine.clock import Clock
from engine.db import Database
from engine.errors import Unanchored
from engine.sealing.anchors import Anchor, AnchorFailed
from engine.tables import anchor, seal

LONGEST_PAUSE = timedelta(minutes=5)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Gap:
    """A holder that has not had a seal for too long; ``since`` is the instant of the last it has (of the first it lacks)."""

    anchor: str
    since: datetime
    error: str | None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a holder may lag before it is an alarm, and before acts are refused (None: never)."""

    alarm: timedelta = timedelta(minutes=30)
    stop: timedelta | None = None


class Anchoring:
    """Delivers seals of one database to the holders outside. ``clock`` is the machine's."""

    def __init__(
        self, database: Database, clock: Clock, anchors: Sequence[Anchor], patience: Patience = Patience()
    ) -> None:
        self._database, self._clock, self._anchors, self._patience = database, clock, anchors, patience

    def deliver(self) -> int:
        """Give the newest seal to every holder that lacks it and is due; how many took it."""
        return sum(self._deliver(one) for one in self._anchors)

    def gaps(self) -> list[Gap]:
        """The holders that are behind, for a banner and for readiness; empty where all is well, or none is set up."""
        with self._database.read() as connection:
            found = [self._gap(connection, one) for one in self._anchors]
        late = self._patience.alarm
        now = self._clock.now()
        return [
            gap
            for gap, one in zip(found, self._anchors, strict=True)
            if gap is not None and now - gap.since > late + one.every
        ]

    def permit(self) -> None:
        """Raises Unanchored when every holder has been behind for longer than is allowed."""
        stop = self._patience.stop
        if stop is None or not self._anchors:
            return
        with self._database.read() as connection:
            found = [self._gap(connection, one) for one in self._anchors]
        now = self._clock.now()
        if all(gap is not None and now - gap.since > stop for gap in found):
            raise Unanchored(f"expected a seal held outside within {stop}, found none: acts are refused until there is")

    def _deliver(self, one: Anchor) -> int:
        now = self._clock.now()
        with self._database.read() as connection:
            known = _row(connection, one.name)
            newest = connection.execute(select(seal.c.number, seal.c.note).order_by(seal.c.number.desc()).limit(1))
            wanted = newest.one_or_none()
        if wanted is None or wanted.number <= known["number"] or not _is_due(known, one, now):
            return 0
        try:
            one.hold(wanted.number, wanted.note)
        except AnchorFailed as error:
            self._write(known | {"attempts": known["attempts"] + 1, "tried_at": now, "error": error.message})
            return 0
        held = {"number": wanted.number, "delivered_at": now, "attempts": 0, "tried_at": now, "error": None}
        self._write(known | held)
        return 1

    def _write(self, row: dict[str, Any]) -> None:
        with self._database.begin() as connection:
            connection.execute(delete(anchor).where(anchor.c.name == row["name"]))
            connection.execute(insert(anchor).values(row))

    def _gap(self, connection: Connection, one: Anchor) -> Gap | None:
        """Since when a holder has had nothing new; None before the first seal."""
        known = _row(connection, one.name)
        held = select(seal.c.at).where(seal.c.number >= known["number"]).order_by(seal.c.number).limit(1)
        since = connection.execute(held).scalar_one_or_none()
        return None if since is None else Gap(one.name, since, known["error"])


def _row(connection: Connection, name: str) -> dict[str, Any]:
    row = connection.execute(select(anchor).where(anchor.c.name == name)).mappings().one_or_none()
    nothing = {"name": name, "number": 0, "delivered_at": None, "attempts": 0, "tried_at": None, "error": None}
    return nothing if row is None else dict(row)


def _is_due(known: Row, one: Anchor, now: datetime) -> bool:
    """After a failure with growing pauses, else as often as the holder wants; a clock set back does not silence us."""
    pause = min(timedelta(seconds=2.0 ** min(known["attempts"], 9)), LONGEST_PAUSE) if known["attempts"] else one.every
    last = known["tried_at"]
    return last is None or abs(now - last) >= pause
