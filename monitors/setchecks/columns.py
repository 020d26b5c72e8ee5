"""Parameters of a rule as SQL over the rows of a set.

A check reads a parameter exactly as the rule itself does when it judges the case of a row, so only what both understand
alike is taken: a literal, a field of the row (``row.person``), a day some days before or after (``row.paid_on -
duration("P30D")``). Anything else is refused by name, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, FromClause, cast, func, literal, type_coerce

from engine.errors import InvalidData
from engine.feel.nodes import Call, Chain, Literal, Member, Name, Negation, Node, Postfix
from engine.feel.parser import tree
from monitors.datasets import Field, Schema
from monitors.rules import Rule

ROW, ROW_ID, ROW_KEY = "row", "row_id", "row_key"
SCALE = 10_000  # amounts are kept, and compared, in whole ten-thousandths


@dataclass(frozen=True, slots=True)
class Columns:
    """The parameters of one rule over the rows of a set, in the words of one database."""

    rule: Rule
    schema: Schema
    row: FromClause
    sqlite: bool

    def gives(self, name: str) -> bool:
        return name in self.rule.parameters

    def constant(self, name: str) -> Any:
        """A literal; raises InvalidData for anything else."""
        value = _literal(self._node(name))
        if value is None:
            raise self._refused(name, "a literal")
        return value

    def text(self, name: str) -> ColumnElement[Any]:
        """A code or text."""
        node = self._node(name)
        value = _literal(node)
        if isinstance(value, str):
            return literal(value)
        own = {ROW_ID: self.row.c.id, ROW_KEY: self.row.c.key}.get(_path(node) or "")
        if own is not None:
            return own
        field = self._field(name, node, "a text or a field of the row")
        if self.schema.key == (field.name,) and field.type in ("code", "text", "hash"):
            return self.row.c.key
        return self.row.c.body[field.name].as_string()

    def number(self, name: str) -> ColumnElement[Any]:
        """A number in whole ten-thousandths."""
        node = self._node(name)
        value = _literal(node)
        if isinstance(value, Decimal):
            return literal(int(value * SCALE), BigInteger)
        field = self._field(name, node, "a number or a field of the row")
        if field.type not in ("money", "whole"):
            raise self._refused(name, "a field that holds a number")
        if field.name == self.schema.amount:
            return type_coerce(self.row.c.amount, BigInteger)
        return cast(func.round(self.row.c.body[field.name].as_numeric(24, 4) * SCALE), BigInteger)

    def day(self, name: str) -> ColumnElement[Any]:
        """A date, perhaps moved by whole days."""
        node, moved = self._node(name), timedelta(0)
        if isinstance(node, Chain) and len(node.rest) == 1:
            sign, by = node.rest[0]
            moved = _duration(by) or self._whole_days(name)
            node, moved = node.first, -moved if sign == "-" else moved
        if moved % timedelta(days=1):
            self._whole_days(name)
        value = _literal(node)
        if isinstance(value, date):
            return literal(value + moved, Date)
        field = self._field(name, node, "a date or a date of the row")
        if field.name != self.schema.day or field.type != "date":
            raise self._refused(name, f"a date or the day of the row (row.{self.schema.day}, a date)")
        return self.moved(self.row.c.day, moved.days)

    def moved(self, day: ColumnElement[Any], days: int) -> ColumnElement[Any]:
        """That many days later."""
        if not days:
            return day
        if self.sqlite:
            return func.date(day, f"{days:+d} days", type_=Date)
        return cast(day + days, Date)

    def _whole_days(self, name: str) -> timedelta:
        raise self._refused(name, 'a duration of whole days such as duration("P30D")')

    def _node(self, name: str) -> Node:
        text = self.rule.parameters[name].text
        found: Node = tree(text, (), "expression")
        return found

    def _field(self, name: str, node: Node, expected: str) -> Field:
        """The field of the row that is read."""
        path = _path(node)
        field = None if path is None else self.schema.field(path)
        if field is None:
            raise self._refused(name, f"{expected} of {self.schema.name}")
        return field

    def _refused(self, name: str, expected: str) -> InvalidData:
        text = self.rule.parameters[name].text
        return InvalidData(
            f"expected {name} of rule {self.rule.id} as {expected}, for a whole set is asked at once; found {text!r}",
            rule=self.rule.id,
            field=name,
        )


def _literal(node: Node) -> Any:
    match node:
        case Literal(value):
            return value
        case Negation(Literal(Decimal() as value)):
            return -value
        case Postfix(Name("date"), (Call((Literal(str() as text),), None),)):
            return date.fromisoformat(text)
    return None


def _duration(node: Node) -> timedelta | None:
    match node:
        case Literal(timedelta() as value):
            return value
        case Postfix(Name("duration"), (Call((Literal(str() as text),), None),)):
            digits = text.removeprefix("P").removesuffix("D")
            return timedelta(days=int(digits)) if text == f"P{digits}D" and digits.isdigit() else None
    return None


def _path(node: Node) -> str | None:
    match node:
        case Postfix(Name(name), (Member(field),)) if name == ROW:
            return str(field)
    return None
