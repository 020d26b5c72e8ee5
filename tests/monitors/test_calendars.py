"""Calendars are rows; a change of them is seen by the next transaction."""

from datetime import date

from sqlalchemy import event

from engine.calendar import CalendarDay, DayKind
from engine.db import Database
from monitors.calendars import DEFAULT_CODE, Calendars, Place, days_of, place_of, seed, set_days, version_of
from monitors.organisation import load_organisation

CLOSED = CalendarDay(date(2026, 10, 8), DayKind.LOCAL_OFF, "台风/Typhoon", "notice 7")


def test_the_seed_gives_the_decreed_year(database: Database) -> None:
    with database.begin() as c:
        assert seed(c) == 1
    calendar = Calendars(database).for_case("approval", "370202")
    assert calendar.zone == "Asia/Shanghai"
    assert not calendar.is_working(date(2026, 10, 7))
    assert calendar.is_working(date(2026, 10, 10))


def test_seeding_again_changes_nothing(database: Database) -> None:
    with database.begin() as c:
        seed(c)
        before = days_of(c, DEFAULT_CODE)
        assert seed(c) == 1
        assert days_of(c, DEFAULT_CODE) == before


def test_a_changed_day_makes_a_new_version_that_others_see(database: Database) -> None:
    calendars = Calendars(database)
    with database.begin() as c:
        seed(c)
        before = calendars.for_case("approval", "370202", c)
        assert set_days(c, DEFAULT_CODE, [CLOSED]) == 2
        after = calendars.for_case("approval", "370202", c)
    assert before.is_working(CLOSED.date)
    assert not after.is_working(CLOSED.date)
    assert before.version != after.version
    assert calendars.for_case("approval", "370202") == after


def test_within_one_transaction_it_is_looked_up_once(database: Database) -> None:
    calendars = Calendars(database)
    with database.begin() as c:
        seed(c)
    statements: list[str] = []
    with database.begin() as c:
        event.listen(c, "before_cursor_execute", lambda *args: statements.append(args[2]))
        first = calendars.for_case("approval", "370202", c)
        asked = len(statements)
        assert all(calendars.for_case("approval", "370202", c) is first for _ in range(3))
        assert len(statements) == asked


def test_a_district_may_count_by_its_own_calendar(database: Database) -> None:
    with database.begin() as c:
        seed(c)
        set_days(c, "ISLAND", [CLOSED])
        row = {"code": "370211", "name": "黄岛", "calendar": "ISLAND"}
        load_organisation(c, {"district": [row]})
        assert version_of(c, "ISLAND") == 1
    calendars = Calendars(database)
    assert not calendars.for_case("approval", "370211").is_working(CLOSED.date)
    assert calendars.for_case("approval", "370202").is_working(CLOSED.date)


def test_a_mirrored_definition_may_have_a_zone_of_its_own(database: Database) -> None:
    with database.begin() as c:
        seed(c)
    own = place_of({"zone": "Europe/Amsterdam"})
    assert own is not None
    calendar = Calendars(database, {"permit_receipt": own}).for_case("permit_receipt", "370202")
    assert calendar.zone == "Europe/Amsterdam"
    assert calendar.is_working(date(2026, 10, 1))
    assert place_of({}) is None
    assert place_of({"zone": "Europe/Amsterdam", "calendar": "NL"}) == Place("NL", "Europe/Amsterdam")
