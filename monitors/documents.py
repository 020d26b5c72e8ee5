"""Numbered, dated documents that a page can print: supervision orders and cards, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select

from engine.db import Database
from engine.errors import NotFound
from monitors import tables as t

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was issued; it never changes. ``body`` maps field names to text in both languages.

    ``kind``: order, yellow_card, red_card. ``related`` is the violation's id.
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


def write(connection: Connection, document: Document) -> None:
    """Keep a new document; a number or id that exists already is refused by the database."""
    connection.execute(
        insert(t.document).values(
            district_code=document.district_code,
            id=document.id,
            number=document.number,
            kind=document.kind,
            related=document.related,
            title=document.title,
            title_en=document.title_en,
            body=dict(document.body),
            dated=document.dated,
        )
    )


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents, for the pages."""

    database: Database

    def get(self, document_id: str) -> Document:
        """That document; raises NotFound."""
        with self.database.read() as connection:
            row = connection.execute(select(t.document).where(t.document.c.id == document_id)).first()
        if row is None:
            raise NotFound(f"expected a document {document_id}, found none", document=document_id)
        return Document(**row._mapping)

    def of(self, violation_id: str) -> tuple[Document, ...]:
        """The documents of a violation, oldest first."""
        c = t.document.c
        wanted = select(t.document).where(c.related == violation_id).order_by(c.dated, c.kind, c.number)
        with self.database.read() as connection:
            return tuple(Document(**row._mapping) for row in connection.execute(wanted))
