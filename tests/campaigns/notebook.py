"""What a client has asked for and what it was told, on disk before it goes on: the word that may not be broken."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.casedata import dumps, loads
from engine.clock import monotonic
from engine.model import Outcome
from engine.orders import Order
from tests.engine.conftest import CLERK


class Notebook:
    """Lines are only appended, each in one write that is synced before the client goes on."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def intend(self, order: Order) -> None:
        self._write(key=order.key, kind=order.kind, arguments=order.arguments, at=monotonic())

    def acknowledge(self, order: Order, outcome: Outcome) -> None:
        told = {name: getattr(outcome, name) for name in Outcome.__slots__}
        self._write(key=order.key, outcome=told, at=monotonic())

    def refuse(self, order: Order, code: str) -> None:
        self._write(key=order.key, refused=code)

    def fail(self, order: Order, why: str) -> None:
        self._write(key=order.key, failed=why)

    def _write(self, **line: Any) -> None:
        os.write(self._file, dumps(line).encode() + b"\n")
        os.fsync(self._file)


def lines(path: Path) -> list[Mapping[str, Any]]:
    return [loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def waits(path: Path) -> list[float]:
    """Seconds from each order to its outcome."""
    written = lines(path)
    pairs = zip(written, written[1:], strict=False)
    return [float(answer["at"] - order["at"]) for order, answer in pairs if "outcome" in answer]


def unanswered(path: Path) -> Iterator[Order]:
    """The order that was given last, when its answer never came."""
    written = lines(path)
    if written and "kind" in written[-1]:
        last = written[-1]
        yield Order(last["kind"], last["key"], CLERK, None, last["arguments"])
