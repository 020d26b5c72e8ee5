"""What confirming a decree would move, shown before it is done: by doing it, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import Runtime
from monitors.decrees.decrees import Decree, put_in_force
from monitors.scope import EVERYWHERE, Scope

LOOK = 25  # cases at a time: on SQLite nobody else writes while they are looked at


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One rung of an open case that the decree would move; ``over``: it has fired, and would not have."""

    case_id: str
    case_no: str
    district_code: str
    department: str
    element: str
    rule: str
    rung: str
    before: datetime | None
    after: datetime | None
    over: bool


@dataclass(frozen=True, slots=True)
class Look:
    """A look at some cases: what would move in them, how many they were, and after which to go on (None: all seen)."""

    moves: tuple[Foreseen, ...]
    cases: int
    next_after: str | None


def foresee(runtime: Runtime, decree: Decree, *, after: str = "", scope: Scope = EVERYWHERE, size: int = LOOK) -> Look:
    """What the decree would move in the next ``size`` open cases with a limit; nothing is stored."""
    page = runtime.recounts.timed_cases(after, size)
    cases = [case for case in page if scope.covers(case["district_code"], case["scope"])]
    seen = runtime.recounts.preview([case["id"] for case in cases], lambda connection: put_in_force(connection, decree))
    moves = tuple(_foreseen(case, move) for case in cases for move in seen[case["id"]])
    return Look(moves, len(cases), page[-1]["id"] if len(page) == size else None)


def foresee_all(runtime: Runtime, decree: Decree, scope: Scope = EVERYWHERE) -> Iterator[Foreseen]:
    """The same of every open case, page by page."""
    after: str | None = ""
    while after is not None:
        look = foresee(runtime, decree, after=after, scope=scope)
        yield from look.moves
        after = look.next_after


def _foreseen(case: Mapping[str, Any], move: Mapping[str, Any]) -> Foreseen:
    return Foreseen(
        case_id=case["id"],
        case_no=case["business_key"],
        district_code=case["district_code"],
        department=case["scope"],
        **{name: move[name] for name in ("element", "rule", "rung", "over")},
        before=_instant(move["from"]),
        after=_instant(move["to"]),
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
