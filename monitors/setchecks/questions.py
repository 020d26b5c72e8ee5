"""What each kind of rule asks of a whole set, as SQL: the rows that break it, or of which it cannot tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from engine.errors import InvalidData
from monitors import tables as t
from monitors.datasets import Asked, StoredDataSets
from monitors.datasets.standing import standing
from monitors.rules.periods import SHOWN
from monitors.setchecks.columns import SCALE, Columns

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Asking:
    """A rule over the rows of a set as recorded by ``by``, on the local day ``today``."""

    connection: Connection
    columns: Columns
    by: datetime
    today: date

    def until(self) -> ColumnElement[Any]:
        return self.columns.day("until") if self.columns.gives("until") else literal(self.today, Date)

    def since(self) -> ColumnElement[Any]:
        return self.columns.day("since") if self.columns.gives("since") else literal(date.min, Date)

    def others(self) -> tuple[Any, list[Condition]]:
        """The rows of the rule's own set that stand under the key of the row and in its period."""
        row, columns = t.data_set_row.alias(), self.columns
        among = [
            row.c.set == columns.constant("set"),
            row.c.key == columns.text("key"),
            row.c.day.between(self.since(), self.until()),
            standing(row, self.by),
        ]
        if columns.gives("besides"):
            among.append(row.c.id != columns.text("besides"))
        return row, among

    def before(self) -> ColumnElement[Any]:
        """The amounts of these rows, added up."""
        row, among = self.others()
        total = func.coalesce(func.sum(type_coerce(row.c.amount, BigInteger)), 0)
        return select(total).where(*among).correlate(self.columns.row).scalar_subquery()


class Question(Protocol):
    """Conditions under which a row of the set is a hit; several where the rows fall into groups of their own."""

    def __call__(self, asking: Asking) -> Iterator[Condition]: ...


def cross_match(asking: Asking) -> Iterator[Condition]:
    columns = asking.columns
    expected = columns.constant("expect") if columns.gives("expect") else "none"
    row, among = asking.others()
    found = exists(select(1).select_from(row).where(*among).correlate(columns.row))
    yield _or_unknown(found if expected == "none" else ~found, columns.text("key"))


def cumulative_cap(asking: Asking) -> Iterator[Condition]:
    amount, cap, key = asking.columns.number("amount"), asking.columns.number("cap"), asking.columns.text("key")
    yield _or_unknown(asking.before() + amount > cap, amount, cap, key)


def split_purchase(asking: Asking) -> Iterator[Condition]:
    columns = asking.columns
    amount, threshold, key = columns.number("amount"), columns.number("threshold"), columns.text("key")
    before = asking.before()
    split = and_(amount < threshold, before > 0, before + amount >= threshold)
    yield _or_unknown(split, amount, threshold, key)


def peer_outlier(asking: Asking) -> Iterator[Condition]:
    """Peers of one period have one mean: the rows of each period are held against theirs, exactly, in whole numbers.

    Of a period with too few peers the rule cannot tell: when all others are asked, that is told by InvalidData.
    """
    columns = asking.columns
    value, sigmas = columns.number("value"), Decimal(columns.constant("sigmas"))
    least = Decimal(columns.constant("least_peers")) if columns.gives("least_peers") else Decimal(2)
    since, until = asking.since(), asking.until()
    row = columns.row
    periods = select(since, until).where(row.c.set == columns.schema.name, standing(row, asking.by)).distinct()
    few: list[str] = []
    for first, last in asking.connection.execute(periods).all():
        among = Asked(columns.constant("set"), first, last, asking.by)
        peers = StoredDataSets(asking.connection).spread(among)
        if peers.count < least:
            few.append(f"{peers.count} from {first} to {last}")
            continue
        far = sigmas * peers.deviation
        low = int(((peers.mean - far) * SCALE).to_integral_value(ROUND_CEILING))
        high = int(((peers.mean + far) * SCALE).to_integral_value(ROUND_FLOOR))
        yield and_(since == first, until == last, _or_unknown(or_(value < low, value > high), value))
    if few:
        raise InvalidData(
            f"expected at least {least} rows of peers for rule {columns.rule.id}, found {'; '.join(few[:SHOWN])}",
            rule=columns.rule.id,
        )


QUESTIONS: Mapping[str, Question] = {
    "cross_match": cross_match,
    "cumulative_cap": cumulative_cap,
    "split_purchase": split_purchase,
    "peer_outlier": peer_outlier,
}


def _or_unknown(broken: Condition, *read: ColumnElement[Any]) -> Condition:
    """A row that lacks what the rule reads is no row that passes: its case will say that it is undetermined."""
    return or_(broken, *(one.is_(None) for one in read))
