"""Spiff 1.6 and 5: times that nobody writes so, zones that are forgotten, and a clock that is believed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.specs.event_definitions import timer as spiff

from engine import store
from engine.durations import parse_repeat
from engine.errors import EvaluationFailed
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Case
from tests.engine.faults import stock
from tests.engine.faults.conftest import NOON, SpiffClock
from tests.engine.faults.models import between, boundary, catch, quoted, timed
from tests.engine.faults.ours import Ours

HOUR = timedelta(hours=1)


def waits(text: str, kind: str = "timeDuration") -> bytes:
    """The step a, then a wait t, then the step b."""
    return between(d.step("a") + catch("t", timed(text, kind)) + d.step("b"), "a", "t", "b")


class TestBareDuration:
    """1.6 correct | a duration as every tool writes it fails, and loses the token, when it is reached"""

    XML = waits("PT1H")

    def test_stock_wants_python_that_yields_a_text(self) -> None:
        workflow = stock.begin(self.XML)
        with pytest.raises(WorkflowTaskException, match="PT1H"):
            stock.do(workflow, "a")
        assert (stock.names(workflow, stock.OPEN | stock.ERROR), stock.state(workflow, "t")) == ([], "FUTURE")

    def test_ours_waits_an_hour(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        case.do("a")
        assert [timer.due for timer in ours.runtime.query.timers(case.id)] == [ours.clock.now() + HOUR]
        ours.clock.advance(HOUR)
        assert (ours.runtime.tick(), case.open_steps) == (1, ["b"])

    def test_ours_refuses_the_python(self, ours: Ours) -> None:
        ours.refuses(quoted(self.XML), "timer_quoted", "t")


class TestExactlyDue:
    """1.6 correct | a timer that is due exactly now does not fire"""

    XML = waits("PT1H")

    def test_stock_fires_only_after_its_time(self, spiff_clock: type[SpiffClock]) -> None:
        workflow = stock.begin(quoted(self.XML))
        stock.do(workflow, "a")
        spiff_clock.time += HOUR
        workflow.refresh_timers()
        assert stock.state(workflow, "t") == "WAITING"
        spiff_clock.time += timedelta(microseconds=1)
        workflow.refresh_timers()
        assert stock.state(workflow, "t") == "READY"

    def test_ours_fires_at_its_time_and_not_before(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        case.do("a")
        ours.clock.advance(HOUR - timedelta(microseconds=1))
        assert (ours.runtime.tick(), case.open_steps) == (0, [])
        ours.clock.advance(timedelta(microseconds=1))
        assert (ours.runtime.tick(), case.open_steps) == (1, ["b"])


class TestFiredAndNotRun:
    """1.1 correct | a timer that fires at the end of a step is left READY until somebody steps again"""

    XML = waits("PT1H")

    def test_stock_leaves_it(self, spiff_clock: type[SpiffClock]) -> None:
        workflow = stock.begin(quoted(self.XML))
        stock.do(workflow, "a")
        spiff_clock.time += 2 * HOUR
        workflow.do_engine_steps()
        assert (stock.state(workflow, "t"), stock.state(workflow, "b")) == ("READY", "FUTURE")

    def test_ours_runs_to_the_next_step(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        case.do("a")
        ours.clock.advance(2 * HOUR)
        ours.runtime.fire_due(case.id)
        assert case.open_steps == ["b"]


class TestLocalTime:
    """5.1 refused | a time without an offset is taken in the offset that held when the program started"""

    XML = waits("2026-07-01T09:00:00", "timeDate")
    WINTER = timezone(HOUR)

    def test_stock_is_an_hour_late_in_summer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spiff, "LOCALTZ", self.WINTER)  # as it is made in Berlin in winter
        meant = datetime(2026, 7, 1, 9, tzinfo=ZoneInfo("Europe/Berlin"))
        assert spiff.TimerEventDefinition.get_datetime("2026-07-01T09:00:00") - meant == HOUR

    def test_ours_never_guesses_an_offset(self, ours: Ours) -> None:
        ours.refuses(self.XML, "timer_unfit", "t")

    @pytest.mark.parametrize("text", ["2026-07-01T09:00:00", "2026-07-01", "P101Y", "PT", "P1DT"])
    def test_ours_refuses_it_when_it_is_deployed(self, ours: Ours, text: str) -> None:
        assert "t" in [remark.element for remark in ours.remarks(waits(text)) if remark.severity == "error"]

    def test_ours_takes_the_offset_that_is_written(self, ours: Ours) -> None:
        case = ours.begin(waits("2026-07-01T09:00:00+02:00", "timeDate"))
        case.do("a")
        assert [timer.due for timer in ours.runtime.query.timers(case.id)] == [datetime(2026, 7, 1, 7, tzinfo=UTC)]


def cycle(text: str) -> bytes:
    """The step a with a cycle on its border, and the rule task that each firing reaches."""
    on_border = boundary("t", "a", timed(text, "timeCycle"), interrupting=False)
    return between(d.step("a") + on_border + d.rule_check() + d.flow("t", "rc"), "a")


class TestCycleOverSummerTime:
    """5.2 either | a daily cycle comes an hour early when summer time ends"""

    TEXT = "R10/2026-10-23T09:00:00+02:00/P1D"
    BERLIN = ZoneInfo("Europe/Berlin")

    def test_stock_moves_from_nine_to_eight(self) -> None:
        _, start, every = spiff.TimerEventDefinition.parse_iso_recurring_interval(self.TEXT)
        assert [(start + n * every).astimezone(self.BERLIN).hour for n in range(4)] == [9, 9, 8, 8]

    def test_ours_keeps_the_hour_where_the_zone_is_known(self) -> None:
        every = parse_repeat(self.TEXT)
        firings = [every.firing(n, NOON, self.BERLIN) for n in range(1, 5)]
        assert [at.astimezone(self.BERLIN).hour for at in firings if at] == [9, 9, 9, 9]

    def test_ours_refuses_a_cycle_or_begins_it_in_time(self, ours: Ours) -> None:
        def begins(case: Case) -> None:
            armed = [timer.due for timer in ours.runtime.query.timers(case.id) if timer.state == "armed"]
            assert min(armed) == datetime(2026, 10, 23, 7, tzinfo=UTC)

        ours.refuses_or(cycle(self.TEXT), "element_refused", "t", begins, at="<timeCycle>")


class TestClockThatJumps:
    """5.3 correct | a clock that is wrong for a moment moves a limit, or fires it, for good"""

    XML = waits("PT1H")

    def test_stock_believes_it(self, spiff_clock: type[SpiffClock]) -> None:
        workflow = stock.begin(quoted(self.XML))
        spiff_clock.time += 5 * HOUR
        stock.do(workflow, "a")
        spiff_clock.time -= 5 * HOUR
        due = datetime.fromisoformat(stock.find(workflow, "t").internal_data["event_value"])
        assert due - spiff_clock.time == 6 * HOUR

    def test_ours_counts_from_when_it_happened(self, ours: Ours) -> None:
        case = ours.begin(self.XML)
        happened = ours.clock.now()
        ours.clock.advance(5 * HOUR)
        ours.runtime.complete(case.task("a"), data={}, actor=CLERK, key="a", at=happened)
        assert [timer.due for timer in ours.runtime.query.timers(case.id)] == [happened + HOUR]
        (entry,) = [one for one in ours.runtime.query.journal(case.id) if one.kind == "completed"]
        assert (entry.at, entry.recorded_at) == (happened, happened + 5 * HOUR)


class TestCatchUp:
    """5.4 either | after a pause every missed firing of a cycle comes at once"""

    TEXT = "R10/2020-01-01T00:00:00Z/P1D"

    def test_stock_fires_ten_times_in_a_row(self) -> None:
        workflow = stock.begin(cycle(f'"{self.TEXT}"').replace(b"businessRuleTask", b"manualTask"))
        for _ in range(10):
            workflow.do_engine_steps()
        assert stock.names(workflow) == ["a"] + ["rc"] * 10

    def test_ours_refuses_a_cycle_or_fires_each_missed_time_once_at_most(self, ours: Ours) -> None:
        def fires(case: Case) -> None:
            while ours.runtime.tick():
                pass
            fired = [timer.due for timer in ours.runtime.query.timers(case.id) if timer.state == "fired"]
            assert len(fired) == len(set(fired)) == len(ours.office.firings()) and 1 <= len(fired) <= 10
            assert case.open_steps == ["a"]

        ours.refuses_or(cycle(self.TEXT), "element_refused", "t", fires, at="<timeCycle>")


class TestOddTimes:
    """5.5 correct | empty, foreign and broken times are taken, or fail as something else"""

    parse = staticmethod(spiff.TimerEventDefinition.parse_time_or_duration)

    def test_stock_takes_an_empty_duration_and_foreign_digits(self) -> None:
        assert [self.parse("P"), self.parse("P٣D"), self.parse("P0.5D")] == [{}, {"days": 3}, {"days": 0.5}]

    def test_stock_takes_a_weekday_for_a_week(self) -> None:
        with pytest.raises(AttributeError):
            self.parse("Wednesday")

    @pytest.mark.parametrize("text", ["P", "P٣D", "P0.5D", "Wednesday", "-P1D", "2026-W10-1", "P5D (working)", ""])
    def test_ours_says_that_it_is_no_time_and_keeps_the_step(self, ours: Ours, text: str) -> None:
        case = ours.begin(waits("deadline"))
        with pytest.raises(EvaluationFailed):
            case.do("a", deadline=text)
        assert (case.open_steps, ours.incidents()) == (["a"], ["t"])


class TestEveryTimerIsLookedAt:
    """5.6 correct | each refresh looks at every timer of the case, due or not"""

    XML = waits("P5D")

    def test_stock_looks_at_it_each_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        workflow = stock.begin(quoted(self.XML))
        stock.do(workflow, "a")
        looks = Counter[str]()
        fired = spiff.DurationTimerEventDefinition.has_fired

        def count(definition: Any, task: Any) -> Any:
            looks["t"] += 1
            return fired(definition, task)

        monkeypatch.setattr(spiff.DurationTimerEventDefinition, "has_fired", count)
        for _ in range(3):
            workflow.refresh_timers()
        assert looks["t"] >= 3

    def test_ours_loads_a_case_only_when_a_timer_of_it_is_due(
        self, ours: Ours, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for _ in range(3):
            ours.begin(self.XML).do("a")
        loaded: list[str] = []
        read = store.read_records
        monkeypatch.setattr(
            store, "read_records", lambda connection, case: loaded.append(case) or read(connection, case)
        )
        assert (ours.runtime.tick(), loaded) == (0, [])
        ours.clock.advance(timedelta(days=5))
        assert (ours.runtime.tick(), len(loaded)) == (3, 3)
