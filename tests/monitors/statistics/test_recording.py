"""What is recorded of a case: in the command that begins it, learns of its acceptance, or ends it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine import Actor
from engine.clock import VirtualClock
from engine.db import Database
from engine.instances.folding import Act
from engine.runtime import Runtime
from monitors import tables as t
from monitors.calendars import PLAIN_CODE, Calendars, Place
from monitors.statistics import Recorder
from tests.engine import drawing as d
from tests.monitors.cases import at
from tests.monitors.town import DISTRICT, OFFICE, Town

ITEM = {"code": "A", "name": "施工许可", "name_en": "Permit", "type": "承诺", "promised_wd": 8, "statutory_wd": 20}


@pytest.fixture
def office(town: Town) -> Town:
    recorder = Recorder(town.calendars, lambda name, version: "AA")
    town.runtime.handlers.recorded = recorder.recorded
    return town


def case(office: Town, number: int = 0) -> Any:
    return office.rows(t.case_record)[number]


def decide(office: Town, identity: str, on: str, **data: Any) -> None:
    """Accepted on 28 September 2026, decided at ``on``: 1 to 7 October are days off, 10 October is worked."""
    office.do(identity, "review", "clerk", acceptance_at="2026-09-28T10:00:00+08:00", outcome="accepted")
    office.clock.move_to(at(on))
    entered = {"decision": "granted", "decision_date": f"{on.replace(' ', 'T')}:00+08:00", "reason_text": "x", **data}
    office.do(identity, "decide", "clerk", **entered)


def test_a_case_is_recorded_as_it_begins_and_as_it_ends(office: Town) -> None:
    identity = office.begin(item=ITEM)
    begun = case(office)
    assert (begun.state, begun.department, begun.system, begun.item) == ("open", OFFICE, "AA", "A")
    assert (begun.received_on, begun.accepted_on, begun.closed_on, begun.used_wd) == (
        date(2026, 9, 28),
        None,
        None,
        None,
    )

    decide(office, identity, "2026-10-12 09:00", satisfaction=5, fee_amount=Decimal("12.5"))
    ended = case(office)
    assert (ended.state, ended.decision, ended.rating, ended.fee) == ("ended", "granted", 5, Decimal("12.5"))
    assert (ended.accepted_on, ended.decided_on, ended.closed_on) == (
        date(2026, 9, 28),
        date(2026, 10, 12),
        date(2026, 10, 12),
    )
    assert ended.used_wd == 6  # 29, 30 September, 8, 9, 10 (worked), 12 October
    assert ended.speed_up == Decimal("0.7")
    assert ended.promised_speed_up == Decimal("0.6")
    assert ended.on_the_spot is False


def test_a_day_more_is_a_day_more(office: Town) -> None:
    decide(office, office.begin(item=ITEM), "2026-10-13 09:00")
    assert case(office).used_wd == 7


def test_acceptance_is_known_before_the_case_ends(office: Town) -> None:
    identity = office.begin(item=ITEM)
    office.do(identity, "review", "clerk", acceptance_at="2026-09-28T10:00:00+08:00")
    assert (case(office).state, case(office).accepted_on) == ("open", date(2026, 9, 28))


def test_days_of_a_stop_are_not_used(office: Town) -> None:
    identity = office.begin(item=ITEM)
    office.do(identity, "review", "clerk", acceptance_at="2026-09-28T10:00:00+08:00")
    stop = {"kind": "听证", "approver": "chief", "reason": "听证", "own_limit": 20, "notice": "N-1"}
    office.runtime.suspend(identity, **stop, actor=Actor("clerk"), key="stop", at=at("2026-09-29 09:00"))
    office.clock.move_to(at("2026-10-09 09:00"))
    office.runtime.resume(identity, reason="已听证", actor=Actor("clerk"), key="go", at=at("2026-10-09 09:00"))
    decide_only = {"decision": "granted", "decision_date": "2026-10-12T09:00:00+08:00", "reason_text": "x"}
    office.clock.move_to(at("2026-10-12 09:00"))
    office.do(identity, "decide", "clerk", **decide_only)
    assert case(office).used_wd == 6 - 3  # 29, 30 September and 8 October stood still


def test_decided_on_the_day_of_acceptance_is_on_the_spot_and_so_is_an_item_of_that_type(office: Town) -> None:
    decide(office, office.begin(item=ITEM), "2026-09-28 17:00")
    decide(office, office.begin(item={**ITEM, "type": "即办"}), "2026-10-09 09:00")
    decide(office, office.begin(item=ITEM), "2026-10-09 09:30")
    assert [row.on_the_spot for row in sorted(office.rows(t.case_record), key=lambda row: row.case_no)] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "data",
    [
        {"satisfaction": "很好", "fee_amount": "免费"},
        {"satisfaction": 9, "fee_amount": Decimal("1e30")},
        {"satisfaction": True, "fee_amount": [1]},
    ],
)
def test_what_cannot_be_counted_is_unknown_and_keeps_nobody_from_deciding(office: Town, data: dict[str, Any]) -> None:
    decide(office, office.begin(item=ITEM), "2026-10-12 09:00", **data)
    assert (case(office).state, case(office).rating, case(office).fee) == ("ended", None, None)


def test_a_case_without_a_known_acceptance_or_limit_is_in_no_share(office: Town) -> None:
    identity = office.begin(item={})
    office.do(identity, "review", "clerk")
    office.do(identity, "decide", "clerk", decision="granted", reason_text="x")
    row = case(office)
    assert (row.state, row.used_wd, row.on_the_spot, row.speed_up, row.promised_speed_up) == ("ended", *[None] * 4)


def test_what_was_cancelled_is_no_closed_case(office: Town) -> None:
    office.runtime.cancel(office.begin(item=ITEM), reason="重复", actor=Actor("clerk"), key="no")
    assert (case(office).state, case(office).used_wd) == ("cancelled", None)


def test_each_passage_of_a_step_has_its_time(office: Town) -> None:
    identity = office.begin(item=ITEM)
    office.clock.move_to(at("2026-09-30 09:12"))
    office.do(identity, "review", "clerk")
    assert office.rows(t.step_record) == []
    office.clock.move_to(at("2026-10-08 09:12"))
    office.do(identity, "decide", "clerk", decision="granted", reason_text="x")
    steps = {row.element: (row.working_days, row.minutes, row.completed_on) for row in office.rows(t.step_record)}
    assert steps == {
        "review": (2, 2 * 24 * 60, date(2026, 9, 30)),
        "decide": (1, 8 * 24 * 60, date(2026, 10, 8)),
    }


def test_the_processes_of_supervision_are_no_cases(office: Town) -> None:
    office.faulty(item=ITEM)
    assert [row.definition for row in office.rows(t.case_record)] == ["approval"]


def test_a_repeated_command_records_nothing_twice(office: Town) -> None:
    identity = office.begin(item=ITEM)
    decide(office, identity, "2026-10-12 09:00")
    office.cases = 0
    assert office.begin(item=ITEM) == identity
    assert case(office).state == "ended"


def test_a_mirrored_case_is_recorded_like_one_that_is_executed_here(database: Database) -> None:
    clock = VirtualClock(datetime(2026, 11, 1, tzinfo=UTC))
    runtime = Runtime(database, clock)
    place = {"approval": Place(PLAIN_CODE, "Asia/Shanghai")}
    runtime.handlers.recorded = Recorder(Calendars(database, own=place), lambda *_: "AA").recorded
    xml = d.model(d.start(), d.step("review"), d.end(), d.chain("s", "review", "e"), name="approval", kind="mirror")
    runtime.deploy(xml, by="designer")
    runtime.fold(
        "approval",
        business_key="C-1",
        district_code=DISTRICT,
        scope=OFFICE,
        data={"item": ITEM, "acceptance_at": "2026-03-02T10:00:00+08:00", "decision_date": "2026-03-10T10:00:00+08:00"},
        actor=Actor("feed"),
        key="fold",
        at=at("2026-03-02 09:00"),
        acts=[Act(at("2026-03-10 11:00"), "step", "review", {"satisfaction": 4}, Actor("clerk"))],
    )
    with database.read() as connection:
        row = connection.execute(t.case_record.select()).one()
    assert (row.state, row.used_wd, row.rating, row.closed_on) == ("ended", 6, 4, date(2026, 3, 10))
