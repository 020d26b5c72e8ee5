"""Record and show: findings become warnings, each once per case, rule, rung and occurrence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, tuple_

from engine import Prepared
from engine.errors import NotFound
from engine.handlers import Later
from monitors import tables as t
from monitors.alerts import raise_alert
from monitors.checkpoints import Supervision
from monitors.editions import keep_edition
from monitors.evaluate import Finding
from monitors.evidence import evidence
from monitors.facts import Facts
from monitors.hashing import sha256
from monitors.model import Warning
from monitors.notify.evidence import early_notices
from monitors.observations import observe
from monitors.organisation import DEPARTMENT_ROLES
from monitors.scope import EVERYWHERE, Scope
from monitors.storing import insert_once, next_number
from monitors.waivers import covering

VIOLATION_PROCESS = "violation_handling"
OWN_DEADLINE_PROCESS = "own_deadline"
# The department of a warning about the supervision organ's own deadlines: no department's people see it.
ORGAN_ITSELF = "supervision"
ESCALATION = "ESC"  # the checkpoint of what was raised by counting
_KNOWN = Prepared(
    select(t.warning.c.id).where(t.warning.c.district_code == bindparam("district"), t.warning.c.id == bindparam("id"))
)


def warning_id(case_id: str, host: str, rule: str, rung: str, occurrence: int) -> str:
    """The same finding has the same id, whoever computes it and however often.

    One rule may hang on several steps: ``host`` is the one it was broken on.
    """
    return sha256(case_id, host, rule, rung, occurrence)


def record(
    connection: Connection,
    findings: Iterable[Finding],
    facts: Facts,
    supervision: Supervision,
    later: Later,
) -> tuple[str, ...]:
    """Write what is new with its evidence and an alert, and ask for its violation process.

    Gives the ids of the warnings that were not there before. An undetermined finding is a notice of
    the DATA dimension and starts no process; nor does one that is waived. A warning about a deadline of the violation
    process itself goes to the head of the supervision office where the organ is late; where the department is, its
    process knows what follows. What a rule on trial finds is observed, and is no warning.
    """
    raised = []
    for finding in findings:
        row = row_of(finding, facts, supervision)
        if finding.rule.dry_run:
            observe(connection, row)
            continue
        if _known(connection, row):
            continue
        keep_edition(connection, facts.calendar)
        # Numbers and alerts are given in turn, and the turn is kept until the transaction ends: so it is taken last.
        if later.last(row["id"], partial(_write, connection, row, facts, later)):
            raised.append(row["id"])
    return tuple(raised)


def _write(connection: Connection, row: dict[str, Any], facts: Facts, later: Later) -> None:
    row["evidence"]["early_notices"] = early_notices(connection, row)
    enter(connection, row, facts.now.astimezone(facts.calendar.tz).year, facts.clock or facts.now, later)


def enter(connection: Connection, row: dict[str, Any], year: int, clock: datetime, later: Later) -> None:
    """Number and write a warning that is not there yet, tell the pages, and ask for the process that handles it."""
    row |= {"number": next_number(connection, "W", year), "overdue": _overdue(row)}
    waived = covering(connection, row)
    if waived is not None:
        row |= {"state": "waived", "closed_at": clock, "outcome_reason": waived}
    if not insert_once(connection, t.warning, row) or waived is not None:
        return
    _alert(connection, row, clock)
    if row["undetermined"]:
        return
    if row["department"] == ORGAN_ITSELF:
        _start_process(later, OWN_DEADLINE_PROCESS, row, late_role=_late_role(row["evidence"]))
    elif row["definition"] != VIOLATION_PROCESS or row["checkpoint"] == ESCALATION:
        _start_process(later, VIOLATION_PROCESS, row)


def _overdue(row: Mapping[str, Any]) -> bool:
    """Whether the rung is one that is true only when its limit has been broken."""
    deadline = row["evidence"].get("deadline")
    return deadline is not None and row["due"] is not None and row["due"] > datetime.fromisoformat(deadline)


def get(connection: Connection, identity: str) -> Warning:
    """A warning by id or by number; raises NotFound."""
    column = t.warning.c.number if "-" in identity else t.warning.c.id
    row = connection.execute(select(t.warning).where(column == identity)).one_or_none()
    if row is None:
        raise NotFound(f"expected a warning {identity}, found none", warning=identity)
    return _warning(row)


def find(
    connection: Connection,
    scope: Scope = EVERYWHERE,
    *,
    states: Sequence[str] = (),
    levels: Sequence[str] = (),
    dimensions: Sequence[str] = (),
    rules: Sequence[str] = (),
    held_by: Sequence[str] = (),
    free: bool = False,
    district_code: str | None = None,
    department: str | None = None,
    case_id: str | None = None,
    checkpoint: str | None = None,
    undetermined: bool | None = None,
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> tuple[Warning, ...]:
    """The warnings that the scope covers, newest first; empty filters take all. ``free`` are those that nobody holds.

    ``before`` is ``(raised_at, id)`` of the last one of the page above.
    """
    c = t.warning.c
    statement = select(t.warning).where(scope.where(c.district_code, c.department))
    for column, wanted in (
        (c.state, states),
        (c.level, levels),
        (c.dimension, dimensions),
        (c.rule, rules),
        (c.held_by, held_by),
    ):
        if wanted:
            statement = statement.where(column.in_(wanted))
    for single, value in (
        (c.district_code, district_code),
        (c.department, department),
        (c.case_id, case_id),
        (c.checkpoint, checkpoint),
        (c.undetermined, undetermined),
    ):
        if value is not None:
            statement = statement.where(single == value)
    if free:
        statement = statement.where(c.held_by.is_(None))
    if before is not None:
        statement = statement.where(tuple_(c.raised_at, c.id) < tuple_(*before))
    statement = statement.order_by(c.raised_at.desc(), c.id.desc()).limit(limit)
    return tuple(_warning(row) for row in connection.execute(statement))


def counts(connection: Connection, scope: Scope = EVERYWHERE) -> dict[tuple[str, str], int]:
    """How many warnings the scope covers, by (level, state)."""
    c = t.warning.c
    statement = (
        select(c.level, c.state, func.count())
        .where(scope.where(c.district_code, c.department))
        .group_by(c.level, c.state)
    )
    return {(level, state): number for level, state, number in connection.execute(statement)}


def _known(connection: Connection, row: dict[str, Any]) -> bool:
    return _KNOWN.one(connection, {"district": row["district_code"], "id": row["id"]}) is not None


def row_of(finding: Finding, facts: Facts, supervision: Supervision) -> dict[str, Any]:
    """The row of a new warning of that finding, without its number."""
    rule, instance = finding.rule, facts.case.instance
    message, message_en = _messages(finding)
    return {
        "district_code": instance.district_code,
        "id": _id(finding, facts),
        "case_id": instance.id,
        "case_no": instance.business_key,
        "definition": instance.definition,
        "definition_version": instance.version,
        "checkpoint": rule.checkpoint,
        "rule": rule.id,
        "rung": finding.rung,
        "occurrence": facts.occurrence,
        "level": finding.level,
        "dimension": "DATA" if finding.undetermined else rule.dimension,
        "department": _department(facts),
        "message": message,
        "message_en": message_en,
        "state": "open",
        "raised_at": facts.now,
        "due": finding.due,
        "happened": facts.happened,
        "evidence": evidence(finding, facts, supervision),
        "basis": rule.basis,
        "confidence": rule.confidence,
        "undetermined": finding.undetermined,
        "missing": list(finding.verdict.missing),
        "violation_instance": None,
        "closed_at": None,
        "outcome_reason": None,
    }


def _department(facts: Facts) -> str:
    """Whose deadline it was: of a step of the violation process that the organ does, the organ's own."""
    instance, step = facts.case.instance, facts.host_step
    if instance.definition != VIOLATION_PROCESS or (step is not None and step.role in DEPARTMENT_ROLES):
        return instance.scope
    return ORGAN_ITSELF


