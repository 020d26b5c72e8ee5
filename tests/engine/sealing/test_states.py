"""A stored state that somebody altered is refused before it is loaded."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from engine import Database, Runtime
from engine.clock import VirtualClock
from engine.errors import StateAltered
from engine.sealing import Checked, Keyring, adopt, create_keys, read_keys, rotate_keys
from engine.tables import instance
from engine.witness import digest
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Case, Office, begin

KEYS = Keyring((bytes(range(32)),))
OTHER = Keyring((bytes(range(1, 33)),))
TWO_STEPS = d.model(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e"))


@pytest.fixture
def runtime(database: Database, clock: VirtualClock, office: Office) -> Runtime:
    return Runtime(database, clock, office.handlers(), states=Checked(lambda: KEYS))


def row_of(runtime: Runtime, case: Case) -> dict[str, Any]:
    with runtime.database.read() as connection:
        return dict(connection.execute(select(instance).where(instance.c.id == case.id)).mappings().one())


def change(runtime: Runtime, case: Case, **values: Any) -> None:
    with runtime.database.begin() as connection:
        connection.execute(update(instance).where(instance.c.id == case.id).values(values))


def second(runtime: Runtime) -> Case:
    outcome = runtime.start(
        "p", business_key="C-2", district_code="1", scope="x", data={}, actor=CLERK, key="second"
    )  # fmt: skip
    return Case(runtime, outcome.instance_id)


def refused(case: Case) -> StateAltered:
    with pytest.raises(StateAltered) as found:
        case.do("a")
    return found.value


def test_a_case_that_nobody_altered_runs_to_its_end(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS)
    case.do("a", x=1)
    case.do("b")
    assert case.state == "ended"


def test_an_edited_blob_is_refused_with_an_incident_and_nothing_changes(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS)
    blob = row_of(runtime, case)["blob"]
    change(runtime, case, blob=blob.replace(b'"a"', b'"b"', 1))
    before = row_of(runtime, case)
    assert "changed outside" in refused(case).message
    assert row_of(runtime, case) == before
    (incident,) = runtime.query.incidents()
    assert "changed outside" in str(incident)


def test_a_blob_that_is_no_state_at_all_is_refused_before_it_is_read(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS)
    change(runtime, case, blob=b"\x80\x04 code")
    refused(case)


def test_a_blob_of_another_case_is_refused(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS)
    other = second(runtime)
    other.do("a")
    row = row_of(runtime, other)
    change(runtime, case, blob=row["blob"], check_value=row["check_value"])
    refused(case)


def test_a_blob_set_back_to_an_older_revision_is_refused(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS)
    older = row_of(runtime, case)
    case.do("a")
    change(runtime, case, blob=older["blob"], check_value=older["check_value"])
    with pytest.raises(StateAltered):
        case.do("b")


def test_altered_case_data_are_refused_too(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS, amount=5)
    change(runtime, case, data={"amount": 6})
    refused(case)


@pytest.mark.parametrize("value", [None, "", ":", "nonsense", "00000000:00"])
def test_a_state_without_a_good_value_is_refused(runtime: Runtime, value: str | None) -> None:
    case = begin(runtime, TWO_STEPS)
    change(runtime, case, check_value=value)
    assert "check value" in refused(case).message


def test_a_value_made_with_another_key_is_refused(runtime: Runtime, clock: VirtualClock) -> None:
    case = begin(runtime, TWO_STEPS)
    with pytest.raises(StateAltered, match="unknown key"):
        Case(Runtime(runtime.database, clock, states=Checked(lambda: OTHER)), case.id).do("a")


def test_a_rotated_key_is_met_by_a_process_that_read_its_keys_before(
    database: Database, clock: VirtualClock, tmp_path: Path
) -> None:
    path = tmp_path / "state.key"
    create_keys(path)
    one, two = (Runtime(database, clock, states=Checked(lambda: read_keys(path))) for _ in range(2))
    case = begin(one, TWO_STEPS)
    rotate_keys(path)
    Case(two, case.id).do("a")
    one.complete(case.task("b"), data={}, actor=CLERK, key="late")
    assert case.state == "ended"


def test_without_keys_nothing_is_marked_and_that_is_noticed_later(
    database: Database, clock: VirtualClock, runtime: Runtime
) -> None:
    case = begin(Runtime(database, clock), TWO_STEPS)
    assert row_of(runtime, case)["check_value"] is None
    with pytest.raises(StateAltered, match="found none"):
        Case(runtime, case.id).do("a")


def test_states_from_before_are_adopted_once(database: Database, clock: VirtualClock, runtime: Runtime) -> None:
    case = begin(Runtime(database, clock), TWO_STEPS, x=1)
    with database.begin() as connection:
        assert adopt(connection, Checked(lambda: KEYS)) == 1
        assert adopt(connection, Checked(lambda: KEYS)) == 0
    Case(runtime, case.id).do("a")


def test_a_check_costs_less_than_twenty_microseconds(runtime: Runtime) -> None:
    """On a blob of 6 KB and a kilobyte of data; the digest is needed for the journal anyway, so it is counted apart."""
    case = begin(runtime, TWO_STEPS, text="x" * 1_000)
    states = Checked(lambda: KEYS)
    row = row_of(runtime, case) | {"blob": bytes(6_000)}
    own = digest(instance, row)
    row["check_value"] = states.mark(row, own)
    rounds, best = 200, float("inf")
    for _ in range(5):
        begun = time.process_time()
        for _ in range(rounds):
            states.demand(row, own)
        best = min(best, time.process_time() - begun)
    assert best / rounds < 20e-6
