"""Data sets: rows that other departments hold, such as payments, contracts or the register of deaths.

A row has a key, the day it speaks of, and when it was recorded. A correction is the same row recorded again; a rule
sees of each row what was recorded last by its own instant, so that a verdict can be derived again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import Connection, Float, Select, cast, func, select

from engine.errors import InvalidData
from monitors import tables as t
from monitors.datasets.standing import standing
from monitors.storing import put

_DIGITS = Decimal("0.000001")  # to which a deviation is told: databases add up in their own order


@dataclass(frozen=True, slots=True)
class Asked:
    """The rows of a set dated from ``since`` to ``until``, both in, as recorded by ``by``; ``besides`` is the id of one
    that is not asked for."""

    set: str
    since: date
    until: date
    by: datetime
    besides: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """``amount`` in the set's own unit, CNY for money; ``values`` are its other fields."""

    id: str
    key: str
    day: date
    amount: Decimal | None
    values: Mapping[str, Any] = field(default_factory=dict)
    load: str | None = None  # the load that it came with, by its id

    def told(self) -> dict[str, Any]:
        """The row as evidence."""
        came = {} if self.load is None else {"load": self.load}
        return {"id": self.id, "key": self.key, "day": self.day, "amount": self.amount, **self.values, **came}


@dataclass(frozen=True, slots=True)
class Spread:
    """How many amounts there are, their mean and standard deviation (of the population)."""

    count: int
    mean: Decimal
    deviation: Decimal


class DataSets(Protocol):
    """What rules may ask of the data sets."""

    def rows(self, asked: Asked, key: str, limit: int) -> Sequence[Row]:
        """The rows under that key, at most so many, in order of day and id."""

    def sum(self, asked: Asked, key: str) -> Decimal:
        """The amounts under that key, added up."""

    def spread(self, asked: Asked) -> Spread:
        """All amounts, whatever their key."""


class NoDataSets:
    """Where nobody said which data sets there are."""

    def rows(self, asked: Asked, key: str, limit: int) -> Sequence[Row]:
        raise InvalidData(f"expected data set {asked.set}, found no data sets here", field="set")

    def sum(self, asked: Asked, key: str) -> Decimal:
        raise InvalidData(f"expected data set {asked.set}, found no data sets here", field="set")

    def spread(self, asked: Asked) -> Spread:
        raise InvalidData(f"expected data set {asked.set}, found no data sets here", field="set")


@dataclass(frozen=True, slots=True)
class StoredDataSets:
    """The rows of ``data_set_row``, counted where they are. A set without a single row is not known: InvalidData."""

    connection: Connection

    def rows(self, asked: Asked, key: str, limit: int) -> Sequence[Row]:
        self._known(asked)
        row = t.data_set_row.c
        statement = _standing(asked, select(row.id, row.key, row.day, row.amount, row.body, row.load_id)).where(
            row.key == key
        )
        found = self.connection.execute(statement.order_by(row.day, row.id).limit(limit))
        return [Row(one.id, one.key, one.day, one.amount, one.body, one.load_id) for one in found]

    def sum(self, asked: Asked, key: str) -> Decimal:
        self._known(asked)
        row = t.data_set_row.c
        statement = _standing(asked, select(func.sum(row.amount))).where(row.key == key)
        found = self.connection.execute(statement).scalar_one()
        return Decimal(0) if found is None else found

    def spread(self, asked: Asked) -> Spread:
        self._known(asked)
        row = t.data_set_row.c
        count, total = self.connection.execute(
            _standing(asked, select(func.count(row.amount), func.sum(row.amount)))
        ).one()
        if not count:
            return Spread(0, Decimal(0), Decimal(0))
        mean = Decimal(total) / count
        away = cast(row.amount, Float) - float(mean.scaleb(4))
        square = self.connection.execute(_standing(asked, select(func.avg(away * away)))).scalar_one()
        deviation = Decimal(str(square)).sqrt().scaleb(-4)
        return Spread(int(count), mean, deviation.quantize(_DIGITS))

    def _known(self, asked: Asked) -> None:
        statement = select(t.data_set_row.c.id).where(t.data_set_row.c.set == asked.set).limit(1)
        if self.connection.execute(statement).one_or_none() is None:
            raise InvalidData(f"expected a data set {asked.set} with rows, found none", field="set")


def _standing(asked: Asked, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Of each row what was recorded last by then, unless that withdrew it."""
    row = t.data_set_row.c
    besides = () if asked.besides is None else (row.id != asked.besides,)
    return statement.where(
        row.set == asked.set,
        row.day.between(asked.since, asked.until),
        standing(t.data_set_row, asked.by),
        *besides,
    )


def load_rows(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> int:
    """Enter ``[[row]]`` tables of a ``datasets.toml``: set, id, key, day, recorded_at; amount, withdrawn, district and
    whatever else they hold. Gives how many."""
    known = ("district", "set", "id", "key", "day", "recorded_at", "amount", "withdrawn")
    count = 0
    for given in rows:
        for name in ("set", "id", "key", "day", "recorded_at"):
            if name not in given:
                raise InvalidData(f"expected {name} in a row of a data set, found none", field=name)
        values = {
            "district_code": given.get("district", "*"),
            **{name: given[name] for name in ("set", "id", "key", "day", "recorded_at")},
            "amount": None if given.get("amount") is None else Decimal(str(given["amount"])),
            "withdrawn": bool(given.get("withdrawn", False)),
            "body": {name: value for name, value in given.items() if name not in known},
        }
        put(connection, t.data_set_row, values)
        count += 1
    return count
