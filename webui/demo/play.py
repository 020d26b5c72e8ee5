"""Plays a plan through the real commands, on one line of time: timers fire at their own instants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import Act as Told
from engine import Actor
from engine.clock import VirtualClock
from engine.errors import EngineError, InvalidData, NotFound
from monitors import warnings
from webui.demo.plan import Act, Expected, Plan
from webui.wiring import Application

Progress = Callable[[int, int], None]


def quiet(done: int, of: int) -> None:
    """A progress that nobody watches."""


@dataclass(slots=True)
class Played:
    """How it went: acts done, and acts that were refused, with the reason."""

    acts: int = 0
    refused: list[str] = field(default_factory=list)


class Player:
    """Does each act of a plan at its instant. Every command has a key, so that a second playing adds nothing."""

    def __init__(self, app: Application, clock: VirtualClock, plan: Plan, progress: Progress = quiet) -> None:
        self._app, self._clock, self._plan, self._progress = app, clock, plan, progress
        self._cases: dict[str, str] = {}
        self._files: dict[tuple[str, Expected], str] = {}
        self._done: Counter[tuple[str, str]] = Counter()
        self._items = {case.number: case.item for case in plan.cases}

    def play(self) -> Played:
        """All acts, and the time up to the plan's end."""
        played = Played()
        for number, act in enumerate(self._plan.acts):
            self._wait_until(act.at)
            try:
                self._do(act, f"demo:{self._plan.first}:{act.case}:{number}")
                played.acts += 1
            except EngineError as error:
                what = act.step if act.warning is None else f"{act.warning.rule} {act.warning.level} {act.step}"
                played.refused.append(f"{act.at.isoformat()} {act.case} {act.do} {what}: {error}")
            if act.warning is None and act.do in ("complete", "arrive"):
                self._app.runtime.tick()  # a step may raise a warning, whose file is opened by a job
            self._progress(number + 1, len(self._plan.acts))
        self._wait_until(self._plan.until)
        return played

    def _wait_until(self, instant: datetime) -> None:
        """Let time pass; the worker's tick happens at each due instant."""
        runtime = self._app.runtime
        while (timer := runtime.query.next_timer()) is not None:
            if timer.due is None or timer.due > instant:
                break
            self._clock.move_to(max(timer.due, self._clock.now()))
            if not runtime.tick():
                break
        self._clock.move_to(instant)

    def _do(self, act: Act, key: str) -> None:
        runtime, actor = self._app.runtime, Actor(act.by)
        if act.do == "start":
            self._start(act, actor, key)
            return
        if act.do == "arrive":
            self._arrive(act, actor, key)
            return
        instance = self._cases[act.case] if act.warning is None else self._file(act.case, act.warning)
        match act.do:
            case "complete":
                runtime.complete(self._task(instance, act.step), data=act.data, actor=actor, key=key)
            case "suspend":
                runtime.suspend(instance, **act.data, actor=actor, key=key)
            case "resume":
                runtime.resume(instance, **act.data, actor=actor, key=key)
            case _:
                runtime.extend(instance, **act.data, actor=actor, key=key)

    def _start(self, act: Act, actor: Actor, key: str) -> None:
        item = self._items[act.case]
        self._cases[act.case] = self._app.runtime.start(
            str(item["process"]),
            business_key=act.case,
            district_code=str(item["district"]),
            scope=str(item["department"]),
            data={**act.data, "item": dict(item)},
            actor=actor,
            key=key,
        ).instance_id

    def _arrive(self, act: Act, actor: Actor, key: str) -> None:
        """A case that ran elsewhere, with all its events."""
        item, (start, *events) = self._items[act.case], act.events
        folded = self._app.runtime.fold(
            str(item["process"]),
            business_key=act.case,
            district_code=str(item["district"]),
            scope=str(item["department"]),
            data={**act.data, "item": dict(item)},
            at=start.at,
            acts=[Told(event.at, "step", event.step, event.data, Actor(event.by)) for event in events],
            actor=actor,
            key=key,
        )
        if folded.strays:
            raise InvalidData(
                f"expected every event of {act.case} to fit, found strays {folded.strays}", field="events"
            )
        self._cases[act.case] = folded.outcome.instance_id

    def _file(self, case: str, warning: Expected) -> str:
        """The violation process of that warning; raises NotFound when the product did not raise it."""
        key = (case, warning)
        if key not in self._files:
            number = self._number(self._cases[case], warning)
            found = self._app.runtime.query.instances(
                definition=warnings.VIOLATION_PROCESS, business_key=number, limit=1
            )
            if not found:
                raise NotFound(f"expected a violation file of warning {number}, found none", warning=number)
            self._files[key] = found[0].id
        return self._files[key]

    def _number(self, case_id: str, expected: Expected) -> str:
        """The number of the warning that the plan expects; raises NotFound."""
        wanted = (expected.rule, expected.level, expected.occurrence)
        with self._app.database.read() as connection:
            for found in warnings.find(connection, case_id=case_id, limit=1000):
                if (found.rule, found.level, found.occurrence) == wanted:
                    return found.number
        raise NotFound(f"expected a warning of {expected.rule}, found none", rule=expected.rule, case=case_id)

    def _task(self, instance: str, step: str) -> str:
        """The step's task of the passage that comes next; a finished one when all this was played before."""
        self._done[instance, step] += 1
        occurrence = self._done[instance, step]
        tasks: list[Any] = self._app.runtime.query.tasks(instance_id=instance, state=None)
        for task in tasks:
            if task.element == step and task.occurrence == occurrence:
                return str(task.id)
        raise NotFound(f"expected step {step}, passage {occurrence}, found none", instance=instance)
