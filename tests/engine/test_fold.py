"""A case that ran elsewhere, folded: it leaves what the same acts leave when they come in live."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from engine import Act, Fold, Rung, RungRequest, Runtime
from engine.clock import VirtualClock
from engine.model import JournalEntry
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Office

START = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
WALKS = 25
MODEL = d.model(
    *(d.start(), d.gateway("split", "parallel"), d.step("a"), d.step("b"), d.step("c"), d.gateway("back")),
    *(d.gateway("again", default="f_again_join"), d.gateway("join", "parallel"), d.step("z"), d.end()),
    *(d.chain("s", "split", "back", "a", "again"), d.flow("again", "back", "wrong"), d.flow("again", "join")),
    *(d.chain("split", "b", "c", "join", "z", "e"), d.rule_check()),
    d.timer("ta", "a", "checkpoint", ref="TT-01"),
    d.timer("tz", "z", "checkpoint", ref="TT-01"),
    d.data_checkpoint("ca", "a", ref="TT-02"),
    d.message("mb", "b", "m", interrupting=True),
    *(d.flow("ta", "rc"), d.flow("tz", "rc"), d.flow("ca", "rc"), d.flow("mb", "c")),
    checkpoints=d.checkpoint("TT-01", amount="5") + d.checkpoint("TT-02", "expression", must="x &gt; 1"),
    extra='<message id="m" name="withdrawn"/>',
)


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


def two_rungs(request: RungRequest) -> list[Rung]:
    """Five hours after the step was entered, and again after ten."""
    return [
        Rung("TT-01.1", name, request.entered_at + timedelta(hours=hours), level=name)
        for name, hours in (("notice", 5), ("yellow", 10))
    ]


@pytest.fixture
def desk(runtime: Runtime, office: Office) -> Runtime:
    runtime.handlers.rungs = two_rungs
    runtime.deploy(MODEL, by="designer")
    return runtime


def folded(desk: Runtime, acts: Sequence[Act], key: str = "fold") -> Fold:
    return desk.fold(
        "p",
        business_key=key,
        district_code="370202",
        scope="housing",
        data={"wrong": False},
        at=START,
        acts=acts,
        actor=CLERK,
        key=key,
    )


def live(desk: Runtime, clock: VirtualClock, acts: Sequence[Act]) -> tuple[str, list[int]]:
    """The same acts as commands, each at its instant; gives the case and the acts that fitted nowhere."""
    clock.move_to(START)
    case = desk.start(
        "p",
        business_key="live",
        district_code="370202",
        scope="housing",
        data={"wrong": False},
        actor=CLERK,
        key="live",
    ).instance_id
    strays = []
    for number, act in enumerate(acts):
        clock.move_to(act.at)
        desk.fire_due(case)
        if not _do(desk, case, act, f"live:{number}"):
            strays.append(number)
    return case, strays


def _do(desk: Runtime, case: str, act: Act, key: str) -> bool:
    if act.kind == "time":
        return desk.query.instance(case).state == "open"
    if act.kind == "message":
        if not any(wait == "b" for wait in _open(desk, case)):
            return False
        desk.deliver(case, act.name, payload=act.data, actor=CLERK, key=key)
        return True
    for task in desk.query.tasks(instance_id=case):
        if task.element == act.name:
            desk.complete(task.id, data=act.data, actor=act.actor or CLERK, key=key)
            return True
    return False


def _open(desk: Runtime, case: str) -> list[str]:
    return [task.element for task in desk.query.tasks(instance_id=case)]


def rows(desk: Runtime, case: str) -> dict[str, Any]:
    """What is kept of a case, without its own ids."""
    instance = desk.query.instance(case)
    return {
        "instance": (instance.state, instance.data, instance.started_at, instance.ended_at),
        "steps": sorted(desk.query.steps(case), key=lambda s: (s.element, s.occurrence)),
        "timers": sorted(
            (t.element, t.rung, t.occurrence, t.due, t.state, t.fired_at) for t in desk.query.timers(case)
        ),
        "open": sorted(_open(desk, case)),
        "journal": [(e.kind, e.at, e.actor, _body(e)) for e in desk.query.journal(case)],
    }


def _body(entry: JournalEntry) -> dict[str, Any]:
    return {key: value for key, value in entry.body.items() if key != "id"}


def firings(office: Office, case: str) -> list[tuple[Any, ...]]:
    return [
        (c.firing.element, c.firing.cause, c.firing.rung, c.firing.occurrence, c.firing.due, c.firing.happened, c.case.at)
        for c in office.calls
        if c.firing is not None and c.case.instance.id == case
    ]  # fmt: skip


def random_acts(chance: Random) -> list[Act]:
    """Steps in and out of place, messages, the passing of time; often several at the same instant."""
    at, acts = 0.0, []
    for _ in range(chance.randint(1, 10)):
        at += chance.choice([0, 0.5, 2, 4, 5, 11])
        kind = chance.choice(["step"] * 6 + ["message", "time"])
        name = {"step": chance.choice(["a", "b", "c", "z", "nowhere"]), "message": "withdrawn"}.get(kind, "")
        data = {"wrong": chance.random() < 0.3, "x": chance.randint(0, 3)} if name == "a" else {}
        acts.append(Act(hour(at), kind, name, data))
    return acts


@pytest.mark.parametrize("seed", range(WALKS))
def test_folding_leaves_what_the_same_commands_leave(
    desk: Runtime, office: Office, clock: VirtualClock, seed: int
) -> None:
    acts = random_acts(Random(seed))
    case, strays = live(desk, clock, acts)
    fold = folded(desk, acts)

    assert fold.strays == tuple(strays)
    assert rows(desk, fold.outcome.instance_id) == rows(desk, case)
    assert firings(office, fold.outcome.instance_id) == firings(office, case)


def test_a_limit_that_passed_between_two_events_is_found_at_its_own_instant(desk: Runtime, office: Office) -> None:
    fold = folded(desk, [Act(hour(20), "step", "a", {"x": 2, "wrong": False})])

    timers = [(f[2], f[4]) for f in firings(office, fold.outcome.instance_id) if f[1] == "timer"]
    assert timers == [("notice", hour(5)), ("yellow", hour(10))]


def test_what_does_not_fit_the_drawing_is_told_and_moves_nothing(desk: Runtime) -> None:
    acts = [
        Act(hour(1), "step", "z"),
        Act(hour(2), "step", "b"),
        Act(hour(3), "message", "withdrawn"),
        Act(hour(4), "step", "no such step"),
    ]
    fold = folded(desk, acts)

    assert fold.strays == (0, 2, 3)
    assert sorted(_open(desk, fold.outcome.instance_id)) == ["a", "c"]


def test_what_comes_after_the_end_is_told(desk: Runtime) -> None:
    steps = [Act(hour(n), "step", name, {"x": 2} if name == "a" else {}) for n, name in enumerate("abcz", 1)]
    fold = folded(desk, [*steps, Act(hour(9), "step", "z"), Act(hour(9), "time")])

    assert fold.outcome.state == "ended"
    assert desk.query.instance(fold.outcome.instance_id).ended_at == hour(4)
    assert fold.strays == (4, 5)


def test_an_act_before_the_start_does_no_harm(desk: Runtime, office: Office) -> None:
    fold = folded(desk, [Act(hour(-3), "step", "a", {"x": 2, "wrong": False}), Act(hour(1), "step", "b")])

    (step,) = [s for s in desk.query.steps(fold.outcome.instance_id) if s.element == "a"]
    assert (step.entered_at, step.completed_at) == (START, hour(-3))
    assert _open(desk, fold.outcome.instance_id) == ["c"]
    assert [f[1] for f in firings(office, fold.outcome.instance_id)] == ["completion"]


def test_folding_again_with_the_same_key_changes_nothing(desk: Runtime) -> None:
    acts = [Act(hour(1), "step", "z"), Act(hour(2), "step", "b")]
    first = folded(desk, acts)
    before = rows(desk, first.outcome.instance_id)

    assert folded(desk, acts) == first
    assert rows(desk, first.outcome.instance_id) == before
    assert len(desk.query.instances(definition="p")) == 1
