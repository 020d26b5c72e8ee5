"""What must be true of a database after whatever happened to the processes that worked on it.

The numbers are those of the invariants: I1 every acknowledged command is stored exactly once; I2 no effect without
its entry, no entry without its effect; I3 what one case asks of another happens once; I4 the state follows from the
journal; I5 an open case can be moved, and its rows are its waits; I6 the chains hold; I7 ended means ended; I8 the
database itself is whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Table, select, text

from engine import Database, verify_journal
from engine.casedata import loads
from engine.chains import ACTS
from engine.reconcile import reconcile
from engine.sealing import export
from engine.tables import command, incident, instance, job, journal, task, timer
from tests.campaigns.cases import case_violations
from tests.campaigns.notebook import lines
from tests.campaigns.replayed import replay_violations
from tests.campaigns.world import SIGNER, World, effect

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Stored:
    """Everything that is in the database, read once."""

    database: Database

    def rows(self, table: Table) -> list[Row]:
        with self.database.read() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]

    @cached_property
    def commands(self) -> dict[str, Row]:
        return {row["key"]: row for row in self.rows(command)}

    @cached_property
    def entries(self) -> list[Row]:
        return [{**row, "body": loads(row["body"])} for row in self.rows(journal)]

    @cached_property
    def instances(self) -> dict[str, Row]:
        return {row["id"]: row for row in self.rows(instance)}


def violations(world: World) -> list[str]:
    """All that is wrong, in words; each begins with its invariant."""
    runtime = world.runtime()
    stored = Stored(runtime.database)
    found = [
        *_acknowledged(world, stored),
        *_entered_once(stored),
        *_effects(stored),
        *_timers(stored),
        *_jobs(stored),
        *_chains(world, stored),
        *_incidents(stored),
        *_whole(stored),
        *case_violations(runtime, stored.instances.values()),
        *(f"I4: {finding.in_words()}" for finding in reconcile(stored.database).findings),
        *replay_violations(world, stored.instances, stored.entries),
    ]
    runtime.database.dispose()
    return found


def _acknowledged(world: World, stored: Stored) -> Iterator[str]:
    """I1: what a client was told is what is stored; what was refused left nothing."""
    for path in sorted(world.folder.glob("client-*.log")):
        for line in lines(path):
            row = stored.commands.get(line["key"])
            if "outcome" in line and row is None:
                yield f"I1: {line['key']} was acknowledged and is lost"
            elif "outcome" in line and row is not None and row["outcome"] != line["outcome"]:
                yield f"I1: {line['key']} was acknowledged with another outcome than the stored one"
            elif "refused" in line and row is not None:
                yield f"I1: {line['key']} was refused and is stored"


def _entered_once(stored: Stored) -> Iterator[str]:
    """I1, I2: every stored command has one entry in the journal, every entry of a command its command."""
    tokens = Counter(token for entry in stored.entries if (token := _token(entry)) is not None)
    for key, row in stored.commands.items():
        # A signal that nobody waits for any more is a command that changes nothing.
        fewest = 0 if row["kind"] == "signal" else 1
        if not fewest <= tokens[key] <= 1:
            yield f"I1: {row['kind']} {key} has {tokens[key]} entries in the journal"
    for token in tokens.keys() - stored.commands.keys():
        yield f"I2: the journal knows a command {token} that is not stored"


def _token(entry: Row) -> str | None:
    """The key of the command, which each kind of command of this campaign carries along."""
    body, kind = entry["body"], entry["kind"]
    if kind in ("started", "completed"):
        return str(body["data"]["token"])
    if kind in ("message", "signal"):
        return body["payload"].get("token")
    return body["reason"] if kind in ("suspended", "resumed", "extended", "cancelled") else None


def _effects(stored: Stored) -> Iterator[str]:
    """I2: what handlers did is what the journal says they gave, once each."""
    done = Counter(row["no"] for row in stored.rows(effect) if row["no"])
    told = Counter(entry["body"]["outputs"]["no"] for entry in stored.entries if entry["kind"] == "handler")
    for number in done.keys() | told.keys():
        if (done[number], told[number]) != (1, 1):
            yield f"I2: a handler's effect happened {done[number]} times and was entered {told[number]} times"


def _timers(stored: Stored) -> Iterator[str]:
    """A timer that has fired has one entry; the rules of a checkpoint were looked at once for each rung."""
    entered = Counter(entry["body"]["id"] for entry in stored.entries if entry["kind"] == "timer_fired")
    looked = Counter((row["instance_id"], row["about"]) for row in stored.rows(effect) if not row["no"])
    for key, times in looked.items():
        if times != 1:
            yield f"I2: {key[1]} of {key[0]} was looked at {times} times"
    for row in stored.rows(timer):
        expected = 1 if row["state"] == "fired" else 0
        if entered[row["id"]] != expected:
            yield f"I2: timer {row['id']} is {row['state']} and was entered {entered[row['id']]} times"
        about = (row["instance_id"], f"{row['element']}:{row['rule']}:{row['rung']}:{row['occurrence']}")
        if row["checkpoint"] is not None and looked[about] != expected:
            yield f"I2: rung {row['id']} is {row['state']} and was looked at {looked[about]} times"


def _jobs(stored: Stored) -> Iterator[str]:
    """I3: every job is done, with its command; a start has one case. Who has gone on meanwhile hears no message."""
    cases = Counter(row["data"]["token"] for row in stored.instances.values() if row["definition"] == "answering")
    for row in stored.rows(job):
        if row["state"] != "done":
            yield f"I3: job {row['id']} is {row['state']}"
        elif row["kind"] == "start" and row["id"] not in stored.commands:
            yield f"I3: job {row['id']} is done and nothing was started"
        elif row["kind"] == "deliver" and row["id"] not in stored.commands and _still_waits(stored, row):
            yield f"I3: job {row['id']} is done and its message was not delivered"
    started = [entry["body"]["data"]["token"] for entry in stored.entries if entry["kind"] == "started"]
    for token, times in (Counter(started) | cases).items():
        if times != 1:
            yield f"I3: {token} has started {times} cases"


def _still_waits(stored: Stored, row: Row) -> bool:
    """Nobody but the job ends this wait."""
    return bool(stored.instances[row["payload"]["instance_id"]]["state"] == "open")


def _chains(world: World, stored: Stored) -> Iterator[str]:
    """I6: the stand-alone verifier is content with chains, seals and anchors, and a chain ends where its case says."""
    anchors = world.anchors.read_text().splitlines(keepends=True) if world.anchors.exists() else None
    broken = verify_journal.verify(export(stored.database), [SIGNER.verifier], anchors)["broken_at"]
    if broken is not None:
        yield f"I6: the journal is broken at {broken}"
    ends: dict[str, tuple[int, str]] = defaultdict(lambda: (0, ""))
    for entry in stored.entries:
        ends[entry["chain"]] = max(ends[entry["chain"]], (entry["seq"], entry["hash"]))
    for row in stored.instances.values():
        if ends[row["id"]] != (row["journal_seq"], row["journal_hash"]):
            yield f"I6: the chain of {row['id']} ends at {ends[row['id']][0]}, its case says {row['journal_seq']}"
    for chain in ends.keys() - stored.instances.keys() - {ACTS}:
        yield f"I6: the chain {chain} has no case"


def _incidents(stored: Stored) -> Iterator[str]:
    """Nothing is wrong with any of these cases: who says so lies."""
    for row in stored.rows(incident):
        if row["state"] in ("waiting", "parked"):
            yield f"an incident stands: {row['kind']} {row['subject']}: {row['cause']}"


def _whole(stored: Stored) -> Iterator[str]:
    """I8."""
    if stored.database.is_sqlite:
        with stored.database.read() as connection:
            found = connection.execute(text("pragma integrity_check")).scalar_one()
        if found != "ok":
            yield f"I8: {found}"
    tasks = {row["instance_id"] for row in stored.rows(task)}
    for name in tasks - stored.instances.keys():
        yield f"I8: steps of a case {name} that is not there"
