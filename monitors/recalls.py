"""Recall: a faulty rule, calendar or feed names what it caused, and one act of two people withdraws it all (B.4 row 11).

What is withdrawn stays in the trace, in the state ``recalled`` or ``revoked``, and counts nothing. What a person had
closed without counting it is named and stays as it was decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, func, insert, select

from engine.calendar import WorkingCalendar
from engine.errors import InvalidData, NotFound
from monitors import tables as t
from monitors.acts import COUNTS_NOTHING, journal, locked
from monitors.alerts import raise_alert
from monitors.closing import close
from monitors.handling.given import CalendarSource
from monitors.handling.revocation import revoke
from monitors.model import ANY, Warning
from monitors.rederiving import Models, rederive
from monitors.scope import EVERYWHERE, Scope
from monitors.twopeople import decide, propose

PREFIX, CONFIRMED = "RC", "confirmed"
RULE, CALENDAR, FEED = "rule", "calendar", "feed"
# What each cause must be told by, and what may narrow it.
_NEEDED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    RULE: (frozenset({"definition", "rule"}), frozenset({"versions"})),
    CALENDAR: (frozenset({"code"}), frozenset({"versions"})),
    FEED: (frozenset({"source"}), frozenset()),
}
_BATCH = 500
# Closed for good by a person, or withdrawn already: nothing is left to withdraw.
_STAYS = frozenset(COUNTS_NOTHING) - {"auto_closed"}
_OVER = ("revoked", "exempted")


@dataclass(frozen=True, slots=True)
class Fault:
    """What was faulty, and when: warnings raised from ``since`` until ``until``; of a feed, envelopes received then.

    ``what``: of a rule its ``definition`` and ``rule``, perhaps its ``versions``; of a calendar its ``code``, perhaps
    the hashes of its ``versions``; of a feed its ``source``. ``district_code`` may be ``*``.
    """

    cause: str
    what: Mapping[str, Any]
    since: datetime
    until: datetime
    district_code: str = ANY


@dataclass(frozen=True, slots=True)
class Caused:
    """Everything that a fault caused. ``points`` are those of kept scores, by district and department.

    ``unclear`` are warnings of which it cannot be told, for they cannot be derived again; they are left alone.
    """

    warnings: tuple[Row[Any], ...]
    violations: tuple[Row[Any], ...]
    cards: tuple[Row[Any], ...]
    orders: tuple[Row[Any], ...]
    points: Mapping[tuple[str, str], Decimal]
    unclear: tuple[Row[Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Recall:
    """One row of the table ``recall``."""

    district_code: str
    id: str
    number: str
    cause: str
    what: Mapping[str, Any]
    since: datetime
    until: datetime
    reason: str
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    opinion: str | None

    @property
    def fault(self) -> Fault:
        return Fault(self.cause, self.what, self.since, self.until, self.district_code)


@dataclass(frozen=True, slots=True)
class Recalls:
    """Names what a fault caused and withdraws it; each method in the open transaction."""

    calendars: CalendarSource
    models: Models

    def caused(self, connection: Connection, fault: Fault) -> Caused:
        """What the fault caused, whatever has become of it; raises InvalidData for a fault that is not told fully."""
        _checked(fault)
        found, unclear = [], []
        for row in connection.execute(_candidates(fault)).all():
            guilty = self._by_calendar(connection, row, fault) if fault.cause == CALENDAR else True
            if guilty is None:
                unclear.append(row)
            elif guilty:
                found.append(row)
        ids = [row.id for row in found]
        joined = _rows(connection, t.violation_finding, "warning_id", ids, "violation_id")
        violations = _rows(connection, t.violation, "id", sorted({row.violation_id for row in joined}), "number")
        of = [row.id for row in violations]
        return Caused(
            tuple(found),
            violations,
            _rows(connection, t.card, "violation_id", of, "number"),
            _rows(connection, t.supervision_order, "violation_id", of, "number"),
            _points(connection, ids),
            tuple(unclear),
        )

    def propose(
        self, connection: Connection, fault: Fault, reason: str, by: str, at: datetime, key: str | None = None
    ) -> str:
        """Propose a recall; gives its id. Raises InvalidData where the fault is not told fully, or without a reason."""
        _checked(fault)
        values = {name: getattr(fault, name) for name in ("cause", "since", "until", "district_code")}
        return propose(connection, t.recall, PREFIX, {**values, "what": dict(fault.what)}, reason, by, at, key)

    def refuse(self, connection: Connection, recall_id: str, opinion: str, by: str, at: datetime) -> None:
        """Refuse it; nothing is withdrawn. Raises as ``twopeople.decide``."""
        row = decide(connection, t.recall, recall_id, None, opinion, by, at)
        journal(connection, "recall_refused", by, at, {"number": row.number, "opinion": opinion})

    def confirm(self, connection: Connection, recall_id: str, opinion: str, by: str, at: datetime) -> Caused:
        """Withdraw all that the fault has caused by now, in this transaction; gives it as it was before.

        Raises as ``twopeople.decide``: the one who proposed it does not confirm it.
        """
        row = decide(connection, t.recall, recall_id, CONFIRMED, opinion, by, at)
        recall = Recall(**row._mapping)
        caused = self.caused(connection, recall.fault)
        for warning in caused.warnings:
            _withdraw(connection, recall, warning.id, by, at)
        for violation in caused.violations:
            _revoke(connection, recall, violation.id, at)
        _tell(connection, recall, caused, at)
        told = {"number": recall.number, "opinion": opinion, "withdrawn": _withdrawn(connection, recall.id)}
        journal(connection, "recall_confirmed", by, at, told)
        return caused

    def _by_calendar(self, connection: Connection, row: Row[Any], fault: Fault) -> bool | None:
        """Whether it would not be there, or not at that instant, by the calendar of today; None where nobody can tell."""
        told, versions = row.evidence.get("calendar") or {}, fault.what.get("versions")
        if told.get("code") != fault.what["code"] or (versions and told.get("version") not in versions):
            return False
        today: WorkingCalendar = self.calendars.for_case(row.definition, row.district_code, connection)
        warning = Warning(**{**row._mapping, "missing": tuple(row.missing)})
        then = rederive(connection, warning, self.models)
        if not then.same:
            return None
        now = rederive(connection, warning, self.models, today)
        return not now.found or now.row["due"] != warning.due or now.row["level"] != warning.level


def recalls(
    connection: Connection, scope: Scope = EVERYWHERE, *, limit: int = 100, offset: int = 0
) -> tuple[Recall, ...]:
    """The recalls of the districts that the scope touches, newest first; those of the whole city for the city's people."""
    c = t.recall.c
    wanted = select(t.recall).where(scope.touches(c.district_code))
    rows = connection.execute(wanted.order_by(c.proposed_at.desc(), c.number.desc()).limit(limit).offset(offset))
    return tuple(Recall(**row._mapping) for row in rows)


