"""The papers of the violation process beside order, card and proposal: the decision on an appeal, and how each was served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from engine.handlers import Call
from monitors import documents
from monitors.documents import KINDS, Document, Service, document_id
from monitors.handling.given import CalendarSource, today, warning_of
from monitors.handling.numbers import document_number


def appeal_decision(
    call: Call, calendars: CalendarSource, violation: Row[Any], appeal: Row[Any], **decided: Any
) -> str:
    """The decision on an appeal (申诉裁定书); ``decided`` are its lines. Gives the document's id."""
    lines = {"grounds": appeal.grounds, **decided}
    return _issue(call, calendars, "appeal_decision", violation, appeal.id, lines)


def served(call: Call, identity: str, *, by: str | None, deemed: bool) -> None:
    """A department signed for a paper, or the law deems it served (B.4 row 6)."""
    at = call.case.at if call.firing is None or call.firing.due is None or not deemed else call.firing.due
    documents.serve(
        call.connection, identity, at=at, how=Service.SIGNED, by=call.actor.id, received_by=by, deemed=deemed
    )


def _issue(
    call: Call, calendars: CalendarSource, kind: str, violation: Row[Any], about: object, lines: Mapping[str, Any]
) -> str:
    day, warning = today(call, calendars), warning_of(call)
    identity = document_id(violation.district_code, violation.id, kind, about)
    body = {
        "violation_no": violation.number,
        "case_no": violation.case_no,
        "department": violation.department,
        "rule": violation.rule,
        "basis": warning.basis,
        "facts": warning.message,
        "facts_en": warning.message_en,
        **lines,
    }
    title = KINDS[kind].title
    document = Document(
        violation.district_code,
        identity,
        document_number(call.connection, kind, day.year),
        kind,
        violation.id,
        title.zh,
        title.en,
        body,
        day,
        issued_at=call.case.at,
    )
    documents.write(call.connection, document)
    return identity
