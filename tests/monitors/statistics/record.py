"""A small record, written down by hand: twenty cases of two districts in March 2026, and what was found in them.

Each line of ``CASES`` is a case; what statistics must say of it is worked out in ``test_indicators.py``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert

from engine.db import Database
from monitors import tables as t
from monitors.statistics.asked import Asked
from monitors.storing import put

ZONE = ZoneInfo("Asia/Shanghai")
SOUTH, NORTH = "370202", "370203"
MARCH = Asked(date(2026, 3, 1), date(2026, 3, 31))

# number, district, department, item, received, accepted, decided, closed (days of March; 0: February, 40: April),
# promised, statutory, used, rating, fee
CASES: tuple[tuple[Any, ...], ...] = (
    (1, SOUTH, "xzsp", "A", 2, 2, 2, 3, 5, 10, 0, 5, None),  # decided on the day of acceptance
    (2, SOUTH, "xzsp", "A", 2, 3, 6, 9, 5, 10, 3, 4, 100),
    (3, SOUTH, "xzsp", "A", 3, 4, 11, 12, 5, 10, 5, 3, 100),  # promised 5, used 5: not early
    (4, SOUTH, "xzsp", "A", 3, 4, 13, 16, 5, 10, 7, 5, 50),  # late, confirmed
    (5, SOUTH, "xzsp", "A", 4, 5, 24, 25, 5, 10, 13, 1, None),  # late by law too, confirmed
    (6, SOUTH, "xzsp", "A", 4, 5, 16, 17, 5, 10, 7, None, None),  # late, but dismissed
    (7, SOUTH, "xzsp", "A", 5, None, None, 6, 5, 10, None, None, None),  # not accepted
    (8, SOUTH, "xzsp", "A", 9, 10, 12, 13, 5, 10, 2, None, None),  # withdrawn
    (9, SOUTH, "xzsp", "A", 10, 11, None, None, 5, 10, None, None, None),  # open, late
    (10, SOUTH, "xzsp", "A", 20, 23, None, None, 5, 10, None, None, None),  # open
    (11, SOUTH, "zjj", "B", 2, 2, 16, 16, 10, 20, 10, 5, None),
    (12, SOUTH, "zjj", "B", 2, 3, 13, 13, 10, 20, 8, 4, None),
    (13, SOUTH, "zjj", "B", 3, 4, 4, 4, 10, 20, 0, 5, None),
    (14, SOUTH, "zjj", "B", 25, 26, None, 40, 10, 20, None, None, None),  # closed in April: open in March
    (15, NORTH, "xzsp", "A", 0, 0, 3, 3, 5, 10, 4, 4, None),  # received and accepted in February
    (16, NORTH, "xzsp", "A", 2, 2, 2, 2, 5, 10, 0, 5, 30),
    (17, NORTH, "xzsp", "A", 9, 9, 17, 17, 5, 10, 6, 2, None),  # late, undecided
    (18, NORTH, "xzsp", "A", 12, 12, 16, 16, 5, 10, 2, 5, None),
    (19, NORTH, "xzsp", None, 16, None, None, 20, None, None, None, None, None),  # of no item, no acceptance known
    (20, NORTH, "xzsp", "A", 40, 40, None, None, 5, 10, None, None, None),  # received in April
)
# of case, level, overdue, state, day of the limit's breach
WARNINGS: tuple[tuple[Any, ...], ...] = (
    (3, "notice", False, "open", 10),  # near its end is not overdue
    (4, "yellow", True, "confirmed", 12),
    (5, "yellow", True, "confirmed", 13),
    (5, "red", True, "confirmed", 20),
    (6, "yellow", True, "dismissed", 13),
    (9, "yellow", True, "open", 19),
    (9, "red", True, "open", 26),
    (17, "yellow", True, "explained", 17),
    (14, "yellow", True, "open", 40),  # broken in April only
    (18, "yellow", True, "recalled", 15),
)
# of case, state of the violation, day of the order's deadline, rounds (on time, outcome), cards, appeal
VIOLATIONS: tuple[tuple[Any, ...], ...] = (
    (4, "closed", 20, [(True, "accepted")], ["yellow"], "upheld"),
    (5, "rectifying", 27, [(False, "returned"), (True, "accepted")], ["red"], "revoked"),
)


def day(number: int | None) -> date | None:
    """A day of March 2026; 0 stands for 27 February, 40 for 9 April."""
    if number is None:
        return None
    return {0: date(2026, 2, 27), 40: date(2026, 4, 9)}.get(number) or date(2026, 3, number)


def noon(number: int) -> datetime:
    found = day(number)
    assert found is not None
    return datetime.combine(found, time(12), ZONE).astimezone(UTC)


def enter(database: Database) -> Database:
    """Write it all down."""
    with database.begin() as connection:
        for code, name in ((SOUTH, "市南区"), (NORTH, "市北区")):
            put(connection, t.district, {"code": code, "name": name, "name_en": name, "city": False})
        for district, code, name in ((SOUTH, "xzsp", "审批局"), (SOUTH, "zjj", "住建局"), (NORTH, "xzsp", "审批局")):
            put(connection, t.department, {"district_code": district, "code": code, "name": name, "name_en": code})
        for one in CASES:
            connection.execute(insert(t.case_record).values(**_case(*one)))
        for number, one in enumerate(WARNINGS):
            connection.execute(insert(t.warning).values(**_warning(number, *one)))
        for one in VIOLATIONS:
            _violate(connection, *one)
        _events(connection)
        _steps(connection)
    return database


def _case(
    number: int,
    district: str,
    department: str,
    item: str | None,
    received: int,
    accepted: int | None,
    decided: int | None,
    closed: int | None,
    promised: int | None,
    statutory: int | None,
    took: int | None,
    rating: int | None,
    fee: int | None,
) -> dict[str, Any]:
    of_item = {"A": "施工许可", "B": "预售许可"}
    return {
        "district_code": district,
        "case_id": f"c{number}",
        "case_no": f"C-{number:03d}",
        "definition": "approval",
        "version": 1 if number < 11 else 2,
        "system": "AA",
        "department": department,
        "item": item,
        "item_name": of_item.get(item or ""),
        "item_name_en": item,
        "state": "open" if closed is None else "ended",
        "received_at": noon(received),
        "received_on": day(received),
        "accepted_on": day(accepted),
        "decided_on": day(decided),
        "closed_on": day(closed),
        "closed_at": None if closed is None else noon(closed),
        "intake": "rejected" if number == 7 else "accepted" if accepted is not None else None,
        "decision": "withdrawn" if number == 8 else "granted" if decided is not None else None,
        "promised_wd": promised,
        "statutory_wd": statutory,
        "used_wd": took,
        "on_the_spot": None if took is None else accepted == decided,
        "speed_up": None if took is None or statutory is None else Decimal(statutory - took) / statutory,
        "promised_speed_up": None if not statutory else Decimal(statutory - (promised or 0)) / statutory,
        "rating": rating,
        "fee": None if fee is None else Decimal(fee),
        "fee_waived": Decimal(20) if number == 4 else None,
        "budget": Decimal(1000) if number in (11, 12) else None,
        "deal": Decimal(900) if number == 11 else None,
    }


def _district_of(number: int) -> tuple[str, str]:
    found = next(one for one in CASES if one[0] == number)
    return found[1], found[2]


def _warning(number: int, case: int, level: str, overdue: bool, state: str, on: int) -> dict[str, Any]:
    district, department = _district_of(case)
    return {
        "district_code": district,
        "id": f"w{number}",
        "number": f"W-{number}",
        "case_id": f"c{case}",
        "case_no": f"C-{case:03d}",
        "definition": "approval",
        "definition_version": 1 if case < 11 else 2,
        "checkpoint": "AA-04",
        "rule": "AA-04.1",
        "rung": level,
        "occurrence": 1,
        "level": level,
        "dimension": "TIME",
        "department": department,
        "message": "超过承诺时限",
        "message_en": "late",
        "state": state,
        "raised_at": noon(on),
        "due": noon(on),
        "happened": noon(on),
        "evidence": {},
        "basis": "行政许可法 42",
        "confidence": "C✓",
        "undetermined": False,
        "missing": [],
        "overdue": overdue,
    }


def _violate(
    connection: Connection,
    case: int,
    state: str,
    deadline: int,
    rounds: list[tuple[bool, str]],
    cards: list[str],
    appeal: str,
) -> None:
    district, department = _district_of(case)
    warnings = [number for number, one in enumerate(WARNINGS) if one[0] == case]
    place = {"district_code": district, "violation_id": f"v{case}"}
    connection.execute(
        insert(t.violation).values(
            district_code=district,
            id=f"v{case}",
            number=f"V-{case}",
            warning_id=f"w{warnings[0]}",
            case_id=f"c{case}",
            case_no=f"C-{case:03d}",
            department=department,
            checkpoint="AA-04",
            rule="AA-04.1",
            instance_id=f"i{case}",
            level="yellow",
            dimension="TIME",
            state=state,
            fact_at=noon(12),
            confirmed_at=noon(13),
            confirmed_by="wang",
            reason="属实",
        )
    )
    for number in warnings:
        connection.execute(
            insert(t.violation_finding).values(**place, warning_id=f"w{number}", joined_at=noon(13), joined_by="wang")
        )
    connection.execute(
        insert(t.supervision_order).values(
            **place,
            id=f"o{case}",
            number=f"督办〔2026〕{case}号",
            kind="一般督办",
            rule="AA-04.1",
            facts="超过时限",
            facts_en="late",
            basis="",
            demand="限期整改",
            opinion="同意",
            deadline=day(deadline),
            working_days=5,
            drafted_by="wang",
            approved_by="chief",
            document_id=f"d{case}",
            issued_at=noon(14),
            state="issued",
        )
    )
    for number, (on_time, outcome) in enumerate(rounds, 1):
        connection.execute(
            insert(t.rectification).values(
                **place,
                round=number,
                measures="增加人手",
                signed_by="liaison",
                submitted_at=noon(18),
                deadline=day(deadline),
                on_time=on_time,
                outcome=outcome,
                verified_by="wang",
                verified_at=noon(24),
            )
        )
    for colour in cards:
        connection.execute(
            insert(t.card).values(
                **place,
                id=f"k{case}",
                number=f"{colour}-{case}",
                department=department,
                document_id="",
                colour=colour,
                issued_colour=colour,
                state="revoked" if appeal == "revoked" else "closed",
                issued_by="chief",
                issued_at=noon(15),
                opinion="",
                deemed=False,
            )
        )
    connection.execute(
        insert(t.appeal).values(
            **place,
            id=f"a{case}",
            card_id=f"k{case}",
            grounds="系统故障",
            filed_by="boss",
            filed_at=noon(19),
            state=appeal,
        )
    )


def _events(connection: Connection) -> None:
    """Four events of the south: sent at once, after 24 h to the second, a second later, and nobody knows when."""
    sent = (noon(3), noon(4), datetime(2026, 3, 4, 4, 0, 1, tzinfo=UTC), None)
    for number, at in enumerate(sent):
        connection.execute(
            insert(t.envelope).values(
                district_code=SOUTH,
                source="qd",
                event_id=f"e{number}",
                case_no="C-001",
                event_type="step",
                occurred_at=noon(3),
                sent_at=at,
                received_at=noon(5),
                payload={},
                hash="",
            )
        )
    connection.execute(
        insert(t.data_finding).values(
            district_code=SOUTH,
            id="f",
            case_no="C-001",
            kind="off_the_drawing",
            details={"event": "e3"},
            found_at=noon(5),
        )
    )


def _steps(connection: Connection) -> None:
    """Two passages of a review in the south, one in the north: 2, 3 and 1 working days, 30, 60 and 6 hours."""
    for case, district, days, hours in ((2, SOUTH, 2, 30), (3, SOUTH, 3, 60), (17, NORTH, 1, 6)):
        connection.execute(
            insert(t.step_record).values(
                district_code=district,
                case_id=f"c{case}",
                definition="approval",
                version=1,
                system="AA",
                department="xzsp",
                item="A",
                element="review",
                occurrence=1,
                code="4",
                name="审查",
                name_en="Review",
                completed_on=day(10),
                minutes=hours * 60,
                working_days=days,
            )
        )
