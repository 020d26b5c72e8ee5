"""A small case in the real engine, supervised: timers arm by ladder, findings become warnings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine import Actor, Database, Handlers, Runtime
from engine.clock import VirtualClock
from engine.errors import EvaluationFailed, NotAllowed
from monitors import warnings
from monitors.calendars import Calendars, seed
from monitors.checkpoints import Checkpoints
from monitors.directory import Directory
from monitors.evaluate import judge
from monitors.model import Warning
from monitors.wiring import limits_of, register
from tests.engine import drawing as d
from tests.engine.conftest import Case
from tests.monitors.cases import PRESETS, Given, at, extended, rule

LI = Actor("li", "李")
LIMIT = d.checkpoint("AA-04", amount="item.promised_wd", unit='"working_day"').replace(
    'level="yellow"', 'ladder="DEFAULT"'
)
REASON = d.checkpoint("AA-18", "expression", must='decision != "denied" or reason_text != ""')
APPROVAL = d.model(
    d.start(),
    d.step("review"),
    d.step("decide"),
    d.end(),
    d.chain("s", "review", "decide", "e"),
    d.timer("limit", "review", "checkpoint", ref="AA-04"),
    d.data_checkpoint("reason", "decide", ref="AA-18"),
    d.rule_check(),
    d.flow("limit", "rc"),
    d.flow("reason", "rc"),
    name="approval",
    checkpoints=LIMIT + REASON,
)


@pytest.fixture
def runtime(city: Database, clock: VirtualClock) -> Runtime:
    with city.begin() as c:
        seed(c)
    handlers = Handlers()
    found = Runtime(city, clock, handlers)
    register(
        handlers,
        checkpoints=Checkpoints(found.query.definition, found.query.diagram, PRESETS),
        calendars=Calendars(city),
        directory=Directory(clock),
        clock=clock,
    )
    return found


def begin(runtime: Runtime, clock: VirtualClock, xml: bytes = APPROVAL, **data: Any) -> Case:
    clock.move_to(at("2026-09-28 09:12"))
    model = runtime.deploy(xml, by="designer")
    outcome = runtime.start(
        model.name,
        business_key="37020226031100017",
        district_code="370202",
        scope="xzsp",
        data=data,
        actor=LI,
        key="start",
    )
    return Case(runtime, outcome.instance_id)


def raised(database: Database) -> list[Warning]:
    with database.read() as c:
        return sorted(warnings.find(c), key=lambda w: w.number)


ITEM = {"promised_wd": 8}


def test_the_timers_of_a_step_are_the_rungs_of_its_limit(runtime: Runtime, clock: VirtualClock) -> None:
    case = begin(runtime, clock, item=ITEM)
    dues = {timer.rung: timer.due for timer in runtime.query.timers(case.id)}
    assert dues == {"notice": at("2026-10-13"), "yellow": at("2026-10-15"), "red": at("2026-10-20")}


def test_a_step_left_lying_is_warned_of_rung_by_rung(runtime: Runtime, clock: VirtualClock, city: Database) -> None:
    begin(runtime, clock, item=ITEM)
    seen = []
    for moment in ("2026-10-12 23:59", "2026-10-13 00:00", "2026-10-15 00:00", "2026-10-20 00:00"):
        clock.move_to(at(moment))
        runtime.tick()
        seen.append([warning.level for warning in raised(city) if warning.checkpoint == "AA-04"])
    assert seen == [[], ["notice"], ["notice", "yellow"], ["notice", "yellow", "red"]]


def test_a_late_completion_cannot_outrun_a_dead_worker(runtime: Runtime, clock: VirtualClock, city: Database) -> None:
    case = begin(runtime, clock, item=ITEM)
    clock.move_to(at("2026-10-15 08:30"))
    case.do("review", actor=LI)
    assert [warning.level for warning in raised(city)] == ["notice", "yellow"]
    assert raised(city)[1].due == at("2026-10-15")


def test_a_step_done_in_time_is_quiet(runtime: Runtime, clock: VirtualClock, city: Database) -> None:
    case = begin(runtime, clock, item=ITEM)
    clock.move_to(at("2026-10-12 17:00"))
    case.do("review", actor=LI)
    clock.move_to(at("2026-11-12 17:00"))
    runtime.tick()
    assert raised(city) == []


def test_data_are_judged_when_their_step_is_completed(runtime: Runtime, clock: VirtualClock, city: Database) -> None:
    case = begin(runtime, clock, item=ITEM)
    case.do("review", actor=LI)
    case.do("decide", actor=LI, decision="denied", reason_text="")
    (warning,) = raised(city)
    assert (warning.checkpoint, warning.level, warning.evidence["inputs"]["decision"]) == (
        "AA-18",
        "yellow",
        "denied",
    )


def test_a_field_that_is_missing_is_told(runtime: Runtime, clock: VirtualClock, city: Database) -> None:
    case = begin(runtime, clock, item=ITEM)
    case.do("review", actor=LI)
    case.do("decide", actor=LI, decision="denied")
    (warning,) = raised(city)
    assert (warning.undetermined, warning.missing) == (True, ("reason_text",))


def test_a_limit_of_unknown_length_is_told_at_once(runtime: Runtime, clock: VirtualClock, city: Database) -> None:
    begin(runtime, clock)
    runtime.tick()
    (warning,) = raised(city)
    assert (warning.checkpoint, warning.missing) == ("AA-04", ("item.promised_wd",))


def test_suspending_takes_the_dues_away_and_resuming_moves_them(runtime: Runtime, clock: VirtualClock) -> None:
    case = begin(runtime, clock, item=ITEM)
    told = {"approver": "wang", "reason": "hearing", "actor": LI}
    clock.move_to(at("2026-10-09 10:00"))
    runtime.suspend(case.id, kind="听证", own_limit=None, key="stop", **told)
    assert {timer.due for timer in runtime.query.timers(case.id)} == {None}
    clock.move_to(at("2026-10-13 15:00"))
    runtime.resume(case.id, reason="heard", key="go", actor=LI)
    dues = {timer.rung: timer.due for timer in runtime.query.timers(case.id)}
    assert dues["yellow"] == at("2026-10-20")


def test_only_who_holds_the_role_there_completes_a_step(runtime: Runtime, clock: VirtualClock) -> None:
    case = begin(runtime, clock, item=ITEM)
    with pytest.raises(NotAllowed):
        case.do("review", actor=Actor("wang"))


def test_a_limit_waits_for_its_start(runtime: Runtime, clock: VirtualClock) -> None:
    own = d.checkpoint("AA-04", start="acceptance_at", amount="8", unit='"working_day"')
    xml = APPROVAL.replace(LIMIT.encode(), own.encode()).replace(b'attachedToRef="review"', b'attachedToRef="decide"')
    case = begin(runtime, clock, xml)
    case.do("review", actor=LI)
    assert {t.rung: t.due for t in runtime.query.timers(case.id, "suspended")} == {"waiting": None}


def test_the_timers_follow_the_start_that_an_earlier_step_entered(runtime: Runtime, clock: VirtualClock) -> None:
    own = d.checkpoint("AA-04", start="acceptance_at", amount="8", unit='"working_day"')
    xml = APPROVAL.replace(LIMIT.encode(), own.encode()).replace(b'attachedToRef="review"', b'attachedToRef="decide"')
    case = begin(runtime, clock, xml)
    case.do("review", actor=LI, acceptance_at="2026-09-28T10:00:00+08:00")
    assert {t.rung: t.due for t in runtime.query.timers(case.id, "armed")} == {"yellow": at("2026-10-15")}


def test_the_engines_own_conditions_may_count_days(runtime: Runtime, clock: VirtualClock, city: Database) -> None:
    slow = b"step completed and working days(case.started_at, now) &gt; 2"
    xml = APPROVAL.replace(b"<condition>step completed", b"<condition>" + slow)
    case = begin(runtime, clock, xml, item=ITEM)
    case.do("review", actor=LI)
    clock.move_to(at("2026-10-08 09:00"))
    case.do("decide", actor=LI, decision="denied", reason_text="")
    assert [warning.checkpoint for warning in raised(city)] == ["AA-18"]


def test_an_extension_in_another_unit_leaves_the_limit_undetermined() -> None:
    own = rule("time_limit", amount="8", unit='"working_day"', extensible="true")
    given = Given(extension=replace(extended(10), unit="calendar_day"))
    (rung,) = limits_of(own, given.facts())
    assert (rung.rung, rung.due) == ("undetermined", at("2026-09-28 09:12"))
    assert judge(own, given.completing()).held is None


def test_a_rule_task_that_no_checkpoint_reached_is_a_fault_of_the_drawing(
    runtime: Runtime, clock: VirtualClock
) -> None:
    xml = d.model(d.start(), d.rule_check(), d.flow("s", "rc"), name="approval")
    with pytest.raises(EvaluationFailed):
        begin(runtime, clock, xml)
