"""What is decided after the freeze (B.4 row 11, B.8), and the year of a department that was merged."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import Database
from engine.errors import EngineError
from monitors import tables as t
from monitors.assessment import Assessment
from monitors.directory import Directory
from monitors.organisation import load_organisation
from tests.monitors.assessment.sheets import DEFAULT
from tests.monitors.assessment.test_assessment import HERE, OTHER
from tests.monitors.handling.office import Office
from tests.monitors.handling.process import Calendars, Process, local, raise_warning

PUBLISHED, FROZEN = local("2027-01-05"), local("2027-01-15")


def freeze(assessment: Assessment) -> int:
    """Publish the year, let the days of objection pass, and freeze it."""
    assessment.publish([HERE], 2026, PUBLISHED, "assessor")
    return assessment.freeze([HERE], 2026, FROZEN, "assessor")


@pytest.fixture
def assessment(database: Database) -> Assessment:
    found = Assessment(database, Calendars())
    found.install([DEFAULT])
    return found


def flow(database: Database, number: int, day: str = "2026-12-01") -> Process:
    name = f"W-2026-{number:06d}"
    warning = raise_warning(database, name, dimension="FLOW", rule=f"AA-{number:02d}.1")
    return Process(database, warning, at=local(day), number=name)


def test_a_card_revoked_after_the_freeze_is_an_adjustment_and_the_sheet_stays(
    database: Database, assessment: Assessment
) -> None:
    process = flow(database, 1).appealed()
    before = assessment.score(HERE, 2026, FROZEN)
    lines = assessment.deductions(HERE, 2026)
    assert freeze(assessment) == 1
    process.at = local("2027-02-20")
    process.decided("revoked")

    after = assessment.score(HERE, 2026, local("2027-02-21"))
    assert (after.total, after.computed_at, after.frozen_by) == (before.total, FROZEN, "assessor")
    assert assessment.deductions(HERE, 2026) == lines  # still in the trace
    (adjustment,) = assessment.adjustments(HERE, 2026)
    assert (adjustment.total_before, adjustment.total_after) == (before.total, Decimal(100))
    assert adjustment.body["no_longer"] == ["V-2026-0001"]
    assert adjustment.body["new"] == []


def test_what_was_pending_at_the_freeze_settles_in_the_other_direction(
    database: Database, assessment: Assessment
) -> None:
    pending = flow(database, 1)
    assert assessment.score(HERE, 2026, FROZEN).total == 100
    freeze(assessment)
    pending.at = local("2027-01-20")
    pending.carded()
    for day in ("2027-01-21", "2027-01-22"):  # computed again, it is not settled twice
        assessment.score(HERE, 2026, local(day))
    (adjustment,) = assessment.adjustments(HERE, 2026)
    assert adjustment.total_before == 100
    assert adjustment.total_after < 100
    assert adjustment.body["new"] == ["V-2027-0001"]
    assert assessment.score(HERE, 2027, local("2027-12-31")).total == 100  # the fact was in 2026


def test_adjustments_follow_each_other_back_and_forth(database: Database, assessment: Assessment) -> None:
    first = flow(database, 1).appealed()
    frozen = assessment.score(HERE, 2026, FROZEN).total
    freeze(assessment)
    first.at = local("2027-02-20")
    first.decided("revoked")
    assessment.score(HERE, 2026, local("2027-02-21"))
    second = flow(database, 2, "2027-03-01")
    second.carded()
    assessment.score(HERE, 2026, local("2027-03-02"))
    first_one, second_one = assessment.adjustments(HERE, 2026)
    assert (first_one.number, first_one.total_before, first_one.total_after) == (1, frozen, 100)
    assert (second_one.number, second_one.total_before, second_one.total_after < 100) == (2, 100, True)


def test_a_year_that_is_not_frozen_is_computed_again(database: Database, assessment: Assessment) -> None:
    process = flow(database, 1).appealed()
    assessment.score(HERE, 2026, FROZEN)
    process.at = local("2027-02-20")
    process.decided("revoked")
    assert assessment.score(HERE, 2026, local("2027-02-21")).total == 100
    assert assessment.adjustments(HERE, 2026) == ()


def test_a_department_merged_mid_year_keeps_its_record_and_its_successor_finishes_what_is_open(
    sqlite_database: Database,
) -> None:
    """What was confirmed about it counts for it, for the fact was there; the successor's year is its own."""
    office = Office(sqlite_database, "2026-06-24").drawn()
    directory = Directory(office.clock)
    merger = local("2026-07-01", "00:00")

    def person(name: str, *grants: dict[str, object]) -> dict[str, object]:
        return {"id": name, "name": name, "grants": [{"district": HERE.district_code, **grant} for grant in grants]}

    organ = [{"role": role, "department": "*"} for role in ("supervisor", "office_head", "leader")]
    people = [
        *(person(name, *organ) for name in ("supervisor", "head", "chief")),
        person("liaison", {"role": "liaison", "department": HERE.code, "valid_to": merger}),
        person("boss", {"role": "dept_head", "department": HERE.code, "valid_to": merger}),
        person(
            "successor",
            {"role": "dept_head", "department": OTHER.code},
            {"role": "dept_head", "department": HERE.code, "valid_from": merger},
        ),
    ]
    with sqlite_database.begin() as connection:
        load_organisation(connection, {"person": people})
    office.runtime.handlers.authorize = directory.authorize

    warned = {"due": local("2026-06-23", "00:00"), "happened": local("2026-06-23", "00:00")}
    file = office.warn("yellow", dimension="FLOW", raised_at=local("2026-06-23"), **warned).delivered().not_appealed()
    with pytest.raises(EngineError):
        file.do("rectify", "successor", measures="…", evidence="…")
    office.wait_until("2026-07-01", "09:00")
    with pytest.raises(EngineError):
        file.do("rectify", "boss", measures="…", evidence="…")
    file.do("rectify", "successor", measures="已整改", evidence="回执")
    file.verified()
    assert (file.violation.department, file.violation.state) == (HERE.code, "closed")

    assessment = Assessment(sqlite_database, Calendars())
    assessment.install([DEFAULT])
    assert assessment.score(HERE, 2026, FROZEN).body["deducted"] == 3
    assert assessment.score(OTHER, 2026, FROZEN).total == 100
    assert [row.department for row in office.rows(t.card)] == [HERE.code]
