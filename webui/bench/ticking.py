"""A worker in a process of its own, as a worker is: ``python -m webui.bench.ticking URL FOLDER INSTANT``.

It says ``ready``, then answers each line on stdin, the most rounds it is to tick (0: until nothing is due),
with one JSON object: ``fired``, ``wall_seconds``, ``cpu_seconds`` and the most ``memory_mb`` it took so far.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from select import select
from typing import Any

from engine.clock import cpu_seconds, monotonic
from engine.worker import Worker
from webui.bench.city import City, city
from webui.bench.results import BenchFailed


class Ticking:
    """The child, as its parent sees it."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self.child = child

    def told(self, rounds: int = 0) -> None:
        """Let it begin."""
        assert self.child.stdin is not None
        self.child.stdin.write(f"{rounds}\n")
        self.child.stdin.flush()

    def is_done(self, seconds: float) -> bool:
        """Whether it has an answer, waited for so long at most."""
        assert self.child.stdout is not None
        return bool(select([self.child.stdout], [], [], seconds)[0])

    def answer(self) -> dict[str, Any]:
        """Wait for what it did."""
        return dict(json.loads(self.line()))

    def line(self) -> str:
        assert self.child.stdout is not None
        line = self.child.stdout.readline()
        if not line:
            raise BenchFailed(f"the worker ended with code {self.child.wait()}")
        return line


@contextmanager
def ticking(town: City, folder: Path, at: datetime) -> Iterator[Ticking]:
    """A worker on this database whose clock stands at an instant, ready to begin."""
    url = town.database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "webui.bench.ticking", url, str(folder), at.isoformat()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:
        found = Ticking(child)
        found.line()
        yield found
        assert child.stdin is not None
        child.stdin.close()


def main(url: str, folder: str, instant: str) -> None:
    with city(Path(folder), datetime.fromisoformat(instant), url) as town:
        for model in town.runtime.query.definitions():
            town.runtime.query.diagram(model.name, model.version)  # read before the first firing, not with it
        worker = Worker(town.runtime, "bench", _log, town.clock)
        print("ready", flush=True)
        for line in sys.stdin:
            print(json.dumps(_tick(town, worker, int(line))), flush=True)


def _tick(town: City, worker: Worker, rounds: int) -> dict[str, Any]:
    wall, cpu, fired = monotonic(), cpu_seconds(), 0
    for _ in range(rounds) if rounds else count():
        more = town.runtime.tick(foreman=worker)
        fired += more
        if not more:
            break
    spent = {"wall_seconds": monotonic() - wall, "cpu_seconds": cpu_seconds() - cpu}
    # Kilobytes, but bytes where the kernel is not Linux.
    unit = 1000 if sys.platform == "linux" else 1
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    return {"fired": fired, **spent, "memory_mb": round(memory, 1)}


def _log(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
