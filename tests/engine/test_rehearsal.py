"""A command rehearsed: all of it is done, what comes of it is seen, nothing of it is stored."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from engine import Rung, Runtime
from engine.casedata import loads
from engine.clock import VirtualClock
from engine.errors import Conflict, NotAllowed
from engine.handlers import RungRequest
from engine.tables import instance, journal, metadata
from tests.engine.conftest import CHIEF, CLERK, Office, begin
from tests.engine.drawing import (
    chain,
    checkpoint,
    data_checkpoint,
    end,
    flow,
    model,
    rule_check,
    start,
    step,
    subprocess,
    timer,
)

REVIEW = model(
    start(), step("review"), step("decide"), end(), chain("s", "review", "decide", "e"),
    data_checkpoint("seen", "review", "C-1"), rule_check(), flow("seen", "rc"),
    checkpoints=checkpoint("C-1", kind="expression", must="true"),
)  # fmt: skip


def counted(runtime: Runtime) -> dict[str, int]:
    """How many rows each table has."""
    with runtime.database.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


def test_it_is_seen_and_nothing_is_stored(runtime: Runtime, office: Office) -> None:
    case = begin(runtime, REVIEW)
    task, before = runtime.query.task(case.task("review")), counted(runtime)

    def look(connection: Connection) -> Any:
        stored = connection.execute(select(instance.c.data).where(instance.c.id == case.id)).scalar_one()
        return stored["area"]

    assert runtime.rehearse(task, data={"area": 59}, actor=CLERK, look=look) == 59
    assert office.calls[0].case.data["area"] == 59
    assert (counted(runtime), case.open_steps) == (before, ["review"])
    assert "area" not in runtime.query.instance(case.id).data


def test_the_same_step_is_then_done_as_ever(runtime: Runtime, office: Office) -> None:
    case = begin(runtime, REVIEW)
    runtime.rehearse(runtime.query.task(case.task("review")), data={}, actor=CLERK, look=lambda _: None)
    case.do("review", area=60)
    assert case.open_steps == ["decide"]
    assert len(office.calls) == 2


def test_what_the_command_would_refuse_is_refused_and_is_no_incident(runtime: Runtime, office: Office) -> None:
    case = begin(runtime, REVIEW)
    task = runtime.query.task(case.task("review"))
    case.do("review")
    with pytest.raises(Conflict):
        runtime.rehearse(task, data={}, actor=CLERK, look=lambda _: None)
    assert runtime.query.incidents() == []


def test_who_may_not_do_the_step_may_not_rehearse_it(runtime: Runtime) -> None:
    def refuse(connection: object, actor: object, task: object) -> None:
        raise NotAllowed("expected somebody else")

    case = begin(runtime, REVIEW)
    runtime.handlers.authorize = refuse
    with pytest.raises(NotAllowed):
        runtime.rehearse(runtime.query.task(case.task("review")), data={}, actor=CHIEF, look=lambda _: None)


def test_a_reason_to_go_on_is_in_the_journal_and_told_to_who_looks(runtime: Runtime, office: Office) -> None:
    case = begin(runtime, REVIEW)
    runtime.complete(case.task("review"), data={}, actor=CLERK, key="go on", reason="the site was closed")
    runtime.complete(case.task("decide"), data={}, actor=CLERK, key="decide")

    (firing,) = [call.firing for call in office.calls]
    assert firing is not None and firing.payload == {"reason": "the site was closed"}
    with runtime.database.read() as connection:
        found = connection.execute(select(journal.c.body).where(journal.c.kind == "completed").order_by(journal.c.seq))
        assert [loads(body).get("reason") for body in found.scalars()] == ["the site was closed", None]


@pytest.mark.parametrize(("counts", "deadlines"), [(True, [1, 2]), (False, [1, 1])])
def test_a_limit_that_counts_from_acts_moves_when_a_step_is_done(
    runtime: Runtime, clock: VirtualClock, counts: bool, deadlines: list[int]
) -> None:
    """The control: a rung that does not say that it counts from acts stays, within the command, as it was."""

    def rungs(request: RungRequest) -> list[Rung]:
        done = sum(one.kind == "person" and one.outcome == "completed" for one in request.case.steps)
        return [Rung("C-1.1", "yellow", clock.now().replace(year=2027, month=1 + done), counts_from_acts=counts)]

    inner = subprocess(
        "work", start("ws"), step("first"), step("second"), end("we"), chain("ws", "first", "second", "we")
    )
    parts = (start(), inner, end(), flow("s", "work"), flow("work", "e"))
    hung = (timer("still", "work", "checkpoint", ref="C-1"), rule_check(), flow("still", "rc"))
    runtime.handlers.rungs = rungs
    case = begin(runtime, model(*parts, *hung, checkpoints=checkpoint("C-1")))
    found = [runtime.query.timers(case.id)[0].due]
    case.do("first", opinion="yes")  # data are looked at before the step is left, so the limit is derived twice
    found.append(runtime.query.timers(case.id)[0].due)
    assert [due.month for due in found if due is not None] == deadlines
