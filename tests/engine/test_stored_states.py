"""What an earlier release has stored is read, and goes on as it would have gone on then."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from engine.spiff import Workflow, compile_diagram, dump, load
from tests.engine.states.record import Recorder, play

FILES = sorted(Path(__file__).parent.joinpath("states").glob("*.json.gz"))


def models() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{file.name.split('.')[0]}: {model['model']}", model)
        for file in FILES
        for model in json.loads(gzip.decompress(file.read_bytes()))
    ]


def test_there_are_five_hundred_states_of_every_release() -> None:
    assert FILES
    for file in FILES:
        walks = [walk for model in json.loads(gzip.decompress(file.read_bytes())) for walk in model["walks"]]
        assert sum(len(walk["states"]) for walk in walks) >= 500


@pytest.mark.parametrize(("name", "model"), models(), ids=[name for name, _ in models()])
def test_every_state_goes_on_as_it_did_then(name: str, model: dict[str, Any]) -> None:
    check(model)


def test_a_state_that_goes_on_otherwise_is_found_out() -> None:
    """The control: one line of what happened then is another."""
    _, model = models()[0]
    walk = model["walks"][0]
    walk["lines"][-1] = [*walk["lines"][-1], ["entered", "somewhere else"]]
    with pytest.raises(AssertionError, match="somewhere else"):
        check(model)


def check(model: dict[str, Any]) -> None:
    """Every state of the model goes on as it did when it was stored."""
    compiled = compile_diagram(model["xml"].encode())
    for walk in model["walks"]:
        for number, state in enumerate(walk["states"]):
            host = Recorder(walk["walk"])
            workflow = load(json.dumps(state).encode(), compiled, host)
            workflow.check()
            for act in range(number, len(walk["acts"])):
                workflow = go_on(workflow, host, walk, act)
            assert workflow.ended == (not workflow.waits()), f"{walk['walk']} from act {number}"


def go_on(workflow: Workflow, host: Recorder, walk: dict[str, Any], act: int) -> Workflow:
    host.act = act + 1
    play(workflow, *walk["acts"][act], host.act)
    workflow.check()
    where = f"{walk['walk']}, act {act + 1}"
    events = {name for name, node in workflow.compiled.diagram.elements.items() if node.tag == "boundaryEvent"}
    assert log(host.taken(), events) == log(walk["lines"][act + 1], events), where
    return load(dump(workflow), workflow.compiled, host)


def log(lines: list[list[Any]], events: set[str]) -> list[str]:
    """What happened, in no order. Versions 1 and 2 also told when an event on a border began to wait and ceased to."""
    return sorted(str(line) for line in lines if line[1] not in events)
