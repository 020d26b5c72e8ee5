"""A log replayed under a virtual clock, through the code that serves live cases.

The whole log is read before anything is stored. A run is keyed by the file's and the model's
hash; started again after a crash it goes on where it stopped, and gives the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engine import Actor, Database, Definition, Fold, Runtime
from engine.clock import VirtualClock
from monitors import tables as t
from monitors.feeds.intake import Intake
from monitors.feeds.mapping import LogMapping
from monitors.feeds.mirror import Envelope, acts, envelopes
from monitors.feeds.xes import Log, LogCase
from monitors.hashing import sha256

FEED = Actor("feed", "feed")
BATCH = 50
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the findings file; ``happened`` is the case's end, None while it is open."""

    case: str
    checkpoint: str
    rule: str
    level: str
    due: datetime | None
    happened: datetime | None
    ended: bool


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a run found."""

    cases: int
    events: int
    ended: int
    findings: tuple[Finding, ...]
    data_findings: tuple[tuple[str, str], ...]

    def late(self, rule: str | None, *, ended: bool) -> int | None:
        """How many cases broke a limit, among the ended or the open ones; None without such a rule."""
        if rule is None:
            return None
        return len({f.case for f in self.findings if f.rule == rule and f.ended is ended})

    def cases_with(self, kind: str) -> int:
        """How many cases have a data-quality finding of a kind."""
        return len({case for case, found in self.data_findings if found == kind})


@dataclass(frozen=True, slots=True)
class Replay:
    """One run: a log against a deployed mirror model."""

    runtime: Runtime
    database: Database
    clock: VirtualClock
    model: Definition
    mapping: LogMapping
    log: Log

    @property
    def key(self) -> str:
        return sha256(self.log.hash, self.model.hash, self.mapping.hash)

    def run(self, progress: Progress = lambda done, total: None) -> Replayed:
        """Fold every case, let time run to the log's last event, gather what was found."""
        instances: dict[str, str] = {}
        still_open: list[str] = []
        total = len(self.log.cases)
        for batch in _batches(self.log.cases, BATCH):
            intake = Intake(self.key, self.mapping.district_code)
            for case in batch:
                folded, sequence = self._case(case)
                instances[case.id] = folded.outcome.instance_id
                if folded.outcome.state == "open":
                    still_open.append(folded.outcome.instance_id)
                intake.add(folded, sequence, self.clock.now())
            with self.database.begin() as connection:
                intake.store(connection)
            progress(len(instances), total)
        end = self.log.last_event_at
        if end is not None:
            self._let_time_pass(still_open, end)
        return self._gather(instances)

    def _case(self, case: LogCase) -> tuple[Fold, Sequence[Envelope]]:
        sequence = envelopes(case, self.mapping)
        opened = sequence[0]
        self.clock.move_to(max(envelope.occurred_at for envelope in sequence))
        folded = self.runtime.fold(
            self.model.name,
            business_key=case.id,
            district_code=self.mapping.district_code,
            scope=self.mapping.department,
            data=opened.payload,
            at=opened.occurred_at,
            acts=acts(sequence, self.mapping),
            actor=FEED,
            key=f"replay:{self.key}:{case.id}",
            version=self.model.version,
        )
        return folded, sequence

    def _let_time_pass(self, instances: Iterable[str], end: datetime) -> None:
        """What is still open meets its timers up to the log's end."""
        self.clock.move_to(end)
        for instance_id in instances:
            self.runtime.fire_due(instance_id)

    def _gather(self, instances: dict[str, str]) -> Replayed:
        zone = ZoneInfo(self.mapping.zone)
        ends = {
            found.id: found.ended_at for found in self.runtime.query.instances(definition=self.model.name, limit=10**9)
        }
        with self.database.read() as connection:
            warnings = connection.execute(
                select(t.warning).where(
                    t.warning.c.district_code == self.mapping.district_code,
                    t.warning.c.definition == self.model.name,
                    t.warning.c.definition_version == self.model.version,
                )
            ).mappings()
            mine = set(instances.values())
            findings = [self._finding(w, ends, zone) for w in warnings if w["case_id"] in mine]
            kinds = connection.execute(
                select(t.data_finding.c.case_no, t.data_finding.c.case_id, t.data_finding.c.kind).where(
                    t.data_finding.c.district_code == self.mapping.district_code,
                )
            ).all()
        return Replayed(
            cases=len(instances),
            events=sum(len(case.events) for case in self.log.cases),
            ended=sum(ends[one] is not None for one in mine),
            findings=tuple(sorted(findings, key=lambda f: (f.case, f.rule, f.level))),
            data_findings=tuple(sorted((row.case_no, row.kind) for row in kinds if row.case_id in mine)),
        )

    def _finding(self, row: Any, ends: dict[str, datetime | None], zone: ZoneInfo) -> Finding:
        end = ends[row["case_id"]]
        due = _limit(row)
        return Finding(
            row["case_no"],
            row["checkpoint"],
            row["rule"],
            row["level"],
            due.astimezone(zone) if due else None,
            end.astimezone(zone) if end else None,
            end is not None,
        )


def _batches(cases: Sequence[LogCase], size: int) -> Iterator[list[LogCase]]:
    rest = iter(cases)
    while batch := list(islice(rest, size)):
        yield batch


def _limit(row: Any) -> datetime | None:
    """The deadline as it was given, else the last instant in time as it was counted."""
    steps = row["evidence"].get("reason", {}).get("steps", ())
    given = next((step["note"] for step in steps if step["rule"] == "given"), None)
    found = given or row["evidence"].get("deadline") or row["due"]
    return datetime.fromisoformat(found) if isinstance(found, str) else found
