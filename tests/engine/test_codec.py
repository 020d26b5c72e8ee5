"""A case that is saved and read back after every step goes the way of one that never was.

Random walks through small models, played twice in step: in memory, and through the codec after
every act. Whether the way is the right one, the token game says (``test_random_models``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from engine.errors import NotFound
from engine.spiff import Compiled, Wait, Workflow, compile_diagram, dump, fingerprint, load
from tests.engine import drawing as d

WALKS = 20
ACTS = 40


@dataclass
class Notes:
    """The engine's side of a workflow: answers conditions, writes down what happened."""

    answers: dict[str, bool]
    lines: list[tuple[Any, ...]] = field(default_factory=list)

    def condition(self, element: str, expression: str, local: Any) -> bool:
        return self.answers[expression]

    def value(self, element: str, expression: str, local: Any) -> Any:
        return int(expression)

    def call(self, element: str, firing: dict[str, Any] | None, local: Any) -> None:
        self.lines.append(("call", element, firing))

    def entered(self, element: str, occurrence: int, kind: str) -> None:
        self.lines.append(("entered", element, occurrence))

    def happened(self, element: str, occurrence: int) -> None:
        self.lines.append(("happened", element, occurrence))

    def left(self, element: str, occurrence: int, outcome: str) -> None:
        self.lines.append((outcome, element, occurrence))

    def moved(self) -> bool:
        return False

    def calling(self, element: str, local: Any) -> dict[str, Any]:
        return {}

    def returned(self, element: str, local: Any) -> None:
        return None

    def leaving(self, element: str, occurrence: int) -> None:
        self.lines.append(("leaving", element, occurrence))

    def thrown(self, element: str, kind: str, local: Mapping[str, Any]) -> Mapping[str, Any]:
        self.lines.append(("thrown", element, kind))
        return {}

    def caught(self, wait: Wait, payload: Mapping[str, Any]) -> dict[str, Any]:
        return {"caught": wait.element}


class Walk:
    """One case; with ``saving`` it is written and read back after every act."""

    def __init__(self, compiled: Compiled, answers: dict[str, bool], *, saving: bool) -> None:
        self.compiled, self.notes, self.saving = compiled, Notes(answers), saving
        self.workflow = Workflow(compiled, self.notes)
        self.workflow.start()
        self._rest()

    def act(self, wait: Wait, firing: dict[str, Any]) -> None:
        if wait.kind == "person":
            self.workflow.complete(wait.element, wait.occurrence)
        else:
            self.workflow.fire(wait.element, wait.occurrence, firing)
        self._rest()

    def _rest(self) -> None:
        self.workflow.check()
        if self.saving:
            self.workflow = load(dump(self.workflow), self.compiled, self.notes)
            self.workflow.check()

    @property
    def waits(self) -> list[Wait]:
        return self.workflow.waits()


def parallel(*names: str) -> str:
    """A split, a step on every branch, and the join."""
    return (
        d.gateway("split", "parallel")
        + d.gateway("join", "parallel")
        + "".join(d.step(name) + d.chain("split", name, "join") for name in names)
    )


def inclusive(split: str = "split", join: str = "join") -> str:
    """Three branches, each with a condition of its own, and a default past them."""
    return (
        d.gateway(split, "inclusive", default=f"f_{split}_none")
        + d.gateway(join, "inclusive")
        + "".join(d.step(n) + d.flow(split, n, n) + d.flow(n, join) for n in ("a", "b", "c"))
        + d.step("none")
        + d.chain(split, "none", join)
    )


def catch(name: str, definition: str) -> str:
    return f'<intermediateCatchEvent id="{name}">{definition}</intermediateCatchEvent>'


TIMER = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
MESSAGE = '<messageEventDefinition messageRef="m"/>'
MESSAGES = '<message id="m" name="m"/><message id="n" name="n"/>'
TERMINATE = '<endEvent id="over"><terminateEventDefinition/></endEvent>'
ENDS = d.start() + d.end()

