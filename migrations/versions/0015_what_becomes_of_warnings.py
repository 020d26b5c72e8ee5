"""what becomes of warnings

Supervisors hold warnings and stand in for each other; rules on trial are observed apart; waivers and recalls by two
people; calendars as they stood when warnings were counted by them.

Revision: 0015, after 0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _must(kind: sa.types.TypeEngine, *names: str) -> list[sa.Column]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _may(kind: sa.types.TypeEngine, *names: str) -> list[sa.Column]:
    return [sa.Column(name, kind, nullable=True) for name in names]


INSTANT, TEXT, FLAG, NUMBER = sa.DateTime(timezone=True), sa.Text(), sa.Boolean(), sa.Integer()


def upgrade() -> None:
    with op.batch_alter_table("warning") as batch_op:
        batch_op.add_column(sa.Column("held_by", sa.String(120), nullable=True))
        batch_op.create_index("ix_warning_rule", ["rule", "raised_at"])
    op.create_table(
        "observation",
        *_must(sa.String(32), "district_code"),
        *_must(sa.String(64), "id", "case_id"),
        *_must(sa.String(200), "case_no"),
        *_must(sa.String(120), "definition"),
        *_must(NUMBER, "definition_version"),
        *_must(sa.String(64), "checkpoint", "rule"),
        *_must(sa.String(32), "rung"),
        *_must(NUMBER, "occurrence"),
        *_must(sa.String(16), "level", "dimension"),
        *_must(sa.String(64), "department"),
        *_must(TEXT, "message", "message_en"),
        *_must(INSTANT, "raised_at"),
        *_may(INSTANT, "due"),
        *_must(INSTANT, "happened"),
        *_must(JSON, "evidence"),
        *_must(sa.String(200), "basis"),
        *_must(sa.String(16), "confidence"),
        *_must(FLAG, "undetermined"),
        *_must(JSON, "missing"),
        sa.PrimaryKeyConstraint("district_code", "id", name=op.f("pk_observation")),
    )
    op.create_index("ix_observation_rule", "observation", ["rule", "raised_at"])
    op.create_index("ix_observation_department", "observation", ["district_code", "department", "raised_at"])
    op.create_table(
        "warning_act",
        *_must(sa.String(12), "district_code"),
        *_must(sa.String(64), "warning_id"),
        *_must(NUMBER, "number"),
        *_must(INSTANT, "at"),
        *_must(sa.String(16), "kind"),
        *_must(sa.String(120), "actor"),
        *_may(sa.String(120), "to"),
        *_must(TEXT, "note"),
        sa.PrimaryKeyConstraint("district_code", "warning_id", "number", name=op.f("pk_warning_act")),
    )
    op.create_table(
        "absence",
        *_must(sa.String(120), "person_id"),
        *_must(INSTANT, "since", "until"),
        *_must(sa.String(120), "substitute", "entered_by"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id")),
        sa.PrimaryKeyConstraint("person_id", "since", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_substitute", "absence", ["substitute", "until"])
    _create_waiver()
    _create_recall()
    op.create_table(
        "calendar_edition",
        *_must(sa.String(64), "version"),
        *_must(sa.String(32), "code"),
        *_must(sa.String(64), "zone"),
        *_must(JSON, "days", "hours"),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_calendar_edition")),
    )


def _create_waiver() -> None:
    op.create_table(
        "waiver",
        *_must(sa.String(12), "district_code"),
        *_must(sa.String(64), "id"),
        *_must(sa.String(32), "number"),
        *_must(sa.String(64), "rule"),
        *_may(sa.String(64), "department"),
        *_may(sa.String(200), "case_no"),
        *_must(INSTANT, "since", "until"),
        *_two_people(),
        sa.PrimaryKeyConstraint("district_code", "id", name=op.f("pk_waiver")),
        sa.UniqueConstraint("number", name=op.f("uq_waiver_number")),
    )
    op.create_index("ix_waiver_rule", "waiver", ["district_code", "rule", "state"])


def _create_recall() -> None:
    op.create_table(
        "recall",
        *_must(sa.String(12), "district_code"),
        *_must(sa.String(64), "id"),
        *_must(sa.String(32), "number"),
        *_must(sa.String(16), "cause"),
        *_must(JSON, "what"),
        *_must(INSTANT, "since", "until"),
        *_two_people(),
        sa.PrimaryKeyConstraint("district_code", "id", name=op.f("pk_recall")),
        sa.UniqueConstraint("number", name=op.f("uq_recall_number")),
    )
    op.create_index("ix_recall_state", "recall", ["state", "proposed_at"])
    op.create_table(
        "recalled",
        *_must(sa.String(12), "district_code"),
        *_must(sa.String(64), "recall_id", "kind", "thing_id", "warning_id"),
        *_must(sa.String(200), "number"),
        *_must(sa.String(16), "before"),
        sa.PrimaryKeyConstraint("district_code", "recall_id", "kind", "thing_id", name=op.f("pk_recalled")),
    )


def _two_people() -> list[sa.Column]:
    return [
        *_must(TEXT, "reason"),
        *_must(sa.String(16), "state"),
        *_must(sa.String(120), "proposed_by"),
        *_must(INSTANT, "proposed_at"),
        *_may(sa.String(120), "decided_by"),
        *_may(INSTANT, "decided_at"),
        *_may(TEXT, "opinion"),
    ]


def downgrade() -> None:
    """What has no place in the older schema goes; warnings that were waived or recalled stay closed, as dismissed."""
    op.drop_table("calendar_edition")
    op.drop_table("recalled")
    op.drop_index("ix_recall_state", table_name="recall")
    op.drop_table("recall")
    op.drop_index("ix_waiver_rule", table_name="waiver")
    op.drop_table("waiver")
    op.drop_index("ix_absence_substitute", table_name="absence")
    op.drop_table("absence")
    op.drop_table("warning_act")
    op.drop_index("ix_observation_department", table_name="observation")
    op.drop_index("ix_observation_rule", table_name="observation")
    op.drop_table("observation")
    op.execute("update warning set state = 'dismissed' where state in ('waived', 'recalled')")
    with op.batch_alter_table("warning") as batch_op:
        batch_op.drop_index("ix_warning_rule")
        batch_op.drop_column("held_by")
