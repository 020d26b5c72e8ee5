"""Each warning is derived again from its evidence, to the last character; what was changed since is named."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine import Actor
from engine.calendar import CalendarDay, DayKind
from engine.clock import VirtualClock
from engine.db import Database
from monitors import tables as t
from monitors.calendars import set_days
from monitors.datasets import load_rows
from monitors.model import Warning
from monitors.rederiving import Rederived, rederive
from tests.engine import drawing as d
from tests.monitors.cases import at
from tests.monitors.town import LIMIT, Town, approval


def again(town: Town, warning: Warning) -> Rederived:
    with town.database.read() as c:
        return rederive(c, town.warning(warning.id), town.runtime.query)


def late(town: Town, **data: Any) -> list[Warning]:
    """A case whose review lies until it is overdue by its statutory limit too: notice, yellow, red."""
    case = town.begin(**data)
    for moment in ("2026-10-13 09:00", "2026-10-15 09:00", "2026-11-02 09:00"):
        town.tick(moment)
    return town.warnings(case)


def change(town: Town, warning: Warning, **values: Any) -> None:
    with town.database.begin() as c:
        c.execute(update(t.warning).where(t.warning.c.id == warning.id).values(**values))


def test_every_rung_of_a_limit_is_the_same_again(town: Town) -> None:
    found = late(town)
    assert [one.rung for one in found] == ["notice", "yellow", "red"]
    for one in found:
        assert again(town, one).differences == ()
        assert again(town, one).same


def test_a_stopped_and_extended_limit_is_the_same_again(village: Town) -> None:
    case = village.begin()
    told = {"approver": "wang", "reason": "听证", "actor": Actor("clerk")}
    village.clock.move_to(at("2026-09-29 10:00"))
    village.runtime.suspend(case, kind="hearing", own_limit=5, key="stop", **told)
    village.clock.move_to(at("2026-09-30 15:00"))
    village.runtime.resume(case, reason="听证结束", key="go", actor=Actor("clerk"))
    village.tick("2026-11-20 09:00")
    found = village.warnings(case)
    assert found and all(one.evidence["suspensions"] for one in found)
    assert all(again(village, one).same for one in found)


def test_a_rule_over_data_is_the_same_again_when_the_case_has_gone_on(town: Town) -> None:
    warning = town.faulty()
    town.confirm(warning)
    assert again(town, warning).same


def test_an_undetermined_rule_is_the_same_again(village: Town) -> None:
    case = village.begin()
    village.do(case, "review", "clerk")
    village.do(case, "decide", "clerk", decision="denied")
    (notice,) = village.warnings(case)
    assert notice.undetermined and again(village, notice).same


KINDS = {
    "four_eyes": d.checkpoint("AA-18", "four_eyes", steps='["review", "decide"]'),
    "step_order": d.checkpoint("AA-18", "step_order", route='["decide", "review"]'),
    "repeated": d.checkpoint("AA-18", "repeated_step", most="0", steps='["review"]'),
    "steps": d.checkpoint("AA-18", "expression", must="count(steps) = 0"),
    "functions": d.checkpoint("AA-18", "expression", must="working days(case.started_at, now) &gt; 90"),
    "cross_match": d.checkpoint("AA-18", "cross_match", set='"dead"', key="id_no"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_that_look_at_steps_days_and_data_sets_are_the_same_again(
    sqlite_database: Database, clock: VirtualClock, kind: str
) -> None:
    town = Town(sqlite_database, clock).draw(approval(LIMIT + KINDS[kind]))
    row = {"set": "dead", "id": "1", "key": "3702", "day": date(2026, 9, 1), "recorded_at": at("2026-09-02")}
    with sqlite_database.begin() as c:
        load_rows(c, [row])
    warning = town.faulty(id_no="3702")
    assert not warning.undetermined, warning.evidence["note"]
    with sqlite_database.begin() as c:
        later = {**row, "recorded_at": town.now + timedelta(days=1), "withdrawn": True}
        load_rows(c, [later])
    assert again(town, warning).differences == ()


def test_a_corrected_calendar_changes_no_earlier_warning(town: Town) -> None:
    found = late(town)
    with town.database.begin() as c:
        set_days(c, "CN", [CalendarDay(date(2026, 10, 9), DayKind.HOLIDAY, "台风/Typhoon", "市政府令")])
    assert all(again(town, one).same for one in found)


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"level": "red"}, "level"),
        ({"department": "zjj"}, "department"),
        ({"basis": "无"}, "basis"),
        ({"message": "改了"}, "message"),
        ({"due": at("2026-10-16")}, "due"),
        ({"raised_at": at("2026-10-16")}, "raised_at"),
        ({"rule": "AA-18.1"}, "rule"),
        ({"occurrence": 2}, "occurrence"),
        ({"case_no": "C-999"}, "case_no"),
    ],
)
def test_a_row_that_was_changed_is_not_the_same(village: Town, values: dict[str, Any], what: str) -> None:
    yellow = late(village)[1]
    change(village, yellow, **values)
    found = again(village, yellow)
    assert not found.same
    assert what in [one.what for one in found.differences] or what == "rule"


@pytest.mark.parametrize("path", [("inputs", "item.promised_wd"), ("facts", "data", "item"), ("reason", "amount")])
def test_evidence_that_was_changed_is_not_the_same(village: Town, path: tuple[str, ...]) -> None:
    yellow = late(village)[1]
    evidence = {**yellow.evidence}
    box: Any = evidence
    for name in path[:-1]:
        box[name] = {**box[name]}
        box = box[name]
    box[path[-1]] = {"promised_wd": 30, "statutory_wd": 40} if path[-1] == "item" else 30
    change(village, yellow, evidence=evidence)
    assert not again(village, yellow).same


def test_the_days_of_a_calendar_that_were_changed_are_noticed(village: Town) -> None:
    yellow = late(village)[1]
    with village.database.begin() as c:
        c.execute(update(t.calendar_edition).values(days=[["2026-10-09", "HOLIDAY", "", "", True]]))
    (difference,) = again(village, yellow).differences
    assert "they were changed" in difference.derived


def test_a_warning_from_before_facts_were_kept_cannot_be_derived_again(village: Town) -> None:
    yellow = late(village)[1]
    change(village, yellow, evidence={name: value for name, value in yellow.evidence.items() if name != "facts"})
    found = again(village, yellow)
    assert (found.found, found.same) == (False, False)


def test_the_ladder_that_was_in_force_decides_not_the_one_of_today(
    sqlite_database: Database, clock: VirtualClock
) -> None:
    town = Town(sqlite_database, clock).draw()
    found = late(town)
    assert found[0].evidence["rule"]["preset"]["rung"][0]["value"] == "0.8"
    evidence = {**found[0].evidence, "rule": {**found[0].evidence["rule"]}}
    preset = {**evidence["rule"]["preset"]}
    preset["rung"] = [{**preset["rung"][0], "value": "0.9"}, {**preset["rung"][1], "value": "0"}, *preset["rung"][2:]]
    evidence["rule"]["preset"] = preset
    change(town, found[0], evidence=evidence)
    assert not again(town, found[0]).same


def test_kept_are_the_steps_of_persons_and_the_fields_that_rules_read(village: Town) -> None:
    warning = village.faulty()
    assert [step["element"] for step in warning.evidence["facts"]["steps"]] == ["review", "decide"]
    assert sorted(warning.evidence["facts"]["data"]) == ["decision", "reason_text"]
