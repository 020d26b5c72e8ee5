"""The drawn models of supervision, run by the engine with the real handlers, and people who do their steps."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine import SYSTEM, Actor, Database, Handlers, Outcome, Runtime
from engine.clock import VirtualClock
from monitors import handling
from monitors import tables as t
from monitors import wiring as supervision
from monitors.checkpoints import Checkpoints
from monitors.directory import Directory
from monitors.handling.policy import escalations
from monitors.presets import load_presets
from tests.monitors.handling.process import DISTRICT, OFFICE, Calendars, local, raise_warning

SUPERVISION = Path(__file__).resolve().parents[3] / "bpmn" / "supervision"


def policy(name: str) -> dict[str, Any]:
    text = (SUPERVISION / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


class Office:
    """Everything of supervision on one database; a step is done an hour after the one before."""

    def __init__(self, database: Database, day: str = "2026-03-12") -> None:
        self.database = database
        self.clock = VirtualClock(local(day))
        handlers = Handlers()
        self.runtime = Runtime(database, self.clock, handlers)
        calendars: Any = Calendars()
        checkpoints = Checkpoints(
            self.runtime.query.definition, self.runtime.query.diagram, load_presets(policy("presets"))
        )
        directory = Directory(self.clock)
        supervision.register(
            handlers, checkpoints=checkpoints, calendars=calendars, directory=directory, clock=self.clock
        )
        handlers.authorize = lambda connection, actor, task: None
        handling.register(handlers, calendars, escalations(policy("escalation")))

    def drawn(self) -> Office:
        """With the models of supervision deployed."""
        for path in sorted(SUPERVISION.glob("*/*.bpmn")):
            self.runtime.deploy(path.read_bytes(), by="publisher")
        return self

    def warn(self, level: str = "yellow", number: str = "W-2025-000001", **changes: Any) -> File:
        """A warning of that level, and the process that its job would start."""
        warning_id = raise_warning(self.database, number, level=level, rung=level, **changes)
        return self.open(warning_id)

    def open(self, warning_id: str) -> File:
        warning = self.row(t.warning, id=warning_id)
        instance_id = self.runtime.start(
            "violation_handling",
            business_key=warning.number,
            district_code=DISTRICT,
            scope=warning.department,
            data={"warning_id": warning_id, "warning_no": warning.number, "level": warning.level},
            actor=SYSTEM,
            key=warning_id,
            parent_id=None,
        ).instance_id
        return File(self, warning_id, instance_id)

    def file_of(self, warning_id: str) -> File:
        """The file that a job has opened for a warning."""
        number = self.row(t.warning, id=warning_id).number
        (found,) = self.runtime.query.instances(definition="violation_handling", business_key=number)
        return File(self, warning_id, found.id)

    def start(self, model: str, by: str, data: Mapping[str, Any], department: str = OFFICE) -> str:
        return self.runtime.start(
            model,
            business_key=f"{model}-1",
            district_code=DISTRICT,
            scope=department,
            data=dict(data),
            actor=Actor(by),
            key=f"{model}-{by}-{sorted(data)}",
        ).instance_id

    def work(self) -> None:
        """Whatever is due, and every job that waits."""
        while self.runtime.tick():
            pass

    def wait_until(self, day: str, time: str = "09:00") -> None:
        self.clock.move_to(local(day, time))
        self.work()

    def do(self, instance_id: str, element: str, by: str, **data: Any) -> Outcome:
        """A person does a step; files of his may lie with it."""
        self.clock.advance(timedelta(hours=1))
        tasks = [task for task in self.runtime.query.tasks(instance_id=instance_id) if task.element == element]
        assert tasks, f"{element} does not wait, but {self.waiting(instance_id)}"
        task = tasks[0]
        return self.runtime.complete(task.id, data=data, actor=Actor(by), key=f"{task.id}-{by}")

    def waiting(self, instance_id: str) -> set[str]:
        return {task.element for task in self.runtime.query.tasks(instance_id=instance_id)}

    def instances(self, model: str) -> list[Any]:
        return list(self.runtime.query.instances(definition=model))

    def row(self, table: Any, **where: Any) -> Any:
        with self.database.read() as connection:
            return connection.execute(select(table).filter_by(**where)).one()

    def rows(self, table: Any, **where: Any) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(select(table).filter_by(**where)))


@dataclass
class File:
    """One violation process."""

    office: Office
    warning_id: str
    instance_id: str
    done: list[str] = field(default_factory=list)

    @property
    def waiting(self) -> set[str]:
        return self.office.waiting(self.instance_id)

    @property
    def state(self) -> str:
        return self.office.runtime.query.instance(self.instance_id).state

    @property
    def data(self) -> Mapping[str, Any]:
        return self.office.runtime.query.instance(self.instance_id).data

    def do(self, element: str, by: str, **data: Any) -> Outcome:
        return self.office.do(self.instance_id, element, by, **data)

    def row(self, table: Any, **where: Any) -> Any:
        """The row of that table about this file's violation."""
        return self.office.row(table, violation_id=self.violation.id, **where)

    @property
    def violation(self) -> Any:
        finding = self.office.row(t.violation_finding, warning_id=self.warning_id)
        return self.office.row(t.violation, id=finding.violation_id)

    @property
    def warning(self) -> Any:
        return self.office.row(t.warning, id=self.warning_id)

    # -- the usual ways ---------------------------------------------------------------------------

    def explained(self) -> File:
        self.do("explain", "liaison", explanation="人手不足", explanation_ground="none")
        return self

    def confirmed(self, by: str = "supervisor", **data: Any) -> File:
        if "explain" in self.waiting:
            self.explained()
        self.do("verify", by, outcome="confirmed", reason="属实", **{"same_cause_as": "", **data})
        return self

    def ordered(self, kind: str = "一般督办", recipients: str = "") -> File:
        self.confirmed()
        self.do("draft_order", "supervisor", order_kind=kind, recipients=recipients, demand="整改")
        self.do("approve_order", "head", approved=True, opinion="同意")
        return self

    def carded(self) -> File:
        self.ordered()
        self.issued()
        return self

    def issued(self) -> File:
        """The card of the level that waits to be issued, if any."""
        if "issue_yellow" in self.waiting:
            self.do("issue_yellow", "chief", basis_confirmed=True, opinion="发牌")
        elif "issue_red" in self.waiting:
            self.do("issue_red", "leader", basis_confirmed=True, opinion="发牌")
        return self

    def delivered(self) -> File:
        if not {"sign", "rectify"} & self.waiting:
            self.carded()
        self.do("sign", "liaison", received_by_name="收发室")
        return self

    def appealed(self, body: str = "leader", stay: bool = False) -> File:
        self.do("appeal", "liaison", appeal=True, grounds="系统故障")
        self.do("accept_appeal", "supervisor2", admitted=True, appeal_body=body, stay=stay)
        return self

    def not_appealed(self) -> File:
        self.do("appeal", "liaison", appeal=False)
        return self

    def rectified(self) -> File:
        self.do("rectify", "boss", measures="已办结", evidence="回执")
        return self

    def verified(self, outcome: str = "accepted") -> Outcome:
        return self.do("verify_rectification", "supervisor", rectification_outcome=outcome, verification_reason="经查")
