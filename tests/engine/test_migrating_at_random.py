"""Random models, walked at random, whose case goes over to another version after every act, and at times back.

It stops at every place in turn with whatever waits there; afterwards it must go on as the token game says. A few in
``make test``, many by ``make migrations``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from engine import Actor, Database, Runtime
from engine.clock import VirtualClock
from engine.migration import Migrations
from engine.reconcile import reconcile
from tests.engine.campaign import SEED, room, run
from tests.engine.models.random import running
from tests.engine.walking import Disagreement, Option, Walk

MODELS = int(os.environ.get("JIANCHA_MIGRATED", "8"))
OFFICE = Actor("shen", "沈")


class GoesOver(Walk):
    """Between two versions that are drawn alike."""

    moves = 0

    def __init__(self, runtime: Runtime, clock: VirtualClock, *files: bytes, drawn: bytes = b"") -> None:
        super().__init__(runtime, clock, *files, drawn=drawn)
        case = runtime.query.instance(self.id)
        other = runtime.deploy(files[-1].replace(b"urn:test", b"urn:test:2", 1), by="designer").version
        self.model, self.versions = case.definition, (case.version, other)

    def _act(self, option: Option, data: dict[str, int]) -> None:
        super()._act(option, data)
        if self.state != "open":
            return
        here = self.runtime.query.instance(self.id).version
        there = next(one for one in self.versions if one != here)
        before, migrations = self._clocks(), self.runtime.migrations
        plan = migrations.draw(self.model, here, there, by="shen", instance_id=self.id)
        self._went(migrations.apply(plan, actor=OFFICE))
        if len(self.acts) % 3 == 0:
            self._went(migrations.undo(plan.id, actor=OFFICE))
            there = here
        if self._clocks() != before or self.runtime.query.instance(self.id).version != there:
            raise self._disagreement("the case did not go over as it was")
        self.rows = self._agree()
        GoesOver.moves += 1

    def _went(self, found: Any) -> None:
        if len(found.cases) != 1 or found.refused:
            raise self._disagreement(f"the case did not go: {found.cases}")

    def _clocks(self) -> list[tuple[Any, ...]]:
        timers = self.runtime.query.timers(self.id)
        return sorted(
            (one.id, one.element, one.occurrence, one.due, one.state) for one in timers if one.state == "armed"
        )


@pytest.fixture
def memory() -> Iterator[Database]:
    with room() as database:
        yield database


def test_a_case_goes_over_from_wherever_it_stands(memory: Database, record_property: Any) -> None:
    seed, before = int(os.environ.get("JIANCHA_SEED", SEED)), GoesOver.moves
    tally = run(memory, MODELS, seed, running(), GoesOver)
    record_property("figures", f"migrations: seed {seed}, {tally.models} models, {GoesOver.moves - before} times over")
    assert tally.models >= MODELS
    assert GoesOver.moves - before > 3 * MODELS
    assert reconcile(memory).findings == []


def test_a_migration_that_loses_a_token_would_be_found(memory: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: cases go nowhere, and the plan says that they did."""
    monkeypatch.setattr(Migrations, "_work", lambda self, plan: lambda execution: {"clocks": {}})
    with pytest.raises(Disagreement, match="did not go over"):
        run(memory, 1, SEED, running(), GoesOver)
