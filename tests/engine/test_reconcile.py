"""What somebody changed in the database is found; what commands did never is."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, update

from engine import Database, Rung, Runtime, witness
from engine.clock import VirtualClock
from engine.errors import InvariantBroken
from engine.instances.folding import Act
from engine.journal import Chain
from engine.reconcile import Finding, reconcile
from engine.tables import definition, history, instance, task, timer
from engine.witness import COVERED, VOLATILE
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Case, Office, begin
from tests.engine.row_edits import campaign

EDITS = int(os.environ.get("JIANCHA_EDITS", "60"))  # 500 in the long campaign
SEED = int(os.environ.get("JIANCHA_SEED", "1"))

MODEL = d.model(
    d.start(),
    d.step("a"),
    d.timer("late", "a", "P1D"),
    d.rule_check("told"),
    d.flow("late", "told"),
    d.timer("limit", "a", "checkpoint", ref="TT-01"),
    d.rule_check("checked"),
    d.flow("limit", "checked"),
    d.message("news", "a", "m1", False),
    d.end("noted"),
    d.flow("news", "noted"),
    d.handler("call", "issue", outputs="no"),
    d.subprocess("sub", d.start("s2"), d.step("b"), d.end("e2"), d.chain("s2", "b", "e2")),
    d.end(),
    d.chain("s", "a", "call", "sub", "e"),
    extra='<message id="m1" name="m1"/>',
    checkpoints=d.checkpoint("TT-01"),
)


@pytest.fixture
def office() -> Office:
    found = Office()
    found.answers = {"no": "文-1"}
    return found


def many_cases(runtime: Runtime, office: Office, clock: VirtualClock) -> list[Case]:
    """Every kind of command: started, completed, told, stopped, resumed, extended, fired, cancelled, folded, ended."""
    office.rungs = [
        Rung("TT-01.1", "yellow", clock.now() + timedelta(days=3), reason={"days": 3, "share": Decimal("0.50")})
    ]
    model = runtime.deploy(MODEL, by="designer")
    cases = []
    for number in range(6):
        data = {
            "金额": Decimal("12.50"),
            "zero": Decimal("-0.0"),
            "n": number,
            "list": [1, {"x": None}],
            "at": clock.now(),
        }
        outcome = runtime.start(
            model.name,
            business_key=f"C{number}",
            district_code="1",
            scope="x",
            data=data,
            actor=CLERK,
            key=f"s{number}",
        )
        cases.append(Case(runtime, outcome.instance_id))
    at = datetime.fromisoformat("2026-03-11T09:30:00.125+08:00")
    runtime.deliver(cases[1].id, "m1", payload={"t": "x"}, actor=CLERK, key="m", at=at)
    runtime.suspend(cases[2].id, kind="hearing", approver="wang", reason="r", actor=CLERK, key="p1")
    clock.advance(timedelta(hours=1))
    runtime.resume(cases[2].id, reason="r", actor=CLERK, key="p2")
    runtime.suspend(cases[3].id, kind="hearing", approver="wang", reason="r", actor=CLERK, key="p3")
    runtime.extend(cases[2].id, amount=5, unit="working_day", approver="wang", reason="r", actor=CLERK, key="x")
    late = next(timer for timer in runtime.query.timers(cases[5].id) if timer.element == "late")
    steer = {"reason": "r", "actor": CLERK}
    runtime.change_timer(late.id, due=clock.now() + timedelta(days=9), key="t1", **steer)
    runtime.pause_timer(late.id, key="t2", **steer)
    runtime.resume_timer(late.id, key="t3", **steer)
    clock.advance(timedelta(days=4))
    runtime.tick()
    runtime.cancel(cases[4].id, reason="r", actor=CLERK, key="c")
    cases[0].do("a", note="好", ratio=0.1)
    cases[1].do("a")
    cases[0].do("b")
    acts = [Act(clock.now(), "step", "a", {}, CLERK)]
    runtime.fold(
        model.name,
        business_key="F",
        district_code="2",
        scope="x",
        data={},
        at=clock.now(),
        acts=acts,
        actor=CLERK,
        key="f",
    )
    return cases


def test_what_commands_did_is_never_a_finding(runtime: Runtime, office: Office, clock: VirtualClock) -> None:
    many_cases(runtime, office, clock)
    for page in (1, 2, 100):
        report = reconcile(runtime.database, page)
        assert report.findings == []
        assert (report.cases, report.older) == (7, 0)
        assert report.rows > 60


def test_what_somebody_changed_is_found_every_time(runtime: Runtime, office: Office, clock: VirtualClock) -> None:
    many_cases(runtime, office, clock)
    made, missed = campaign(runtime.database, EDITS, SEED, reconcile)
    assert missed == []
    assert made > EDITS // 2
    assert reconcile(runtime.database).findings == []


def test_a_digest_that_leaves_something_out_would_miss_it(
    runtime: Runtime, office: Office, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with one column less the same campaign does miss something."""
    weak = {table: tuple(name for name in names if name != "state") for table, names in witness._COLUMNS.items()}
    monkeypatch.setattr(witness, "_COLUMNS", weak)
    case = many_cases(runtime, office, clock)[0]
    with runtime.database.begin() as connection:
        connection.execute(update(task).where(task.c.instance_id == case.id).values(state="withdrawn"))
    assert reconcile(runtime.database).findings == []


