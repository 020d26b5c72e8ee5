"""The chain of a case: whoever changes a line breaks it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from engine import Runtime
from engine.journal import GENESIS, entry_hash
from engine.sealing import export
from engine.tables import journal
from engine.verify_journal import verify
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, begin

TWO_STEPS = d.model(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e"))


def broken_at(runtime: Runtime, chain: str) -> int | None:
    """The first entry whose hash does not follow from its line and from the one before."""
    previous = GENESIS
    with runtime.database.read() as connection:
        rows = connection.execute(select(journal).where(journal.c.chain == chain).order_by(journal.c.seq)).all()
    for row in rows:
        expected = entry_hash(row.chain, row.seq, row.at, row.kind, row.actor, row.body, previous)
        if row.previous != previous or row.hash != expected:
            return int(row.seq)
        previous = row.hash
    return None


def test_an_untouched_chain_holds(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS)
    case.do("a", x=1)
    case.do("b")
    assert broken_at(runtime, case.id) is None


def test_a_changed_body_is_found_at_its_line(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS)
    case.do("a", x=1)
    with runtime.database.begin() as connection:
        connection.execute(update(journal).where(journal.c.chain == case.id, journal.c.seq == 2).values(body="{}"))
    assert broken_at(runtime, case.id) == 2


def test_a_line_taken_out_is_found_at_the_next(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS)
    case.do("a")
    case.do("b")
    with runtime.database.begin() as connection:
        connection.execute(journal.delete().where(journal.c.chain == case.id, journal.c.seq == 2))
    assert broken_at(runtime, case.id) == 3


def test_a_command_whose_event_time_has_an_offset_is_chained_in_utc(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS)
    at = datetime.fromisoformat("2026-03-11T09:12:00.276+08:00")
    runtime.complete(case.task("a"), data={}, actor=CLERK, key="offset", at=at)
    assert broken_at(runtime, case.id) is None


def verified(runtime: Runtime) -> tuple[int, dict[str, Any] | None]:
    """What the stand-alone verifier says of the whole database."""
    found = verify(export(runtime.database))
    return found["entries"], found["broken_at"]


def test_the_stand_alone_verifier_agrees_on_whole_chains(runtime: Runtime) -> None:
    case = begin(runtime, TWO_STEPS, 金额=12)
    case.do("a", x=1)
    case.do("b")
    assert verified(runtime) == (6, None)


@pytest.mark.parametrize(
    ("seq", "forged"),
    [(2, {"body": '{"element":"b"}'}), (2, {"actor": "somebody"}), (3, {"kind": "ended"}), (1, {"previous": "1" * 64})],
)
def test_the_stand_alone_verifier_names_the_entry_that_was_forged(
    runtime: Runtime, seq: int, forged: dict[str, str]
) -> None:
    case = begin(runtime, TWO_STEPS)
    case.do("a", x=1)
    case.do("b")
    with runtime.database.begin() as connection:
        connection.execute(update(journal).where(journal.c.chain == case.id, journal.c.seq == seq).values(forged))

    _, broken = verified(runtime)
    assert broken is not None
    assert (broken["chain"], broken["seq"]) == (case.id, seq)
    assert broken_at(runtime, case.id) == seq
