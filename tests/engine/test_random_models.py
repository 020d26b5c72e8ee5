"""Random models, walked at random: the engine's open elements are the token game's after every step.

The durable runtime saves and loads a case with every act, so this is also the test that a
case read back goes the way of one that never was. ``JIANCHA_SEED`` gives other models.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from engine import Database, Runtime
from engine.clock import VirtualClock
from tests.conftest import _emptied
from tests.engine import drawing as d
from tests.engine.campaign import SEED, Tally, room, run
from tests.engine.models.random import BLOCKS, CONSTRUCTS, ENTRIES, running
from tests.engine.walking import Disagreement, Walk

# What the profile must run: nobody switches one of these off in silence.
MUST_RUN = set(CONSTRUCTS)

# Enough to meet every pair of constructs fifty times; ``make soak`` walks the tens of thousands.
MODELS, ON_POSTGRESQL = 1_000, 200
Tell = Callable[[str, object], None]


@pytest.fixture
def memory() -> Iterator[Database]:
    with room() as database:
        yield database


def _walk(database: Database, count: int, tell: Tell) -> Tally:
    seed = int(os.environ.get("JIANCHA_SEED", SEED))
    tell("figures", f"random models: seed {seed}, {count} models")
    tally = run(database, count, seed, running())
    tell("figures", "\n".join(tally.lines()))
    return tally


def test_random_models_run_as_the_standard_says(memory: Database, record_property: Tell) -> None:
    tally = _walk(memory, MODELS, record_property)

    assert tally.models >= MODELS
    assert tally.rare() == []
    assert tally.lost < 0.02 * tally.models


def test_random_models_run_on_postgresql_as_well(_postgres_database: Database, record_property: Tell) -> None:
    tally = _walk(_emptied(_postgres_database), ON_POSTGRESQL, record_property)

    assert tally.models >= ON_POSTGRESQL


def test_every_construct_that_ran_still_runs() -> None:
    assert running() >= MUST_RUN


def test_every_construct_can_be_drawn() -> None:
    assert set(BLOCKS) == set(CONSTRUCTS) - {"timer cycle", *ENTRIES}


def test_an_engine_that_played_another_model_would_be_found(memory: Database) -> None:
    """The control: what runs has a join that does not wait, what is drawn has one that does."""
    drawn = d.model(
        d.start(), d.end(), d.gateway("split", "parallel"), d.gateway("join", "parallel"), d.step("a"), d.step("b"),
        d.step("z"), d.chain("s", "split", "a", "join", "z", "e"), d.chain("split", "b", "join"),
    )  # fmt: skip
    run_instead = drawn.replace(b'<parallelGateway id="join"/>', b'<exclusiveGateway id="join"/>')
    clock = VirtualClock(datetime(2026, 3, 11, 1, 0, tzinfo=UTC))
    runtime = Runtime(memory, clock)

    Walk(runtime, clock, drawn).go([])
    with pytest.raises(Disagreement, match="'z': 1"):
        Walk(runtime, clock, run_instead, drawn=drawn).go([])


def test_an_engine_that_sent_another_message_would_be_found(memory: Database) -> None:
    """The control: what is drawn tells the branch that waits, what runs tells nobody."""
    drawn = d.model(
        d.start(), d.end(), d.gateway("split", "parallel"), d.step("a"), d.throw("o", d.refers("message", "n1")),
        d.catch("c", d.refers("message", "n1")), d.step("z"), d.gateway("join", "parallel"),
        d.chain("s", "split", "a", "o", "join", "e"), d.chain("split", "c", "z", "join"),
        extra=d.declared("message", "n1", "n2"),
    )  # fmt: skip
    throw = b'<intermediateThrowEvent id="o"><messageEventDefinition messageRef="n1"/>'
    run_instead = drawn.replace(throw, throw.replace(b"n1", b"n2"))
    clock = VirtualClock(datetime(2026, 3, 11, 1, 0, tzinfo=UTC))
    runtime = Runtime(memory, clock)

    Walk(runtime, clock, drawn).go([])
    with pytest.raises(Disagreement, match="'z': 1"):
        Walk(runtime, clock, run_instead, drawn=drawn).go([])
