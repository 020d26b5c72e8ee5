"""Poison among good cases: how the worker gets the good ones done all the same, and what it costs them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from engine import Actor, Database, Handlers, Runtime
from engine.clock import cpu_seconds
from engine.tables import instance
from engine.worker import Worker
from tests.engine import drawing as d
from tests.engine.conftest import CLERK
from tests.steady import Machine

MORNING = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
ADMIN = Actor("admin", "管", frozenset({"administrator"}))
DUE = d.timer("t", "a", "PT1H", interrupting=True)
GOOD = d.model(
    *(d.start(), d.step("a"), d.end(), d.handler("h", "issue"), d.end("e2"), d.chain("s", "a", "e")),
    *(DUE, d.chain("t", "h", "e2")),
    name="good",
)
WRONG = d.model(
    *(d.start(), d.step("a"), d.end(), d.gateway("g", default="f_g_e3"), d.end("e2"), d.end("e3"), DUE),
    *(d.chain("s", "a", "e"), d.chain("t", "g"), d.flow("g", "e2", "amount &gt; 1"), d.flow("g", "e3")),
    name="wrong",
)
ENDLESS = d.model(
    *(d.start(), d.step("a"), d.end(), d.gateway("x"), d.gateway("g", default="f_g_x"), d.end("e2"), DUE),
    d.catch("again", "<timerEventDefinition><timeDuration>PT0S</timeDuration></timerEventDefinition>"),
    *(d.chain("s", "a", "e"), d.chain("t", "x", "again", "g"), d.flow("g", "e2", "not(go)"), d.flow("g", "x")),
    name="endless",
)
MODELS = {"good": GOOD, "wrong": WRONG, "endless": ENDLESS}
POISONS = ("blob", "version", "wrong", "endless")


@dataclass
class Figures:
    """What a day with poison came to. CPU is that of the firings, by the kind of case."""

    unfinished: list[str] = field(default_factory=list)
    cpu: Counter[str] = field(default_factory=Counter)
    attempts: dict[str, list[int]] = field(default_factory=dict)
    firings: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)

    @property
    def loss(self) -> float:
        """The share of the worker's CPU that the poison took."""
        poison = sum(self.cpu[kind] for kind in POISONS)
        return poison / (poison + self.cpu["good"])


class Crowd:
    """So many good cases, every one with a timer due in an hour, and poison of every kind among them."""

    def __init__(self, database: Database, good: int, poison: int) -> None:
        self.machine, self.database, self.kinds = Machine(MORNING), database, dict[str, str]()
        handlers = Handlers()
        handlers.register("issue", lambda call: {})
        self.runtime = Runtime(database, self.machine.wall, handlers)
        for xml in MODELS.values():
            self.runtime.deploy(xml, by="designer")
        each = max(1, good // poison)
        for number in range(good):
            if number % each == 0 and number // each < poison:
                self._start(POISONS[number // each % len(POISONS)])
            self._start("good")
        self.kept = {name: self._spoil(name) for name, kind in self.kinds.items() if kind in ("blob", "version")}

    def _start(self, kind: str) -> None:
        number = len(self.kinds)
        outcome = self.runtime.start(
            kind if kind in MODELS else "good",
            business_key=f"C-{number}",
            district_code="370202",
            scope="housing",
            data={"amount": "much", "go": True},
            actor=CLERK,
            key=f"start:{number}",
        )
        self.kinds[outcome.instance_id] = kind

    def _spoil(self, name: str) -> dict[str, Any]:
        """Damage the row of a case; gives what it was."""
        columns = {"blob": instance.c.blob, "version": instance.c.version}
        kind = self.kinds[name]
        with self.database.begin() as connection:
            was = connection.execute(select(columns[kind]).where(instance.c.id == name)).scalar_one()
        self.mend(name, {kind: b"{" if kind == "blob" else 99})
        return {kind: was}

    def mend(self, name: str, values: dict[str, Any]) -> None:
        with self.database.begin() as connection:
            connection.execute(update(instance).where(instance.c.id == name).values(values))

    def work_a_day(self) -> Figures:
        """Tick as a worker does, through all that is due and every back-off."""
        found = Figures()
        fire_due = self.runtime.fire_due
        self.runtime.fire_due = self._measured(fire_due, found)  # type: ignore[method-assign]
        worker = Worker(self.runtime, "worker", found.log.append, self.machine.wall, self.machine.steady)
        self.machine.passes(timedelta(hours=2))
        for step in (0, 1, 5, 30, 60, 600, 3600, 7200, 36000):
            self.machine.passes(timedelta(seconds=step))
            worker.tick()
        self.runtime.fire_due = fire_due  # type: ignore[method-assign]
        found.unfinished = [name for name, kind in self.kinds.items() if kind == "good" and self.is_open(name)]
        for one in self.runtime.query.incidents(limit=100_000):
            found.attempts.setdefault(str(one.instance_id), []).append(one.attempts)
        return found

    def _measured(self, fire_due: Callable[..., Any], found: Figures) -> Callable[..., Any]:
        def measured(name: str, **given: Any) -> Any:
            kind, begun = self.kinds[name], cpu_seconds()
            found.firings[kind] += 1
            try:
                return fire_due(name, **given)
            finally:
                found.cpu[kind] += cpu_seconds() - begun  # type: ignore[assignment]

        return measured

    def is_open(self, name: str) -> bool:
        return self.runtime.query.instance(name).state == "open"

    def repair(self) -> list[str]:
        """Mend what is damaged and retry every incident; the cases that are still open."""
        for name, was in self.kept.items():
            self.mend(name, was)
        for one in self.runtime.query.incidents(limit=100_000):
            data = {"wrong": {"amount": 5}, "endless": {"go": False}}.get(self.kinds[str(one.instance_id)], {})
            self.runtime.retry_incident(one.id, actor=ADMIN, key=f"mend:{one.id}", data=data)
        return [name for name, kind in self.kinds.items() if kind in POISONS and self.is_open(name)]


def campaign(database: Database, good: int = 10_000, poison: int = 200) -> Figures:
    """The whole of R11 (trust.md 6.3) on an empty database; an AssertionError says what was violated."""
    crowd = Crowd(database, good, poison)
    found = crowd.work_a_day()
    poisoned = {name for name, kind in crowd.kinds.items() if kind in POISONS}
    assert found.unfinished == []
    assert found.attempts.keys() == poisoned
    assert all(len(attempts) == 1 and attempts[0] <= 4 for attempts in found.attempts.values())
    assert found.log == []
    assert found.loss < 0.1, found
    assert crowd.repair() == []
    assert crowd.runtime.query.incidents() == []
    return found
