"""A faulty rule, calendar or feed: what it caused is named, and one act of two people withdraws it all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import insert, select

from engine.calendar import CalendarDay, DayKind
from engine.casedata import loads
from engine.clock import VirtualClock
from engine.db import Database
from engine.errors import Conflict, InvalidData, NotAllowed
from engine.tables import journal
from monitors import tables as t
from monitors.acts import acts_of
from monitors.alerts import alerts_after, last_alert
from monitors.assessment import Assessment, ClosedCase, WarningFigures
from monitors.calendars import set_days
from monitors.model import Department
from monitors.recalls import CALENDAR, FEED, RULE, Caused, Fault, recall, withdrawn
from tests.engine import drawing as d
from tests.monitors.assessment.sheets import DEFAULT
from tests.monitors.cases import at
from tests.monitors.handling.process import OFFICE as BUREAU
from tests.monitors.handling.process import Process, raise_warning
from tests.monitors.town import DISTRICT, LIMIT, OFFICE, Town, approval

PERIOD = {"since": at("2026-01-01"), "until": at("2027-01-01"), "district_code": DISTRICT}
REASONS = Fault(RULE, {"definition": "approval", "rule": "AA-18.1"}, **PERIOD)  # type: ignore[arg-type]
LIMITS = Fault(RULE, {"definition": "approval", "rule": "AA-04.1"}, **PERIOD)  # type: ignore[arg-type]
FIVE = {"since": at("2026-03-01"), "until": at("2026-04-01")}


class NoCases:
    def closed(self, district_code: str, department: str, since: datetime, until: datetime) -> Iterable[ClosedCase]:
        return []


def propose(town: Town, fault: Fault = REASONS, by: str = "wang") -> str:
    with town.database.begin() as c:
        return town.recalls.propose(c, fault, "规则写反了", by, town.now)


def confirm(town: Town, identity: str, by: str = "leader") -> Caused:
    with town.database.begin() as c:
        return town.recalls.confirm(c, identity, "同意撤回", by, town.now)


def caused(town: Town, fault: Fault) -> Caused:
    with town.database.read() as c:
        return town.recalls.caused(c, fault)


def test_a_recall_names_and_withdraws_warnings_violations_orders_and_cards(town: Town) -> None:
    carded, fresh, other = town.faulty(), town.faulty(), town.begin()
    town.card(carded)
    town.tick("2026-10-15 09:00")  # the other case is late, by another rule
    named = caused(town, REASONS)
    assert [row.id for row in named.warnings] == [carded.id, fresh.id]
    assert [len(rows) for rows in (named.violations, named.cards, named.orders)] == [1, 1, 1]
    identity = propose(town)
    confirm(town, identity)
    town.tick()
    assert [town.warning(one.id).state for one in (carded, fresh)] == ["recalled", "recalled"]
    assert [(row.state, row.closed_at is not None) for row in town.rows(t.violation)] == [("revoked", True)]
    assert [row.state for row in town.rows(t.card)] == ["revoked"]
    assert [row.state for row in town.rows(t.supervision_order)] == ["closed"]
    assert {one.state for one in town.warnings(other)} == {"open"}
    ended = {one.business_key: one.state for one in town.runtime.query.instances(definition="violation_handling")}
    assert (ended[carded.number], ended[fresh.number]) == ("cancelled", "cancelled")
    with town.database.read() as c:
        kept = [(row.kind, row.before) for row in withdrawn(c, identity)]
        assert kept == [
            ("card", "delivered"), ("order", "overdue"), ("violation", "carded"), ("warning", "confirmed"), ("warning", "open"),
        ]  # fmt: skip
        assert [(act.kind, act.to) for act in acts_of(c, fresh.id)] == [("recalled", "RC-2026-000001")]


def test_a_recall_takes_two_people(town: Town) -> None:
    warning = town.faulty()
    identity = propose(town, by="leader")
    with pytest.raises(NotAllowed):
        confirm(town, identity, by="leader")
    assert town.warning(warning.id).state == "open"
    confirm(town, identity, by="leader2")
    with pytest.raises(Conflict):
        confirm(town, identity, by="leader")
    with town.database.read() as c:
        one = recall(c, identity)
        assert (one.state, one.proposed_by, one.decided_by) == ("confirmed", "leader", "leader2")


def test_a_refused_recall_withdraws_nothing(village: Town) -> None:
    warning = village.faulty()
    identity = propose(village)
    with village.database.begin() as c:
        village.recalls.refuse(c, identity, "规则无误", "leader", village.now)
    with pytest.raises(Conflict):
        confirm(village, identity)
    assert village.warning(warning.id).state == "open"


def test_what_was_found_between_proposal_and_confirmation_is_withdrawn_too(village: Town) -> None:
    identity = propose(village)
    warning = village.faulty()
    confirm(village, identity)
    assert village.warning(warning.id).state == "recalled"


def test_what_a_person_dismissed_stays_as_it_was_decided(village: Town) -> None:
    warning = village.faulty()
    village.do(village.process(warning), "explain", "liaison", explanation="笔误", explanation_ground="none")
    village.do(village.process(warning), "verify", "wang", outcome="dismissed", reason="误报")
    identity = propose(village)
    assert [row.id for row in confirm(village, identity).warnings] == [warning.id]
    assert village.warning(warning.id).state == "dismissed"
    with village.database.read() as c:
        assert withdrawn(c, identity) == ()


def test_the_department_is_told_once(village: Town) -> None:
    village.faulty()
    village.faulty()
    with village.database.read() as c:
        before = last_alert(c)
    confirm(village, propose(village))
    with village.database.read() as c:
        (alert,) = [one for one in alerts_after(c, before) if one.kind == "recall"]
    assert (alert.department, alert.body["message_en"]) == (OFFICE, "2 warnings are withdrawn: 规则写反了")


def test_a_period_and_a_version_narrow_it(village: Town) -> None:
    warning = village.faulty()
    assert [row.id for row in caused(village, REASONS).warnings] == [warning.id]
    for narrower in (
        replace(REASONS, until=warning.raised_at),
        replace(REASONS, what={**REASONS.what, "versions": [2]}),
        replace(REASONS, district_code="370203"),
        LIMITS,
    ):
        assert caused(village, narrower).warnings == ()


@pytest.mark.parametrize(
    ("cause", "what"),
    [("weather", {"rule": "x"}), (RULE, {"rule": "x"}), (CALENDAR, {}), (FEED, {"source": "x", "day": "y"})],
)
def test_a_fault_must_be_told_fully(village: Town, cause: str, what: dict[str, str]) -> None:
    with pytest.raises(InvalidData):
        propose(village, replace(REASONS, cause=cause, what=what))


def test_no_card_is_issued_for_what_was_recalled_before_its_process_ended(village: Town) -> None:
    warning = village.faulty()
    village.confirm(warning)
    process = village.process(warning)
    village.do(process, "draft_order", "wang", order_kind="一般督办", demand="整改")
    confirm(village, propose(village))
    with pytest.raises(Conflict):
        village.do(process, "approve_order", "chief", approved=True, opinion="同意")
    village.tick()
    assert village.rows(t.supervision_order) == []
    assert village.rows(t.violation)[0].state == "revoked"


# --- calendars --------------------------------------------------------------------------------------


def test_a_faulty_calendar_recalls_only_what_the_right_one_would_not_have_found(town: Town) -> None:
    town.begin()  # due on 14 October; with 9 October off on the 15th
    town.begin(item={"promised_wd": 2, "statutory_wd": 2})  # long over by then
    early = town.begin()
    town.tick("2026-10-13 09:00")
    town.do(early, "review", "clerk")
    town.tick("2026-10-15 09:00")
    found = {(one.case_no, one.rung) for one in town.warnings()}
    assert ("C-001", "yellow") in found and ("C-002", "red") in found
    (version,) = {one.evidence["calendar"]["version"] for one in town.warnings()}
    with town.database.begin() as c:
        set_days(c, "CN", [CalendarDay(date(2026, 10, 9), DayKind.LOCAL_OFF, "台风/Typhoon", "市政府令")])
    fault = Fault(CALENDAR, {"code": "CN", "versions": [version]}, **PERIOD)  # type: ignore[arg-type]
    named = caused(town, fault)
    assert {(row.case_no, row.rung) for row in named.warnings} == {
        ("C-001", "notice"),
        ("C-001", "yellow"),
        ("C-003", "notice"),
    }
    assert named.unclear == ()
    confirm(town, propose(town, fault))
    states = {(one.case_no, one.state) for one in town.warnings() if one.case_no.startswith("C-")}
    assert states == {("C-001", "recalled"), ("C-002", "open"), ("C-003", "recalled")}


def test_by_an_unchanged_calendar_nothing_was_caused(village: Town) -> None:
    village.begin()
    village.tick("2026-10-15 09:00")
    assert len(village.warnings()) == 2
    fault = Fault(CALENDAR, {"code": "CN"}, **PERIOD)  # type: ignore[arg-type]
    assert (caused(village, fault).warnings, caused(village, fault).unclear) == ((), ())


# --- feeds ------------------------------------------------------------------------------------------


def test_a_faulty_feed_recalls_the_warnings_of_the_cases_that_it_told_of(village: Town) -> None:
    first, second = village.faulty(), village.faulty()
    with village.database.begin() as c:
        for number, (case_no, source) in enumerate((("C-001", "oa-v1"), ("C-002", "oa-v2")), 1):
            c.execute(
                insert(t.envelope).values(
                    district_code=DISTRICT,
                    source=source,
                    event_id=str(number),
                    case_no=case_no,
                    event_type="decided",
                    occurred_at=village.now,
                    received_at=village.now,
                    payload={},
                    hash="f" * 64,
                )
            )
    fault = Fault(FEED, {"source": "oa-v1"}, **PERIOD)  # type: ignore[arg-type]
    assert [row.id for row in caused(village, fault).warnings] == [first.id]
    assert caused(village, replace(fault, until=village.now)).warnings == ()
    confirm(village, propose(village, fault))
    assert [village.warning(one.id).state for one in (first, second)] == ["recalled", "open"]


# --- a scenario: 300 cards by a faulty rule -----------------------------------------------------------


def test_a_faulty_rule_is_recalled_after_300_cards(database: Database, clock: VirtualClock) -> None:
    """The score is to the cent what it would be had the rule never been; another rule's card still counts."""
    town, here = Town(database, clock), Department(DISTRICT, BUREAU, "审批局", "Approvals")
    assessment = Assessment(database, town.calendars, WarningFigures(NoCases()))
    assessment.install([DEFAULT])
    later = at("2026-12-31")
    rightful = raise_warning(database, "W-2026-900000", dimension="FLOW", rule="AA-15.1", checkpoint="AA-15")
    Process(database, rightful).carded()
    before = assessment.score(here, 2026, later)
    faulty = raise_warning(database, dimension="FLOW")
    Process(database, faulty).carded()
    _copied(database, faulty, 299)
    wronged = assessment.score(here, 2026, later)
    assert (before.total, wronged.total) == (Decimal("73.00"), Decimal("0.00"))
    assert len(town.rows(t.card)) == 301

    fault = Fault(RULE, {"definition": "administrative_approval", "rule": "AA-04.1"}, **FIVE)
    named = caused(town, fault)
    assert [len(rows) for rows in (named.warnings, named.violations, named.cards)] == [300, 300, 300]
    whole = sum((row.points for row in assessment.deductions(here, 2026)), Decimal(0))
    assert named.points == {(DISTRICT, BUREAU): whole - _of(assessment, here, rightful)}
    confirm(town, propose(town, fault))

    after = assessment.score(here, 2026, later)
    assert (after.total, after.points, after.body["indicators"]) == (
        before.total,
        before.points,
        before.body["indicators"],
    )
    assert {row.warning_id for row in assessment.deductions(here, 2026)} == {rightful}
    states = [row.state for row in town.rows(t.card)]
    assert (states.count("revoked"), states.count("issued")) == (300, 1)  # all stay in the trace
    entries = [row for row in town.rows(journal) if row.kind == "recall_confirmed"]
    (told,) = [loads(row.body)["withdrawn"] for row in entries]
    assert told == {"card": 300, "order": 300, "violation": 300, "warning": 300}


