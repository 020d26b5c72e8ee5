"""A city in which alerts are raised and told; the ways out are scripted."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from engine.clock import VirtualClock
from engine.db import Database
from monitors import tables as t
from monitors.alerts import raise_alert
from monitors.directory import Directory
from monitors.notify import Contact, Inbox, Message, Outbox, SendFailed, Spreader, load_audiences, put_contact
from monitors.organisation import load_organisation

ZONE = ZoneInfo("Asia/Shanghai")
SOUTH, OFFICE = "370202", "xzsp"
PEOPLE = {
    "head": ("dept_head", OFFICE),
    "chief": ("section_chief", OFFICE),
    "liaison": ("liaison", OFFICE),
    "other": ("liaison", "zjj"),
    "office": ("office_head", "*"),
}


def presets() -> dict[str, Any]:
    return tomllib.loads((files("bpmn") / "supervision" / "presets.toml").read_text(encoding="utf-8"))


@dataclass
class Scripted:
    """A channel that does as it is told: ``fails`` are raised one after the other, then all is taken."""

    name: str
    sent: list[Message] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)

    def send(self, message: Message) -> None:
        if self.fails and (failed := self.fails.pop(0)):
            if isinstance(failed, SendFailed) and failed.unsure:
                self.sent.append(message)
            raise failed
        self.sent.append(message)


@dataclass
class City:
    database: Database
    clock: VirtualClock
    mail: Scripted = field(default_factory=lambda: Scripted("mail"))
    sms: Scripted = field(default_factory=lambda: Scripted("sms"))
    hook: Scripted = field(default_factory=lambda: Scripted("webhook"))
    holders: Sequence[str] = ("li",)
    webhook: str | None = None

    def __post_init__(self) -> None:
        grants = [
            {"id": name, "name": name, "grants": [{"role": role, "district": SOUTH, "department": department}]}
            for name, (role, department) in PEOPLE.items()
        ]
        with self.database.begin() as connection:
            load_organisation(connection, {"person": grants})

    @property
    def spreader(self) -> Spreader:
        return Spreader(
            self.database,
            self.clock,
            Directory(self.clock),
            load_audiences(presets()),
            ZONE,
            lambda case: self.holders,
            frozenset({"mail", "sms"}),
            self.webhook,
        )

    @property
    def outbox(self) -> Outbox:
        channels = {channel.name: channel for channel in (self.mail, self.sms, self.hook)}
        return Outbox(self.database, self.clock, ZONE, channels)

    @property
    def inbox(self) -> Inbox:
        return Inbox(self.database, self.clock)

    def reach(self, person: str, **wishes: Any) -> None:
        with self.database.begin() as connection:
            put_contact(connection, Contact(person, **wishes), now=self.clock.now())

    def warn(self, level: str = "yellow", *, ladder: str = "DEFAULT", identity: str = "w1", **more: Any) -> str:
        """A warning with its alert, as the rules raise it."""
        with self.database.begin() as connection:
            values = warning(identity, level, ladder, self.clock.now(), **more)
            connection.execute(insert(t.warning).values(values))
            self._alert(connection, "warning", level, identity, number=values["number"])
        return identity

    def remind(self, to: str, level: str = "yellow") -> None:
        """An alert of the violation process, for a role."""
        with self.database.begin() as connection:
            self._alert(connection, "reminder", level, None, to=to)

    def _alert(self, connection: Any, kind: str, level: str, warning_id: str | None, **body: Any) -> None:
        words = {"message": "未在期限内决定", "message_en": "Not decided in time", "case_no": "C-1"}
        raise_alert(
            connection,
            kind=kind,
            district_code=SOUTH,
            department=OFFICE,
            level=level,
            warning_id=warning_id,
            body={**words, **body},
            at=self.clock.now(),
        )

    def told(self) -> set[str]:
        """Everybody who has a notice."""
        with self.database.read() as connection:
            return set(connection.execute(select(t.notice.c.person)).scalars())


def warning(identity: str, level: str, ladder: str, at: datetime, **more: Any) -> dict[str, Any]:
    values = {
        "district_code": SOUTH,
        "id": identity,
        "number": f"W-2026-{identity}",
        "case_id": "case",
        "case_no": "C-1",
        "definition": "administrative_approval",
        "definition_version": 1,
        "checkpoint": "AA-04",
        "rule": "AA-04.1",
        "rung": level,
        "occurrence": 1,
        "level": level,
        "dimension": "TIME",
        "department": OFFICE,
        "message": "未在期限内决定",
        "message_en": "Not decided in time",
        "state": "open",
        "raised_at": at,
        "happened": at,
        "evidence": {"rule": {"ladder": ladder}},
        "basis": "",
        "confidence": "P",
        "undetermined": False,
        "missing": [],
    }
    return {**values, **more}
