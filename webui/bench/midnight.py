"""``midnight``: a great many timers due at one instant, and a clerk who goes on working while a worker fires them."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from webui.bench import models
from webui.bench.city import NOW, City, city
from webui.bench.cloning import Clones, Told
from webui.bench.load import MONTH, step
from webui.bench.results import Found, milliseconds, must_equal, percentile
from webui.bench.ticking import Ticking, ticking

MIDNIGHT = NOW.replace(hour=16)  # 00:00 of the next day in China
PAUSE_SECONDS = 0.2  # between two steps of the clerk
STEPS_A_CASE = models.STEPS - 1  # the last step ends the case and is another thing
BEFORE = 50  # steps in a quiet house, to compare with
TIMERS_A_STEP = 5  # at most: there are cases enough for a step each 5 firings


class Clerk:
    """Completes one step after another and notes how long each took."""

    def __init__(self, town: City, tasks: list[str]) -> None:
        self._town, self._tasks = town, deque(tasks)
        self._done = 0
        self.walls: list[float] = []

    def step(self) -> None:
        spent, following = step(self._town, self._tasks.popleft())
        self.walls.append(spent.wall)
        self._done += 1
        if self._done % STEPS_A_CASE:
            self._tasks.appendleft(following)


def measure(folder: Path, url: str | None, *, timers: int, told: Told) -> Found:
    """Fires all of them; the clerk steps in between until nothing is due any more."""
    with city(folder, url=url) as town:
        model = town.deploy(models.supervised())
        due, later = (town.start(model, until=at.isoformat()) for at in (MIDNIGHT, NOW + MONTH))
        Clones(town.database, due.instance_id, town.states).load(range(1, timers), told)
        desks = range(timers, timers + BEFORE + timers // TIMERS_A_STEP // STEPS_A_CASE)
        clerk = Clerk(town, Clones(town.database, later.instance_id, town.states).load(desks, told))
        town.clock.move_to(MIDNIGHT + timedelta(seconds=1))
        for _ in range(BEFORE):
            clerk.step()
        before, clerk.walls = clerk.walls, []
        with ticking(town, folder, town.clock.now()) as worker:
            done = _storm(worker, clerk)
    must_equal("the timers fired", done["fired"], timers)
    return Found(
        ratios={"step": round(median(before) / median(clerk.walls), 3)},
        figures={
            "timers_count": timers,
            "storm_s": round(done["wall_seconds"], 1),
            "fired_per_wall_second_count": round(timers / done["wall_seconds"]),
            "steps_count": len(clerk.walls),
            "quiet_step_wall_p95_ms": milliseconds(percentile(before, 0.95)),
            "step_wall_p50_ms": milliseconds(median(clerk.walls)),
            "step_wall_p95_ms": milliseconds(percentile(clerk.walls, 0.95)),
            "step_wall_p99_ms": milliseconds(percentile(clerk.walls, 0.99)),
            "worker_memory_mb": done["memory_mb"],
        },
    )


def _storm(worker: Ticking, clerk: Clerk) -> dict[str, Any]:
    """What the worker did, while the clerk did a step now and then."""
    worker.told()
    while True:
        clerk.step()
        if worker.is_done(PAUSE_SECONDS):
            return worker.answer()
