"""Ledgers (台账): what was raised, issued and done in a period, a line each, the newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, select

from monitors import tables as t
from monitors.statistics.asked import CARDS, ORDERS, VIOLATIONS, WARNINGS, Asked, of_violations
from monitors.statistics.measures import business
from monitors.statistics.names import COLOURS, LEVELS, NO, STATES, YES, Names, called
from monitors.statistics.reports.report import Make, Report
from monitors.statistics.tables import Column, Table
from monitors.words import Words

MOST = 100_000  # lines of one export
_PLACE = (Column("district", Words("区市", "District")), Column("department", Words("部门", "Department")))
_CASE = Column("case", Words("办件", "Case"))
_ITEM = Column("item", Words("事项", "Item"))
_RULE = Column("rule", Words("监察规则", "Rule"))
_STATE = Column("state", Words("状态", "State"))
_VIOLATION = Column("violation", Words("违规", "Violation"))
_DEADLINE = Column("deadline", Words("整改期限", "Rectification until"), "day")
_ISSUED = Column("issued_at", Words("签发时间", "Issued"), "instant")


def _ledger(
    columns: Iterable[Column],
    statement: Callable[[Asked], Select[Any]],
    line: Callable[[Row[Any], Names], tuple[Any, ...]],
) -> Make:
    columns = tuple(columns)

    def make(connection: Connection, asked: Asked, group: str) -> Table:
        names = Names.of(connection)
        found = connection.execute(statement(asked).limit(MOST + 1)).all()
        return Table(columns, tuple(line(row, names) for row in found[:MOST]), len(found) > MOST)

    return make


def _place(row: Row[Any], names: Names) -> tuple[Words, Words]:
    return names.district(row.district_code), names.department(row.district_code, row.department)


def _warnings(asked: Asked) -> Select[Any]:
    w = t.warning.c
    names = ("number", "level", "raised_at", "district_code", "department", "case_no", "rule", "message", "message_en")
    columns = [w[name] for name in (*names, "state", "closed_at", "outcome_reason")]
    wanted = select(*columns, t.case_record.c.item).where(asked.within(w.raised_at), business(w.definition))
    return WARNINGS.narrowed(wanted, asked).order_by(w.raised_at.desc(), w.number.desc())


def _warning(row: Row[Any], names: Names) -> tuple[Any, ...]:
    facts = row.case_no, names.item(row.item), row.rule, Words(row.message, row.message_en or row.message)
    outcome = called(STATES, row.state), row.closed_at, row.outcome_reason or ""
    return row.number, called(LEVELS, row.level), row.raised_at, *_place(row, names), *facts, *outcome


def _cards(asked: Asked) -> Select[Any]:
    c, v = t.card.c, t.violation.c
    own = [c[name] for name in ("number", "colour", "issued_at", "delivered_at", "state", "issued_by")]
    about = (v.district_code, v.department, v.case_no, v.number.label("violation_no"), v.rule, t.case_record.c.item)
    wanted = select(*own, *about).where(asked.within(c.issued_at))
    return CARDS.narrowed(wanted, asked).order_by(c.issued_at.desc(), c.number.desc())


def _card(row: Row[Any], names: Names) -> tuple[Any, ...]:
    facts = row.case_no, names.item(row.item), row.violation_no, row.rule
    end = called(STATES, row.state), names.person(row.issued_by)
    return row.number, called(COLOURS, row.colour), row.issued_at, row.delivered_at, *_place(row, names), *facts, *end


def _orders(asked: Asked) -> Select[Any]:
    o, v = t.supervision_order.c, t.violation.c
    names = ("number", "kind", "issued_at", "deadline", "facts", "facts_en", "demand", "state", "approved_by")
    about = (v.district_code, v.department, v.case_no, v.number.label("violation_no"))
    wanted = select(*(o[name] for name in names), *about).where(asked.within(o.issued_at), o.state != "draft")
    return ORDERS.narrowed(wanted, asked).order_by(o.issued_at.desc(), o.number.desc())


def _order(row: Row[Any], names: Names) -> tuple[Any, ...]:
    facts = row.case_no, row.violation_no, Words(row.facts, row.facts_en or row.facts), row.demand
    end = called(STATES, row.state), names.person(row.approved_by)
    return row.number, row.kind, row.issued_at, row.deadline, *_place(row, names), *facts, *end


_ROUNDS = of_violations(t.rectification)


def _rectifications(asked: Asked) -> Select[Any]:
    r, v, o = t.rectification.c, t.violation.c, t.supervision_order.c
    names = ("round", "deadline", "submitted_at", "on_time", "measures", "outcome", "verified_at", "verified_by")
    order_no = (
        select(o.number)
        .where(and_(o.district_code == r.district_code, o.violation_id == r.violation_id))
        .order_by(o.issued_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    about = (v.district_code, v.department, v.number.label("violation_no"), order_no.label("order_no"))
    wanted = select(*(r[name] for name in names), *about).where(asked.within(r.submitted_at))
    return _ROUNDS.narrowed(wanted, asked).order_by(r.submitted_at.desc(), v.number, r.round)


def _rectification(row: Row[Any], names: Names) -> tuple[Any, ...]:
    begin = row.violation_no, row.order_no or "", row.round, *_place(row, names)
    done = row.deadline, row.submitted_at, YES if row.on_time else NO, row.measures
    return *begin, *done, called(STATES, row.outcome), row.verified_at, names.person(row.verified_by)


def _proposals(asked: Asked) -> Select[Any]:
    d, v = t.document.c, t.violation.c
    joined = VIOLATIONS.rows.join(t.document, and_(d.district_code == v.district_code, d.related == v.id))
    about = (v.district_code, v.department, v.case_no, v.number.label("violation_no"), v.state)
    wanted = select(d.number, d.dated, d.served_at, *about).where(d.kind == "proposal", asked.within_days(d.dated))
    source = type(VIOLATIONS)(joined, VIOLATIONS.columns)
    return source.narrowed(wanted, asked).order_by(d.dated.desc(), d.number.desc())


def _proposal(row: Row[Any], names: Names) -> tuple[Any, ...]:
    facts = row.case_no, row.violation_no, called(STATES, row.state)
    return row.number, row.dated, row.served_at, *_place(row, names), *facts


_NUMBER = Column("number", Words("编号", "Number"))
_DELIVERED = Column("delivered_at", Words("送达时间", "Delivered"), "instant")
REPORTS = (
    Report(
        "warnings",
        Words("预警明细", "Ledger of warnings"),
        Words("期内发出的预警。", "The warnings raised in a period."),
        "month",
        _ledger(
            (
                _NUMBER,
                Column("level", Words("级别", "Level")),
                Column("raised_at", Words("预警时间", "Raised"), "instant"),
                *_PLACE,
                _CASE,
                _ITEM,
                _RULE,
                Column("message", Words("内容", "Message")),
                _STATE,
                Column("closed_at", Words("处理时间", "Decided"), "instant"),
                Column("reason", Words("处理意见", "Reason")),
            ),
            _warnings,
            _warning,
        ),
    ),
    Report(
        "cards",
        Words("发牌台账", "Ledger of cards"),
        Words("期内签发的黄牌、红牌。", "The yellow and red cards issued in a period."),
        "year",
        _ledger(
            (
                _NUMBER,
                Column("colour", Words("牌", "Card")),
                _ISSUED,
                _DELIVERED,
                *_PLACE,
                _CASE,
                _ITEM,
                _VIOLATION,
                _RULE,
                _STATE,
                Column("issued_by", Words("签发人", "Issued by")),
            ),
            _cards,
            _card,
        ),
    ),
    Report(
        "orders",
        Words("督办台账", "Ledger of supervision orders"),
        Words("期内签发的督办单。", "The supervision orders issued in a period."),
        "year",
        _ledger(
            (
                _NUMBER,
                Column("kind", Words("类别", "Kind")),
                _ISSUED,
                _DEADLINE,
                *_PLACE,
                _CASE,
                _VIOLATION,
                Column("facts", Words("事实", "Facts")),
                Column("demand", Words("要求", "Demand")),
                _STATE,
                Column("approved_by", Words("批准人", "Approved by")),
            ),
            _orders,
            _order,
        ),
    ),
    Report(
        "rectifications",
        Words("整改台账", "Ledger of rectifications"),
        Words("期内提交的整改报告。", "The reports on rectification handed in within a period."),
        "year",
        _ledger(
            (
                _VIOLATION,
                Column("order", Words("督办单", "Supervision order")),
                Column("round", Words("次数", "Round"), "count"),
                *_PLACE,
                _DEADLINE,
                Column("submitted_at", Words("提交时间", "Handed in"), "instant"),
                Column("on_time", Words("按期", "On time")),
                Column("measures", Words("整改措施", "Measures")),
                Column("outcome", Words("核验结果", "Outcome")),
                Column("verified_at", Words("核验时间", "Verified"), "instant"),
                Column("verified_by", Words("核验人", "Verified by")),
            ),
            _rectifications,
            _rectification,
        ),
    ),
    Report(
        "proposals",
        Words("监察建议跟踪", "Supervision proposals"),
        Words("期内发出的监察建议书及其违规现状。", "Proposal letters of a period, and how their violations stand."),
        "year",
        _ledger(
            (
                _NUMBER,
                Column("dated", Words("日期", "Dated"), "day"),
                _DELIVERED,
                *_PLACE,
                _CASE,
                _VIOLATION,
                _STATE,
            ),
            _proposals,
            _proposal,
        ),
    ),
)
