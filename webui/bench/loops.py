"""``loops``: whether the thousandth round of a loop costs what the first did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from engine import Database, Runtime
from engine.clock import VirtualClock, cpu_seconds, monotonic
from engine.handlers import Handlers
from engine.tables import metadata
from webui.bench import models
from webui.bench.baseline import Baseline
from webui.bench.city import CLERK, NOW
from webui.bench.results import BenchFailed, Found, milliseconds, must_equal

WINDOW = 10  # rounds at either end, whose median is taken
PATIENCE_SECONDS = 240.0
STOCK_ROUNDS = 100  # a round of the baseline costs more each time, and at 329 it ends with RecursionError


def measure(folder: Path, stock: Baseline, *, rounds: int) -> Found:
    """Go round; raises BenchFailed where rounds become so slow that the end is not in sight."""
    database = Database(f"sqlite:///{folder}/loops.db")
    metadata.create_all(database.engine)
    spent = list(_rounds(database, rounds))
    database.dispose()
    others = stock.rounds(min(rounds, STOCK_ROUNDS))
    window = min(WINDOW, rounds)
    first, last = median(spent[:window]), median(spent[-window:])
    return Found(
        ratios={f"round_{rounds}": round(first / last, 3)},
        figures={
            "round_1_cpu_ms": milliseconds(first),
            f"round_{rounds}_cpu_ms": milliseconds(last),
            "stock_round_1_cpu_ms": milliseconds(median(others[:window])),
            f"stock_round_{len(others)}_cpu_ms": milliseconds(median(others[-window:])),
        },
    )


def _rounds(database: Database, rounds: int) -> Iterator[float]:
    """CPU seconds of each round: one step completed, the same step open again."""
    handlers = Handlers()
    handlers.register("rule_check", lambda call: {})
    runtime = Runtime(database, VirtualClock(NOW), handlers)
    model = runtime.deploy(models.loop(), by="bench")
    outcome = runtime.start(
        model.name, business_key="L", district_code="1", scope="bench", data={}, actor=CLERK, key="start"
    )
    begun = monotonic()
    for number in range(rounds):
        began = cpu_seconds()
        outcome = runtime.complete(outcome.tasks[0], data={"again": True}, actor=CLERK, key=f"round:{number}")
        yield cpu_seconds() - began
        must_equal("the open steps", len(outcome.tasks), 1)
        if monotonic() - begun > PATIENCE_SECONDS:
            each = milliseconds(cpu_seconds() - began)
            raise BenchFailed(
                f"expected {rounds} rounds in {PATIENCE_SECONDS:.0f} s, found {number + 1}: one now costs {each} ms"
            )
    steps = [step for step in runtime.query.steps(outcome.instance_id) if step.element == "t"]
    must_equal("the passages in the history", len(steps), rounds + 1)
