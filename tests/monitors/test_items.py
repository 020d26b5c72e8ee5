"""Items change by versions; a case pins the one in force."""

from datetime import date

import pytest

from engine.db import Database
from engine.errors import InvalidData, NotFound
from monitors.items import item, items, load_items

OLD = {"code": "permit", "version": 1, "valid_from": date(2025, 1, 1), "name": "许可", "promised_wd": 10}
NEW = {"code": "permit", "version": 2, "valid_from": date(2026, 7, 1), "name": "许可", "promised_wd": 8}


def test_the_version_in_force_on_that_day_is_found(database: Database) -> None:
    with database.begin() as c:
        assert load_items(c, [NEW, OLD]) == 2
        assert item(c, "permit", date(2026, 6, 30)).body["promised_wd"] == 10
        assert item(c, "permit", date(2026, 7, 1)).body["promised_wd"] == 8
        assert [found.version for found in items(c, date(2026, 7, 1))] == [2]


def test_an_item_that_is_not_yet_in_force_is_not_found(database: Database) -> None:
    with database.begin() as c:
        load_items(c, [OLD])
        with pytest.raises(NotFound):
            item(c, "permit", date(2024, 12, 31))


def test_a_case_pins_the_body_with_code_and_version(database: Database) -> None:
    with database.begin() as c:
        load_items(c, [OLD])
        pinned = item(c, "permit", date(2026, 1, 1)).pinned()
    assert pinned == {"code": "permit", "version": 1, "name": "许可", "promised_wd": 10}


@pytest.mark.parametrize("row", [{}, {"code": ""}, {"code": "x", "valid_from": "2026-01-01"}])
def test_an_item_needs_a_code_and_dates_that_are_dates(database: Database, row: dict[str, str]) -> None:
    with database.begin() as c, pytest.raises(InvalidData):
        load_items(c, [row])
