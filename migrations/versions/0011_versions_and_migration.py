"""versions are drafted, reviewed, deployed and retired; running cases can be taken to another version

Who did what to a version stands in its row; those that are there were deployed at once and stay so. The first
version of a model is valid whenever a case started.

Revision: 0011, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
PERSON = sa.String(length=120)
ADDED = {
    "origin": sa.String(length=16),
    "state": sa.String(length=16),
    "created_at": INSTANT,
    "created_by": PERSON,
    "submitted_at": INSTANT,
    "submitted_by": PERSON,
    "reviewed_at": INSTANT,
    "reviewed_by": PERSON,
    "valid_from": INSTANT,
    "retired_at": INSTANT,
    "retired_by": PERSON,
}
ALWAYS = ("origin", "state", "created_at", "created_by")


def upgrade() -> None:
    with op.batch_alter_table("definition") as batch_op:
        for name, kind in ADDED.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
    op.execute(
        "update definition set origin = 'shipped', state = 'deployed', created_at = deployed_at, "
        "created_by = deployed_by, valid_from = case when version = 1 then null else deployed_at end"
    )
    with op.batch_alter_table("definition") as batch_op:
        for name in ALWAYS:
            batch_op.alter_column(name, existing_type=ADDED[name], nullable=False)
        batch_op.alter_column("deployed_at", existing_type=INSTANT, nullable=True)
        batch_op.alter_column("deployed_by", existing_type=PERSON, nullable=True)
    with op.batch_alter_table("instance") as batch_op:
        batch_op.add_column(sa.Column("pinned", JSON, nullable=True))
    _tables_of_migration()


def _tables_of_migration() -> None:
    op.create_table(
        "migration_plan",
        sa.Column("id", sa.String(length=64), primary_key=True),
        sa.Column("definition", PERSON, nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=True),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("clocks", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", PERSON, nullable=False),
        sa.Column("applied_at", INSTANT, nullable=True),
        sa.Column("undone_at", INSTANT, nullable=True),
    )
    op.create_index("migration_plan_of", "migration_plan", ["definition", "state"])
    op.create_table(
        "migrated_case",
        sa.Column("district_code", sa.String(length=32), primary_key=True),
        sa.Column("plan", sa.String(length=64), primary_key=True),
        sa.Column("instance_id", sa.String(length=64), primary_key=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.Column("before", JSON, nullable=False),
    )
    op.create_index("migrated_case_of", "migrated_case", ["plan", "state", "instance_id"])


def downgrade() -> None:
    """Drafts are not deployed, and the schema before knows only what is: they go, what was deployed stays."""
    op.drop_table("migrated_case")
    op.drop_table("migration_plan")
    with op.batch_alter_table("instance") as batch_op:
        batch_op.drop_column("pinned")
    op.execute("delete from definition where deployed_at is null")
    with op.batch_alter_table("definition") as batch_op:
        batch_op.alter_column("deployed_at", existing_type=INSTANT, nullable=False)
        batch_op.alter_column("deployed_by", existing_type=PERSON, nullable=False)
        for name in ADDED:
            batch_op.drop_column(name)
