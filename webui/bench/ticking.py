"""A worker that ticks a number of times and tells the memory it took: ``python -m webui.bench.ticking FOLDER INSTANT``."""

from __future__ import annotations

import resource
import sys
from datetime import datetime
from pathlib import Path

from webui.bench.city import city

TICKS = 5


def main(folder: str, instant: str) -> None:
    with city(Path(folder), datetime.fromisoformat(instant)) as town:
        fired = sum(town.runtime.tick() for _ in range(TICKS))
    if not fired:
        raise SystemExit("expected timers to be due, found none")
    # Kilobytes, but bytes where the kernel is not Linux.
    unit = 1000 if sys.platform == "linux" else 1
    print(round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1))


if __name__ == "__main__":
    main(*sys.argv[1:])
