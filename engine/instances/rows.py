"""The rows of one instance in memory: what changed is written once, at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass(slots=True)
class RowSet:
    """Rows by key; remembers which are new, and which changed since they were read and what they were before."""

    key: tuple[str, ...]
    rows: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    new: set[tuple[Any, ...]] = field(default_factory=set)
    changed: set[tuple[Any, ...]] = field(default_factory=set)
    before: dict[tuple[Any, ...], Row] = field(default_factory=dict)

    @classmethod
    def of(cls, key: tuple[str, ...], rows: list[Row]) -> RowSet:
        found = cls(key)
        found.rows = {found.key_of(row): row for row in rows}
        return found

    def key_of(self, row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in self.key)

    def get(self, *key: Any) -> Row | None:
        return self.rows.get(key)

    def add(self, row: Row) -> Row:
        key = self.key_of(row)
        self.rows[key] = row
        self.new.add(key)
        return row

    def update(self, row: Row, **values: Any) -> None:
        key = self.key_of(row)
        if key not in self.new:
            self.before.setdefault(key, dict(row))
            self.changed.add(key)
        row.update(values)

    def drop(self, row: Row) -> None:
        """Forget a row that was added and never written."""
        key = self.key_of(row)
        self.rows.pop(key)
        self.new.discard(key)

    def __iter__(self) -> Iterator[Row]:
        return iter(list(self.rows.values()))

    def inserts(self) -> list[Row]:
        return [self.rows[key] for key in self.rows if key in self.new]

    def updates(self) -> list[Row]:
        return [self.rows[key] for key in self.rows if key in self.changed]

    def written(self) -> list[Row]:
        """What is to be stored of them: the new and the changed."""
        return [row for key, row in self.rows.items() if key in self.new or key in self.before]