MODELS = {
    "a sequence": d.model(ENDS, d.step("a"), d.step("b"), d.step("c"), d.chain("s", "a", "b", "c", "e")),
    "an exclusive choice": d.model(
        ENDS, d.step("a"), d.gateway("g", default="f_g_c"), d.step("b"), d.step("c"), d.gateway("m"),
        d.chain("s", "a", "g"), d.flow("g", "b", "x"), d.flow("g", "c"), d.chain("b", "m"), d.chain("c", "m", "e"),
    ),
    "two branches": d.model(ENDS, parallel("a", "b"), d.step("z"), d.chain("s", "split"), d.chain("join", "z", "e")),
    "three branches": d.model(
        ENDS, parallel("a", "b", "c"), d.step("z"), d.chain("s", "split"), d.chain("join", "z", "e")
    ),
    "four branches": d.model(
        ENDS, parallel("a", "b", "c", "d"), d.step("z"), d.chain("s", "split"), d.chain("join", "z", "e")
    ),
    "branches of different length": d.model(
        ENDS, parallel("a", "b"), d.step("c"), d.step("c2"), d.step("z"), d.gateway("g", default="f_g_c2"),
        d.gateway("m"), d.chain("s", "split", "c", "g"), d.flow("g", "m", "x"), d.chain("g", "c2", "m", "join"),
        d.chain("join", "z", "e"),
    ),
    "a split in a split": d.model(
        ENDS, parallel("a", "b"), d.gateway("s2", "parallel"), d.gateway("j2", "parallel"), d.step("c"), d.step("d"),
        d.step("z"), d.chain("s", "split", "s2", "c", "j2", "join"), d.chain("s2", "d", "j2"),
        d.chain("join", "z", "e"),
    ),
    "three branches, inclusive": d.model(
        ENDS, d.step("y"), inclusive(), d.step("z"), d.chain("s", "y", "split"), d.chain("join", "z", "e")
    ),
    "a branch back to a step": d.model(
        ENDS, d.step("a"), d.step("b"), d.gateway("g", default="f_g_e"), d.chain("s", "a", "b", "g"),
        d.flow("g", "a", "again"), d.flow("g", "e"),
    ),
    "a loop around branches": d.model(
        ENDS, d.gateway("back"), parallel("a", "b", "c"), d.step("z"), d.gateway("g", default="f_g_e"),
        d.chain("s", "back", "split"), d.chain("join", "z", "g"), d.flow("g", "back", "again"), d.flow("g", "e"),
    ),
    "a loop around inclusive branches": d.model(
        ENDS, d.gateway("back"), inclusive(), d.step("z"), d.gateway("g", default="f_g_e"),
        d.chain("s", "back", "split"), d.chain("join", "z", "g"), d.flow("g", "back", "again"), d.flow("g", "e"),
    ),
    "a loop in a branch": d.model(
        ENDS, parallel("a", "b"), d.step("c"), d.step("z"), d.gateway("g", default="f_g_join"), d.gateway("back"),
        d.chain("s", "split", "back", "c", "g"), d.flow("g", "back", "again"), d.flow("g", "join"),
        d.chain("join", "z", "e"),
    ),
    "nested sub-processes": d.model(
        ENDS, d.step("z"), d.chain("s", "outer", "z", "e"),
        d.subprocess(
            "outer", d.start("so"), d.end("eo"), d.step("a"), d.chain("so", "a", "inner", "eo"),
            d.subprocess("inner", d.start("si"), d.end("ei"), parallel("b", "c"), d.chain("si", "split"),
                         d.chain("join", "ei")),
        ),
    ),
    "a sub-process again and again": d.model(
        ENDS, d.gateway("back"), d.step("z"), d.gateway("g", default="f_g_e"),
        d.chain("s", "back", "sub", "z", "g"), d.flow("g", "back", "again"), d.flow("g", "e"),
        d.subprocess("sub", d.start("si"), d.end("ei"), d.end("ei2"), d.gateway("fork", "parallel"), d.step("a"),
                     d.step("b"), d.chain("si", "fork", "a", "ei"), d.chain("fork", "b", "ei2")),
    ),
    "a timer with several rungs": d.model(
        ENDS, d.step("a"), d.step("b"), d.chain("s", "a", "b", "e"), d.timer("t", "a", "P1D"), d.rule_check(),
        d.flow("t", "rc"),
    ),
    "a timer that starts a step": d.model(
        ENDS, d.step("a"), d.step("b"), d.chain("s", "a", "b", "e"), d.timer("t", "a", "P1D"), d.step("remind"),
        d.end("e2"), d.chain("t", "remind", "e2"),
    ),
    "a timer that interrupts": d.model(
        ENDS, d.step("a"), d.step("b"), d.step("c"), d.chain("s", "a", "b", "e"), d.chain("c", "e"),
        d.timer("t", "a", "P1D", interrupting=True), d.flow("t", "c"), d.timer("u", "a", "P1D"), d.rule_check(),
        d.flow("u", "rc"),
    ),
    "checkpoints on every step of two branches": d.model(
        ENDS, parallel("a", "b"), d.step("z"), d.chain("s", "split"), d.chain("join", "z", "e"), d.rule_check(),
        *(d.timer(f"t{n}", n, "P1D") + d.data_checkpoint(f"c{n}", n, "") for n in ("a", "b", "z")),
        *(d.flow(f"{k}{n}", "rc") for k in "tc" for n in ("a", "b", "z")),
    ),
    "a message that withdraws a step": d.model(
        ENDS, d.step("a"), d.step("b"), d.chain("s", "a", "e"), d.chain("b", "e"), d.message("m1", "a", "m", True),
        d.flow("m1", "b"), extra=MESSAGES,
    ),
    "a message beside a step": d.model(
        ENDS, d.step("a"), d.step("b"), d.chain("s", "a", "e"), d.message("m1", "a", "m", False), d.end("e2"),
        d.chain("m1", "b", "e2"), extra=MESSAGES,
    ),
    "catch events on branches": d.model(
        ENDS, d.gateway("split", "parallel"), d.gateway("join", "parallel"), d.step("a"), d.step("z"),
        catch("wait", TIMER), catch("told", MESSAGE), d.chain("s", "split", "wait", "join"),
        d.chain("split", "told", "join"), d.chain("split", "a", "join", "z", "e"), extra=MESSAGES,
    ),
    "a choice between events": d.model(
        ENDS, d.step("y"), "<eventBasedGateway id='g'/>", catch("wait", TIMER), catch("told", MESSAGE), d.step("a"),
        d.step("b"), d.gateway("one"), d.chain("s", "y", "g", "wait", "a", "one", "e"),
        d.chain("g", "told", "b", "one"),
        extra=MESSAGES,
    ),
    "terminate in a sub-process": d.model(
        ENDS, d.step("z"), d.chain("s", "sub", "z", "e"),
        d.subprocess("sub", d.start("si"), d.end("ei"), d.gateway("fork", "parallel"), d.step("a"), d.step("b"),
                     catch("told", MESSAGE), TERMINATE, d.chain("si", "fork", "told", "over"),
                     d.chain("fork", "a", "b", "ei")),
        extra=MESSAGES,
    ),
    "a sub-process with a limit, interrupted": d.model(
        ENDS, d.gateway("split", "parallel"), d.gateway("join", "parallel"), d.step("x"), d.step("late"),
        d.gateway("m"), d.chain("s", "split", "x", "join", "e"), d.chain("split", "sub", "m", "join"),
        d.chain("t", "late", "m"), d.timer("t", "sub", "P1D", interrupting=True), d.timer("u", "sub", "P1D"),
        d.rule_check(), d.flow("u", "rc"),
        d.subprocess("sub", d.start("si"), d.end("ei"), parallel("a", "b").replace("split", "s2").replace("join", "j2"),
                     d.chain("si", "s2"), d.chain("j2", "ei")),
    ),
    "a timer that starts branches, again and again": d.model(
        ENDS, d.step("y"), d.chain("s", "y", "e"), d.timer("t", "y", "P1D"), parallel("a", "b"), d.step("z"),
        d.end("e2"), d.chain("t", "split"), d.chain("join", "z", "e2"),
    ),
    "the handlers' turn": d.model(
        ENDS, parallel("a", "b"), d.handler("h1", "issue"), d.handler("h2", "issue"), d.step("z"),
        d.chain("s", "split", "h1", "join"), d.chain("join", "h2", "z", "e"),
    ),
}  # fmt: skip


