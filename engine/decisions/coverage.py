"""What a decision table leaves open: values for which no rule holds, and rules that hold together or never.

Only where it can be proved. Each column is cut into pieces within which no cell changes its answer: its points, what
lies between them, its texts and any other. Columns whose cells are not all literals, or that test the same thing or
anything but a plain input, prove nothing; nor does a table of more than `MOST` combinations of pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from engine.decisions.hits import POLICIES
from engine.decisions.tables import Input, Table, TableRule
from engine.feel import nodes
from engine.feel.nodes import Coerced, Compared, Literal, Negation, RangeOf, Tests

MOST = 20_000
ONE_ROW = (POLICIES["UNIQUE", ""], POLICIES["ANY", ""])
VALUED = (*ONE_ROW, POLICIES["FIRST", ""], POLICIES["PRIORITY", ""])
Point = Decimal | str | bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Values, in words by column, for which no rule holds."""

    example: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules that hold together, and for which values; numbers from 1."""

    first: int
    second: int
    example: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hidden:
    """A rule that never decides, for those before it hold wherever it does."""

    rule: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a column: a point, or (`low`, `high`) between points, or any text but those named."""

    words: str
    point: Point | None = None
    low: Decimal | None = None
    high: Decimal | None = None


def gaps_and_overlaps(table: Table) -> Iterator[Gap | Overlap | Hidden]:
    """What can be proved of a table that gives one value; the first gap only."""
    if table.policy not in VALUED or not _independent(table):
        return
    columns = [_pieces(table, number) for number in range(len(table.inputs))]
    if any(pieces is None for pieces in columns):
        return
    known = [pieces for pieces in columns if pieces is not None]
    rules = [tuple(_met(cell, pieces) for cell, pieces in zip(one.cells, known, strict=True)) for one in table.rules]
    if table.policy in ONE_ROW:
        yield from _overlaps(table, rules, known)
    if _size(known) > MOST:
        return
    if table.policy is POLICIES["FIRST", ""]:
        yield from _hidden(rules)
    if not any(output.default is not None for output in table.outputs):
        yield from _first_gap(rules, known)


def _independent(table: Table) -> bool:
    """Whether the columns test inputs that are each a name of its own, so that any values may come together."""
    names = [_name(one) for one in table.inputs]
    return bool(names) and None not in names and len(set(names)) == len(names)


def _name(column: Input) -> str | None:
    node = column.expression
    while isinstance(node, Coerced):
        node = node.value
    return node.name if isinstance(node, nodes.Name) else None


def _size(columns: list[list[_Piece]]) -> int:
    size = 1
    for pieces in columns:
        size *= max(1, len(pieces))
    return size


def _pieces(table: Table, number: int) -> list[_Piece] | None:
    """The pieces of a column that its input may have; None where a cell is no literal, or of another kind."""
    column = table.inputs[number]
    cells = [rule.cells[number] for rule in table.rules]
    points: set[Point] = set()
    for cell in (*cells, *([column.allowed] if column.allowed else [])):
        for test in cell.tests:
            found = _points(test)
            if found is None:
                return None
            points |= set(found)
    kinds = {type(point) for point in points}
    if len(kinds) > 1:
        return None
    pieces = _cut(points, kinds.pop() if kinds else None)
    return [one for one in pieces if column.allowed is None or _any(column.allowed, one)]


def _points(test: Any) -> tuple[Point, ...] | None:
    if isinstance(test, Compared):
        return _points(test.value) if test.sign == "=" or _number(test.value) is not None else None
    if isinstance(test, RangeOf):
        ends = (_number(test.start), _number(test.end))
        return tuple(end for end in ends if end is not None) if None not in ends else None
    if isinstance(test, Literal) and type(test.value) in (str, bool):
        return (test.value,)
    number = _number(test)
    return None if number is None else (number,)


def _number(node: Any) -> Decimal | None:
    if isinstance(node, Negation):
        inner = _number(node.value)
        return None if inner is None else -inner
    return node.value if isinstance(node, Literal) and type(node.value) is Decimal else None


