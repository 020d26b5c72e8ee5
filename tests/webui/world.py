"""Things of each place for the authorization tests: a case, its step, a warning, a violation, a score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from engine import Actor, Database
from engine.tables import incident
from monitors import tables as t
from monitors.storing import insert_new
from webui.wiring import Application

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
XML = (
    b'<?xml version="1.0"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    b'xmlns:jc="urn:jiancha:bpmn:1" targetNamespace="urn:test"><bpmn:process id="%(id)b" name="%(id)b" '
    b'isExecutable="true"><bpmn:extensionElements><jc:process system="AA" kind="executable" titleEn="t"/>'
    b"</bpmn:extensionElements>"
    b'<bpmn:startEvent id="begin"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>'
    b'<bpmn:userTask id="work" name="%(id)b" jc:nameEn="Work"><bpmn:extensionElements><jc:step code="1" role="%(role)b"/>'
    b"</bpmn:extensionElements><bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>"
    b'<bpmn:endEvent id="finish"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>'
    b'<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="work"/>'
    b'<bpmn:sequenceFlow id="f2" sourceRef="work" targetRef="finish"/></bpmn:process></bpmn:definitions>'
)


@dataclass(frozen=True, slots=True)
class Place:
    """One department and what is there."""

    district: str
    department: str
    case: str
    task: str
    warning: str
    violation: str
    document: str
    incident: str
    waiver: str
    recall: str
    request: str
    file: str


def one_step_model(name: str, role: str) -> bytes:
    """A diagram of one step that the role does."""
    return XML % {b"id": name.encode(), b"role": role.encode()}


def furnish(app: Application, name: str, district: str, department: str, role: str = "clerk") -> Place:
    """A case with one open step of that role, and a warning with its violation, in one place."""
    model = app.runtime.deploy(one_step_model(f"one_step_{role}", role), by="test")
    outcome = app.runtime.start(
        model.name,
        business_key=f"C-{name}-{role}",
        district_code=district,
        scope=department,
        data={},
        actor=Actor("system"),
        key=f"start:{name}:{role}",
    )
    case = outcome.instance_id
    with app.database.begin() as connection:
        connection.execute(insert(t.warning).values(_warning(name, district, department, case)))
        connection.execute(insert(t.violation).values(_violation(name, district, department, case)))
        connection.execute(insert(t.document).values(_document(name, district)))
        connection.execute(insert(t.evidence_file).values(_file(name, district, case)))
        connection.execute(insert(incident).values(_incident(name, district, department, case)))
        connection.execute(insert(t.score).values(_score(district, department)))
        connection.execute(insert(t.waiver).values(_waiver(name, district, department)))
        connection.execute(insert(t.recall).values(_recall(name, district)))
        connection.execute(insert(t.clock_request).values(_request(name, district, department, case)))
    things = (f"{letter}{name}" for letter in ("w", "v", "d", "i", "x", "r", "r", "f"))
    return Place(district, department, case, outcome.tasks[0], *things)


def dead_letter(identity: str) -> dict[str, Any]:
    """A message that was given up."""
    return {
        "id": identity,
        "channel": "mail",
        "state": "dead",
        "address": "wang@example.org",
        "person": "wang",
        "language": "en",
        "digest": False,
        "created_at": AT,
        "run_after": AT,
        "attempts": 8,
        "doubts": 1,
        "error": "no such address",
    }


def _warning(name: str, district: str, department: str, case: str) -> dict[str, Any]:
    texts = {"checkpoint": "AA-04", "rule": "AA-04.1", "rung": "yellow", "level": "yellow", "dimension": "TIME"}
    return {
        **texts,
        "district_code": district,
        "id": f"w{name}",
        "number": f"W-2026-{name}",
        "case_id": case,
        "case_no": f"C-{name}",
        "definition": "one_step_clerk",
        "definition_version": 1,
        "occurrence": 1,
        "department": department,
        "message": "超时",
        "message_en": f"late at {name}",
        "state": "open",
        "raised_at": AT,
        "due": AT,
        "happened": AT,
        "evidence": {},
        "basis": "行政许可法 42",
        "confidence": "C✓/P",
        "undetermined": False,
        "missing": [],
    }


def _violation(name: str, district: str, department: str, case: str) -> dict[str, Any]:
    texts = {"checkpoint": "AA-04", "rule": "AA-04.1", "level": "yellow", "dimension": "TIME", "state": "ordered"}
    return {
        **texts,
        "district_code": district,
        "id": f"v{name}",
        "number": f"V-2026-{name}",
        "warning_id": f"w{name}",
        "case_id": case,
        "department": department,
        "instance_id": f"none-{name}",
        "case_no": f"C-{name}",
        "fact_at": AT,
        "confirmed_at": AT,
        "confirmed_by": "supervisor_south",
        "reason": "clear",
    }


def _file(name: str, district: str, case: str) -> dict[str, Any]:
    texts = {"task_id": "", "element": "rectify", "uploaded_by": "boss", "name": "回执.pdf", "sha256": "0" * 64}
    return {
        **texts,
        "district_code": district,
        "id": f"f{name}",
        "instance_id": case,
        "media_type": "application/pdf",
        "size": 5,
        "content": b"%PDF-",
        "uploaded_at": AT,
    }


def _incident(name: str, district: str, department: str, case: str) -> dict[str, Any]:
    texts = {"origin": "person", "kind": "complete", "subject": name, "code": "evaluation_failed", "state": "parked"}
    return {
        **texts,
        "id": f"i{name}",
        "district_code": district,
        "scope": department,
        "instance_id": case,
        "cause": f"no amount at {name}",
        "facts": {},
        "attempts": 1,
        "acts": [],
        "created_at": AT,
        "last_at": AT,
    }


def _request(name: str, district: str, department: str, case: str) -> dict[str, Any]:
    """One that was decided: deciding it again is let in, and a conflict."""
    return {
        "district_code": district,
        "id": f"r{name}",
        "case_id": case,
        "case_no": f"C-{name}",
        "department": department,
        "act": "suspend",
        "arguments": {"kind": "hearing", "own_limit": 5, "notice": "7", "reason": f"asked at {name}"},
        "state": "granted",
        "asked_by": "nobody",
        "asked_at": AT,
    }


def _document(name: str, district: str) -> dict[str, Any]:
    return {
        "district_code": district,
        "id": f"d{name}",
        "number": f"督办〔2026〕{name}号",
        "kind": "order",
        "related": f"v{name}",
        "title": "督办单",
        "title_en": "Supervision order",
        "body": {"demand": "rectify"},
        "dated": date(2026, 3, 10),
        "about": "violation",
        "issuer": "organ",
        "deemed": False,
    }


def _waiver(name: str, district: str, department: str) -> dict[str, Any]:
    told = {"rule": "AA-04.1", "department": department, "number": f"WV-2026-{name}"}
    return {"district_code": district, "id": f"x{name}", **told, **_proposed()}


def _recall(name: str, district: str) -> dict[str, Any]:
    what = {"definition": "one_step_clerk", "rule": "AA-04.1"}
    told = {"cause": "rule", "what": what, "number": f"RC-2026-{name}"}
    return {"district_code": district, "id": f"r{name}", **told, **_proposed()}


def _proposed() -> dict[str, Any]:
    period = {"since": AT, "until": datetime(2027, 1, 1, tzinfo=UTC)}
    return {**period, "reason": "why", "state": "proposed", "proposed_by": "somebody", "proposed_at": AT}


def proposals(database: Database) -> dict[str, str]:
    """An objection, points and a version of a sheet of the south that wait for a second person; their ids."""
    waits = {
        "district_code": "370202",
        "state": "proposed",
        "reason": "x",
        "proposed_by": "somebody",
        "proposed_at": AT,
    }
    about = {"department": "approval", "period": "2026", "sheet": "DEFAULT", "points": Decimal(1)}
    line = {"version": 1, "indicator": "flow", "line_period": "2026"}
    drawn = {"code": "S", "version": 1, "valid_from": AT.date(), "body": {}}
    rows = {
        "objection": (t.score_objection, about | line),
        "mark": (t.score_mark, about | {"item": "bonus", "evidence": "x"}),
        "proposal": (t.sheet_proposal, drawn),
    }
    with database.begin() as connection:
        for name, (table, values) in rows.items():
            insert_new(connection, table, [waits | values | {"id": f"{name}-waits", "number": f"{name}-1"}])
    return {name: f"{name}-waits" for name in rows}


def _score(district: str, department: str) -> dict[str, Any]:
    body = {
        "grade": "优秀",
        "grade_en": "Excellent",
        "indicators": [],
        "weights": 50,
        "deducted": 0,
        "bonus": 0,
        "parts": [],
    }
    rest = {"capped": False, "red_cards": 0, "factor": 1, "discipline": 0, "deductions": []}
    return {
        "district_code": district,
        "department": department,
        "period": "2026",
        "sheet": "DEFAULT",
        "version": 1,
        "points": Decimal(50),
        "total": Decimal(97),
        "grade": "优秀",
        "computed_at": AT,
        "body": body | rest,
    }
