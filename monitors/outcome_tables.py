"""The tables of what becomes of a warning: violation, order, cards, appeal, rectification.

Part of ``monitors.tables``; import them from there.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from engine.db import Json, UtcDateTime
from monitors.columns import key, may, metadata, must

# --- from the warning to its close ---------------------------------------------------------------

# What the department said to a warning; a later explanation replaces the text, the journal keeps both.
explanation = Table(
    "explanation",
    metadata,
    *key("warning_id"),
    *must(Text, "text"),
    *may(String(32), "ground"),  # a reason for exemption that is claimed: force_majeure, system_fault …
    *may(Json, "evidence"),
    *must(String(64), "explained_by"),
    *must(UtcDateTime, "explained_at"),
)

violation = Table(
    "violation",
    metadata,
    *key("id"),
    # number: V-2026-0012; level, checkpoint, rule and dimension are the warning's
    *must(String(64), "number", "warning_id", "case_id", "department", "checkpoint", "rule", "instance_id"),
    *must(String(100), "case_no"),
    *must(String(16), "level", "dimension"),
    *must(String(16), "state"),  # confirmed ordered carded rectifying verified closed exempted revoked
    *must(UtcDateTime, "fact_at", "confirmed_at"),  # when the fact was, when a supervisor confirmed it
    *must(String(64), "confirmed_by"),
    *must(Text, "reason"),
    *may(UtcDateTime, "closed_at"),
    UniqueConstraint("number"),
    UniqueConstraint("district_code", "warning_id"),
    Index("ix_violation_department", "district_code", "department", "fact_at"),
    Index("ix_violation_state", "district_code", "state", "confirmed_at"),
    Index("ix_violation_id", "id"),
    Index("ix_violation_instance_id", "instance_id"),
)

# The warnings that a violation was confirmed from: those of one case with one cause are one violation. Its
# ``warning_id`` is the leading one, of the highest level.
violation_finding = Table(
    "violation_finding",
    metadata,
    *key("warning_id"),
    *must(String(64), "violation_id"),
    *must(UtcDateTime, "joined_at"),
    *must(String(64), "joined_by"),
    Index("ix_violation_finding_violation", "district_code", "violation_id"),
)

# Who held the clock, and for how many working days, when the warning was raised.
responsibility = Table(
    "responsibility",
    metadata,
    *key("violation_id"),
    Column("number", Integer, primary_key=True),
    *must(String(64), "department", "element"),
    *must(String(100), "step", "step_en"),
    *may(String(64), "role", "person"),  # person None: nobody had taken the step up
    *must(Integer, "working_days"),
    Index("ix_responsibility_person", "person"),
)

# 督查: papers looked at, a visit, an interview; before a warning is confirmed, as often as it takes.
inspection = Table(
    "inspection",
    metadata,
    *key("warning_id"),
    Column("number", Integer, primary_key=True),
    *must(String(16), "kind"),  # documents visit interview
    *must(Text, "place", "present", "record"),
    *must(String(64), "inspected_by"),
    *must(UtcDateTime, "recorded_at"),
    *must(Json, "files"),
)

# A file that somebody added to a step of the violation process; what it is evidence of says the step.
evidence_file = Table(
    "evidence_file",
    metadata,
    *key("id"),
    *must(String(64), "instance_id", "task_id", "element", "uploaded_by"),
    *must(String(200), "name"),
    *must(String(100), "media_type"),
    *must(Integer, "size"),
    *must(String(64), "sha256"),
    *must(LargeBinary, "content"),
    *must(UtcDateTime, "uploaded_at"),
    Index("ix_evidence_file_instance", "district_code", "instance_id"),
    Index("ix_evidence_file_id", "id"),
)

supervision_order = Table(
    "supervision_order",
    metadata,
    *key("id"),
    *must(String(64), "number", "violation_id", "kind", "rule"),  # 督办〔2026〕12号
    *must(Text, "facts", "facts_en", "basis", "demand", "opinion"),
    *must(Date, "deadline"),  # the last permitted day
    *must(Integer, "working_days"),  # what the deadline was counted from; a return gives as many again
    *must(String(64), "drafted_by", "approved_by", "document_id"),
    *must(UtcDateTime, "issued_at"),
    *must(String(16), "state"),  # draft issued signed replied returned closed overdue
    *may(String(64), "extended_by"),  # who granted more time, once
    *may(Text, "extension_reason"),
    UniqueConstraint("number"),
    Index("ix_supervision_order_violation", "district_code", "violation_id"),
    Index("ix_supervision_order_state", "district_code", "state", "deadline"),
)

# A joint order goes to further departments, a forwarded one to the district's organ; each copy is answered.
order_copy = Table(
    "order_copy",
    metadata,
    *key("id"),
    *must(String(64), "order_id", "violation_id", "department"),
    *must(String(16), "kind"),  # joint forwarded
    *must(UtcDateTime, "sent_at"),
    *must(Date, "deadline"),
    *may(String(64), "signed_by", "answered_by"),
    *may(UtcDateTime, "signed_at", "answered_at"),
    *may(Text, "answer"),
    *may(Json, "files"),
    Index("ix_order_copy_order", "district_code", "order_id"),
    Index("ix_order_copy_violation", "district_code", "violation_id"),
)

card = Table(
    "card",
    metadata,
    *key("id"),
    *must(String(64), "number", "violation_id", "department", "document_id"),  # 黄牌〔2026〕3号
    *must(String(8), "colour", "issued_colour"),  # yellow red; a downgrade changes the first only
    # pending issued delivered appealed upheld downgraded revoked cancelled closed
    *must(String(16), "state"),
    *must(String(64), "issued_by"),
    *must(UtcDateTime, "issued_at"),
    *must(Text, "opinion"),
    *must(Boolean, "deemed"),  # delivered because nobody signed in time
    *may(UtcDateTime, "delivered_at"),
    *may(String(64), "received_by", "superseded_by"),  # a person; the id of the card that replaced this one
    *may(Text, "basis_reason"),  # why the issuer cites a basis whose text nobody has verified
    UniqueConstraint("number"),
    Index("ix_card_violation", "district_code", "violation_id"),
    Index("ix_card_department", "district_code", "department", "issued_at"),
)

appeal = Table(
    "appeal",
    metadata,
    *key("id"),
    *must(String(64), "violation_id"),
    *may(String(64), "card_id"),  # None: against an order without a card
    *must(Text, "grounds"),
    *must(String(64), "filed_by"),
    *must(UtcDateTime, "filed_at"),
    *must(String(16), "state"),  # filed accepted rejected revoked upheld downgraded escalated
    *may(String(64), "decided_by"),
    *may(UtcDateTime, "decided_at"),
    *may(Text, "reason"),
    *may(String(16), "body"),  # who decides: head leader panel; none: not admitted
    *may(String(64), "admitted_by"),
    *may(UtcDateTime, "admitted_at"),
    *may(Boolean, "stayed"),  # the rectification waits for the decision
    *may(Json, "votes"),  # of a panel: person and vote
    Index("ix_appeal_violation", "district_code", "violation_id"),
    Index("ix_appeal_card", "district_code", "card_id"),
)

rectification = Table(
    "rectification",
    metadata,
    *key("violation_id"),
    Column("round", Integer, primary_key=True),  # 1, 2, 3: a return begins the next one
    *must(Text, "measures"),
    *may(Json, "evidence"),
    *must(String(64), "signed_by"),
    *must(UtcDateTime, "submitted_at"),
    *must(Date, "deadline"),  # the order's; from the second round on, counted anew from the return
    *must(Boolean, "on_time"),  # submitted on or before that day
    *may(Date, "next_deadline"),  # set by a return
    *may(String(16), "outcome"),  # accepted returned escalated
    *may(String(64), "verified_by"),
    *may(UtcDateTime, "verified_at"),
    *may(Text, "reason"),
)

# What is proposed about a person for the cards of a year: talk (诫勉谈话、效能告诫), transfer (调离岗位).
personal_measure = Table(
    "personal_measure",
    metadata,
    *key("id"),
    *must(String(64), "person", "violation_id"),
    *must(String(16), "kind"),
    *must(Text, "reason", "reason_en"),
    *must(UtcDateTime, "proposed_at"),
    Index("ix_personal_measure_violation", "district_code", "violation_id"),
)

document = Table(
    "document",
    metadata,
    *key("id"),
    *must(String(200), "number"),
    *must(String(64), "kind", "related"),  # kind: monitors.documents.kinds; related: a violation or a case's instance
    *must(String(16), "about"),  # violation case
    *must(String(160), "issuer"),  # organ, or district/department
    *must(Text, "title", "title_en"),
    *must(Json, "body"),
    *must(Date, "dated"),
    *may(UtcDateTime, "issued_at", "served_at"),  # unknown for documents from before there was service
    *may(String(16), "service"),  # counter post electronic left announced signed
    *may(String(120), "received_by", "served_by"),
    *must(Boolean, "deemed"),  # served because the law deems it so
    UniqueConstraint("issuer", "number"),
    Index("ix_document_related", "district_code", "related"),
    Index("ix_document_of", "related", "kind"),
)
