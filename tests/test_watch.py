"""The watch over the definitions notices whatever a case may change in them, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine import Call, Runtime, definitions
from engine.clock import VirtualClock
from engine.db import Database
from engine.errors import CommandFailed
from engine.spiff import Compiled, compile_diagram, fingerprint
from tests.engine import drawing as d
from tests.engine.conftest import Office, begin
from tests.snapshot import Snapshot
from tests.watch import KEPT, Watch

MODEL = d.model(
    *(
        d.start(),
        d.step("a"),
        d.gateway("g", default="f_g_b"),
        d.subprocess("x", d.start("i"), d.end("j"), d.chain("i", "j")),
    ),
    *(d.handler("b", "change"), d.end(), d.timer("t", "a", "P5D"), d.flow("t", "b")),
    *(d.chain("s", "a", "g"), d.flow("g", "x", "big"), d.flow("g", "b"), d.chain("x", "e"), d.chain("b", "e")),
)


def node(compiled: Compiled, name: str) -> Any:
    return compiled.spec.task_specs[name]


# What somebody might do to a definition while a case runs on it.
CHANGES: dict[str, Callable[[Compiled], Any]] = {
    "a flow more": lambda one: node(one, "a")._outputs.append("x"),
    "a flow less": lambda one: node(one, "g")._outputs.pop(),
    "another input": lambda one: node(one, "b")._inputs.append("Start"),
    "another class": lambda one: setattr(node(one, "b"), "__class__", type(node(one, "s"))),
    "another condition": lambda one: node(one, "g").conditions.append(("true", "b")),
    "another event": lambda one: setattr(node(one, "t").event, "kind", "message"),
    "an attribute more": lambda one: setattr(node(one, "a"), "seen", True),
    "an attribute less": lambda one: delattr(node(one, "a"), "manual"),
    "another value": lambda one: setattr(node(one, "t"), "interrupting", True),
    "a subscriber": lambda one: node(one, "a").completed_event.connect(print),
    "a node more": lambda one: one.spec.task_specs.update(z=node(one, "a")),
    "a node of a sub-process less": lambda one: one.subprocesses["x"].task_specs.pop("i"),
    "a sub-process less": lambda one: one.subprocesses.pop("x"),
    "an element of the diagram": lambda one: one.diagram.elements.pop("a"),
}

BESIDE_THE_GRAPH = {"an element of the diagram"}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_a_definition_is_noticed(what: str) -> None:
    compiled = compile_diagram(MODEL)
    before = Snapshot(compiled)
    assert before.changes() == []
    CHANGES[what](compiled)
    assert before.changes() != []


@pytest.mark.parametrize("what", sorted(CHANGES.keys() - BESIDE_THE_GRAPH))
def test_a_change_of_the_graph_changes_its_hash(what: str) -> None:
    compiled = compile_diagram(MODEL)
    before = fingerprint(compiled)
    assert fingerprint(compile_diagram(MODEL)) == before
    CHANGES[what](compiled)
    assert fingerprint(compiled) != before


@pytest.fixture
def change() -> list[str]:
    """What the handler of the model does to the definition it runs in."""
    return []


@pytest.fixture
def runtime(sqlite_database: Database, clock: VirtualClock, change: list[str]) -> Runtime:
    def apply(call: Call) -> None:
        for what in change:
            CHANGES[what](definitions.compiled(MODEL))

    handlers = Office().handlers()
    handlers.register("change", apply)
    return Runtime(sqlite_database, clock, handlers)


@pytest.fixture
def fresh_definition() -> Any:
    """The cached definition is thrown away before and after: it is spoiled here."""
    definitions.compiled.__wrapped__.cache_clear()  # type: ignore[attr-defined]
    yield
    definitions.compiled.__wrapped__.cache_clear()  # type: ignore[attr-defined]


@pytest.mark.usefixtures("fresh_definition")
@pytest.mark.parametrize("what", ["a flow more", "another event", "another value"])
def test_the_command_that_changed_it_is_found_out(runtime: Runtime, watch: Watch, change: list[str], what: str) -> None:
    case = begin(runtime, MODEL)
    assert watch.take_changed() == []
    change.append(what)
    case.do("a", big=False)
    assert watch.take_changed() != []


@pytest.mark.usefixtures("fresh_definition")
def test_a_command_that_failed_is_found_out_too(runtime: Runtime, watch: Watch, change: list[str]) -> None:
    case = begin(runtime, MODEL)
    change += ["a flow more", "a sub-process less", "no such change"]
    with pytest.raises(CommandFailed, match="no such change"):
        case.do("a", big=False)
    assert "p: subprocesses" in watch.take_changed()


@pytest.mark.usefixtures("fresh_definition")
def test_a_command_that_changes_nothing_is_none(runtime: Runtime, watch: Watch) -> None:
    case = begin(runtime, MODEL)
    case.do("a", big=True)
    assert (case.state, watch.take_changed()) == ("ended", [])


def test_a_definition_that_is_forgotten_is_looked_at_a_last_time() -> None:
    watch, spoiled = Watch(), compile_diagram(MODEL)
    watch.use(spoiled)
    CHANGES["a flow more"](spoiled)
    others = [
        compile_diagram(d.model(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e"), name=f"p{n}"))
        for n in range(KEPT)
    ]
    for other in others:
        watch.use(other)
    assert watch.take_changed()[-1] == "p: another hash"
