"""Findings become warnings once, with evidence, an alert and a job; pages read them by scope."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import select

from engine.db import Database
from engine.diagrams import RuleInfo
from engine.errors import NotFound
from engine.model import Data
from monitors import tables as t
from monitors import warnings
from monitors.alerts import alerts_after, last_alert
from monitors.checkpoints import Supervision
from monitors.evaluate import evaluate
from monitors.facts import Facts
from monitors.scope import Scope
from tests.monitors.cases import CHINA, Given, at, checkpoint, fired, rule_info, suspended

REASON = rule_info("expression", id="AA-03.1", level="yellow", must='reason_text != ""')
LIMIT = rule_info("time_limit", id="AA-04.1", ladder="DEFAULT", amount="8", unit='"working_day"')
SUPERVISION = Supervision("approval", 1, "f00d", {}, {})
XZSP = Scope(frozenset({("370202", "xzsp")}))
ELSEWHERE = Scope(frozenset({("370203", "*")}))


@dataclass
class Jobs:
    """Remembers what was asked for."""

    started: list[dict[str, Any]] = field(default_factory=list)

    def start(self, definition: str, *, key: str, **arguments: Any) -> None:
        self.started.append({"definition": definition, "key": key, **arguments})

    def deliver(self, instance_id: str, message: str, payload: Data, *, key: str) -> None:
        raise AssertionError("nothing is delivered")

    def last(self, key: str, act: Callable[[], None]) -> bool:
        act()
        return True


def record(database: Database, facts: Facts, *rules: RuleInfo, jobs: Jobs | None = None) -> Sequence[str]:
    with database.begin() as c:
        found = evaluate(checkpoint(*rules), facts)
        return warnings.record(c, found, facts, SUPERVISION, jobs or Jobs())


BROKEN = Given({"reason_text": ""}, now="2026-10-13 10:00")
UNKNOWN = Given({}, now="2026-10-13 10:00")
LATE = Given(now="2026-10-20 09:00")


def test_a_broken_rule_is_a_warning_with_number_department_and_basis(database: Database) -> None:
    (identity,) = record(database, BROKEN.completing(), REASON)
    with database.read() as c:
        warning = warnings.get(c, identity)
        assert warnings.get(c, warning.number) == warning
    assert warning.number == "W-2026-000001"
    assert (warning.level, warning.state, warning.dimension) == ("yellow", "open", "TIME")
    assert (warning.case_no, warning.department) == ("37020226031100017", "xzsp")
    assert (warning.basis, warning.confidence) == ("行政许可法 42", "C✓")
    assert (warning.raised_at, warning.happened, warning.due) == (
        at("2026-10-13 10:00"),
        at("2026-10-13 10:00"),
        None,
    )


def test_repeating_it_adds_nothing_and_asks_for_nothing(database: Database) -> None:
    jobs = Jobs()
    assert len(record(database, BROKEN.completing(), REASON, jobs=jobs)) == 1
    for _ in range(3):
        assert record(database, BROKEN.completing(), REASON, jobs=jobs) == ()
    with database.read() as c:
        assert len(warnings.find(c)) == 1
        assert len(alerts_after(c, 0)) == 1
    assert len(jobs.started) == 1


def test_each_rung_and_each_occurrence_is_a_warning_of_its_own(database: Database) -> None:
    again = replace(LATE.completing(), occurrence=2)
    assert len(record(database, LATE.completing(), LIMIT)) == 3
    assert len(record(database, again, LIMIT)) == 3
    with database.read() as c:
        found = warnings.find(c)
    assert sorted(w.level for w in found) == ["notice", "notice", "red", "red", "yellow", "yellow"]
    assert {w.number for w in found} == {f"W-2026-{n:06d}" for n in range(1, 7)}


def test_a_timer_recorded_it_and_the_completion_finds_it_again(database: Database) -> None:
    firing = fired("timer", "2026-10-15 00:00", rule="AA-04.1", rung="yellow", due=at("2026-10-15"))
    record(database, Given(now="2026-10-15 00:00").facts(firing), LIMIT)
    raised = record(database, LATE.completing(), LIMIT)
    with database.read() as c:
        assert sorted(warnings.get(c, identity).rung for identity in raised) == ["notice", "red"]


def test_numbers_begin_anew_each_year_and_a_rollback_leaves_no_gap(database: Database) -> None:
    record(database, BROKEN.completing(), REASON)
    with pytest.raises(RuntimeError), database.begin() as c:
        found = evaluate(checkpoint(LIMIT), LATE.completing())
        warnings.record(c, found, LATE.completing(), SUPERVISION, Jobs())
        raise RuntimeError("the command fails")
    record(database, replace(BROKEN.completing(), occurrence=2), REASON)
    new_year = Given({"reason_text": ""}, now="2027-01-01 00:30")
    record(database, replace(new_year.completing(), occurrence=3), REASON)
    with database.read() as c:
        numbers = sorted(w.number for w in warnings.find(c))
    assert numbers == ["W-2026-000001", "W-2026-000002", "W-2027-000001"]


def test_it_asks_for_the_violation_process_with_all_that_this_needs(database: Database) -> None:
    jobs = Jobs()
    (identity,) = record(database, BROKEN.completing(), REASON, jobs=jobs)
    assert jobs.started == [
        {
            "definition": "violation_handling",
            "key": identity,
            "business_key": "W-2026-000001",
            "district_code": "370202",
            "scope": "xzsp",
            "parent_id": "case-1",
            "data": {
                "warning_id": identity,
                "warning_no": "W-2026-000001",
                "level": "yellow",
                "checkpoint": "AA-04",
                "rule": "AA-03.1",
                "dimension": "TIME",
                "message": "逾期",
                "message_en": "Overdue",
                "case_id": "case-1",
                "case_no": "37020226031100017",
                "department": "xzsp",
                "district": "370202",
            },
        }
    ]


def test_an_undetermined_rule_is_a_notice_about_data_and_starts_no_process(database: Database) -> None:
    jobs = Jobs()
    (identity,) = record(database, UNKNOWN.completing(), REASON, jobs=jobs)
    with database.read() as c:
        warning = warnings.get(c, identity)
    assert (warning.dimension, warning.level, warning.undetermined) == ("DATA", "notice", True)
    assert warning.missing == ("reason_text",)
    assert warning.message == "监察规则 AA-03.1 无法判定：缺少字段 reason_text"
    assert warning.message_en == "Rule AA-03.1 is undetermined: field reason_text missing"
    assert jobs.started == []


def test_once_the_field_is_there_the_rule_is_judged_after_all(database: Database) -> None:
    record(database, UNKNOWN.completing(), REASON)
    assert len(record(database, BROKEN.completing(), REASON)) == 1


def test_a_deadline_that_the_organ_itself_missed_goes_to_its_head(database: Database) -> None:
    jobs = Jobs()
    facts = BROKEN.completing()
    case = facts.case
    own = replace(case, instance=replace(case.instance, definition="violation_handling"))
    (warning_id,) = record(database, replace(facts, case=own), REASON, jobs=jobs)
    (started,) = jobs.started
    assert (started["definition"], started["scope"], started["key"]) == ("own_deadline", "supervision", warning_id)


def test_the_evidence_holds_what_is_needed_to_derive_it_again(database: Database) -> None:
    stopped = Given({}, suspensions=[suspended("2026-10-09 10:00", "2026-10-13 15:00")], now="2026-10-20 09:00")
    firing = fired("timer", "2026-10-20 09:00", rule="AA-04.1", rung="yellow", payload={"event_id": "QD-SPJ-17"})
    facts = replace(stopped.facts(firing), clock=at("2026-10-20 09:01"))
    (identity,) = record(database, facts, LIMIT)
    with database.read() as c:
        told = warnings.get(c, identity).evidence
    assert told["definition"] == {"name": "approval", "version": 1, "hash": "f00d"}
    assert told["rule"]["parameters"] == {"amount": "8", "unit": '"working_day"'}
    assert told["calendar"] == {"code": "CN", "zone": "Asia/Shanghai", "version": CHINA.version}
    assert (told["at"], told["clock"]) == ("2026-10-20T01:00:00+00:00", "2026-10-20T01:01:00+00:00")
    assert told["due"] == "2026-10-19T16:00:00+00:00"
    assert told["event_ids"] == ["QD-SPJ-17"]
    assert told["suspensions"][0]["approver"] == "chief"
    assert "suspended" in [step["rule"] for step in told["reason"]["steps"]]


def test_pages_see_only_what_their_scope_covers(database: Database) -> None:
    record(database, LATE.completing(), LIMIT)
    with database.read() as c:
        assert len(warnings.find(c, XZSP)) == 3
        assert warnings.find(c, ELSEWHERE) == ()
        assert warnings.find(c, Scope(frozenset())) == ()
        assert alerts_after(c, 0, ELSEWHERE) == ()
        assert warnings.counts(c, ELSEWHERE) == {}
        assert warnings.counts(c, XZSP) == {(x, "open"): 1 for x in ("notice", "yellow", "red")}


def test_lists_are_filtered_and_turned_page_by_page(database: Database) -> None:
    record(database, LATE.completing(), LIMIT)
    record(database, UNKNOWN.completing(), REASON)
    with database.read() as c:
        assert [w.level for w in warnings.find(c, levels=["red"])] == ["red"]
        assert warnings.find(c, states=["confirmed"]) == ()
        assert [w.dimension for w in warnings.find(c, undetermined=True)] == ["DATA"]
        assert len(warnings.find(c, case_id="case-1", department="xzsp", district_code="370202")) == 4
        pages: list[str] = []
        before = None
        while page := warnings.find(c, before=before, limit=3):
            pages += [w.id for w in page]
            before = (page[-1].raised_at, page[-1].id)
        assert pages == [w.id for w in warnings.find(c)]
        assert len(pages) == 4


def test_alerts_come_in_order_after_a_number(database: Database) -> None:
    record(database, LATE.completing(), LIMIT)
    with database.read() as c:
        first, second, third = alerts_after(c, 0)
        assert alerts_after(c, first.id) == (second, third)
        assert alerts_after(c, first.id, limit=1) == (second,)
        assert last_alert(c) == third.id
        assert third.body["number"] == "W-2026-000003"


def test_a_warning_that_nobody_knows_is_not_found(database: Database) -> None:
    with database.read() as c, pytest.raises(NotFound):
        warnings.get(c, "W-2026-000001")


def test_the_rows_tell_which_case_they_are_about(database: Database) -> None:
    record(database, BROKEN.completing(), REASON)
    with database.read() as c:
        row = c.execute(select(t.warning.c.case_id, t.warning.c.definition_version)).one()
    assert tuple(row) == ("case-1", 1)