def test_a_rule_recalled_after_the_freeze_settles_by_an_adjustment(database: Database, clock: VirtualClock) -> None:
    """The frozen sheet keeps every line; the adjustment gives back to the cent what the rule took."""
    town, here = Town(database, clock), Department(DISTRICT, BUREAU, "审批局", "Approvals")
    assessment = Assessment(database, town.calendars, WarningFigures(NoCases()))
    assessment.install([DEFAULT])
    rightful = raise_warning(database, "W-2026-900000", dimension="FLOW", rule="AA-15.1", checkpoint="AA-15")
    Process(database, rightful).carded()
    faulty = raise_warning(database, dimension="FLOW")
    Process(database, faulty).carded()
    _copied(database, faulty, 299)
    assessment.publish([here], 2026, at("2027-01-05"), "officer")
    assessment.freeze([here], 2026, at("2027-01-15"), "officer")
    lines = assessment.deductions(here, 2026)
    confirm(town, propose(town, Fault(RULE, {"definition": "administrative_approval", "rule": "AA-04.1"}, **FIVE)))

    standing = assessment.score(here, 2026, at("2027-02-01"))
    assert (standing.total, assessment.deductions(here, 2026)) == (Decimal("0.00"), lines)
    (one,) = assessment.adjustments(here, 2026)
    assert (one.total_before, one.total_after) == (Decimal("0.00"), Decimal("73.00"))
    assert len(one.body["no_longer"]) == 300


