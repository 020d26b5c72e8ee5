"""``workers``: two workers on one PostgreSQL, and one alone, each a process that fires timers with their rule check."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from statistics import median

from webui.bench import models
from webui.bench.city import NOW, City, city
from webui.bench.cloning import Clones, Told
from webui.bench.results import Found, must_equal
from webui.bench.ticking import ticking

HOUR = timedelta(hours=1)


def measure(folder: Path, url: str, *, firings: int, rounds: int, told: Told) -> Found:
    """In turns one and two; the ratio is the median of the rounds' (rate of two / rate of one, on the wall's clock)."""
    with city(folder, url=url) as town:
        first = town.start(town.deploy(models.supervised()), until=(NOW + HOUR).isoformat())
        clones = Clones(town.database, first.instance_id, town.states)
        crew = Crew(town, folder, clones, told)
        crew.rate(1, 1)
        pairs = [(crew.rate(1, firings), crew.rate(2, firings)) for _ in range(rounds)]
    return Found(
        ratios={"two_workers": round(median(two / one for one, two in pairs), 3)},
        figures={
            "firings_a_turn_count": firings,
            "one_worker_fired_per_wall_second_count": round(median(one for one, _ in pairs)),
            "two_workers_fired_per_wall_second_count": round(median(two for _, two in pairs)),
        },
    )


class Crew:
    """Loads due timers, then lets some workers fire them, together."""

    def __init__(self, town: City, folder: Path, clones: Clones, told: Told) -> None:
        self._town, self._folder, self._clones, self._told = town, folder, clones, told
        self._loaded = 1  # the case that is copied

    def rate(self, size: int, firings: int) -> float:
        """Firings a second of so many workers; what is left from before is fired with them."""
        self._clones.load(range(self._loaded, self._loaded + firings), self._told)
        self._loaded += firings
        with ExitStack() as stack:
            crew = [stack.enter_context(ticking(self._town, self._folder, NOW + 2 * HOUR)) for _ in range(size)]
            for worker in crew:
                worker.told()
            done = [worker.answer() for worker in crew]
        fired = sum(one["fired"] for one in done)
        must_equal("all timers fired", fired >= firings, True)
        return float(fired / max(one["wall_seconds"] for one in done))
