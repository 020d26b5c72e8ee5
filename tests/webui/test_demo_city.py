"""The generator of the synthetic city: the same for the same seed, and on its own two feet."""

from __future__ import annotations

import ast
import random
import sys
import tomllib
from datetime import date, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from webui.demo.city import generate
from webui.demo.days import Days
from webui.demo.faults import FAULTS, NEAR_MISSES
from webui.demo.handling import ANSWER_IN, LAPSES_AFTER
from webui.demo.judge import judge
from webui.demo.passages import follow
from webui.demo.plan import KINDS, Plan
from webui.demo.recipes import notice_day, share_out

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "webui" / "demo"
ZONE = timezone(timedelta(hours=8))
FIRST = date(2025, 7, 1)
# What the generator is made of; it may import these and the standard library, nothing else.
GENERATOR = (
    "city",
    "days",
    "drafts",
    "edits",
    "events",
    "examples",
    "faults",
    "handling",
    "judge",
    "licences",
    "passages",
    "plan",
    "purchases",
    "recipes",
    "staff",
    "subsidies",
    "writing",
)


def items() -> list[dict[str, Any]]:
    text = (ROOT / "bpmn" / "administrative_approval" / "items.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["item"])


def people() -> list[dict[str, Any]]:
    return list(tomllib.loads((DEMO / "organisation.toml").read_text(encoding="utf-8"))["person"])


def weekdays() -> frozenset[date]:
    span = (FIRST + timedelta(days=number) for number in range(-200, 700))
    return frozenset(day for day in span if day.weekday() < 5)


def plan(seed: int = 1, cases: int = 40) -> Plan:
    return generate(
        seed=seed,
        cases=cases,
        days=365,
        first=FIRST,
        items=items(),
        people=people(),
        working=weekdays(),
        zone=ZONE,
    )


@pytest.mark.parametrize("name", [*GENERATOR, "truth"])
def test_the_generator_and_the_checker_import_nothing_of_the_product(name: str) -> None:
    tree = ast.parse((DEMO / f"{name}.py").read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add(str(node.module))
    own = {"webui.demo", *(f"webui.demo.{part}" for part in GENERATOR)} if name != "truth" else set()
    assert {one for one in found - own if one.split(".")[0] not in sys.stdlib_module_names} == set()


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan(seed=7) == plan(seed=7)
    assert plan(seed=7).acts != plan(seed=8).acts


def test_every_fault_and_every_near_miss_is_planted() -> None:
    found = plan(cases=len(FAULTS) + len(NEAR_MISSES))
    assert {case.recipe for case in found.cases} == {*FAULTS, *NEAR_MISSES}


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_planted_fault_is_judged_to_be_one(seed: int) -> None:
    found = plan(seed, cases=len(FAULTS) + len(NEAR_MISSES))
    days = Days.of(weekdays(), ZONE)
    for case in found.cases:
        course = follow(case.item, case.acts, days, days.midnight(FIRST + timedelta(days=600)))
        assert course is not None
        kinds = {KINDS[(one.rule, one.level)] for one in judge(course, days, found.until)}
        if case.recipe in FAULTS:
            assert case.recipe in kinds, case
        else:
            assert not kinds - {"near_limit", "late_step"}, case
            assert "late_step" not in kinds or case.recipe == "longest_lawful_extension"


def test_the_acts_lie_on_one_line_of_time_within_the_span() -> None:
    found = plan()
    assert list(found.acts) == sorted(found.acts, key=lambda act: (act.at, act.case))
    assert found.acts[0].at.date() >= FIRST
    assert found.acts[-1].at <= found.until
    assert {act.at.date() for act in found.acts} <= weekdays()


def test_people_act_in_their_own_roles_only() -> None:
    roles = {person["id"]: {grant["role"] for grant in person["grants"]} for person in people()}
    needed = {"audit": "section_chief", "decide": "dept_head", "verify": "supervisor", "issue_red": "leader"}
    for act in plan(cases=80).acts:
        assert needed.get(act.step, "clerk" if act.warning is None and act.do != "extend" else "") in {
            "",
            *roles[act.by],
        }


@pytest.mark.parametrize("seed", [3, 4])
def test_without_an_explanation_nobody_verifies_before_the_time_for_it_has_lapsed(seed: int) -> None:
    days, told = Days.of(weekdays(), ZONE), {}
    for act in plan(seed, cases=300).acts:
        if act.warning is not None:
            told.setdefault((act.case, act.warning), act)
    silent = [act for act in told.values() if act.step == "verify"]
    assert silent
    for act in silent:
        assert act.warning is not None
        begun = days.on_or_after(days.day_of(act.warning.raised))
        assert len(days.between(begun, days.day_of(act.at))) > ANSWER_IN[act.warning.level] + LAPSES_AFTER, act


@pytest.mark.parametrize(("limit", "near"), [(1, 1), (3, 3), (5, 4), (8, 7), (10, 8), (12, 10), (15, 12), (20, 16)])
def test_when_a_limit_is_near(limit: int, near: int) -> None:
    assert notice_day(limit) == near


def test_days_are_shared_out_within_the_step_limits() -> None:
    item = next(one for one in items() if one["promised_wd"] == 12)
    for total in range(1, 13):
        spent = share_out(random.Random(total), total, item)
        assert sum(spent.values()) == total
        assert all(spent[code] <= item["step_limits"][code] for code in spent)
