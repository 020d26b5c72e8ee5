"""Rectification: on time or not, verified by another person, returned at most twice."""

from __future__ import annotations

from datetime import date

import pytest

from engine.db import Database
from engine.errors import Conflict, InvalidData, NotAllowed
from monitors import tables as t
from tests.monitors.handling.process import Process, local, raise_warning


@pytest.fixture
def process(database: Database) -> Process:
    """A violation with an order of 12 March 2026, to be rectified by 19 March."""
    return Process(database, raise_warning(database)).carded()


def test_a_report_is_kept_with_its_signer(process: Process) -> None:
    report = process.rectified().row(t.rectification)
    assert (report.round, report.measures, report.evidence, report.signed_by) == (
        1,
        "已办结",
        ["回执.pdf"],
        "boss",
    )
    assert (report.outcome, report.on_time) == (None, True)
    assert process.row(t.violation).state == "rectifying"
    assert process.row(t.supervision_order).state == "replied"


@pytest.mark.parametrize(
    ("day", "time", "on_time"),
    [("2026-03-19", "23:59", True), ("2026-03-20", "00:00", False)],
)
def test_a_report_on_the_last_permitted_day_is_in_time(process: Process, day: str, time: str, on_time: bool) -> None:
    process.at = local(day, time)
    assert process.rectified().row(t.rectification).on_time is on_time


def test_a_report_without_measures_is_refused(process: Process) -> None:
    with pytest.raises(InvalidData, match="measures"):
        process.step("rectify", "boss", measures="").call("record_rectification")


def test_two_reports_do_not_wait_at_once(process: Process) -> None:
    process.rectified()
    with pytest.raises(Conflict, match="waiting"):
        process.rectified()


def test_an_accepted_report_verifies_the_violation(process: Process) -> None:
    result = process.rectified().verified("accepted")
    report = process.row(t.rectification)
    assert (report.outcome, report.verified_by, report.verified_at) == ("accepted", "supervisor", process.at)
    assert process.row(t.violation).state == "verified"
    assert result["rectification_returns"] == 0


def test_who_signs_does_not_verify(process: Process) -> None:
    process.rectified(by="same")
    with pytest.raises(NotAllowed, match="same"):
        process.verified("accepted", by="same")


def test_nothing_is_verified_without_a_report(process: Process) -> None:
    with pytest.raises(Conflict, match="report"):
        process.verified("accepted")


def test_an_unknown_outcome_is_refused(process: Process) -> None:
    with pytest.raises(InvalidData, match="rectification_outcome"):
        process.rectified().verified("perhaps")


def test_it_is_returned_twice_and_the_third_return_is_an_escalation(process: Process) -> None:
    returns = []
    for _ in range(3):
        returns.append(process.rectified().verified("returned")["rectification_returns"])
    assert returns == [1, 2, 3]
    assert [row.outcome for row in process.rows(t.rectification)] == ["returned", "returned", "escalated"]
    assert {row.body["to"] for row in process.rows(t.alert, kind="escalated")} == {"office_head", "leader"}
    assert len(process.rows(t.alert, kind="returned")) == 2


def test_a_return_gives_as_many_working_days_again(process: Process) -> None:
    process.rectified()
    process.at = local("2026-03-20")
    assert process.verified("returned")["next_deadline"] == "2026-03-27"
    assert process.row(t.supervision_order).state == "returned"
    process.at = local("2026-03-27")
    process.rectified()
    second = process.row(t.rectification, round=2)
    assert (second.deadline, second.on_time) == (date(2026, 3, 27), True)


def test_an_accepted_report_is_not_followed_by_another(process: Process) -> None:
    process.rectified().verified("accepted")
    with pytest.raises(Conflict, match="accepted"):
        process.rectified()
