"""The generator: a seed, items, people and working days give a year of cases and what must be found in them.

It imports nothing of the product: what it expects is worked out a second time, by ``judge.py``.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo

from webui.demo.days import Days
from webui.demo.faults import FAULTS, NEAR_MISSES, RECIPES, fits
from webui.demo.handling import File, handle
from webui.demo.judge import judge
from webui.demo.passages import follow
from webui.demo.plan import KINDS, Act, Case, Expected, Plan, Row, Truth
from webui.demo.staff import Staff
from webui.demo.writing import CaseWriter

LATELY = 15  # working days
SHARE_LATELY = 0.22  # of the cases begin in the last of them, so that much is still open at the end


def generate(
    *,
    seed: int,
    cases: int,
    days: int,
    first: date,
    items: Sequence[Row],
    people: Iterable[Row],
    working: Collection[date],
    zone: tzinfo,
    until: datetime | None = None,
) -> Plan:
    """The plan of ``days`` days from ``first`` on. ``working`` must reach some months beyond both ends.

    What lies after ``until`` (else the end of the last day) is cut off: those cases are open then.
    """
    rng = random.Random(seed)
    calendar, staff = Days.of(working, zone), Staff(people)
    end = until or calendar.midnight(first + timedelta(days=days))
    planned = [
        _case(number, recipe, _first_day(rng, number, first, calendar.day_of(end), calendar), items, calendar, staff, rng)
        for number, recipe in enumerate(_recipes(rng, cases), start=1)
    ]
    planned.sort(key=lambda one: (one.acts[0].at, one.number))
    acts: list[Act] = []
    truth: list[Truth] = []
    for case in planned:
        found = _judged(case, calendar, end)
        acts += case.acts
        truth += [_truth(case, warning, calendar) for warning in found]
        for warning in found:
            place = (str(case.item["district"]), str(case.item["department"]))
            acts += handle(File(case.number, place, warning, calendar, staff, rng))
    acts = sorted((act for act in acts if act.at <= end), key=lambda act: (act.at, act.case))
    return Plan(first, end, tuple(planned), tuple(acts), tuple(truth))


def _recipes(rng: random.Random, cases: int) -> list[str]:
    """Each fault and each near miss once, as far as there is room, then as often as their shares say."""
    once = [*FAULTS, *NEAR_MISSES][:cases]
    shares = [share for _, share in RECIPES.values()]
    return [*once, *rng.choices(list(RECIPES), shares, k=cases - len(once))]


def _first_day(rng: random.Random, number: int, first: date, last: date, days: Days) -> date:
    """A working day; the cases planted once begin early enough to be seen through."""
    late = days.before(last)
    if number > len(FAULTS) + len(NEAR_MISSES) and rng.random() < SHARE_LATELY:
        span = days.between(first, late)[-LATELY:]
        return rng.choice(span or (late,))
    whole = (last - first).days
    early = first + timedelta(days=rng.randrange(max(1, whole * 3 // 4 if number <= len(FAULTS) else whole)))
    return min(days.on_or_after(early), late)


def _case(
    number: int, recipe: str, day: date, items: Sequence[Row], days: Days, staff: Staff, rng: random.Random
) -> Case:
    item = rng.choice([one for one in items if fits(recipe, one)])
    name = f"{item['district']}{day:%y%m%d}{number:05d}"
    writer = CaseWriter(name, item, day, days, staff, rng)
    RECIPES[recipe][0](writer)
    return Case(name, item, recipe, tuple(writer.acts))


def _judged(case: Case, days: Days, until: datetime) -> list[Expected]:
    course = follow(case.item, case.acts, days, until)
    return [] if course is None else judge(course, days, until)


def _truth(case: Case, warning: Expected, days: Days) -> Truth:
    kind = KINDS[(warning.rule, warning.level)]
    return Truth(case.number, warning.rule, warning.level, days.day_of(warning.due), kind)
