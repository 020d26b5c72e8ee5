"""The other processes of the city: cases of the example models, run here or mirrored from a department's events.

Like ``city.py`` it imports nothing of the product.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from webui.demo import licences, purchases, subsidies
from webui.demo.days import Days
from webui.demo.drafts import Breach, Draft, Event, Variant
from webui.demo.handling import File, handle
from webui.demo.plan import RULE_KINDS, Act, Case, Expected, Plan, Row, Truth
from webui.demo.staff import Staff

SEEN_TO_THE_END = timedelta(days=75)  # no case begins later than that before the city's end
ORDINARY = 0.4  # of the cases: nothing is planted
ROLES = ("clerk", "section_chief", "dept_head")
LATE_BY = (0, 0, 1, 24, 24 * 7)  # hours until a department tells of a case that ended there


@dataclass(frozen=True, slots=True)
class Process:
    """One of them; what is ``mirrored`` runs elsewhere for half of its cases."""

    name: str
    ordinary: Callable[[Draft], None]
    faults: Sequence[Variant]
    near_misses: Sequence[Variant]
    mirrored: bool


PROCESSES = (
    Process(licences.PROCESS, licences.ordinary, licences.FAULTS, licences.NEAR_MISSES, False),
    Process(purchases.PROCESS, purchases.ordinary, purchases.FAULTS, purchases.NEAR_MISSES, True),
    Process(subsidies.PROCESS, subsidies.ordinary, subsidies.FAULTS, subsidies.NEAR_MISSES, True),
)
USUAL = Variant("ordinary", lambda draft: None)


def all_variants() -> list[tuple[Process, Variant]]:
    """Every fault and every near miss of every process."""
    return [(process, one) for process in PROCESSES for one in (*process.faults, *process.near_misses)]


def examples(plan: Plan, *, cases: int, seed: int, items: Iterable[Row], staff: Staff, days: Days) -> Plan:
    """The plan with so many more cases: every variant once, the others as chance has it."""
    rng = random.Random(f"examples {seed}")
    known = {str(item["process"]): item for item in items}
    variants = all_variants()
    chosen = [*variants, *(_any(rng, variants) for _ in range(max(0, cases - len(variants))))][:cases]
    latest = days.day_of(plan.until - SEEN_TO_THE_END)
    span = days.between(plan.first - timedelta(days=1), latest) or (days.on_or_after(plan.first),)
    woven = [
        _case(number, process, variant, known[process.name], rng.choice(span), staff, days, rng)
        for number, (process, variant) in enumerate(chosen, start=1)
    ]
    acts, truth = list(plan.acts), list(plan.truth)
    for case, expected in woven:
        acts += case.acts
        if expected is not None and expected.raised <= plan.until:
            truth.append(_truth(case, expected, days))
            place = (str(case.item["district"]), str(case.item["department"]))
            acts += handle(File(case.number, place, expected, days, staff, rng))
    acts = sorted((act for act in acts if act.at <= plan.until), key=lambda act: (act.at, act.case))
    rows = [*subsidies.peers(plan.first, days), *(row for case, _ in woven for row in case.rows)]
    all_cases = (*plan.cases, *(case for case, _ in woven))
    return Plan(plan.first, plan.until, all_cases, tuple(acts), tuple(truth), tuple(rows))


def _any(rng: random.Random, variants: Sequence[tuple[Process, Variant]]) -> tuple[Process, Variant]:
    process, variant = rng.choice(variants)
    return process, USUAL if rng.random() < ORDINARY else variant


def _case(
    number: int,
    process: Process,
    variant: Variant,
    item: Row,
    day: date,
    staff: Staff,
    days: Days,
    rng: random.Random,
) -> tuple[Case, Expected | None]:
    name = f"{item['code'][:2]}{day:%y%m%d}{number:05d}"
    place = (str(item["district"]), str(item["department"]))
    draft = Draft(name, day, days, rng, {role: staff.pick(rng, role, place) for role in ROLES})
    process.ordinary(draft)
    breach = variant.change(draft)
    draft.events.sort(key=lambda event: event.at)
    mirrored = process.mirrored and rng.random() < 0.5
    acts = _told(draft, rng) if mirrored else _done(draft)
    arrival = acts[0].at if mirrored else None
    return Case(name, item, variant.name, tuple(acts), tuple(draft.rows)), _expected(breach, arrival)


def _done(draft: Draft) -> list[Act]:
    """The case is handled here: each event is a command of its own."""
    start = Act(draft.at(0, 9), draft.number, "start", draft.people["clerk"], data=draft.start)
    return [start, *(_act(draft, event) for event in draft.events)]


def _told(draft: Draft, rng: random.Random) -> list[Act]:
    """The case is handled elsewhere: all its events arrive at once, some time after the last of them."""
    arrival = draft.events[-1].at + timedelta(hours=rng.choice(LATE_BY), seconds=1)
    events = tuple(_done(draft))
    return [Act(arrival, draft.number, "arrive", draft.people["clerk"], data=draft.start, events=events)]


def _act(draft: Draft, event: Event) -> Act:
    return Act(event.at, draft.number, event.do, draft.people[event.role], event.step, event.data)


def _expected(breach: Breach | None, arrival: datetime | None) -> Expected | None:
    if breach is None:
        return None
    return Expected(breach.rule, breach.level, breach.occurrence, breach.due, arrival or breach.due)


def _truth(case: Case, warning: Expected, days: Days) -> Truth:
    return Truth(case.number, warning.rule, warning.level, days.day_of(warning.due), RULE_KINDS[warning.rule])
