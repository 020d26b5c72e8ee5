"""``load``: a great number of open cases: how large, how quick to poll and to step, how much memory a worker takes."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from statistics import median

from engine.clock import monotonic
from webui.bench import models
from webui.bench.city import FILE, NOW, City, city
from webui.bench.cloning import Clones, Told
from webui.bench.results import Found, Spent, Stopwatch, milliseconds, must_equal, percentile
from webui.bench.ticking import ticking
from webui.bench.timers import poll

POLLS = 200
STEPS = 300
FEW = 1_000
SEED = 20260311
MONTH = timedelta(days=30)
TICKS = 5


def measure(folder: Path, *, cases: int, told: Told) -> Found:
    """Build the cases, then poll, step those drawn by lot, and let a worker of its own process fire some."""
    with city(folder) as town:
        first = town.start(town.deploy(models.supervised()), until=(NOW + MONTH).isoformat())
        clones = Clones(town.database, first.instance_id, town.states)
        few = clones.load(range(1, min(FEW, cases)), told)
        among_few = _steps(town, few)
        began = monotonic()
        many = clones.load(range(min(FEW, cases), cases), told)
        load_seconds = monotonic() - began
        idle = poll(town, POLLS)
        among_many = _steps(town, many or few)
        memory = _worker_memory(town, folder)
    size = (folder / FILE).stat().st_size
    walls, cpus = [one.wall for one in among_many], [one.cpu for one in among_many]
    return Found(
        ratios={"step": round(median(one.cpu for one in among_few) / median(cpus), 3)},
        figures={
            "cases_count": cases,
            "load_s": round(load_seconds, 1),
            "file_mb": round(size / 1e6, 1),
            "file_bytes_a_case": round(size / cases),
            "due_query_wall_p99_ms": milliseconds(percentile([one.wall for one in idle], 0.99)),
            "due_query_cpu_p99_ms": milliseconds(percentile([one.cpu for one in idle], 0.99)),
            "step_wall_p50_ms": milliseconds(median(walls)),
            "step_wall_p95_ms": milliseconds(percentile(walls, 0.95)),
            "step_cpu_p95_ms": milliseconds(percentile(cpus, 0.95)),
            "worker_memory_mb": memory,
        },
    )


def _steps(town: City, tasks: list[str]) -> list[Spent]:
    """What completing steps of cases drawn by lot takes."""
    drawn = random.Random(SEED).sample(tasks, min(STEPS, len(tasks)))
    return [step(town, task)[0] for task in drawn]


def step(town: City, task: str) -> tuple[Spent, str]:
    """What completing a step takes, and the step that then waits."""
    watch = Stopwatch()
    outcome = town.complete(task, entry=models.ENTRY)
    spent = watch.spent()
    must_equal("the open steps", len(outcome.tasks), 1)
    return spent, outcome.tasks[0]


def _worker_memory(town: City, folder: Path) -> float:
    """MB that a worker takes at most while it polls and fires; a process of its own, as a worker is."""
    with ticking(town, folder, NOW + 2 * MONTH) as worker:
        worker.told(TICKS)
        done = worker.answer()
    must_equal("a worker that fires", bool(done["fired"]), True)
    return float(done["memory_mb"])
