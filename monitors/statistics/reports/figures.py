"""Reports that are indicators by group: briefs, monthly and quarterly reports, comparisons of districts and versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from monitors.statistics.asked import Asked
from monitors.statistics.indicators import FAMILIES, INDICATORS, Share
from monitors.statistics.measures import measures
from monitors.statistics.names import Names
from monitors.statistics.reports.report import Make, Report
from monitors.statistics.tables import Column, Table
from monitors.words import Words

_DISTRICT, _DEPARTMENT = Words("区市", "District"), Words("部门", "Department")
HEADINGS: Mapping[str, tuple[Words, ...]] = {
    "total": (),
    "district": (_DISTRICT,),
    "department": (_DISTRICT, _DEPARTMENT),
    "item": (Words("事项编码", "Item code"), Words("事项", "Item")),
    "system": (Words("系统", "System"),),
    "version": (Words("版本", "Version"),),
}
_RANK = Column("rank", Words("名次", "Rank"), "count")


def by_group(codes: Iterable[str], ranked_by: str | None = None) -> Make:
    """A table with a row for each group and a column for each indicator, the best first where it is ranked."""
    indicators = [INDICATORS[code] for code in codes]
    wanted = {name for one in indicators for name in one.measures}

    def make(connection: Connection, asked: Asked, group: str) -> Table:
        names = Names.of(connection)
        counted = measures(connection, asked, group, wanted)
        rows = [names.group(group, key) + tuple(one.of(found) for one in indicators) for key, found in counted.items()]
        columns = [*_headings(group), *(Column.of(one) for one in indicators)]
        if ranked_by is None:
            return Table(tuple(columns), tuple(rows))
        place = len(HEADINGS[group]) + [one.code for one in indicators].index(ranked_by)
        return Table((_RANK, *columns), tuple(_ranked(rows, place)))

    return make


def _headings(group: str) -> list[Column]:
    return [Column(f"{group}_{number}", words) for number, words in enumerate(HEADINGS[group])]


def _ranked(rows: list[tuple[Any, ...]], place: int) -> list[tuple[Any, ...]]:
    """The highest share first; equal shares have one rank, and what has no basis has none and comes last."""
    values = [one[place].value if isinstance(one[place], Share) else None for one in rows]
    order = sorted(range(len(rows)), key=lambda at: (values[at] is None, -(values[at] or 0)))
    better = {at: sum(other is not None and other > (values[at] or 0) for other in values) for at in order}
    return [(None if values[at] is None else better[at] + 1, *rows[at]) for at in order]


def every_indicator(connection: Connection, asked: Asked, group: str) -> Table:
    """One row for each indicator, with its formula: the whole of B.7 for what is asked."""
    counted = measures(connection, asked)[()]
    rows = [
        (FAMILY[family], one.name, value if not isinstance(value, Share) else None, _share(value), one.formula)
        for family, indicators in FAMILIES.items()
        for one in indicators
        for value in [one.of(counted)]
    ]
    columns = (
        Column("family", Words("类别", "Group")),
        Column("indicator", Words("指标", "Indicator")),
        Column("number", Words("数量", "Number"), "number"),
        Column("share", Words("比率", "Share"), "share"),
        Column("formula", Words("算法", "Formula")),
    )
    return Table(columns, tuple(rows))


def _share(value: Any) -> Share | None:
    return value if isinstance(value, Share) else None


FAMILY = {
    "volume": Words("办件量", "Volume"),
    "time": Words("时效", "Time"),
    "found": Words("监察", "Supervision"),
    "data": Words("数据质量", "Data quality"),
    "money": Words("资金", "Money"),
}
_VOLUME = ("received", "accepted", "closed", "open")
_TIME = ("on_time_rate", "early_rate", "on_the_spot_rate", "overdue_rate", "speed_up", "satisfaction")
_FOUND = ("warnings", "warnings_notice", "warnings_yellow", "warnings_red")
_OUTCOME = ("warning_rate", "confirmed_rate", "yellow_cards", "red_cards", "rectified_on_time_rate")
_PLACES = ("district", "department", "item", "system")
REPORTS = (
    Report(
        "indicators",
        Words("指标总览", "Indicators"),
        Words("各项指标及其算法。", "Every indicator with its formula."),
        "year",
        every_indicator,
    ),
    Report(
        "daily",
        Words("日监控简报", "Daily brief"),
        Words("当日收办件、预警与发牌。", "Cases, warnings and cards of a day."),
        "day",
        by_group((*_VOLUME, *_FOUND, "yellow_cards", "red_cards")),
        ("district", "department"),
    ),
    Report(
        "monthly",
        Words("月报", "Monthly report"),
        Words("按部门、事项、区市或系统。", "By department, item, district or system."),
        "month",
        by_group((*_VOLUME, *_TIME, *_FOUND, *_OUTCOME)),
        ("department", "item", "district", "system"),
    ),
    Report(
        "quarterly",
        Words("季度通报", "Quarterly report"),
        Words("各部门按按时办结率排名。", "Departments ranked by their on-time rate."),
        "quarter",
        by_group(("closed", *_TIME, "warnings", *_OUTCOME), ranked_by="on_time_rate"),
        ("department", "district"),
    ),
    Report(
        "districts",
        Words("区市对比排名", "Comparison of districts"),
        Words("各区市按按时办结率排名。", "Districts ranked by their on-time rate."),
        "month",
        by_group((*_VOLUME, *_TIME, "warnings", *_OUTCOME, "data_timeliness"), ranked_by="on_time_rate"),
        ("district",),
    ),
    Report(
        "versions",
        Words("流程版本对比", "Versions of a process"),
        Words("同一流程各版本的指标对比。", "A process before and after a change: its figures by version."),
        "all",
        by_group((*_VOLUME, *_TIME, "warnings", "warning_rate")),
        ("version",),
        ("definition", "district", "department"),
    ),
)
