"""The rows of a file, one by one: CSV in UTF-8 or GB 18030, or lines of JSON. However long the file, memory stays flat."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO

from engine.casedata import loads
from engine.errors import InvalidData
from monitors.datasets.cells import Unfit, cell, day_of
from monitors.datasets.schema import JOINED_BY, Schema

CSV, JSON_LINES = "csv", "jsonl"
LONGEST_LINE = 100_000
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a look over the whole file told: its SHA-256, its encoding, and whether it is CSV or lines of JSON."""

    hash: str
    encoding: str
    form: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row was not taken: ``line`` counts from 1, ``field`` is empty where the whole row is wrong."""

    line: int
    field: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A row as it is stored but for where it came from; ``values`` are all its fields that are not empty."""

    line: int
    id: str
    key: str
    day: Any
    amount: Any
    district: str | None
    values: Mapping[str, Any]


def look_over(file: BinaryIO, name: str) -> Sheet:
    """Read the file once. Raises InvalidData when it is text in neither encoding."""
    digest = sha256()
    decoders = {one: codecs.getincrementaldecoder(one)() for one in ("utf-8-sig", "gb18030")}
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        _feed(decoders, chunk, final=False)
    _feed(decoders, b"", final=True)
    if not decoders:
        raise InvalidData(f"expected {name} as text in UTF-8 or GB 18030, found neither", field="file")
    form = JSON_LINES if name.endswith((".jsonl", ".ndjson")) else CSV
    return Sheet(digest.hexdigest(), next(iter(decoders)), form)


def _feed(decoders: dict[str, codecs.IncrementalDecoder], chunk: bytes, *, final: bool) -> None:
    for name in list(decoders):
        try:
            decoders[name].decode(chunk, final)
        except UnicodeDecodeError:
            del decoders[name]


def rows_of(file: BinaryIO, sheet: Sheet, schema: Schema) -> Iterator[Typed | tuple[Refusal, ...]]:
    """Each row typed, or everything that is wrong with it.

    Raises InvalidData for a file that cannot be cut into rows at all: a header that lacks a field of the set, or that
    has another.
    """
    file.seek(0)
    lines = io.TextIOWrapper(file, encoding=sheet.encoding, newline="")
    try:
        for line, record in _json_lines(lines) if sheet.form == JSON_LINES else _records(lines, schema):
            yield (record,) if isinstance(record, Refusal) else typed(line, record, schema)
    finally:
        lines.detach()  # the file is its owner's to close


def typed(line: int, record: Mapping[str, Any], schema: Schema) -> Typed | tuple[Refusal, ...]:
    """A record by the types of its set."""
    known = {one.name for one in schema.fields}
    wrong = [Refusal(line, name, f"one of {', '.join(sorted(known))}", name) for name in sorted(set(record) - known)]
    values: dict[str, Any] = {}
    for field in schema.fields:
        try:
            value = cell(field.type, record.get(field.name))
        except Unfit as error:
            wrong.append(Refusal(line, field.name, str(error), _short(record[field.name])))
            continue
        if value is not None:
            values[field.name] = value
        elif field.required:
            wrong.append(Refusal(line, field.name, "a value", ""))
    if wrong:
        return tuple(wrong)
    return _row(line, values, schema)


def _row(line: int, values: dict[str, Any], schema: Schema) -> Typed | tuple[Refusal, ...]:
    id_, key = (JOINED_BY.join(str(values[name]) for name in names) for names in (schema.id, schema.key))
    for name, text, longest in (("id", id_, 100), ("key", key, 200)):
        if len(text) > longest:
            return (Refusal(line, name, f"at most {longest} characters", _short(text)),)
    day = schema.field(schema.day)
    assert day is not None  # the schema was checked
    return Typed(
        line,
        id_,
        key,
        day_of(day.type, values[day.name]),
        None if schema.amount is None else values.get(schema.amount),
        None if schema.district is None else values[schema.district],
        values,
    )


def _records(lines: io.TextIOWrapper, schema: Schema) -> Iterator[tuple[int, Mapping[str, Any] | Refusal]]:
    reader = csv.reader(lines, strict=True)
    header: list[str] | None = None
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield reader.line_num, Refusal(reader.line_num, "", "a row of CSV", str(error))
            continue
        if header is None:
            header = _header([name.strip() for name in cells], schema)
        elif len(cells) != len(header):
            if any(cells):
                found = f"{len(cells)} cells"
                yield reader.line_num, Refusal(reader.line_num, "", f"{len(header)} cells", found)
        else:
            yield reader.line_num, dict(zip(header, (one.strip() for one in cells), strict=True))
    if header is None:
        raise InvalidData("expected a header and rows, found an empty file", field="file")


def _header(names: list[str], schema: Schema) -> list[str]:
    """Columns may be called by a field's name, or by its label in either language."""
    called = {label: one.name for one in schema.fields for label in (one.en, one.zh, one.name)}
    found = [called.get(name, "") for name in names]
    unknown = [name for name, field in zip(names, found, strict=True) if not field]
    absent = [one.name for one in schema.fields if one.required and one.name not in found]
    twice = sorted({name for name in found if name and found.count(name) > 1})
    if unknown or absent or twice:
        raise InvalidData(
            f"expected a header with the fields of {schema.name} ({', '.join(one.name for one in schema.fields)}); "
            f"unknown: {unknown}; absent: {absent}; twice: {twice}",
            field="header",
            line=1,
        )
    return found


def _json_lines(lines: io.TextIOWrapper) -> Iterator[tuple[int, Mapping[str, Any] | Refusal]]:
    number = 0
    while text := lines.readline(LONGEST_LINE + 1):
        number += 1
        if len(text) > LONGEST_LINE:
            while text and not text.endswith("\n"):
                text = lines.readline(LONGEST_LINE)
            yield number, Refusal(number, "", f"a line of at most {LONGEST_LINE} characters", "a longer one")
        elif text.strip():
            yield number, _object(number, text)


def _object(number: int, text: str) -> Mapping[str, Any] | Refusal:
    try:
        found = loads(text)
    except (ValueError, RecursionError) as error:
        return Refusal(number, "", "a JSON object", _short(str(error)))
    return found if isinstance(found, dict) else Refusal(number, "", "a JSON object", _short(text.strip()))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