def walk(name: str, seed: int) -> None:
    """One random walk, twice in step."""
    chance = Random(f"{name}:{seed}")
    xml = MODELS[name]
    compiled = compile_diagram(xml)
    before = fingerprint(compiled)
    answers: dict[str, bool] = {}
    _draw(answers, chance)
    memory, saved = Walk(compiled, answers, saving=False), Walk(compiled, answers, saving=True)
    for number in range(ACTS):
        where = f"{name}, walk {seed}, act {number}"
        assert saved.waits == memory.waits, where
        assert saved.notes.lines == memory.notes.lines, where
        assert memory.workflow.ended == saved.workflow.ended, where
        assert fingerprint(compiled) == before, where
        able = [wait for wait in memory.waits if wait.kind != "subprocess"]
        if not able:
            break
        wait = chance.choice([*able, *(w for w in able if w.kind == "person")])
        _draw(answers, chance)
        for one in (memory, saved):
            one.act(wait, {"rung": number})
    else:
        return
    assert memory.workflow.ended, f"{name}, walk {seed} stands still"


def _draw(answers: dict[str, bool], chance: Random) -> None:
    answers.update({name: chance.random() < 0.5 for name in ("x", "a", "b", "c", "again")})


@pytest.mark.parametrize("name", list(MODELS))
def test_a_case_read_back_after_every_step_goes_the_way_of_one_in_memory(name: str) -> None:
    for seed in range(WALKS):
        walk(name, seed)


def test_a_loop_back_to_a_step_goes_five_rounds() -> None:
    compiled, answers = compile_diagram(MODELS["a branch back to a step"]), {"again": True}
    case = Walk(compiled, answers, saving=True)
    for _ in range(5):
        case.act(case.waits[0], {})
        case.act(case.waits[0], {})
    answers["again"] = False
    case.act(case.waits[0], {})
    case.act(case.waits[0], {})

    assert case.workflow.ended
    assert [line[2] for line in case.notes.lines if line[:2] == ("completed", "b")] == [1, 2, 3, 4, 5, 6]


def test_what_started_a_branch_is_still_known_after_reading_back() -> None:
    case = Walk(compile_diagram(MODELS["a timer with several rungs"]), {}, saving=True)
    for rung in ("notice", "yellow", "red"):
        case.act(next(wait for wait in case.waits if wait.kind == "timer"), {"rung": rung})

    assert [line[2]["rung"] for line in case.notes.lines if line[0] == "call"] == ["notice", "yellow", "red"]


def test_a_state_of_another_version_is_not_guessed_at() -> None:
    compiled = compile_diagram(MODELS["a sequence"])
    with pytest.raises(NotFound, match="expected a state of version 2 or before, found 99"):
        load(b'{"v": 99}', compiled, Notes({}))