def test_a_row_that_a_command_never_wrote_is_unknown(runtime: Runtime, office: Office, clock: VirtualClock) -> None:
    case = many_cases(runtime, office, clock)[0]
    with runtime.database.begin() as connection:
        row = connection.execute(select(task).where(task.c.instance_id == case.id).limit(1)).mappings().one()
        connection.execute(insert(task).values({**row, "id": "planted"}))
    (found,) = reconcile(runtime.database).findings
    assert found == Finding(case.id, "task", "planted", "unknown")
    assert found.in_words() == f"case {case.id}: task planted unknown"


def test_a_row_set_back_to_how_it_once_was_is_found_with_the_entry_that_wrote_it_last(
    runtime: Runtime, office: Office, clock: VirtualClock
) -> None:
    runtime.deploy(MODEL, by="designer")
    case = begin(runtime, MODEL)
    with runtime.database.read() as connection:
        before = dict(connection.execute(select(instance)).mappings().one())
    case.do("a")
    with runtime.database.begin() as connection:
        connection.execute(update(instance).values(before))
    (found,) = reconcile(runtime.database).findings
    assert (found.table, found.what, found.entry) == ("instance", "changed", len(runtime.query.journal(case.id)))


@pytest.mark.parametrize("table", [instance, timer, history, task])
def test_a_change_that_a_command_has_since_written_over_is_found_all_the_same(
    runtime: Runtime, office: Office, clock: VirtualClock, table: Table
) -> None:
    case = begin(runtime, MODEL)
    changed = {"instance": {"business_key": "x"}, "timer": {"reason": {"x": 1}}}.get(table.name, {"name": "x"})
    with runtime.database.begin() as connection:
        connection.execute(update(table).where(of_case(table) == case.id).values(changed))
    case.do("a")
    found = {(one.table, one.what) for one in reconcile(runtime.database).findings}
    assert (table.name, "changed and overwritten") in found


def test_a_model_changed_behind_our_back_is_found(runtime: Runtime) -> None:
    begin(runtime, MODEL)
    assert reconcile(runtime.database).findings == []
    other = MODEL.replace(b"P1D", b"P9D")
    with runtime.database.begin() as connection:
        connection.execute(update(definition).values(xml=other))
    changed = [Finding("", "definition", "p@1", "changed")]
    assert reconcile(runtime.database).findings == changed
    with runtime.database.begin() as connection:
        connection.execute(update(definition).values(hash=hashlib.sha256(other).hexdigest()))
    assert reconcile(runtime.database).findings == changed
    with runtime.database.begin() as connection:
        connection.execute(delete(definition))
    assert reconcile(runtime.database).findings == [Finding("", "definition", "p@1", "gone")]


def test_a_case_that_was_taken_out_whole_leaves_its_journal_behind(
    runtime: Runtime, office: Office, clock: VirtualClock
) -> None:
    case = many_cases(runtime, office, clock)[0]
    with runtime.database.begin() as connection:
        for table in COVERED:
            connection.execute(delete(table).where(of_case(table) == case.id))
    assert reconcile(runtime.database).findings == [Finding(case.id, "journal", "", "without case")]


def test_what_no_program_can_read_is_found_and_hides_nothing_else(
    sqlite_database: Database, office: Office, clock: VirtualClock
) -> None:
    runtime = Runtime(sqlite_database, clock, office.handlers())
    cases = many_cases(runtime, office, clock)
    with sqlite_database.begin() as connection:
        connection.exec_driver_sql("update timer set due = 'soon' where instance_id = ?", (cases[0].id,))
        connection.execute(update(instance).where(instance.c.id == cases[1].id).values(scope="other"))
    found = {(one.case, one.table, one.what) for one in reconcile(sqlite_database).findings if one.what != "gone"}
    assert found == {(cases[0].id, "timer", "unreadable"), (cases[1].id, "instance", "changed")}


def test_rows_from_before_the_journal_said_what_it_wrote_are_counted_not_blamed(
    runtime: Runtime, office: Office, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = d.model(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e"))
    monkeypatch.setattr(Chain, "witness", lambda self, rows, before: None)
    case = begin(runtime, model)
    monkeypatch.undo()
    assert reconcile(runtime.database).findings == []
    assert reconcile(runtime.database).older > 0
    case.do("a")
    case.do("b")
    report = reconcile(runtime.database)
    assert report.findings == []
    with runtime.database.begin() as connection:
        connection.execute(update(instance).values(scope="other"))
    assert [one.what for one in reconcile(runtime.database).findings] == ["changed"]


def test_leases_come_and_go_without_an_act(runtime: Runtime, office: Office, clock: VirtualClock) -> None:
    many_cases(runtime, office, clock)
    with runtime.database.begin() as connection:
        connection.execute(update(timer).values(lease_owner="w", lease_until=clock.now(), fence=7))
    assert reconcile(runtime.database).findings == []


def test_a_report_stops_where_it_is_told_to(runtime: Runtime, office: Office, clock: VirtualClock) -> None:
    many_cases(runtime, office, clock)
    with runtime.database.begin() as connection:
        connection.execute(update(history).values(name="x"))
    assert 3 <= len(reconcile(runtime.database, page=1, most=3).findings) < len(reconcile(runtime.database).findings)


def test_nothing_changes_without_an_entry() -> None:
    with pytest.raises(InvariantBroken, match="expected an entry"):
        Chain("1", "c").witness({"i": "x"}, {})


def test_every_column_is_covered_or_known_to_be_volatile() -> None:
    """A new column that changes between acts belongs to VOLATILE; all others are covered without a word."""
    for table, columns in witness._COLUMNS.items():
        assert {*columns, *VOLATILE.get(table, ())} == {column.name for column in table.c}
    assert set(witness._COLUMNS) == set(COVERED)


def of_case(table: Table) -> Any:
    return table.c.id if table is instance else table.c.instance_id
