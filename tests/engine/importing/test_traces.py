"""Models of another engine run as their drawings say: every trace was written from the drawing before any run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.clock import VirtualClock
from engine.db import Database
from tests.engine.importing.tracing import Differs, Played, Trace, traces

pytestmark = pytest.mark.corpora

TRACES = list(traces())
FEWEST = 150


@pytest.fixture(scope="module")
def folder(corpora: Path) -> Path:
    return corpora / "bpmn" / "camunda-engine"


@pytest.mark.parametrize("trace", TRACES, ids=lambda one: one.file)
def test_a_model_does_what_its_drawing_says(
    trace: Trace, folder: Path, sqlite_database: Database, clock: VirtualClock
) -> None:
    played = Played(trace, folder, sqlite_database, clock)
    played.play()
    assert bool(played.unread) == bool(trace.unread), played.unread or "the game reads it after all"


def test_there_are_enough_of_them() -> None:
    assert len({one.file for one in TRACES}) >= FEWEST


def test_what_differs_is_said_in_the_profile() -> None:
    profile = (Path(__file__).parents[3] / "docs" / "profile.md").read_text("utf-8")
    differing = {one.differs.partition(":")[0] for one in TRACES if one.differs}
    assert differing
    assert [name for name in differing if f"| {name} |  | runs with a difference |" not in profile] == []


def test_most_are_played_in_the_token_game_as_well() -> None:
    assert len([one for one in TRACES if not one.unread]) >= FEWEST


@pytest.mark.parametrize(
    "acts",
    [
        ("start", "at taskB"),
        ("start", "at taskA taskB taskB"),
        ("start", "do taskA", "end"),
        ("start", "do taskB", "do taskB"),
        ("start", "do taskA", "passed taskB"),
        ("start", "signal taskA"),
    ],
    ids="; ".join,
)
def test_a_trace_that_is_wrong_is_found(
    acts: tuple[str, ...], folder: Path, sqlite_database: Database, clock: VirtualClock
) -> None:
    """The control: two steps side by side."""
    right = next(one for one in TRACES if one.file.endswith("/simpleParallelSubProcess.bpmn20.xml"))
    with pytest.raises(Differs):
        Played(replace(right, acts=acts), folder, sqlite_database, clock).play()
