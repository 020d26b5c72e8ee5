"""The tables of warnings: what was found, what people did with it, who stood in, what was waived and recalled.

Part of ``monitors.tables``; import them from there.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from engine.db import Json, UtcDateTime
from monitors.columns import key, may, metadata, must


def _finding() -> list[Column[Any]]:
    """What is known of a finding, whether it became a warning or was only observed."""
    return [
        Column("district_code", String(32), primary_key=True),
        # sha256 of case, host, rule, rung and occurrence: the same finding has the same id for ever
        Column("id", String(64), primary_key=True),
        Column("case_id", String(64), nullable=False),  # the instance
        Column("case_no", String(200), nullable=False),
        Column("definition", String(120), nullable=False),
        Column("definition_version", Integer, nullable=False),
        Column("checkpoint", String(64), nullable=False),
        Column("rule", String(64), nullable=False),
        Column("rung", String(32), nullable=False),
        Column("occurrence", Integer, nullable=False),
        Column("level", String(16), nullable=False),  # notice yellow red
        Column("dimension", String(16), nullable=False),
        Column("department", String(64), nullable=False),
        Column("message", Text, nullable=False),
        Column("message_en", Text, nullable=False),
        Column("raised_at", UtcDateTime, nullable=False),  # event time of the command that raised it
        Column("due", UtcDateTime),  # first instant at which the rung was true; None for a data rule
        Column("happened", UtcDateTime, nullable=False),  # the act or tick that showed it
        Column("evidence", Json, nullable=False),
        Column("basis", String(200), nullable=False),
        Column("confidence", String(16), nullable=False),
        Column("undetermined", Boolean, nullable=False),
        Column("missing", Json, nullable=False),  # list of names; empty unless undetermined
    ]


_COUNTED = ("definition", "district_code", "department", "case_id", "state", "level", "undetermined")
warning = Table(
    "warning",
    metadata,
    *_finding(),
    Column("number", String(32), nullable=False),  # W-2026-000123
    # open explained confirmed, or what counts nothing: dismissed exempted auto_closed waived recalled
    Column("state", String(16), nullable=False),
    Column("violation_instance", String(64)),
    Column("closed_at", UtcDateTime),
    Column("outcome_reason", Text),
    Column("held_by", String(120)),  # the supervisor who has claimed it
    Column("overdue", Boolean, nullable=False, server_default=false()),  # a limit was broken, not only near its end
    UniqueConstraint("number"),
    Index("ix_warning_case", "district_code", "case_id"),
    Index("ix_warning_state", "district_code", "state", "level", "raised_at"),
    Index("ix_warning_department", "district_code", "department", "raised_at"),
    Index("ix_warning_rule", "rule", "raised_at"),
    # What statistics count stands in the index, for the evidence makes rows large.
    Index("ix_warning_counted", "raised_at", *_COUNTED),
    Index("ix_warning_overdue", "overdue", "dimension", "due", "district_code", "case_id", "id", "state"),
    Index("ix_warning_id", "id"),
)

# What a rule on trial found. It stands apart, so that no list, count or score can take it for a warning.
observation = Table(
    "observation",
    metadata,
    *_finding(),
    Index("ix_observation_rule", "rule", "raised_at"),
    Index("ix_observation_department", "district_code", "department", "raised_at"),
)

# Who did what with a warning outside of its violation process.
warning_act = Table(
    "warning_act",
    metadata,
    *key("warning_id"),
    Column("number", Integer, primary_key=True),  # 1, 2, 3
    *must(UtcDateTime, "at"),
    *must(String(16), "kind"),  # claimed released handed_over dismissed auto_closed recalled
    *must(String(120), "actor"),
    *may(String(120), "to"),  # a person, or the number of a recall
    *must(Text, "note"),
)

# Who stands in for whom, from when until when. Roles do not go over: a substitute has them already.
absence = Table(
    "absence",
    metadata,
    Column("person_id", String(120), primary_key=True),
    Column("since", UtcDateTime, primary_key=True),
    *must(UtcDateTime, "until"),  # the first instant at which the person is back
    *must(String(120), "substitute", "entered_by"),
    ForeignKeyConstraint(["person_id"], ["person.id"]),
    Index("ix_absence_substitute", "substitute", "until"),
)

# A rule that does not count for a case, a department or a time, by two people. What is not named is any.
waiver = Table(
    "waiver",
    metadata,
    *key("id"),
    *must(String(32), "number"),  # WV-2026-000001
    *must(String(64), "rule"),
    *may(String(64), "department"),
    *may(String(200), "case_no"),
    *must(UtcDateTime, "since", "until"),  # of the fact: since <= fact < until
    *must(Text, "reason"),
    *must(String(16), "state"),  # proposed granted refused
    *must(String(120), "proposed_by"),
    *must(UtcDateTime, "proposed_at"),
    *may(String(120), "decided_by"),
    *may(UtcDateTime, "decided_at"),
    *may(Text, "opinion"),
    UniqueConstraint("number"),
    Index("ix_waiver_rule", "district_code", "rule", "state"),
)

# A faulty rule, calendar or feed whose warnings two people withdraw in one act.
recall = Table(
    "recall",
    metadata,
    *key("id"),
    *must(String(32), "number"),  # RC-2026-000001
    *must(String(16), "cause"),  # rule calendar feed
    *must(Json, "what"),  # rule: definition, rule, versions; calendar: code, versions; feed: source
    *must(UtcDateTime, "since", "until"),  # since <= raised < until
    *must(Text, "reason"),
    *must(String(16), "state"),  # proposed confirmed refused
    *must(String(120), "proposed_by"),
    *must(UtcDateTime, "proposed_at"),
    *may(String(120), "decided_by"),
    *may(UtcDateTime, "decided_at"),
    *may(Text, "opinion"),
    UniqueConstraint("number"),
    Index("ix_recall_state", "state", "proposed_at"),
)

# Everything that a recall withdrew, with the state that it had before.
recalled = Table(
    "recalled",
    metadata,
    *key("recall_id", "kind", "thing_id"),  # kind: warning violation card order
    *must(String(64), "warning_id"),
    *must(String(200), "number"),
    *must(String(16), "before"),
)

# The days of a calendar as they stood when warnings were counted by it, so that these can be derived again.
calendar_edition = Table(
    "calendar_edition",
    metadata,
    Column("version", String(64), primary_key=True),  # the hash over code, zone and days
    *must(String(32), "code"),
    *must(String(64), "zone"),
    *must(Json, "days"),  # [date, kind, name, source_doc, confirmed]
    *must(Json, "hours"),  # office hours: [valid_from, [[begin, end], ...]]
)
