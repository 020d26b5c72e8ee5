"""Firings that were missed: each, coalesced or skipped, and how late, wherever it is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Rung, Runtime
from engine.catchup import COALESCED, EACH, GRACE, POLICIES, SKIP, catch_up, late_ms
from engine.clock import VirtualClock
from engine.instances.folding import Act
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Case, Office, begin

NOW = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DUES = st.lists(st.integers(-500_000, 500_000).map(lambda seconds: NOW + timedelta(seconds=seconds)), max_size=30)


@given(DUES, st.sampled_from(POLICIES))
def test_every_due_that_has_come_is_decided_once_and_no_other(dues: list[datetime], policy: str) -> None:
    found = catch_up(dues, policy, NOW)

    assert sorted((*found.fire, *found.let_go)) == sorted({due for due in dues if due <= NOW})
    assert list(found.fire) == sorted(found.fire)


@given(DUES)
def test_each_lets_nothing_go(dues: list[datetime]) -> None:
    assert catch_up(dues, EACH, NOW).let_go == ()


@given(DUES)
def test_coalesced_fires_the_last_of_those_that_came_due(dues: list[datetime]) -> None:
    found = catch_up(dues, COALESCED, NOW)

    assert found.fire == tuple(sorted(due for due in dues if due <= NOW)[-1:])


@given(DUES, st.integers(0, 100_000).map(lambda seconds: timedelta(seconds=seconds)))
def test_skip_fires_what_is_late_by_the_grace_at_most(dues: list[datetime], grace: timedelta) -> None:
    found = catch_up(dues, SKIP, NOW, grace)

    assert all(NOW - due <= grace for due in found.fire)
    assert all(NOW - due > grace for due in found.let_go)


@given(DUES, st.sampled_from(POLICIES), st.integers(0, 500_000))
def test_a_worker_that_looks_twice_fires_nothing_twice(dues: list[datetime], policy: str, later: int) -> None:
    first = catch_up(dues, policy, NOW)
    left = set(dues) - set(first.fire) - set(first.let_go)
    second = catch_up(left, policy, NOW + timedelta(seconds=later))

    assert not set(first.fire) & set(second.fire)
    assert {*first.fire, *first.let_go, *second.fire, *second.let_go} == {
        due for due in dues if due <= NOW + timedelta(seconds=later)
    }


@given(DUES)
def test_a_worker_that_is_never_down_fires_the_same_under_every_policy(dues: list[datetime]) -> None:
    """Each due is met when it comes, so nothing was missed."""
    for policy in POLICIES:
        met = [due for due in sorted(set(dues)) if catch_up([due], policy, due + GRACE).fire == (due,)]
        assert met == sorted(set(dues))


def test_lateness_is_told_in_milliseconds() -> None:
    assert late_ms(NOW, NOW) == 0
    assert late_ms(NOW, NOW + timedelta(hours=72, milliseconds=7)) == 72 * 3_600_000 + 7


def reminding(policy: str) -> bytes:
    """A step with a reminder after two hours."""
    return d.model(
        *(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e")),
        *(
            d.timer("t", "a", "PT2H", catch_up=policy),
            d.handler("h", "issue"),
            d.end("told"),
            d.chain("t", "h", "told"),
        ),
    )


def entries(runtime: Runtime, case: Case, kind: str) -> list[dict[str, object]]:
    return [dict(entry.body) for entry in runtime.query.journal(case.id) if entry.kind == kind]


@pytest.mark.parametrize("policy", [EACH, COALESCED])
def test_a_reminder_missed_for_three_days_is_sent_late_and_says_so(
    runtime: Runtime, office: Office, clock: VirtualClock, policy: str
) -> None:
    case = begin(runtime, reminding(policy))
    clock.advance(timedelta(hours=72))

    assert runtime.tick() == 1
    (timer,) = runtime.query.timers(case.id)
    assert (timer.state, timer.late_ms) == ("fired", 70 * 3_600_000)
    assert [entry["late_ms"] for entry in entries(runtime, case, "timer_fired")] == [70 * 3_600_000]
    assert len(office.calls) == 1


def test_a_reminder_that_is_not_worth_sending_late_is_skipped_and_the_journal_says_so(
    runtime: Runtime, office: Office, clock: VirtualClock
) -> None:
    case = begin(runtime, reminding(SKIP))
    clock.advance(2 * HOUR + GRACE + timedelta(milliseconds=1))

    runtime.tick()
    (timer,) = runtime.query.timers(case.id)
    assert (timer.state, timer.fired_at, timer.late_ms) == ("skipped", None, 60_001)
    assert [entry["policy"] for entry in entries(runtime, case, "timer_skipped")] == ["skip"]
    assert office.calls == [] and runtime.tick() == 0
    case.do("a")
    assert case.state == "ended"


def test_a_reminder_that_is_late_by_no_more_than_the_grace_is_sent(
    runtime: Runtime, office: Office, clock: VirtualClock
) -> None:
    begin(runtime, reminding(SKIP))
    clock.advance(2 * HOUR + GRACE)

    assert runtime.tick() == 1
    assert len(office.calls) == 1


def test_a_clerk_who_comes_first_after_the_downtime_skips_it_as_the_worker_would(
    runtime: Runtime, office: Office, clock: VirtualClock
) -> None:
    case = begin(runtime, reminding(SKIP))
    clock.advance(timedelta(hours=72))
    case.do("a")

    assert office.calls == []
    assert len(entries(runtime, case, "timer_skipped")) == 1


def test_in_a_replay_nothing_was_missed(runtime: Runtime, office: Office, clock: VirtualClock) -> None:
    """Between two events of a log lie days, and no worker was down."""
    model = runtime.deploy(reminding(SKIP), by="designer")
    clock.advance(timedelta(days=400))
    runtime.fold(
        model.name,
        business_key="C-1",
        district_code="370202",
        scope="housing",
        data={},
        at=NOW,
        acts=[Act(NOW + timedelta(days=3), "step", "a")],
        actor=CLERK,
        key="fold",
    )

    assert len(office.calls) == 1


def test_a_skipped_rung_whose_limit_moves_is_armed_again(runtime: Runtime, office: Office, clock: VirtualClock) -> None:
    xml = d.model(
        *(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e")),
        *(d.timer("t", "a", "checkpoint", ref="TT-01", catch_up=SKIP), d.rule_check(), d.flow("t", "rc")),
        checkpoints=d.checkpoint("TT-01", amount="5"),
    )
    office.rungs = [Rung("TT-01.1", "yellow", NOW + HOUR)]
    case = begin(runtime, xml)
    clock.advance(3 * HOUR)
    runtime.tick()
    assert [timer.state for timer in runtime.query.timers(case.id)] == ["skipped"]

    office.rungs = [Rung("TT-01.1", "yellow", NOW + 9 * HOUR)]
    runtime.extend(case.id, amount=1, unit="hour", approver="head", reason="hearing", actor=CLERK, key="x")
    assert [timer.state for timer in runtime.query.timers(case.id)] == ["armed"]
    clock.advance(6 * HOUR)
    assert runtime.tick() == 1
    assert office.firings() == [("t", "yellow")]
