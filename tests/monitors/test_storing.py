"""Rows written once, and numbers that two workers never share."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from engine.db import Database
from monitors import tables as t
from monitors.storing import insert_once, next_number, put


def test_a_row_is_inserted_once_and_stays_as_it_was_first(database: Database) -> None:
    with database.begin() as c:
        assert insert_once(c, t.calendar, {"code": "CN", "version": 1})
        assert not insert_once(c, t.calendar, {"code": "CN", "version": 2})
        assert c.execute(select(t.calendar.c.version)).scalars().all() == [1]


def test_put_overwrites(database: Database) -> None:
    with database.begin() as c:
        for version in (1, 2):
            put(c, t.calendar, {"code": "CN", "version": version})
        assert c.execute(select(t.calendar.c.version)).scalars().all() == [2]


def test_each_prefix_and_year_counts_for_itself(database: Database) -> None:
    with database.begin() as c:
        taken = [next_number(c, "W", 2026), next_number(c, "W", 2026), next_number(c, "W", 2027)]
        assert [*taken, next_number(c, "V", 2026)] == [
            "W-2026-000001",
            "W-2026-000002",
            "W-2027-000001",
            "V-2026-000001",
        ]


def test_two_workers_take_different_numbers(database: Database) -> None:
    def take(_: int) -> str:
        with database.begin() as c:
            return next_number(c, "W", 2026)

    with ThreadPoolExecutor(2) as pool:
        numbers = list(pool.map(take, range(20)))
    assert sorted(numbers) == [f"W-2026-{n:06d}" for n in range(1, 21)]
