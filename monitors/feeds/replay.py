"""A log replayed under a virtual clock, through the code that serves live cases.

The whole log is read before anything is stored. A run is keyed by the file's and the model's
hash; started again after a crash it goes on where it stopped, and gives the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from engine import Actor, Database, Definition, Fold, Runtime
from engine.clock import VirtualClock
from monitors.feeds.intake import Intake
from monitors.feeds.mapping import LogMapping
from monitors.feeds.mirror import Envelope, acts, envelopes
from monitors.feeds.results import Replayed, Results
from monitors.feeds.xes import Log, LogCase
from monitors.hashing import sha256

FEED = Actor("feed", "feed")
BATCH = 50
Progress = Callable[[int, int], None]


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
        results = Results(self.runtime, self.database, self.model, self.mapping, self.log)
        return results.gather(instances)

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


def _batches(cases: Sequence[LogCase], size: int) -> Iterator[list[LogCase]]:
    rest = iter(cases)
    while batch := list(islice(rest, size)):
        yield batch