def _cut(points: set[Point], kind: type | None) -> list[_Piece]:
    if kind is bool:
        return [_Piece("true", True), _Piece("false", False)]
    if kind is str:
        texts = sorted(point for point in points if isinstance(point, str))
        return [*(_Piece(f'"{text}"', text) for text in texts), _Piece(f"other than {', '.join(texts)}")]
    if kind is None:
        return [_Piece("-")]
    numbers = sorted(point for point in points if isinstance(point, Decimal))
    pieces = [_Piece(f"< {numbers[0]}", high=numbers[0])]
    for low, high in zip(numbers, [*numbers[1:], None], strict=True):
        pieces.append(_Piece(str(low), low))
        pieces.append(_Piece(f"> {low}" if high is None else f"({low}..{high})", low=low, high=high))
    return pieces


def _met(cell: Tests, pieces: list[_Piece]) -> int:
    """The pieces where a cell holds, as bits."""
    return sum(1 << place for place, piece in enumerate(pieces) if _any(cell, piece))


def _any(cell: Tests, piece: _Piece) -> bool:
    if not cell.tests:
        return True
    return any(_holds(test, piece) for test in cell.tests) is not cell.negated


def _holds(test: Any, piece: _Piece) -> bool:
    if isinstance(test, Compared) and test.sign != "=":
        return _compared(test.sign, _number(test.value), piece)
    if isinstance(test, RangeOf):
        low, high = (">=" if test.start_included else ">"), ("<=" if test.end_included else "<")
        return _compared(low, _number(test.start), piece) and _compared(high, _number(test.end), piece)
    value: Any = test.value if isinstance(test, Compared) else test
    number = _number(value)
    return piece.point is not None and piece.point == (number if number is not None else value.value)


def _compared(sign: str, bound: Decimal | None, piece: _Piece) -> bool:
    """Whether every number of a piece is on that side of a bound, which is one of the points."""
    assert bound is not None
    if isinstance(piece.point, Decimal):
        point = piece.point
        return {"<": point < bound, "<=": point <= bound, ">": point > bound, ">=": point >= bound}.get(sign, False)
    if sign in ("<", "<="):
        return piece.high is not None and piece.high <= bound
    return sign in (">", ">=") and piece.low is not None and piece.low >= bound


def _overlaps(table: Table, rules: list[tuple[int, ...]], columns: list[list[_Piece]]) -> Iterator[Overlap]:
    for (first, one), (second, other) in combinations(enumerate(rules), 2):
        both = [a & b for a, b in zip(one, other, strict=True)]
        if all(both) and not _agree(table, table.rules[first], table.rules[second]):
            example = tuple(_word(bits, pieces) for bits, pieces in zip(both, columns, strict=True))
            yield Overlap(first + 1, second + 1, example)


def _agree(table: Table, one: TableRule, other: TableRule) -> bool:
    """Rules that must agree, and may: under ANY only literals that differ are known to."""
    if table.policy is POLICIES["UNIQUE", ""]:
        return False
    values = [(_literal(a), _literal(b)) for a, b in zip(one.entries, other.entries, strict=True)]
    return not any(a is not None and b is not None and a != b for a, b in values)


def _literal(node: Any) -> tuple[type, Any] | None:
    while isinstance(node, Coerced):
        node = node.value
    return (type(node.value), node.value) if isinstance(node, Literal) else None


def _word(bits: int, pieces: list[_Piece]) -> str:
    return next(piece.words for place, piece in enumerate(pieces) if bits >> place & 1)


def _hidden(rules: list[tuple[int, ...]]) -> Iterator[Hidden]:
    for number, rule in enumerate(rules):
        if all(rule) and _left(rules[:number], rule) is None:
            yield Hidden(number + 1)


def _first_gap(rules: list[tuple[int, ...]], columns: list[list[_Piece]]) -> Iterator[Gap]:
    whole = tuple((1 << len(pieces)) - 1 for pieces in columns)
    left = _left(rules, whole)
    if left is not None:
        yield Gap(tuple(_word(bits, pieces) for bits, pieces in zip(left, columns, strict=True)))


def _left(rules: list[tuple[int, ...]], room: tuple[int, ...]) -> tuple[int, ...] | None:
    """A combination of pieces within a room that no rule covers, one bit a column; None where all is covered."""
    if not room:
        return None if rules else ()
    first, rest = room[0], room[1:]
    place = 1
    while place <= first:
        if first & place:
            found = _left_behind([rule for rule in rules if rule[0] & place], rest)
            if found is not None:
                return (place, *found)
        place <<= 1
    return None


def _left_behind(rules: list[tuple[int, ...]], rest: tuple[int, ...]) -> tuple[int, ...] | None:
    return _left([rule[1:] for rule in rules], rest)
