"""incidents that can be acted on

What is needed to give the command that failed again, the place whose people may see the incident, the state of
its retries and what people did about it. An incident of before stays to be seen; its command is not known, so
it can be skipped or is closed by the next command that succeeds.

Revision: 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
MAY_BE_EMPTY = {
    "district_code": sa.String(length=32),
    "scope": sa.String(length=64),
    "key": sa.String(length=200),
    "at": INSTANT,
    "actor": JSON,
    "arguments": JSON,
    "next_at": INSTANT,
    "proposal": JSON,
    "closed_at": INSTANT,
    "closed_by": sa.String(length=120),
}
FILLED = {
    "origin": sa.String(length=16),
    "subject": sa.String(length=200),
    "code": sa.String(length=32),
    "acts": JSON,
}
INDEXES = {"incident_by_instance": ["instance_id", "state"], "incident_by_key": ["key", "state"]}


def upgrade() -> None:
    with op.batch_alter_table("incident") as batch_op:
        for name, kind in (MAY_BE_EMPTY | FILLED).items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
    op.execute(
        "update incident set subject = coalesce(element, ''), code = 'engine_error', acts = '[]',"
        " state = case state when 'open' then 'parked' else 'resolved' end,"
        " origin = case kind when 'fire' then 'timer' when 'checkpoint' then 'checkpoint' else 'person' end,"
        " district_code = (select i.district_code from instance i where i.id = incident.instance_id),"
        " scope = (select i.scope from instance i where i.id = incident.instance_id)"
    )
    with op.batch_alter_table("incident") as batch_op:
        for name, kind in FILLED.items():
            batch_op.alter_column(name, existing_type=kind, nullable=False)
        for name, columns in INDEXES.items():
            batch_op.create_index(name, columns, unique=False)


def downgrade() -> None:
    op.execute("update incident set state = case when state in ('waiting', 'parked') then 'open' else 'closed' end")
    with op.batch_alter_table("incident") as batch_op:
        for name in INDEXES:
            batch_op.drop_index(name)
        for name in MAY_BE_EMPTY | FILLED:
            batch_op.drop_column(name)
