"""Times put right after the fact: the limits follow, and the old time stays in the journal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine import Handlers, Rung, Runtime
from engine.clock import VirtualClock
from engine.db import Database
from engine.errors import Conflict, InvalidData, NotFound
from engine.handlers import Renewed, RungRequest
from tests.engine import drawing as d
from tests.engine.conftest import CHIEF, CLERK, Case, Office, begin

NOW = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MODEL = d.model(
    *(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e")),
    *(d.timer("t", "a", "checkpoint", ref="TT-01"), d.rule_check(), d.flow("t", "rc")),
    checkpoints=d.checkpoint("TT-01", amount="5"),
)


class Counting(Office):
    """Five days from when the host began, less the time of stops."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Renewed] = []

    def handlers(self) -> Handlers:
        found = super().handlers()
        found.renewed = self.told.append
        return found

    def _rungs(self, request: RungRequest) -> list[Rung]:
        ended = [stop.end - stop.start for stop in request.case.suspensions if stop.end is not None]
        due = request.entered_at + 5 * DAY + sum(ended, timedelta())
        if len(ended) < len(request.case.suspensions):
            return [Rung("TT-01.1", "yellow", None, None, "yellow", {})]
        return [Rung("TT-01.1", "yellow", due, due, "yellow", {"since": request.entered_at.isoformat()})]


@pytest.fixture
def office() -> Counting:
    return Counting()


@pytest.fixture
def case(database: Database, runtime: Runtime, clock: VirtualClock) -> Case:
    clock.move_to(NOW)
    return begin(runtime, MODEL)


def due(case: Case) -> datetime | None:
    (timer,) = case.runtime.query.timers(case.id)
    return timer.due


def put_right(case: Case, to: datetime, what: str = "entered_at", reason: str = "补录时间有误", **fact: Any) -> Any:
    given = fact if fact else {"element": "a", "occurrence": 1}
    key = f"{case.id}:{what}:{to}"
    return case.runtime.correct(case.id, fact={**given, "what": what}, to=to, reason=reason, actor=CHIEF, key=key)


def test_a_time_put_right_stands_in_the_row_and_both_stand_in_the_journal(
    case: Case, clock: VirtualClock, office: Counting
) -> None:
    clock.move_to(NOW + 2 * DAY)
    case.do("a")
    clock.move_to(NOW + 3 * DAY)
    outcome = put_right(case, NOW + DAY, "completed_at")
    assert case.runtime.query.steps(case.id)[1].completed_at == NOW + DAY
    entry = next(e for e in case.runtime.query.journal(case.id) if e.kind == "corrected")
    assert (entry.body["from"], entry.body["to"]) == ((NOW + 2 * DAY).isoformat(), (NOW + DAY).isoformat())
    assert entry.body["reason"] == "补录时间有误" and entry.actor == "wang"
    assert outcome.result["moved"] == []


def test_a_beginning_put_right_moves_the_due_with_its_reason(
    runtime: Runtime, case: Case, clock: VirtualClock, office: Counting
) -> None:
    clock.move_to(NOW + 4 * DAY)
    assert due(case) == NOW + 5 * DAY
    put_right(case, NOW + 2 * DAY)
    assert due(case) == NOW + 7 * DAY
    moved = next(e.body for e in runtime.query.journal(case.id) if e.kind == "due_moved")
    assert moved["because"] == {
        "corrected": {"element": "a", "occurrence": 1, "what": "entered_at"},
        "reason": "补录时间有误",
    }
    assert [limit.after for limit in office.told[0].limits] == [NOW + 7 * DAY]


def test_a_limit_that_is_past_by_the_right_time_fires_in_the_same_command(
    database: Database, runtime: Runtime, case: Case, clock: VirtualClock, office: Counting
) -> None:
    clock.move_to(NOW + 2 * DAY)
    stop = {"kind": "hearing", "approver": "h", "reason": "r", "actor": CHIEF}
    runtime.suspend(case.id, key="stop", **stop)
    clock.move_to(NOW + 6 * DAY)
    runtime.resume(case.id, reason="r", actor=CHIEF, key="go")
    assert due(case) == NOW + 9 * DAY and office.firings() == []
    (entry,) = runtime.query.suspensions(case.id)
    put_right(case, NOW + 2 * DAY + timedelta(hours=1), "end", suspension=entry.id)
    assert office.firings() == [("t", "yellow")]