def _late_role(evidence: Mapping[str, Any]) -> str:
    """The role in whose hands the step was that came too late; of a group of steps, the last that was entered."""
    passages, host = evidence.get("held") or (), (evidence.get("firing") or {}).get("host")
    late = [one for one in passages if one["element"] == host] or list(passages)
    return str(late[-1]["role"] or "supervisor") if late else "supervisor"


def _id(finding: Finding, facts: Facts) -> str:
    rule, case_id = finding.rule, facts.case.instance.id
    if rule.preset.once_per_case:
        return warning_id(case_id, "", rule.id, finding.level, 0)
    return warning_id(case_id, facts.host or "", rule.id, finding.rung, facts.occurrence)


def _messages(finding: Finding) -> tuple[str, str]:
    rule, verdict = finding.rule, finding.verdict
    if not finding.undetermined:
        return rule.message, rule.message_en
    if verdict.missing:
        fields = "、".join(verdict.missing), ", ".join(verdict.missing)
        return (
            f"监察规则 {rule.id} 无法判定：缺少字段 {fields[0]}",
            f"Rule {rule.id} is undetermined: field {fields[1]} missing",
        )
    return (
        f"监察规则 {rule.id} 无法判定：{verdict.note}",
        f"Rule {rule.id} is undetermined: {verdict.note or 'it yields null'}",
    )


def _alert(connection: Connection, row: dict[str, Any], clock: datetime) -> None:
    names = ("number", "case_no", "checkpoint", "rule", "rung", "message", "message_en", "undetermined")
    raise_alert(
        connection,
        kind="warning",
        district_code=row["district_code"],
        department=row["department"],
        level=row["level"],
        warning_id=row["id"],
        body={name: row[name] for name in names},
        at=clock,
    )


def _start_process(later: Later, process: str, row: dict[str, Any], **more: Any) -> None:
    names = (
        "level",
        "checkpoint",
        "rule",
        "dimension",
        "message",
        "message_en",
        "case_id",
        "case_no",
        "department",
    )
    later.start(
        process,
        key=row["id"],
        business_key=row["number"],
        district_code=row["district_code"],
        scope=row["department"],
        parent_id=row["case_id"],
        data={
            "warning_id": row["id"],
            "warning_no": row["number"],
            **{name: row[name] for name in names},
            "district": row["district_code"],
            **more,
        },
    )


def _warning(row: Row) -> Warning:
    return Warning(**{**row._mapping, "missing": tuple(row.missing)})