def recall(connection: Connection, recall_id: str) -> Recall:
    """That recall; raises NotFound."""
    row = connection.execute(select(t.recall).where(t.recall.c.id == recall_id)).one_or_none()
    if row is None:
        raise NotFound(f"expected a recall {recall_id}, found none", recall=recall_id)
    return Recall(**row._mapping)


def withdrawn(connection: Connection, recall_id: str) -> tuple[Row[Any], ...]:
    """What a recall withdrew: kind, number, the warning that it goes back to, and the state before."""
    c = t.recalled.c
    return tuple(connection.execute(select(t.recalled).where(c.recall_id == recall_id).order_by(c.kind, c.number)))


def _withdraw(connection: Connection, recall: Recall, warning_id: str, by: str, at: datetime) -> None:
    row = locked(connection, warning_id)  # as it is now: a person may have decided it since it was listed
    if row.state in _STAYS:
        return
    _kept(connection, recall, row, "warning", row.id, row.number, row.state)
    close(connection, row, "recalled", f"{recall.number}: {recall.reason}", by, at, to=recall.number)


def _revoke(connection: Connection, recall: Recall, violation_id: str, at: datetime) -> None:
    """Revoke a violation that rests on nothing else: what was confirmed from a rightful warning too stands."""
    v, f, w = t.violation.c, t.violation_finding.c, t.warning.c
    violation = connection.execute(select(t.violation).where(v.id == violation_id).with_for_update()).one()
    others = (
        select(w.id)
        .join(t.violation_finding, (f.district_code == w.district_code) & (f.warning_id == w.id))
        .where(f.district_code == violation.district_code, f.violation_id == violation.id)
        .where(w.state.not_in(COUNTS_NOTHING))
    )
    if violation.state in _OVER or connection.execute(others.limit(1)).first() is not None:
        return
    for one in revoke(connection, violation, at):
        _kept(connection, recall, violation, one.kind, one.id, one.number, one.before)


