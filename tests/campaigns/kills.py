"""One round: clients and a worker on one database, killed at random and started again, then put to rest."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from random import Random
from typing import Any

from sqlalchemy import select

from engine import Runtime
from engine.clock import monotonic
from engine.tables import job, timer
from tests.campaigns import children
from tests.campaigns.notebook import Notebook, lines, unanswered
from tests.campaigns.resting import rest
from tests.campaigns.world import World

FASTEST, SLOWEST = 0.05, 0.6  # seconds between two kills
ROLES: dict[str, Callable[[World, str, str], None]] = {
    "client-1": children.client,
    "client-2": children.client,
    "worker-1": children.worker,
}
CLIENTS = [name for name, role in ROLES.items() if role is children.client]
PATIENCE_SECONDS = 60.0

context: Any = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["tests.campaigns.warm"])


@dataclass
class Round:
    """The children of one world; ``strange`` are deaths that nobody caused."""

    world: World
    choices: Random
    alive: dict[str, BaseProcess] = field(default_factory=dict)
    deaths: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in ROLES})
    strange: list[str] = field(default_factory=list)

    def play(self, blows: int, blow: Callable[[], None] | None = None) -> None:
        """Start everybody, deal so many blows, kill them all, and leave nothing undone. A blow kills one of them."""
        self.begin()
        for _ in range(blows):
            sentinels = [child.sentinel for child in self.alive.values()]
            wait(sentinels, timeout=self.choices.uniform(FASTEST, SLOWEST))
            self.bury()
            if blow is None:
                self._kill(self.choices.choice(sorted(self.alive)))
            else:
                blow()
        self.end()
        self.strange += settle(self.world)

    def begin(self) -> None:
        _read_the_code()
        for name in ROLES:
            self._start(name)

    def end(self) -> None:
        for name in list(self.alive):
            self._kill(name, again=False)

    def bury(self) -> None:
        """Note who ended by himself, and start another."""
        for name, child in list(self.alive.items()):
            if not child.is_alive():
                self.strange.append(f"{name} ended by itself with status {child.exitcode}")
                self._start(name)

    def _start(self, name: str) -> None:
        seed = f"{self.choices.random()}"
        child = context.Process(target=ROLES[name], args=(self.world, name, seed), daemon=True)
        child.start()
        self.alive[name] = child

    def _kill(self, name: str, *, again: bool = True) -> None:
        child = self.alive.pop(name)
        self.deaths[name].append(monotonic())
        child.kill()
        child.join()
        if again:
            self._start(name)

    def slowest_progress(self) -> float:
        """Seconds from a client's death to the first word that its successor was given; the longest."""
        found = [0.0]
        for name in CLIENTS:
            answers = [float(line["at"]) for line in lines(self.world.folder / f"{name}.log") if "outcome" in line]
            for death, next_death in zip(self.deaths[name], self.deaths[name][1:], strict=False):
                first = next((at for at in answers if at > death), next_death)
                if first < next_death:
                    found.append(first - death)
        return max(found)


def settle(world: World) -> list[str]:
    """Give once more what was never answered, and let the worker's work be done; what was left, in words."""
    runtime = world.runtime()
    for path in sorted(world.folder.glob("client-*.log")):
        book = Notebook(path)
        for order in unanswered(path):
            children.give(runtime, book, order)
    begun = monotonic()
    while runtime.tick() or _anything_waits(runtime):
        if monotonic() - begun > PATIENCE_SECONDS:
            return [f"work was left after {PATIENCE_SECONDS:.0f} s"]
        rest()
    runtime.database.dispose()
    return []


def _read_the_code() -> None:
    """The first child comes when the server has read everything; the others need not wait."""
    first = context.Process(target=rest)
    first.start()
    first.join()


def _anything_waits(runtime: Runtime) -> bool:
    now = runtime.clock.now()
    due = select(timer.c.id).where(timer.c.state == "armed", timer.c.due <= now)
    waiting = select(job.c.id).where(job.c.state == "waiting")
    with runtime.database.read() as connection:
        return any(connection.execute(query.limit(1)).first() is not None for query in (due, waiting))
