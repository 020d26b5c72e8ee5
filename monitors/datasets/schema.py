"""What a data set is declared to be: its fields with their types, and which of them name, find and date a row.

Declared by ``[[set]]`` tables of a ``datasets.toml`` beside a system's models.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import InvalidData
from monitors.datasets.cells import MONEY, TYPES

DAYS = ("date", "instant", "month")  # of an instant its own local day, of a month its first day
JOINED_BY = "/"  # several fields that make one key or id


@dataclass(frozen=True, slots=True)
class Field:
    """A column: ``type`` is one of ``cells.TYPES``; ``unit`` says what a number counts, such as CNY."""

    name: str
    zh: str
    en: str
    type: str
    unit: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Schema:
    """A declared set. ``id`` are the fields that tell a row from all others, ``key`` those that rules look it up by,
    ``day`` the field that says which day or month it speaks of, ``amount`` the one that is added up.

    ``district`` and ``department`` are the fields that say whose row it is, where rows say that.
    """

    name: str
    zh: str
    en: str
    fields: tuple[Field, ...]
    id: tuple[str, ...]
    key: tuple[str, ...]
    day: str
    amount: str | None = None
    district: str | None = None

    def field(self, name: str) -> Field | None:
        return next((one for one in self.fields if one.name == name), None)


Schemas = Mapping[str, Schema]


def read_schemas(tables: Iterable[Mapping[str, Any]]) -> Schemas:
    """The sets of ``[[set]]`` tables, by name; raises InvalidData naming the set and the field that is wrong."""
    found: dict[str, Schema] = {}
    for table in tables:
        schema = _schema(table)
        if schema.name in found:
            raise InvalidData(f"expected each set once, found {schema.name} twice", set=schema.name)
        found[schema.name] = schema
    return found


def _schema(table: Mapping[str, Any]) -> Schema:
    name = str(table.get("name", ""))
    known = {"name", "zh", "en", "id", "key", "day", "amount", "district", "field"}
    needed = known - {"amount", "district"}
    _only(name or "a set", table, known, needed)
    fields = tuple(_field(name, one) for one in table["field"])
    amount, district = table.get("amount"), table.get("district")
    schema = Schema(
        name, table["zh"], table["en"], fields, tuple(table["id"]), tuple(table["key"]), table["day"], amount, district
    )
    _check(schema)
    return schema


def _field(of: str, table: Mapping[str, Any]) -> Field:
    known = {"name", "zh", "en", "type", "unit", "required"}
    _only(f"{of}.{table.get('name', '?')}", table, known, known - {"unit", "required"})
    if table["type"] not in TYPES:
        raise InvalidData(
            f"expected the type of {of}.{table['name']} as one of {', '.join(TYPES)}, found {table['type']!r}",
            set=of,
            field=table["name"],
        )
    return Field(**table)


def _check(schema: Schema) -> None:
    """Every field that is named is there, has a type that will do, and cannot be empty."""
    wanted = [("id", name, tuple(TYPES)) for name in schema.id] + [("key", name, tuple(TYPES)) for name in schema.key]
    wanted.append(("day", schema.day, DAYS))
    if schema.amount is not None:
        wanted.append(("amount", schema.amount, (MONEY, "whole")))
    if schema.district is not None:
        wanted.append(("district", schema.district, ("code",)))
    for use, name, types in wanted:
        field = schema.field(name)
        if field is None or field.type not in types or (use != "amount" and not field.required):
            expected = "a field of the set" if field is None else f"a required field of type {' or '.join(types)}"
            raise InvalidData(
                f"expected {use} of {schema.name} as {expected}, found {name!r}", set=schema.name, field=name
            )
    if not schema.id or not schema.key:
        raise InvalidData(f"expected fields as id and key of {schema.name}, found none", set=schema.name)


def _only(what: str, table: Mapping[str, Any], known: set[str], needed: set[str]) -> None:
    unknown, absent = sorted(set(table) - known), sorted(needed - set(table))
    if unknown or absent:
        raise InvalidData(f"expected {what} with {', '.join(sorted(needed))}; unknown: {unknown}; absent: {absent}")
