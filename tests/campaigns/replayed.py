"""I4: every case is played again from what its journal says was asked, and must come to the same entries and rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, select

import engine.tables
from engine import Actor, Call, Database, Handlers, Runtime
from engine.clock import VirtualClock
from engine.errors import EngineError, NotFound
from engine.journal import WITNESS
from engine.model import SYSTEM
from engine.orders import TIMER, Order
from engine.tables import history, instance, subscription, task, timer
from tests.campaigns.models import MODELS
from tests.campaigns.world import World, ask, reply, rungs

Row = Mapping[str, Any]
# What a claim leaves on a timer is no part of the case; a case began a moment before its first entry was written; and
# the worker's command that fired a timer is another here than the person's command that met it due.
LEFT_OUT = {"lease_owner", "lease_until", "fence", "started_at", "revision", "journal_hash", "check_value"}
AS_STARTED = ("business_key", "district_code", "scope", "parent_id")
# The order behind an entry; for most of them the entry's body is what was asked, but for where it met the case.
KINDS = {
    "started": "start",
    "completed": "complete",
    "message": "deliver",
    "signal": "signal",
    "suspended": "suspend",
    "resumed": "resume",
    "extended": "extend",
    "cancelled": "cancel",
}
STATE = (instance, task, timer, subscription, history)


def replay_violations(world: World, instances: Mapping[str, Row], entries: Iterable[Row]) -> Iterator[str]:
    """Each case on its own, in a database beside."""
    chains: dict[str, list[Row]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry["seq"]):
        chains[entry["chain"]].append(entry)
    again = Replay(Database(f"sqlite:///{world.folder}/replay.db"))
    for row in instances.values():
        try:
            again.play(row, chains[row["id"]])
        except EngineError as error:
            yield f"I4: the journal of {row['id']} cannot be played: {error.message}"
    stored, played = _state(world.runtime().database), _state(again.database)
    for name in instances:
        if again.entries(name) != [_told(entry) for entry in chains[name]]:
            yield f"I4: the journal of {name}, played again, tells something else"
        for table in STATE:
            if stored[table.name][name] != played[table.name][name]:
                yield f"I4: the rows in {table.name} of {name} do not follow from its journal"
    again.database.dispose()


class Replay:
    """A runtime that does what was done before, at the times when it was done."""

    def __init__(self, database: Database) -> None:
        self.database, self._next_id = database, ""
        event.listen(database.engine, "connect", lambda connection, _: connection.execute("pragma synchronous = off"))
        engine.tables.metadata.create_all(database.engine)
        self._clock = VirtualClock(datetime(2026, 3, 11, tzinfo=UTC))
        self._outputs: dict[str, list[Any]] = {}
        self._runtime = Runtime(database, self._clock, self._handlers(), new_id=lambda: self._next_id)
        for xml in MODELS:
            self._runtime.deploy(xml, by="designer")

    def play(self, row: Row, chain: list[Row]) -> None:
        """Command by command: what a command brought about by itself is not asked for again."""
        self._next_id, self._outputs = row["id"], defaultdict(list)
        for entry in chain:
            if entry["kind"] == "handler":
                self._outputs[entry["body"]["element"]].append(entry["body"]["outputs"])
        done = 0
        while done < len(chain):
            entry = chain[done]
            self._clock.move_to(entry["at"])
            self._runtime.give(self._order(row, entry))
            now = len(self._runtime.query.journal(row["id"]))
            if now <= done:
                return
            done = now

    def entries(self, name: str) -> list[tuple[Any, ...]]:
        told = self._runtime.query.journal(name)
        return [_told({"kind": one.kind, "actor": one.actor, "at": one.at, "body": one.body}) for one in told]

    def _order(self, row: Row, entry: Row) -> Order:
        """What was asked when this was written; nobody has to ask for a timer."""
        kind, body, case = entry["kind"], entry["body"], {"instance_id": row["id"]}
        if kind == "started":
            given = {name: row[name] for name in ("definition", "version", *AS_STARTED)} | {"data": body["data"]}
        elif kind == "completed":
            given = {"task_id": self._task(row, body), "data": body["data"], "over": body.get("over", {})}
        elif kind in KINDS:
            given = case | {name: value for name, value in body.items() if name not in ("element", "elements", WITNESS)}
        else:
            return Order("fire", None, SYSTEM, None, case, TIMER)
        if kind == "suspended":
            given["own_limit"] = None
        actor = SYSTEM if entry["actor"] == SYSTEM.id else Actor(entry["actor"], "", frozenset())
        return Order(KINDS[kind], None, actor, None, given)

    def _task(self, row: Row, body: Row) -> str:
        for one in self._runtime.query.tasks(instance_id=row["id"]):
            if (one.element, one.occurrence) == (body["element"], body["occurrence"]):
                return one.id
        raise NotFound(f"expected {body['element']} to be open, found it is not")

    def _handlers(self) -> Handlers:
        found = Handlers(rungs=rungs)
        found.register("issue", lambda call: self._given_then(call))
        found.register("rule_check", lambda call: None)
        found.register("ask", ask)
        found.register("reply", reply)
        return found

    def _given_then(self, call: Call) -> Any:
        return self._outputs[call.element].pop(0) if self._outputs[call.element] else {"no": "never given"}


def _told(entry: Row) -> tuple[Any, ...]:
    body = {name: value for name, value in entry["body"].items() if name != WITNESS}
    return (entry["kind"], entry["actor"], entry["at"], body)


def _state(database: Database) -> dict[str, dict[str, list[Row]]]:
    """The rows of every case, by table."""
    found: dict[str, dict[str, list[Row]]] = {}
    with database.read() as connection:
        for table in STATE:
            of = found[table.name] = defaultdict(list)
            for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings():
                kept = {name: value for name, value in row.items() if name not in LEFT_OUT}
                of[row["id"] if table is instance else row["instance_id"]].append(kept)
    return found
