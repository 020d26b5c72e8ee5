"""Running cases go over to another version of their model, and back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import Actor, Database, Rung, Runtime, Timer
from engine.clock import VirtualClock
from engine.errors import Conflict, NotAllowed, NotFound
from engine.migration import CaseMoved, Migrated
from engine.reconcile import reconcile
from engine.tables import command, instance
from tests.engine import drawing as d
from tests.engine.conftest import CHIEF, CLERK, Case, Office, begin

DAY = timedelta(days=1)
OFFICE = Actor("shen", "沈")


def deployed(runtime: Runtime, xml: bytes) -> int:
    return runtime.deploy(xml, by="designer").version


def migrate(runtime: Runtime, xml: bytes, **more: Any) -> Migrated:
    """Deploy the other version and take every case to it."""
    plan = runtime.migrations.draw("p", 1, deployed(runtime, xml), by="shen", **more)
    return runtime.migrations.apply(plan, actor=OFFICE)


def why(found: Migrated) -> list[tuple[str, str]]:
    return [(reason["element"], reason["why"]) for case in found.refused for reason in case.reasons]


def only(found: Migrated) -> CaseMoved:
    assert found.refused == []
    return found.cases[0]


def line(*names: str, more: str = "") -> bytes:
    return d.model(d.start(), *map(d.step, names), d.end(), d.chain("s", *names, "e"), more)


def late(host: str, text: str, name: str = "t") -> str:
    return d.timer(name, host, text) + d.end(f"{name}e") + d.flow(name, f"{name}e")


def clocks(runtime: Runtime, case: Case) -> list[Timer]:
    return [one for one in runtime.query.timers(case.id) if one.state in ("armed", "suspended")]


def everything(database: Database, case: Case) -> dict[str, Any]:
    with database.read() as connection:
        row = connection.execute(select(instance).where(instance.c.id == case.id)).mappings().one()
    changing = ("revision", "journal_seq", "journal_hash", "check_value")
    return {name: value for name, value in row.items() if name not in changing}


class TestTokens:
    def test_a_step_inserted_before_the_token_is_passed_over_and_one_behind_it_is_met(self, runtime: Runtime) -> None:
        case = begin(runtime, line("a", "b"))
        case.do("a")
        only(migrate(runtime, line("a", "n", "b", "m")))
        assert (case.open_steps, runtime.query.instance(case.id).version) == (["b"], 2)
        case.do("b")
        assert case.open_steps == ["m"]

    def test_an_open_step_keeps_its_row_and_gets_the_new_name_and_role(self, runtime: Runtime) -> None:
        case = begin(runtime, line("a"))
        before = runtime.query.task(case.task("a"))
        renamed = line("a").replace(b'name="a"', b'name="A"').replace(b'role="clerk"', b'role="section_chief"')
        only(migrate(runtime, renamed))
        after = runtime.query.task(case.task("a"))
        assert (after.id, after.created_at, after.version, after.name) == (before.id, before.created_at, 2, "A")
        assert (before.role, after.role) == ("clerk", "section_chief")

    def test_an_active_step_that_is_gone_refuses_the_case(self, runtime: Runtime, database: Database) -> None:
        case = begin(runtime, line("a", "b"))
        before = everything(database, case)
        assert why(migrate(runtime, line("b"))) == [("a", "gone")]
        assert everything(database, case) == before
        case.do("a")
        assert case.open_steps == ["b"]

    def test_a_step_that_became_another_kind_of_node_refuses_the_case(self, runtime: Runtime) -> None:
        begin(runtime, line("a", "b"))
        service = d.model(
            d.start(), d.handler("a", "issue"), d.step("b"), d.end(), d.chain("s", "a", "b", "e")
        )  # fmt: skip
        assert why(migrate(runtime, service)) == [("a", "other_kind")]

    def test_a_mapped_step_goes_on_under_its_new_name_since_when_it_began(
        self, runtime: Runtime, clock: VirtualClock
    ) -> None:
        case = begin(runtime, line("a", "b", more=late("a", "P5D")))
        began = clock.now()
        before = clocks(runtime, case)
        clock.move_to(began + DAY)
        moved = only(migrate(runtime, line("n", "x", "b", more=late("x", "P5D")), mapping={"a": "x"}))
        assert moved.moved is not None and moved.moved["clocks"]["same"] == 1
        assert case.open_steps == ["x"]
        (step,) = [one for one in runtime.query.steps(case.id) if one.element == "x"]
        assert (step.entered_at, step.outcome) == (began, "open")
        assert [(one.host, one.due) for one in clocks(runtime, case)] == [("x", one.due) for one in before]
        case.do("x")
        assert (case.open_steps, clocks(runtime, case)) == (["b"], [])

    def test_what_has_fired_on_a_mapped_step_does_not_fire_again(
        self, runtime: Runtime, clock: VirtualClock, office: Office
    ) -> None:
        def supervised(name: str) -> bytes:
            watched = d.timer("t", name, "checkpoint", ref="C1") + d.rule_check() + d.flow("t", "rc")
            return d.model(d.start(), d.step(name), d.end(), d.chain("s", name, "e"), watched,
                           checkpoints=d.checkpoint("C1", amount="5", unit='"working_day"'))  # fmt: skip

        now = clock.now()
        office.rungs = [Rung("C1.1", "notice", now + DAY), Rung("C1.1", "yellow", now + 5 * DAY)]
        case = begin(runtime, supervised("a"))
        clock.move_to(now + 2 * DAY)
        runtime.tick()
        only(migrate(runtime, supervised("x"), mapping={"a": "x"}))
        clock.move_to(now + 6 * DAY)
        runtime.tick()
        assert office.firings() == [("t", "notice"), ("t", "yellow")]
        assert case.open_steps == ["x"]

    def test_tokens_inside_a_sub_process_go_over_with_it(self, runtime: Runtime) -> None:
        def around(*names: str) -> bytes:
            inside = d.subprocess("x", d.start("xs"), *map(d.step, names), d.end("xe"), d.chain("xs", *names, "xe"))
            return d.model(d.start(), inside, d.step("b"), d.end(), d.chain("s", "x", "b", "e"))

        case = begin(runtime, around("a"))
        only(migrate(runtime, around("a", "n")))
        case.do("a")
        assert case.open_steps == ["n"]
        case.do("n")
        case.do("b")
        assert case.state == "ended"

    def test_a_step_that_moved_into_a_sub_process_refuses_the_case(self, runtime: Runtime) -> None:
        begin(runtime, line("a", "b"))
        inside = d.subprocess("x", d.start("xs"), d.step("a"), d.end("xe"), d.chain("xs", "a", "xe"))
        assert why(migrate(runtime, d.model(d.start(), inside, d.step("b"), d.end(), d.chain("s", "x", "b", "e")))) == [
            ("a", "gone")
        ]


def forked(*names: str) -> bytes:
    branches = "".join(d.chain("fork", name, "join") for name in names)
    gates = d.gateway("fork", "parallel") + d.gateway("join", "parallel")
    return d.model(d.start(), gates, *map(d.step, names), d.end(), d.flow("s", "fork"), branches, d.flow("join", "e"))


class TestJoins:
    def test_a_branch_that_no_token_can_come_by_refuses_the_case(self, runtime: Runtime) -> None:
        case = begin(runtime, forked("a", "b"))
        case.do("a")
        assert why(migrate(runtime, forked("a", "b", "c"))) == [("join", "join")]
        case.do("b")
        assert case.state == "ended"

    def test_before_the_fork_a_new_branch_is_no_harm(self, runtime: Runtime) -> None:
        def behind(xml: bytes) -> bytes:
            return xml.replace(d.flow("s", "fork").encode(), (d.step("z") + d.chain("s", "z", "fork")).encode())

        case = begin(runtime, behind(forked("a", "b")))
        only(migrate(runtime, behind(forked("a", "b", "c"))))
        case.do("z")
        assert case.open_steps == ["a", "b", "c"]

    def test_a_token_at_the_join_whose_branch_is_gone_refuses_the_case(self, runtime: Runtime) -> None:
        case = begin(runtime, forked("a", "b", "c"))
        case.do("a")
        assert why(migrate(runtime, forked("b", "c"))) == [("join", "join")]

    def test_tokens_at_an_unchanged_join_go_over(self, runtime: Runtime) -> None:
        case = begin(runtime, forked("a", "b"))
        case.do("a")
        only(migrate(runtime, forked("a", "b").replace(b'name="b"', b'name="B"')))
        case.do("b")
        assert case.state == "ended"


class TestClocks:
    def test_a_running_clock_stays_as_it_is(self, runtime: Runtime, clock: VirtualClock) -> None:
        case = begin(runtime, line("a", "b", more=late("a", "P5D")))
        before = clocks(runtime, case)
        clock.move_to(clock.now() + DAY)
        moved = only(migrate(runtime, line("a", "b", "c", more=late("a", "P5D"))))
        assert clocks(runtime, case) == before
        assert moved.moved is not None
        assert moved.moved["clocks"] == {"same": 1, "moved": [], "appeared": [], "vanished": []}

    def test_a_running_clock_that_would_be_lost_refuses_the_case(self, runtime: Runtime) -> None:
        begin(runtime, line("a", more=late("a", "P5D")))
        assert why(migrate(runtime, line("a"))) == [("t", "clock")]

    def test_a_clock_that_the_plan_lets_go_ends(self, runtime: Runtime) -> None:
        case = begin(runtime, line("a", more=late("a", "P5D")))
        moved = only(migrate(runtime, line("a"), mapping={"t": "-"}))
        assert moved.moved is not None
        assert [one["element"] for one in moved.moved["clocks"]["vanished"]] == ["t"]
        assert clocks(runtime, case) == []
        case.do("a")
        assert case.state == "ended"

    def test_a_new_event_on_the_border_of_the_open_step_waits_from_now_on(
        self, runtime: Runtime, clock: VirtualClock
    ) -> None:
        case = begin(runtime, line("a"))
        moved = only(migrate(runtime, line("a", more=late("a", "P5D"))))
        assert moved.moved is not None
        assert [one["element"] for one in moved.moved["clocks"]["appeared"]] == ["t"]
        assert [one.due for one in clocks(runtime, case)] == [clock.now() + 5 * DAY]
        clock.move_to(clock.now() + 6 * DAY)
        assert runtime.tick() == 1
        case.do("a")
        assert case.state == "ended"


def supervised(*checkpoints: str, on: str = "C1") -> bytes:
    """A step whose timer is a checkpoint's."""
    watched = d.timer("t", "a", "checkpoint", ref=on) + d.rule_check() + d.flow("t", "rc")
    declared = "".join(d.checkpoint(name, amount="5", unit='"working_day"') for name in checkpoints)
    return d.model(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e"), watched, checkpoints=declared)


class TestLimits:
    def test_a_limit_that_would_move_though_its_rule_did_not_change_refuses_the_case(
        self, runtime: Runtime, clock: VirtualClock, office: Office
    ) -> None:
        office.rungs = [Rung("C1.1", "red", clock.now() + DAY)]
        case = begin(runtime, supervised("C1"))
        before = clocks(runtime, case)
        office.rungs = [Rung("C1.1", "red", clock.now() + 2 * DAY)]
        assert why(migrate(runtime, supervised("C1", "C2"))) == [("t", "moves")]
        assert clocks(runtime, case) == before

    def test_a_timer_that_is_another_checkpoint_s_there_refuses_the_case(
        self, runtime: Runtime, clock: VirtualClock, office: Office
    ) -> None:
        office.rungs = [Rung("C1.1", "red", clock.now() + DAY)]
        case = begin(runtime, supervised("C1", "C2"))
        before = clocks(runtime, case)
        office.rungs = [Rung("C2.1", "red", clock.now() + DAY)]
        assert why(migrate(runtime, supervised("C1", "C2", on="C2"))) == [("t", "clock")]
        assert clocks(runtime, case) == before


class TestSeparation:
    def test_a_renamed_step_that_others_exclude_refuses_the_case(self, runtime: Runtime) -> None:
        def two(first: str) -> bytes:
            return d.model(d.start(), d.step(first), d.step("b", exclude=first), d.end(), d.chain("s", first, "b", "e"))

        case = begin(runtime, two("a"))
        case.do("a")
        assert why(migrate(runtime, two("x"))) == [("a", "separation")]


class TestPlans:
    def test_a_preview_says_what_would_become_and_changes_nothing(self, runtime: Runtime, database: Database) -> None:
        good, bad = begin(runtime, line("a", "b")), begin_another(runtime)
        bad.do("a")
        before = [everything(database, case) for case in (good, bad)]
        plan = runtime.migrations.draw("p", 1, deployed(runtime, line("a", "c")), by="shen")
        found = runtime.migrations.preview(plan)
        assert (len(found.cases), why(found)) == (2, [("b", "gone")])
        assert [everything(database, case) for case in (good, bad)] == before
        with database.read() as connection:
            kinds = connection.execute(select(command.c.kind)).scalars().all()
        assert "migrate" not in kinds
        assert reconcile(database).findings == []

    def test_the_same_words_are_the_same_plan_until_it_is_carried_out(self, runtime: Runtime) -> None:
        begin(runtime, line("a"))
        version = deployed(runtime, line("a", "b"))
        first = runtime.migrations.draw("p", 1, version, by="shen")
        assert runtime.migrations.draw("p", 1, version, by="wu") == first
        runtime.migrations.apply(first, actor=OFFICE)
        assert runtime.migrations.draw("p", 1, version, by="shen").id != first.id

    def test_nobody_takes_cases_to_what_he_drew_himself(self, runtime: Runtime) -> None:
        begin(runtime, line("a"))
        version = deployed(runtime, line("a", "b"))
        with pytest.raises(NotAllowed):
            runtime.migrations.draw("p", 1, version, by="designer")

    def test_a_plan_names_elements_and_versions_that_are_there(self, runtime: Runtime) -> None:
        begin(runtime, line("a"))
        runtime.versions.draft(line("a", "b"), by="ding")
        with pytest.raises(NotFound, match="to be deployed"):
            runtime.migrations.draw("p", 1, 2, by="shen")
        version = deployed(runtime, line("a", "c"))
        with pytest.raises(NotFound, match="zz"):
            runtime.migrations.draw("p", 1, version, by="shen", mapping={"a": "zz"})

    def test_a_migration_is_in_the_journal_and_the_rows_are_as_it_says(
        self, runtime: Runtime, database: Database
    ) -> None:
        case = begin(runtime, line("a", more=late("a", "P5D")))
        only(migrate(runtime, line("x", "b", more=late("x", "P5D")), mapping={"a": "x"}))
        (entry,) = [one for one in runtime.query.journal(case.id) if one.kind == "migrated"]
        assert (entry.actor, entry.body["from"], entry.body["to"], entry.body["mapping"]) == ("shen", 1, 2, {"a": "x"})
        assert reconcile(database).findings == []


class TestUndoing:
    def test_a_case_comes_back_as_it_was(self, runtime: Runtime, database: Database, clock: VirtualClock) -> None:
        case = begin(runtime, line("a", "b", more=late("a", "P5D")))
        begun, tasks = clocks(runtime, case), runtime.query.tasks(instance_id=case.id)
        before = everything(database, case)
        clock.move_to(clock.now() + DAY)
        found = migrate(runtime, line("x", "b", more=late("x", "P5D")), mapping={"a": "x"})
        runtime.migrations.undo(found.plan.id, actor=OFFICE)
        assert everything(database, case) == before
        assert (clocks(runtime, case), runtime.query.tasks(instance_id=case.id)) == (begun, tasks)
        assert reconcile(database).findings == []
        case.do("a")
        case.do("b")
        assert case.state == "ended"

    def test_a_case_that_has_gone_on_stays(self, runtime: Runtime) -> None:
        stays, back = begin(runtime, line("a", "b")), begin_another(runtime)
        found = migrate(runtime, line("a", "n", "b"))
        stays.do("a")
        undone = runtime.migrations.undo(found.plan.id, actor=OFFICE)
        assert [case.instance_id for case in undone.refused] == [stays.id]
        assert [runtime.query.instance(case.id).version for case in (stays, back)] == [2, 1]
        assert (stays.open_steps, back.open_steps) == (["n"], ["a"])

    def test_what_was_undone_can_be_done_again(self, runtime: Runtime) -> None:
        case = begin(runtime, line("a"))
        xml = line("a", "b")
        found = migrate(runtime, xml)
        runtime.migrations.undo(found.plan.id, actor=OFFICE)
        with pytest.raises(Conflict, match="undone"):
            runtime.migrations.undo(found.plan.id, actor=OFFICE)
        only(migrate(runtime, xml))
        case.do("a", actor=CHIEF)
        assert case.open_steps == ["b"]


class TestKilled:
    def test_a_plan_that_was_cut_off_goes_on(self, runtime: Runtime, database: Database) -> None:
        cases = [begin(runtime, line("a")), *(begin_another(runtime, f"C-{number}") for number in range(2, 7))]
        version = deployed(runtime, line("a", "b"))
        plan = runtime.migrations.draw("p", 1, version, by="shen")

        class Killed(Exception):
            pass

        def stop(done: int) -> None:
            if done == 3:
                raise Killed

        with pytest.raises(Killed):
            runtime.migrations.apply(plan, actor=OFFICE, told=stop)
        assert sorted(runtime.query.instance(case.id).version for case in cases) == [1, 1, 1, 2, 2, 2]
        again = runtime.migrations.draw("p", 1, version, by="shen")
        assert again.id == plan.id
        runtime.migrations.apply(again, actor=OFFICE)
        assert {runtime.query.instance(case.id).version for case in cases} == {2}
        assert len(runtime.migrations.undo(plan.id, actor=OFFICE).cases) == 6
        assert {runtime.query.instance(case.id).version for case in cases} == {1}
        assert reconcile(database).findings == []


def begin_another(runtime: Runtime, number: str = "C-2") -> Case:
    outcome = runtime.start(
        "p", business_key=number, district_code="370202", scope="housing", data={}, actor=CLERK, key=f"start:{number}"
    )
    return Case(runtime, outcome.instance_id)
