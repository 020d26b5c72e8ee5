"""The tables of the item registry and of the articles of law that it and the rules stand on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, UniqueConstraint

from engine.db import Json, UtcDateTime
from monitors.columns import key, may, metadata, must

item = Table(
    "item",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("valid_from", Date, nullable=False),  # in force until the next version's day
    Column("body", Json, nullable=False),
    Column("valid_until", Date),  # the last day of an item that ends; None: none is set
)


def proposed() -> list[Column[Any]]:
    """The columns of what one person proposes and another decides (``monitors/twopeople.py``)."""
    return [
        *must(String(64), "number"),
        *must(Text, "reason"),
        *must(String(16), "state"),
        *must(String(120), "proposed_by"),
        *must(UtcDateTime, "proposed_at"),
        *may(String(120), "decided_by"),
        *may(UtcDateTime, "decided_at"),
        *may(Text, "opinion"),
    ]


# A change of an item: proposed approved refused. The version is counted when it is approved.
item_proposal = Table(
    "item_proposal",
    metadata,
    *key("id"),
    *must(String(64), "code", "department"),
    *may(Integer, "base_version", "version"),
    *must(Date, "valid_from"),
    *may(Date, "valid_until"),
    *must(Json, "body"),
    *proposed(),
    UniqueConstraint("number"),
    Index("ix_item_proposal_code", "code", "proposed_at"),
)

# The text of an article, as somebody read it at a source: proposed confirmed refused. The law is the same everywhere (*).
article_text = Table(
    "article_text",
    metadata,
    *key("id"),
    *must(String(200), "law", "article"),
    *must(Text, "text"),
    *must(Date, "text_date"),  # the version of the law that was read
    *must(String(400), "source"),
    *proposed(),
    UniqueConstraint("number"),
    Index("ix_article_text_article", "law", "article"),
)
