"""Decrees: read from their own words or from a sheet, handed in by one person, confirmed by another."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.calendar import CalendarDay, DayKind, WorkingCalendar
from engine.clock import VirtualClock
from engine.db import Database
from engine.definitions import Definitions
from engine.errors import Conflict, NotAllowed, NotFound
from engine.queries import Queries
from engine.seeds import load_seed
from monitors.calendars import Calendars, seed, set_days
from monitors.decrees import DecreeRefused, Decrees, Mistake, Proposal, read_notice, read_sheet
from tests.monitors.cases import at

TITLE = "国务院办公厅关于{}年部分节假日安排的通知"
# The text of both notices, as they were published.
NOTICES = {
    2025: """各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2025年元旦、春节、清明节、劳动节、端午节、国庆节和中秋节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。
国务院办公厅
2024年11月12日
""",
    2026: """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
""",
}
SPRING = "春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月14日（周日）上班。"
NOTICE_2027 = TITLE.format(2027)


def mistakes(text: str, year: int = 2027) -> list[Mistake]:
    with pytest.raises(DecreeRefused) as refused:
        read_notice(text, year, TITLE.format(year))
    return list(refused.value.mistakes)


# -- the notice in its own words


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_notice_of_a_year_gives_the_days_that_both_libraries_know(year: int) -> None:
    """The seed agrees with chinesecalendar and holidays on every day (tests/engine/test_calendar.py)."""
    read = WorkingCalendar.of("CN", "Asia/Shanghai", read_notice(NOTICES[year], year, TITLE.format(year)))
    known = WorkingCalendar.of("CN", "Asia/Shanghai", [row for row in load_seed() if row.date.year == year])
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [day for day in days if read.is_working(day) != known.is_working(day)] == []
    weekdays = [day for day in days if day.isoweekday() <= 5]
    assert [day for day in weekdays if read.day(day).kind != known.day(day).kind] == []
    assert {row.source_doc for row in read.rows.values()} == {TITLE.format(year)}


def test_a_holiday_may_begin_in_the_year_before() -> None:
    rows = read_notice("元旦：2022年12月31日（周六）至2023年1月2日（周一）放假调休，共3天。", 2023, "x")
    assert [row.date for row in rows] == [date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 2)]
    assert rows[0].name == "元旦/New Year's Day"


def test_a_make_up_day_works_and_the_last_weekdays_of_the_holiday_are_those_it_pays_for() -> None:
    rows = {row.date: row.kind for row in read_notice(SPRING, 2027, NOTICE_2027)}
    assert rows[date(2027, 1, 31)] is DayKind.ADJUSTED_WORK and rows[date(2027, 2, 6)] is DayKind.WEEKEND
    assert rows[date(2027, 2, 9)] is DayKind.HOLIDAY
    assert rows[date(2027, 2, 10)] is rows[date(2027, 2, 11)] is DayKind.ADJUSTED_REST


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("共7天", "共8天", "count"),
        ("2月5日（周五）", "2月5日（周六）", "weekday_of"),
        ("2月14日（周日）", "2月15日（周一）", "made_up_weekday"),
        ("2月5日（周五）", "2月30日", "date"),
        ("2月14日（周日）上班", "2月14日（周日）休息", "not_understood"),
        ("至11日", "至4月11日", "span"),
    ],
)
def test_what_a_notice_says_twice_is_held_against_itself(old: str, new: str, code: str) -> None:
    text = "\n" + SPRING.replace(old, new)
    assert old in SPRING
    assert (2, code) in [(mistake.line, mistake.code) for mistake in mistakes(text)]


def test_a_day_that_two_holidays_claim_and_a_text_without_any_are_refused() -> None:
    assert [m.code for m in mistakes(SPRING + "\n中秋节：2月5日（周五）放假1天。")] == ["twice"]
    assert [m.code for m in mistakes("今年不放假。")] == ["no_holiday"]
    assert [m.code for m in mistakes("2月5日放假")] == ["not_understood"]
    assert [m.code for m in mistakes("元旦：1月2日（周六）放假1天。1月3日（周日）上班。")] == ["made_up"]


# -- a sheet of days

SHEET = "date,kind,name\n2027-08-03,LOCAL_OFF,台风停办/Typhoon closure\n2027-08-07,ADJUSTED_WORK,补班/Make-up day\n"


def test_a_sheet_is_read_whatever_a_spreadsheet_saves_it_as() -> None:
    for content in (
        SHEET.encode(),
        SHEET.encode("utf-8-sig"),
        SHEET.encode("gb18030"),
        SHEET.replace("\n", "\r\n").encode(),
    ):
        rows = read_sheet(content, "青政办发〔2027〕12号", date(2027, 8, 1))
        assert [(row.kind, row.name) for row in rows] == [
            ("LOCAL_OFF", "台风停办/Typhoon closure"),
            ("ADJUSTED_WORK", "补班/Make-up day"),
        ]
        assert {row.source_doc for row in rows} == {"青政办发〔2027〕12号"}


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        ("day,kind,name\n", (1, "day", "column")),
        ("date,kind\n", (1, "name", "missing")),
        ("date,kind,name\n2027-02-30,HOLIDAY,x\n", (2, "date", "date")),
        ("date,kind,name\n\n2027-02-03,PARTY,x\n", (3, "kind", "kind")),
        ("date,kind,name\n2027-02-03,HOLIDAY,\n", (2, "name", "missing")),
        (f"date,kind,name\n2027-02-03,HOLIDAY,{'长' * 101}\n", (2, "name", "long")),
        ("date,kind,name\n2027-02-03,ADJUSTED_WORK,x\n", (2, "kind", "weekday")),
        ("date,kind,name\n2027-02-06,ADJUSTED_REST,x\n", (2, "kind", "weekday")),
        ("date,kind,name\n2027-02-03,HOLIDAY,x\n2027-02-03,WORK,x\n", (3, "date", "twice")),
        ("date,kind,name\n2026-12-31,HOLIDAY,x\n", (2, "date", "before")),
        ("date,kind,name\n2027-02-03,HOLIDAY\n", (2, "", "width")),
        ("date,kind,name,confirmed\n2027-02-03,HOLIDAY,x,perhaps\n", (2, "confirmed", "truth")),
        ('date,kind,name\n2027-02-03,HOLIDAY,"x\n', (2, "", "csv")),
        ("date,kind,name\n", (1, "date", "empty")),
    ],
)
def test_a_mistake_in_a_sheet_is_told_by_line_and_column(sheet: str, expected: tuple[int, str, str]) -> None:
    with pytest.raises(DecreeRefused) as refused:
        read_sheet(sheet.encode(), "x", date(2027, 1, 1))
    assert expected in [(m.line, m.column, m.code) for m in refused.value.mistakes]


def test_every_mistake_of_a_sheet_is_told_at_once() -> None:
    with pytest.raises(DecreeRefused) as refused:
        read_sheet(b"date,kind,name\nx,y,\n2027-02-30,HOLIDAY,z\n", "x", date(2027, 1, 1))
    assert [(m.line, m.column) for m in refused.value.mistakes] == [(2, "date"), (2, "kind"), (2, "name"), (3, "date")]


# -- their life


@pytest.fixture
def decrees(city: Database, clock: VirtualClock) -> Decrees:
    with city.begin() as c:
        seed(c)
    clock.move_to(at("2026-12-01 09:00"))
    return Decrees(city, clock)


def spring(district: str | None = None) -> Proposal:
    return Proposal(NOTICE_2027, date(2027, 1, 1), read_notice(SPRING, 2027, NOTICE_2027), district, 2027)


def test_a_decree_counts_only_when_a_second_person_has_confirmed_it(decrees: Decrees, city: Database) -> None:
    calendars = Calendars(city)
    decree = decrees.propose(spring(), by="wang")
    assert decree.state == "provisional"
    before = calendars.for_case("approval", "370202")
    assert before.is_working(date(2027, 2, 5)) and before.is_provisional(date(2027, 2, 5))
    with pytest.raises(NotAllowed):
        decrees.confirm(decree.id, by="wang")
    assert decrees.get(decree.id).state == "provisional"

    done = decrees.confirm(decree.id, by="zhao")
    after = calendars.for_case("approval", "370202")
    assert (done.state, done.decided_by) == ("confirmed", "zhao")
    assert not after.is_working(date(2027, 2, 5)) and after.is_working(date(2027, 1, 31))
    assert not after.is_provisional(date(2027, 7, 1)) and after.is_provisional(date(2028, 1, 4))
    with pytest.raises(Conflict):
        decrees.confirm(decree.id, by="zhao")


def test_a_rejected_decree_changes_nothing(decrees: Decrees, city: Database) -> None:
    decree = decrees.propose(spring(), by="wang")
    assert decrees.reject(decree.id, by="zhao", opinion="文本有误").opinion == "文本有误"
    assert Calendars(city).for_case("approval", "370202").is_working(date(2027, 2, 5))
    with pytest.raises(Conflict):
        decrees.confirm(decree.id, by="zhao")


def test_a_district_gets_a_calendar_of_its_own_over_the_one_of_the_country(decrees: Decrees, city: Database) -> None:
    days = read_sheet(SHEET.encode(), "青政办发〔2027〕12号", date(2027, 8, 1))
    local = decrees.propose(Proposal("青政办发〔2027〕12号", date(2027, 8, 1), days, "370203"), by="wang")
    decrees.confirm(local.id, by="zhao")
    decrees.confirm(decrees.propose(spring(), by="wang").id, by="zhao")
    calendars = Calendars(city)
    there, here = calendars.for_case("approval", "370203"), calendars.for_case("approval", "370202")
    assert not there.is_working(date(2027, 8, 3)) and here.is_working(date(2027, 8, 3))
    assert not there.is_working(date(2027, 2, 5)), "what the country decrees later holds in the district too"
    assert there.describe(date(2027, 2, 5)).startswith("2027-02-05 HOLIDAY 春节/Spring Festival")


def test_a_notice_that_is_issued_again_replaces_the_first_but_not_a_local_closing(
    decrees: Decrees, city: Database
) -> None:
    decrees.confirm(decrees.propose(spring(), by="wang").id, by="zhao")
    closed = read_sheet(SHEET.encode(), "本市通知", date(2027, 8, 1))
    decrees.confirm(decrees.propose(Proposal("本市通知", date(2027, 8, 1), closed), by="wang").id, by="zhao")
    again = read_notice(SPRING.replace("11日（周四）", "10日（周三）").replace("共7天", "共6天"), 2027, NOTICE_2027)
    decrees.confirm(
        decrees.propose(Proposal(NOTICE_2027, date(2027, 1, 1), again, None, 2027), by="wang").id, by="zhao"
    )
    calendar = Calendars(city).for_case("approval", "370202")
    assert calendar.is_working(date(2027, 2, 11)) and not calendar.is_working(date(2027, 2, 10))
    assert not calendar.is_working(date(2027, 8, 3))


def test_a_district_that_is_not_there_is_refused(decrees: Decrees) -> None:
    with pytest.raises(NotFound):
        decrees.propose(spring("379999"), by="wang")
    assert decrees.all() == ()


def test_each_act_is_in_the_journal_of_acts_without_a_case(decrees: Decrees, city: Database) -> None:
    decrees.confirm(decrees.propose(spring(), by="wang").id, by="zhao", opinion="与通知一致")
    entries = Queries(city, Definitions()).journal("acts")
    assert [(entry.kind, entry.actor) for entry in entries] == [
        ("calendar_proposed", "wang"),
        ("calendar_confirmed", "zhao"),
    ]
    assert entries[1].body["title"] == NOTICE_2027 and entries[1].body["days"][1][:2] == ["2027-02-05", "HOLIDAY"]


def test_a_change_that_is_taken_back_is_never_counted_by(city: Database) -> None:
    """A calendar looked up inside a transaction that fails later must not be remembered under its number."""
    calendars = Calendars(city)
    with city.begin() as c:
        seed(c)
    off, other = ([CalendarDay(date(2026, 7, n), DayKind.LOCAL_OFF, "x", "x")] for n in (1, 2))
    with pytest.raises(RuntimeError), city.begin() as c:
        set_days(c, "CN", off)
        assert not calendars.for_case("approval", "370202", c).is_working(date(2026, 7, 1))
        raise RuntimeError
    with city.begin() as c:
        set_days(c, "CN", other)
    assert calendars.for_case("approval", "370202").is_working(date(2026, 7, 1))
    assert not calendars.for_case("approval", "370202").is_working(date(2026, 7, 2))
