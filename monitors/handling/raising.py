"""Findings that no rule of a diagram made: by hand (spot check, video, tip), and by counting (B.4)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from engine.errors import InvalidData
from engine.handlers import Call
from monitors import warnings
from monitors.dimensions import DIMENSIONS
from monitors.handling.given import CalendarSource, calendar_of, given, needed_text, one_of, text_of
from monitors.hashing import sha256

SOURCES = ("spot_check", "video", "tip")
BY_HAND = "MF"
LEVELS = ("notice", "yellow", "red")


def raise_finding(call: Call, calendars: CalendarSource) -> Mapping[str, Any]:
    """Enter what a supervisor found himself (抽查、视频、举报); it runs through the same life as any warning.

    Reads ``source``, ``dimension``, ``proposed_level``, ``facts``, ``facts_en``, ``fact_at`` (an instant that is not
    in the future), ``basis``, and ``about_case_id`` with ``about_case_no`` where it is about a case. Output:
    ``warning_id``. Raises InvalidData.
    """
    source, level = one_of(call, "source", SOURCES), one_of(call, "proposed_level", LEVELS)
    instance = call.case.instance
    facts = needed_text(call, "facts")
    happened = _instant(call)
    row = {
        "case_id": text_of(call, "about_case_id") or instance.id,
        "case_no": text_of(call, "about_case_no") or instance.business_key,
        "checkpoint": BY_HAND,
        "rule": f"{BY_HAND}.{source}",
        "level": level,
        "dimension": one_of(call, "dimension", DIMENSIONS),
        "message": facts,
        "message_en": text_of(call, "facts_en") or facts,
        "happened": happened,
        "basis": needed_text(call, "basis"),
        "confidence": "P",
    }
    evidence = {"by_hand": {"source": source, "found_by": call.actor.id, "fact_at": happened.isoformat()}}
    return {"warning_id": enter(call, calendars, instance.id, evidence, row)}


def enter(call: Call, calendars: CalendarSource, key: str, evidence: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Write a warning as of the command's event time, once for ``key``, and ask for its process; gives its id."""
    instance, at = call.case.instance, call.case.at
    warning_id = sha256(key, row["rule"])
    values = {
        "district_code": instance.district_code,
        "id": warning_id,
        "definition": instance.definition,
        "definition_version": instance.version,
        "rung": row["level"],
        "occurrence": 1,
        "department": instance.scope,
        "state": "open",
        "raised_at": at,
        "due": None,
        "evidence": dict(evidence),
        "undetermined": False,
        "missing": [],
        "violation_instance": None,
        "closed_at": None,
        "outcome_reason": None,
        **row,
    }
    year = calendar_of(call, calendars).local_date(at).year
    call.later.last(warning_id, partial(warnings.enter, call.connection, values, year, at, call.later))
    return warning_id


def _instant(call: Call) -> datetime:
    text = given(call, "fact_at")
    found: datetime | None = None
    with suppress(ValueError):
        found = datetime.fromisoformat(str(text))
    if found is None or found.tzinfo is None or found > call.case.at:
        raise InvalidData(f"expected an instant that has passed in fact_at, found {text!r}", field="fact_at")
    return found
