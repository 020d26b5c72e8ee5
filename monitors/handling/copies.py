"""Copies of an order (B.4, 督办 kinds): a joint order goes to further departments, a forwarded one to the district's
supervision organ with copy-back. Each copy is a process of its own, ``order_copy``, supervised by DL-01."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row, func, insert, select

from engine.errors import Conflict, InvalidData
from engine.handlers import Call
from monitors import tables as t
from monitors.handling.files import with_files
from monitors.handling.given import change, given, id_of, needed_text, person_of
from monitors.warnings import ORGAN_ITSELF

COPY_PROCESS = "order_copy"
SENT_AS = {"联合督办": "joint", "转办": "forwarded"}


def recipients(call: Call, kind: str, department: str) -> list[str]:
    """The departments that get a copy: those named in ``recipients`` of a joint order; a forwarded one goes to the
    district's organ. Raises InvalidData where a joint order names nobody else, or another kind names somebody."""
    named = [one for one in _names(given(call, "recipients")) if one != department]
    if kind == "转办":
        return [ORGAN_ITSELF]
    if kind == "联合督办" and not named:
        raise InvalidData("expected a further department of a joint order, found none", field="recipients")
    if kind != "联合督办" and named:
        raise InvalidData(f"expected no further department of {kind}, found {named}", field="recipients")
    return named


def send(call: Call, order: Mapping[str, Any], departments: list[str]) -> None:
    """Write a copy for each and ask for its process."""
    for department in departments:
        copy_id = id_of("copy", order["id"], department)
        kind = SENT_AS[order["kind"]]
        call.connection.execute(
            insert(t.order_copy).values(
                district_code=order["district_code"],
                id=copy_id,
                order_id=order["id"],
                violation_id=order["violation_id"],
                department=department,
                kind=kind,
                sent_at=call.case.at,
                deadline=order["deadline"],
            )
        )
        call.later.start(
            COPY_PROCESS,
            key=copy_id,
            business_key=f"{order['number']}-{department}",
            district_code=order["district_code"],
            scope=department,
            parent_id=call.case.instance.id,
            data={
                "copy_id": copy_id,
                "copy_kind": kind,
                "order_no": order["number"],
                "copy_deadline": order["deadline"].isoformat(),
                "facts": order["facts"],
                "facts_en": order["facts_en"],
                "demand": order["demand"],
            },
        )


def sign_copy(call: Call) -> Mapping[str, Any]:
    """Somebody of the department, or of the district's organ, has it now."""
    change(
        call,
        t.order_copy,
        _copy(call).id,
        signed_by=person_of(call, "sign_copy", "sign_forwarded"),
        signed_at=call.case.at,
    )
    return {}


def answer_copy(call: Call) -> Mapping[str, Any]:
    """The answer goes back to whoever sent the copy: ``answer``, with the files added."""
    values = {"answer": needed_text(call, "answer"), "answered_at": call.case.at}
    by = person_of(call, "answer_copy", "answer_forwarded")
    step = "answer_forwarded" if given(call, "copy_kind") == "forwarded" else "answer_copy"
    change(call, t.order_copy, _copy(call).id, answered_by=by, files=with_files(call, step, []), **values)
    return {}


def expect_answers(call: Call, violation: Row[Any]) -> None:
    """Raises Conflict while a copy of the violation's orders has no answer: all must have rectified."""
    c = t.order_copy.c
    wanted = select(func.count()).where(
        c.district_code == violation.district_code, c.violation_id == violation.id, c.answered_at.is_(None)
    )
    waiting = int(call.connection.execute(wanted).scalar_one())
    if waiting:
        raise Conflict(
            f"expected all copies of the order of {violation.number} to be answered, found {waiting} open",
            violation=violation.id,
        )


def extend_copies(call: Call, violation: Row[Any], deadline: date) -> None:
    """Copies that wait for an answer have until then, too."""
    c = t.order_copy.c
    call.connection.execute(
        t.order_copy.update()
        .where(c.district_code == violation.district_code, c.violation_id == violation.id, c.answered_at.is_(None))
        .values(deadline=deadline)
    )


def _copy(call: Call) -> Row[Any]:
    c = t.order_copy.c
    wanted = select(t.order_copy).where(
        c.district_code == call.case.instance.district_code, c.id == given(call, "copy_id")
    )
    return call.connection.execute(wanted).one()


def _names(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else str(value or "").replace("，", ",").replace("、", ",").split(",")
    return list(dict.fromkeys(str(part).strip() for part in parts if str(part).strip()))
