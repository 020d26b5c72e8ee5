"""One immutable snapshot of a case, as rules see it; its names are in ``monitors.context``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from engine.calendar import WorkingCalendar
from engine.handlers import Call, CaseView, RungRequest
from engine.limits import Extension, Ledger
from engine.model import Firing, Step
from monitors.context import Context, context_of
from monitors.datasets import DataSets, NoDataSets, StoredDataSets
from monitors.dayfunctions import bound
from monitors.documents.archive import ServedTimes
from monitors.ledgers import ledger_of

PERSON_KINDS = frozenset({"person", "userTask", "manualTask"})


def _nothing_served(kind: str) -> datetime | None:
    return None


@dataclass(frozen=True)
class Facts:
    """A case at ``case.at``, looked at because of ``firing`` (None while timers are being armed).

    ``host`` is the element the checkpoint hangs on, ``entered_at`` when that passage began,
    ``actor`` who completes it now, if somebody does.
    """

    case: CaseView
    calendar: WorkingCalendar
    host: str | None = None
    occurrence: int = 1
    entered: datetime | None = None
    firing: Firing | None = None
    actor: str | None = None
    clock: datetime | None = field(default=None, compare=False)
    sets: DataSets = field(default=NoDataSets(), compare=False)
    served: Callable[[str], datetime | None] = field(default=_nothing_served, compare=False)

    @classmethod
    def of_call(cls, call: Call, calendar: WorkingCalendar, clock: datetime | None = None) -> Facts:
        """The facts of a rule task that a checkpoint reached."""
        firing = call.firing
        host, occurrence = (None, 1) if firing is None else (firing.host, firing.occurrence)
        sets, served = StoredDataSets(call.connection), ServedTimes(call.connection, call.case.instance.id)
        return cls(
            call.case,
            calendar,
            host,
            occurrence,
            firing=firing,
            actor=call.actor.id,
            clock=clock,
            sets=sets,
            served=served,
        )

    @classmethod
    def of_request(cls, request: RungRequest, calendar: WorkingCalendar) -> Facts:
        """The facts under which a checkpoint's timers are armed."""
        served = ServedTimes(request.connection, request.case.instance.id)
        return cls(request.case, calendar, request.host, request.occurrence, request.entered_at, served=served)

    @property
    def now(self) -> datetime:
        return self.case.at

    @property
    def happened(self) -> datetime:
        """The instant that counts: of the act or tick, else now."""
        return self.firing.happened if self.firing else self.case.at

    @property
    def completing(self) -> bool:
        return self.firing is not None and self.firing.cause == "completion"

    @cached_property
    def host_step(self) -> Step | None:
        """The passage of the host that is being looked at; the newest if none has that number."""
        if self.host is None:
            return None
        passages = [step for step in self.case.steps if step.element == self.host]
        return next(
            (step for step in passages if step.occurrence == self.occurrence),
            passages[-1] if passages else None,
        )

    @cached_property
    def entered_at(self) -> datetime:
        """When the host began; the start of the case for a checkpoint without a host."""
        if self.entered is not None:
            return self.entered
        told = self.firing.reason.get("entered_at") if self.firing else None
        if self.host_step is not None:
            return self.host_step.entered_at
        return datetime.fromisoformat(told) if told else self.case.instance.started_at

    @cached_property
    def user_steps(self) -> tuple[Step, ...]:
        """The passages of persons' steps, in order of entry."""
        return tuple(step for step in self.case.steps if step.kind in PERSON_KINDS)

    @cached_property
    def done_steps(self) -> tuple[Step, ...]:
        """The persons' steps completed by now, in order of completion; the one being completed last."""
        done = [step for step in self.user_steps if step.outcome == "completed"]
        done.sort(key=lambda step: step.completed_at or step.entered_at)
        here = self.host_step
        if self.completing and here in self.user_steps and here not in done and here is not None:
            done.append(here)
        return tuple(done)

    def actor_of(self, step: Step) -> str | None:
        """Who did it; for the step being completed now, who completes it."""
        return step.actor or (self.actor if self.completing and step is self.host_step else None)

    @cached_property
    def ledger(self) -> Ledger:
        """The suspensions, as limits count them."""
        return ledger_of(self.case.suspensions)

    @cached_property
    def extension(self) -> Extension | None:
        """The extension, as limits count it; raises LimitError for one in no known unit."""
        entry = self.case.extension
        if entry is None:
            return None
        unit: Any = entry.unit
        return Extension(entry.amount, unit, entry.approver, entry.reason, entry.at)

    @cached_property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        return bound(self.calendar, self.ledger)

    @cached_property
    def context(self) -> Context:
        """Every name of an expression: the case data under our own names."""
        return context_of(self)