def _kept(
    connection: Connection, recall: Recall, of: Row[Any], kind: str, thing: str, number: str, before: str
) -> None:
    connection.execute(
        insert(t.recalled).values(
            district_code=of.district_code,
            recall_id=recall.id,
            kind=kind,
            thing_id=thing,
            warning_id=of.id if kind == "warning" else of.warning_id,
            number=number,
            before=before,
        )
    )


def _withdrawn(connection: Connection, recall_id: str) -> dict[str, int]:
    c = t.recalled.c
    counted = select(c.kind, func.count()).where(c.recall_id == recall_id).group_by(c.kind).order_by(c.kind)
    return {row[0]: row[1] for row in connection.execute(counted)}


def _tell(connection: Connection, recall: Recall, caused: Caused, at: datetime) -> None:
    """One alert for each department: so many of its warnings are withdrawn."""
    places: dict[tuple[str, str], int] = {}
    for row in caused.warnings:
        if row.state not in _STAYS:
            places[row.district_code, row.department] = places.get((row.district_code, row.department), 0) + 1
    for (district, department), number in sorted(places.items()):
        body = {
            "number": recall.number,
            "message": f"{number} 条预警已撤回：{recall.reason}",
            "message_en": f"{number} warnings are withdrawn: {recall.reason}",
        }
        raise_alert(
            connection, kind="recall", district_code=district, department=department, level="notice", body=body, at=at
        )


def _checked(fault: Fault) -> None:
    if fault.cause not in _NEEDED:
        raise InvalidData(f"expected a cause of {', '.join(_NEEDED)}, found {fault.cause!r}", field="cause")
    needed, more = _NEEDED[fault.cause]
    absent = sorted(name for name in needed if not fault.what.get(name))
    unknown = sorted(set(fault.what) - needed - more)
    if absent or unknown:
        raise InvalidData(f"expected {', '.join(sorted(needed))}; absent: {absent}; unknown: {unknown}", field="what")
    if fault.until <= fault.since:
        raise InvalidData("expected a period that ends after it begins, found it does not", field="until")


def _candidates(fault: Fault) -> Select[Any]:
    c, what = t.warning.c, fault.what
    wanted = select(t.warning).order_by(c.raised_at, c.number)
    if fault.district_code != ANY:
        wanted = wanted.where(c.district_code == fault.district_code)
    if fault.cause == FEED:
        e = t.envelope.c
        came = (e.district_code == c.district_code, e.case_no == c.case_no, e.source == what["source"])
        return wanted.where(exists().where(*came, e.received_at >= fault.since, e.received_at < fault.until))
    wanted = wanted.where(c.raised_at >= fault.since, c.raised_at < fault.until)
    if fault.cause == RULE:
        wanted = wanted.where(c.definition == what["definition"], c.rule == what["rule"])
        if what.get("versions"):
            wanted = wanted.where(c.definition_version.in_(what["versions"]))
    return wanted


def _rows(connection: Connection, table: Any, column: str, ids: Sequence[str], order: str) -> tuple[Row[Any], ...]:
    found = [
        row for some in _batches(ids) for row in connection.execute(select(table).where(table.c[column].in_(some)))
    ]
    return tuple(sorted(found, key=lambda row: str(row._mapping[order])))


def _points(connection: Connection, ids: Sequence[str]) -> dict[tuple[str, str], Decimal]:
    c = t.deduction.c
    found: dict[tuple[str, str], Decimal] = {}
    for some in _batches(ids):
        for row in connection.execute(select(c.district_code, c.department, c.points).where(c.warning_id.in_(some))):
            place = (row.district_code, row.department)
            found[place] = found.get(place, Decimal(0)) + row.points
    return dict(sorted(found.items()))


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[first : first + _BATCH] for first in range(0, len(ids), _BATCH))
