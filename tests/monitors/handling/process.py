"""A violation process without an engine: warnings, people's steps, and calls of the registered handlers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from engine.calendar import CalendarDay, DayKind, WorkingCalendar
from engine.db import Database
from engine.handlers import Call, CaseView, Handlers
from engine.model import SYSTEM, Actor, Firing, Instance, Step
from monitors import handling
from monitors import tables as t
from monitors.handling.policy import Escalations

CN = ZoneInfo("Asia/Shanghai")
DISTRICT = "370202"
OFFICE = "370202-SPJ"

QINGMING = date(2026, 4, 6)
CALENDAR = WorkingCalendar.of("CN", "Asia/Shanghai", [CalendarDay(QINGMING, DayKind.HOLIDAY, "清明节")])


class Calendars:
    """One calendar for everyone: Monday to Friday without Qingming 2026."""

    def for_case(self, definition: str, district_code: str, connection: Connection | None = None) -> WorkingCalendar:
        return CALENDAR


@dataclass
class Later:
    """What is asked for is kept, to be looked at; last acts are done at once."""

    started: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def start(self, definition: str, *, key: str, **arguments: Any) -> None:
        self.started.append((definition, arguments))

    def deliver(self, instance_id: str, message: str, payload: Mapping[str, Any], *, key: str) -> None:
        raise AssertionError("no message expected")

    def last(self, key: str, act: Callable[[], None]) -> bool:
        act()
        return True


def local(day: str, time: str = "10:00") -> datetime:
    """An instant of Qingdao: ``local("2026-03-11", "09:12")``."""
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=CN)


def raise_warning(database: Database, number: str = "W-2026-000001", **changes: Any) -> str:
    """A warning of 11 March 2026, 00:00: the promised limit of AA-04 is over. Gives its id."""
    due = local("2026-03-11", "00:00")
    values: dict[str, Any] = {
        "district_code": DISTRICT,
        "id": f"w-{number}",
        "number": number,
        "case_id": f"case-{number}",
        "case_no": "37020226031100017",
        "definition": "administrative_approval",
        "definition_version": 1,
        "checkpoint": "AA-04",
        "rule": "AA-04.1",
        "rung": "yellow",
        "occurrence": 1,
        "level": "yellow",
        "dimension": "TIME",
        "department": OFFICE,
        "message": "承诺时限已过",
        "message_en": "The promised limit is over",
        "state": "open",
        "raised_at": due,
        "due": due,
        "happened": due,
        "evidence": {},
        "basis": "行政许可法 42, 82",
        "confidence": "C✓",
        "undetermined": False,
        "missing": [],
    }
    with database.begin() as connection:
        connection.execute(insert(t.warning).values({**values, **changes}))
    return str(values["id"])


@dataclass
class Process:
    """One instance of ``violation_handling``; each act is one transaction, as a command is."""

    database: Database
    warning_id: str
    level: str = "yellow"
    at: datetime = local("2026-03-12")
    data: dict[str, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    handlers: Handlers = field(default_factory=Handlers)
    number: str = "W-2026-000001"
    later: Later = field(default_factory=Later)
    escalations: Escalations = Escalations()

    def __post_init__(self) -> None:
        handling.register(self.handlers, Calendars(), self.escalations)
        self.data |= {"warning_id": self.warning_id, "level": self.level}

    def step(self, element: str, by: str, role: str = "", **data: Any) -> Process:
        """A person completes a step."""
        self.data |= data
        self.steps.append(
            Step(element, None, element, element, "person", 1, self.at, self.at, "completed", by, role or None)
        )
        return self

    def call(self, handler: str, *, firing: Firing | None = None, by: str | None = None, **inputs: Any) -> Any:
        """A service task calls its handler in a transaction of its own; gives the outputs."""
        actor = by or (self.steps[-1].actor if self.steps else None) or SYSTEM.id
        instance = Instance(
            f"vh-{self.warning_id}",
            DISTRICT,
            OFFICE,
            "violation_handling",
            1,
            self.number,
            "open",
            1,
            self.data,
            self.at,
            None,
        )
        view = CaseView(instance, self.data, tuple(self.steps), (), None, self.at)
        with self.database.begin() as connection:
            call = Call(connection, view, f"task_{handler}", inputs, firing, Actor(actor), self.later)
            result = self.handlers.find(handler)(call) or {}
        self.data |= result
        return result

    # -- the usual ways ---------------------------------------------------------------------------

    def confirmed(self) -> Process:
        self.step("explain", "liaison", explanation="人手不足")
        self.call("record_explanation")
        self.step("verify", "supervisor", outcome="confirmed", reason="属实")
        self.call("confirm_violation")
        return self

    def ordered(self) -> Process:
        self.confirmed()
        self.step("draft_order", "supervisor", demand="五日内办结", order_kind="一般督办")
        self.step("approve_order", "head", approved=True, opinion="同意")
        self.call("issue_order")
        return self

    def carded(self, by: str = "chief") -> Process:
        self.ordered()
        role = "leader" if self.level == "red" else "office_head"
        self.step(f"issue_{self.level}", by, role, basis_confirmed=True, opinion="发牌")
        self.call("issue_card", colour=self.level)
        return self

    def appealed(self, **how: str) -> Process:
        self.carded(**how)
        self.step("sign", "liaison")
        self.call("record_receipt")
        self.step("appeal", "liaison", appeal=True, grounds="系统故障")
        self.call("file_appeal")
        return self

    def admitted(self, body: str = "leader", **more: Any) -> Process:
        self.step("accept_appeal", "supervisor", admitted=True, appeal_body=body, **more)
        self.call("admit_appeal")
        return self

    def decided(self, outcome: str, by: str = "leader2") -> Process:
        if self.rows(t.appeal, state="filed"):
            self.admitted()
        self.step("decide_appeal", by, appeal_outcome=outcome, appeal_reason="经查")
        self.call("decide_appeal")
        return self

    def rectified(self, by: str = "boss") -> Process:
        self.step("rectify", by, measures="已办结", evidence=["回执.pdf"])
        self.call("record_rectification")
        return self

    def verified(self, outcome: str, by: str = "supervisor") -> Any:
        self.step("verify_rectification", by, rectification_outcome=outcome)
        return self.call("verify_rectification")

    # -- looking ----------------------------------------------------------------------------------

    def row(self, table: Any, **where: Any) -> Any:
        """The only row of that table that fits."""
        with self.database.read() as connection:
            return connection.execute(select(table).filter_by(**where)).one()

    def rows(self, table: Any, **where: Any) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(select(table).filter_by(**where)))

    def set_warning(self, **values: Any) -> None:
        with self.database.begin() as connection:
            connection.execute(update(t.warning).where(t.warning.c.id == self.warning_id).values(**values))
