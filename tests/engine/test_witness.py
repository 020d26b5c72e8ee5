"""A digest is the same before a row is stored and after it was read, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from engine import Database
from engine.casedata import checked
from engine.errors import InvalidData
from engine.tables import instance, timer
from engine.witness import digest, tag

ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001
NUMBERS = st.one_of(
    st.integers(-(2**80), 2**80),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12),
    st.floats(allow_nan=False, allow_infinity=False),
)
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS, INSTANTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(TEXTS.filter(lambda t: t and t[0] != "_"), inner, max_size=3)
    ),
    max_leaves=8,
)
QUIET = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def an_instance(**values: Any) -> dict[str, Any]:
    row = {column.name: None for column in instance.c}
    fixed = dict.fromkeys(("district_code", "id", "scope", "definition", "business_key", "state"), "x")
    row |= {**fixed, "version": 1, "revision": 1, "blob": b"", "data": {}, "journal_seq": 1, "journal_hash": "x"}
    return row | {"started_at": datetime(2026, 1, 1, tzinfo=UTC)} | values


@QUIET
@given(data=st.dictionaries(TEXTS.filter(bool), VALUES, max_size=4), blob=st.binary(max_size=20), at=INSTANTS)
def test_a_row_read_again_has_the_digest_it_was_written_with(
    database: Database, data: dict[str, Any], blob: bytes, at: datetime
) -> None:
    try:
        good = checked(data)
    except InvalidData:
        return
    row = an_instance(data=good, blob=blob, started_at=at)
    with database.begin() as connection:
        connection.execute(delete(instance))
        connection.execute(insert(instance).values(row))
    with database.read() as connection:
        again = dict(connection.execute(select(instance)).mappings().one())
    assert digest(instance, again) == digest(instance, row)


def test_an_instant_is_the_same_in_every_offset() -> None:
    at = datetime(2026, 3, 11, 9, tzinfo=timezone(timedelta(hours=8)))
    assert digest(instance, an_instance(started_at=at)) == digest(instance, an_instance(started_at=at.astimezone(UTC)))


@pytest.mark.parametrize(
    "values",
    [
        {"revision": 2},
        {"data": {"x": Decimal("1.0")}},
        {"data": {"x": Decimal("1.00")}},
        {"blob": b"\0"},
        {"parent_id": "x"},
        {"started_at": datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)},
        {"state": "X"},
    ],
    ids=str,
)
def test_whatever_changes_changes_the_digest(values: dict[str, Any]) -> None:
    assert digest(instance, an_instance(**values)) != digest(instance, an_instance())


def test_the_ends_of_the_chain_and_a_lease_do_not() -> None:
    assert digest(instance, an_instance(journal_seq=9, check_value="x")) == digest(instance, an_instance())


def test_a_tag_names_the_row_within_its_case() -> None:
    assert tag(instance, an_instance()) == "i"
    tags = {tag(timer, {"id": f"{number}"}) for number in range(1_000)}
    assert len(tags) == 1_000
    assert all(len(one) == 9 and one[0] == "r" for one in tags)
