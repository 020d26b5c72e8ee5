"""The form of an item: what is shown in it, and what its answers make of the version that it is drawn over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from engine.errors import InvalidData
from monitors.items.comparing import said
from monitors.items.sheet import FEE, LIMITS, MATERIAL, TEXTS, fee_of, material_of, read_steps, whole

MOST_ROWS = 60
SPARE_ROWS = 2


def shown(code: str, body: Mapping[str, Any], since: date | None = None, until: date | None = None) -> dict[str, str]:
    """The fields of the form for an item, as texts."""
    given = {name: said(body.get(name) or "") for name in (*TEXTS, *LIMITS)}
    given |= {"code": code, "valid_from": str(since or ""), "valid_until": str(until or "")}
    given["step_limits"] = " ".join(f"{step}={days}" for step, days in (body.get("step_limits") or {}).items())
    for kind, columns in (("fees", FEE), ("materials", MATERIAL)):
        for number, row in enumerate(body.get(kind) or ()):
            given |= {f"{kind}-{number}-{name}": said(row.get(name, "")) for name in columns}
    return given


def rows_of(given: Mapping[str, str], kind: str) -> range:
    """The rows that the form has for fees or materials: those with something in them, and some that are free."""
    used = [int(name.split("-")[1]) for name, value in given.items() if name.startswith(f"{kind}-") and value.strip()]
    return range(min(max(used, default=-1) + 1 + SPARE_ROWS, MOST_ROWS))


def body_of(given: Mapping[str, str], over: Mapping[str, Any]) -> dict[str, Any]:
    """The item's body: what the form has, over the parts of the earlier version that it does not ask for.

    Raises InvalidData for what is no number.
    """
    found = {**over, **{name: given.get(name, "").strip() for name in TEXTS}}
    for name in LIMITS:
        found[name] = _read(given, name, lambda text: whole(text) if text.strip() else None)
    found["step_limits"] = _read(given, "step_limits", read_steps)
    found["fees"] = _rows(given, "fees", FEE, fee_of)
    found["materials"] = _rows(given, "materials", MATERIAL, material_of)
    return {name: value for name, value in found.items() if value not in ("", None)}


def days_of(given: Mapping[str, str]) -> tuple[date, date | None]:
    """From when and until when, both days in; raises InvalidData."""
    since = _read(given, "valid_from", date.fromisoformat)
    return since, _read(given, "valid_until", lambda text: date.fromisoformat(text) if text else None)


def why(error: InvalidData) -> str:
    """A mistake of a form or sheet in words: where it is."""
    line, field = error.facts.get("line"), error.facts.get("field", "")
    if line:
        return _("Line %(line)d, %(field)s: not readable.", line=line, field=field)
    return _("%(field)s: not readable.", field=field)


def _rows(
    given: Mapping[str, str], kind: str, columns: tuple[str, ...], read: Callable[[Mapping[str, str]], dict[str, Any]]
) -> list[dict[str, Any]]:
    rows = ({name: given.get(f"{kind}-{number}-{name}", "") for name in columns} for number in range(MOST_ROWS))
    try:
        return [read(row) for row in rows if any(text.strip() for text in row.values())]
    except ValueError as error:
        raise InvalidData(f"{kind}: {error}", field=kind) from error


def _read(given: Mapping[str, str], name: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(given.get(name, "").strip())
    except ValueError as error:
        raise InvalidData(f"{name}: {error}", field=name) from error
