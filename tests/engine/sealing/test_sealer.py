"""The sealer: every head once, in numbered seals that the stand-alone verifier believes.

A deployed model is the first entry of the chain of what concerns no case.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import event, func, insert, select

from engine import Database, Runtime
from engine.clock import VirtualClock
from engine.sealing import Pace, Sealer, Signer, export
from engine.tables import journal, seal, sealed_head, unsealed_head
from engine.verify_journal import verify
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Case, begin

SIGNER = Signer("jiancha/test", bytes(range(32)))
TWO_STEPS = d.model(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e"))


@pytest.fixture
def sealer(runtime: Runtime, clock: VirtualClock) -> Sealer:
    return Sealer(runtime.database, clock, SIGNER)


def another(runtime: Runtime, number: int) -> Case:
    outcome = runtime.start(
        "p", business_key=f"C-{number}", district_code="1", scope="x", data={}, actor=CLERK, key=f"another:{number}"
    )
    return Case(runtime, outcome.instance_id)


def count(database: Database, table: object) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def found(runtime: Runtime, anchors: list[str] | None = None) -> dict[str, object]:
    return verify(export(runtime.database), [SIGNER.verifier], anchors)


def notes(runtime: Runtime) -> list[str]:
    with runtime.database.read() as connection:
        return list(connection.execute(select(seal.c.note).order_by(seal.c.number)).scalars())


def test_what_was_written_waits_then_is_sealed_and_verified(runtime: Runtime, sealer: Sealer) -> None:
    case = begin(runtime, TWO_STEPS)
    assert found(runtime)["sealed"] == 0
    assert sealer.seal() == 1
    case.do("a")
    assert found(runtime) == {"entries": 4, "broken_at": None, "seals": 1, "sealed": 3, "anchors": None}
    assert sealer.seal() == 2
    assert found(runtime, "\n".join(notes(runtime)).splitlines(keepends=True)) == {
        "entries": 4,
        "broken_at": None,
        "seals": 2,
        "sealed": 4,
        "anchors": 2,
    }
    assert count(runtime.database, unsealed_head) == 0


def test_a_chain_that_moved_twice_since_the_last_seal_is_one_leaf(runtime: Runtime, sealer: Sealer) -> None:
    case = begin(runtime, TWO_STEPS)
    case.do("a")
    case.do("b")
    sealer.seal()
    assert count(runtime.database, sealed_head) == 2
    assert found(runtime)["sealed"] == 6


def test_a_seal_is_due_after_a_minute_or_after_many_entries(
    runtime: Runtime, sealer: Sealer, clock: VirtualClock
) -> None:
    assert sealer.seal_if_due() is None
    begin(runtime, TWO_STEPS)
    assert sealer.seal_if_due() == 1
    another(runtime, 1)
    assert sealer.seal_if_due() is None
    clock.advance(timedelta(seconds=59))
    assert sealer.seal_if_due() is None
    assert Sealer(runtime.database, clock, SIGNER, Pace(entries=1)).seal_if_due() == 2
    another(runtime, 2)
    clock.advance(timedelta(seconds=60))
    assert sealer.seal_if_due() == 3


def test_in_quiet_times_a_seal_is_a_sign_of_life(runtime: Runtime, sealer: Sealer, clock: VirtualClock) -> None:
    begin(runtime, TWO_STEPS)
    sealer.seal()
    clock.advance(timedelta(minutes=9))
    assert sealer.seal_if_due() is None
    clock.advance(timedelta(minutes=1))
    assert sealer.seal_if_due() == 2
    assert found(runtime)["broken_at"] is None


def test_a_clock_that_was_set_back_does_not_stop_the_seals(
    runtime: Runtime, sealer: Sealer, clock: VirtualClock
) -> None:
    begin(runtime, TWO_STEPS)
    sealer.seal()
    clock.advance(timedelta(days=-1))
    another(runtime, 1)
    assert sealer.seal_if_due() == 2


def test_of_two_sealers_at_once_none_seals_a_head_twice(runtime: Runtime, clock: VirtualClock) -> None:
    begin(runtime, TWO_STEPS)
    for number in range(20):
        another(runtime, number)
    ready = Barrier(3)

    def act() -> None:
        one = Sealer(runtime.database, clock, SIGNER)
        ready.wait()
        one.seal()

    threads = [Thread(target=act) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(runtime.database, sealed_head) == 22
    assert found(runtime)["broken_at"] is None


def test_a_command_that_commits_while_a_seal_is_made_is_in_the_next(runtime: Runtime, sealer: Sealer) -> None:
    """The row that asks for a seal is taken away by its own key, so a head that came later stays."""
    case = begin(runtime, TWO_STEPS)
    sealer.seal()
    case.do("a")
    with runtime.database.read() as connection:
        waiting = connection.execute(select(unsealed_head.c.chain, unsealed_head.c.seq)).all()
    assert waiting == [(case.id, 2)]


@pytest.mark.parametrize("page", [1, 2, 3])
def test_the_exports_pages_hold_whole_journals(runtime: Runtime, sealer: Sealer, page: int) -> None:
    case = begin(runtime, TWO_STEPS)
    for number in range(3):
        another(runtime, number)
        sealer.seal()
    case.do("a")
    lines = list(export(runtime.database, page))
    assert lines == list(export(runtime.database))
    assert found(runtime) == {"entries": 7, "broken_at": None, "seals": 3, "sealed": 6, "anchors": None}


def test_what_is_sealed_while_an_export_is_read_still_waits_in_it(runtime: Runtime, sealer: Sealer) -> None:
    begin(runtime, TWO_STEPS)
    sealer.seal()
    another(runtime, 1)
    lines = export(runtime.database)
    first = next(lines)
    sealer.seal()
    assert verify([first, *lines], [SIGNER.verifier]) == {
        "entries": 4,
        "broken_at": None,
        "seals": 1,
        "sealed": 3,
        "anchors": None,
    }


def test_a_seal_costs_what_moved_since_the_last_whatever_was_sealed_before(
    sqlite_database: Database, clock: VirtualClock
) -> None:
    """Rows read and written by a seal over ten moved chains: after a thousand chains as after none."""

    def rows_of_a_seal(first: int) -> int:
        _wait(sqlite_database, first, 10)
        touched = 0

        def looked(conn: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
            nonlocal touched
            touched += len(parameters) if isinstance(parameters, list) else 1

        event.listen(sqlite_database.engine, "after_cursor_execute", looked)
        assert Sealer(sqlite_database, clock, SIGNER).seal() is not None
        event.remove(sqlite_database.engine, "after_cursor_execute", looked)
        return touched

    early = rows_of_a_seal(0)
    _wait(sqlite_database, 100, 1_000)
    Sealer(sqlite_database, clock, SIGNER).seal()
    assert rows_of_a_seal(5_000) == early < 40
    with sqlite_database.read() as connection:
        plans = [
            " ".join(str(row) for row in connection.exec_driver_sql(f"explain query plan {query}"))
            for query in (
                "select * from seal order by number desc limit 1",
                "select * from unsealed_head order by district_code, chain, seq limit 2000",
            )
        ]
    assert not any("TEMP B-TREE" in plan for plan in plans), plans


def _wait(database: Database, first: int, number: int) -> None:
    rows = [{"chain": f"c{first + n:05}", "hash": f"{n:064x}", "seq": 1} for n in range(number)]
    with database.begin() as connection:
        connection.execute(insert(unsealed_head), [{**row, "district_code": "1", "entries": 1} for row in rows])


@pytest.mark.parametrize("table", ["journal", "unsealed_head"])
def test_a_chain_put_in_or_hidden_from_the_sealer_is_found(runtime: Runtime, sealer: Sealer, table: str) -> None:
    case = begin(runtime, TWO_STEPS)
    sealer.seal()
    case.do("a")
    with runtime.database.begin() as connection:
        if table == "unsealed_head":
            connection.execute(unsealed_head.delete())
        else:
            connection.execute(journal.delete().where(journal.c.seq == 2))
            connection.execute(unsealed_head.delete())
            connection.execute(journal.delete().where(journal.c.seq == 1))
    assert found(runtime)["broken_at"] is not None
