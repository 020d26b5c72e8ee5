"""What a kind reads: its parameters by type, each reading kept as evidence. What cannot be told ends the judgement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from monitors.dayfunctions import counted
from monitors.facts import Facts
from monitors.formulas import Reading
from monitors.rules.model import Rule, Verdict, merged, undetermined

T = TypeVar("T")
UNITS = ("working_day", "calendar_day", "hour", "working_hour")


class Undecidable(Exception):
    """The rule cannot tell: these fields are missing, or ``note`` says what was expected and what was found."""

    def __init__(self, *missing: str, note: str = "") -> None:
        super().__init__(note or ", ".join(missing))
        self.missing, self.note = missing, note


class Inputs:
    """Reads the parameters of one rule over one snapshot.

    A parameter that the rule gives must yield a value of its type: what is missing, null or of another type raises
    Undecidable. One that the rule does not give has its default.
    """

    def __init__(self, rule: Rule, facts: Facts) -> None:
        self.rule, self.facts = rule, facts
        self.readings: dict[str, Reading] = {}

    def gives(self, name: str) -> bool:
        """Whether the rule gives that parameter."""
        return name in self.rule.parameters

    def value(self, name: str) -> Any:
        """A parameter that the rule gives, of any type but null."""
        reading = self._read(name)
        if reading.missing:
            raise Undecidable(*reading.missing)
        if reading.failed or reading.value is None:
            raise Undecidable(note=reading.failed or f"expected a value as {name}, found null")
        return reading.value

    def pending(self, name: str) -> bool:
        """Whether the event that the parameter speaks of has not come yet.

        While its step is open a missing field is an open limit; once the step is left it is a missing field. A null
        that the rule yields on purpose is an event that has not come either way.
        """
        reading = self._read(name)
        if reading.failed:
            raise Undecidable(note=reading.failed)
        if reading.missing and self.facts.completing:
            raise Undecidable(*reading.missing)
        return reading.value is None

    def number(self, name: str, default: Decimal | None = None) -> Decimal:
        return typed(name, self._or(name, default), Decimal, "a number")

    def text(self, name: str, default: str | None = None) -> str:
        return typed(name, self._or(name, default), str, "a text")

    def flag(self, name: str, default: bool | None = None) -> bool:
        return typed(name, self._or(name, default), bool, "true or false")

    def items(self, name: str) -> list[Any]:
        """A list without nulls."""
        found: list[Any] = typed(name, self.value(name), list, "a list")
        for place, entry in enumerate(found, 1):
            if entry is None:
                raise Undecidable(f"{self._path(name)}[{place}]")
        return found

    def names(self, name: str, *fields: str) -> dict[str, None]:
        """A list of codes or ids, in order; of a context in it the first of ``fields`` that it has."""
        found: dict[str, None] = {}
        for place, entry in enumerate(self.items(name), 1):
            found[self._named(entry, f"{self._path(name)}[{place}]", fields)] = None
        return found

    def entries(self, name: str) -> list[Entry]:
        """A list of contexts, whose fields are asked for one by one."""
        return [
            Entry(typed(name, entry, dict, "a list of contexts"), f"{self._path(name)}[{place}]")
            for place, entry in enumerate(self.items(name), 1)
        ]

    def one_name(self, name: str, *fields: str) -> str:
        """A code or an id, or that of a context."""
        return self._named(self.value(name), self._path(name), fields)

    def instant(self, name: str) -> datetime:
        """An instant; a date is its first one, and a date-time without a zone is local."""
        return self.as_instant(name, self.value(name))

    def as_instant(self, name: str, value: Any) -> datetime:
        calendar = self.facts.calendar
        if isinstance(value, datetime):
            return value if value.tzinfo is not None else value.replace(tzinfo=calendar.tz)
        if isinstance(value, date):
            return calendar.start_of_day(value)
        raise Undecidable(note=f"expected {name} as a date or an instant, found {value!r}")

    def day(self, name: str) -> date:
        """The local day of a date or an instant."""
        value = self.value(name)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        return self.facts.calendar.local_date(self.as_instant(name, value))

    def between(self, start: Any, end: Any, unit: str) -> Decimal:
        """How long from one instant or date to another: 0 or less when the second comes first."""
        if unit not in UNITS:
            raise Undecidable(note=f"expected a unit of {', '.join(UNITS)}, found {unit!r}")
        found = counted(self.facts.calendar, start, end, unit)
        if found is None:
            raise Undecidable(note=f"expected two dates or instants, found {start!r} and {end!r}")
        return found

    def undetermined(self, error: Undecidable) -> Verdict:
        """The verdict of a judgement that ended with that."""
        base = undetermined(*self.readings.values(), note=error.note)
        missing = tuple(dict.fromkeys((*error.missing, *base.missing)))
        return Verdict(None, missing, base.values, error.note or base.note)

    @property
    def reads(self) -> dict[str, Any]:
        """Everything that was read, by path."""
        return merged(*self.readings.values())

    def _or(self, name: str, default: Any) -> Any:
        return default if default is not None and not self.gives(name) else self.value(name)

    def _read(self, name: str) -> Reading:
        if name not in self.readings:
            reading = self.rule.read(name, self.facts)
            if reading is None:
                raise Undecidable(note=f"parameter {name} is not given")
            self.readings[name] = reading
        return self.readings[name]

    def _path(self, name: str) -> str:
        """What the parameter is called in what is missing: the one field that it reads, or its own name."""
        reads = tuple(self.readings[name].reads) if name in self.readings else ()
        return reads[0] if len(reads) == 1 else name

    def _named(self, value: Any, path: str, fields: tuple[str, ...]) -> str:
        if not isinstance(value, Mapping):
            return str(value)
        for field in fields:
            if value.get(field) is not None:
                return str(value[field])
        raise Undecidable(f"{path}.{fields[0] if fields else 'id'}")


def typed(name: str, value: Any, kind: type[T], words: str) -> T:
    """The value, if it is of that type; raises Undecidable. True and false are no numbers."""
    if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
        raise Undecidable(note=f"expected {name} as {words}, found {value!r}")
    return value


class Entry:
    """A context of a list: a field that it lacks makes the rule undetermined, by its path."""

    def __init__(self, values: Mapping[str, Any], path: str) -> None:
        self.values, self.path = values, path

    def number(self, name: str) -> Decimal:
        return typed(f"{self.path}.{name}", self.value(name), Decimal, "a number")

    def flag(self, name: str) -> bool:
        return typed(f"{self.path}.{name}", self.value(name), bool, "true or false")

    def text(self, name: str) -> str:
        return str(self.value(name))

    def value(self, name: str) -> Any:
        found = self.values.get(name)
        if found is None:
            raise Undecidable(f"{self.path}.{name}")
        return found

    def get(self, name: str) -> Any:
        """A field that may be absent."""
        return self.values.get(name)
