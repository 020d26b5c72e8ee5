"""seals over the journal, and a check value on every state

One step, small and named. Expand first, contract in a later release: a running web or
worker of the release before must still be able to read what this step leaves.

The heads of the chains that are there wait for the first seal. The journal and its seals
become append-only for whoever does not first take the triggers away. Check values are made
with a key, which a step does not have: `jiancha database upgrade` adds them.

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

APPEND_ONLY = ("journal", "sealed_head", "seal")


def upgrade() -> None:
    op.create_table(
        "unsealed_head",
        sa.Column("district_code", sa.String(length=32), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("district_code", "chain", "seq"),
    )
    op.create_table(
        "sealed_head",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("sealed_head_by_chain", "sealed_head", ["chain", "seq"])
    op.create_table(
        "seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frontier", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "anchor",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.add_column("instance", sa.Column("check_value", sa.String(length=64), nullable=True))
    op.execute(
        "insert into unsealed_head (district_code, chain, seq, hash, entries) "
        "select district_code, id, journal_seq, journal_hash, journal_seq from instance where journal_seq > 0"
    )
    _protect(op.get_bind().dialect.name)


def downgrade() -> None:
    _release(op.get_bind().dialect.name)
    op.drop_column("instance", "check_value")
    for name in ("anchor", "seal", "sealed_head", "unsealed_head"):
        op.drop_table(name)


def _protect(dialect: str) -> None:
    if dialect == "sqlite":
        for table in APPEND_ONLY:
            for act in ("update", "delete"):
                op.execute(
                    f"create trigger {table}_refuses_{act} before {act} on {table} "
                    f"begin select raise(abort, '{table} is append-only'); end"
                )
        return
    op.execute(
        "create function jiancha_append_only() returns trigger language plpgsql as "
        "$$ begin raise exception '% is append-only', tg_table_name; end $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function jiancha_append_only()"
        )


def _release(dialect: str) -> None:
    for table in APPEND_ONLY:
        if dialect == "sqlite":
            for act in ("update", "delete"):
                op.execute(f"drop trigger {table}_refuses_{act}")
        else:
            op.execute(f"drop trigger {table}_append_only on {table}")
    if dialect != "sqlite":
        op.execute("drop function jiancha_append_only()")
