"""What pages read of violations: lists in a scope, and the whole file of one."""

from __future__ import annotations

import pytest

from engine.db import Database
from engine.errors import NotFound
from monitors.documents import Documents
from monitors.scope import Scope
from monitors.violations import Violations
from tests.monitors.handling.process import DISTRICT, OFFICE, Process, local, raise_warning


def finished(database: Database) -> Process:
    process = Process(database, raise_warning(database)).appealed().decided("upheld").rectified()
    process.at = local("2026-03-20")
    process.verified("accepted")
    process.call("close_violation")
    return process


def test_a_file_has_everything_about_a_violation(database: Database) -> None:
    process = finished(database)
    file = Violations(database).get(process.data["violation_id"])
    assert file.violation.state == "closed"
    assert file.warning["number"] == "W-2026-000001"
    assert file.explanation is not None
    assert file.explanation.text == "人手不足"
    assert file.order is not None
    assert file.order.number == "督办〔2026〕1号"
    assert file.card is not None
    assert file.card.number == "黄牌〔2026〕1号"
    assert file.card.in_force
    assert [appeal.state for appeal in file.appeals] == ["upheld"]
    assert [report.outcome for report in file.rectifications] == ["accepted"]


def test_the_timeline_tells_the_story_in_order(database: Database) -> None:
    events = Violations(database).get(finished(database).data["violation_id"]).timeline
    assert [event.kind for event in events] == [
        "fact",
        "warned",
        "explained",
        "confirmed",
        "order_issued",
        "card_issued",
        "card_delivered",
        "appeal_filed",
        "appeal_decided",
        "rectified",
        "rectification_verified",
        "closed",
    ]
    assert events[0].at == local("2026-03-11", "00:00")
    assert events[4].ref == "督办〔2026〕1号"
    assert events[-1].at == local("2026-03-20")


def test_a_violation_is_found_by_warning_and_by_instance(database: Database) -> None:
    process = finished(database)
    violations = Violations(database)
    file = violations.get(process.data["violation_id"])
    assert violations.by_warning(process.warning_id) == file
    assert violations.by_instance(f"vh-{process.warning_id}") == file
    assert violations.by_warning("nobody") is None


def test_an_unknown_violation_is_named(database: Database) -> None:
    with pytest.raises(NotFound, match="nobody"):
        Violations(database).get("nobody")
    with pytest.raises(NotFound, match="nobody"):
        Documents(database).get("nobody")


def test_lists_keep_to_scope_and_state(database: Database) -> None:
    Process(database, raise_warning(database, "W-1")).ordered()
    Process(database, raise_warning(database, "W-2", department="370202-HBJ")).confirmed()
    violations = Violations(database)
    own = Scope(frozenset({(DISTRICT, OFFICE)}))
    assert [row.department for row in violations.list(own)] == [OFFICE]
    assert [row.number for row in violations.list()] == ["V-2026-0002", "V-2026-0001"]
    assert [row.state for row in violations.list(state="ordered")] == ["ordered"]
    assert violations.list(Scope(frozenset({("370203", "*")}))) == ()
    assert violations.list(Scope(frozenset())) == ()
    assert (violations.count(), violations.count(own), violations.count(state="closed")) == (2, 1, 0)
