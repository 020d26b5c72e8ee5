"""Follows one planned case through the process of domain sheet A1, as a clerk would on paper: no engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from webui.demo.days import Days, after
from webui.demo.plan import Act, Row

RECEIVING = 5  # working days, 行政许可法 Art 32(4)
CODES = {"review": "4", "special_procedure": "4a", "audit": "5", "decide": "6"}


@dataclass(slots=True)
class Passage:
    """One passage through a step; open while ``left`` is None. ``data`` are those entered when it was left."""

    element: str
    occurrence: int
    entered: datetime
    left: datetime | None = None
    actor: str = ""
    data: Row = field(default_factory=dict)


@dataclass(slots=True)
class Course:
    """What has become of a case by some instant."""

    item: Row
    received: datetime
    passages: list[Passage] = field(default_factory=list)
    stops: list[tuple[date, date | None]] = field(default_factory=list)
    extension: tuple[datetime, int] | None = None
    deemed: tuple[int, datetime, datetime] | None = None  # occurrence, when deemed, from which receipt
    supplemented: datetime | None = None

    def of(self, element: str) -> list[Passage]:
        return [passage for passage in self.passages if passage.element == element]

    def done(self, element: str) -> Passage | None:
        """The last finished passage through a step."""
        return next((p for p in reversed(self.of(element)) if p.left is not None), None)

    def open(self, element: str) -> Passage | None:
        return next((p for p in self.of(element) if p.left is None), None)

    def enter(self, element: str, at: datetime) -> None:
        self.passages.append(Passage(element, len(self.of(element)) + 1, at))


def follow(item: Row, acts: Iterable[Act], days: Days, until: datetime) -> Course | None:
    """The course of a case up to ``until``; None when it had not begun."""
    course: Course | None = None
    for act in acts:
        if act.at > until or act.warning is not None:
            continue
        if course is None:
            course = Course(item, act.at)
            course.enter("receive", act.at)
            continue
        _deem(course, days, act.at)
        _apply(course, act, days)
    if course is not None:
        _deem(course, days, until)
    return course


def _deem(course: Course, days: Days, now: datetime) -> None:
    """Five working days without an answer: the case counts as accepted from its receipt on."""
    waiting = course.open("receive")
    if waiting is None:
        return
    since = course.supplemented or course.received
    at = days.midnight(after(days.add(days.day_of(since), RECEIVING)))
    if at <= now:
        waiting.left = at
        course.deemed = (waiting.occurrence, at, since)
        course.enter("accept", at)


def _apply(course: Course, act: Act, days: Days) -> None:
    if act.do == "suspend":
        course.stops.append((days.day_of(act.at), None))
    elif act.do == "resume":
        course.stops[-1] = (course.stops[-1][0], days.day_of(act.at))
    elif act.do == "extend":
        course.extension = (act.at, int(act.data["amount"]))
    else:
        _leave(course, act)


def _leave(course: Course, act: Act) -> None:
    passage = course.open(act.step)
    if passage is None:
        raise ValueError(f"{act.case}: expected {act.step} to be open at {act.at.isoformat()}")
    passage.left, passage.actor, passage.data = act.at, act.by, act.data
    if act.step == "supplement":
        course.supplemented = act.at
    following = _following(course, act.step, act.data)
    if following:
        course.enter(following, act.at)


def _following(course: Course, step: str, data: Row) -> str:
    """The step after this one; empty when the case ends."""
    given: dict[str, Any] = {
        "receive": {"supplement": "supplement", "accepted": "accept"}.get(str(data.get("outcome")), ""),
        "supplement": "receive",
        "accept": "review" if "4" in course.item["route"] else "decide",
        "review": data.get("next_step"),
        "special_procedure": "audit",
        "audit": "decide",
        "decide": _after_decision(course, str(data.get("decision"))),
        "fee": "deliver",
        "deliver": "publish_evaluate",
    }
    return str(given.get(step) or "")


def _after_decision(course: Course, decision: str) -> str:
    if decision in ("withdrawn", "terminated"):
        return ""
    return "fee" if decision == "granted" and course.item["fees"] else "deliver"
