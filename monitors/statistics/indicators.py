"""The indicators of B.7: each with its unit, its formula, and the measures that are its numerator and denominator.

A share is never shown without its basis, and where there is no basis there is no share (null, never 0).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from monitors.statistics.measures import Measures
from monitors.words import Words

Number = Decimal | int


@dataclass(frozen=True, slots=True)
class Share:
    """A part and its whole. ``value`` is exact as a Decimal, None where there is no whole."""

    numerator: Number
    denominator: Number

    @property
    def value(self) -> Decimal | None:
        return Decimal(self.numerator) / Decimal(self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class Indicator:
    """``numerator`` and ``denominator`` are measures to be added up; without a denominator it is a plain count."""

    code: str
    name: Words
    unit: str  # cases warnings orders appeals cards share yuan
    formula: Words
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        return *self.numerator, *self.denominator

    def of(self, counted: Measures) -> Any:
        """A ``Share``, or a number; None where what it counts is not known for such a group."""
        part = _added(counted, self.numerator)
        if not self.denominator:
            return part
        whole = _added(counted, self.denominator)
        return None if part is None or whole is None else Share(part, whole)


def _added(counted: Measures, names: tuple[str, ...]) -> Number | None:
    found = [counted.get(name) for name in names]
    known = [one for one in found if one is not None]
    return sum(known) if known else None


def _count(code: str, zh: str, en: str, unit: str, zh_formula: str, en_formula: str) -> Indicator:
    return Indicator(code, Words(zh, en), unit, Words(zh_formula, en_formula), (code,))


_VOLUME = (
    _count(
        "supervised", "监察办件量", "Cases supervised", "cases", "期内曾在办的办件", "open at some time of the period"
    ),
    _count("received", "收件量", "Cases received", "cases", "期内收件", "begun in the period"),
    _count("accepted", "受理量", "Cases accepted", "cases", "期内受理", "accepted in the period"),
    _count("closed", "办结量", "Cases closed", "cases", "期内办结", "came to their end in the period"),
    _count("open", "在办量", "Cases open", "cases", "期末在办", "open at the end of the period"),
    _count(
        "not_accepted",
        "不予受理量",
        "Cases not accepted",
        "cases",
        "期内办结且不予受理",
        "closed without being accepted",
    ),
    _count("returned", "退件量", "Cases returned", "cases", "期内撤回、终止", "withdrawn or terminated in the period"),
)
_TIME = (
    Indicator(
        "on_time_rate",
        Words("按时办结率", "On-time rate"),
        "share",
        Words("限期内办结 / 办结", "closed in limit / closed"),
        ("in_limit",),
        ("closed",),
    ),
    Indicator(
        "early_rate",
        Words("提前办结率", "Early rate"),
        "share",
        Words(
            "用时少于承诺时限的办结 / 用时与承诺时限均可知的办结",
            "closed with used < promised / closed with both known (working days)",
        ),
        ("early",),
        ("early_known",),
    ),
    Indicator(
        "on_the_spot_rate",
        Words("即办率", "On-the-spot rate"),
        "share",
        Words(
            "受理当日决定（或即办件）的办结 / 受理日可知的办结",
            "closed, decided on the day of acceptance (or an on-the-spot item) / closed with a known acceptance",
        ),
        ("on_the_spot",),
        ("on_the_spot_known",),
    ),
    Indicator(
        "overdue_rate",
        Words("超时率", "Overdue rate"),
        "share",
        Words(
            "(超时办结 + 超时在办) / (办结 + 到期在办)",
            "(overdue closed + overdue open) / (closed + open whose limit has passed)",
        ),
        ("overdue_closed", "overdue_open"),
        ("closed", "open_due"),
    ),
    Indicator(
        "speed_up",
        Words("平均提速", "Mean speed-up"),
        "share",
        Words(
            "办结件 (法定时限 - 用时) / 法定时限 的平均值（工作日，扣除中止）",
            "mean over closed of (statutory - used) / statutory (working days, net of suspensions)",
        ),
        ("speed_up",),
        ("speed_up_known",),
    ),
    Indicator(
        "promised_speed_up",
        Words("承诺提速", "Promised speed-up"),
        "share",
        Words(
            "办结件 (法定时限 - 承诺时限) / 法定时限 的平均值",
            "mean over closed of (statutory - promised) / statutory (working days)",
        ),
        ("promised_speed_up",),
        ("promised_speed_up_known",),
    ),
    Indicator(
        "satisfaction",
        Words("满意率", "Satisfaction"),
        "share",
        Words("评价 4 分及以上 / 已评价的办结", "rated 4 or 5 of 5 / closed and rated"),
        ("satisfied",),
        ("evaluated",),
    ),
)
_FOUND = (
    _count(
        "warnings", "预警数", "Warnings", "warnings", "期内发出的预警", "raised in the period, without recalled ones"
    ),
    _count("warnings_notice", "提示", "Notices", "warnings", "其中提示", "of these, notices"),
    _count("warnings_yellow", "黄色预警", "Yellow warnings", "warnings", "其中黄色", "of these, yellow"),
    _count("warnings_red", "红色预警", "Red warnings", "warnings", "其中红色", "of these, red"),
    Indicator(
        "warning_rate",
        Words("预警率", "Warning rate"),
        "ratio",
        Words("预警 / 监察办件", "warnings / cases supervised"),
        ("warnings",),
        ("supervised",),
    ),
    Indicator(
        "confirmed_rate",
        Words("违规确认率", "Confirmed rate"),
        "share",
        Words("确认为违规的预警 / 预警", "warnings confirmed as a violation / warnings"),
        ("confirmed",),
        ("warnings",),
    ),
    Indicator(
        "false_alarm_rate",
        Words("误报率", "False-alarm rate"),
        "share",
        Words("排除的预警 / 预警", "warnings dismissed / warnings"),
        ("dismissed",),
        ("warnings",),
    ),
    _count("yellow_cards", "黄牌", "Yellow cards", "cards", "期内发出、现仍有效", "issued in the period and in force"),
    _count("red_cards", "红牌", "Red cards", "cards", "期内发出、现仍有效", "issued in the period and in force"),
    Indicator(
        "rectification_rate",
        Words("整改率", "Rectification rate"),
        "share",
        Words("已核验的整改 / 期内到期的整改", "verified / due in the period"),
        ("rectified",),
        ("rectification_due",),
    ),
    Indicator(
        "rectified_on_time_rate",
        Words("整改及时率", "On-time rectification"),
        "share",
        Words("按期且已核验的整改 / 期内到期的整改", "verified, no round of it late / due in the period"),
        ("rectified_on_time",),
        ("rectification_due",),
    ),
    Indicator(
        "appeal_success",
        Words("申诉成立率", "Appeal success"),
        "share",
        Words("撤销 / 期内申诉", "revoked / filed in the period"),
        ("appeals_won",),
        ("appeals",),
    ),
)
_DATA = (
    Indicator(
        "data_completeness",
        Words("数据完整率", "Data completeness"),
        "share",
        Words("有效事件 / 事件", "events without a data finding / events"),
        ("valid_events",),
        ("events",),
    ),
    Indicator(
        "data_timeliness",
        Words("数据及时率", "Data timeliness"),
        "share",
        Words("24 小时内上报的事件 / 上报时间可知的事件", "events sent within 24 h / events whose sending is known"),
        ("events_in_time",),
        ("sent_events",),
    ),
)
_MONEY = (
    _count("fee_cases", "收费办件", "Cases with a fee", "cases", "期内办结且收费", "closed in the period with a fee"),
    _count("fee", "收费金额", "Fees charged", "yuan", "期内办结件的收费", "charged in the cases closed"),
    _count("fee_waived", "减免金额", "Fees waived", "yuan", "期内办结件的减免", "waived in the cases closed"),
    Indicator(
        "saving_rate",
        Words("节约率", "Tender saving"),
        "share",
        Words("(预算 - 成交价) / 预算", "(budget - deal) / budget, of the cases that know both"),
        ("saved",),
        ("budget",),
    ),
    Indicator(
        "premium_rate",
        Words("溢价率", "Premium"),
        "share",
        Words("(成交价 - 起始价) / 起始价", "(deal - start) / start, of the cases that know both"),
        ("premium",),
        ("start_price",),
    ),
    Indicator(
        "execution_rate",
        Words("资金执行率", "Fund execution"),
        "share",
        Words("已支付 / 已安排", "paid / arranged, of the cases that know both"),
        ("executed",),
        ("executed_of",),
    ),
    Indicator(
        "in_place_rate",
        Words("资金到位率", "Funds in place"),
        "share",
        Words("已到位 / 计划", "received / planned, of the cases that know both"),
        ("in_place",),
        ("in_place_of",),
    ),
    Indicator(
        "disbursement_rate",
        Words("资金拨付率", "Funds disbursed"),
        "share",
        Words("已拨付 / 已到位", "disbursed / received, of the cases that know both"),
        ("passed_on",),
        ("passed_on_of",),
    ),
)
FAMILIES: Mapping[str, tuple[Indicator, ...]] = {
    "volume": _VOLUME,
    "time": _TIME,
    "found": _FOUND,
    "data": _DATA,
    "money": _MONEY,
}
INDICATORS: Mapping[str, Indicator] = {one.code: one for family in FAMILIES.values() for one in family}
HEADLINE = {
    "cases": "supervised",
    "warnings": "warnings",
    "speed_up": "speed_up",
    "on_the_spot": "on_the_spot_rate",
    "satisfaction": "satisfaction",
}
