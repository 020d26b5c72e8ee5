"""What all processes of a campaign share: one database, a clock that hurries, and handlers that leave traces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert

import engine.tables
from engine import Call, Database, Handlers, Rung, RungRequest, Runtime
from engine.clock import Clock, SystemClock
from engine.sealing import Anchoring, Checked, FileAnchor, Keyring, Pace, Sealer, Signer
from tests.campaigns.models import MODELS

HURRY = 60  # half a minute, as long as a worker's claim stands, is half a second
DISTRICT, SCOPE = "370202", "housing"
metadata = MetaData()
# What a handler does beside the engine, in the command's own transaction. Nothing here is unique: a doubled effect
# must be seen, not refused. ``about`` is the element's handler, or the timer that had a rule looked at.
effect = Table(
    "effect",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("no", String(64), nullable=False),
    Column("instance_id", String(64), nullable=False),
    Column("about", String(400), nullable=False),
)
# Keys that keep no secret: nobody attacks here.
STATES = Checked(lambda: Keyring((bytes(range(32)),)))
SIGNER = Signer("jiancha/campaign", bytes(range(32)))
Write = Callable[[Connection, dict[str, Any]], None]


class Hurried:
    """The machine's clock, a number of times as fast since a given instant."""

    def __init__(self, since: datetime, times: int = HURRY) -> None:
        self._base, self._since, self._times = SystemClock(), since, times

    def now(self) -> datetime:
        return self._since + (self._base.now() - self._since) * self._times


@dataclass(frozen=True)
class World:
    """``planted`` names the fault of a control, or is empty."""

    url: str
    folder: Path
    since: datetime
    planted: str = ""

    @property
    def clock(self) -> Clock:
        return Hurried(self.since)

    def runtime(self) -> Runtime:
        """A runtime of this process, with connections of its own."""
        return Runtime(Database(self.url), self.clock, handlers(), states=STATES)

    @property
    def anchors(self) -> Path:
        """What somebody outside keeps."""
        return self.folder / "anchors.txt"

    def sealing(self, database: Database) -> tuple[Sealer, Anchoring]:
        """Seals once a second or after fifty entries, each given to the holder outside."""
        clock = SystemClock()
        sealer = Sealer(database, clock, SIGNER, Pace(every=timedelta(seconds=1), entries=50))
        return sealer, Anchoring(database, clock, [FileAnchor(self.anchors)])

    def prepare(self) -> None:
        """The tables, and a version of every model."""
        runtime = self.runtime()
        engine.tables.metadata.create_all(runtime.database.engine)
        metadata.create_all(runtime.database.engine)
        for xml in MODELS:
            runtime.deploy(xml, by="designer")
        runtime.database.dispose()


def write_at_once(connection: Connection, row: dict[str, Any]) -> None:
    connection.execute(insert(effect).values(row))


def handlers(write: Write = write_at_once) -> Handlers:
    """``issue`` gives a number that was never given before; ``ask`` and ``reply`` speak to another case."""
    found = Handlers(rungs=rungs)

    def issue(call: Call) -> dict[str, Any]:
        number = uuid4().hex
        write(call.connection, _row(call, number, call.element))
        return {"no": number}

    def check(call: Call) -> None:
        firing = call.firing
        assert firing is not None
        about = f"{firing.element}:{firing.rule}:{firing.rung}:{firing.occurrence}"
        write(call.connection, _row(call, "", about))

    found.register("issue", issue)
    found.register("rule_check", check)
    found.register("ask", ask)
    found.register("reply", reply)
    return found


def _row(call: Call, number: str, about: str) -> dict[str, Any]:
    return {"no": number, "instance_id": call.case.instance.id, "about": about}


def ask(call: Call) -> None:
    case = call.case.instance
    data = {"token": f"start:{case.id}", "asker": case.id}
    call.later.start("answering", key=case.id, **of_case(case.business_key, data), parent_id=case.id)


def reply(call: Call) -> None:
    case = call.case.instance
    asker = call.case.data["asker"]
    call.later.deliver(asker, "answer", {"token": f"deliver:{case.id}"}, key=case.id)


def of_case(business_key: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"business_key": business_key, "district_code": DISTRICT, "scope": SCOPE, "data": data}


def rungs(request: RungRequest) -> Sequence[Rung]:
    """Two minutes after the host was entered and after five; later by what the clock stood still, none while it does."""
    stops = request.case.suspensions
    stopped = any(stop.end is None for stop in stops)
    lost = sum((stop.end - stop.start for stop in stops if stop.end is not None), timedelta())
    return [
        Rung("TT-01.1", name, None if stopped else request.entered_at + timedelta(minutes=minutes) + lost, level=name)
        for name, minutes in (("notice", 2), ("yellow", 5))
    ]
