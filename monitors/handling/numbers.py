"""The numbers of violations and of what the supervision organ issues: one sequence per kind and year, without gaps.

A number is taken inside the command's transaction; when that rolls back, so does the number.
"""

from __future__ import annotations

from sqlalchemy import Connection

from monitors.documents.kinds import KINDS, ORGAN
from monitors.documents.numbering import number_for
from monitors.storing import next_number

_KINDS = {"yellow": "yellow_card", "red": "red_card"}


def violation_number(connection: Connection, year: int) -> str:
    """``V-2026-0012``."""
    return f"V-{year}-{_value(connection, 'V', year):04d}"


def document_number(connection: Connection, kind: str, year: int) -> str:
    """``督办〔2026〕12号``, ``黄牌〔2026〕3号``, ``红牌〔2026〕1号``; kind: order, yellow or red, or a kind of document."""
    wanted = KINDS[_KINDS.get(kind, kind)]
    return number_for(connection, wanted, ORGAN, "", year)


def _value(connection: Connection, prefix: str, year: int) -> int:
    return int(next_number(connection, prefix, year).rpartition("-")[2])
