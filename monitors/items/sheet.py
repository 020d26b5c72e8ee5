"""Items as CSV (UTF-8 with BOM, which spreadsheets read): a line an item, fees and materials as lines in their cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.errors import InvalidData
from monitors.items.comparing import said
from monitors.model import Item

TEXTS = ("name", "name_en", "type", "process", "district", "department", "department_name", "basis")
LIMITS = ("statutory_wd", "promised_wd")
FEE = ("code", "name", "name_en", "standard", "unit", "basis", "account")
MATERIAL = ("code", "name", "name_en", "basis", "form", "number")
COLUMNS = ("code", "valid_from", "valid_until", *TEXTS, *LIMITS, "step_limits", "fees", "materials")
LARGEST = 2_000_000  # characters


def write_items(items: Iterable[Item]) -> str:
    """The sheet of these items; fees are ``code|name|name_en|standard|unit|basis|account``, materials ``code|name|name_en|basis|form|number``."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for one in items:
        body = one.body
        writer.writerow(
            {
                **{name: body.get(name, "") for name in (*TEXTS, *LIMITS)},
                "code": one.code,
                "valid_from": one.valid_from.isoformat(),
                "valid_until": "" if one.valid_until is None else one.valid_until.isoformat(),
                "step_limits": " ".join(f"{step}={days}" for step, days in (body.get("step_limits") or {}).items()),
                "fees": _lines(body.get("fees"), FEE),
                "materials": _lines(body.get("materials"), MATERIAL),
            }
        )
    return "\ufeff" + out.getvalue()


def read_items(text: str) -> Iterator[dict[str, Any]]:
    """The rows of a sheet as tables of an item: code, valid_from, valid_until and the parts of the body.

    Raises InvalidData with the line and the column of the first mistake.
    """
    if len(text) > LARGEST:
        raise InvalidData(f"expected a sheet of at most {LARGEST} characters, found {len(text)}", field="file")
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if lacking:
        raise InvalidData(f"line 1: expected the columns {', '.join(lacking)}, found none", field="file", line=1)
    try:
        for row in reader:
            yield _row(row, reader.line_num)
    except csv.Error as error:
        raise InvalidData(f"line {reader.line_num}: {error}", field="file", line=reader.line_num) from error


def read_steps(text: str) -> dict[str, int]:
    """``4=1 5=2`` as the days of each step."""
    pairs = [part.partition("=") for part in text.replace(",", " ").split()]
    return {step: whole(days) for step, _, days in pairs}


def whole(text: str) -> int:
    """A whole number; raises ValueError."""
    return int(text.strip())


def amount(text: str) -> Decimal:
    """An amount in yuan; raises ValueError."""
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(f"expected an amount such as 80.00, found {text!r}") from None
    if not found.is_finite():
        raise ValueError(f"expected an amount such as 80.00, found {text!r}")
    return found


def fee_of(given: Mapping[str, str]) -> dict[str, Any]:
    """A row of fees from its texts; empty ones are left out. Raises ValueError."""
    found: dict[str, Any] = {name: given[name].strip() for name in FEE if given.get(name, "").strip()}
    return {**found, "standard": amount(found["standard"])} if "standard" in found else found


def material_of(given: Mapping[str, str]) -> dict[str, Any]:
    """A row of materials from its texts; empty ones are left out. Raises ValueError."""
    found: dict[str, Any] = {name: given[name].strip() for name in MATERIAL if given.get(name, "").strip()}
    return {**found, "number": whole(found["number"])} if "number" in found else found


def _row(row: Mapping[str, str | None], line: int) -> dict[str, Any]:
    given = {name: (row.get(name) or "").strip() for name in COLUMNS}
    found: dict[str, Any] = {"code": given["code"], **{name: given[name] for name in TEXTS if given[name]}}
    readers: dict[str, Any] = {
        "valid_from": date.fromisoformat,
        "valid_until": lambda text: date.fromisoformat(text) if text else None,
        **dict.fromkeys(LIMITS, whole),
        "step_limits": read_steps,
        "fees": lambda text: [fee_of(one) for one in _split(text, FEE)],
        "materials": lambda text: [material_of(one) for one in _split(text, MATERIAL)],
    }
    for name, read in readers.items():
        try:
            found[name] = read(given[name])
        except ValueError as error:
            raise InvalidData(f"line {line}, {name}: {error}", field=name, line=line) from error
    return found


def _lines(rows: Iterable[Mapping[str, Any]] | None, columns: tuple[str, ...]) -> str:
    return "\n".join("|".join(said(row.get(name, "")) for name in columns) for row in rows or ())


def _split(text: str, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    for line in text.splitlines():
        if line.strip():
            yield dict(zip(columns, line.split("|"), strict=False))
