"""Closed cases from the engine's query face."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from engine.model import Instance
from monitors.assessment import ClosedCase, ClosedInstances

SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def instance(number: int, ended: datetime | None, definition: str = "administrative_approval", **data: Any) -> Instance:
    return Instance(f"case-{number}", "370202", "SPJ", definition, 1, f"No {number}", "ended", 1, data, SINCE, ended)


class Query:
    """Gives pages, as the engine does."""

    def __init__(self, *known: Instance) -> None:
        self.known = known
        self.asked: list[tuple[str | None, Any]] = []

    def instances(
        self,
        *,
        state: str | None = None,
        scope: Collection[tuple[str, str]] | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> Sequence[Instance]:
        self.asked.append((state, scope))
        return self.known[offset : offset + limit]


def test_ended_business_cases_of_the_period_are_told_with_domain_and_rating() -> None:
    may = datetime(2026, 5, 4, tzinfo=UTC)
    query = Query(
        instance(1, may, satisfaction=5),
        instance(2, SINCE, satisfaction=Decimal(3)),
        instance(3, UNTIL),
        instance(4, None),
        instance(5, may, "violation_handling"),
        instance(6, may, "another"),
    )
    found = list(ClosedInstances(query, {"administrative_approval": "AA"}).closed("370202", "SPJ", SINCE, UNTIL))
    assert found == [
        ClosedCase("case-1", "AA", may, 5),
        ClosedCase("case-2", "AA", SINCE, 3),
        ClosedCase("case-6", "", may, None),
    ]
    assert query.asked == [("ended", [("370202", "SPJ")])]


def test_all_pages_are_read() -> None:
    query = Query(*(instance(n, SINCE) for n in range(2500)))
    assert sum(1 for _ in ClosedInstances(query, {}).closed("370202", "SPJ", SINCE, UNTIL)) == 2500
    assert len(query.asked) == 3
