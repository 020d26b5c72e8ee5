"""A supervised case goes over to another version: its limits stay as they began, unless the plan says otherwise."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine import Actor, Database, Runtime
from engine.clock import VirtualClock
from engine.migration import Migrated
from engine.reconcile import reconcile
from tests.engine import drawing as d
from tests.engine.conftest import Case
from tests.monitors.cases import at
from tests.monitors.test_supervised_case import LI, begin, raised, runtime

__all__ = ["runtime"]
OFFICE = Actor("shen", "沈")


def approval(amount: int, *, more: str = "") -> bytes:
    """Both steps have the limit AA-04, of so many working days."""
    limit = d.checkpoint("AA-04", amount=str(amount), unit='"working_day"')
    return d.model(
        d.start(), d.step("review"), d.step("decide"), d.end(), d.chain("s", "review", "decide", "e"),
        d.timer("limit", "review", "checkpoint", ref="AA-04"), d.timer("limit2", "decide", "checkpoint", ref="AA-04"),
        d.rule_check(), d.flow("limit", "rc"), d.flow("limit2", "rc"), more,
        name="approval", checkpoints=limit,
    )  # fmt: skip


def migrated(runtime: Runtime, xml: bytes, clocks: str = "keep") -> Migrated:
    plan = runtime.migrations.draw("approval", 1, runtime.deploy(xml, by="designer").version, by="shen", clocks=clocks)
    return runtime.migrations.apply(plan, actor=OFFICE)


def due(runtime: Runtime, case: Case) -> list[datetime | None]:
    return [one.due for one in runtime.query.timers(case.id) if one.state == "armed"]


def test_a_running_limit_stays_and_the_next_step_has_the_new_one(runtime: Runtime, clock: VirtualClock) -> None:
    case = begin(runtime, clock, approval(8))  # Monday 28 September; National Day is 1 to 7 October
    before = due(runtime, case)
    found = migrated(runtime, approval(2))
    assert (found.refused, due(runtime, case)) == ([], before)
    assert before == [at("2026-10-15")]
    clock.move_to(at("2026-10-12 09:00"))
    case.do("review", actor=LI)
    assert due(runtime, case) == [at("2026-10-15")]  # two working days after Monday 12 October


def test_a_limit_that_stayed_is_judged_by_the_version_it_began_under(
    runtime: Runtime, clock: VirtualClock, city: Database
) -> None:
    begin(runtime, clock, approval(8))
    migrated(runtime, approval(2))
    clock.move_to(at("2026-10-14 23:59"))
    runtime.tick()
    assert raised(city) == []
    clock.move_to(at("2026-10-15"))
    runtime.tick()
    (warning,) = raised(city)
    assert (warning.due, warning.definition_version) == (at("2026-10-15"), 1)


def test_a_longer_limit_of_the_new_version_does_not_silence_the_one_that_stayed(
    runtime: Runtime, clock: VirtualClock, city: Database
) -> None:
    begin(runtime, clock, approval(2))
    migrated(runtime, approval(8))
    clock.move_to(at("2026-10-01"))
    runtime.tick()
    assert [warning.due for warning in raised(city)] == [at("2026-10-01")]


def test_a_stop_moves_a_limit_that_stayed_as_if_nothing_had_happened(
    runtime: Runtime, clock: VirtualClock, city: Database
) -> None:
    """The control is the same case, which stayed on its version."""
    cases = [begin(runtime, clock, approval(8))]
    outcome = runtime.start(
        "approval", business_key="C-2", district_code="370202", scope="xzsp", data={}, actor=LI, key="start:2"
    )
    cases.append(Case(runtime, outcome.instance_id))
    version = runtime.deploy(approval(2), by="designer").version
    plan = runtime.migrations.draw("approval", 1, version, by="shen", instance_id=cases[0].id)
    runtime.migrations.apply(plan, actor=OFFICE)
    before = due(runtime, cases[0])
    for case in cases:
        clock.move_to(at("2026-09-29 09:00"))
        runtime.suspend(case.id, kind="hearing", approver="wang", reason="hearing", actor=LI, key=f"stop:{case.id}")
        clock.move_to(at("2026-10-12 09:00"))
        runtime.resume(case.id, reason="held", actor=LI, key=f"go:{case.id}")
    assert [runtime.query.instance(case.id).version for case in cases] == [2, 1]
    assert due(runtime, cases[0]) == due(runtime, cases[1]) != before


def test_where_the_plan_says_so_the_limits_are_those_of_the_new_version(
    runtime: Runtime, clock: VirtualClock, city: Database
) -> None:
    case = begin(runtime, clock, approval(8))
    (moved,) = [one.moved for one in migrated(runtime, approval(2), clocks="derive").cases]
    assert moved is not None
    told = moved["clocks"]["moved"][0]
    assert (told["before"]["due"], told["after"]["due"]) == (
        at("2026-10-15").isoformat(),
        at("2026-10-01").isoformat(),
    )
    assert due(runtime, case) == [at("2026-10-01")]
    clock.move_to(at("2026-10-01"))
    runtime.tick()
    assert [warning.definition_version for warning in raised(city)] == [2]


def test_a_limit_that_stayed_stays_through_a_second_migration_and_back(
    runtime: Runtime, clock: VirtualClock, city: Database
) -> None:
    case = begin(runtime, clock, approval(8))
    before = due(runtime, case)
    first = migrated(runtime, approval(2))
    version = runtime.deploy(approval(3), by="designer").version
    plan = runtime.migrations.draw("approval", 2, version, by="shen")
    runtime.migrations.apply(plan, actor=OFFICE)
    assert due(runtime, case) == before
    runtime.migrations.undo(plan.id, actor=OFFICE)
    assert (due(runtime, case), runtime.query.instance(case.id).version) == (before, 2)
    stays = runtime.migrations.undo(first.plan.id, actor=OFFICE).refused
    assert [one.instance_id for one in stays] == [case.id]
    assert reconcile(city).findings == []


def test_a_checkpoint_that_the_new_version_has_besides_appears(runtime: Runtime, clock: VirtualClock) -> None:
    case = begin(runtime, clock, approval(8))
    before = due(runtime, case)
    more = d.timer("extra", "review", "checkpoint", ref="AA-09") + d.flow("extra", "rc")
    xml = approval(8, more=more)
    limit = d.checkpoint("AA-09", amount="1", unit='"working_day"').encode()
    xml = xml.replace(b"<jc:checkpoint id", limit + b"<jc:checkpoint id", 1)
    (moved,) = [one.moved for one in migrated(runtime, xml).cases]
    assert moved is not None
    assert moved["checkpoints"] == {"appeared": [{"checkpoint": "AA-09", "element": "review"}], "vanished": []}
    assert [one["rule"] for one in moved["clocks"]["appeared"]] == ["AA-09.1"]
    assert sorted(set(due(runtime, case)) - set(before), key=str) == [at("2026-09-30")]


@pytest.mark.parametrize("clocks", ["keep", "derive"])
def test_the_preview_is_what_happens(runtime: Runtime, clock: VirtualClock, clocks: str) -> None:
    begin(runtime, clock, approval(8))
    plan = runtime.migrations.draw(
        "approval", 1, runtime.deploy(approval(2), by="designer").version, by="shen", clocks=clocks
    )
    seen = runtime.migrations.preview(plan)
    assert runtime.migrations.apply(plan, actor=OFFICE) == seen
