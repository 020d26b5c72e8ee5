"""The drawn violation process, run by the engine, with these handlers."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import SYSTEM, Actor, Database, Handlers, Outcome, Runtime
from engine.clock import VirtualClock
from engine.errors import EngineError
from engine.handlers import CaseView
from monitors import handling
from monitors import tables as t
from monitors.dayfunctions import bound
from monitors.violations import Violations
from tests.monitors.handling.process import CALENDAR, DISTRICT, OFFICE, Calendars, Process, local, raise_warning

DIAGRAM = Path(__file__).resolve().parents[3] / "bpmn" / "supervision" / "violation_handling.bpmn"


class Office:
    """A runtime with one violation process and people who do its steps an hour apart."""

    def __init__(self, database: Database, level: str) -> None:
        self.clock = VirtualClock(local("2026-03-12"))
        handlers = Handlers(functions=self._functions)
        handling.register(handlers, Calendars())
        self.runtime = Runtime(database, self.clock, handlers)
        self.runtime.deploy(DIAGRAM.read_bytes(), by="publisher")
        self.warning_id = raise_warning(database, level=level)
        self.look = Process(database, self.warning_id)
        data = {"warning_id": self.warning_id, "warning_no": "W-2026-000001", "level": level}
        self.instance_id = self.runtime.start(
            "violation_handling",
            business_key="W-2026-000001",
            district_code=DISTRICT,
            scope=OFFICE,
            data=data,
            actor=SYSTEM,
            key="start",
        ).instance_id

    @staticmethod
    def _functions(view: CaseView) -> Any:
        return bound(CALENDAR)

    @property
    def waiting(self) -> set[str]:
        return {task.element for task in self.runtime.query.tasks(instance_id=self.instance_id)}

    def do(self, element: str, by: str, **data: Any) -> Outcome:
        """A person does a step."""
        self.clock.advance(timedelta(hours=1))
        tasks = self.runtime.query.tasks(instance_id=self.instance_id)
        (task,) = [task for task in tasks if task.element == element]
        return self.runtime.complete(task.id, data=data, actor=Actor(by), key=f"{task.id}-{by}")

    def wait_until(self, at: datetime) -> None:
        self.clock.move_to(at)
        while self.runtime.tick():
            pass

    def issue(self, level: str) -> None:
        """From the warning to the card."""
        self.do("explain", "liaison", explanation="人手不足", explanation_ground="none")
        self.do("verify", "supervisor", outcome="confirmed", reason="属实")
        self.do("draft_order", "supervisor", order_kind="一般督办", demand="整改")
        self.do("approve_order", "chief", approved=True, opinion="同意")
        if level != "notice":
            self.do(f"issue_{level}", "leader" if level == "red" else "chief", basis_confirmed=True, opinion="发牌")


@pytest.fixture
def yellow(sqlite_database: Database) -> Office:
    return Office(sqlite_database, "yellow")


def test_a_violation_runs_from_the_warning_to_its_close(yellow: Office, sqlite_database: Database) -> None:
    yellow.issue("yellow")
    yellow.do("sign", "liaison")
    yellow.do("appeal", "liaison", appeal=True, grounds="系统故障")
    yellow.do("decide_appeal", "leader", appeal_outcome="upheld", appeal_reason="经查")
    yellow.do("rectify", "boss", measures="已办结", evidence="回执")
    yellow.do("verify_rectification", "supervisor", rectification_outcome="returned", verification_reason="不足")
    yellow.do("rectify", "boss", measures="又办结", evidence="回执")
    assert yellow.do("verify_rectification", "supervisor", rectification_outcome="accepted").state == "ended"
    file = Violations(sqlite_database).by_instance(yellow.instance_id)
    assert file is not None
    assert file.order is not None
    assert file.card is not None
    assert (file.violation.state, file.order.state, file.card.state) == ("closed", "closed", "closed")
    assert [report.outcome for report in file.rectifications] == ["returned", "accepted"]


def test_a_revoked_card_ends_everything(yellow: Office) -> None:
    yellow.issue("yellow")
    yellow.do("sign", "liaison")
    yellow.do("appeal", "liaison", appeal=True, grounds="系统故障")
    outcome = yellow.do("decide_appeal", "leader", appeal_outcome="revoked", appeal_reason="经查")
    assert (outcome.state, yellow.waiting) == ("ended", set())
    assert (yellow.look.row(t.violation).state, yellow.look.row(t.card).state) == ("revoked", "revoked")


def test_what_nobody_signs_is_deemed_delivered_after_two_working_days(yellow: Office) -> None:
    yellow.issue("yellow")
    yellow.wait_until(local("2026-03-18", "09:00"))
    card = yellow.look.row(t.card)
    assert (card.deemed, card.state, card.delivered_at) == (True, "delivered", local("2026-03-17", "00:00"))
    assert yellow.waiting == {"appeal", "rectify"}
    assert {"reminder", "deemed_delivered"} <= {row.kind for row in yellow.look.rows(t.alert)}


def test_a_dismissed_warning_ends_without_a_violation(yellow: Office) -> None:
    yellow.do("explain", "liaison", explanation="数据有误", explanation_ground="wrong_data")
    assert yellow.do("verify", "supervisor", outcome="dismissed", reason="误报").state == "ended"
    assert yellow.look.row(t.warning).state == "dismissed"
    assert yellow.look.rows(t.violation) == []


def test_a_third_return_escalates_and_closes(sqlite_database: Database) -> None:
    notice = Office(sqlite_database, "notice")
    notice.issue("notice")
    for _ in range(3):
        notice.do("rectify", "boss", measures="…", evidence="…")
        outcome = notice.do("verify_rectification", "supervisor", rectification_outcome="returned")
    assert outcome.state == "ended"
    outcomes = [row.outcome for row in notice.look.rows(t.rectification)]
    assert outcomes == ["returned", "returned", "escalated"]


def test_a_handler_that_refuses_leaves_the_step_open_and_no_row(yellow: Office) -> None:
    yellow.do("explain", "same", explanation="…", explanation_ground="none")
    with pytest.raises(EngineError):
        yellow.do("verify", "same", outcome="confirmed", reason="属实")
    assert yellow.waiting == {"verify"}
    assert yellow.look.row(t.warning).state == "explained"
    assert yellow.look.rows(t.violation) == []
