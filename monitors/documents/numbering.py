"""The numbers that documents carry: one sequence for each issuing body, kind and year, without gaps.

A number is taken inside the command's transaction; when that rolls back, so does the number.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection

from monitors.documents.kinds import ORGAN, Kind
from monitors.storing import next_number


def number_for(connection: Connection, kind: Kind, issuer: str, name: str, year: int) -> str:
    """``督办〔2026〕12号`` of the supervision organ, ``市南区行政审批局受字〔2026〕3号`` of a department.

    The year stands in the brackets 〔〕 and the number has no leading zeros (党政机关公文格式 GB/T 9704-2012, 7.2.5).
    ``issuer`` is the body's code, ``name`` what it is called.
    """
    if issuer == ORGAN:
        return f"{kind.sign}〔{year}〕{_value(connection, kind.sign, year)}号"
    # A counter's name is short, a body's code need not be.
    counter = hashlib.sha256(f"{issuer}\x1f{kind.code}".encode()).hexdigest()[:20]
    return f"{name}{kind.sign}〔{year}〕{_value(connection, f'D{counter}', year)}号"


def _value(connection: Connection, prefix: str, year: int) -> int:
    return int(next_number(connection, prefix, year).rpartition("-")[2])
