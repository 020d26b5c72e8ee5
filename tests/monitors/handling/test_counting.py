"""Escalation rules (B.4): what counts of cards, unanswered notices and violations lead to."""

from __future__ import annotations

from typing import Any

import pytest

from engine import Database
from monitors import tables as t
from monitors.handling.policy import escalations
from tests.monitors.handling.office import Office, policy
from tests.monitors.handling.process import Process, local, raise_warning

RULES = escalations(policy("escalation"))
HELD = {
    "held": [
        {"element": "review", "step": "审查", "step_en": "Review", "role": "clerk", "person": "wang", "working_days": 4}
    ]
}


def carded(database: Database, number: int, day: str, level: str = "yellow", **changes: Any) -> Process:
    name = f"W-2025-{number:06d}"
    warning = raise_warning(database, name, level=level, rule=f"AA-{number:02d}.1", **changes)
    process = Process(database, warning, level, at=local(day), escalations=RULES, number=name)
    return process.carded(by="leader" if level == "red" else "chief")


def raised(database: Database, rule: str) -> list[Any]:
    return Process(database, "").rows(t.warning, rule=rule)


def test_three_yellow_cards_on_one_department_in_a_quarter_make_a_red_finding(database: Database) -> None:
    for number, day in enumerate(("2026-01-05", "2026-02-05"), start=1):
        carded(database, number, day)
    assert raised(database, "ESC-01") == []
    process = carded(database, 3, "2026-03-31")
    (finding,) = raised(database, "ESC-01")
    assert (finding.level, finding.state, finding.department) == ("red", "open", "370202-SPJ")
    assert finding.evidence["counted"]["numbers"] == ["黄牌〔2026〕1号", "黄牌〔2026〕2号", "黄牌〔2026〕3号"]
    assert [name for name, _ in process.later.started] == ["violation_handling"]


def test_three_yellow_cards_over_two_quarters_do_not(database: Database) -> None:
    for number, day in enumerate(("2026-03-30", "2026-03-31", "2026-04-01"), start=1):
        carded(database, number, day)
    assert raised(database, "ESC-01") == []


def test_a_card_that_was_revoked_or_of_another_department_does_not_count(database: Database) -> None:
    carded(database, 1, "2026-01-05").step("sign", "liaison").call("record_receipt")
    first = Process(database, "w-W-2025-000001", "yellow", at=local("2026-01-06"), number="W-2025-000001")
    first.step("sign", "liaison").step("appeal", "liaison", appeal=True, grounds="…").call("file_appeal")
    first.decided("revoked")
    carded(database, 2, "2026-01-07", department="370202-HBJ")
    carded(database, 3, "2026-01-08")
    carded(database, 4, "2026-01-09")
    assert raised(database, "ESC-01") == []


def test_three_unanswered_notices_make_a_yellow_finding(office: Office) -> None:
    for number in range(1, 4):
        office.warn("notice", f"W-2025-00000{number}")
    office.wait_until("2026-03-18", "00:01")
    office.work()
    (finding,) = office.rows(t.warning, rule="ESC-02")
    assert (finding.level, len(finding.evidence["counted"]["numbers"])) == ("yellow", 3)
    assert office.file_of(finding.id).waiting == {"explain"}


@pytest.mark.parametrize("answered", [1, 2])
def test_two_unanswered_notices_do_not(office: Office, answered: int) -> None:
    files = [office.warn("notice", f"W-2025-00000{number}") for number in range(1, 4)]
    for file in files[:answered]:
        file.explained()
    office.wait_until("2026-03-18", "00:01")
    assert office.rows(t.warning, rule="ESC-02") == []


@pytest.mark.parametrize(("first", "found"), [("2025-03-12", 1), ("2025-03-11", 0)])
def test_the_same_rule_three_times_in_twelve_months_makes_a_red_finding(
    database: Database, first: str, found: int
) -> None:
    for number, day in enumerate((first, "2025-09-01", "2026-03-12"), start=1):
        name = f"W-2025-{number:06d}"
        process = Process(database, raise_warning(database, name), at=local(day), escalations=RULES, number=name)
        process.confirmed()
    assert [row.level for row in raised(database, "ESC-03")] == ["red"] * found


def measures(database: Database) -> list[tuple[str, str]]:
    return [(row.person, row.kind) for row in Process(database, "").rows(t.personal_measure)]


def test_one_red_card_on_a_person_proposes_a_talk_and_two_a_transfer(database: Database) -> None:
    carded(database, 1, "2025-06-02", "red", evidence=HELD)
    assert measures(database) == [("wang", "talk")]
    carded(database, 2, "2026-06-01", "red", evidence=HELD)
    assert sorted(measures(database)) == [("wang", "talk"), ("wang", "transfer")]


def test_red_cards_more_than_twelve_months_apart_are_one_each(database: Database) -> None:
    carded(database, 1, "2025-06-02", "red", evidence=HELD)
    carded(database, 2, "2026-06-03", "red", evidence=HELD)
    assert measures(database) == [("wang", "talk")] * 2


def test_three_yellow_cards_on_a_person_in_twelve_months_propose_a_talk(database: Database) -> None:
    for number, day in enumerate(("2025-06-02", "2025-10-09"), start=1):
        carded(database, number, day, evidence=HELD)
    assert measures(database) == []
    carded(database, 3, "2026-06-02", evidence=HELD)
    assert measures(database) == [("wang", "talk")]


def test_a_person_who_did_not_hold_the_clock_is_not_counted(database: Database) -> None:
    carded(database, 1, "2026-06-02", "red")
    assert measures(database) == []


def test_three_consecutive_yellow_cards_come_from_data_that_a_city_may_change(database: Database) -> None:
    two = escalations({"rule": [{**row, "times": 2} for row in policy("escalation")["rule"]]})
    for number in (1, 2):
        warning = raise_warning(database, f"W-2025-00000{number}", rule=f"AA-0{number}.1")
        Process(database, warning, at=local("2026-03-12"), escalations=two, number=f"W-2025-00000{number}").carded()
    assert len(raised(database, "ESC-01")) == 1
