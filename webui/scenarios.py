"""Runnable cases with the warnings they must raise: exactly these, no more, no fewer."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine import Actor
from engine.clock import VirtualClock
from engine.errors import EngineError
from monitors import items as registry
from monitors import warnings
from monitors.handling.processes import MANUAL_FINDING
from webui.deploying import deploy
from webui.modelfolders import ModelFolder, beside_it
from webui.wiring import Application

Raised = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One case: how it starts, what happens to it, what must be raised."""

    id: str
    rule: str
    title: str
    expected: str  # loud | quiet
    item: str | None
    start: datetime
    data: Mapping[str, Any]
    acts: tuple[Mapping[str, Any], ...]
    expect: tuple[Raised, ...]
    ends: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """What a scenario raised and how it ended, or the error that stopped it."""

    scenario: Scenario
    raised: tuple[Raised, ...]
    error: str | None = None
    ended: Mapping[str, str] = field(default_factory=dict)

    @property
    def as_expected(self) -> bool:
        return self.error is None and Counter(self.raised) == Counter(self.scenario.expect) and not self.otherwise

    @property
    def otherwise(self) -> dict[str, str]:
        """What ended in another way than was said, as it is."""
        ended = self.ended
        return {name: ended.get(name, "") for name, state in self.scenario.ends.items() if ended.get(name) != state}

    @property
    def missing(self) -> list[Raised]:
        return sorted((Counter(self.scenario.expect) - Counter(self.raised)).elements())

    @property
    def unexpected(self) -> list[Raised]:
        return sorted((Counter(self.raised) - Counter(self.scenario.expect)).elements())


def read_scenarios(folder: ModelFolder) -> list[Scenario]:
    """The scenarios of a model; an empty list when it has none."""
    if not folder.scenarios.exists():
        return []
    found = tomllib.loads(folder.scenarios.read_text(encoding="utf-8"))
    return [_scenario(row) for row in found.get("scenario", [])]


def _scenario(row: Mapping[str, Any]) -> Scenario:
    return Scenario(
        row["id"],
        row["rule"],
        row["title"],
        row["expected"],
        row.get("item"),
        row["start"],
        plain(row.get("data", {})),
        tuple(row.get("act", ())),
        tuple((one["rule"], one["level"]) for one in row["expect"]),
        row.get("ends", {}),
    )


