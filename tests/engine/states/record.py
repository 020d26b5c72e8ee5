"""Writes what this release stores: random walks, the state after every act, and what happened.

    python -m tests.engine.states.record MODELS… > N.json      (N: the version of the format)

A walk is replayed by its acts alone: conditions are answered from a hash of the walk, the
act's number and the expression.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

from engine.spiff import Wait, Workflow, compile_diagram, dump, load

WALKS, ACTS = 5, 25
PLAYED = ("person", "timer", "condition", "message", "signal")


class Recorder:
    """Answers conditions by the walk and the number of the act; writes down what happened."""

    def __init__(self, walk: str) -> None:
        self.walk, self.act = walk, 0
        self.lines: list[list[Any]] = []

    def condition(self, element: str, expression: str, *_: Any) -> bool:
        return bool(crc32(f"{self.walk}:{self.act}:{expression}".encode()) & 64)

    def value(self, element: str, expression: str, *_: Any) -> int:
        return crc32(f"{self.walk}:{self.act}:{expression}".encode()) % 4

    def call(self, element: str, firing: dict[str, Any] | None, *_: Any) -> None:
        self.lines.append(["call", element, firing])

    def entered(self, element: str, occurrence: int, *_: Any) -> None:
        self.lines.append(["entered", element, occurrence])

    def happened(self, element: str, occurrence: int) -> None:
        self.lines.append(["happened", element, occurrence])

    def left(self, element: str, occurrence: int, outcome: str) -> None:
        self.lines.append([outcome, element, occurrence])

    def moved(self) -> bool:
        return False

    def calling(self, element: str, local: Any) -> dict[str, Any]:
        return {}

    def returned(self, element: str, local: Any) -> None:
        return None

    def leaving(self, element: str, occurrence: int) -> None:
        self.lines.append(["leaving", element, occurrence])

    def thrown(self, element: str, kind: str, local: Mapping[str, Any]) -> Mapping[str, Any]:
        self.lines.append(["thrown", element, kind])
        return {}

    def caught(self, wait: Wait, payload: Mapping[str, Any]) -> dict[str, Any]:
        return {"caught": wait.element}

    def taken(self) -> list[list[Any]]:
        """What was written since the last time."""
        lines, self.lines = self.lines, []
        return lines


def play(workflow: Workflow, element: str, occurrence: int, kind: str, number: int) -> None:
    """One act, as the engine would ask for it."""
    if kind == "person":
        workflow.complete(element, occurrence)
    else:
        workflow.fire(element, occurrence, {"rung": number})


def walk(xml: bytes, name: str) -> dict[str, Any]:
    """One walk: its acts, the state before each, and what each one led to."""
    chance, compiled, host = Random(name), compile_diagram(xml), Recorder(name)
    workflow = Workflow(compiled, host)
    workflow.start()
    states, acts, lines = [], [], [host.taken()]
    for number in range(1, ACTS + 1):
        blob = dump(workflow)
        states.append(json.loads(blob))
        workflow = load(blob, compiled, host)
        able = [wait for wait in workflow.waits() if wait.kind in PLAYED]
        if not able:
            break
        wait = chance.choice(able)
        host.act = number
        try:
            play(workflow, wait.element, wait.occurrence, wait.kind, number)
        except Exception:
            # No branch of an exclusive choice was true: that is a case's incident, and the walk's end.
            break
        acts.append([wait.element, wait.occurrence, wait.kind])
        lines.append(host.taken())
    return {"walk": name, "states": states, "acts": acts, "lines": lines}


def record(models: dict[str, bytes]) -> Iterator[dict[str, Any]]:
    for name, xml in models.items():
        yield {"model": name, "xml": xml.decode(), "walks": [walk(xml, f"{name}:{number}") for number in range(WALKS)]}


if __name__ == "__main__":
    json.dump(list(record({path: Path(path).read_bytes() for path in sys.argv[1:]})), sys.stdout, ensure_ascii=False)
