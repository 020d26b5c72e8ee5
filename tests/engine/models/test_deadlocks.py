"""What the lint calls a deadlock deadlocks: on random drawings, against the token game that knows nothing of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

import pytest

from engine import profile
from engine.lint.remarks import Remark
from tests.engine import drawing as d
from tests.engine.game import Game
from tests.engine.models.standing import ROUND, STUCK, STUCK_INSIDE

DRAWINGS, GAMES, ACTS = 180, 5, 40
DEADLOCKS = ("deadlock", "deadlock_inside", "no_way_out")


@dataclass
class Drawing:
    """A random net of splits and joins; behind each flow of a split stands a step of its own."""

    chance: Random
    parts: list[str] = field(default_factory=lambda: [d.start()])
    open: list[str] = field(default_factory=lambda: ["s"])
    choices: list[str] = field(default_factory=list)
    number: int = 0

    def name(self, letter: str) -> str:
        self.number += 1
        return f"{letter}{self.number}"

    def take(self) -> str:
        return self.open.pop(self.chance.randrange(len(self.open)))

    def step(self, after: str, condition: str = "") -> str:
        name = self.name("t")
        self.parts += [d.step(name), d.flow(after, name, condition)]
        return name

    @property
    def flows(self) -> list[str]:
        """The flows out of the splits."""
        return [part.split('"')[1] for part in self.parts if part.startswith('<sequenceFlow id="f_g')]

    def split(self) -> None:
        kind, name = self.chance.choice(["exclusive", "exclusive", "parallel", "inclusive"]), self.name("g")
        self.parts.append(d.flow(self.take(), name))
        if kind == "parallel":
            self.parts.append(d.gateway(name, kind))
            self.open += [self.step(name), self.step(name)]
        else:
            self.choices.append(name)
            one, other = self.step(name, f"{name} = 0"), self.step(name)
            self.parts.append(d.gateway(name, kind, f"f_{name}_{other}"))
            self.open += [one, other]

    def join(self) -> None:
        if len(self.open) < 2:
            return
        kind, name = self.chance.choice(["exclusive", "parallel", "parallel", "inclusive"]), self.name("j")
        self.parts += [d.gateway(name, kind), d.flow(self.take(), name), d.flow(self.take(), name)]
        self.open.append(name)

    def back(self) -> None:
        """A way back into a merge in front of a step."""
        before, merge, choice = self.take(), self.name("m"), self.name("g")
        self.parts += [d.gateway(merge), d.flow(before, merge)]
        again = self.step(merge)
        self.choices.append(choice)
        self.parts += [d.gateway(choice, default=f"f_{choice}_{merge}"), d.flow(again, choice), d.flow(choice, merge)]
        self.open.append(self.step(choice, f"{choice} = 0"))

    def model(self) -> bytes:
        for _ in range(self.chance.randrange(2, 7)):
            self.chance.choice([self.split, self.split, self.join, self.join, self.back])()
        stop = self.chance.random() < 0.2
        for last in self.open:
            name = self.name("e")
            inner = "<terminateEventDefinition/>" if stop and last == self.open[0] else ""
            self.parts += [f'<endEvent id="{name}">{inner}</endEvent>', d.flow(last, name)]
        return d.model(*self.parts)


def said(xml: bytes) -> list[Remark]:
    return [one for one in profile.check(xml).remarks if one.code in DEADLOCKS]


def played(xml: bytes, choices: list[str], chance: Random) -> tuple[str, set[str]]:
    """How one game comes out (ended, stuck, running), and the steps that were done."""

    def data() -> dict[str, int]:
        return {name: chance.randrange(2) for name in choices}

    game = Game(xml, data())
    for _ in range(ACTS):
        steps = sorted(game.waits[0].person)
        if not steps or game.lost:
            break
        game.complete(chance.choice(steps), data())
    if game.ended:
        return "ended", game.visited
    return ("running" if game.waits[0].person else "stuck"), game.visited


def test_what_is_called_a_deadlock_never_ends_in_the_game() -> None:
    chance, outcomes = Random(11), Counter[str]()
    for _ in range(DRAWINGS):
        drawing = Drawing(chance)
        xml = drawing.model()
        errors = {one.code for one in profile.check(xml).errors} - set(DEADLOCKS)
        if errors:
            continue
        ways = {one.element for one in said(xml)}
        for _ in range(GAMES):
            outcome, visited = played(xml, drawing.choices, chance)
            taken = [way for way in ways if way == "s" or way.rpartition("_")[2] in visited]
            assert not (taken and outcome == "ended"), (taken, xml.decode())
            outcomes[f"{outcome} {'as said' if taken else 'unsaid'}"] += 1
    assert outcomes["stuck as said"] > 100
    assert outcomes["ended unsaid"] > 200
    # Where several choices together bring a case to a stop, none of them alone is to blame, and nothing is said.
    assert outcomes["stuck unsaid"] < outcomes["stuck as said"]


def test_a_lint_that_blames_the_other_flows_is_found() -> None:
    """The control: where one flow is to blame, its sibling does lead to an end."""
    chance, ended = Random(11), 0
    for _ in range(DRAWINGS):
        drawing = Drawing(chance)
        xml = drawing.model()
        blamed = {one.element for one in said(xml) if one.element != "s"}
        splits = {way.split("_")[1] for way in blamed}
        others = [line for line in drawing.flows if line.split("_")[1] in splits and line not in blamed]
        for _ in range(GAMES if others else 0):
            outcome, visited = played(xml, drawing.choices, chance)
            ended += outcome == "ended" and any(way.rpartition("_")[2] in visited for way in others)
    assert ended > 20


def test_an_exclusive_split_into_a_parallel_join_is_an_error_at_the_beginning() -> None:
    (remark,) = said(STUCK)
    assert (remark.code, remark.severity, remark.element) == ("deadlock", "error", "s")
    assert "j waits for ever for f_b_j" in remark.message_en or "j waits for ever for f_a_j" in remark.message_en


def test_joined_by_its_own_kind_it_is_none() -> None:
    assert said(STUCK.replace(b'<parallelGateway id="j"/>', b'<exclusiveGateway id="j"/>')) == []


def test_inside_a_sub_process_it_is_a_remark_for_others_may_end_it() -> None:
    (remark,) = said(STUCK_INSIDE)
    assert (remark.code, remark.severity, remark.element) == ("deadlock_inside", "remark", "i")


def test_one_branch_that_ends_instead_of_coming_to_the_join_is_named() -> None:
    xml = d.model(
        d.start(), d.gateway("fork", "parallel"), d.gateway("j", "parallel"), d.gateway("g", default="f_g_b"),
        d.step("a"), d.step("b"), d.end("e1"), d.end(), d.chain("s", "fork", "a", "j", "e"), d.chain("fork", "g", "b", "j"),
        d.flow("g", "e1", "x = 1"),
    )  # fmt: skip
    (remark,) = said(xml)
    assert (remark.element, remark.severity) == ("f_g_e1", "error")
    assert "j waits for ever for f_b_j" in remark.message_en


def test_a_loop_without_a_way_out_is_remarked_upon() -> None:
    assert [(one.code, one.element) for one in said(ROUND)] == [("no_way_out", "f_g_m")]


@pytest.mark.parametrize("event", ["message", "error"])
def test_what_can_be_interrupted_is_not_said_to_stand_still(event: str) -> None:
    """An event sub-process may end the level whatever its joins wait for."""
    definition = '<messageEventDefinition messageRef="m"/>' if event == "message" else "<errorEventDefinition/>"
    handler = (
        f'<subProcess id="h" triggeredByEvent="true"><startEvent id="hs">{definition}</startEvent>'
        f"{d.step('hx')}{d.end('he')}{d.chain('hs', 'hx', 'he')}</subProcess>"
    )
    xml = STUCK.replace(b"</process>", handler.encode() + b"</process>").replace(
        b"<process", b'<message id="m" name="m"/><process', 1
    )
    assert said(xml) == []
