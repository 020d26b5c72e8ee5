"""Analyses: where limits are broken, how long steps take, and what of the city is supervised at all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, and_, case, distinct, func, literal, or_, select

from monitors import tables as t
from monitors.acts import COUNTS_NOTHING
from monitors.items import items
from monitors.statistics.asked import CASES, STEPS, WARNINGS, Asked
from monitors.statistics.indicators import Share
from monitors.statistics.measures import business
from monitors.statistics.names import Names
from monitors.statistics.reports.figures import HEADINGS, by_group
from monitors.statistics.reports.report import Report
from monitors.statistics.tables import Column, Table
from monitors.words import Words


def overdue(connection: Connection, asked: Asked, group: str) -> Table:
    """By department and rule: how often a limit was broken in the period, and what became of it."""
    w, names = t.warning.c, Names.of(connection)
    counts = (
        func.count(),
        func.count(distinct(w.district_code + literal("/") + w.case_id)),
        func.sum(case((w.state == "confirmed", 1), else_=0)),
        func.sum(case((w.state.in_(COUNTS_NOTHING), 1), else_=0)),
    )
    place = WARNINGS.grouped(group)
    condition = and_(w.overdue, w.dimension == "TIME", business(w.definition), asked.within(w.due))
    wanted = WARNINGS.narrowed(select(*place, w.rule, func.max(w.message), func.max(w.message_en), *counts), asked)
    rows = connection.execute(wanted.where(condition).group_by(*place, w.rule).order_by(func.count().desc(), w.rule))
    table = []
    for row in rows:
        key, (rule, zh, en, broken, cases, confirmed, excused) = tuple(row[: len(place)]), tuple(row[len(place) :])
        about = rule, Words(zh, en or zh)
        table.append(
            (*names.group(group, key), *about, broken, cases, confirmed, excused, broken - confirmed - excused)
        )
    columns = (
        *(Column(f"{group}_{at}", words) for at, words in enumerate(HEADINGS[group])),
        Column("rule", Words("监察规则", "Rule")),
        Column("message", Words("内容", "Message")),
        Column("broken", Words("超时预警", "Limits broken"), "count"),
        Column("cases", Words("超时办件", "Cases"), "count"),
        Column("confirmed", Words("确认违规", "Confirmed"), "count"),
        Column("excused", Words("不计", "Not counted"), "count"),
        Column("undecided", Words("待处理", "Undecided"), "count"),
    )
    return Table(columns, tuple(table))


def dwell(connection: Connection, asked: Asked, group: str) -> Table:
    """How long a passage of each step took: working days net of suspensions, and hours by the clock on the wall."""
    s, names = t.step_record.c, Names.of(connection)
    place, what = STEPS.grouped(group), (s.definition, s.code, s.element)
    counts = (func.count(), func.sum(s.working_days), func.max(s.working_days), func.sum(s.minutes))
    wanted = STEPS.narrowed(select(*place, *what, *counts), asked).where(asked.within_days(s.completed_on))
    found = [tuple(row) for row in connection.execute(wanted.group_by(*place, *what).order_by(*what, *place))]
    at = len(place)
    called = {step: _step(connection, asked, *step) for step in {(row[at], row[at + 2]) for row in found}}
    table = []
    for row in found:
        definition, code, element, passages, days, most, minutes = row[at:]
        mean = Share(int(days), passages), Share(Decimal(int(minutes)) / 60, passages)
        step = definition, code or "", called[definition, element]
        table.append((*names.group(group, row[:at]), *step, passages, mean[0], most, mean[1]))
    columns = (
        *(Column(f"{group}_{at}", words) for at, words in enumerate(HEADINGS[group])),
        Column("process", Words("流程", "Process")),
        Column("code", Words("环节号", "Step code")),
        Column("step", Words("环节", "Step")),
        Column("passages", Words("次数", "Passages"), "count"),
        Column("days", Words("平均工作日", "Mean working days"), "ratio"),
        Column("most", Words("最长工作日", "Longest (working days)"), "count"),
        Column("hours", Words("平均小时", "Mean hours"), "ratio"),
    )
    return Table(columns, tuple(table))


def _step(connection: Connection, asked: Asked, definition: str, element: str) -> Words:
    """What a step is called: the names are looked up once for each, not in every passage."""
    s = t.step_record.c
    wanted = select(s.name, s.name_en).where(
        asked.within_days(s.completed_on), s.definition == definition, s.element == element
    )
    return Words(*connection.execute(wanted.order_by(s.completed_on.desc()).limit(1)).one())


def coverage(connection: Connection, asked: Asked, group: str) -> Table:
    """Districts, departments and items that had supervised cases in the period, of those registered."""
    names, registered = Names.of(connection), _registered(connection, asked)
    seen = _supervised(connection, asked)
    kinds = (
        (
            Words("区市", "Districts"),
            {key[:1] for key in registered["department"]},
            {key[:1] for key in seen["department"]},
        ),
        (Words("部门", "Departments"), registered["department"], set(seen["department"])),
        (Words("事项", "Items"), registered["item"], set(seen["item"])),
    )
    if group == "total":
        whole = tuple((words, Share(len(of & known), len(known))) for words, known, of in kinds)
        columns = Column("kind", Words("范围", "What")), Column("covered", Words("监察覆盖率", "Supervised"), "share")
        return Table(columns, whole)
    counted = seen[group]
    lines = sorted(registered[group] | set(counted), key=lambda key: (-counted.get(key, 0), key))
    heads = (*(Column(f"{group}_{at}", words) for at, words in enumerate(HEADINGS[group])),)
    number = Column("cases", Words("监察办件量", "Cases supervised"), "count")
    return Table((*heads, number), tuple((*names.group(group, key), counted.get(key, 0)) for key in lines))


Keys = set[tuple[Any, ...]]


def _registered(connection: Connection, asked: Asked) -> dict[str, Keys]:
    d = t.department.c
    departments = select(d.district_code, d.code).where(asked.scope.where(d.district_code, d.code))
    found: Keys = {tuple(row) for row in connection.execute(departments)}
    known = [one for one in items(connection, asked.until) if _is_of(asked, one.body)]
    if asked.district:
        found = {key for key in found if key[0] == asked.district}
    return {"department": found, "item": {(one.code,) for one in known}}


def _is_of(asked: Asked, body: Any) -> bool:
    """Whether an item is of the places asked for; one that names no place is everybody's."""
    district, department = str(body.get("district", "")), str(body.get("department", ""))
    if district and not asked.scope.covers(district, department):
        return False
    return not (asked.district and district and district != asked.district)


