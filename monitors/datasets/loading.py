"""Entering a file of rows: an act of a person, with the file's hash and a report of what was taken and what was not.

A row that stands as the file gives it is left alone, one that differs is recorded again. The file is taken in parts,
each a transaction of its own, so that nobody waits long; rules see the rows once all are there. A load that was cut
off goes on when the same file is entered again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

from sqlalchemy import Connection, Row, insert, literal, select, text, update

from engine.clock import Clock
from engine.db import Database
from engine.errors import Conflict, InvalidData, NotFound
from monitors import tables as t
from monitors.acts import journal
from monitors.datasets.schema import Schema, Schemas
from monitors.datasets.sheets import Refusal, Sheet, Typed, look_over, rows_of
from monitors.datasets.standing import seen
from monitors.hashing import sha256
from monitors.model import ANY
from monitors.scope import EVERYWHERE, Scope
from monitors.storing import in_turn, insert_new, next_number

PREFIX = "DL"
LOADING, LOADED = "loading", "loaded"
PART = 2_000  # rows in one transaction
SHOWN = 200  # refusals that are kept with the load
_ASKED = 500  # ids in one question
_SAME = ("key", "day", "amount", "body")  # by which a recorded row is as the file gives it
# Until it has counted the rows that are new, PostgreSQL takes a set for small and looks through all of it for each row.
_COUNTED = text("analyze data_set_row")
Read = Typed | tuple[Refusal, ...]
Place = tuple[str, str]  # district and id of a row


@dataclass(frozen=True, slots=True)
class Load:
    """One row of the table ``data_load``; ``refusals`` are the first of them."""

    district_code: str
    id: str
    number: str
    set: str
    file: str
    source: str
    hash: str
    state: str
    loaded_by: str
    loaded_at: datetime
    completed_at: datetime | None
    new: int
    corrected: int
    unchanged: int
    refused: int
    refusals: Sequence[Refusal]

    @property
    def read(self) -> int:
        return self.new + self.corrected + self.unchanged + self.refused


@dataclass
class Report:
    """What became of the rows of a file so far."""

    new: int = 0
    corrected: int = 0
    unchanged: int = 0
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, why: Sequence[Refusal]) -> None:
        self.refused += 1
        self.refusals += why[: SHOWN - len(self.refusals)]

    def row(self) -> dict[str, Any]:
        told = [[one.line, one.field, one.expected, one.found] for one in self.refusals]
        return {
            "new": self.new,
            "corrected": self.corrected,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "refusals": told,
        }


@dataclass(frozen=True, slots=True)
class Loads:
    """Enters files into declared sets."""

    database: Database
    clock: Clock
    schemas: Schemas

    def schema(self, name: str) -> Schema:
        """The declared set of that name; raises NotFound."""
        found = self.schemas.get(name)
        if found is None:
            known = ", ".join(sorted(self.schemas)) or "none"
            raise NotFound(f"expected a declared data set ({known}), found {name!r}", set=name)
        return found

    def check(self, name: str, file: BinaryIO, file_name: str) -> Report:
        """What is wrong with a file; nothing of it is kept. Raises NotFound, InvalidData."""
        schema = self.schema(name)
        report = Report()
        for row in rows_of(file, look_over(file, file_name), schema):
            if isinstance(row, Typed):
                report.new += 1
            else:
                report.refuse(row)
        return report

    def load(
        self, name: str, file: BinaryIO, file_name: str, *, by: str, source: str, district_code: str = ANY
    ) -> Load:
        """Enter the good rows of a file. Rows that do not say their district are of ``district_code``.

        The file that was entered last, entered again, changes nothing and gives the same load. Raises NotFound for a
        set that is not declared, InvalidData for a file that cannot be read as rows of the set or without a source,
        Conflict while another file is being entered into the set.
        """
        schema, sheet = self.schema(name), look_over(file, file_name)
        if not source.strip():
            raise InvalidData("expected where the file comes from, found nothing", field="source")
        rows = rows_of(file, sheet, schema)
        first = list(islice(rows, PART))  # a file that is no sheet of this set leaves no trace
        begun = self._begin(schema, sheet, file_name[:200], by, source.strip()[:200], district_code)
        if begun.state != LOADING:
            return begun
        report = Report()
        for part in _parts(first, rows):
            with self.database.begin() as connection:
                _take(connection, begun, part, report)
        with self.database.begin() as connection:
            done = report.row() | {"state": LOADED, "completed_at": self.clock.now()}
            connection.execute(update(t.data_load).where(*_is(begun)).values(**done))
            told = {"number": begun.number, "set": name, "hash": sheet.hash, "file": begun.file, "source": begun.source}
            counts = {what: done[what] for what in ("new", "corrected", "unchanged", "refused")}
            if connection.dialect.name == "postgresql":
                connection.execute(_COUNTED)
            journal(connection, "data_loaded", by, self.clock.now(), told | counts)
        return self.get(begun.id)

    def get(self, identity: str) -> Load:
        """A load by id or number; raises NotFound."""
        with self.database.read() as connection:
            return get(connection, identity)

    def _begin(self, schema: Schema, sheet: Sheet, file: str, by: str, source: str, district_code: str) -> Load:
        c, now = t.data_load.c, self.clock.now()
        with self.database.begin() as connection:
            in_turn(connection)  # of two at once the second sees the first
            last = connection.execute(
                select(t.data_load).where(c.set == schema.name).order_by(c.loaded_at.desc(), c.number.desc()).limit(1)
            ).one_or_none()
            if last is not None and last.hash == sheet.hash:
                return _load(last)
            if last is not None and last.state == LOADING:
                raise Conflict(
                    f"expected no other file to be on its way into {schema.name}, found {last.number} ({last.file}) "
                    "unfinished: enter it again first",
                    load=last.number,
                )
            number = next_number(connection, PREFIX, now.year)
            row = {
                "district_code": district_code,
                "id": sha256("data_load", number),
                "number": number,
                "set": schema.name,
                "file": file,
                "source": source,
                "hash": sheet.hash,
                "state": LOADING,
                "loaded_by": by,
                "loaded_at": now,
                **Report().row(),
            }
            connection.execute(insert(t.data_load).values(**row))
            return _load(connection.execute(select(t.data_load).where(c.id == row["id"])).one())


def get(connection: Connection, identity: str) -> Load:
    """A load by id or number; raises NotFound."""
    c = t.data_load.c
    row = connection.execute(select(t.data_load).where((c.id == identity) | (c.number == identity))).one_or_none()
    if row is None:
        raise NotFound(f"expected a load {identity}, found none", load=identity)
    return _load(row)


def loads(connection: Connection, scope: Scope = EVERYWHERE, *, limit: int = 50, offset: int = 0) -> tuple[Load, ...]:
    """The loads of the districts that the scope covers, newest first."""
    c = t.data_load.c
    wanted = select(t.data_load).where(scope.where(c.district_code, literal(ANY)))
    newest = wanted.order_by(c.loaded_at.desc(), c.number.desc()).limit(limit).offset(offset)
    return tuple(_load(row) for row in connection.execute(newest))


def _load(row: Row[Any]) -> Load:
    return Load(**{**row._mapping, "refusals": tuple(Refusal(*one) for one in row.refusals)})


def _is(load: Load) -> tuple[Any, ...]:
    return t.data_load.c.district_code == load.district_code, t.data_load.c.id == load.id


def _parts(first: list[Read], rest: Iterator[Read]) -> Iterable[list[Read]]:
    part = first
    while part:
        yield part
        part = list(islice(rest, PART))


def _take(connection: Connection, load: Load, part: Sequence[Read], report: Report) -> None:
    """Store what is new or differs from what stands; a row that comes twice in a file counts once, as it came first."""
    good: dict[Place, dict[str, Any]] = {}
    lines: dict[Place, int] = {}
    for one in part:
        if not isinstance(one, Typed):
            report.refuse(one)
            continue
        row = _stored(load, one)
        place = row["district_code"], one.id
        if place in good:
            report.refuse([Refusal(one.line, "id", "each row once", one.id)])
        else:
            good[place], lines[place] = row, one.line
    there = _there(connection, load, list(good))
    wanted = []
    for place, row in good.items():
        before = there.get(place)
        if before is not None and not before.withdrawn and all(before._mapping[one] == row[one] for one in _SAME):
            report.unchanged += 1  # as it stands, or taken before the load was cut off
        elif before is not None and before.load_id == load.id:
            report.refuse([Refusal(lines[place], "id", "each row once", place[1])])
        else:
            wanted.append(row)
            report.corrected += before is not None
            report.new += before is None
    insert_new(connection, t.data_set_row, wanted)


def _stored(load: Load, row: Typed) -> dict[str, Any]:
    return {
        "district_code": row.district or load.district_code,
        "set": load.set,
        "id": row.id,
        "recorded_at": load.loaded_at,
        "key": row.key,
        "day": row.day,
        "amount": row.amount,
        "withdrawn": False,
        "body": dict(row.values),
        "load_id": load.id,
    }


def _there(connection: Connection, load: Load, places: Sequence[Place]) -> dict[Place, Row[Any]]:
    """What was recorded last of each of these rows, this load's own included."""
    c = t.data_set_row.c
    found: dict[Place, Row[Any]] = {}
    for first in range(0, len(places), _ASKED):
        some = places[first : first + _ASKED]
        districts, ids = {one for one, _ in some}, [one for _, one in some]
        mine = (c.district_code.in_(districts), c.set == load.set, c.id.in_(ids))
        there = (c.load_id == load.id) | seen(t.data_set_row, load.loaded_at)
        for row in connection.execute(select(t.data_set_row).where(*mine, there).order_by(c.recorded_at)):
            found[row.district_code, row.id] = row
    return found
