"""What a running expression sees: the context, the host functions, its own slots, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from .bounds import Bounds, Meter
from .values import Value, from_python

#: An integer of so many bits has at most 34 digits.
SMALL = 112


class Trace:
    """Evidence of one evaluation: path -> value read, the paths that were absent or null, the rules of tables hit."""

    __slots__ = ("hits", "missing", "reads")

    def __init__(self) -> None:
        self.hits: list[tuple[str, int, str]] = []
        self.reads: dict[str, Value] = {}
        self.missing: dict[str, None] = {}

    def miss(self, label: str | None) -> None:
        """Note that what is called `label` was absent or null."""
        if label is not None:
            self.missing[label] = None

    def hit(self, table: str, number: int, rule: str) -> None:
        """Note that a rule of a decision table matched: its number from 1, and its id."""
        self.hits.append((table, number, rule))


class Env(Meter):
    """One evaluation. `slots` holds loop variables, parameters and entries, by number."""

    __slots__ = ("calls", "functions", "lookup", "memo", "slots", "trace")

    def __init__(
        self,
        bounds: Bounds,
        context: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]],
        slots: int,
        trace: Trace | None = None,
    ) -> None:
        super().__init__(bounds)
        self.lookup = context.get
        self.functions = functions
        self.slots: list[Value] = [None] * slots
        self.trace = trace
        self.memo: dict[str, Value] = {}
        self.calls = 0

    def convert(self, path: str, value: object) -> Value:
        """A raw context value as a FEEL value, containers once per path."""
        if type(value) is int and value.bit_length() <= SMALL:
            return Decimal(value)
        if path in self.memo:
            return self.memo[path]
        result = from_python(value, self)
        if type(result) is list or type(result) is dict:
            self.memo[path] = result
        return result


Run = Callable[[Env], Value]
