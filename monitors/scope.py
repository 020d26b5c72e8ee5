"""What a person sees: the districts and departments that their grants cover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_, true

from monitors.model import ANY, Grant


@dataclass(frozen=True, slots=True)
class Scope:
    """Pairs of (district or ``*``, department or ``*``); one pair that fits is enough."""

    pairs: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, grants: Iterable[Grant]) -> Scope:
        return cls(frozenset((grant.district_code, grant.department) for grant in grants))

    def covers(self, district_code: str, department: str) -> bool:
        return any(d in (ANY, district_code) and p in (ANY, department) for d, p in self.pairs)

    def where(self, district: ColumnElement[str], department: ColumnElement[str]) -> ColumnElement[bool]:
        """The same as a condition on two columns; nothing at all for an empty scope."""
        return or_(false(), *(_pair(district, department, pair) for pair in sorted(self.pairs)))

    def touches(self, district: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether anything of a district is covered, as a condition on its column."""
        return or_(false(), *(true() if d == ANY else district == d for d, _ in sorted(self.pairs)))


EVERYWHERE = Scope(frozenset({(ANY, ANY)}))


def _pair(district: ColumnElement[str], department: ColumnElement[str], pair: tuple[str, str]) -> ColumnElement[bool]:
    wanted = zip((district, department), pair, strict=True)
    return and_(true(), *(column == value for column, value in wanted if value != ANY))
