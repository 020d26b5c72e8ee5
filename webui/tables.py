"""The tables of the web itself: who is logged in, with which password. Nobody else reads them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, String, Table

from engine.db import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# The cookie holds a random token, this table only its SHA-256: reading the table lets nobody in.
web_session = Table(
    "web_session",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    Column("revoked", UtcDateTime),
    Index("ix_web_session_person", "person"),
)

credential = Table(
    "credential",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("password_hash", String(200), nullable=False),  # argon2id, its parameters inside
    Column("language", String(16)),  # the language the person last chose
    Column("changed", UtcDateTime, nullable=False),
)

login_failure = Table(
    "login_failure",
    metadata,
    Column("key", String(64), primary_key=True),  # SHA-256 of account or address
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("blocked_until", UtcDateTime, nullable=False),
)
