"""How supervision hooks into the engine's ports: rule tasks, checkpoint timers, functions, permissions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine.clock import Clock
from engine.errors import EngineError, EvaluationFailed
from engine.handlers import Call, CaseView, Handlers, Later, Renewed, RungRequest
from engine.model import Actor, Rung, Task
from monitors import warnings
from monitors.calendars import Calendars
from monitors.checkpoints import Checkpoints
from monitors.claims import Claims
from monitors.dayfunctions import COUNTING, NAMES
from monitors.decrees.decrees import last_of
from monitors.decrees.moved import keep
from monitors.directory import Directory
from monitors.evaluate import evaluate
from monitors.facts import Facts
from monitors.organisation import ROLES
from monitors.rules import TIMED, Rule
from monitors.rules import names as rule_names
from monitors.rules.time_limit import UNDETERMINED


@dataclass(frozen=True, slots=True)
class Supervisor:
    """The handlers that the engine calls; all in the command's own transaction."""

    checkpoints: Checkpoints
    calendars: Calendars
    clock: Clock
    observe: bool = False

    def rule_check(self, call: Call) -> Mapping[str, Any]:
        """Evaluate the checkpoint that reached the rule task; gives how many warnings are new."""
        if call.firing is None:
            raise EvaluationFailed(
                f"expected rule task {call.element} to be reached from a checkpoint, found none",
                element=call.element,
            )
        instance = call.case.instance
        supervision = self.checkpoints.of(instance.definition, instance.version)
        checkpoint = supervision.at(call.firing.element, call.firing.checkpoint)
        calendar = self.calendars.for_case(instance.definition, instance.district_code, call.connection)
        facts = Facts.of_call(call, calendar, self.clock.now())
        found = evaluate(checkpoint, facts)
        later = _Observed(call.later) if self.observe else call.later
        raised = warnings.record(call.connection, found, facts, supervision, later)
        return {"findings": len(found), "raised": len(raised)}

    def rungs(self, request: RungRequest) -> Sequence[Rung]:
        """The rungs of a checkpoint's limits; asked for after every command, so it must be quick."""
        instance = request.case.instance
        supervision = self.checkpoints.of(instance.definition, instance.version)
        checkpoint = supervision.at(request.element, request.checkpoint)
        calendar = self.calendars.for_case(instance.definition, instance.district_code, request.connection)
        facts = Facts.of_request(request, calendar)
        return [rung for rule in checkpoint.rules for rung in limits_of(rule, facts)]

    def outdated(
        self, connection: Connection, definition: str, district_code: str, reason: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Why a rung that rests on that calendar must be derived anew; None while the calendar is as it was."""
        if "calendar" not in reason:
            return None
        calendar = self.calendars.for_case(definition, district_code, connection)
        return None if reason["calendar"] == calendar.version else last_of(connection, calendar.code)

    def basis(self, connection: Connection, case: CaseView, expression: str) -> Mapping[str, Any]:
        """The calendar, where a timer's expression counts working days or hours; else nothing that could change."""
        plain = " ".join(expression.split())
        if not any(name in plain for name in COUNTING):
            return {}
        instance = case.instance
        calendar = self.calendars.for_case(instance.definition, instance.district_code, connection)
        return {"calendar": calendar.version}

    def renewed(self, renewed: Renewed) -> None:
        """Limits moved because the calendar changed: kept, and told where a warning stands on it."""
        keep(renewed, self.clock.now())

    def functions(self, case: CaseView) -> Mapping[str, Callable[..., Any]]:
        """The functions of days, for the engine's own expressions about a case."""
        return _LateFunctions(self.calendars, case)


@dataclass(frozen=True, slots=True)
class Door:
    """Who may do a step: who holds its role there, and of a warning that somebody has claimed, only that person."""

    directory: Directory
    claims: Claims
    clock: Clock

    def authorize(self, connection: Connection, actor: Actor, task: Task) -> None:
        """The engine's port; raises NotAllowed."""
        self.directory.authorize(connection, actor, task)
        self.claims.allow(connection, actor, task, self.clock.now())


class _Observed:
    """Of a warning that is only observed, as in a replay, nothing follows."""

    def __init__(self, later: Later) -> None:
        self.last = later.last

    def start(self, definition: str, *, key: str, **arguments: Any) -> None: ...

    def deliver(self, instance_id: str, message: str, payload: Mapping[str, Any], *, key: str) -> None: ...


class _LateFunctions(Mapping[str, Callable[..., Any]]):
    """The functions of days of a case; its calendar is looked up when the first of them is called for."""

    def __init__(self, calendars: Calendars, case: CaseView) -> None:
        self._calendars, self._case = calendars, case
        self._found: Mapping[str, Callable[..., Any]] | None = None

    def __getitem__(self, name: str) -> Callable[..., Any]:
        if name not in NAMES:
            raise KeyError(name)
        if self._found is None:
            instance = self._case.instance
            place = (instance.definition, instance.district_code)
            calendar = self._calendars.for_case(*place, self._case.connection)
            self._found = Facts(self._case, calendar).functions
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


def register(
    handlers: Handlers,
    *,
    checkpoints: Checkpoints,
    calendars: Calendars,
    directory: Directory,
    clock: Clock,
    observe: bool = False,
) -> Supervisor:
    """Hook supervision into the engine; gives what was hooked in.

    With ``observe`` warnings are recorded and nothing follows from them.
    """
    supervisor = Supervisor(checkpoints, calendars, clock, observe)
    handlers.register("rule_check", supervisor.rule_check)
    handlers.rungs = supervisor.rungs
    handlers.functions = supervisor.functions
    handlers.authorize = Door(directory, Claims(directory), clock).authorize
    handlers.outdated, handlers.basis, handlers.renewed = supervisor.outdated, supervisor.basis, supervisor.renewed
    handlers.names = {
        **rule_names(),
        "roles": ROLES,
        "ladders": checkpoints.ladders,
    }
    return supervisor


def limits_of(rule: Rule, facts: Facts) -> list[Rung]:
    """A rule's rungs for the engine. One that cannot be armed is undetermined, at once."""
    kind = rule.kind
    if not isinstance(kind, TIMED):
        return []
    try:
        found = kind.rungs(rule, facts)
    except (EngineError, ValueError, ArithmeticError) as error:
        note = {"note": f"{type(error).__name__}: {error}", "entered_at": facts.entered_at.isoformat()}
        return [Rung(rule.id, UNDETERMINED, facts.entered_at, None, "notice", note)]
    entered = {"entered_at": facts.entered_at.isoformat()}
    return [
        Rung(rule.id, rung.name, rung.due, rung.deadline, rung.level, {**rung.reason, **entered}, kind.counts_from_acts)
        for rung in found
    ]
