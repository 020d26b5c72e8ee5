"""Statements compiled once and run on the driver's own cursor: the path that every command takes.

SQLAlchemy writes the text, and its types say how a value goes in and comes out, so that nothing differs
from running the statement through the connection. What is left out is the machinery around each
execution, which costs several times what the database itself does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from sys import intern
from typing import Any, NoReturn

from sqlalchemy import Connection, CursorResult, Dialect, Insert, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase

Row = dict[str, Any]
Values = Mapping[str, Any]
Statement = Select[*tuple[Any, ...]] | UpdateBase
Process = Callable[[Any], Any]


class Prepared:
    """One Core statement; each parameter is given by name, each time.

    An insert is given every column, or those that are named; none is filled in by a default of the table's.
    Every engine of one kind that ``Database`` makes writes and reads values in the same way.
    """

    def __init__(self, statement: Statement, columns: Sequence[str] = ()) -> None:
        self._statement = statement
        self._given = list(columns) or _columns(statement)
        self._forms: dict[str, _Form] = {}

    def run(self, connection: Connection, values: Values) -> int:
        """Run it once; how many rows it met."""
        form = self._forms.get(connection.dialect.name) or self._form(connection.dialect)
        return int(execute(connection, form.text, form.given(values)).rowcount)

    def run_many(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Run it for each row; nothing for none."""
        if len(rows) == 1:
            self.run(connection, rows[0])
        elif rows:
            form = self._forms.get(connection.dialect.name) or self._form(connection.dialect)
            execute(connection, form.text, [form.given(row) for row in rows], many=True)

    def rows(self, connection: Connection, values: Values) -> list[Row]:
        """What a query finds, by the names of its columns."""
        form = self._forms.get(connection.dialect.name) or self._form(connection.dialect)
        found = execute(connection, form.text, form.given(values))
        read = form.reader(found)
        return [read(row) for row in found.fetchall()]

    def one(self, connection: Connection, values: Values) -> Row | None:
        """The row of a query that finds one at most."""
        found = self.rows(connection, values)
        return found[0] if found else None

    def _form(self, dialect: Dialect) -> _Form:
        return self._forms.setdefault(dialect.name, _Form(self._statement, self._given, dialect))


class _Form:
    """A statement in one dialect: its text, and how values go in and come out."""

    def __init__(self, statement: Statement, columns: list[str] | None, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        if isinstance(statement, UpdateBase) and (compiled.insert_prefetch or compiled.update_prefetch):
            names = ", ".join(column.name for column in (*compiled.insert_prefetch, *compiled.update_prefetch))
            raise TypeError(f"expected a value for {names}, found that the table would have to fill it in")
        asked = {_plain(name): bind.type for bind, name in compiled.bind_names.items() if bind.required}
        expanded = compiled.construct_expanded_state(dict.fromkeys(asked))
        self.text: str = expanded.statement
        # What the statement itself says, such as a state that is asked for, is not a parameter.
        fixed = {
            name: expanded.processors[name](value) if name in expanded.processors else value
            for name, value in expanded.parameters.items()
            if name not in asked
        }
        writers = {name: kind.dialect_impl(dialect).bind_processor(dialect) for name, kind in asked.items()}
        self.given = _given(expanded.positiontup, writers, fixed)
        self._dialect = dialect
        self._columns = [(_plain(column.name), column.type) for column in statement.exported_columns]
        self._reader: Callable[[Sequence[Any]], Row] | None = None

    def reader(self, found: Any) -> Callable[[Sequence[Any]], Row]:
        """From the driver's row to ours. Only a first result tells the driver's own type of each column."""
        if self._reader is None:
            cursor = found.cursor if isinstance(found, CursorResult) else found
            names = [name for name, _ in self._columns]
            kinds = [
                (name, kind, told[1]) for (name, kind), told in zip(self._columns, cursor.description, strict=True)
            ]
            readers = [(name, _reading(kind, self._dialect, told)) for name, kind, told in kinds]
            self._reader = _row_reader(names, [(name, read) for name, read in readers if read is not None])
        return self._reader


def _columns(statement: Statement) -> list[str] | None:
    """What an insert is given: all but the number that the database counts itself."""
    if not isinstance(statement, Insert):
        return None
    counted = statement.table.autoincrement_column  # type: ignore[attr-defined]
    return [_plain(column.name) for column in statement.table.columns if column is not counted]


def _plain(name: str) -> str:
    """The name as the string that code spells: a dictionary finds it by identity, SQLAlchemy's own kind by comparing."""
    return intern(str(name))


def _given(order: Sequence[str] | None, writers: Mapping[str, Process | None], fixed: Values) -> Process:
    """From the caller's values to the parameters as the driver wants them: in order, or by name."""
    written = [(name, write) for name, write in writers.items() if write is not None]

    def by_name(values: Values) -> dict[str, Any]:
        found = {name: values[name] for name in writers}
        found.update(fixed)
        for name, write in written:
            found[name] = write(found[name])
        return found

    if order is None:
        return by_name
    if fixed:
        return lambda values: tuple(map(by_name(values).__getitem__, order))
    return _in_order(order, [(place, write) for place, name in enumerate(order) if (write := writers[name])])


def _in_order(order: Sequence[str], written: Sequence[tuple[int, Process]]) -> Process:
    """Most statements: nothing but what the caller gives, each at its place."""
    names = [_plain(name) for name in order]
    # Python takes one value by its name, but several as a tuple, and none not at all.
    take = itemgetter(*names) if len(names) > 1 else lambda values: tuple(values[name] for name in names)

    def in_order(values: Values) -> tuple[Any, ...]:
        found = list(take(values))
        for place, write in written:
            found[place] = write(found[place])
        return tuple(found)

    return in_order if written else take


def _reading(kind: Any, dialect: Dialect, told: Any) -> Process | None:
    found: Process | None = kind.dialect_impl(dialect).result_processor(dialect, told)
    return found


def _row_reader(names: list[str], readers: list[tuple[str, Process]]) -> Callable[[Sequence[Any]], Row]:
    def read(values: Sequence[Any]) -> Row:
        row = dict(zip(names, values, strict=True))
        for name, process in readers:
            row[name] = process(row[name])
        return row

    return read


def execute(connection: Connection, text: str, parameters: Any = (), *, many: bool = False) -> Any:
    """Run a text on the driver's cursor; its errors are SQLAlchemy's, as everywhere else.

    Where somebody listens to the engine's statements, they go the long way, past him.
    """
    if connection.engine.dispatch.before_cursor_execute:
        return connection.exec_driver_sql(text, parameters)
    cursor = connection.connection.dbapi_connection.cursor()  # type: ignore[union-attr]
    try:
        if many:
            cursor.executemany(text, parameters)
        else:
            cursor.execute(text, parameters)
    except connection.dialect.loaded_dbapi.Error as error:
        _raise(connection, text, parameters, error, many)
    return cursor


def end(connection: Connection, *, keep: bool) -> None:
    """Commit or roll back what was begun on the driver's cursor."""
    dialect, driver = connection.dialect, connection.connection
    try:
        dialect.do_commit(driver) if keep else dialect.do_rollback(driver)
    except dialect.loaded_dbapi.Error as error:
        _raise(connection, "COMMIT" if keep else "ROLLBACK", (), error, many=False)


def _raise(connection: Connection, text: str, parameters: Any, error: Exception, many: bool) -> NoReturn:
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    raise DBAPIError.instance(
        text,
        parameters,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=connection.engine.hide_parameters,
        connection_invalidated=lost,
        dialect=dialect,
        ismulti=many,
    ) from error
