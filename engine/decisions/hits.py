"""Hit policies: what a decision table gives for the rules that matched (DMN 1.5, 8.2.10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from engine.feel.arithmetic import plus
from engine.feel.bounds import Meter
from engine.feel.compare import equal, less
from engine.feel.values import Value

#: The outputs of one rule that matched, one value a column.
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """How rows become a value: the names of the output columns, and the places of their values by priority."""

    names: tuple[str, ...]
    priorities: tuple[tuple[Value, ...] | None, ...] = ()

    def value(self, row: Row) -> Value:
        """The value of a table of one output column, or a context of several."""
        return row[0] if len(self.names) == 1 else dict(zip(self.names, row, strict=True))


Policy = Callable[[Sequence[Row], Shape, Meter], Value]


def unique(rows: Sequence[Row], shape: Shape, meter: Meter) -> Value:
    """The only row; null if there are more."""
    return shape.value(rows[0]) if len(rows) == 1 else None


def any_row(rows: Sequence[Row], shape: Shape, meter: Meter) -> Value:
    """Any of the rows; null unless they are equal."""
    first = list(rows[0])
    return shape.value(rows[0]) if all(equal(list(row), first, meter) is True for row in rows) else None


def first(rows: Sequence[Row], shape: Shape, meter: Meter) -> Value:
    """The row that stands first in the table."""
    return shape.value(rows[0])


def _rank(row: Row, shape: Shape, meter: Meter) -> tuple[int, ...]:
    ranks = []
    for value, order in zip(row, shape.priorities, strict=True):
        if order is not None:
            meter.spend(len(order))
            ranks.append(next((i for i, one in enumerate(order) if equal(value, one, meter) is True), len(order)))
    return tuple(ranks)


def _by_priority(rows: Sequence[Row], shape: Shape, meter: Meter) -> list[Row]:
    return sorted(rows, key=lambda row: _rank(row, shape, meter))


def priority(rows: Sequence[Row], shape: Shape, meter: Meter) -> Value:
    """The row whose outputs stand first among the allowed values."""
    return shape.value(_by_priority(rows, shape, meter)[0])


def rule_order(rows: Sequence[Row], shape: Shape, meter: Meter) -> Value:
    """All rows, in the order of the table."""
    return [shape.value(row) for row in rows]


def output_order(rows: Sequence[Row], shape: Shape, meter: Meter) -> Value:
    """All rows, in the order of the allowed values."""
    return rule_order(_by_priority(rows, shape, meter), shape, meter)


def _aggregate(combine: Callable[[list[Value], Meter], Value]) -> Policy:
    def policy(rows: Sequence[Row], shape: Shape, meter: Meter) -> Value:
        return shape.value(tuple(combine(list(column), meter) for column in zip(*rows, strict=True)))

    return policy


def _total(values: list[Value], meter: Meter) -> Value:
    return None if any(type(one) is str for one in values) else reduce(lambda a, b: plus(a, b, meter), values)


def _least(values: list[Value], meter: Meter) -> Value:
    return _extreme(values, less)


def _greatest(values: list[Value], meter: Meter) -> Value:
    return _extreme(values, lambda one, best: less(best, one))


def _extreme(values: list[Value], better: Callable[[Value, Value], bool | None]) -> Value:
    best = values[0]
    for one in values:
        if less(one, one) is None:
            return None
        best = one if better(one, best) else best
    return best


def _count(values: list[Value], meter: Meter) -> Value:
    return Decimal(len(values))


@dataclass(frozen=True, slots=True)
class Rule:
    """A hit policy: what becomes of the rows, and whether it stops at the first."""

    run: Policy
    one_is_enough: bool = False
    needs_priorities: bool = False


#: By hitPolicy and aggregation.
POLICIES: dict[tuple[str, str], Rule] = {
    ("UNIQUE", ""): Rule(unique),
    ("ANY", ""): Rule(any_row),
    ("FIRST", ""): Rule(first, one_is_enough=True),
    ("PRIORITY", ""): Rule(priority, needs_priorities=True),
    ("RULE ORDER", ""): Rule(rule_order),
    ("OUTPUT ORDER", ""): Rule(output_order, needs_priorities=True),
    ("COLLECT", ""): Rule(rule_order),
    ("COLLECT", "LIST"): Rule(rule_order),
    ("COLLECT", "SUM"): Rule(_aggregate(_total)),
    ("COLLECT", "MIN"): Rule(_aggregate(_least)),
    ("COLLECT", "MAX"): Rule(_aggregate(_greatest)),
    ("COLLECT", "COUNT"): Rule(_aggregate(_count)),
}
