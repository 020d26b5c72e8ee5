"""What may stop a clock and for how long: a number of each kind, and where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

import bpmn
from engine.errors import InvalidData
from engine.model import SuspensionEntry
from monitors.suspensions import ClockRules, load_clock_rules
from tests.monitors.cases import CHINA, at

RULES = load_clock_rules((Path(bpmn.__file__).parent / "supervision" / "suspensions.toml").read_text(encoding="utf-8"))
NOW = at("2026-09-28 09:00")


def stop(kind: str, start: str, end: str | None) -> SuspensionEntry:
    return SuspensionEntry("s", kind, at(start), at(end) if end else None, "chief", "r")


def allowed(rules: ClockRules, kind: str, days: int, *stops: SuspensionEntry, now: str = "2026-09-28 09:00") -> bool:
    try:
        rules.check_stop(kind, days, stops, CHINA, at(now))
    except InvalidData as error:
        assert error.facts["field"] == "own_limit"
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        ("hearing", 20),
        ("tender", 60),
        ("auction", 60),
        ("inspection", 30),
        ("testing", 30),
        ("quarantine", 30),
        ("appraisal", 60),
        ("expert_review", 30),
    ],
)
def test_suspension_every_kind_of_article_45_has_its_own_limit(kind: str, most: int) -> None:
    assert allowed(RULES, kind, most) and not allowed(RULES, kind, most + 1) and not allowed(RULES, kind, 0)


def test_every_kind_names_law_or_is_marked_as_practice() -> None:
    assert set(RULES.kinds) == {
        *("hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert_review")
    }
    assert {code for code, kind in RULES.kinds.items() if kind.confidence == "C✓"} == {"hearing"}
    assert all(
        kind.basis.startswith("行政许可法 45") and kind.confidence in ("C✓", "P") for kind in RULES.kinds.values()
    )


def test_earlier_stops_of_the_same_kind_count_and_others_do_not() -> None:
    """29, 30 September, 8, 9, 10 (make-up) and 12 October are six working days; 1 to 7 are holidays."""
    heard = stop("hearing", "2026-09-28 09:00", "2026-10-12 17:00")
    assert RULES.left("hearing", [heard], CHINA, at("2026-10-20 09:00")) == 14
    assert allowed(RULES, "hearing", 14, heard, now="2026-10-20 09:00")
    assert not allowed(RULES, "hearing", 15, heard, now="2026-10-20 09:00")
    assert allowed(RULES, "testing", 30, heard, now="2026-10-20 09:00")


def test_overlapping_stops_of_one_kind_count_once_and_a_running_one_until_now() -> None:
    stops = [stop("hearing", "2026-09-28 09:00", "2026-09-30 17:00"), stop("hearing", "2026-09-29 09:00", None)]
    assert RULES.left("hearing", stops, CHINA, at("2026-10-09 09:00")) == 16


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InvalidData):
        RULES.left("nap", [], CHINA, NOW)


def test_extension_once_by_ten_working_days_and_fifteen_of_a_joint_handling() -> None:
    assert RULES.extension.most({}) == RULES.extension.most({"item": {"joint": False}}) == 10
    assert RULES.extension.most({"item": {"joint": True}}) == 15
    assert (RULES.extension.basis, RULES.extension.confidence) == ("行政许可法 42", "C✓")


def test_a_file_that_lacks_a_limit_is_refused() -> None:
    with pytest.raises(InvalidData):
        load_clock_rules('[[kind]]\ncode = "hearing"\n')
    with pytest.raises(InvalidData):
        load_clock_rules("[extension]\nmost_wd = 10\n")
