"""What a checkpoint finds. It never raises: what cannot be judged is undetermined."""

from __future__ import annotations

from dataclasses import dataclass, replace

from monitors.evaluate import evaluate, judge
from monitors.facts import Facts
from monitors.rules import Rule, Verdict
from tests.monitors.cases import Given, at, checkpoint, fired, rule, rule_info

REASON = rule_info("expression", id="AA-03.1", level="yellow", must='reason_text != ""')
REMEDY = rule_info("expression", id="AA-03.2", level="red", must="remedy_told = true")
LIMIT = rule_info("time_limit", id="AA-04.1", ladder="DEFAULT", amount="8", unit='"working_day"')


def test_a_kept_rule_gives_nothing() -> None:
    given = Given({"reason_text": "no plan", "remedy_told": True})
    assert evaluate(checkpoint(REASON, REMEDY), given.completing()) == ()


def test_each_broken_rule_gives_its_own_finding_at_its_level() -> None:
    given = Given({"reason_text": "", "remedy_told": False})
    found = evaluate(checkpoint(REASON, REMEDY), given.completing())
    assert [(f.rule.id, f.level, f.rung) for f in found] == [
        ("AA-03.1", "yellow", "yellow"),
        ("AA-03.2", "red", "red"),
    ]


def test_a_missing_field_gives_an_undetermined_finding_beside_the_others() -> None:
    found = evaluate(checkpoint(REASON, REMEDY), Given({"remedy_told": False}).completing())
    assert [(f.rule.id, f.undetermined, f.level) for f in found] == [
        ("AA-03.1", True, "notice"),
        ("AA-03.2", False, "red"),
    ]


def test_a_timer_asks_only_the_rule_whose_rung_fired() -> None:
    firing = fired("timer", "2026-10-13 00:00", rule="AA-04.1", rung="notice", due=at("2026-10-13"))
    given = Given({"reason_text": ""}, now="2026-10-13 00:00")
    (found,) = evaluate(checkpoint(REASON, LIMIT), given.facts(firing))
    assert (found.rule.id, found.level, found.due) == ("AA-04.1", "notice", at("2026-10-13"))


def test_a_rung_that_is_no_longer_true_gives_nothing() -> None:
    firing = fired("timer", "2026-10-12 23:59", rule="AA-04.1", rung="notice")
    assert evaluate(checkpoint(LIMIT), Given(now="2026-10-12 23:59").facts(firing)) == ()


def test_a_late_completion_finds_every_rung_that_is_true() -> None:
    found = evaluate(checkpoint(LIMIT), Given(now="2026-10-20 09:00").completing())
    assert [f.rung for f in found] == ["notice", "yellow", "red"]


@dataclass(frozen=True)
class Failing:
    """A kind with a fault in its code."""

    name: str = "failing"
    parameters: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()

    def evaluate(self, rule: Rule, facts: Facts) -> Verdict:
        raise RuntimeError("a fault of ours")


def test_a_kind_that_fails_is_undetermined_and_says_why() -> None:
    broken = replace(rule("expression", must="true"), kind=Failing())
    verdict = judge(broken, Given().facts())
    assert (verdict.held, verdict.note) == (None, "RuntimeError: a fault of ours")


def test_a_kind_or_ladder_that_nobody_knows_is_undetermined() -> None:
    assert judge(rule("astrology"), Given().facts()).held is None
    assert "NOBODY" in judge(rule("time_limit", ladder="NOBODY"), Given().facts()).note
