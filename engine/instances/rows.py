"""The rows of one instance in memory: what changed is written once, at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

Row = dict[str, Any]
Find = Callable[[Any], Row | None]


@dataclass(slots=True)
class RowSet:
    """Rows by key; remembers which are new, which columns changed since they were read, and how they were before.

    The key is the value of its column, or the tuple of theirs. With ``find`` only those rows were read that
    a command is bound to meet; any other is looked up when it is asked for, once.
    """

    key: tuple[str, ...]
    rows: dict[Any, Row] = field(default_factory=dict)
    find: Find | None = None
    new: set[Any] = field(default_factory=set)
    changed: dict[Any, set[str]] = field(default_factory=dict)
    before: dict[Any, Row] = field(default_factory=dict)
    absent: set[Any] = field(default_factory=set)
    key_of: Callable[[Row], Any] = field(init=False)

    def __post_init__(self) -> None:
        self.key_of = itemgetter(*self.key)

    @classmethod
    def of(cls, key: tuple[str, ...], rows: list[Row], find: Find | None = None) -> RowSet:
        key_of = itemgetter(*key)
        return cls(key, {key_of(row): row for row in rows}, find)

    def get(self, *key: Any) -> Row | None:
        name = key if len(key) > 1 else key[0]
        row = self.rows.get(name)
        if row is None and self.find is not None and name not in self.absent:
            row = self.find(name)
            if row is None:
                self.absent.add(name)
            else:
                self.rows[name] = row
        return row

    def add(self, row: Row) -> Row:
        key = self.key_of(row)
        self.rows[key] = row
        self.new.add(key)
        return row

    def update(self, row: Row, **values: Any) -> None:
        key = self.key_of(row)
        if key not in self.new:
            self.before.setdefault(key, dict(row))
            self.changed.setdefault(key, set()).update(values)
        row.update(values)

    def drop(self, row: Row) -> None:
        """Forget a row that was added and never written."""
        key = self.key_of(row)
        self.rows.pop(key)
        self.new.discard(key)

    def __iter__(self) -> Iterator[Row]:
        return iter(list(self.rows.values()))

    def inserts(self) -> list[Row]:
        return [self.rows[key] for key in self.rows if key in self.new] if self.new else []

    def updates(self) -> dict[tuple[str, ...], list[Row]]:
        """The rows that changed, by the columns that did."""
        found: dict[tuple[str, ...], list[Row]] = {}
        for key, columns in self.changed.items():
            found.setdefault(tuple(sorted(columns)), []).append(self.rows[key])
        return found
