"""A town in the real engine: one approval process, its violation process, and everybody who works on warnings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine import Actor, Database, Handlers, Runtime, Task
from engine.clock import VirtualClock
from monitors import handling, warnings
from monitors.calendars import Calendars, seed
from monitors.checkpoints import Checkpoints
from monitors.claims import Claims
from monitors.directory import Directory
from monitors.model import Warning
from monitors.organisation import load_organisation
from monitors.presets import Presets, load_presets
from monitors.recalls import Recalls
from monitors.wiring import register
from tests.engine import drawing as d
from tests.monitors.cases import at

SUPERVISION = Path(__file__).resolve().parents[2] / "bpmn" / "supervision"
VIOLATION = SUPERVISION / "violation_handling" / "violation_handling.bpmn"
SHIPPED: Presets = load_presets(SUPERVISION / "presets.toml")
DISTRICT, OFFICE = "370202", "xzsp"


def _person(name: str, role: str, department: str = "*", district: str = DISTRICT) -> dict[str, Any]:
    return {"id": name, "name": name, "grants": [{"role": role, "district": district, "department": department}]}


ORGANISATION = {
    "district": [{"code": DISTRICT, "name": "市南区"}, {"code": "370203", "name": "市北区"}],
    "department": [{"district": DISTRICT, "code": OFFICE, "name": "行政审批局"}],
    "person": [
        _person("clerk", "clerk", OFFICE),
        _person("liaison", "liaison", OFFICE),
        _person("boss", "dept_head", OFFICE),
        *(_person(name, "supervisor") for name in ("wang", "sun", "qian")),
        _person("north", "supervisor", district="370203"),
        _person("chief", "office_head"),
        *(_person(name, "leader") for name in ("leader", "leader2")),
    ],
}
LIMIT = d.checkpoint("AA-04", amount="item.promised_wd", statutory="item.statutory_wd", unit='"working_day"').replace(
    'level="yellow"', 'ladder="DEFAULT"'
)
REASON = d.checkpoint("AA-18", "expression", must='decision != "denied" or reason_text != ""').replace(
    'dimension="TIME"', 'dimension="COND"'
)


def approval(checkpoints: str = LIMIT + REASON) -> bytes:
    """Review within the limit, then a decision that gives its reasons."""
    return d.model(
        d.start(),
        d.step("review"),
        d.step("decide"),
        d.end(),
        d.chain("s", "review", "decide", "e"),
        d.timer("limit", "review", "checkpoint", ref="AA-04"),
        d.data_checkpoint("reason", "decide", ref="AA-18"),
        d.rule_check(),
        d.flow("limit", "rc"),
        d.flow("reason", "rc"),
        name="approval",
        checkpoints=checkpoints,
    )


@dataclass
class Town:
    """``cases`` counts those begun; every act is an hour after the one before unless the clock is moved."""

    database: Database
    clock: VirtualClock
    presets: Presets = field(default_factory=lambda: SHIPPED)
    cases: int = 0
    acts: int = 0

    def __post_init__(self) -> None:
        self.clock.move_to(at("2026-09-28 09:12"))
        with self.database.begin() as c:
            seed(c)
            load_organisation(c, ORGANISATION)
        self.calendars, self.directory = Calendars(self.database), Directory(self.clock)
        handlers = Handlers()
        self.runtime = Runtime(self.database, self.clock, handlers)
        self.checkpoints = Checkpoints(self.runtime.query.definition, self.runtime.query.diagram, self.presets)
        register(
            handlers,
            checkpoints=self.checkpoints,
            calendars=self.calendars,
            directory=self.directory,
            clock=self.clock,
        )
        handling.register(handlers, self.calendars)
        self.claims = Claims(self.directory)
        self.recalls = Recalls(self.calendars, self.runtime.query)
        for model in sorted(SUPERVISION.glob("*/*.bpmn")):
            self.runtime.deploy(model.read_bytes(), by="publisher")

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def draw(self, xml: bytes | None = None) -> Town:
        self.runtime.deploy(xml or approval(), by="designer")
        return self

    def begin(self, **data: Any) -> str:
        """A case; its limits are 8 and 20 working days unless ``item`` says otherwise."""
        self.cases += 1
        given = {"item": {"promised_wd": 8, "statutory_wd": 20}, **data}
        return self.runtime.start(
            "approval",
            business_key=f"C-{self.cases:03d}",
            district_code=DISTRICT,
            scope=OFFICE,
            data=given,
            actor=Actor("clerk"),
            key=f"start-{self.cases}",
        ).instance_id

    def do(self, instance_id: str, element: str, by: str, **data: Any) -> None:
        """A person does a step of a case or of a violation process."""
        self.acts += 1
        task = self.task(instance_id, element)
        self.runtime.complete(task.id, data=data, actor=Actor(by), key=f"act-{self.acts}")

    def task(self, instance_id: str, element: str) -> Task:
        return next(one for one in self.runtime.query.tasks(instance_id=instance_id) if one.element == element)

    def tick(self, until: str | None = None) -> None:
        if until is not None:
            self.clock.move_to(at(until))
        while self.runtime.tick():
            pass

    def faulty(self, **data: Any) -> Warning:
        """A case denied without a reason: one yellow warning, its violation process begun."""
        case = self.begin()
        self.do(case, "review", "clerk")
        self.do(case, "decide", "clerk", **{"decision": "denied", "reason_text": "", **data})
        self.tick()
        return self.warnings(case)[0]

    def warnings(self, case_id: str | None = None) -> list[Warning]:
        with self.database.read() as c:
            return sorted(warnings.find(c, case_id=case_id, limit=1000), key=lambda one: one.number)

    def warning(self, warning_id: str) -> Warning:
        with self.database.read() as c:
            return warnings.get(c, warning_id)

    def process(self, warning: Warning) -> str:
        """The instance that handles it."""
        found = self.runtime.query.instances(definition="violation_handling", business_key=warning.number)
        return found[0].id

    def confirm(self, warning: Warning, by: str = "wang") -> None:
        """Explained by the liaison, confirmed by a supervisor."""
        process = self.process(warning)
        self.do(process, "explain", "liaison", explanation="人手不足", explanation_ground="none")
        self.do(process, "verify", by, outcome="confirmed", reason="属实")

    def card(self, warning: Warning) -> None:
        """From the open warning to the yellow card."""
        self.confirm(warning)
        process = self.process(warning)
        self.do(process, "draft_order", "wang", order_kind="一般督办", demand="整改")
        self.do(process, "approve_order", "chief", approved=True, opinion="同意")
        knowingly = {"cites_unverified": True, "basis_reason": "本市办法"}
        self.do(process, "issue_yellow", "chief", basis_confirmed=True, opinion="发牌", **knowingly)

    def rows(self, table: Any) -> list[Any]:
        with self.database.read() as c:
            return list(c.execute(select(table)))
