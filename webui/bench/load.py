"""``load``: a great number of open cases: how large, how quick to poll and to step, how much memory a worker takes."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from statistics import median

from engine.clock import cpu_seconds, monotonic
from webui.bench import models
from webui.bench.city import FILE, NOW, City, city
from webui.bench.cloning import Clones, Told
from webui.bench.results import BenchFailed, Found, milliseconds, must_equal, percentile
from webui.bench.timers import poll

POLLS = 200
STEPS = 300
FEW = 1_000
SEED = 20260311
MONTH = timedelta(days=30)
TICKING = "webui.bench.ticking"


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
    size = (folder / FILE).stat().st_size
    walls, cpus = [wall for wall, _ in among_many], [cpu for _, cpu in among_many]
    return Found(
        ratios={"step": round(median(cpu for _, cpu in among_few) / median(cpus), 3)},
        figures={
            "cases_count": cases,
            "load_s": round(load_seconds, 1),
            "file_mb": round(size / 1e6, 1),
            "file_bytes_a_case": round(size / cases),
            "due_query_cpu_p99_ms": milliseconds(percentile(idle, 0.99)),
            "step_wall_p50_ms": milliseconds(median(walls)),
            "step_wall_p95_ms": milliseconds(percentile(walls, 0.95)),
            "step_cpu_p95_ms": milliseconds(percentile(cpus, 0.95)),
            "worker_memory_mb": _worker_memory(folder),
        },
    )


def _steps(town: City, tasks: list[str]) -> list[tuple[float, float]]:
    """Wall and CPU seconds of completing steps of cases drawn by lot."""
    drawn = random.Random(SEED).sample(tasks, min(STEPS, len(tasks)))
    return [_step(town, task) for task in drawn]


def _step(town: City, task: str) -> tuple[float, float]:
    wall, cpu = monotonic(), cpu_seconds()
    outcome = town.complete(task, entry=models.ENTRY)
    spent = monotonic() - wall, cpu_seconds() - cpu
    must_equal("the open steps", len(outcome.tasks), 1)
    return spent


def _worker_memory(folder: Path) -> float:
    """MB that a worker takes at most while it polls and fires; a process of its own, as a worker is."""
    command = [sys.executable, "-m", TICKING, str(folder), (NOW + 2 * MONTH).isoformat()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchFailed(f"the worker ended with code {done.returncode}: {done.stderr.strip()[-500:]}")
    return float(done.stdout)
