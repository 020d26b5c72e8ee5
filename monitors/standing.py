"""What a basis stands on: whether the text of its articles was read, by whom and where (domain sheets, marks).

A row marked C is law whose text nobody has verified, until one person enters the text of each article that it names,
with the date of the version and the source, and another confirms it; then it is C✓. P (practice) and E (example) are
never law.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.errors import InvalidData
from monitors import tables as t
from monitors.acts import journal
from monitors.laws import cited
from monitors.twopeople import REFUSED, decide, propose
from monitors.words import Words

READ, LAW = "C✓", "C"
CONFIRMED = "confirmed"
EVERYWHERE = "*"
MARKS = {
    READ: Words("法律，条文已核对", "law, article read"),
    LAW: Words("法律，条文未核对", "law, article text not yet verified"),
    "P": Words("惯例，非法律", "practice, not law"),
    "E": Words("示例，非法律", "example, not law"),
}
_SPLIT = re.compile(r"\s*/\s*")


@dataclass(frozen=True, slots=True)
class ArticleText:
    """The text of one article as it was read at ``source``, in the version of ``text_date``."""

    district_code: str
    id: str
    law: str
    article: str
    text: str
    text_date: date
    source: str
    number: str
    reason: str
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    opinion: str | None


def mark_of(connection: Connection, basis: str, confidence: str) -> str:
    """The confidence mark as it stands now: each C is C✓ once every article of the basis was read."""
    marks = _SPLIT.split(confidence.strip())
    if LAW not in marks:
        return confidence
    named = cited(basis)
    read = named and all(one in _read(connection, {law for law, _ in named}) for one in named)
    return "/".join(READ if mark == LAW and read else mark for mark in marks)


def in_words(mark: str) -> Words:
    """What a mark says, each part of it."""
    said = [MARKS[one] for one in _SPLIT.split(mark.strip()) if one in MARKS]
    return Words("；".join(one.zh for one in said), "; ".join(one.en for one in said))


def verified(mark: str) -> bool:
    """Whether the duty stands on an article that was read; the second mark may be of a number from practice."""
    marks = _SPLIT.split(mark.strip())
    return marks[0] == READ and LAW not in marks


def enter_text(
    connection: Connection,
    law: str,
    article: str,
    text: str,
    text_date: date,
    source: str,
    by: str,
    at: datetime,
    key: str | None = None,
) -> str:
    """Keep an article's text for a second person; gives its id. Raises InvalidData for what is missing or of a day to come."""
    given = {"law": law.strip(), "article": article.strip(), "text": text.strip(), "source": source.strip()}
    for field, value in given.items():
        if not value and field != "article":  # a law may be cited as a whole
            raise InvalidData(f"expected words in {field}, found none", field=field)
    if text_date > at.date():
        raise InvalidData(f"expected a version of today or before, found {text_date}", field="text_date")
    values: Mapping[str, Any] = {"district_code": EVERYWHERE, **given, "text_date": text_date}
    return propose(connection, t.article_text, "AT", values, given["source"], by, at, key)


def decide_text(connection: Connection, identity: str, granted: bool, opinion: str, by: str, at: datetime) -> None:
    """Confirm that the text is the article's, or refuse it. Raises NotFound, Conflict, and NotAllowed for who entered it."""
    row = decide(connection, t.article_text, identity, CONFIRMED if granted else None, opinion, by, at)
    told = {"number": row.number, "law": row.law, "article": row.article, "opinion": opinion.strip()}
    journal(connection, f"article_text_{CONFIRMED if granted else REFUSED}", by, at, told)


def texts(connection: Connection) -> tuple[ArticleText, ...]:
    """Every text that was entered, the latest first."""
    c = t.article_text.c
    rows = connection.execute(select(t.article_text).order_by(c.proposed_at.desc(), c.number.desc()))
    return tuple(ArticleText(**row._mapping) for row in rows)


def _read(connection: Connection, laws: set[str]) -> set[tuple[str, str]]:
    c = t.article_text.c
    rows = connection.execute(select(c.law, c.article).where(c.law.in_(laws), c.state == CONFIRMED))
    return {(row.law, row.article) for row in rows}
