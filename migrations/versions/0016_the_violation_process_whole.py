"""the violation process, whole

What a violation was confirmed from, who held the clock, inspections, files of evidence, copies of orders, who decides
an appeal, measures about persons; a frozen score and its adjustments. Each violation that stands was confirmed from its one warning.

Revision: 0016, after 0015.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
SHORT, CODE, NAME = sa.String(length=16), sa.String(length=64), sa.String(length=100)
APPEAL = (("body", SHORT), ("admitted_by", CODE), ("admitted_at", INSTANT), ("stayed", sa.Boolean()), ("votes", JSON))
SCORE = (("frozen_at", INSTANT), ("frozen_by", CODE))
ORDER = (("extended_by", CODE), ("extension_reason", sa.Text()))


def _table(name: str, keys: list[sa.Column], *columns: sa.Column) -> None:
    district = sa.Column("district_code", sa.String(length=12), nullable=False)
    names = ["district_code", *(key.name for key in keys)]
    op.create_table(name, district, *keys, *columns, sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{name}")))


def _must(kind: object, *names: str) -> list[sa.Column]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _may(kind: object, *names: str) -> list[sa.Column]:
    return [sa.Column(name, kind, nullable=True) for name in names]


def upgrade() -> None:
    _table(
        "violation_finding",
        _must(CODE, "warning_id"),
        *_must(CODE, "violation_id"),
        *_must(INSTANT, "joined_at"),
        *_must(CODE, "joined_by"),
    )
    op.create_index("ix_violation_finding_violation", "violation_finding", ["district_code", "violation_id"])
    op.execute(
        "insert into violation_finding (district_code, warning_id, violation_id, joined_at, joined_by) "
        "select district_code, warning_id, id, confirmed_at, confirmed_by from violation"
    )
    _table(
        "responsibility",
        [*_must(CODE, "violation_id"), *_must(sa.Integer(), "number")],
        *_must(CODE, "department", "element"),
        *_must(NAME, "step", "step_en"),
        *_may(CODE, "role", "person"),
        *_must(sa.Integer(), "working_days"),
    )
    op.create_index("ix_responsibility_person", "responsibility", ["person"])
    _table(
        "inspection",
        [*_must(CODE, "warning_id"), *_must(sa.Integer(), "number")],
        *_must(SHORT, "kind"),
        *_must(sa.Text(), "place", "present", "record"),
        *_must(CODE, "inspected_by"),
        *_must(INSTANT, "recorded_at"),
        *_must(JSON, "files"),
    )
    _table(
        "evidence_file",
        _must(CODE, "id"),
        *_must(CODE, "instance_id", "task_id", "element", "uploaded_by"),
        *_must(sa.String(length=200), "name"),
        *_must(NAME, "media_type"),
        *_must(sa.Integer(), "size"),
        *_must(CODE, "sha256"),
        *_must(sa.LargeBinary(), "content"),
        *_must(INSTANT, "uploaded_at"),
    )
    op.create_index("ix_evidence_file_instance", "evidence_file", ["district_code", "instance_id"])
    op.create_index("ix_evidence_file_id", "evidence_file", ["id"])
    _table(
        "order_copy",
        _must(CODE, "id"),
        *_must(CODE, "order_id", "violation_id", "department"),
        *_must(SHORT, "kind"),
        *_must(INSTANT, "sent_at"),
        *_must(sa.Date(), "deadline"),
        *_may(CODE, "signed_by", "answered_by"),
        *_may(INSTANT, "signed_at", "answered_at"),
        *_may(sa.Text(), "answer"),
        *_may(JSON, "files"),
    )
    op.create_index("ix_order_copy_order", "order_copy", ["district_code", "order_id"])
    op.create_index("ix_order_copy_violation", "order_copy", ["district_code", "violation_id"])
    _table(
        "personal_measure",
        _must(CODE, "id"),
        *_must(CODE, "person", "violation_id"),
        *_must(SHORT, "kind"),
        *_must(sa.Text(), "reason", "reason_en"),
        *_must(INSTANT, "proposed_at"),
    )
    op.create_index("ix_personal_measure_violation", "personal_measure", ["district_code", "violation_id"])
    _table(
        "score_adjustment",
        [*_must(CODE, "department", "period", "sheet"), *_must(sa.Integer(), "version", "number")],
        *_must(sa.Integer(), "total_before", "total_after"),
        *_must(SHORT, "grade_before", "grade_after"),
        *_must(INSTANT, "made_at"),
        *_must(JSON, "body"),
    )
    for table, columns in (("appeal", APPEAL), ("supervision_order", ORDER), ("score", SCORE)):
        with op.batch_alter_table(table) as batch_op:
            for name, kind in columns:
                batch_op.add_column(sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for table, columns in (("score", SCORE), ("supervision_order", ORDER), ("appeal", APPEAL)):
        with op.batch_alter_table(table) as batch_op:
            for name, _kind in reversed(columns):
                batch_op.drop_column(name)
    for name in (
        "score_adjustment",
        "personal_measure",
        "order_copy",
        "evidence_file",
        "inspection",
        "responsibility",
        "violation_finding",
    ):
        op.drop_table(name)
