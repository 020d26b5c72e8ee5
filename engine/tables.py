"""The engine's tables. Those that grow carry ``district_code`` first in their keys."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from engine.db import Files, Json, Pins, UtcDateTime

metadata = MetaData()

definition = Table(
    "definition",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("xml", LargeBinary, nullable=False),
    Column("decisions", Files, nullable=True),
    Column("calls", Pins, nullable=True),
    Column("origin", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String(120), nullable=False),
    Column("submitted_at", UtcDateTime),
    Column("submitted_by", String(120)),
    Column("reviewed_at", UtcDateTime),
    Column("reviewed_by", String(120)),
    Column("deployed_at", UtcDateTime),
    Column("deployed_by", String(120)),
    Column("valid_from", UtcDateTime),
    Column("retired_at", UtcDateTime),
    Column("retired_by", String(120)),
)

instance = Table(
    "instance",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("scope", String(64), nullable=False),
    Column("definition", String(120), nullable=False),
    Column("version", Integer, nullable=False),
    Column("business_key", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("data", Json, nullable=False),
    Column("blob", LargeBinary, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("parent_id", String(64)),
    Column("journal_seq", Integer, nullable=False),
    Column("journal_hash", String(64), nullable=False),
    Column("check_value", String(64)),
    Column("pinned", Json),
    Index("instance_by_id", "id", unique=True),
    Index("instance_by_key", "definition", "business_key"),
    Index("instance_by_state", "state", "definition", "started_at"),
    Index("instance_by_parent", "parent_id"),
)

task = Table(
    "task",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("instance_id", String(64), nullable=False),
    Column("scope", String(64), nullable=False),
    Column("business_key", String(200), nullable=False),
    Column("definition", String(120), nullable=False),
    Column("version", Integer, nullable=False),
    Column("element", String(200), nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("role", String(64), nullable=False),
    Column("form", String(120)),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due", UtcDateTime),
    Column("completed_at", UtcDateTime),
    Column("actor", String(120)),
    Column("claimed_by", String(120)),
    Column("local", Json, nullable=False),
    Index("task_by_id", "id", unique=True),
    Index("task_inbox", "state", "role", "district_code", "scope", "due"),
    Index("task_by_instance", "instance_id", "state"),
)

timer = Table(
    "timer",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("instance_id", String(64), nullable=False),
    Column("element", String(200), nullable=False),
    Column("host", String(200)),
    Column("checkpoint", String(64)),
    Column("rule", String(64), nullable=False),
    Column("rung", String(64), nullable=False),
    Column("level", String(16), nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("due", UtcDateTime),
    Column("deadline", UtcDateTime),
    Column("state", String(16), nullable=False),
    Column("fired_at", UtcDateTime),
    Column("late_ms", BigInteger),
    Column("reason", Json, nullable=False),
    Column("manual", Json),
    Column("lease_owner", String(64)),
    Column("lease_until", UtcDateTime),
    Column("fence", BigInteger, nullable=False, default=0),
    Index("timer_due", "state", "due"),
    Index("timer_by_instance", "instance_id", "state"),
    Index("timer_by_id", "id", unique=True),
)

subscription = Table(
    "subscription",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("instance_id", String(64), nullable=False),
    Column("element", String(200), nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("correlation_key", String(200), nullable=False),
    Index("subscription_by_instance", "instance_id"),
    Index("subscription_by_name", "kind", "name", "correlation_key"),
)

history = Table(
    "history",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("instance_id", String(64), primary_key=True),
    Column("element", String(200), primary_key=True),
    Column("occurrence", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("code", String(32)),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("entered_at", UtcDateTime, nullable=False),
    Column("completed_at", UtcDateTime),
    Column("outcome", String(16), nullable=False),
    Column("actor", String(120)),
    Column("role", String(64)),
    Index("history_by_instance", "instance_id", "seq"),
    Index("history_open", "instance_id", "outcome"),
)

# A plan to take running cases from one version to another, and each case that it took.
migration_plan = Table(
    "migration_plan",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("definition", String(120), nullable=False),
    Column("from_version", Integer, nullable=False),
    Column("to_version", Integer, nullable=False),
    Column("instance_id", String(64)),
    Column("mapping", Json, nullable=False),
    Column("clocks", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String(120), nullable=False),
    Column("applied_at", UtcDateTime),
    Column("undone_at", UtcDateTime),
    Index("migration_plan_of", "definition", "state"),
)

migrated_case = Table(
    "migrated_case",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("plan", String(64), primary_key=True),
    Column("instance_id", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("blob", LargeBinary, nullable=False),
    Column("before", Json, nullable=False),
    Index("migrated_case_of", "plan", "state", "instance_id"),
)

suspension = Table(
    "suspension",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("instance_id", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("start", UtcDateTime, nullable=False),
    Column("end", UtcDateTime),
    Column("approver", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    Column("own_limit", Integer),
    Column("notice", String(200)),
    Index("suspension_by_instance", "instance_id"),
)

extension = Table(
    "extension",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("instance_id", String(64), primary_key=True),
    Column("amount", Integer, nullable=False),
    Column("unit", String(16), nullable=False),
    Column("approver", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("chain", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("actor", String(120), nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("journal_by_chain", "chain", "seq"),
)

# The heads that no seal covers yet: one row for each command, gone once sealed.
unsealed_head = Table(
    "unsealed_head",
    metadata,
    Column("district_code", String(32), primary_key=True),
    Column("chain", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("entries", Integer, nullable=False),
)

# The leaves of the seals' tree: one log over all districts, so the position is its key.
sealed_head = Table(
    "sealed_head",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("chain", String(64), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Index("sealed_head_by_chain", "chain", "seq"),
)

seal = Table(
    "seal",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("frontier", Json, nullable=False),
    Column("note", Text, nullable=False),
)

# What each holder outside was given last, and how the last try went.
anchor = Table(
    "anchor",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("delivered_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("tried_at", UtcDateTime),
    Column("error", Text),
)

command = Table(
    "command",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("instance_id", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("outcome", Json, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

job = Table(
    "job",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("payload", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("run_after", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("done_at", UtcDateTime),
    Column("message", Text),
    Column("correlation_key", String(200)),
    Index("job_waiting", "state", "run_after"),
    Index("job_by_message", "message", "correlation_key", "state"),
)

# Where a message, a signal or a time starts cases: the start events of each deployed version.
entry = Table(
    "entry",
    metadata,
    Column("definition", String(120), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("element", String(200), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("text", Text),
    Column("catch_up", String(16), nullable=False),
    Column("armed_at", UtcDateTime, nullable=False),
    Column("fired", Integer, nullable=False),
    Column("due", UtcDateTime),
    Index("entry_by_name", "kind", "name"),
    Index("entry_due", "due"),
)

incident = Table(
    "incident",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("district_code", String(32)),
    Column("scope", String(64)),
    Column("instance_id", String(64)),
    Column("origin", String(16), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("key", String(200)),
    Column("at", UtcDateTime),
    Column("actor", Json),
    Column("arguments", Json),
    Column("element", String(200)),
    Column("expression", Text),
    Column("code", String(32), nullable=False),
    Column("cause", Text, nullable=False),
    Column("facts", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime),
    Column("proposal", Json),
    Column("acts", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_by", String(120)),
    Index("incident_open", "state", "created_at"),
    Index("incident_by_instance", "instance_id", "state"),
    Index("incident_by_key", "key", "state"),
)

setting = Table(
    "setting",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Json),
)

beat = Table(
    "beat",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("ahead_seconds", Integer, nullable=False, default=0),
    Column("refused", Integer, nullable=False, default=0),
)
