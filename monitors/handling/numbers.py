"""The numbers that documents carry: one sequence per kind and year, without gaps.

A number is taken inside the command's transaction; when that rolls back, so does the number.
"""

from __future__ import annotations

from sqlalchemy import Connection

from monitors.storing import next_number

_SIGN = {"order": "督办", "yellow": "黄牌", "red": "红牌", "proposal": "监建"}


def violation_number(connection: Connection, year: int) -> str:
    """``V-2026-0012``."""
    return f"V-{year}-{_value(connection, 'V', year):04d}"


def document_number(connection: Connection, kind: str, year: int) -> str:
    """``督办〔2026〕12号``, ``黄牌〔2026〕3号``, ``红牌〔2026〕1号``; ``监建〔2026〕1号``; kind: order, yellow, red, proposal.

    The year stands in the brackets 〔〕 and the number has no leading zeros (党政机关公文格式 GB/T 9704-2012, 7.2.5).
    """
    sign = _SIGN[kind]
    return f"{sign}〔{year}〕{_value(connection, sign, year)}号"


def _value(connection: Connection, prefix: str, year: int) -> int:
    return int(next_number(connection, prefix, year).rpartition("-")[2])
