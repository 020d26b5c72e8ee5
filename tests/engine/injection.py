"""Faults on purpose: raises at the k-th point that a command passes, whichever that is.

A point is an evaluation of FEEL, a call of a handler or for rungs, a move in SpiffWorkflow's tree, a statement
sent to the database, or the commit.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from SpiffWorkflow.task import Task
from sqlalchemy import event

from engine import Database, Handlers, expressions
from engine.spiff.token import Token


class Planted(RuntimeError):
    """A fault of the test."""


class Faults:
    """Counts the points while it watches; raises once, at the one it was told to."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self._watching, self._left = False, 0

    @contextmanager
    def watching(self, at: int = 0) -> Iterator[None]:
        """Raise at the point of that number, counted from 1; 0 only counts."""
        self.kinds.clear()
        self._watching, self._left = True, at
        try:
            yield
        finally:
            self._watching = False

    @property
    def passed(self) -> int:
        return self.kinds.total()

    def point(self, kind: str, error: type[Exception] = Planted) -> None:
        if not self._watching:
            return
        self.kinds[kind] += 1
        if self.passed == self._left:
            self._watching = False
            raise error(f"planted at point {self._left}, {kind}")


def plant(faults: Faults, patch: pytest.MonkeyPatch, database: Database, handlers: Handlers) -> None:
    """Put the points in place. The database must not have been connected to yet."""
    _before(faults, patch, expressions, "evaluate", "evaluate")
    _before(faults, patch, Task, "run", "spiff")
    _before(faults, patch, Token, "arrive", "spiff")
    _before(faults, patch, Token, "_set_state", "spiff")
    for name, handler in list(handlers.calls.items()):
        handlers.calls[name] = _watched(faults, "handler", handler)
    handlers.rungs = _watched(faults, "rungs", handlers.rungs)
    factories = _sqlite(faults) if database.is_sqlite else _postgres(faults)
    event.listen(database.engine, "do_connect", lambda dialect, record, args, given: given.update(factories))


def _watched(faults: Faults, kind: str, inner: Callable[..., Any]) -> Callable[..., Any]:
    def watched(*args: Any, **given: Any) -> Any:
        faults.point(kind)
        return inner(*args, **given)

    return watched


def _before(faults: Faults, patch: pytest.MonkeyPatch, owner: Any, name: str, kind: str) -> None:
    patch.setattr(owner, name, _watched(faults, kind, getattr(owner, name)))


def _sqlite(faults: Faults) -> dict[str, Any]:
    class Cursor(sqlite3.Cursor):
        def execute(self, *args: Any) -> Any:
            faults.point("statement", sqlite3.OperationalError)
            return super().execute(*args)

        def executemany(self, *args: Any) -> Any:
            faults.point("statement", sqlite3.OperationalError)
            return super().executemany(*args)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def commit(self) -> None:
            faults.point("commit", sqlite3.OperationalError)
            super().commit()

    return {"factory": Connection}


def _postgres(faults: Faults) -> dict[str, Any]:
    class Cursor(psycopg.Cursor[Any]):
        def execute(self, *args: Any, **given: Any) -> Any:
            faults.point("statement", psycopg.OperationalError)
            return super().execute(*args, **given)

        def executemany(self, *args: Any, **given: Any) -> Any:
            faults.point("statement", psycopg.OperationalError)
            return super().executemany(*args, **given)

    return {"cursor_factory": Cursor}
