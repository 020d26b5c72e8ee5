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
from webui.demo.plan import RULE_KINDS, Act, Case, Expected, Plan, Row, Truth
from webui.demo.staff import Staff
from webui.demo.writing import CaseWriter

# Of the cases this share begins late enough to be open at the end, two thirds of them with something planted.
PRESENT = 0.25
LATELY = 22  # working days
LEVELS = ("notice", "yellow", "red")


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
    careless = _careless(rng, items)
    begins = _begins(rng, cases, first, calendar.day_of(end), calendar)
    planned = [
        _case(number, recipe, day, careless, calendar, staff, rng)
        for number, (recipe, day) in enumerate(begins, start=1)
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
            acts += handle(File(case.number, place, warning, calendar, staff, rng, _is_overtaken(warning, found)))
    acts = sorted((act for act in acts if act.at <= end), key=lambda act: (act.at, act.case))
    return Plan(first, end, tuple(planned), tuple(acts), tuple(truth))


def _is_overtaken(warning: Expected, found: Sequence[Expected]) -> bool:
    """Whether the same limit of the same case was broken further: that is then the one that is confirmed."""
    return any(
        (one.rule, one.occurrence) == (warning.rule, warning.occurrence)
        and LEVELS.index(one.level) > LEVELS.index(warning.level)
        for one in found
    )


def _begins(rng: random.Random, cases: int, first: date, last: date, days: Days) -> list[tuple[str, date]]:
    """Recipe and first day of each case: every fault and near miss once, the present, then as their shares say.

    The faults that are planted once begin early enough to be seen through to the end.
    """
    latest, whole = days.before(last), (last - first).days
    once = [*FAULTS, *NEAR_MISSES][:cases]
    present = [_planted(rng) for _ in range(round((cases - len(once)) * PRESENT))]
    shares = [share for _, share in RECIPES.values()]
    usual = rng.choices(list(RECIPES), shares, k=cases - len(once) - len(present))
    span = days.between(first, latest)[-LATELY:] or (latest,)

    def somewhen(part: float) -> date:
        day = first + timedelta(days=rng.randrange(max(1, int(whole * part))))
        return min(days.on_or_after(day), latest)

    return [
        *((recipe, somewhen(0.75 if recipe in FAULTS else 1)) for recipe in once),
        *((recipe, rng.choice(span)) for recipe in present),
        *((recipe, somewhen(1)) for recipe in usual),
    ]


def _planted(rng: random.Random) -> str:
    return rng.choice(("ordinary", *rng.sample(list(FAULTS), 2)))


def _careless(rng: random.Random, items: Sequence[Row]) -> Sequence[tuple[Row, int]]:
    """Each item with how prone its department is to faults: some are three times as careless as the next."""
    departments = sorted({str(item["department"]) for item in items})
    rng.shuffle(departments)
    return [(item, 3 ** departments.index(str(item["department"]))) for item in items]


def _case(
    number: int,
    recipe: str,
    day: date,
    items: Sequence[tuple[Row, int]],
    days: Days,
    staff: Staff,
    rng: random.Random,
) -> Case:
    fit = [(item, weight if recipe in FAULTS else 1) for item, weight in items if fits(recipe, item)]
    item = rng.choices([one for one, _ in fit], [weight for _, weight in fit])[0]
    name = f"{item['district']}{day:%y%m%d}{number:05d}"
    writer = CaseWriter(name, item, day, days, staff, rng)
    RECIPES[recipe][0](writer)
    return Case(name, item, recipe, tuple(writer.acts))


def _judged(case: Case, days: Days, until: datetime) -> list[Expected]:
    course = follow(case.item, case.acts, days, until)
    return [] if course is None else judge(course, days, until)


def _truth(case: Case, warning: Expected, days: Days) -> Truth:
    return Truth(case.number, warning.rule, warning.level, days.day_of(warning.due), RULE_KINDS[warning.rule])
