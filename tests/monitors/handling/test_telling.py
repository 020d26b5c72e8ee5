"""Reminders: who is late is told, and the supervisor."""

from __future__ import annotations

from dataclasses import replace

from engine.db import Database
from engine.model import Firing, Step
from monitors import tables as t
from tests.monitors.handling.process import DISTRICT, OFFICE, Process, local, raise_warning


def waiting(process: Process, element: str, name: str, name_en: str, role: str) -> Step:
    return Step(element, None, name, name_en, "person", 1, process.at, None, "open", None, role)


def test_the_late_person_and_the_supervisor_are_told_in_both_languages(database: Database) -> None:
    process = Process(database, raise_warning(database))
    process.steps.append(waiting(process, "explain", "说明", "Explanation", "liaison"))
    due = local("2026-03-17", "00:00")
    firing = Firing("explain_due", None, "timer", "explain", 1, process.at, due=due)
    assert process.call("remind", firing=firing, by="system", step="explain") == {"reminded": "liaison"}
    first, second = process.rows(t.alert)
    assert (first.kind, first.district_code, first.department, first.level) == (
        "reminder",
        DISTRICT,
        OFFICE,
        "yellow",
    )
    assert (first.body["to"], second.body["to"]) == ("liaison", "supervisor")
    assert first.body["message"] == "“说明”已超过时限，请立即办理。"
    assert first.body["message_en"] == "“Explanation” is past its time limit; please do it now."
    assert (first.body["step"], first.warning_id, first.created_at) == ("explain", process.warning_id, process.at)


def test_a_late_supervisor_is_told_once(database: Database) -> None:
    process = Process(database, raise_warning(database))
    process.steps.append(waiting(process, "verify", "核查", "Verification", "supervisor"))
    process.call("remind", by="system", step="verify")
    assert [row.body["to"] for row in process.rows(t.alert)] == ["supervisor"]


def test_the_step_of_the_timer_is_meant_where_the_diagram_names_none(database: Database) -> None:
    process = Process(database, raise_warning(database)).carded()
    process.steps.append(waiting(process, "sign", "签收", "Receipt", "liaison"))
    assert process.call("remind", by="system") == {"reminded": "liaison"}
    assert process.rows(t.alert, kind="reminder")[0].body["step"] == "sign"


def test_a_late_rectification_makes_the_order_overdue_until_the_report_comes(database: Database) -> None:
    process = Process(database, raise_warning(database)).carded()
    process.steps.append(waiting(process, "rectify", "整改", "Rectification", "dept_head"))
    process.call("remind", by="system", step="rectify")
    assert process.row(t.supervision_order).state == "overdue"
    process.steps[-1] = replace(process.steps[-1], outcome="cancelled")
    process.rectified()
    assert process.row(t.supervision_order).state == "replied"