def _supervised(connection: Connection, asked: Asked) -> dict[str, dict[tuple[Any, ...], int]]:
    r = t.case_record.c
    in_time = and_(r.received_on <= asked.until, or_(r.closed_on.is_(None), r.closed_on >= asked.since))
    found = {}
    for group in ("department", "item"):
        columns = CASES.grouped(group)
        wanted = CASES.narrowed(select(*columns, func.count()), asked).where(
            in_time, *(one.is_not(None) for one in columns)
        )
        rows = connection.execute(wanted.group_by(*columns))
        found[group] = {tuple(row[:-1]): row[-1] for row in rows}
    return found


_FEES = ("closed", "fee_cases", "fee", "fee_waived")
REPORTS = (
    Report(
        "overdue",
        Words("超时分析", "Overdue analysis"),
        Words("哪些部门、哪些时限被突破。", "Whose limits were broken, and which."),
        "month",
        overdue,
        ("department", "district", "item", "total"),
    ),
    Report(
        "dwell",
        Words("环节耗时分析", "Dwell times of steps"),
        Words(
            "期内办结件各环节的耗时。", "How long the steps took that were done in a period, of cases that have ended."
        ),
        "quarter",
        dwell,
        ("total", "department", "version"),
        ("district", "department", "item", "system", "definition"),
    ),
    Report(
        "fees",
        Words("收费汇总", "Fees"),
        Words("期内办结件的收费与减免。", "What was charged and waived in the cases closed in a period."),
        "month",
        by_group(_FEES),
        ("item", "department", "district"),
    ),
    Report(
        "coverage",
        Words("监察覆盖", "Coverage"),
        Words(
            "已监察与已登记的区市、部门、事项。", "Districts, departments and items supervised, of those registered."
        ),
        "year",
        coverage,
        ("total", "department", "item"),
        ("district",),
    ),
)
