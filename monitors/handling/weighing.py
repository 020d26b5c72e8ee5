"""What follows when card and rectification are over, or the rectification is late (B.2, B.4 row 9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select

from engine.handlers import Call
from monitors import documents
from monitors import tables as t
from monitors.documents import Document
from monitors.handling.causes import join, rank
from monitors.handling.given import (
    LEVELS,
    CalendarSource,
    card_of,
    change,
    id_of,
    latest,
    lead_of,
    needed_text,
    one_of,
    order_of,
    person_of,
    today,
    violation_of,
)
from monitors.handling.numbers import document_number
from monitors.handling.telling import remind, tell
from monitors.handling.words import PROPOSAL_TITLES, PROPOSED

__all__ = ["issue_proposal", "mark_late", "weigh_violation"]


def weigh_violation(call: Call) -> Mapping[str, Any]:
    """Close it, go on one level higher, or propose accountability.

    Outputs: ``onward`` close | again | propose, and ``level``. A rectification that failed makes a notice yellow and a
    yellow violation red; what is red already leads to a 监察建议书.
    """
    violation = violation_of(call)
    if violation.state in ("revoked", "exempted"):
        return {"onward": "close", "level": violation.level}
    card, last = card_of(call, violation.id), latest(call, t.rectification, violation.id, "round")
    in_hand = "notice" if card is None else card.colour
    if rank(violation.level) > rank(in_hand):
        return {"onward": "again", "level": violation.level}
    if last is None or last.outcome != "escalated":
        return {"onward": "close", "level": violation.level}
    if violation.level == "red":
        return {"onward": "propose", "level": "red"}
    level = LEVELS[rank(violation.level) + 1]
    change(call, t.violation, violation.id, level=level)
    return {"onward": "again", "level": level}


def mark_late(call: Call) -> Mapping[str, Any]:
    """The rectification is late: the order is overdue, all are told; a yellow violation becomes red (B.2).

    The warning about it joins the violation. Output: ``missed``, whether it was yellow.
    """
    remind(call)
    violation = violation_of(call)
    for warning in _late(call):
        join(call, violation.id, warning, person_of(call))
        change(call, t.warning, warning.id, state="confirmed")
    card = card_of(call, violation.id)
    missed = violation.level == "yellow" and card is not None and card.colour == "yellow"
    if missed:
        change(call, t.violation, violation.id, level="red")
    return {"missed": missed}


def _late(call: Call) -> list[Row[Any]]:
    w, instance = t.warning.c, call.case.instance
    checkpoint = None if call.firing is None else call.firing.checkpoint
    wanted = select(t.warning).where(w.district_code == instance.district_code, w.case_id == instance.id)
    return list(call.connection.execute(wanted.where(w.checkpoint == checkpoint, w.state == "open")))


def issue_proposal(call: Call, calendars: CalendarSource) -> Mapping[str, Any]:
    """The leader proposes what is to change, or who is to answer for it: 监建〔2026〕1号.

    Reads ``proposal_kind`` (proposal, accountability) and ``proposal``. Outputs: ``proposal_no``, ``document_id``.
    """
    violation, day = violation_of(call), today(call, calendars)
    kind, text = one_of(call, "proposal_kind", tuple(PROPOSAL_TITLES)), needed_text(call, "proposal")
    number = document_number(call.connection, "proposal", day.year)
    title, lead = PROPOSAL_TITLES[kind], lead_of(call, violation)
    order, card = order_of(call, violation.id), card_of(call, violation.id)
    body = {
        "violation_no": violation.number,
        "case_no": violation.case_no,
        "department": violation.department,
        "facts": lead.message,
        "facts_en": lead.message_en,
        "basis": lead.basis,
        "order_no": None if order is None else order.number,
        "card_no": None if card is None else card.number,
        "demand": text,
        "issued_by": person_of(call, "draft_proposal"),
    }
    document_id = id_of("document", "proposal", violation.id, number)
    words = (title.zh, title.en)
    documents.write(
        call.connection,
        Document(
            violation.district_code,
            document_id,
            number,
            "proposal",
            violation.id,
            *words,
            body,
            day,
            issued_at=call.case.at,
        ),
    )
    for to in ("dept_head", "liaison"):
        tell(call, "proposal", to, PROPOSED.format(number), PROPOSED.format_en(number), document_id=document_id)
    return {"proposal_no": number, "document_id": document_id}