def test_a_rung_that_fired_and_would_not_have_is_told(
    runtime: Runtime, case: Case, clock: VirtualClock, office: Counting
) -> None:
    clock.move_to(NOW + 5 * DAY)
    runtime.tick()
    assert office.firings() == [("t", "yellow")]
    put_right(case, NOW + 3 * DAY)
    assert [(limit.over, limit.after) for limit in office.told[0].limits] == [(True, NOW + 8 * DAY)]
    clock.move_to(NOW + 20 * DAY)
    runtime.tick()
    assert office.firings() == [("t", "yellow")], "what fired stays fired"


def test_a_time_that_cannot_be_is_refused_and_changes_nothing(
    runtime: Runtime, case: Case, clock: VirtualClock
) -> None:
    clock.move_to(NOW + DAY)
    before = runtime.query.instance(case.id).revision
    with pytest.raises(InvalidData):
        put_right(case, NOW + 2 * DAY)  # in the future
    with pytest.raises(InvalidData):
        put_right(case, NOW - DAY)  # before the case began
    with pytest.raises(InvalidData):
        put_right(case, NOW + timedelta(hours=1), reason=" ")
    with pytest.raises(InvalidData):
        put_right(case, NOW + timedelta(hours=1), "due")
    with pytest.raises(Conflict):
        put_right(case, NOW)  # as it is
    with pytest.raises(Conflict):
        put_right(case, NOW + timedelta(hours=1), "completed_at")  # it is not done
    with pytest.raises(NotFound):
        put_right(case, NOW, element="b", occurrence=1)
    assert runtime.query.instance(case.id).revision == before


def test_a_time_among_the_data_is_put_right_in_its_own_form(runtime: Runtime, case: Case, clock: VirtualClock) -> None:
    clock.move_to(NOW + DAY)
    data = {"received_at": "2026-03-10T09:00:00+08:00", "published": "2026-03-10", "note": "2026"}
    runtime.enter(case.id, data=data, actor=CLERK, key="enter")
    right = datetime.fromisoformat("2026-03-09T16:30:00+08:00")
    put_right(case, right, "a", field="received_at")
    put_right(case, right, "b", field="published")
    found = runtime.query.instance(case.id).data
    assert (found["received_at"], found["published"]) == ("2026-03-09T16:30:00+08:00", "2026-03-09")
    entries = [e.body for e in runtime.query.journal(case.id) if e.kind == "corrected"]
    assert [(e["from"], e["to"]) for e in entries] == [
        ("2026-03-10T09:00:00+08:00", "2026-03-09T16:30:00+08:00"),
        ("2026-03-10", "2026-03-09"),
    ]
    for field, to, error in (
        ("note", right, NotFound),
        ("missing", right, NotFound),
        ("published", right, Conflict),
        ("received_at", NOW + 2 * DAY, InvalidData),
    ):
        with pytest.raises(error):
            put_right(case, to, f"wrong {field}", field=field)


def test_two_procedures_may_run_at_once_and_each_is_ended_by_its_name(
    runtime: Runtime, case: Case, clock: VirtualClock
) -> None:
    told = {"approver": "h", "reason": "r", "actor": CLERK}
    runtime.suspend(case.id, kind="testing", key="1", notice="通知书〔2026〕7号", own_limit=30, **told)
    with pytest.raises(Conflict):
        runtime.suspend(case.id, kind="testing", key="2", **told)
    runtime.suspend(case.id, kind="hearing", key="3", **told)
    with pytest.raises(Conflict):
        runtime.resume(case.id, reason="r", actor=CLERK, key="4")
    runtime.resume(case.id, kind="testing", reason="r", actor=CLERK, key="5")
    with pytest.raises(Conflict):
        runtime.resume(case.id, kind="testing", reason="r", actor=CLERK, key="6")
    runtime.resume(case.id, reason="r", actor=CLERK, key="7")
    found = {stop.kind: (stop.notice, stop.end is None) for stop in runtime.query.suspensions(case.id)}
    assert found == {"testing": ("通知书〔2026〕7号", False), "hearing": (None, False)}
