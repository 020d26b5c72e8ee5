"""The baseline in a process of its own: an unpatched SpiffWorkflow that answers requests."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from webui.bench.models import ENTRY, PAYLOAD
from webui.bench.results import BenchFailed

PROGRAM = files("engine.spiff") / "stock.py"


class Baseline:
    """Asks the child; the CPU seconds that it tells are its own."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child
        self._rows = 0

    def steps(self, instances: int, *, durable: bool) -> float:
        """CPU seconds a step."""
        answer = self._ask(do="steps", durable=durable, instances=instances, entry=ENTRY)
        self._must_have_stored(answer, instances if durable else 0)
        return float(answer["cpu_seconds"] / answer["steps"])

    def fire(self, instances: int) -> float:
        """CPU seconds a firing."""
        answer = self._ask(do="fire", instances=instances)
        self._must_have_stored(answer, instances)
        if answer["fired"] != instances:
            raise BenchFailed(f"expected {instances} timers to fire, found {answer['fired']}")
        return float(answer["cpu_seconds"] / instances)

    def rounds(self, rounds: int) -> list[float]:
        """CPU seconds of each round of a loop."""
        answer = self._ask(do="rounds", rounds=rounds)
        self._must_have_stored(answer, 1)
        return list(answer["cpu_seconds"])

    def _must_have_stored(self, answer: dict[str, Any], more: int) -> None:
        self._rows += more
        if answer["rows"] != self._rows:
            raise BenchFailed(f"expected {self._rows} rows in the baseline's table, found {answer['rows']}")

    def _ask(self, **request: Any) -> dict[str, Any]:
        assert self._child.stdin is not None and self._child.stdout is not None
        self._child.stdin.write(json.dumps({"payload": PAYLOAD, **request}) + "\n")
        self._child.stdin.flush()
        line = self._child.stdout.readline()
        if not line:
            raise BenchFailed(f"the baseline ended with code {self._child.wait()}")
        return dict(json.loads(line))


@contextmanager
def baseline(folder: Path) -> Iterator[Baseline]:
    """A running baseline whose table lies in ``folder``; it ends when its input does."""
    command = [sys.executable, "-I", str(PROGRAM), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:
        yield Baseline(child)
        assert child.stdin is not None
        child.stdin.close()
