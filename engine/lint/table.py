"""The table of elements: which run, which are drawn only, which are refused, and why."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

RUNS, DRAWN, IGNORED, REFUSED = "runs", "drawn", "ignored", "refused"
DIFFERS = "differs"  # in the table: runs, with a difference from the standard that the note states


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to an element: ``runs``, ``drawn``, ``ignored`` (with a remark) or ``refused``."""

    verdict: str
    note_zh: str = ""
    note_en: str = ""
    differs: bool = False


UNKNOWN = Verdict(REFUSED, "不是 BPMN 2.0 的元素", "it is no element of BPMN 2.0")


@lru_cache(maxsize=1)
def standard() -> dict[str, list[str]]:
    """Every element of BPMN 2.0 -> the names of its attributes."""
    return _read("standard.toml")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def table() -> dict[str, Verdict]:
    """Element (or ``host/kind`` of an event) -> verdict, in the order of the table."""
    sections = _read("elements.toml")
    return {
        element: Verdict(RUNS if verdict == DIFFERS else verdict, note_zh, note_en, verdict == DIFFERS)
        for verdict, elements in sections.items()
        for element, (note_zh, note_en) in elements.items()
    }


def verdict(element: str) -> Verdict:
    """The verdict on an element that is not an event; what is not in the table is refused."""
    return table().get(element, UNKNOWN)


def event_verdict(host: str, kind: str) -> Verdict:
    """The verdict on an event of that kind: a pair not said to run is refused."""
    known = table()
    return known.get(f"{host}/{kind}") or known.get(host) or known.get(f"{kind}EventDefinition", UNKNOWN)
