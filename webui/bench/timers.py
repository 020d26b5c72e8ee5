"""``timers``: a poll among many open cases with none due, and firings with their rule check and rows.

A firing of ours claims the timer, loads the case, evaluates the checkpoint, records the warning with its evidence
and writes timer, history and journal; the baseline's loads its state, lets the timer go, runs a script task of
one assignment, and writes its state.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import func, select

from engine.tables import journal, timer
from monitors.tables import warning
from webui.bench import models
from webui.bench.baseline import Baseline
from webui.bench.city import NOW, City, city
from webui.bench.cloning import Clones, Told
from webui.bench.results import Found, Spent, Stopwatch, milliseconds, must_equal, percentile

HOUR, MONTH = timedelta(hours=1), timedelta(days=30)
POLLS = 200


def measure(folder: Path, stock: Baseline, *, cases: int, rounds: int, firings: int, told: Told) -> Found:
    """Load ``cases`` whose timers are due in 30 days, poll, then fire others in turns with the baseline."""
    with city(folder) as town:
        model = town.deploy(models.supervised())
        first = town.start(model, until=(NOW + MONTH).isoformat())
        Clones(town.database, first.instance_id, town.states).load(range(1, cases), told)
        idle = poll(town, POLLS)
        fire(town, model, 2), stock.fire(2)
        pairs = [(fire(town, model, firings), stock.fire(firings)) for _ in range(rounds)]
        _check(town, 2 + rounds * firings)
    ours, other = median(our.cpu for our, _ in pairs), median(other for _, other in pairs)
    return Found(
        ratios={"fire": round(median(other / our.cpu for our, other in pairs), 3)},
        figures={
            "open_cases_count": cases,
            "poll_none_due_cpu_p50_ms": milliseconds(median(one.cpu for one in idle)),
            "poll_none_due_cpu_p99_ms": milliseconds(percentile([one.cpu for one in idle], 0.99)),
            "firing_cpu_ms": milliseconds(ours),
            "stock_firing_cpu_ms": milliseconds(other),
            "fired_per_cpu_second_count": round(1 / ours),
            "fired_per_wall_second_count": round(1 / median(our.wall for our, _ in pairs)),
            "stock_fired_per_cpu_second_count": round(1 / other),
        },
    )


def poll(town: City, polls: int) -> list[Spent]:
    """What each tick of a worker takes that finds nothing due."""
    spent = []
    for _ in range(polls):
        watch = Stopwatch()
        fired = town.runtime.tick()
        spent.append(watch.spent())
        must_equal("the timers due", fired, 0)
    return spent


def fire(town: City, model: str, firings: int) -> Spent:
    """What a firing takes; the cases are started before, and each has one timer."""
    until = town.clock.now() + HOUR
    for _ in range(firings):
        town.start(model, until=until.isoformat())
    town.clock.move_to(until + HOUR)
    fired, watch = 0, Stopwatch()
    while found := town.runtime.tick():
        fired += found
    spent = watch.spent()
    must_equal("the timers fired", fired, firings)
    return spent / firings


def _check(town: City, firings: int) -> None:
    """Each firing left its timer fired, its warning, and its line in the journal."""
    with town.database.read() as connection:

        def count(query: object) -> int:
            return int(connection.execute(select(func.count()).select_from(query)).scalar_one())  # type: ignore[arg-type]

        must_equal("the fired rows", count(select(timer).where(timer.c.state == "fired").subquery()), firings)
        must_equal("the warnings", count(warning), firings)
        entries = select(journal).where(journal.c.kind == "timer_fired").subquery()
        must_equal("the journal's firings", count(entries), firings)
