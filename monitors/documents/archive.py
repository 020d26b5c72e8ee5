"""Where issued documents are kept: as they were issued, with the names of that day; only service is added."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from engine.db import Database
from engine.errors import Conflict, NotFound
from monitors import tables as t
from monitors.documents.kinds import ORGAN, Service

Data = Mapping[str, Any]
PERSONS = ("drafted_by", "approved_by", "issued_by", "decided_by", "approver")


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was issued; it never changes. ``body`` maps field names to plain values.

    ``kind``: a code of ``KINDS``. ``about`` says whose ``related`` is the id: of a ``violation`` or of a ``case``
    (the instance). ``issuer``: the body's code, ``organ`` or ``district/department``. What follows ``issued_at`` is
    its service: when, how, who received it, who recorded it, and whether the law deems it served.
    """

    district_code: str
    id: str
    number: str
    kind: str
    related: str
    title: str
    title_en: str
    body: Data
    dated: date
    about: str = "violation"
    issuer: str = ORGAN
    issued_at: datetime | None = None
    served_at: datetime | None = None
    service: str | None = None
    received_by: str | None = None
    served_by: str | None = None
    deemed: bool = False


def document_id(*parts: object) -> str:
    """An id that follows from what the document is about: 32 hex digits, the same in every replay."""
    return hashlib.sha256("\x1f".join(map(str, ("document", *parts))).encode()).hexdigest()[:32]


def write(connection: Connection, document: Document) -> None:
    """Keep a new document with the names it speaks of; an id, or a number of that body, that exists is refused."""
    body = {**document.body, "names": _names(connection, document)}
    connection.execute(insert(t.document).values({**asdict(document), "body": body}))


def serve(
    connection: Connection,
    wanted: str,
    *,
    at: datetime,
    how: Service,
    by: str | None,
    received_by: str | None,
    deemed: bool = False,
) -> datetime:
    """State that a document was served; gives when. What the law deemed served stays so: a late receipt adds its name.

    Raises NotFound, and Conflict where somebody received it already.
    """
    found = connection.execute(select(t.document).where(t.document.c.id == wanted)).one_or_none()
    if found is None:
        raise NotFound(f"expected a document {wanted} to serve, found none", document=wanted)
    if found.served_at is not None and (deemed or found.received_by is not None):
        raise Conflict(f"expected {found.number} not to be served yet, found it was", document=wanted)
    values: dict[str, Any] = {"received_by": received_by, "served_by": by}
    if found.served_at is None:
        values |= {"served_at": at, "service": str(how), "deemed": deemed}
    connection.execute(update(t.document).where(t.document.c.id == wanted).values(**values))
    return found.served_at or at


def count_of(connection: Connection, kind: str, related: str) -> int:
    """How many documents of that kind there are about a case or violation."""
    c = t.document.c
    wanted = select(func.count()).select_from(t.document).where(c.related == related, c.kind == kind)
    return int(connection.execute(wanted).scalar_one())


def latest(connection: Connection, kind: str, related: str) -> Document | None:
    """The document of that kind that was issued last, or None."""
    c = t.document.c
    wanted = select(t.document).where(c.related == related, c.kind == kind).order_by(c.issued_at.desc()).limit(1)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else Document(**row._mapping)


class ServedTimes:
    """When the latest document of each kind was served in a case; asked once, when the first is read."""

    def __init__(self, connection: Connection, case: str) -> None:
        self._connection, self._case = connection, case
        self._found: dict[str, datetime] | None = None

    def __call__(self, kind: str) -> datetime | None:
        if self._found is None:
            c = t.document.c
            wanted = select(c.kind, func.max(c.served_at)).where(c.related == self._case, c.served_at.is_not(None))
            rows = self._connection.execute(wanted.group_by(c.kind))
            self._found = {row[0]: row[1] for row in rows}
        return self._found.get(kind)


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents, for the pages."""

    database: Database

    def get(self, wanted: str) -> Document:
        """That document; raises NotFound."""
        with self.database.read() as connection:
            row = connection.execute(select(t.document).where(t.document.c.id == wanted)).first()
        if row is None:
            raise NotFound(f"expected a document {wanted}, found none", document=wanted)
        return Document(**row._mapping)

    def of(self, related: str) -> tuple[Document, ...]:
        """The documents about a violation or a case, oldest first."""
        c = t.document.c
        wanted = select(t.document).where(c.related == related).order_by(c.dated, c.issued_at, c.kind, c.number)
        with self.database.read() as connection:
            return tuple(Document(**row._mapping) for row in connection.execute(wanted))


def _names(connection: Connection, document: Document) -> dict[str, list[str]]:
    """What those named were called on that day: a document does not change when somebody is renamed."""
    people = {document.body.get(name) for name in PERSONS} - {None}
    found = {}
    if people:
        for row in connection.execute(select(t.person).where(t.person.c.id.in_(people))):
            found[str(row.id)] = [row.name, row.name_en]
    department = document.body.get("department")
    if department is not None:
        named = body_name(connection, document.district_code, str(department))
        if named is not None:
            found[str(department)] = list(named)
    return found


def body_name(connection: Connection, district_code: str, department: str) -> tuple[str, str] | None:
    """What a department is called in full, with its district: 市南区行政审批局; None where it is not known."""
    d, p = t.district.c, t.department.c
    wanted = (
        select(d.name.label("of"), d.name_en.label("of_en"), p.name, p.name_en)
        .join(t.department, p.district_code == d.code)
        .where(p.district_code == district_code, p.code == department)
    )
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    whole = row.name if row.name.startswith(row.of) else f"{row.of}{row.name}"
    return whole, f"{row.name_en}, {row.of_en}"