def test_a_rule_replaced_in_mid_year_counts_as_it_was_when_the_fact_was(
    database: Database, clock: VirtualClock
) -> None:
    """Findings of both versions count; a recall of the new version leaves those of the old."""
    town, here = Town(database, clock), Department(DISTRICT, BUREAU, "审批局", "Approvals")
    assessment = Assessment(database, town.calendars, WarningFigures(NoCases()))
    assessment.install([DEFAULT])
    for version in (1, 2):
        found = raise_warning(database, f"W-{version}", dimension="FLOW", definition_version=version)
        Process(database, found, number=f"W-{version}").carded()

    def flow() -> tuple[set[str | None], Decimal]:
        score = assessment.score(here, 2026, at("2026-12-31"))
        rows = {row.warning_id for row in assessment.deductions(here, 2026)}
        return rows, next(row["points"] for row in score.body["indicators"] if row["code"] == "flow")

    assert flow() == ({"w-W-1", "w-W-2"}, 16)
    replaced = {"definition": "administrative_approval", "rule": "AA-04.1", "versions": [2]}
    confirm(town, propose(town, Fault(RULE, replaced, **FIVE)))
    assert flow() == ({"w-W-1"}, 18)


def _copied(database: Database, warning_id: str, times: int) -> None:
    """So many more warnings with everything that followed from this one, each under names of its own."""
    with database.begin() as c:
        (violation,) = c.execute(select(t.violation.c.id).where(t.violation.c.warning_id == warning_id)).scalars()
        for table, column, value in (
            (t.warning, "id", warning_id),
            (t.violation, "id", violation),
            (t.violation_finding, "warning_id", warning_id),
            (t.supervision_order, "violation_id", violation),
            (t.card, "violation_id", violation),
        ):
            row = dict(c.execute(select(table).where(table.c[column] == value)).one()._mapping)
            names = [name for name in ("id", "number", "warning_id", "violation_id", "document_id") if name in row]
            copies = [row | {name: f"{row[name][:50]}~{copy}" for name in names} for copy in range(times)]
            c.execute(insert(table), copies)


def _of(assessment: Assessment, here: Department, warning_id: str) -> Decimal:
    rows = assessment.deductions(here, 2026)
    return sum((row.points for row in rows if row.warning_id == warning_id), Decimal(0))


def test_limits_are_recalled_like_any_rule(sqlite_database: Database, clock: VirtualClock) -> None:
    town = Town(sqlite_database, clock).draw(approval(LIMIT + d.checkpoint("AA-18", "expression", must="true")))
    town.begin()
    town.tick("2026-10-15 09:00")
    confirm(town, propose(town, LIMITS))
    town.tick()
    assert {one.state for one in town.warnings()} == {"recalled"}
