"""``publication``: candidates are published within three days, for three days (招标投标法实施条例 Art 54)."""

from monitors.rules.publication import Publication
from tests.monitors.cases import Given, at, fired, held, judge, never_quiet, rule

PUBLIC = rule(
    "publication",
    start="report_at",
    amount="3",
    unit='"calendar_day"',
    published="pub_start",
    ended="pub_end",
    at_least="3",
)
GOOD = {"report_at": "2026-09-07", "pub_start": "2026-09-10", "pub_end": "2026-09-13"}
NOW = "2026-09-20 09:00"


def test_on_the_third_day_for_three_days_is_good() -> None:
    assert held(PUBLIC, GOOD, now=NOW) is True


def test_a_day_too_late_or_too_short_is_bad() -> None:
    assert held(PUBLIC, {**GOOD, "pub_start": "2026-09-11", "pub_end": "2026-09-14"}, now=NOW) is False
    found = judge(PUBLIC, Given({**GOOD, "pub_end": "2026-09-12"}, now=NOW).completing())
    assert (found.held, found.told["lasted"]) == (False, 2)


def test_a_result_that_nobody_published_is_an_open_limit_and_then_bad() -> None:
    waiting = Given({"report_at": "2026-09-07"}, now="2026-09-10 23:59")
    assert judge(PUBLIC, waiting.facts()).held is True
    assert [rung.due for rung in Publication().rungs(PUBLIC, waiting.facts())] == [at("2026-09-11")]
    firing = fired("timer", "2026-09-11 00:00", rule="AA-04.1", rung="yellow", due=at("2026-09-11"))
    assert judge(PUBLIC, Given({"report_at": "2026-09-07"}, now="2026-09-11").facts(firing)).held is False


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(PUBLIC, {**GOOD, "pub_end": "2026-09-12"}, now=NOW)
    late = rule("publication", start="report_at", amount="3", unit='"calendar_day"', published="pub_start")
    never_quiet(late, {"report_at": "2026-09-07", "pub_start": "2026-09-11"}, now=NOW)
