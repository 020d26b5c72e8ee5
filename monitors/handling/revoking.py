"""Revocation (撤销, B.4 row 11): the record stays with ``state=revoked`` and counts 0, at any time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from engine.errors import Conflict, NotAllowed, NotFound
from engine.handlers import Call
from monitors import tables as t
from monitors.handling.given import given, must_differ, needed_text, person_of
from monitors.handling.revocation import revoke

_OVER = ("closed", "revoked", "exempted")


def end_warnings(connection: Connection, violation: Row[Any], at: datetime) -> None:
    """The warnings of a violation that was revoked are over."""
    w, f = t.warning.c, t.violation_finding.c
    mine = select(f.warning_id).where(f.district_code == violation.district_code, f.violation_id == violation.id)
    where = (w.district_code == violation.district_code, w.id.in_(mine))
    connection.execute(update(t.warning).where(*where).values(closed_at=at))


def revoke_violation(call: Call) -> Mapping[str, Any]:
    """A leader revokes a violation on the proposal of another: wrong data, or the decision of a superior.

    Reads ``violation_id``, ``revoked`` (true to revoke it) and ``revocation_reason``. Outputs: ``handling_open``
    (its process still runs and is to be told) and ``handling_no``, that process's number. Raises NotAllowed when
    whoever issued the card, approved the order or proposed this decides, Conflict when it is revoked already.
    """
    violation = _violation(call)
    if given(call, "revoked") is not True:
        return {"handling_open": False, "handling_no": ""}
    needed_text(call, "revocation_reason")
    if violation.state in ("revoked", "exempted"):
        raise Conflict(
            f"expected violation {violation.number} to count, found it {violation.state}", violation=violation.id
        )
    decider = person_of(call, "decide_revocation")
    must_differ("proposing and deciding a revocation", "B.4 row 11", person_of(call, "propose_revocation"), decider)
    for issuer in _issuers(call, violation):
        if issuer == decider:
            raise NotAllowed(
                f"expected somebody other than the issuer to revoke {violation.number}, found {decider} (B.5)",
                person=decider,
            )
    running = violation.state not in _OVER
    revoke(call.connection, violation, call.case.at)
    end_warnings(call.connection, violation, call.case.at)
    return {"handling_open": running, "handling_no": _number(call, violation)}


def _violation(call: Call) -> Row[Any]:
    v, wanted = t.violation.c, given(call, "violation_id")
    where = (v.district_code == call.case.instance.district_code, v.id == wanted)
    row = call.connection.execute(select(t.violation).where(*where)).first()
    if row is None:
        raise NotFound(f"expected a violation {wanted}, found none", violation=str(wanted))
    return row


def _issuers(call: Call, violation: Row[Any]) -> set[str]:
    c, o = t.card.c, t.supervision_order.c
    cards = select(c.issued_by).where(c.district_code == violation.district_code, c.violation_id == violation.id)
    orders = select(o.approved_by).where(o.district_code == violation.district_code, o.violation_id == violation.id)
    found = set(call.connection.execute(cards).scalars())
    return found or set(call.connection.execute(orders).scalars())


def _number(call: Call, violation: Row[Any]) -> str:
    w = t.warning.c
    wanted = select(w.number).where(
        w.district_code == violation.district_code, w.violation_instance == violation.instance_id
    )
    return str(call.connection.execute(wanted).scalars().first() or "")
