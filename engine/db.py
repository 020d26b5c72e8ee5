"""The database: SQLite by default, PostgreSQL where one machine is not enough."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError

from engine.casedata import dumps, loads
from engine.model import Pin
from engine.prepared import end, execute


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC to the microsecond on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return _utc(value) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    # On SQLite an instant is text without an offset; its own processors take several times as long.

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        return _to_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"expected an aware instant, found {value.isoformat()}")
    return value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    return _text(value if value.tzinfo is UTC else _utc(value))


# The instants of a command are few, and each is written into many rows and read from as many.


@lru_cache(maxsize=4096)
def _text(utc: datetime) -> str:
    return utc.isoformat(" ", "microseconds").removesuffix("+00:00")


@lru_cache(maxsize=4096)
def _from_text(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text + "+00:00") if text is not None else None


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Files(TypeDecorator[tuple[bytes, ...]]):
    """Some files, kept as a JSON list of base64 texts; none is null."""

    impl = Json
    cache_ok = True

    def process_bind_param(self, value: tuple[bytes, ...] | None, dialect: Dialect) -> list[str] | None:
        return [b64encode(one).decode() for one in value] if value else None

    def process_result_value(self, value: list[str] | None, dialect: Dialect) -> tuple[bytes, ...]:
        return tuple(b64decode(one) for one in value or ())


class Pins(TypeDecorator[tuple[Pin, ...]]):
    """Versions of other models, kept as a JSON list of name, version and hash; none is null."""

    impl = Json
    cache_ok = True

    def process_bind_param(self, value: tuple[Pin, ...] | None, dialect: Dialect) -> list[list[Any]] | None:
        return [list(one) for one in value] if value else None

    def process_result_value(self, value: list[list[Any]] | None, dialect: Dialect) -> tuple[Pin, ...]:
        return tuple(Pin(*one) for one in value or ())


_POOL = {"pool_size": 16, "max_overflow": 32}
MOST_KEPT = 8  # of each kind
_BEGUN = "jiancha_begun"
_BY_ITSELF = {_BEGUN: True}
PATIENCE_SECONDS = 10.0  # how long a command waits for the one writer of a file


class Database:
    """Connects when asked, never before; one transaction per ``begin`` or ``read``."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self._kept: dict[bool, list[Connection]] = {True: [], False: []}  # those that read, those that write
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")

    @cached_property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @cached_property
    def engine(self) -> Engine:
        options: dict[str, Any] = {"json_serializer": dumps, "json_deserializer": loads, **_POOL}
        if self.is_sqlite:
            options["connect_args"] = {"timeout": PATIENCE_SECONDS, "check_same_thread": False}
        else:
            options["pool_pre_ping"] = True
        engine = create_engine(self.url, **options)
        if self.is_sqlite:
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        return engine

    def begin(self) -> AbstractContextManager[Connection]:
        """A writing transaction; on SQLite it holds the write lock from its first line."""
        return self._transaction(reading=False)

    def read(self) -> AbstractContextManager[Connection]:
        """A reading transaction: one snapshot, no lock."""
        return self._transaction(reading=True)

    def _transaction(self, *, reading: bool) -> AbstractContextManager[Connection]:
        return self._of_file(reading) if self.is_sqlite else self._of_server(reading)

    @contextmanager
    def _of_server(self, reading: bool) -> Iterator[Connection]:
        """A transaction on a connection from the pool, which looks whether the server is still there."""
        with self.engine.connect() as connection, connection.begin() as transaction:
            yield connection
            if reading:
                transaction.rollback()

    @contextmanager
    def _of_file(self, reading: bool) -> Iterator[Connection]:
        """A transaction of SQLite's own, on a connection that is kept.

        A file is always there, and to open a connection, or to let SQLAlchemy open and end a transaction, costs more
        than to read a row. One that failed is closed, which rolls back.
        """
        kept = self._kept[reading]
        connection = kept.pop() if kept else self.engine.connect().execution_options(**_BY_ITSELF)
        try:
            _begin(connection, reading)
            yield connection
            end(connection, keep=not reading)
        except BaseException:
            connection.close()
            raise
        if len(kept) < MOST_KEPT:
            kept.append(connection)
        else:
            connection.close()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A reading transaction whose statements all see the same instant, on PostgreSQL too."""
        with self.read() as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql("set transaction isolation level repeatable read")
            yield connection

    def dispose(self) -> None:
        if "engine" in self.__dict__:
            for kept in self._kept.values():
                while kept:
                    kept.pop().close()
            self.engine.dispose()


def _prepare_sqlite(connection: Any, _: Any) -> None:
    # The driver must not open transactions of its own: a deferred one that turns into a
    # writer fails at once with "database is locked", whatever the timeout.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Where SQLAlchemy says when a transaction begins, as migrations let it."""
    if not connection.get_execution_options().get(_BEGUN, False):
        _begin(connection, reading=False)


def _begin(connection: Connection, reading: bool) -> None:
    execute(connection, "BEGIN" if reading else "BEGIN IMMEDIATE")


def unavailable(error: BaseException) -> str | None:
    """Why the database could not serve, if that is all that is wrong: ``busy``, ``full`` or ``away``; else None.

    It says nothing of the case: the same command succeeds when the database serves again, and whatever became of
    a command whose answer was lost, its key tells.
    """
    if not isinstance(error, DBAPIError):
        return None
    name, state = getattr(error.orig, "sqlite_errorname", ""), getattr(error.orig, "sqlstate", None) or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "busy"
    if name.startswith("SQLITE_FULL") or state.startswith("53"):
        return "full"
    # A psycopg error that names its connection is one of connecting.
    lost = error.connection_invalidated or getattr(error.orig, "pgconn", None) is not None
    return "away" if lost or name.startswith("SQLITE_IOERR") or state.startswith(("08", "57P")) else None
