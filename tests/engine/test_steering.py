"""A running timer in a person's hands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import Rung, Runtime
from engine.clock import VirtualClock
from engine.errors import Conflict, InvalidData, NotFound
from engine.model import Timer
from tests.engine import drawing as d
from tests.engine.conftest import CHIEF, Case, Office, begin

NOW = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
REMINDING = d.model(
    *(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e")),
    *(d.timer("t", "a", "PT2H"), d.handler("h", "issue"), d.end("told"), d.chain("t", "h", "told")),
)
LIMITED = d.model(
    *(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e")),
    *(d.timer("t", "a", "checkpoint", ref="TT-01"), d.rule_check(), d.flow("t", "rc")),
    checkpoints=d.checkpoint("TT-01", amount="5"),
)


class Hand:
    """The chief, who steers the one timer of a case."""

    def __init__(self, runtime: Runtime, case: Case) -> None:
        self.runtime, self.case, self.acts = runtime, case, 0

    @property
    def timer(self) -> Timer:
        (found,) = self.runtime.query.timers(self.case.id)
        return found

    def key(self) -> str:
        self.acts += 1
        return f"steer:{self.acts}"

    def change(self, due: datetime, reason: str = "the applicant asked for it") -> None:
        self.runtime.change_timer(self.timer.id, due=due, reason=reason, actor=CHIEF, key=self.key())

    def restore(self) -> None:
        self.runtime.restore_timer(self.timer.id, reason="no longer needed", actor=CHIEF, key=self.key())

    def pause(self) -> None:
        self.runtime.pause_timer(self.timer.id, reason="the portal is down", actor=CHIEF, key=self.key())

    def resume(self) -> None:
        self.runtime.resume_timer(self.timer.id, reason="it is up again", actor=CHIEF, key=self.key())

    def told(self) -> list[tuple[str, str, object, object]]:
        kinds = ("timer_changed", "timer_restored", "timer_paused", "timer_resumed", "due_moved")
        entries = [entry for entry in self.runtime.query.journal(self.case.id) if entry.kind in kinds]
        return [(entry.kind, entry.actor, entry.body["from"], entry.body["to"]) for entry in entries]


@pytest.fixture
def hand(runtime: Runtime) -> Hand:
    return Hand(runtime, begin(runtime, REMINDING))


@pytest.fixture
def limit(runtime: Runtime, office: Office) -> Hand:
    office.rungs = [Rung("TT-01.1", "yellow", NOW + HOUR, NOW + HOUR, reason={"rule": "counted"})]
    return Hand(runtime, begin(runtime, LIMITED))


def iso(instant: datetime) -> str:
    return instant.isoformat()


def test_a_changed_timer_fires_when_it_was_told_to(hand: Hand, office: Office, clock: VirtualClock) -> None:
    hand.change(NOW + 5 * HOUR)
    clock.advance(4 * HOUR)
    assert hand.runtime.tick() == 0

    clock.advance(HOUR)
    assert hand.runtime.tick() == 1
    assert (hand.timer.due, hand.timer.late_ms, len(office.calls)) == (NOW + 5 * HOUR, 0, 1)


def test_a_change_is_written_down_with_who_and_why(hand: Hand) -> None:
    hand.change(NOW + 5 * HOUR, "the applicant is abroad")

    told = hand.timer.reason["manual"]["changed"]
    assert (told["by"], told["reason"], told["at"]) == ("wang", "the applicant is abroad", iso(NOW))
    assert hand.told() == [("timer_changed", "wang", iso(NOW + 2 * HOUR), iso(NOW + 5 * HOUR))]


def test_a_change_outlives_every_derivation_until_it_is_withdrawn(limit: Hand, office: Office) -> None:
    limit.change(NOW + 5 * HOUR)
    office.rungs = [Rung("TT-01.1", "yellow", NOW + 3 * HOUR, NOW + 3 * HOUR, reason={"rule": "extended"})]
    limit.runtime.extend(limit.case.id, amount=2, unit="hour", approver="h", reason="r", actor=CHIEF, key="x")
    assert (limit.timer.due, limit.timer.state) == (NOW + 5 * HOUR, "armed")

    limit.restore()
    assert (limit.timer.due, limit.timer.manual) == (NOW + 3 * HOUR, None)
    assert limit.timer.reason == {"rule": "extended"}
    assert limit.told()[-1] == ("due_moved", "wang", iso(NOW + HOUR), iso(NOW + 3 * HOUR))


def test_a_changed_timer_runs_on_while_the_clock_of_the_case_stands(limit: Hand, office: Office) -> None:
    limit.change(NOW + 5 * HOUR)
    office.rungs = [Rung("TT-01.1", "yellow", None)]
    limit.runtime.suspend(limit.case.id, kind="hearing", approver="h", reason="r", actor=CHIEF, key="x")
    assert (limit.timer.due, limit.timer.state) == (NOW + 5 * HOUR, "armed")

    limit.restore()
    assert (limit.timer.due, limit.timer.state) == (None, "suspended")


def test_a_held_timer_does_not_fire_and_fires_at_once_when_it_may(
    hand: Hand, office: Office, clock: VirtualClock
) -> None:
    hand.pause()
    assert (hand.timer.due, hand.timer.state) == (None, "suspended")
    clock.advance(9 * HOUR)
    assert hand.runtime.tick() == 0

    hand.resume()
    assert hand.runtime.tick() == 1
    assert (hand.timer.due, hand.timer.late_ms) == (NOW + 2 * HOUR, 7 * 3_600_000)
    assert [kind for kind, *_ in hand.told()] == ["timer_paused", "timer_resumed"]


def test_a_timer_may_be_changed_while_it_is_held(hand: Hand) -> None:
    hand.pause()
    hand.change(NOW + 5 * HOUR)
    assert (hand.timer.due, hand.timer.state) == (None, "suspended")

    hand.resume()
    assert (hand.timer.due, hand.timer.state) == (NOW + 5 * HOUR, "armed")
    hand.restore()
    assert (hand.timer.due, hand.timer.manual) == (NOW + 2 * HOUR, None)


def test_a_held_timer_goes_with_its_step(hand: Hand) -> None:
    hand.pause()
    hand.case.do("a")
    assert hand.timer.state == "cancelled"
    with pytest.raises(Conflict, match="cancelled"):
        hand.resume()


def test_what_fired_cannot_be_changed(hand: Hand, clock: VirtualClock) -> None:
    clock.advance(3 * HOUR)
    with pytest.raises(Conflict, match="found it fired"):
        hand.change(NOW + 5 * HOUR)  # the command itself fires what is due, and is then undone as a whole
    hand.runtime.tick()
    with pytest.raises(Conflict, match="found it fired"):
        hand.pause()


def test_what_was_not_done_cannot_be_undone(hand: Hand) -> None:
    for act in (hand.resume, hand.restore):
        with pytest.raises(Conflict, match="by hand"):
            act()
    hand.pause()
    with pytest.raises(Conflict, match="held already"):
        hand.pause()


def test_a_reason_and_an_offset_are_demanded(hand: Hand) -> None:
    with pytest.raises(InvalidData, match="reason"):
        hand.change(NOW, " ")
    with pytest.raises(InvalidData, match="offset"):
        hand.change(datetime(2026, 3, 12))  # noqa: DTZ001
    with pytest.raises(NotFound, match="nowhere"):
        hand.runtime.pause_timer("nowhere", reason="r", actor=CHIEF, key="k")


def test_the_same_key_changes_it_once(hand: Hand) -> None:
    for _ in range(2):
        hand.runtime.change_timer(hand.timer.id, due=NOW + 5 * HOUR, reason="r", actor=CHIEF, key="same")
    assert len(hand.told()) == 1
