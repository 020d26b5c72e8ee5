"""Repeating timers: each firing is one of its own, as late as it is, and they come to their end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine import Database, Runtime
from engine.clock import VirtualClock
from engine.errors import EvaluationFailed
from engine.tables import timer
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Case, begin


def reminded(text: str, *, interrupting: bool = False, catch_up: str = "each") -> bytes:
    """The step a, and beside it a step w for each firing."""
    event = d.boundary("c", "a", d.cycle(text), interrupting)
    event = event.replace("<boundaryEvent", f'<boundaryEvent jc:catchUp="{catch_up}"')
    return d.model(
        *(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e")),
        *(event, d.step("w"), d.end("we"), d.chain("c", "w", "we")),
    )


def pass_time(runtime: Runtime, clock: VirtualClock, **time: float) -> None:
    clock.advance(timedelta(**time))
    while runtime.tick():
        pass


def firings(database: Database) -> list[tuple[str, str, int | None]]:
    """Number, state and lateness in minutes of each firing."""
    with database.read() as connection:
        rows = connection.execute(select(timer.c.rung, timer.c.state, timer.c.late_ms).order_by(timer.c.due)).all()
    return [(row.rung, row.state, None if row.late_ms is None else row.late_ms // 60_000) for row in rows]


def reminders(case: Case) -> int:
    return case.open_steps.count("w")


def test_a_reminder_comes_as_often_as_it_says_and_no_more(runtime: Runtime, clock: VirtualClock) -> None:
    case = begin(runtime, reminded("R3/PT1H"))
    seen = []
    for _ in range(5):
        pass_time(runtime, clock, hours=1)
        seen.append(reminders(case))
    assert seen == [1, 2, 3, 3, 3]


def test_one_without_a_number_goes_on_until_its_step_is_left(
    runtime: Runtime, clock: VirtualClock, database: Database
) -> None:
    case = begin(runtime, reminded("R/P1D"))
    pass_time(runtime, clock, days=4)
    assert reminders(case) == 4
    case.do("a")
    pass_time(runtime, clock, days=4)
    assert reminders(case) == 4
    assert firings(database)[-1] == ("5", "cancelled", None)


def test_a_start_is_the_first_firing(runtime: Runtime, clock: VirtualClock) -> None:
    start = clock.now() + timedelta(hours=5)
    case = begin(runtime, reminded(f"R2/{start.isoformat()}/PT1H"))
    pass_time(runtime, clock, hours=5)
    assert reminders(case) == 1
    pass_time(runtime, clock, hours=9)
    assert reminders(case) == 2


def test_an_expression_may_give_the_repetition_which_is_then_fixed(runtime: Runtime, clock: VirtualClock) -> None:
    case = begin(runtime, reminded("rhythm"), rhythm="R2/PT1H")
    pass_time(runtime, clock, hours=1)
    case.runtime.enter(case.id, data={"rhythm": "R9/PT1M"}, actor=CLERK, key="later")
    pass_time(runtime, clock, hours=5)
    assert reminders(case) == 2


def test_an_expression_that_gives_no_time_fails_as_its_step_is_entered(runtime: Runtime) -> None:
    with pytest.raises(EvaluationFailed, match="expected an instant or a duration from the timer of c"):
        begin(runtime, reminded("rhythm"), rhythm="often")


def test_each_missed_firing_is_made_up_for_and_says_how_late_it_is(
    runtime: Runtime, clock: VirtualClock, database: Database
) -> None:
    case = begin(runtime, reminded("R4/PT1H"))
    pass_time(runtime, clock, hours=3)
    assert reminders(case) == 3
    assert firings(database) == [("1", "fired", 120), ("2", "fired", 60), ("3", "fired", 0), ("4", "armed", None)]


def test_coalesced_fires_the_last_for_all_that_were_missed(
    runtime: Runtime, clock: VirtualClock, database: Database
) -> None:
    case = begin(runtime, reminded("R9/PT1H", catch_up="coalesced"))
    pass_time(runtime, clock, hours=5)
    assert reminders(case) == 1
    assert firings(database) == [("1", "skipped", 240), ("5", "fired", 0), ("6", "armed", None)]
    skipped = next(entry for entry in runtime.query.journal(case.id) if entry.kind == "timer_skipped")
    assert (skipped.body["policy"], skipped.body["firings"]) == ("coalesced", 4)


def test_skip_fires_none_that_was_missed_and_goes_on_with_the_next(
    runtime: Runtime, clock: VirtualClock, database: Database
) -> None:
    case = begin(runtime, reminded("R/PT1H", catch_up="skip"))
    pass_time(runtime, clock, hours=5, minutes=30)
    assert reminders(case) == 0
    assert firings(database)[-1] == ("6", "armed", None)
    pass_time(runtime, clock, minutes=30)
    assert reminders(case) == 1


def test_a_cycle_of_which_all_was_missed_is_through(runtime: Runtime, clock: VirtualClock) -> None:
    case = begin(runtime, reminded("R2/PT1H", catch_up="skip"))
    pass_time(runtime, clock, days=5)
    pass_time(runtime, clock, days=5)
    assert reminders(case) == 0
    case.do("a")
    assert case.state == "ended"


def test_years_of_seconds_that_were_missed_cost_nothing_when_they_are_coalesced(
    runtime: Runtime, clock: VirtualClock
) -> None:
    case = begin(runtime, reminded("R/PT1S", catch_up="coalesced"))
    clock.advance(timedelta(days=3650))
    assert runtime.fire_due(case.id).state == "open"
    assert reminders(case) == 1


def test_a_worker_makes_up_for_many_in_several_commands(runtime: Runtime, clock: VirtualClock) -> None:
    case = begin(runtime, reminded("R/PT1M"))
    clock.advance(timedelta(minutes=600))
    assert len(runtime.fire_due(case.id).fired) == 500
    assert len(runtime.fire_due(case.id).fired) == 100
    assert len(runtime.fire_due(case.id).fired) == 0


def test_an_interrupting_event_takes_the_first_firing(runtime: Runtime, clock: VirtualClock) -> None:
    case = begin(runtime, reminded("R3/PT1H", interrupting=True))
    pass_time(runtime, clock, hours=9)
    assert case.open_steps == ["w"]


def test_what_waits_between_steps_takes_the_first_firing(runtime: Runtime, clock: VirtualClock) -> None:
    xml = d.model(d.start(), d.catch("c", d.cycle("R3/PT1H")), d.step("z"), d.end(), d.chain("s", "c", "z", "e"))
    case = begin(runtime, xml)
    pass_time(runtime, clock, hours=1)
    assert case.open_steps == ["z"]


def test_an_event_sub_process_begins_again_and_again(runtime: Runtime, clock: VirtualClock) -> None:
    beside = (d.step("w"), d.end("we"), d.chain("h_start", "w", "we"))
    xml = d.model(
        *(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e")),
        d.event_subprocess("h", d.cycle("R2/PT1H"), *beside, interrupting=False),
    )
    case = begin(runtime, xml)
    pass_time(runtime, clock, hours=9)
    assert reminders(case) == 2


def test_months_are_counted_from_the_start(runtime: Runtime, clock: VirtualClock, database: Database) -> None:
    clock.move_to(datetime.fromisoformat("2027-01-31T09:00:00+00:00"))
    begin(runtime, reminded("R/2027-01-31T10:00:00Z/P1M"))
    pass_time(runtime, clock, days=70)
    with database.read() as connection:
        days = [due.strftime("%m-%d") for due in connection.scalars(select(timer.c.due).order_by(timer.c.due))]
    assert days == ["01-31", "02-28", "03-31", "04-30"]
