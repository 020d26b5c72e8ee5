"""The handlers by which a diagram issues and serves the documents of a case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

from sqlalchemy import Connection

from engine.calendar import WorkingCalendar
from engine.errors import InvalidData, NotFound
from engine.handlers import Call, Handlers
from monitors.documents.archive import Document, body_name, count_of, document_id, latest, serve, write
from monitors.documents.kinds import DEPARTMENT, KINDS, OF_DEPARTMENTS, Kind, Service
from monitors.documents.numbering import number_for

_OWN = frozenset({"kind", "service", "received_by"})


class CalendarSource(Protocol):
    """What ``monitors.calendars.Calendars`` offers of itself here."""

    def for_case(
        self, definition: str, district_code: str, connection: Connection | None = None
    ) -> WorkingCalendar: ...


def register(handlers: Handlers, calendars: CalendarSource) -> None:
    """Register ``issue_document`` and ``serve_document``."""
    handlers.register("issue_document", partial(issue_document, calendars=calendars))
    handlers.register("serve_document", serve_document)


def issue_document(call: Call, calendars: CalendarSource) -> Mapping[str, Any]:
    """Issue a document of the case's department, dated with the local day of the event.

    Inputs: ``kind`` (of ``KINDS``, one that departments issue); ``service`` where it is served at once (a
    ``Service``); ``received_by`` (default: the applicant). Every other input is a line of the document; one
    that is null is left out. What the ledger says of a stop or an extension is added by itself. Outputs:
    ``document_id``, and ``<kind>_served_at`` where it was served: the event time, never an entered one.
    """
    kind = _kind(call)
    instance = call.case.instance
    number = count_of(call.connection, kind.code, instance.id) + 1
    # An id that names the round: a second request for supplements is a second document.
    identity = document_id(instance.id, kind.code, number)
    service = _service(call)
    call.later.last(identity, partial(_write, call, calendars, kind, identity, service))
    outputs: dict[str, Any] = {"document_id": identity}
    if service is not None:
        outputs[f"{kind.code}_served_at"] = call.case.at.isoformat()
    return outputs


def serve_document(call: Call) -> Mapping[str, Any]:
    """State that the case's latest document of a kind was served, now.

    Inputs: ``kind``; ``service``; ``received_by`` (default: the applicant). Output: ``<kind>_served_at``. Raises
    NotFound where none was issued, Conflict where it was served already.
    """
    kind, service = _kind(call), _service(call)
    if service is None:
        raise InvalidData("expected to be told how the document was served, found nothing", field="service")
    found = latest(call.connection, kind.code, call.case.instance.id)
    if found is None:
        raise NotFound(f"expected a document of kind {kind.code} to serve, found none", kind=kind.code)
    at = serve(call.connection, found.id, at=call.case.at, how=service, by=call.actor.id, received_by=_receiver(call))
    return {f"{kind.code}_served_at": at.isoformat()}


def _write(call: Call, calendars: CalendarSource, kind: Kind, identity: str, service: Service | None) -> None:
    instance = call.case.instance
    calendar = calendars.for_case(instance.definition, instance.district_code, call.connection)
    day = calendar.local_date(call.case.at)
    name, name_en = body_name(call.connection, instance.district_code, instance.scope) or (instance.scope,) * 2
    issuer = f"{instance.district_code}/{instance.scope}"
    body = _body(call, kind) | {"issuer": name, "issuer_en": name_en}
    title = kind.title_for(call.case.data.get(kind.code))
    served: dict[str, Any] = {}
    if service is not None:
        served = {"served_at": call.case.at, "service": str(service), "served_by": call.actor.id}
        served["received_by"] = _receiver(call)
    document = Document(
        instance.district_code,
        identity,
        number_for(call.connection, kind, issuer, name, day.year),
        kind.code,
        instance.id,
        title.zh,
        title.en,
        body,
        day,
        about="case",
        issuer=issuer,
        issued_at=call.case.at,
        **served,
    )
    write(call.connection, document)


def _body(call: Call, kind: Kind) -> dict[str, Any]:
    data = call.case.data
    item = data.get("item") if isinstance(data.get("item"), Mapping) else {}
    assert isinstance(item, Mapping)
    lines = {name: value for name, value in call.inputs.items() if name not in _OWN and value not in (None, "")}
    about = {
        "case_no": call.case.instance.business_key,
        "addressee": data.get("applicant_name_masked"),
        "item": item.get("name"),
        "item_en": item.get("name_en"),
        "basis": kind.basis,
    }
    found = {**about, **_ledger(call, kind), **lines}
    return {name: _plain(value) for name, value in found.items() if value is not None}


def _ledger(call: Call, kind: Kind) -> dict[str, Any]:
    """What was granted, by whom and why: of the stop that is open, or of the extension."""
    if kind.code == "suspension":
        stop = next((entry for entry in call.case.suspensions if entry.end is None), None)
        if stop is None:
            return {}
        own = {"procedure": stop.kind, "own_limit": stop.own_limit, "from": stop.start}
        return {**own, "approver": stop.approver, "reason": stop.reason}
    if kind.code == "extension" and call.case.extension is not None:
        granted = call.case.extension
        own = {"extended_by": granted.amount, "unit": granted.unit}
        return {**own, "approver": granted.approver, "reason": granted.reason}
    return {}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _kind(call: Call) -> Kind:
    name = call.inputs.get("kind")
    kind = KINDS.get(str(name))
    if kind is None or kind.issuer != DEPARTMENT:
        issued = ", ".join(OF_DEPARTMENTS)
        raise InvalidData(f"expected a kind of document that departments issue ({issued}), found {name}", field="kind")
    return kind


def _service(call: Call) -> Service | None:
    how = call.inputs.get("service")
    if how in (None, ""):
        return None
    try:
        return Service(str(how))
    except ValueError:
        known = ", ".join(Service)
        raise InvalidData(f"expected a way of service ({known}), found {how}", field="service") from None


def _receiver(call: Call) -> str | None:
    name = call.inputs.get("received_by") or call.case.data.get("applicant_name_masked")
    return None if name is None else str(name)
