"""The interval relations: before, after, meets, overlaps, includes, during, starts, finishes, coincides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..bounds import Meter
from ..compare import both, either, equal, less
from ..values import Range, Value
from .registry import builtin

Relation = Callable[[Range, Range, Meter], "bool | None"]


def _as_range(value: Value) -> Range:
    return value if type(value) is Range else Range(value, value)


@dataclass(frozen=True, slots=True)
class _Edge:
    """An end of a range; one left open lies beyond all values, to the side it is on (-1 or 1)."""

    value: Value
    side: int

    @property
    def beyond(self) -> int:
        return self.side if self.value is None else 0


def _start(a: Range) -> _Edge:
    return _Edge(a.start, -1)


def _end(a: Range) -> _Edge:
    return _Edge(a.end, 1)


def _less(one: _Edge, two: _Edge) -> bool | None:
    return one.beyond < two.beyond if one.beyond or two.beyond else less(one.value, two.value)


def _equal(one: _Edge, two: _Edge, meter: Meter) -> bool | None:
    return one.beyond == two.beyond if one.beyond or two.beyond else equal(one.value, two.value, meter)


def _comparable(a: Range, b: Range) -> bool:
    """Whether the values of two ranges have an order between them."""
    values = [one.end if one.start is None else one.start for one in (a, b)]
    return less(*values) is not None


#: The parameters of a relation by what it relates, as the standard names them.
_PARAMETERS = {
    "pp": "point1: point, point2: point", "pr": "point: point, range: range", "rp": "range: range, point: point",
    "rr": "range1: range, range2: range",
}  # fmt: skip


def _relation(name: str, *forms: str) -> Callable[[Relation], Relation]:
    """Declare a relation between points (p) and ranges (r); a point counts as the range of that one point."""

    def register(relation: Relation) -> Relation:
        def run(meter: Meter, one: Value, two: Value) -> Value:
            a, b = _as_range(one), _as_range(two)
            return relation(a, b, meter) if _comparable(a, b) else None

        run.__doc__ = relation.__doc__
        for form in forms:
            builtin(f"{name}({_PARAMETERS[form]})")(run)
        return relation

    return register


def _ends_before(a: Range, b: Range, meter: Meter) -> bool | None:
    touching = _equal(_end(a), _start(b), meter)
    return either(_less(_end(a), _start(b)), both(touching, not (a.end_included and b.start_included)))


@_relation("before", "pp", "pr", "rp", "rr")
def before(a: Range, b: Range, meter: Meter) -> bool | None:
    """a ends before b starts."""
    return _ends_before(a, b, meter)


@_relation("after", "pp", "pr", "rp", "rr")
def after(a: Range, b: Range, meter: Meter) -> bool | None:
    """a starts after b ends."""
    return _ends_before(b, a, meter)


@_relation("meets", "rr")
def meets(a: Range, b: Range, meter: Meter) -> bool | None:
    """a ends where b starts, and both hold that point."""
    return both(_equal(_end(a), _start(b), meter), a.end_included and b.start_included)


@_relation("met by", "rr")
def met_by(a: Range, b: Range, meter: Meter) -> bool | None:
    """b meets a."""
    return meets(b, a, meter)


def _starts_no_earlier(a: Range, b: Range, meter: Meter) -> bool | None:
    same = both(_equal(_start(a), _start(b), meter), b.start_included or not a.start_included)
    return either(_less(_start(b), _start(a)), same)


def _ends_no_later(a: Range, b: Range, meter: Meter) -> bool | None:
    same = both(_equal(_end(a), _end(b), meter), b.end_included or not a.end_included)
    return either(_less(_end(a), _end(b)), same)


@_relation("during", "pr", "rr")
def during(a: Range, b: Range, meter: Meter) -> bool | None:
    """a lies within b."""
    return both(_starts_no_earlier(a, b, meter), _ends_no_later(a, b, meter))


@_relation("includes", "rp", "rr")
def includes(a: Range, b: Range, meter: Meter) -> bool | None:
    """b lies within a."""
    return during(b, a, meter)


def _apart(a: Range, b: Range, meter: Meter) -> bool | None:
    return either(_ends_before(a, b, meter), _ends_before(b, a, meter))


@_relation("overlaps", "rr")
def overlaps(a: Range, b: Range, meter: Meter) -> bool | None:
    """a and b have a point in common."""
    apart = _apart(a, b, meter)
    return None if apart is None else not apart


@_relation("overlaps before", "rr")
def overlaps_before(a: Range, b: Range, meter: Meter) -> bool | None:
    """a starts before b and ends within it."""
    return both(both(_negated(_starts_no_earlier(a, b, meter)), _ends_no_later(a, b, meter)), overlaps(a, b, meter))


@_relation("overlaps after", "rr")
def overlaps_after(a: Range, b: Range, meter: Meter) -> bool | None:
    """a starts within b and ends after it."""
    return both(both(_starts_no_earlier(a, b, meter), _negated(_ends_no_later(a, b, meter))), overlaps(a, b, meter))


def _negated(value: bool | None) -> bool | None:
    return None if value is None else not value


@_relation("starts", "pr", "rr")
def starts(a: Range, b: Range, meter: Meter) -> bool | None:
    """a starts where b starts and lies within it."""
    same = both(_equal(_start(a), _start(b), meter), a.start_included == b.start_included)
    return both(same, _ends_no_later(a, b, meter))


@_relation("started by", "rp", "rr")
def started_by(a: Range, b: Range, meter: Meter) -> bool | None:
    """b starts a."""
    return starts(b, a, meter)


@_relation("finishes", "pr", "rr")
def finishes(a: Range, b: Range, meter: Meter) -> bool | None:
    """a ends where b ends and lies within it."""
    same = both(_equal(_end(a), _end(b), meter), a.end_included == b.end_included)
    return both(same, _starts_no_earlier(a, b, meter))


@_relation("finished by", "rp", "rr")
def finished_by(a: Range, b: Range, meter: Meter) -> bool | None:
    """b finishes a."""
    return finishes(b, a, meter)


@_relation("coincides", "pp", "rr")
def coincides(a: Range, b: Range, meter: Meter) -> bool | None:
    """a and b are the same."""
    return equal(a, b, meter)
