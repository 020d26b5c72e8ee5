"""One cause in one case is one violation, at the highest level that was confirmed for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, select

from engine.errors import InvalidData
from engine.handlers import Call
from monitors import tables as t
from monitors.handling.given import LEVELS, change, text_of

_GONE = ("revoked", "exempted")


def same_cause(call: Call, warning: Row[Any]) -> Row[Any] | None:
    """The violation of the same cause, if there is one: of the same checkpoint, dimension, step and passage of the
    same case, or the one of that case that the supervisor named in ``same_cause_as``.

    One that was revoked or exempted is none. Raises InvalidData for a number that is none of the case's.
    """
    named = text_of(call, "same_cause_as")
    v = t.violation.c
    about = (v.district_code == warning.district_code, v.case_id == warning.case_id, v.state.not_in(_GONE))
    if named:
        row = call.connection.execute(select(t.violation).where(*about, v.number == named)).first()
        if row is None:
            raise InvalidData(
                f"expected a violation of case {warning.case_no} in same_cause_as, found {named}", field="same_cause_as"
            )
        return row
    place = _place(warning.evidence)
    if place is None:
        return None
    f, w = t.violation_finding.c, t.warning.c
    others = (
        select(t.warning, f.violation_id)
        .join(t.violation_finding, (f.district_code == w.district_code) & (f.warning_id == w.id))
        .where(w.district_code == warning.district_code, w.case_id == warning.case_id)
        .where(w.checkpoint == warning.checkpoint, w.dimension == warning.dimension)
        .where(w.occurrence == warning.occurrence)
    )
    found = [row.violation_id for row in call.connection.execute(others) if _place(row.evidence) == place]
    wanted = select(t.violation).where(*about, v.id.in_(found)).order_by(v.confirmed_at.desc())
    return call.connection.execute(wanted).first()


def join(call: Call, violation_id: str, warning: Row[Any], by: str) -> None:
    """Keep that the violation was confirmed from this warning, too."""
    call.connection.execute(
        insert(t.violation_finding).values(
            district_code=warning.district_code,
            warning_id=warning.id,
            violation_id=violation_id,
            joined_at=call.case.at,
            joined_by=by,
        )
    )


def raise_to(call: Call, violation: Row[Any], warning: Row[Any]) -> bool:
    """Let the violation be led by a warning of a higher level; tells whether it is higher."""
    if rank(warning.level) <= rank(violation.level):
        return False
    change(
        call,
        t.violation,
        violation.id,
        level=warning.level,
        warning_id=warning.id,
        checkpoint=warning.checkpoint,
        rule=warning.rule,
        dimension=warning.dimension,
        fact_at=fact_of(warning),
    )
    return True


def fact_of(warning: Row[Any]) -> Any:
    """When the fact was: the first instant of the breach, or the act that broke the rule; never the discovery."""
    return warning.due or warning.happened


def rank(level: str) -> int:
    """notice 0, yellow 1, red 2."""
    return LEVELS.index(level)


def _place(evidence: Any) -> Any:
    """The step that the checkpoint hangs on; None for what no checkpoint of a diagram found."""
    firing = evidence.get("firing")
    return None if not firing else firing.get("host")
