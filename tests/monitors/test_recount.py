"""A decree moves the limits of open cases: shown before, done in small commands, each with its reason.

``JIANCHA_DECREE_CASES=10000`` for the long run of the many.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import date, timedelta

import pytest

from engine import Actor, Database, Handlers, Runtime
from engine.calendar import CalendarDay, DayKind
from engine.clock import VirtualClock
from engine.errors import StaleLease
from engine.model import Timer
from engine.recounting import ask_for_recount
from monitors import warnings
from monitors.alerts import alerts_after
from monitors.calendars import Calendars, seed, set_days
from monitors.checkpoints import Checkpoints
from monitors.decrees import Decree, Decrees, Proposal, read_notice
from monitors.decrees.moved import count_moved, moved_by
from monitors.decrees.preview import foresee, foresee_all
from monitors.directory import Directory
from monitors.scope import EVERYWHERE
from monitors.wiring import register
from tests.engine import drawing as d
from tests.engine.conftest import Case
from tests.monitors.cases import PRESETS, at
from tests.monitors.test_decrees import NOTICE_2027, SPRING
from tests.monitors.test_supervised_case import APPROVAL

LI = Actor("li", "李")
CASES = int(os.environ.get("JIANCHA_DECREE_CASES", "25"))


@pytest.fixture
def runtime(city: Database, clock: VirtualClock) -> Runtime:
    with city.begin() as c:
        seed(c)
    return wired(city, clock)


def wired(city: Database, clock: VirtualClock) -> Runtime:
    handlers = Handlers()
    found = Runtime(city, clock, handlers)
    register(
        handlers,
        checkpoints=Checkpoints(found.query.definition, found.query.diagram, PRESETS),
        calendars=Calendars(city),
        directory=Directory(clock),
        clock=clock,
    )
    found.deploy(APPROVAL, by="designer")
    return found


@pytest.fixture
def decrees(city: Database, clock: VirtualClock, runtime: Runtime) -> Decrees:
    return Decrees(city, clock)


def begin(
    runtime: Runtime, clock: VirtualClock, began: str, number: int = 1, district: str = "370202", days: int = 8
) -> Case:
    clock.move_to(at(began))
    outcome = runtime.start(
        "approval",
        business_key=f"{district}{number:06d}",
        district_code=district,
        scope="xzsp",
        data={"item": {"promised_wd": days}},
        actor=LI,
        key=f"start:{district}:{number}",
    )
    return Case(runtime, outcome.instance_id)


def spring(decrees: Decrees) -> Decree:
    """The notice of 2027."""
    days = read_notice(SPRING, 2027, NOTICE_2027)
    return decrees.propose(Proposal(NOTICE_2027, date(2027, 1, 1), days, None, 2027), by="wang")


def closing(decrees: Decrees, *days: str, district: str | None = None) -> Decree:
    """A local notice by which offices stay closed on some days."""
    rows = [CalendarDay(date.fromisoformat(day), DayKind.LOCAL_OFF, "台风/Typhoon", "台风停办通知") for day in days]
    return decrees.propose(Proposal("台风停办通知", date(2026, 1, 1), rows, district), by="wang")


def work_off(runtime: Runtime) -> None:
    while runtime.tick():
        pass


def dues(runtime: Runtime, case: Case) -> dict[str, Timer]:
    return {timer.rung: timer for timer in runtime.query.timers(case.id)}


def told(runtime: Runtime, case: Case, kind: str) -> list[dict[str, object]]:
    return [dict(entry.body) for entry in runtime.query.journal(case.id) if entry.kind == kind]


def test_a_decree_that_arrives_in_december_moves_every_open_deadline_each_with_a_reason(
    runtime: Runtime, decrees: Decrees, clock: VirtualClock, city: Database
) -> None:
    """36 working days from Friday 2026-12-18, by a plain calendar: 9 in December, 21 in January, 1-5 and 8 February.
    By the decree: 9, 22 (one of them Sunday 31 January), 1-4 and 12 February."""
    cases = [begin(runtime, clock, "2026-12-18 09:00", number, days=36) for number in range(CASES)]
    clock.move_to(at("2026-12-20 09:00"))
    before = {case.id: dues(runtime, case)["yellow"].due for case in cases}
    decree = spring(decrees)
    foreseen = Counter((move.before, move.after) for move in foresee_all(runtime, decree) if move.rung == "yellow")
    assert set(before.values()) == {at("2027-02-09")}
    assert {case.id: dues(runtime, case)["yellow"].due for case in cases} == before, "a look ahead stores nothing"

    decrees.confirm(decree.id, by="zhao")
    work_off(runtime)
    for case in cases:
        yellow = dues(runtime, case)["yellow"]
        assert (yellow.due, yellow.deadline) == (at("2027-02-13"), at("2027-02-13") - timedelta(microseconds=1))
        assert yellow.reason["provisional"] is False
        moved = [body for body in told(runtime, case, "due_moved") if body["rung"] == "yellow"]
        assert [(body["from"], body["to"]) for body in moved] == [
            (at("2027-02-09").isoformat(), at("2027-02-13").isoformat())
        ]
        assert moved[0]["because"] == {"decree": decree.id, "title": NOTICE_2027, "calendar": "CN"}
    assert foreseen == {(at("2027-02-09"), at("2027-02-13")): CASES}
    with city.read() as c:  # the notice is due in January as before; yellow and red move
        assert count_moved(c, decree.id, EVERYWHERE) == {"moved": 2 * CASES, "no_longer_due": 0, "cases": CASES}


def test_counting_anew_twice_changes_nothing_more(
    runtime: Runtime, decrees: Decrees, clock: VirtualClock, city: Database
) -> None:
    case = begin(runtime, clock, "2027-01-29 09:00")
    decree = spring(decrees)
    decrees.confirm(decree.id, by="zhao")
    work_off(runtime)
    revision = runtime.query.instance(case.id).revision
    with city.begin() as c:
        ask_for_recount(c, "again", clock.now())
    work_off(runtime)
    assert runtime.query.instance(case.id).revision == revision
    assert len(told(runtime, case, "recounted")) == 1


def test_a_worker_killed_half_way_is_followed_by_one_that_goes_on(
    runtime: Runtime, decrees: Decrees, clock: VirtualClock, city: Database
) -> None:
    class Killed:
        name = "killed"

        def __init__(self, after: int) -> None:
            self.left = after

        def go_on(self) -> bool:
            self.left -= 1
            return self.left >= 0

        def refused(self, error: StaleLease) -> None:
            raise error

    cases = [begin(runtime, clock, "2027-01-29 09:00", number) for number in range(8)]
    decrees.confirm(spring(decrees).id, by="zhao")
    runtime.tick(foreman=Killed(2))  # turns the page, and nothing else
    runtime.tick(foreman=Killed(4))
    moved = [case for case in cases if told(runtime, case, "recounted")]
    assert 0 < len(moved) < len(cases)
    clock.advance(timedelta(seconds=31))  # what the killed one had claimed is free again
    work_off(wired(city, clock))
    assert [len(told(runtime, case, "recounted")) for case in cases] == [1] * len(cases)
    assert {dues(runtime, case)["yellow"].due for case in cases} == {at("2027-02-16")}


def test_a_person_who_comes_before_the_worker_is_not_judged_by_the_old_calendar(
    runtime: Runtime, decrees: Decrees, clock: VirtualClock, city: Database
) -> None:
    """Late by the old calendar, in time by the new one, and nobody has counted the case anew yet."""
    case = begin(runtime, clock, "2027-01-29 09:00")
    decrees.confirm(spring(decrees).id, by="zhao")
    clock.move_to(at("2027-02-12 10:00"))
    case.do("review", actor=LI)
    with city.read() as c:
        assert [warning.rung for warning in warnings.find(c)] == []
    assert [body["because"] for body in told(runtime, case, "recounted")]


def test_without_the_decree_the_same_step_is_late(runtime: Runtime, clock: VirtualClock, city: Database) -> None:
    """The control of the test above."""
    case = begin(runtime, clock, "2027-01-29 09:00")
    clock.move_to(at("2027-02-12 10:00"))
    case.do("review", actor=LI)
    with city.read() as c:
        assert {warning.rung for warning in warnings.find(c)} == {"notice", "yellow"}


def test_a_make_up_saturday_that_shortens_a_limit_makes_a_step_late_at_once(
    runtime: Runtime, decrees: Decrees, clock: VirtualClock, city: Database
) -> None:
    """8 days from 2026-09-28: 29, 30 September, 8, 9, 10 (make-up), 12-14 October. With Sunday the 11th: the 13th."""
    case = begin(runtime, clock, "2026-09-28 09:12")
    sunday = [CalendarDay(date(2026, 10, 11), DayKind.ADJUSTED_WORK, "补班/Make-up day", "x")]
    decree = decrees.propose(Proposal("x", date(2026, 1, 1), sunday), by="wang")
    clock.move_to(at("2026-10-14 08:00"))
    decrees.confirm(decree.id, by="zhao")
    case.do("review", actor=LI)
    with city.read() as c:
        assert ("yellow", at("2026-10-14")) in {(warning.rung, warning.due) for warning in warnings.find(c)}


def test_a_rung_that_fired_does_not_fire_twice_and_its_warning_is_told_not_deleted(
    runtime: Runtime, decrees: Decrees, clock: VirtualClock, city: Database
) -> None:
    case = begin(runtime, clock, "2026-09-28 09:12")
    clock.move_to(at("2026-10-15 08:00"))
    runtime.tick()
    decree = closing(decrees, "2026-10-13", "2026-10-14")
    assert {(move.rung, move.over) for move in foresee(runtime, decree).moves} == {
        ("yellow", True),
        ("red", False),
    }
    decrees.confirm(decree.id, by="zhao")
    work_off(runtime)
    found = {body["rung"]: body["to"] for body in told(runtime, case, "no_longer_due")}
    assert found == {"yellow": at("2026-10-17").isoformat()}, "the notice came early, and would stand by now"
    with city.read() as c:
        standing = {warning.rung: warning.id for warning in warnings.find(c)}
        rows = {row.rung: row for row in moved_by(c, decree.id, EVERYWHERE)}
        alerts = [alert for alert in alerts_after(c, 0) if alert.kind == "no_longer_due"]
    assert set(standing) == {"notice", "yellow"}
    assert rows["yellow"].kind == "no_longer_due" and rows["yellow"].warning_id == standing["yellow"]
    assert rows["red"].kind == "moved" and rows["red"].warning_id is None
    assert {alert.warning_id for alert in alerts} == {row.warning_id for row in rows.values() if row.warning_id}

    clock.move_to(at("2026-11-30 08:00"))
    work_off(runtime)
    with city.read() as c:
        assert Counter(warning.rung for warning in warnings.find(c)) == {"notice": 1, "yellow": 1, "red": 1}


def test_a_warning_of_a_step_that_is_done_is_looked_at_too(
    runtime: Runtime, decrees: Decrees, clock: VirtualClock, city: Database
) -> None:
    case = begin(runtime, clock, "2026-09-28 09:12")
    clock.move_to(at("2026-10-15 08:00"))
    case.do("review", actor=LI)
    clock.move_to(at("2026-11-20 08:00"))
    decrees.confirm(closing(decrees, "2026-10-13").id, by="zhao")
    work_off(runtime)
    assert {body["rung"] for body in told(runtime, case, "no_longer_due")} == {"yellow"}
    assert len(told(runtime, case, "recounted")) == 1


def test_a_decree_of_one_district_moves_nothing_in_another(
    runtime: Runtime, decrees: Decrees, clock: VirtualClock
) -> None:
    here, there = begin(runtime, clock, "2026-09-28 09:12"), begin(runtime, clock, "2026-09-28 09:12", 2, "370203")
    decree = closing(decrees, "2026-10-13", district="370203")
    assert {move.case_id for move in foresee(runtime, decree).moves} == {there.id}
    decrees.confirm(decree.id, by="zhao")
    work_off(runtime)
    assert dues(runtime, here)["yellow"].due == at("2026-10-15")
    assert dues(runtime, there)["yellow"].due == at("2026-10-16")
    assert told(runtime, here, "recounted") == []


def test_a_calendar_that_was_changed_without_a_decree_is_noticed_too(
    runtime: Runtime, clock: VirtualClock, city: Database
) -> None:
    case = begin(runtime, clock, "2026-09-28 09:12")
    with city.begin() as c:
        set_days(c, "CN", [CalendarDay(date(2026, 10, 13), DayKind.LOCAL_OFF, "x", "x")])
    clock.move_to(at("2026-10-15 00:00"))
    runtime.tick()
    assert dues(runtime, case)["yellow"].due == at("2026-10-16")
    assert told(runtime, case, "recounted")[0]["because"] == {"calendar": "CN"}


REPLYING = d.model(
    *(d.start(), d.step("reply"), d.end(), d.chain("s", "reply", "e")),
    *(d.timer("t", "reply", "deadline after working days(now, days)"), d.handler("h", "remind"), d.end("told")),
    d.chain("t", "h", "told"),
    name="replying",
)


def replying(runtime: Runtime, clock: VirtualClock) -> Case:
    """A case that has a plain timer of three working days."""
    clock.move_to(at("2026-10-09 15:00"))
    model = runtime.deploy(REPLYING, by="designer")
    place = {"business_key": "R-1", "district_code": "370202", "scope": "xzsp", "actor": LI, "key": "reply"}
    return Case(runtime, runtime.start(model.name, data={"days": 3}, **place).instance_id)


def test_a_timer_that_was_changed_by_hand_stays_so_and_is_given_back_to_the_new_calendar(
    runtime: Runtime, decrees: Decrees, clock: VirtualClock
) -> None:
    runtime.handlers.register("remind", lambda call: {})
    cases = [begin(runtime, clock, "2026-10-09 15:00", days=3), replying(runtime, clock)]
    chosen, own = at("2026-10-30"), {}
    for case in cases:
        timers = [timer for timer in runtime.query.timers(case.id) if timer.rung in ("yellow", "due")]
        (own[case.id],) = (timer.id for timer in timers)
        told = {"reason": "协调", "actor": LI}
        runtime.change_timer(own[case.id], due=chosen, key=f"change:{case.id}", **told)
    decrees.confirm(closing(decrees, "2026-10-13").id, by="zhao")
    work_off(runtime)
    for case in cases:
        found = {timer.id: timer for timer in runtime.query.timers(case.id)}
        assert found[own[case.id]].due == chosen
        runtime.restore_timer(own[case.id], reason="按规定", actor=LI, key=f"restore:{case.id}")
        found = {timer.id: timer for timer in runtime.query.timers(case.id)}
        assert found[own[case.id]].due == at("2026-10-15")


def test_a_plain_timer_that_counts_working_days_moves_with_the_decree(
    runtime: Runtime, decrees: Decrees, clock: VirtualClock
) -> None:
    """The process's own deadlines follow too: as of when the timer was armed, not of when the decree came."""
    runtime.handlers.register("remind", lambda call: {})
    case = replying(runtime, clock)
    (timer,) = runtime.query.timers(case.id)
    assert timer.due == at("2026-10-14"), "10 (make-up), 12, 13 October"
    clock.move_to(at("2026-10-12 09:00"))
    decree = closing(decrees, "2026-10-13")
    assert [move.after for move in foresee(runtime, decree).moves] == [at("2026-10-15")]
    decrees.confirm(decree.id, by="zhao")
    work_off(runtime)
    (timer,) = runtime.query.timers(case.id)
    assert timer.due == at("2026-10-15")
    assert told(runtime, case, "due_moved")[0]["because"]["title"] == "台风停办通知"
    clock.move_to(at("2026-10-15 00:00"))
    work_off(runtime)
    assert [timer.state for timer in runtime.query.timers(case.id)] == ["fired"]


def test_the_look_ahead_goes_from_page_to_page(runtime: Runtime, decrees: Decrees, clock: VirtualClock) -> None:
    for number in range(5):
        begin(runtime, clock, "2027-01-29 09:00", number)
    decree = spring(decrees)
    look = foresee(runtime, decree, size=3)
    assert look.next_after is not None
    rest = foresee(runtime, decree, after=look.next_after, size=3)
    assert (look.cases, rest.cases, rest.next_after) == (3, 2, None)
    assert len({move.case_id for move in (*look.moves, *rest.moves)}) == 5
