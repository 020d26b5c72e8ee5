"""The example models in the synthetic city: every kind is found, a changed limit and an edited event are seen, no more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.webui.cities import BROKEN, Played, break_rules, played
from webui.demo import events, truth
from webui.demo.edits import edit
from webui.demo.examples import all_variants
from webui.demo.plan import RULE_KINDS
from webui.modelfolders import ROOT

CASES = len(all_variants()) + 20
ON_THE_SHELF = {"city_ladders", "permit_receipt"}  # models of a kind that approvals have too


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return played(tmp_path_factory.mktemp("examples"), cases=CASES, seed=4)


def test_every_planted_case_of_every_kind_is_found_and_nothing_else(city: Played) -> None:
    assert truth.differences(city.planted, city.found) == ([], [])
    scores = truth.compare(city.planted, city.found)
    assert set(scores) == set(RULE_KINDS.values()), "a kind that nobody planted"
    assert all(score.perfect and score.planted for score in scores.values())
    assert city.refused == ()


def test_the_kinds_are_those_that_the_models_give_their_rules() -> None:
    drawn = {
        rule: kind
        for model in [*ROOT.glob("examples/*/*.bpmn"), *ROOT.glob("administrative_approval/*.bpmn")]
        for rule, kind in re.findall(r'jc:rule id="([^"]+)" kind="([^"]+)"', model.read_text(encoding="utf-8"))
    }
    assert {rule: drawn[rule] for rule in RULE_KINDS} == dict(RULE_KINDS)
    assert set(drawn.values()) == set(RULE_KINDS.values())


def test_some_cases_run_here_and_some_are_told_of(city: Played) -> None:
    told = [line for line in events.lines_of(city.plan) if line["arrived"] is not None]
    assert {line["case"][:2] for line in told} == {"GP", "SU"}
    assert len({line["case"] for line in told}) < sum(case.number[:2] in ("GP", "SU") for case in city.plan.cases)


def test_rules_changed_by_one_unit_lower_their_own_kinds_and_no_others(tmp_path: Path) -> None:
    city = played(tmp_path, cases=CASES, seed=4, prepared=break_rules)
    scores = truth.compare(city.planted, city.found)
    assert {kind for kind, score in scores.items() if not score.perfect} == {one.kind for one in BROKEN}


def test_twenty_edited_events_change_exactly_their_verdicts(city: Played, tmp_path: Path) -> None:
    events.write(tmp_path / events.FILE, events.lines_of(city.plan))
    lines = events.read(tmp_path / events.FILE)
    edited = edit(lines, city.planted, count=20, seed=4, zone=city.zone)
    assert len(edited.cases) == 20
    assert edited.new
    assert edited.gone
    again = played(tmp_path, cases=CASES, seed=4, replay=edited.lines)
    assert truth.differences(city.found, again.found) == (list(edited.gone), list(edited.new))
    assert again.refused == ()
