"""What a handler asks to be done last: in the command's own transaction, when all else is written, once a key."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import func, select

from engine import Database, Handlers, Runtime
from engine.clock import VirtualClock
from engine.handlers import Call
from engine.tables import command, job
from tests.engine import drawing as d
from tests.engine.conftest import begin

TWICE = d.model(
    *(d.start(), d.handler("first", "number"), d.handler("second", "number"), d.step("a"), d.end()),
    d.chain("s", "first", "second", "a", "e"),
)
Act = Callable[[Call], None]


def asked(database: Database, clock: VirtualClock, act: Act) -> tuple[Runtime, list[bool]]:
    """A runtime whose handler asks for this act under one key, and whether it was new each time."""
    new: list[bool] = []

    def number(call: Call) -> None:
        new.append(call.later.last("one", partial(act, call)))

    handlers = Handlers()
    handlers.register("number", number)
    return Runtime(database, clock, handlers), new


def test_an_act_is_done_once_when_the_command_is_written(database: Database, clock: VirtualClock) -> None:
    seen: list[int] = []

    def count(call: Call) -> None:
        seen.append(call.connection.execute(select(func.count()).select_from(command)).scalar_one())

    runtime, new = asked(database, clock, count)
    begin(runtime, TWICE)

    assert new == [True, False]
    assert seen == [1]


def test_a_job_that_it_asks_for_is_kept(database: Database, clock: VirtualClock) -> None:
    runtime, _ = asked(database, clock, lambda call: call.later.start("other", key="k"))
    begin(runtime, TWICE)

    with database.read() as connection:
        assert connection.execute(select(job.c.id)).scalars().all() == ["start:k"]


def test_when_it_fails_nothing_of_the_command_stays(database: Database, clock: VirtualClock) -> None:
    def fail(call: Call) -> None:
        raise RuntimeError("no number is left")

    runtime, _ = asked(database, clock, fail)
    with pytest.raises(RuntimeError, match="no number is left"):
        begin(runtime, TWICE)

    assert runtime.query.instances() == []
    assert len(runtime.query.incidents()) == 1
