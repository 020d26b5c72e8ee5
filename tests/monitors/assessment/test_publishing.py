"""公示、异议、定格 (B.8): five working days, objections decided by somebody else, and only then frozen on 15 January."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.db import Database
from engine.errors import Conflict, NotAllowed
from monitors import tables as t
from monitors.assessment import Assessment, load_sheets
from monitors.assessment.objections import decide_objection, objections
from monitors.organisation import load_organisation
from tests.monitors.assessment.sheets import DEFAULT, HUIZHOU
from tests.monitors.assessment.test_assessment import HERE
from tests.monitors.assessment.test_sheetfile import sheet
from tests.monitors.handling.process import Calendars, Process, local, raise_warning

PUBLISHED = local("2027-01-05")  # a Tuesday


@pytest.fixture
def assessment(database: Database) -> Assessment:
    found = Assessment(database, Calendars())
    found.install([DEFAULT, HUIZHOU])
    return found


def carded(database: Database, number: int = 1, day: str = "2026-12-01") -> Process:
    name = f"W-2026-{number:06d}"
    warning = raise_warning(database, name, dimension="FLOW", rule=f"AA-{number:02d}.1")
    return Process(database, warning, at=local(day), number=name).carded()


def publish(assessment: Assessment, by: str = "officer") -> None:
    assessment.publish([HERE], 2026, PUBLISHED, by)


def object_to(assessment: Assessment, day: str, line: int = 1, by: str = "boss") -> str:
    return assessment.object_to(HERE, 2026, line, "并非本局责任", by, local(day))


def decide(database: Database, identity: str, upheld: bool, by: str = "second", day: str = "2027-01-12") -> None:
    with database.begin() as connection:
        decide_objection(connection, identity, upheld, "经核查", by, local(day))


def test_five_working_days_of_objection_end_with_the_fifth(database: Database, assessment: Assessment) -> None:
    carded(database)
    publish(assessment)
    found = assessment.publication(HERE.district_code, 2026)
    assert found is not None
    assert found.until == date(2027, 1, 12)
    for line, instant in ((1, local("2027-01-12", "23:59")), (2, local("2027-01-13", "00:00"))):
        if line == 1:
            assessment.object_to(HERE, 2026, line, "理由", "boss", instant)
        else:
            with pytest.raises(Conflict, match="over"):
                assessment.object_to(HERE, 2026, line, "理由", "boss", instant)


def test_the_number_of_days_is_the_sheets(database: Database) -> None:
    assessment = Assessment(database, Calendars(), sheet="S")
    assessment.install(load_sheets({"sheet": [sheet(publication_days=6)]}))
    (made,) = assessment.publish([HERE], 2026, PUBLISHED, "officer")
    assert made.until == date(2027, 1, 13)


def test_a_period_is_published_once_and_when_it_is_over(assessment: Assessment) -> None:
    with pytest.raises(Conflict, match="over"):
        assessment.publish([HERE], 2026, local("2026-12-31", "23:59"), "officer")
    assessment.publish([HERE], 2026, local("2027-01-01", "00:00"), "officer")
    with pytest.raises(Conflict, match="published"):
        publish(assessment)


def test_a_year_is_frozen_on_15_january_at_the_earliest(assessment: Assessment) -> None:
    publish(assessment)
    with pytest.raises(Conflict, match="2027-01-15"):
        assessment.freeze([HERE], 2026, local("2027-01-14", "23:59"), "officer")
    assert assessment.freeze([HERE], 2026, local("2027-01-15", "00:00"), "officer") == 1


def test_the_day_of_the_freeze_is_the_sheets(database: Database) -> None:
    assessment = Assessment(database, Calendars(), sheet="S")
    assessment.install(load_sheets({"sheet": [sheet(freeze_on="01-20")]}))
    publish(assessment)
    with pytest.raises(Conflict, match="2027-01-20"):
        assessment.freeze([HERE], 2026, local("2027-01-19"), "officer")
    assert assessment.freeze([HERE], 2026, local("2027-01-20"), "officer") == 1


def test_nothing_is_frozen_unpublished_or_while_the_days_run_or_an_objection_waits(
    database: Database, assessment: Assessment
) -> None:
    carded(database)
    with pytest.raises(Conflict, match="published"):
        assessment.freeze([HERE], 2026, local("2027-01-15"), "officer")
    assessment.publish([HERE], 2026, local("2027-01-11"), "officer")
    with pytest.raises(Conflict, match="days of objection"):
        assessment.freeze([HERE], 2026, local("2027-01-18"), "officer")
    identity = object_to(assessment, "2027-01-12")
    with pytest.raises(Conflict, match="1 that wait"):
        assessment.freeze([HERE], 2026, local("2027-01-19"), "officer")
    decide(database, identity, False)
    assert assessment.freeze([HERE], 2026, local("2027-01-19"), "officer") == 1


def test_an_upheld_objection_gives_the_points_of_its_line_back_and_the_line_stays(
    database: Database, assessment: Assessment
) -> None:
    carded(database)
    publish(assessment)
    kept = assessment.kept(HERE, 2026)
    before = assessment.deductions(HERE, 2026)
    assert kept is not None
    yellow = next(line for line in before if line.indicator == "yellow")
    decide(database, object_to(assessment, "2027-01-06", yellow.line), True)
    assert assessment.freeze([HERE], 2026, local("2027-01-15"), "officer") == 1
    frozen = assessment.kept(HERE, 2026)
    assert frozen is not None
    assert frozen.total == kept.total + 3
    after = assessment.deductions(HERE, 2026)
    assert [(line.points, line.body["relieved"]) for line in after if line.indicator == "yellow"] == [(0, True)]
    assert len(after) == len(before)


def test_an_upheld_objection_against_an_indicator_raises_its_points(database: Database, assessment: Assessment) -> None:
    carded(database)
    publish(assessment)
    flow = next(line for line in assessment.deductions(HERE, 2026) if line.indicator == "flow")
    decide(database, object_to(assessment, "2027-01-06", flow.line), True)
    score = assessment.score(HERE, 2026, local("2027-01-13"))
    assert next(row["points"] for row in score.body["indicators"] if row["code"] == "flow") == 20
    assert score.body["deducted"] == 3  # its card is another line


def test_a_refused_objection_changes_nothing_and_a_line_is_objected_to_once(
    database: Database, assessment: Assessment
) -> None:
    carded(database)
    publish(assessment)
    before = assessment.kept(HERE, 2026)
    decide(database, object_to(assessment, "2027-01-06"), False)
    with pytest.raises(Conflict, match="nobody has objected"):
        object_to(assessment, "2027-01-07")
    after = assessment.score(HERE, 2026, local("2027-01-13"))
    assert before is not None
    assert (after.total, after.body["hash"]) == (before.total, before.body["hash"])
    with database.read() as connection:
        assert [one.state for one in objections(connection, "2026")] == ["refused"]


@pytest.mark.parametrize("by", ["boss", "officer", "insider"])
def test_an_objection_is_decided_by_neither_its_author_nor_the_scorer_nor_the_department(
    database: Database, assessment: Assessment, by: str
) -> None:
    grants = [{"role": "liaison", "district": HERE.district_code, "department": HERE.code}]
    with database.begin() as connection:
        load_organisation(connection, {"person": [{"id": "insider", "name": "内", "grants": grants}]})
    carded(database)
    publish(assessment)
    identity = object_to(assessment, "2027-01-06")
    with pytest.raises(NotAllowed):
        decide(database, identity, True, by)
    decide(database, identity, True)


def test_what_is_confirmed_between_publication_and_freeze_settles_by_an_adjustment(
    database: Database, assessment: Assessment
) -> None:
    """Nobody could object to it, so the frozen sheet does not bear it."""
    publish(assessment)
    carded(database, day="2027-01-08")
    assessment.freeze([HERE], 2026, local("2027-01-15"), "officer")
    frozen = assessment.kept(HERE, 2026)
    assert frozen is not None
    assert frozen.total == 100
    assessment.score(HERE, 2026, local("2027-01-16"))
    (one,) = assessment.adjustments(HERE, 2026)
    assert (one.total_before, one.total_after < 100) == (100, True)


def test_what_is_revoked_between_publication_and_freeze_is_gone_from_the_frozen_sheet(
    database: Database, assessment: Assessment
) -> None:
    process = carded(database)
    process.step("sign", "liaison").call("record_receipt")
    process.step("appeal", "liaison", appeal=True, grounds="系统故障").call("file_appeal")
    publish(assessment)
    process.at = local("2027-01-08")
    process.decided("revoked")
    assessment.freeze([HERE], 2026, local("2027-01-15"), "officer")
    frozen = assessment.kept(HERE, 2026)
    assert frozen is not None
    assert (frozen.total, assessment.deductions(HERE, 2026)) == (100, ())


def test_a_month_is_published_and_frozen_without_waiting_for_january(assessment: Assessment) -> None:
    assessment.publish([HERE], "2026-03", local("2026-04-01"), "officer")
    # The 2nd, 3rd, 7th, 8th and 9th: the 6th is Qingming.
    with pytest.raises(Conflict, match="2026-04-09"):
        assessment.freeze([HERE], "2026-03", local("2026-04-09", "23:59"), "officer")
    assert assessment.freeze([HERE], "2026-03", local("2026-04-10", "00:00"), "officer") == 1
    assert assessment.kept(HERE, 2026) is None


def test_a_sheet_agreed_after_the_publication_does_not_change_what_was_published(
    database: Database, assessment: Assessment
) -> None:
    publish(assessment)
    newer = dict(DEFAULT.source) | {"version": 2, "bonus_max": 0}
    assessment.install(load_sheets({"sheet": [newer]}))
    assert assessment.score(HERE, 2026, local("2027-01-10")).version == 1
    assert assessment.score(HERE, 2025, local("2027-01-10")).version == 2


def test_three_yellow_cards_that_led_to_a_red_one_count_beside_it_or_are_replaced(database: Database) -> None:
    numbers = []
    for number in (1, 2, 3):
        process = carded(database, number)
        numbers.append(process.row(t.card, id=process.data["card_id"]).number)
    counted = {"counted": {"rule": "ESC-01", "numbers": numbers}}
    red = raise_warning(database, "W-9", dimension="FLOW", level="red", rule="ESC-01", evidence=counted)
    Process(database, red, "red", local("2026-12-02"), number="W-9").carded()
    totals = []
    for way in ("adds", "replaces"):
        assessment = Assessment(database, Calendars(), sheet=way)
        row = dict(DEFAULT.source) | {"code": way, "three_yellow": way}
        assessment.install(load_sheets({"sheet": [row]}))
        totals.append(assessment.score(HERE, 2026, PUBLISHED).body["deducted"])
    assert totals == [Decimal(17), Decimal(8)]
