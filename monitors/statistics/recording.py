"""What statistics keep of a case: written in the command that began it, learned of its acceptance, or ended it.

Executed and mirrored cases pass here alike. What the data do not say, or say in no form that can be counted, is null:
it is in no share's basis, and it keeps no command from being done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.calendar import WorkingCalendar
from engine.casedata import temporal
from engine.handlers import CaseView
from engine.limits import Ledger, Limit, used
from engine.model import Step
from monitors import tables as t
from monitors.calendars import Calendars
from monitors.facts import PERSON_KINDS
from monitors.handling.processes import OWN_PROCESSES
from monitors.ledgers import ledger_of
from monitors.storing import insert_new, put

Data = Mapping[str, Any]

ACCEPTED = (
    "deemed_accepted_at",
    "acceptance_at",
)  # the first that is known: what the law deems so cannot be typed over
DECIDED = "decision_date"
ON_THE_SPOT = "即办"  # the type of items that are decided at once (即办件)
AMOUNTS = {
    "fee": "fee_amount",
    "fee_waived": "waiver_amount",
    "budget": "budget",
    "deal": "deal_price",
    "start_price": "start_price",
    "planned": "planned_amount",
    "received": "received_amount",
    "arranged": "arranged_amount",
    "paid": "paid_amount",
    "disbursed": "disbursed_amount",
}
_OF_CASE = ("district_code", "case_id", "definition", "version", "system", "department", "item")
_SHORT = 32
_MOST = Decimal(10) ** 14  # yuan; what is more is no amount
_DAYS = Limit(0)


@dataclass(frozen=True, slots=True)
class Recorder:
    """The engine's port ``recorded``. ``system_of`` gives the domain code of a model's version."""

    calendars: Calendars
    system_of: Callable[[str, int], str]
    _systems: dict[tuple[str, int], str] = field(default_factory=dict)

    def recorded(self, before: Data | None, case: CaseView) -> None:
        """Keep what statistics count; nothing while a step goes by that changes none of it."""
        instance = case.instance
        if instance.definition in OWN_PROCESSES or case.connection is None:
            return
        if before is not None and instance.state == "open" and _known(before) == _known(case.data):
            return
        calendar = self.calendars.for_case(instance.definition, instance.district_code, case.connection)
        row = self._row(case, calendar)
        put(case.connection, t.case_record, row)
        if instance.state != "open":
            of_case = {name: row[name] for name in _OF_CASE}
            insert_new(case.connection, t.step_record, [of_case | step for step in _steps(case, calendar)])

    def _row(self, case: CaseView, calendar: WorkingCalendar) -> dict[str, Any]:
        instance, data = case.instance, case.data
        accepted, decided = _moment(data, *ACCEPTED), _moment(data, DECIDED) or instance.ended_at
        took = None
        if instance.state == "ended" and accepted is not None and decided is not None:
            took = _used(accepted, decided, ledger_of(case.suspensions), calendar)
        else:
            decided = _moment(data, DECIDED)
        return {
            "district_code": instance.district_code,
            "case_id": instance.id,
            "case_no": instance.business_key,
            "definition": instance.definition,
            "version": instance.version,
            "system": self._system(instance.definition, instance.version),
            "department": instance.scope,
            "state": instance.state,
            "received_at": instance.started_at,
            "received_on": calendar.local_date(instance.started_at),
            "accepted_on": _day(accepted, calendar),
            "decided_on": _day(decided, calendar),
            "closed_at": instance.ended_at,
            "closed_on": _day(instance.ended_at, calendar),
            "intake": _word(data.get("outcome")),
            "decision": _word(data.get("decision")),
            "rating": _rating(data.get("satisfaction")),
            **_of_item(data, took),
            "on_the_spot": None if took is None else _on_the_spot(data, accepted, decided, calendar),
            **{name: _amount(data.get(entered)) for name, entered in AMOUNTS.items()},
        }

    def _system(self, name: str, version: int) -> str:
        if (name, version) not in self._systems:
            self._systems[name, version] = self.system_of(name, version)[:16]
        return self._systems[name, version]


def _known(data: Data) -> tuple[Any, ...]:
    """What counts before the end: whether the case is accepted, and of which item it is."""
    return *(data.get(name) for name in ACCEPTED), data.get("outcome"), data.get("item")


def _of_item(data: Data, took: int | None) -> dict[str, Any]:
    item = data.get("item")
    item = item if isinstance(item, Mapping) else {}
    promised, statutory = _days(item.get("promised_wd")), _days(item.get("statutory_wd"))
    name, code = item.get("name"), item.get("code")
    return {
        "item": str(code)[:64] if code else None,
        "item_name": str(name) if name else None,
        "item_name_en": str(item.get("name_en") or name) if name else None,
        "promised_wd": promised,
        "statutory_wd": statutory,
        "used_wd": took,
        "speed_up": _saved(statutory, took),
        "promised_speed_up": _saved(statutory, promised),
    }


def _saved(statutory: int | None, took: int | None) -> Decimal | None:
    """(statutory - taken) / statutory (B.7, 提速); negative when it took longer."""
    return None if not statutory or took is None else Decimal(statutory - took) / statutory


def _used(start: datetime | date, end: datetime | date, ledger: Ledger, calendar: WorkingCalendar) -> int:
    """Working days d with date(start) < d <= date(end), suspended ones not counted (B.6)."""
    return int(used(_DAYS, _instant(start, calendar), _instant(end, calendar), ledger, calendar))


def _on_the_spot(data: Data, accepted: Any, decided: Any, calendar: WorkingCalendar) -> bool:
    item = data.get("item")
    kind = str(item.get("type") or "") if isinstance(item, Mapping) else ""
    return kind.startswith(ON_THE_SPOT) or calendar.local_date(accepted) == calendar.local_date(decided)


def _steps(case: CaseView, calendar: WorkingCalendar) -> Iterator[dict[str, Any]]:
    ledger = ledger_of(case.suspensions)
    for step in case.steps:
        if step.kind in PERSON_KINDS and step.outcome == "completed" and step.completed_at is not None:
            yield {
                "element": step.element,
                "occurrence": step.occurrence,
                "code": step.code,
                "name": step.name,
                "name_en": step.name_en or step.name,
                **_dwelt(step, step.completed_at, ledger, calendar),
            }


def _dwelt(step: Step, until: datetime, ledger: Ledger, calendar: WorkingCalendar) -> dict[str, Any]:
    return {
        "completed_on": calendar.local_date(until),
        "minutes": max(0, int((until - step.entered_at).total_seconds() // 60)),
        "working_days": max(0, _used(step.entered_at, until, ledger, calendar)),
    }


def _moment(data: Data, *names: str) -> datetime | date | None:
    """The first of these fields that is a day or an aware instant."""
    for name in names:
        found = temporal(data.get(name))
        if isinstance(found, datetime):
            if found.tzinfo is not None:
                return found
        elif isinstance(found, date):
            return found
    return None


def _day(value: datetime | date | None, calendar: WorkingCalendar) -> date | None:
    return None if value is None else calendar.local_date(value)


def _instant(value: datetime | date, calendar: WorkingCalendar) -> datetime:
    return value if isinstance(value, datetime) else calendar.start_of_day(value)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    found = Decimal(str(value))
    return found if found.is_finite() else None


def _days(value: Any) -> int | None:
    found = _number(value)
    return int(found) if found is not None and 0 <= found <= 36_600 else None


def _rating(value: Any) -> int | None:
    found = _number(value)
    return int(found) if found is not None and 1 <= found <= 5 else None


def _amount(value: Any) -> Decimal | None:
    found = _number(value)
    return found if found is not None and abs(found) <= _MOST else None


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= _SHORT else None
