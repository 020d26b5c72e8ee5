"""Each indicator of B.7 on a record of twenty cases, worked out by hand from ``record.py``; on both databases.

March 2026. Closed: cases 1 to 8, 11 to 13, 15 to 19, sixteen. Known times: all of these but 7 and 19, fourteen.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from engine import Database
from monitors import tables as t
from monitors.scope import Scope
from monitors.statistics.asked import Asked
from monitors.statistics.headline import headline, plain
from monitors.statistics.indicators import INDICATORS, Share
from monitors.statistics.measures import measures
from tests.monitors.statistics.record import MARCH, NORTH, SOUTH, enter

# Part and whole, or a number; each with the numbers of the cases that it counts.
BY_HAND: dict[str, Any] = {
    "supervised": 19,  # all but 20, which came in April
    "received": 18,  # not 15 (February), not 20 (April)
    "accepted": 16,  # 1-6, 8-14, 16-18
    "closed": 16,
    "open": 3,  # 9, 10, and 14, which was closed in April
    "not_accepted": 1,  # 7
    "returned": 1,  # 8
    "on_time_rate": (13, 16),  # late are 4, 5, 17; of 6 the warning was dismissed
    "early_rate": (8, 14),  # 1, 2, 8, 12, 13, 15, 16, 18; not 3 (5 of 5), not 11 (10 of 10)
    "on_the_spot_rate": (3, 14),  # 1, 13, 16
    "overdue_rate": (4, 17),  # 4, 5, 17 and 9 of the sixteen closed and 9, which is open and past its limit
    # (10-0 + 10-3 + 10-5 + 10-7 + 10-13 + 10-7 + 10-2)/10 = 33/10; (20-10 + 20-8 + 20-0)/20 = 42/20;
    # (10-4 + 10-0 + 10-6 + 10-2)/10 = 28/10
    "speed_up": ("8.2", 14),
    "promised_speed_up": ("7.5", 15),  # half of each of the fifteen that are of an item
    "satisfaction": (9, 12),  # 4 or 5 points: 1, 2, 4, 11, 12, 13, 15, 16, 18; not 3, 5, 17
    "warnings": 8,  # ten but for the recalled one and the one of April
    "warnings_notice": 1,
    "warnings_yellow": 5,  # 4, 5, 6, 9, 17
    "warnings_red": 2,  # 5, 9
    "warning_rate": (8, 19),
    "confirmed_rate": (3, 8),  # the one of 4, both of 5
    "false_alarm_rate": (1, 8),  # 6
    "yellow_cards": 1,
    "red_cards": 0,  # that of 5 was revoked
    "rectification_rate": (2, 2),
    "rectified_on_time_rate": (1, 2),  # the first round of 5 was late
    "appeal_success": (1, 2),
    "data_completeness": (3, 4),
    "data_timeliness": (2, 3),  # 24 h to the second is in time; of one nobody knows
    "fee_cases": 4,  # 2, 3, 4, 16
    "fee": "280",
    "fee_waived": "20",
    "saving_rate": ("100", "1000"),  # of 12 the price is unknown
    "premium_rate": None,
    "execution_rate": None,
    "in_place_rate": None,
    "disbursement_rate": None,
}


@pytest.fixture
def record(database: Database) -> Database:
    return enter(database)


def found(record: Database, asked: Asked = MARCH, group: str = "total") -> dict[Any, dict[str, Any]]:
    with record.read() as connection:
        counted = measures(connection, asked, group)
    return {key: {code: one.of(values) for code, one in INDICATORS.items()} for key, values in counted.items()}


def as_expected(value: Any) -> Any:
    if isinstance(value, tuple):
        return Share(Decimal(value[0]), Decimal(value[1]))
    return Decimal(value) if value is not None else None


@pytest.mark.parametrize("code", sorted(INDICATORS))
def test_each_indicator_is_as_worked_out_by_hand(sqlite_record: Database, code: str) -> None:
    assert found(sqlite_record)[()][code] == as_expected(BY_HAND[code])


@pytest.fixture
def sqlite_record(sqlite_database: Database) -> Database:
    return enter(sqlite_database)


def test_all_of_them_are_the_same_on_both_databases(record: Database) -> None:
    assert found(record)[()] == {code: as_expected(value) for code, value in BY_HAND.items()}


def test_an_empty_period_has_no_shares_and_never_a_share_of_nought(record: Database) -> None:
    values = found(record, Asked(date(2025, 1, 1), date(2025, 1, 31)))[()]
    shares = {code: one for code, one in values.items() if INDICATORS[code].denominator}
    assert all(one is None or one.value is None for one in shares.values())
    assert values["received"] == values["closed"] == 0


def test_districts_have_their_own_figures_and_together_they_are_all(record: Database) -> None:
    districts = found(record, group="district")
    south, north = districts[SOUTH,], districts[NORTH,]
    assert (south["closed"], north["closed"]) == (11, 5)
    assert (south["on_time_rate"], north["on_time_rate"]) == (Share(9, 11), Share(4, 5))
    assert (south["satisfaction"], north["satisfaction"]) == (Share(6, 8), Share(3, 4))
    assert north["data_timeliness"] is None


def test_departments_items_systems_and_versions(record: Database) -> None:
    assert {key: one["closed"] for key, one in found(record, group="department").items()} == {
        (SOUTH, "xzsp"): 8,
        (SOUTH, "zjj"): 3,
        (NORTH, "xzsp"): 5,
    }
    assert {key: one["closed"] for key, one in found(record, group="item").items()} == {
        (None,): 1,
        ("A",): 12,
        ("B",): 3,
    }
    assert {key: one["warnings"] for key, one in found(record, group="system").items()} == {("AA",): 8}
    assert {key: one["on_time_rate"] for key, one in found(record, group="version").items()} == {
        (1,): Share(6, 8),
        (2,): Share(7, 8),
    }


def test_filters_narrow_every_figure(record: Database) -> None:
    of_b = found(record, replace(MARCH, item="B"))[()]
    assert (of_b["closed"], of_b["warnings"], of_b["speed_up"]) == (3, 0, Share(Decimal("2.1"), 3))
    assert of_b["data_completeness"] is None
    assert found(record, replace(MARCH, district=NORTH))[()]["warnings"] == 1
    assert found(record, replace(MARCH, definition="other"))[()]["supervised"] == 0


def test_nobody_sees_figures_of_places_that_are_not_theirs(record: Database) -> None:
    north = replace(MARCH, scope=Scope(frozenset({(NORTH, "*")})))
    assert list(found(record, north, "district")) == [(NORTH,)]
    office = replace(MARCH, scope=Scope(frozenset({(SOUTH, "zjj")})))
    values = found(record, office)[()]
    assert (values["closed"], values["warnings"], values["data_completeness"]) == (3, 0, Share(0, 0))
    assert found(record, replace(MARCH, scope=Scope(frozenset())))[()]["supervised"] == 0


@pytest.mark.parametrize(
    ("code", "case", "change", "expected"),
    [
        ("early_rate", "c3", {"used_wd": 4}, (9, 14)),
        ("early_rate", "c12", {"used_wd": 10}, (7, 14)),
        ("on_the_spot_rate", "c2", {"on_the_spot": True}, (4, 14)),
        ("satisfaction", "c3", {"rating": 4}, (10, 12)),
        ("satisfaction", "c2", {"rating": 3}, (8, 12)),
        ("received", "c15", {"received_on": date(2026, 3, 1)}, 19),
        ("closed", "c14", {"closed_on": date(2026, 3, 31)}, 17),
        ("supervised", "c15", {"closed_on": date(2026, 2, 28)}, 18),
        ("open", "c14", {"closed_on": date(2026, 3, 31)}, 2),
    ],
)
def test_a_unit_more_or_less_changes_the_figure(
    sqlite_record: Database, code: str, case: str, change: dict[str, Any], expected: Any
) -> None:
    assert found(sqlite_record)[()][code] != as_expected(expected)
    with sqlite_record.begin() as connection:
        connection.execute(update(t.case_record).where(t.case_record.c.case_id == case).values(**change))
    assert found(sqlite_record)[()][code] == as_expected(expected)


def test_what_is_excused_makes_no_case_late_and_what_stands_does(sqlite_record: Database) -> None:
    def rates() -> tuple[Any, Any]:
        values = found(sqlite_record)[()]
        return values["on_time_rate"], values["overdue_rate"]

    with sqlite_record.begin() as connection:
        connection.execute(update(t.warning).where(t.warning.c.case_id == "c6").values(state="confirmed"))
    assert rates() == (Share(12, 16), Share(5, 17))
    with sqlite_record.begin() as connection:
        connection.execute(update(t.violation).where(t.violation.c.case_id == "c4").values(state="revoked"))
    assert rates() == (Share(13, 16), Share(4, 17))
    with sqlite_record.begin() as connection:
        connection.execute(update(t.warning).where(t.warning.c.case_id == "c9").values(state="exempted"))
    assert rates() == (Share(13, 16), Share(3, 17))  # its limit has passed all the same
    with sqlite_record.begin() as connection:
        connection.execute(update(t.warning).where(t.warning.c.case_id == "c5").values(overdue=False))
    assert rates() == (Share(14, 16), Share(2, 17))


def test_an_event_is_in_time_up_to_the_last_second_of_24_hours(record: Database) -> None:
    e = t.envelope.c
    with record.begin() as connection:
        late = connection.execute(e.sent_at.table.select().where(e.event_id == "e2")).one()
        connection.execute(
            update(t.envelope).where(e.event_id == "e2").values(sent_at=late.sent_at - timedelta(seconds=1))
        )
    assert found(record)[()]["data_timeliness"] == Share(3, 3)


def test_the_headline_has_the_five_figures_of_the_paper(record: Database) -> None:
    with record.read() as connection:
        figures = headline(connection, MARCH)
        empty = headline(connection, Asked(date(2025, 1, 1), date(2025, 1, 2)))
    assert {key: plain(value) for key, value in figures.items()} == {
        "cases": 19,
        "warnings": 8,
        "speed_up": Decimal("0.5857"),
        "on_the_spot": Decimal("0.2143"),
        "satisfaction": Decimal("0.75"),
    }
    assert {key: plain(value) for key, value in empty.items()} == {
        "cases": 0,
        "warnings": 0,
        "speed_up": None,
        "on_the_spot": None,
        "satisfaction": None,
    }
