"""A rule that two people have waived for a case, a department or a time; and a rule on trial."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.clock import VirtualClock
from engine.db import Database
from engine.errors import Conflict, InvalidData, NotAllowed
from monitors.alerts import alerts_after
from monitors.model import Warning
from monitors.observations import observed, trials
from monitors.scope import Scope
from monitors.waivers import Waived, decide_waiver, propose_waiver, waiver, waivers
from tests.monitors.cases import at
from tests.monitors.town import DISTRICT, LIMIT, OFFICE, REASON, Town, approval

RULE = "AA-18.1"
ALL = Waived(DISTRICT, RULE, at("2026-09-28"), at("2026-09-29"))


def propose(town: Town, waived: Waived = ALL, by: str = "wang", reason: str = "系统切换") -> str:
    with town.database.begin() as c:
        return propose_waiver(c, waived, reason, by, town.now)


def decide(town: Town, identity: str, by: str = "chief", *, granted: bool = True) -> None:
    with town.database.begin() as c:
        decide_waiver(c, identity, granted, "同意", by, town.now)


def found(town: Town, waived: Waived) -> Warning:
    decide(town, propose(town, waived))
    return town.faulty()


def test_a_waived_finding_is_kept_counts_nothing_and_is_told_to_nobody(town: Town) -> None:
    warning = found(town, ALL)
    assert (warning.state, warning.outcome_reason) == ("waived", "WV-2026-000001: 系统切换")
    assert warning.closed_at is not None
    assert town.runtime.query.count(definition="violation_handling") == 0
    with town.database.read() as c:
        assert alerts_after(c, 0) == ()


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "waived"),
        ({"department": OFFICE, "case_no": "C-001"}, "waived"),
        ({"department": "zjj"}, "open"),
        ({"case_no": "C-002"}, "open"),
        ({"rule": "AA-18.2"}, "open"),
        ({"district_code": "370203"}, "open"),
        ({"since": at("2026-09-28 09:12")}, "waived"),
        ({"since": at("2026-09-28 09:13")}, "open"),
        ({"until": at("2026-09-28 09:13")}, "waived"),
        ({"until": at("2026-09-28 09:12")}, "open"),
    ],
)
def test_a_waiver_reaches_as_far_as_it_says(village: Town, changes: dict[str, Any], state: str) -> None:
    assert found(village, replace(ALL, **changes)).state == state


def test_a_waiver_that_is_only_proposed_or_was_refused_waives_nothing(village: Town) -> None:
    decide(village, propose(village), granted=False)
    propose(village)
    assert village.faulty().state == "open"


def test_a_waiver_takes_two_people(town: Town) -> None:
    identity = propose(town, by="chief")
    with pytest.raises(NotAllowed):
        decide(town, identity, by="chief")
    decide(town, identity, by="leader")
    with pytest.raises(Conflict):
        decide(town, identity, by="leader2")
    with town.database.read() as c:
        one = waiver(c, identity)
        assert one is not None
        assert (one.state, one.proposed_by, one.decided_by, one.opinion) == ("granted", "chief", "leader", "同意")


def test_a_waiver_says_why_and_ends_after_it_begins(village: Town) -> None:
    with pytest.raises(InvalidData):
        propose(village, reason=" ")
    with pytest.raises(InvalidData):
        propose(village, replace(ALL, until=ALL.since))


def test_the_waivers_of_a_scope_are_listed(village: Town) -> None:
    propose(village)
    propose(village, replace(ALL, district_code="370203"))
    propose(village, replace(ALL, department=OFFICE))
    with village.database.read() as c:
        mine = waivers(c, Scope(frozenset({(DISTRICT, OFFICE)})))
        assert [one.number for one in mine] == ["WV-2026-000003", "WV-2026-000001"]
        assert len(waivers(c)) == 3


# --- rules on trial ---------------------------------------------------------------------------------

TRIAL = approval(LIMIT + REASON.replace("<jc:rule ", '<jc:rule dryRun="true" '))


def test_a_rule_on_trial_is_observed_and_nobody_is_told(database: Database, clock: VirtualClock) -> None:
    town = Town(database, clock).draw(TRIAL)
    for _ in range(2):
        case = town.begin()
        town.do(case, "review", "clerk")
        town.do(case, "decide", "clerk", decision="denied", reason_text="")
    unknown = town.begin()
    town.do(unknown, "review", "clerk")
    town.do(unknown, "decide", "clerk", decision="denied")
    town.tick()
    with database.read() as c:
        assert (town.warnings(), alerts_after(c, 0)) == ([], ())
        assert town.runtime.query.count(definition="violation_handling") == 0
        yellow, notice = sorted(trials(c), key=lambda one: -one.found)
        assert (yellow.rule, yellow.level, yellow.department, yellow.found, yellow.cases) == (
            RULE,
            "yellow",
            OFFICE,
            2,
            2,
        )
        assert (notice.level, notice.found, notice.undetermined) == ("notice", 1, 1)
        assert [row.rule for row in observed(c, rule=RULE)] == [RULE] * 3
        assert observed(c, Scope(frozenset({("370203", "*")}))) == ()


def test_the_limit_beside_a_rule_on_trial_warns_as_ever(sqlite_database: Database, clock: VirtualClock) -> None:
    town = Town(sqlite_database, clock).draw(TRIAL)
    town.begin()
    town.tick("2026-10-15 09:00")
    assert [one.level for one in town.warnings()] == ["notice", "yellow"]
    with sqlite_database.read() as c:
        assert trials(c) == ()


def test_a_limit_on_trial_is_observed_rung_by_rung(sqlite_database: Database, clock: VirtualClock) -> None:
    town = Town(sqlite_database, clock).draw(approval(LIMIT.replace("<jc:rule ", '<jc:rule dryRun="true" ') + REASON))
    town.begin()
    town.tick("2026-10-15 09:00")
    town.tick("2026-10-16 09:00")
    with sqlite_database.read() as c:
        assert (town.warnings(), sorted(row.level for row in observed(c))) == ([], ["notice", "yellow"])
