"""A prepared statement does what the same statement does through the connection."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    bindparam,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from engine import Database
from engine.db import Json, UtcDateTime
from engine.prepared import Prepared, execute

metadata = MetaData()
thing = Table(
    "thing_prepared",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(200), nullable=False),
    Column("note", Text),
    Column("at", UtcDateTime),
    Column("data", Json),
    Column("amount", Numeric(20, 4)),
    Column("yes", Boolean),
    Column("blob", LargeBinary),
)
INSERT = Prepared(insert(thing))
ALL = Prepared(select(thing).order_by(thing.c.id))
NAMED_A = Prepared(select(thing.c.id).where(thing.c.name == "a", thing.c.id > bindparam("above")))
RENAME = Prepared(update(thing).where(thing.c.id == bindparam("key_id")).values(name=bindparam("name")))

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15)
instants = st.datetimes(
    min_value=datetime(1900, 1, 2),  # noqa: DTZ001
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words | numbers,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
rows = st.fixed_dictionaries(
    {
        "name": words,
        "note": st.none() | words,
        "at": st.none() | instants,
        "data": json_values,
        "amount": st.none() | numbers,
        "yes": st.none() | st.booleans(),
        "blob": st.none() | st.binary(max_size=40),
    }
)


@pytest.fixture
def things(database: Database) -> Iterator[Database]:
    metadata.create_all(database.engine)
    yield database
    metadata.drop_all(database.engine)


def a_row(number: int, **values: Any) -> dict[str, Any]:
    blank = dict.fromkeys(("note", "at", "data", "amount", "yes", "blob"))
    return {"id": number, "name": "a", **blank, **values}


# A database that is emptied for each example.
AGAIN = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@AGAIN
@given(st.lists(rows, min_size=1, max_size=4))
def test_values_are_stored_and_read_as_the_connection_does(things: Database, drawn: list[dict[str, Any]]) -> None:
    given_rows = [{"id": number, **row} for number, row in enumerate(drawn)]
    with things.begin() as connection:
        connection.execute(thing.delete())
        connection.execute(insert(thing), given_rows)
        stored = connection.execute(text("select * from thing_prepared order by id")).all()
        read = [dict(row) for row in connection.execute(select(thing).order_by(thing.c.id)).mappings()]

        assert ALL.rows(connection, {}) == read
        connection.execute(thing.delete())
        INSERT.run_many(connection, given_rows)
        assert connection.execute(text("select * from thing_prepared order by id")).all() == stored

        types = [{name: type(value) for name, value in row.items()} for row in read]
        assert [{name: type(value) for name, value in row.items()} for row in ALL.rows(connection, {})] == types


def test_what_the_statement_says_itself_is_no_parameter(things: Database) -> None:
    with things.begin() as connection:
        INSERT.run_many(connection, [a_row(1), a_row(2), a_row(3, name="b")])
        assert NAMED_A.rows(connection, {"above": 1}) == [{"id": 2}]


def test_an_update_tells_how_many_rows_it_met(things: Database) -> None:
    with things.begin() as connection:
        INSERT.run(connection, a_row(1))
        assert RENAME.run(connection, {"key_id": 1, "name": "b"}) == 1
        assert RENAME.run(connection, {"key_id": 9, "name": "b"}) == 0


def test_no_rows_are_no_statement(things: Database) -> None:
    with things.begin() as connection:
        INSERT.run_many(connection, [])
        assert ALL.one(connection, {}) is None


def test_a_key_that_is_there_is_an_integrity_error(things: Database) -> None:
    for count in (1, 2):
        with pytest.raises(IntegrityError), things.begin() as connection:
            INSERT.run_many(connection, [a_row(7)] * (count + 1))


def test_what_the_database_cannot_do_is_said_in_sqlalchemys_words(things: Database) -> None:
    with pytest.raises((OperationalError, ProgrammingError), match="nothing_here"), things.begin() as connection:
        execute(connection, "select * from nothing_here")


def test_a_missing_value_is_named(things: Database) -> None:
    row = a_row(1)
    del row["blob"]
    with pytest.raises(KeyError, match="blob"), things.begin() as connection:
        INSERT.run(connection, row)


def test_only_the_named_columns_are_given(things: Database) -> None:
    short = Prepared(insert(thing), ("id", "name"))
    with things.begin() as connection:
        short.run_many(connection, [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}])
        assert ALL.rows(connection, {}) == [a_row(1), a_row(2, name="b")]


def test_a_default_of_the_table_is_not_left_out_in_silence(things: Database) -> None:
    counted = Table("counted", MetaData(), Column("id", String(9), primary_key=True), Column("n", Integer, default=7))
    with pytest.raises(TypeError, match="expected a value for n"), things.begin() as connection:
        Prepared(insert(counted), ("id",)).run(connection, {"id": "a"})


def test_a_naive_instant_is_refused(things: Database) -> None:
    with pytest.raises(ValueError, match="aware"), things.begin() as connection:
        INSERT.run(connection, a_row(1, at=datetime(2026, 3, 11)))  # noqa: DTZ001


def test_whoever_listens_to_statements_hears_these_too(things: Database) -> None:
    heard: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        heard.append(statement)

    event.listen(things.engine, "before_cursor_execute", listen)
    try:
        at = datetime(2026, 3, 11, tzinfo=UTC)
        with things.begin() as connection:
            INSERT.run_many(connection, [a_row(1, at=at, amount=Decimal("1.5000")), a_row(2)])
            assert RENAME.run(connection, {"key_id": 2, "name": "b"}) == 1
            assert [row["name"] for row in ALL.rows(connection, {})] == ["a", "b"]
    finally:
        event.remove(things.engine, "before_cursor_execute", listen)
    assert [statement.split()[0] for statement in heard if "thing_prepared" in statement] == [
        "INSERT",
        "UPDATE",
        "SELECT",
    ]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_connection_that_broke_is_not_used_again(things: Database) -> None:
    with pytest.raises(DBAPIError) as failure, things.begin() as connection:
        pid = connection.execute(text("select pg_backend_pid()")).scalar_one()
        with things.begin() as other:
            other.execute(text("select pg_terminate_backend(:pid)"), {"pid": pid})
        ALL.rows(connection, {})
    assert failure.value.connection_invalidated
    with things.begin() as connection:
        assert ALL.rows(connection, {}) == []
