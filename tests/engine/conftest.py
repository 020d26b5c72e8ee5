"""A runtime over a fresh database, with a handler that writes down its calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from engine import Actor, Database, Handlers, Rung, Runtime
from engine.clock import VirtualClock
from engine.handlers import Call, RungRequest

CLERK = Actor("li", "李", frozenset({"clerk"}))
CHIEF = Actor("wang", "王", frozenset({"section_chief"}))


@dataclass
class Office:
    """Stands in for supervision: notes firings, answers with what a test sets."""

    rungs: list[Rung] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)

    def handlers(self) -> Handlers:
        handlers = Handlers(rungs=lambda request: self._rungs(request))
        for name in ("rule_check", "issue"):
            handlers.register(name, self._call)
        return handlers

    def _rungs(self, request: RungRequest) -> list[Rung]:
        return list(self.rungs)

    def _call(self, call: Call) -> dict[str, Any]:
        self.calls.append(call)
        return self.answers

    def firings(self) -> list[tuple[str, str | None]]:
        return [(c.firing.element, c.firing.rung) for c in self.calls if c.firing is not None]


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def runtime(database: Database, clock: VirtualClock, office: Office) -> Runtime:
    return Runtime(database, clock, office.handlers())


class Case:
    """One case driven by its steps' names."""

    def __init__(self, runtime: Runtime, instance_id: str) -> None:
        self.runtime, self.id = runtime, instance_id
        self._acts = 0

    @property
    def open_steps(self) -> list[str]:
        return sorted(task.element for task in self.runtime.query.tasks(instance_id=self.id))

    @property
    def state(self) -> str:
        return self.runtime.query.instance(self.id).state

    def task(self, element: str) -> str:
        return next(t.id for t in self.runtime.query.tasks(instance_id=self.id) if t.element == element)

    def do(self, element: str, *, actor: Actor = CLERK, **data: Any) -> None:
        self._acts += 1
        self.runtime.complete(self.task(element), data=data, actor=actor, key=f"{self.id}:{self._acts}")


def begin(runtime: Runtime, xml: bytes, **data: Any) -> Case:
    """Deploy and start one case."""
    model = runtime.deploy(xml, by="designer")
    outcome = runtime.start(
        model.name,
        business_key="C-1",
        district_code="370202",
        scope="housing",
        data=data,
        actor=CLERK,
        key=f"start:{model.name}:{model.version}",
    )
    return Case(runtime, outcome.instance_id)