def plain(value: Any) -> Any:
    """TOML data as a case holds it: instants and days as ISO 8601 text."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


class ScenarioRunner:
    """Runs scenarios through the commands that serve live cases, under a virtual clock.

    Whether a person holds the role of a step is not what a scenario is about: it may be
    about the very case in which the wrong one did it.
    """

    def __init__(self, app: Application, clock: VirtualClock) -> None:
        self._app, self._clock = app, clock
        app.handlers.authorize = lambda connection, actor, task: None

    def run(self, folder: ModelFolder) -> Iterator[Result]:
        """Deploy the model and run its scenarios, one after the other."""
        scenarios = read_scenarios(folder)
        if not scenarios:
            return
        self._clock.move_to(min(one.start for one in scenarios))
        model = deploy(self._app, folder.model, "scenarios")
        handling = model.name == warnings.VIOLATION_PROCESS
        if handling:
            for one in beside_it(folder):
                deploy(self._app, one, "scenarios")
        for scenario in scenarios:
            yield self._run(model.name, scenario, handling)

    def _run(self, name: str, scenario: Scenario, handling: bool) -> Result:
        try:
            case_id = self._find(scenario) if handling else self._start(name, scenario)
            for number, act in enumerate(scenario.acts):
                self._clock.move_to(act["at"])
                self._act(case_id, act, f"{scenario.id}:{number}")
                if handling:
                    self._work()
        except (EngineError, StopIteration, KeyError) as error:
            return Result(scenario, (), f"{type(error).__name__}: {error}")
        ended = self._ended(case_id) if handling else {}
        return Result(scenario, self._raised(case_id), ended=ended)

    def _find(self, scenario: Scenario) -> str:
        """The handling of a finding by hand; each about a department of its own, so that none counts for another."""
        self._clock.move_to(scenario.start)
        entered = self._app.runtime.start(
            MANUAL_FINDING,
            business_key=scenario.id,
            district_code="370200",
            scope=scenario.id,
            data={**scenario.data, "fact_at": scenario.start.isoformat()},
            actor=_person("supervisor"),
            key=f"scenario:{scenario.id}",
        )
        self._work()
        found = self._app.runtime.query.instance(entered.instance_id).data["warning_id"]
        with self._app.database.read() as connection:
            number = warnings.get(connection, found).number
        (handling,) = self._app.runtime.query.instances(definition=warnings.VIOLATION_PROCESS, business_key=number)
        return handling.id

    def _work(self) -> None:
        """What a worker would do: all that is due, and every job."""
        while self._app.runtime.tick():
            pass

    def _ended(self, case_id: str) -> dict[str, str]:
        """How the process, its warning, violation, order, card and appeal stand."""
        instance = self._app.runtime.query.instance(case_id)
        with self._app.database.read() as connection:
            warning = warnings.get(connection, str(instance.data["warning_id"]))
        ended = {"process": instance.state, "warning": warning.state}
        file = self._app.violations.by_instance(case_id)
        if file is not None:
            ended |= {"violation": file.violation.state, "level": file.violation.level}
            ended |= {"order": file.order.state} if file.order else {}
            ended |= {"card": file.card.state, "colour": file.card.colour} if file.card else {}
            ended |= {"appeal": file.appeals[-1].state} if file.appeals else {}
        return ended

    def _start(self, name: str, scenario: Scenario) -> str:
        self._clock.move_to(scenario.start)
        data, district, department = dict(scenario.data), "370200", "office"
        if scenario.item is not None:
            with self._app.database.read() as connection:
                item = registry.item(connection, scenario.item, scenario.start.date())
            data["item"] = item.pinned()
            district, department = item.body["district"], item.body["department"]
        return self._app.runtime.start(
            name,
            business_key=scenario.id,
            district_code=district,
            scope=department,
            data=data,
            actor=_person("clerk"),
            key=f"scenario:{scenario.id}",
        ).instance_id

    def _act(self, case_id: str, act: Mapping[str, Any], key: str) -> None:
        runtime, actor = self._app.runtime, _person(act.get("by", "clerk"))
        data = plain(act.get("data", {}))
        match act["do"]:
            case "tick":
                runtime.fire_due(case_id)
            case "complete":
                task = self._task(case_id, act["step"])
                runtime.complete(task, data=data, actor=actor, key=key)
            case "suspend":
                runtime.suspend(case_id, **{"approver": actor.id, **data}, actor=actor, key=key)
            case "resume":
                runtime.resume(case_id, reason=data.get("reason", ""), actor=actor, key=key)
            case "extend":
                runtime.extend(case_id, **{"approver": actor.id, **data}, actor=actor, key=key)
            case "deliver":
                message = act["message"]
                runtime.deliver(case_id, message, payload=data, actor=actor, key=key)
            case other:
                raise KeyError(f"an act that does {other}")

    def _task(self, case_id: str, step: str) -> str:
        tasks = self._app.runtime.query.tasks(instance_id=case_id)
        for task in tasks:
            if task.element == step:
                return task.id
        waiting = ", ".join(task.element for task in tasks) or "none"
        raise KeyError(f"step {step} is not open (open: {waiting})")

    def _raised(self, case_id: str) -> tuple[Raised, ...]:
        with self._app.database.read() as connection:
            found = warnings.find(connection, case_id=case_id, limit=1000)
        return tuple(sorted((one.rule, one.level) for one in found))


def _person(alias: str) -> Actor:
    """A person by role; ``clerk2`` is another one of the same role."""
    return Actor(alias, alias, frozenset({alias.rstrip("0123456789")}))
