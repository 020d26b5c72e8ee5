"""``workers``: two workers on one PostgreSQL, and one alone, each a process that fires timers with their rule check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median

from webui.bench import models
from webui.bench.city import NOW, city
from webui.bench.cloning import Clones, Told
from webui.bench.results import Found, must_equal
from webui.bench.ticking import Ticking, ticking

HOUR = timedelta(hours=1)


def measure(folder: Path, url: str, *, firings: int, rounds: int, told: Told) -> Found:
    """In turns one and two; the ratio is the median of the rounds' (rate of two / rate of one, on the wall's clock)."""
    with city(folder, url=url) as town:
        first = town.start(town.deploy(models.supervised()), until=(NOW + HOUR).isoformat())
        pile = Pile(Clones(town.database, first.instance_id, town.states), told)
        later = NOW + 2 * HOUR
        with ticking(town, folder, later) as one, ticking(town, folder, later) as other:
            pile.fired_by([one, other], 1)  # the case that was copied, too: each has met the database
            pairs = [(pile.fired_by([one], firings), pile.fired_by([one, other], firings)) for _ in range(rounds)]
    return Found(
        ratios={"two_workers": round(median(two / one for one, two in pairs), 3)},
        figures={
            "firings_a_turn_count": firings,
            "one_worker_fired_per_wall_second_count": round(median(one for one, _ in pairs)),
            "two_workers_fired_per_wall_second_count": round(median(two for _, two in pairs)),
        },
    )


class Pile:
    """Due timers, laid up and fired again and again."""

    def __init__(self, clones: Clones, told: Told) -> None:
        self._clones, self._told, self._waiting, self._next = clones, told, 1, 1

    def fired_by(self, workers: Sequence[Ticking], firings: int) -> float:
        """Lays up so many more and has them all fired; how many a second."""
        self._clones.load(range(self._next, self._next + firings), self._told)
        self._next += firings
        for worker in workers:
            worker.told()
        done = [worker.answer() for worker in workers]
        expected, self._waiting = self._waiting + firings, 0
        must_equal("the timers fired", sum(one["fired"] for one in done), expected)
        return float(expected / max(one["wall_seconds"] for one in done))
