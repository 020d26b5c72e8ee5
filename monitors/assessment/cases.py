"""Figures of closed cases: the engine knows which were closed, the warnings which of them were late."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import Connection, Row, and_, or_, select

from engine.calendar import WorkingCalendar
from engine.model import Instance
from monitors import tables as t
from monitors.acts import COUNTS_NOTHING
from monitors.assessment.causes import cause_of
from monitors.assessment.figures import CaseCounts
from monitors.assessment.results import Cause
from monitors.handling.processes import OWN_PROCESSES

_PAGE = 1000
_BATCH = 500  # ids in one statement: both databases take more, but not without bound
# From how many of five points on an applicant counts as satisfied (满意): P, a parameter of ClosedInstances.
SATISFIED = 4


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A case that was closed in the period. ``rating`` 1 to 5 or None; ``early`` None where nobody knows."""

    id: str
    domain: str
    closed_at: datetime
    rating: int | None = None
    early: bool | None = None


class ClosedCases(Protocol):
    """Who tells which cases a department closed."""

    def closed(self, district_code: str, department: str, since: datetime, until: datetime) -> Iterable[ClosedCase]: ...


class CaseFigures(Protocol):
    """Who knows them, with ``since`` <= closed < ``until``."""

    def record(
        self,
        connection: Connection,
        calendar: WorkingCalendar,
        district_code: str,
        department: str,
        since: datetime,
        until: datetime,
    ) -> CaseRecord: ...


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A department's closed cases; ``late``: how many days those were late that were, and what made them so."""

    cases: tuple[ClosedCase, ...] = ()
    late: Mapping[str, tuple[int, Cause]] = field(default_factory=dict)
    satisfied_from: int = SATISFIED

    def counts(self, since: datetime, until: datetime) -> CaseCounts:
        """The counters of the cases with ``since`` <= closed < ``until``."""
        closed = [case for case in self.cases if since <= case.closed_at < until]
        late = [self.late[case.id] for case in closed if case.id in self.late]
        early = [case.early for case in closed if case.early is not None]
        rated = [case.rating for case in closed if case.rating is not None]
        return CaseCounts(
            closed=len(closed),
            on_time=len(closed) - len(late),
            overdue_wd=Decimal(sum(days for days, _ in late)),
            early=sum(early) if early else None,
            evaluated=len(rated),
            satisfied=sum(rating >= self.satisfied_from for rating in rated),
            domains=frozenset(case.domain for case in closed if case.domain),
            late=tuple(sorted((cause for _, cause in late), key=lambda cause: cause.order)),
        )


class Instances(Protocol):
    """The part of ``runtime.query`` that is needed."""

    def instances(
        self,
        *,
        state: str | None = None,
        scope: Collection[tuple[str, str]] | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> Sequence[Instance]: ...


@dataclass(frozen=True, slots=True)
class ClosedInstances:
    """The engine's ended instances as closed cases; ``systems`` maps a definition's name to its domain code."""

    query: Instances
    systems: Mapping[str, str]

    def closed(self, district_code: str, department: str, since: datetime, until: datetime) -> Iterator[ClosedCase]:
        """Every business case of the department that ended in the period; violations are not business."""
        offset = 0
        while True:
            page = self.query.instances(state="ended", scope=[(district_code, department)], limit=_PAGE, offset=offset)
            for instance in page:
                ended = instance.ended_at
                if instance.definition not in OWN_PROCESSES and ended is not None and since <= ended < until:
                    rating = instance.data.get("satisfaction")
                    yield ClosedCase(
                        instance.id,
                        self.systems.get(instance.definition, ""),
                        ended,
                        int(rating) if isinstance(rating, (int, Decimal)) and not isinstance(rating, bool) else None,
                    )
            if len(page) < _PAGE:
                return
            offset += _PAGE


@dataclass(frozen=True, slots=True)
class WarningFigures:
    """Counts closed cases; one is late when a time limit of it was broken and nobody excused that.

    A warning that was dismissed or exempted, or whose violation was revoked, makes no case late. Overdue days are
    the working days from the last permitted day to the close, the greatest of the case's limits.
    """

    cases: ClosedCases
    satisfied_from: int = SATISFIED

    def record(
        self,
        connection: Connection,
        calendar: WorkingCalendar,
        district_code: str,
        department: str,
        since: datetime,
        until: datetime,
    ) -> CaseRecord:
        """See :class:`CaseFigures`."""
        closed = {case.id: case for case in self.cases.closed(district_code, department, since, until)}
        worst: dict[str, tuple[int, Cause]] = {}
        for row in _broken_limits(connection, district_code, sorted(closed)):
            days = _days_late(row, closed[row.case_id], calendar)
            if days is not None and (row.case_id not in worst or days > worst[row.case_id][0]):
                worst[row.case_id] = (days, cause_of(row))
        return CaseRecord(tuple(closed.values()), worst, self.satisfied_from)


def _broken_limits(connection: Connection, district_code: str, ids: Sequence[str]) -> Iterator[Row[Any]]:
    w, f, v = t.warning.c, t.violation_finding.c, t.violation.c
    joined = t.warning.outerjoin(
        t.violation_finding, and_(f.district_code == w.district_code, f.warning_id == w.id)
    ).outerjoin(t.violation, and_(v.district_code == f.district_code, v.id == f.violation_id))
    wanted = (
        select(t.warning, v.id.label("violation_id"), v.number.label("violation_no"))
        .select_from(joined)
        .where(
            w.district_code == district_code,
            w.dimension == "TIME",
            w.state.not_in(COUNTS_NOTHING),
            or_(v.state.is_(None), v.state.not_in(("revoked", "exempted"))),
        )
        .order_by(w.raised_at, w.number)
    )
    for first in range(0, len(ids), _BATCH):
        yield from connection.execute(wanted.where(w.case_id.in_(ids[first : first + _BATCH])))


def _days_late(row: Row[Any], case: ClosedCase, calendar: WorkingCalendar) -> int | None:
    """Working days past the last permitted day; None where the rung was not an overdue one."""
    told = row.evidence.get("deadline")
    if told is None:
        return None
    deadline = datetime.fromisoformat(told)
    if row.due is None or row.due <= deadline or case.closed_at <= deadline:
        return None
    return calendar.working_days(deadline, case.closed_at)
