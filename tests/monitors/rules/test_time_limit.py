"""``time_limit``: a decision within so many working days (行政许可法 Art 42)."""

import pytest

from monitors.rules.time_limit import UNDETERMINED, WAITING, TimeLimit
from tests.monitors.cases import Given, at, extended, fired, rule, suspended, verdict

DAYS = '"working_day"'
LIMIT = rule("time_limit", ladder="DEFAULT", amount="item.promised_wd", unit=DAYS)
PROMISED = {"item": {"promised_wd": 8, "statutory_wd": 20}}


def rungs(given: Given, of: object = LIMIT) -> dict[str, object]:
    kind = TimeLimit()
    return {rung.name: rung.due for rung in kind.rungs(of, given.facts())}  # type: ignore[arg-type]


def test_a_decision_on_the_last_permitted_day_is_good() -> None:
    decided = Given(PROMISED, now="2026-10-14 23:59")
    assert [rung.name for rung in verdict(LIMIT, decided.completing()).reached] == ["notice"]
    assert verdict(rule("time_limit", amount="8", unit=DAYS), decided.completing()).held is True


def test_a_decision_on_the_next_day_is_bad() -> None:
    late = verdict(LIMIT, Given(PROMISED, now="2026-10-15 00:00").completing())
    assert late.held is False
    assert [(rung.name, rung.due) for rung in late.reached] == [
        ("notice", at("2026-10-13")),
        ("yellow", at("2026-10-15")),
    ]


def test_a_timer_looks_at_its_own_rung_only_and_derives_it_again() -> None:
    firing = fired("timer", "2026-10-15 00:00", rule="AA-04.1", rung="yellow", due=at("2026-10-15"))
    given = Given(PROMISED, now="2026-10-15 00:00")
    assert [rung.name for rung in verdict(LIMIT, given.facts(firing)).reached] == ["yellow"]
    longer = Given({"item": {"promised_wd": 10, "statutory_wd": 20}}, now="2026-10-15 00:00")
    assert verdict(LIMIT, longer.facts(firing)).held is True


def test_it_counts_from_the_host_unless_it_says_from_when() -> None:
    later = Given({**PROMISED, "acceptance_at": "2026-09-29T16:00:00+08:00"})
    own = rule("time_limit", ladder="DEFAULT", start="acceptance_at", amount="8", unit=DAYS)
    assert rungs(later)["yellow"] == at("2026-10-15")
    assert rungs(later, own)["yellow"] == at("2026-10-16")


def test_a_start_given_as_a_date_is_that_day() -> None:
    own = rule("time_limit", ladder="DEFAULT", start="accepted", amount="8", unit=DAYS)
    assert rungs(Given({"accepted": "2026-09-28"}), own)["yellow"] == at("2026-10-15")


def test_suspensions_stop_it_unless_the_rule_says_no() -> None:
    stopped = Given(PROMISED, suspensions=[suspended("2026-10-09 10:00")])
    assert set(rungs(stopped).values()) == {None}
    strict = rule("time_limit", amount="8", unit=DAYS, suspendable="false")
    assert rungs(stopped, strict) == {"yellow": at("2026-10-15")}


def test_an_extension_counts_only_where_the_rule_says_so() -> None:
    longer = Given({}, extension=extended(10))
    assert rungs(longer, rule("time_limit", amount="8", unit=DAYS)) == {"yellow": at("2026-10-15")}
    allowed = rule("time_limit", amount="8", unit=DAYS, extensible="true")
    assert rungs(longer, allowed) == {"yellow": at("2026-10-29")}


def test_two_limits_are_yellow_and_red() -> None:
    both = rule("time_limit", ladder="DEFAULT", amount="5", unit=DAYS, statutory="8")
    assert rungs(Given(), both)["red"] == at("2026-10-15")
    none = rule("time_limit", ladder="DEFAULT", amount="8", unit=DAYS, statutory="null")
    assert rungs(Given(), none) == rungs(Given(PROMISED))


def test_a_deadline_of_the_case_itself_is_taken_as_given() -> None:
    own = rule("time_limit", until="deadline", granularity='"instant"')
    found = rungs(Given({"deadline": "2026-10-01T10:00:00+08:00"}), own)
    assert str(found["yellow"]) == "2026-10-01 02:00:00.000001+00:00"
    assert rungs(Given({"deadline": "2026-10-01"}), own)["yellow"] == at("2026-10-02")


def test_a_limit_whose_start_is_not_known_waits() -> None:
    own = rule("time_limit", ladder="DEFAULT", start="acceptance_at", amount="8", unit=DAYS)
    assert rungs(Given({}), own) == {WAITING: None}
    assert verdict(own, Given({}).facts()).held is True


def test_a_start_still_missing_when_the_step_ends_is_undetermined() -> None:
    own = rule("time_limit", ladder="DEFAULT", start="acceptance_at", amount="8", unit=DAYS)
    found = verdict(own, Given({}).completing())
    assert (found.held, found.missing) == (None, ("acceptance_at",))


def test_a_limit_that_need_not_run_is_kept() -> None:
    text = "if hearing_request_at != null then hearing_request_at else null"
    own = rule("time_limit", ladder="DEFAULT", start=text, amount="20", unit=DAYS)
    assert verdict(own, Given({}).completing()).held is True


@pytest.mark.parametrize(
    "parameters",
    [
        {"amount": "item.promised_wd", "unit": DAYS},
        {"amount": '"eight"', "unit": DAYS},
        {"amount": "8"},
        {"amount": "8", "unit": '"week"'},
        {"amount": "-1", "unit": DAYS},
        {"amount": "8", "unit": DAYS, "ladder": "NOBODY"},
        {"amount": "8", "unit": DAYS, "suspendable": '"yes"'},
        {"amount": "8", "unit": DAYS, "days": "8"},
        {"amount": "8 +", "unit": DAYS},
        {"amount": "8", "unit": DAYS, "granularity": '"minute"'},
    ],
)
def test_a_limit_that_cannot_be_counted_is_undetermined_at_once(parameters: dict[str, str]) -> None:
    given = Given({"item": {}})
    own = rule("time_limit", **parameters)
    assert rungs(given, own) == {UNDETERMINED: at("2026-09-28 09:12")}
    found = verdict(own, given.completing())
    assert found.held is None
    assert found.missing or found.note


def test_what_is_missing_is_named() -> None:
    found = verdict(LIMIT, Given({"item": {}}).completing())
    assert found.missing == ("item.promised_wd",)


def test_what_is_received_on_a_day_off_counts_from_the_next_working_day_where_the_rule_says_so() -> None:
    """Received on Saturday 26 September 2026: one day is Monday the 28th, or by the rule Tuesday (Monday is a = received)."""
    saturday = Given(PROMISED, entered="2026-09-26 10:00", now="2026-09-26 10:00")
    plain = rule("time_limit", amount="1", unit=DAYS)
    moved = rule("time_limit", amount="1", unit=DAYS, after_hours='"next_working_day"')
    assert rungs(saturday, plain) == {"yellow": at("2026-09-29")}
    assert rungs(saturday, moved) == {"yellow": at("2026-09-30")}
    assert "undetermined" in rungs(saturday, rule("time_limit", amount="1", unit=DAYS, after_hours='"never"'))
