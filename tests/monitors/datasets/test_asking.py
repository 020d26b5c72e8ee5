"""Data sets: rows of other departments, corrected by being recorded again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.db import Database
from engine.errors import InvalidData
from monitors.datasets import Asked, StoredDataSets, load_rows
from tests.monitors.cases import at

YEAR = Asked("payments", date(2026, 1, 1), date(2026, 12, 31), at("2026-06-01"))


def row(id: str, day: str, amount: Any, **more: Any) -> dict[str, Any]:
    first = {"set": "payments", "id": id, "key": "P1", "day": date.fromisoformat(day), "recorded_at": at("2026-05-01")}
    return {**first, "amount": amount, **more}


@pytest.fixture
def filled(database: Database) -> Database:
    rows = [
        row("a", "2026-02-01", 100.25),
        row("b", "2026-02-02", 200),
        row("c", "2025-12-31", 999),
        row("d", "2026-02-03", 50, key="P2", payee="school"),
        row("e", "2026-02-03", 7, recorded_at=at("2026-07-01")),
        row("f", "2026-02-03", 7, set="contracts"),
    ]
    with database.begin() as connection:
        assert load_rows(connection, rows) == 6
    return database


def test_amounts_under_a_key_are_added_up_to_the_fourth_decimal(filled: Database) -> None:
    with filled.read() as connection:
        assert StoredDataSets(connection).sum(YEAR, "P1") == Decimal("300.25")
        assert StoredDataSets(connection).sum(YEAR, "P3") == 0


def test_a_row_shows_its_other_fields(filled: Database) -> None:
    with filled.read() as connection:
        (found,) = StoredDataSets(connection).rows(YEAR, "P2", 10)
    assert found.told() == {"id": "d", "key": "P2", "day": date(2026, 2, 3), "amount": 50, "payee": "school"}


def test_no_more_rows_are_shown_than_asked_for_the_first_days_first(filled: Database) -> None:
    with filled.read() as connection:
        assert [found.id for found in StoredDataSets(connection).rows(YEAR, "P1", 1)] == ["a"]


def test_a_correction_counts_from_when_it_was_recorded(filled: Database) -> None:
    with filled.begin() as connection:
        load_rows(connection, [row("a", "2026-02-01", 1, recorded_at=at("2026-05-10"))])
        load_rows(connection, [row("b", "2026-02-02", 200, recorded_at=at("2026-05-20"), withdrawn=True)])
        asked = [
            Asked("payments", YEAR.since, YEAR.until, at(day)) for day in ("2026-05-09", "2026-05-10", "2026-05-20")
        ]
        assert [StoredDataSets(connection).sum(one, "P1") for one in asked] == [Decimal("300.25"), 201, 1]


def test_mean_and_deviation_are_the_same_on_both_databases(filled: Database) -> None:
    with filled.begin() as connection:
        load_rows(
            connection,
            [row(f"p{n}", "2026-03-01", amount, set="peers") for n, amount in enumerate((90, 110, 90, 110.5))],
        )
        found = StoredDataSets(connection).spread(Asked("peers", YEAR.since, YEAR.until, YEAR.by))
    assert (found.count, found.mean, found.deviation) == (4, Decimal("100.125"), Decimal("10.126543"))


def test_a_set_without_rows_in_the_period_has_no_spread(filled: Database) -> None:
    with filled.read() as connection:
        nothing = Asked("payments", date(2020, 1, 1), date(2020, 1, 2), YEAR.by)
        assert StoredDataSets(connection).spread(nothing).count == 0


def test_a_set_that_nobody_knows_is_an_error_not_an_empty_list(filled: Database) -> None:
    with filled.read() as connection, pytest.raises(InvalidData, match="paiments"):
        StoredDataSets(connection).sum(Asked("paiments", YEAR.since, YEAR.until, YEAR.by), "P1")


def test_a_row_without_its_key_is_refused(database: Database) -> None:
    given = row("a", "2026-02-01", 1)
    del given["key"]
    with database.begin() as connection, pytest.raises(InvalidData, match="key"):
        load_rows(connection, [given])
