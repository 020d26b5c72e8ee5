"""what statistics count of cases

A row for each business case and each passage of its steps, bulletins as issued, and of each warning whether a limit was
broken. Of cases that are there already the volume is known; what was to be counted when they ended is not, and is null.

Revision: 0020, after 0018.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
CODE = sa.String(length=64)
INDEXES = {
    "ix_warning_counted": [
        *("raised_at", "definition", "district_code", "department", "case_id", "state", "level", "undetermined"),
    ],
    "ix_warning_overdue": ["overdue", "dimension", "due", "district_code", "case_id", "id", "state"],
}
STEPS = [
    *("completed_on", "definition", "element", "code", "district_code", "department", "version", "item", "system"),
    *("minutes", "working_days"),
]
CASE_AMOUNTS = (
    *("fee", "fee_waived", "budget", "deal", "start_price"),
    *("planned", "received", "arranged", "paid", "disbursed"),
)
OWN_PROCESSES = "('violation_handling', 'own_deadline', 'order_copy', 'manual_finding', 'revocation')"
# The day in the zone that all districts had so far.
DAY = {"sqlite": "date({}, '+8 hours')", "postgresql": "cast({} at time zone 'Asia/Shanghai' as date)"}
ITEM = {"sqlite": "json_extract(data, '$.item.{}')", "postgresql": "data -> 'item' ->> '{}'"}
BROKEN = {
    "sqlite": "julianday(due) > julianday(json_extract(evidence, '$.deadline'))",
    "postgresql": "due > cast(evidence ->> 'deadline' as timestamptz)",
}


def upgrade() -> None:
    _case_record()
    _step_record()
    _bulletin()
    op.add_column("warning", sa.Column("overdue", sa.Boolean(), nullable=False, server_default=sa.false()))
    for index, columns in INDEXES.items():
        op.create_index(index, "warning", columns)
    name = op.get_bind().dialect.name
    op.execute(f"update warning set overdue = true where {BROKEN[name]}")
    day, item = DAY[name], ITEM[name]
    op.execute(
        "insert into case_record (district_code, case_id, case_no, definition, version, system, department, item,"
        " item_name, item_name_en, state, received_at, received_on, closed_at, closed_on)"
        " select district_code, id, business_key, definition, version, '', scope,"
        f" {item.format('code')}, {item.format('name')}, {item.format('name_en')},"
        f" state, started_at, {day.format('started_at')}, ended_at, {day.format('ended_at')}"
        f" from instance where definition not in {OWN_PROCESSES}"
    )


def _of_case() -> tuple[sa.Column, sa.Column]:
    district = sa.Column("district_code", sa.String(length=32), nullable=False)
    return district, sa.Column("case_id", CODE, nullable=False)


def _case_record() -> None:
    op.create_table(
        "case_record",
        *_of_case(),
        sa.Column("case_no", sa.String(length=200), nullable=False),
        sa.Column("definition", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(length=16), nullable=False),
        sa.Column("department", CODE, nullable=False),
        sa.Column("item", CODE, nullable=True),
        sa.Column("item_name", sa.Text(), nullable=True),
        sa.Column("item_name_en", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("accepted_on", "decided_on", "closed_on")),
        sa.Column("closed_at", INSTANT, nullable=True),
        *(sa.Column(name, sa.String(length=32), nullable=True) for name in ("intake", "decision")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("promised_wd", "statutory_wd", "used_wd")),
        sa.Column("on_the_spot", sa.Boolean(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("speed_up", "promised_speed_up")),
        sa.Column("rating", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in CASE_AMOUNTS),
        sa.PrimaryKeyConstraint("district_code", "case_id", name=op.f("pk_case_record")),
    )
    op.create_index("ix_case_record_closed_on", "case_record", ["closed_on"])
    op.create_index("ix_case_record_received_on", "case_record", ["received_on"])
    op.create_index("ix_case_record_department", "case_record", ["district_code", "department", "closed_on"])


def _step_record() -> None:
    op.create_table(
        "step_record",
        *_of_case(),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("definition", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(length=16), nullable=False),
        sa.Column("department", CODE, nullable=False),
        sa.Column("item", CODE, nullable=True),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("district_code", "case_id", "element", "occurrence", name=op.f("pk_step_record")),
    )
    op.create_index("ix_step_record_counted", "step_record", STEPS)


def _bulletin() -> None:
    op.create_table(
        "bulletin",
        sa.Column("district_code", sa.String(length=12), nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("number", CODE, nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.String(length=120), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.PrimaryKeyConstraint("district_code", "id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint("district_code", "period", name=op.f("uq_bulletin_district_code_period")),
        sa.UniqueConstraint("number", name=op.f("uq_bulletin_number")),
    )


def downgrade() -> None:
    for index in INDEXES:
        op.drop_index(index, table_name="warning")
    with op.batch_alter_table("warning") as batch_op:
        batch_op.drop_column("overdue")
    for name in ("bulletin", "step_record", "case_record"):
        op.drop_table(name)
