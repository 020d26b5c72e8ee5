"""Which warnings a planned case must raise: the rules of domain sheet A1 worked out by hand, on plain dates.

It shares no line with the product; where the two differ, one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from math import ceil

from webui.demo.days import Days, after
from webui.demo.passages import CODES, Course, Passage
from webui.demo.plan import Expected

LONGEST_EXTENSION = {False: 10, True: 15}  # working days, 行政许可法 Art 42; by whether it is handled jointly
RED_AFTER = 3  # overdue working days, or half the limit if that is less


def judge(course: Course, days: Days, until: datetime) -> list[Expected]:
    """Everything that must have been raised by ``until``, in the order of time."""
    found = [
        *_receiving(course),
        *_answers(course),
        *_steps(course, days, until),
        *_total(course, days, until),
        *_decision(course),
        *_fee(course),
    ]
    return sorted(found, key=lambda one: (one.raised, one.rule, one.level))


def _receiving(course: Course) -> Iterator[Expected]:
    """AA-01: answered within five working days, else deemed accepted."""
    if course.deemed is not None:
        yield Expected("AA-01.1", "yellow", course.deemed[0], course.deemed[1], course.deemed[1])


def _answers(course: Course) -> Iterator[Expected]:
    """AA-02: asked once. AA-03: a refusal gives its reason and the remedies."""
    for passage in course.of("supplement"):
        if passage.left is not None and passage.data["supplement_count"] > 1:
            yield _at(passage, "AA-02.1", "yellow")
    for passage in course.of("receive"):
        told = passage.data
        if told.get("outcome") == "rejected" and not (told["reason_text"] and told["remedy_told"]):
            yield _at(passage, "AA-03.1", "yellow")


def _steps(course: Course, days: Days, until: datetime) -> Iterator[Expected]:
    """AA-16: each step within its own limit, net of suspensions."""
    for passage in course.passages:
        limit = course.item["step_limits"].get(CODES.get(passage.element, ""))
        if limit is None:
            continue
        last = _last(course, days, days.day_of(passage.entered), int(limit))
        due = None if last is None else days.midnight(after(last))
        if due is not None and due <= (passage.left or until):
            yield Expected("AA-16.1", "notice", passage.occurrence, due, due)


def _total(course: Course, days: Days, until: datetime) -> Iterator[Expected]:
    """AA-04: the ladder of the whole limit; an extension moves what was not yet due when it was granted."""
    accepted = course.done("accept")
    if accepted is None or accepted.left is None:
        return
    start = days.day_of(course.deemed[2] if course.deemed else accepted.left)
    decided = course.done("decide")
    end = decided.left if decided is not None and decided.left is not None else until
    plain = _ladder(course, days, start, 0)
    extended = plain if course.extension is None else _ladder(course, days, start, course.extension[1])
    for level, due in plain.items():
        if level == "yellow" and due == plain["red"]:
            continue  # of two levels reached at once only the higher counts
        fired = due is not None and (course.extension is None or due <= course.extension[0])
        at = due if fired else extended[level]
        if at is not None and at <= end:
            yield Expected("AA-04.1", level, 1, at, max(at, accepted.left))


def _ladder(course: Course, days: Days, start: date, more: int) -> dict[str, datetime | None]:
    """The first instant of each level (B.2); None while an open suspension keeps it unknown."""
    promised, statutory = int(course.item["promised_wd"]), int(course.item["statutory_wd"])
    limit = min(promised, statutory) + more
    near = limit if limit <= 3 else min(ceil(Decimal("0.8") * limit), limit - 1)
    notice = _reach(course, days, start, near)
    last = _last(course, days, start, limit)
    if promised < statutory:
        worst = _last(course, days, start, statutory + more)
    else:
        allowed = min(RED_AFTER, limit // 2)
        worst = None if last is None else _last(course, days, last, allowed)
    return {
        "notice": None if notice is None else days.midnight(notice),
        "yellow": None if last is None else days.midnight(after(last)),
        "red": None if worst is None else days.midnight(after(worst)),
    }


def _reach(course: Course, days: Days, start: date, units: int) -> date | None:
    """The day on which so many working days are used, suspended ones left out."""
    if units == 0:
        return start
    for day in days.later(start):
        if not any(begun < day and (end is None or day <= end) for begun, end in course.stops):
            units -= 1
        if units == 0:
            return day
    return None


def _last(course: Course, days: Days, start: date, units: int) -> date | None:
    """The last permitted day; a suspension that begins by then keeps the limit alive until it ends."""
    day = _reach(course, days, start, units)
    for begun, end in course.stops:
        if day is not None and begun <= day and (end is None or day < end):
            return end
    return day


def _decision(course: Course) -> Iterator[Expected]:
    """AA-05, AA-15: what the decision shows of extension, route and separation of duties."""
    decided = course.done("decide")
    if decided is None:
        return
    if course.extension is not None and course.extension[1] > LONGEST_EXTENSION[bool(course.item["joint"])]:
        yield _at(decided, "AA-05.1", "yellow")
    done = [passage for passage in course.passages if passage.element in CODES and passage.left is not None]
    if [CODES[passage.element] for passage in done] != list(course.item["route"]):
        yield _at(decided, "AA-15.1", "yellow")
    actors = [passage.actor for passage in done if passage.element != "special_procedure"]
    if len(set(actors)) < len(actors):
        yield _at(decided, "AA-15.2", "yellow")


def _fee(course: Course) -> Iterator[Expected]:
    """AA-19: in the catalogue, and standard times quantity."""
    paid = course.done("fee")
    if paid is None:
        return
    listed = {fee["code"]: Decimal(str(fee["standard"])) for fee in course.item["fees"]}
    standard = listed.get(paid.data["fee_code"])
    if standard is None or standard * paid.data["quantity"] != paid.data["fee_amount"]:
        yield _at(paid, "AA-19.1", "red")


def _at(passage: Passage, rule: str, level: str) -> Expected:
    assert passage.left is not None
    return Expected(rule, level, passage.occurrence, passage.left, passage.left)
