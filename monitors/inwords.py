"""A warning in words, in both languages: what was looked at, by which article of law, and what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitors.laws import Laws, articles
from monitors.model import Warning
from monitors.plain import plain
from monitors.rederiving import Rederived
from monitors.standing import in_words
from monitors.words import Words

_LEVELS = {"notice": ("提示", "notice"), "yellow": ("黄色", "yellow"), "red": ("红色", "red")}
_UNITS = {
    "working_day": ("个工作日", "working days"),
    "calendar_day": ("个自然日", "calendar days"),
    "hour": ("小时", "hours"),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages."""

    zh: str
    en: str


def told(warning: Warning, again: Rederived, laws: Laws, mark: str) -> tuple[Sentence, ...]:
    """The warning from its case to the verdict on itself, a sentence each; ``mark`` is its basis's as it stands now."""
    zone = ZoneInfo((warning.evidence.get("calendar") or {}).get("zone", "UTC"))
    return tuple(_sentences(warning, again, laws, in_words(mark), zone))


def _sentences(warning: Warning, again: Rederived, laws: Laws, mark: Words, zone: ZoneInfo) -> Iterator[Sentence]:
    level, evidence = _LEVELS[warning.level], warning.evidence
    yield Sentence(
        f"{warning.number}（{level[0]}）：案件 {warning.case_no}，{warning.message}。",
        f"{warning.number} ({level[1]}): case {warning.case_no}, {warning.message_en}.",
    )
    cited = articles(warning.basis, laws)
    basis = Sentence(
        "、".join(one.zh for one in cited) or warning.basis, "; ".join(one.en for one in cited) or warning.basis
    )
    yield Sentence(
        f"依据：{basis.zh}（{mark.zh}）；规则 {warning.rule}，模型 {warning.definition} 第 {warning.definition_version} 版。",
        f"Basis: {basis.en} ({mark.en}); rule {warning.rule}, model {warning.definition} version {warning.definition_version}.",
    )
    yield from _limit(warning, evidence.get("reason") or {}, zone)
    if evidence.get("inputs"):
        read = ", ".join(f"{name} = {plain(value)}" for name, value in evidence["inputs"].items())
        yield Sentence(f"规则读取的值：{read}。", f"The rule read {read}.")
    if warning.undetermined:
        missing = ", ".join(warning.missing) or evidence.get("note") or ""
        yield Sentence(
            f"规则无法判定：{missing}；不算通过。", f"The rule could not be judged: {missing}; it is not passed."
        )
    yield _verdict(again)


def _limit(warning: Warning, reason: Mapping[str, Any], zone: ZoneInfo) -> Iterator[Sentence]:
    if not reason.get("last_day"):
        return
    unit, start = _UNITS.get(reason["unit"], ("", reason["unit"])), _clock(reason["start"], zone)
    yield Sentence(
        f"时限 {reason['amount']} {unit[0]}，自 {start} 起算，最后一日为 {reason['last_day']}。",
        f"The limit is {reason['amount']} {unit[1]}, counted from {start}; the last permitted day is {reason['last_day']}.",
    )
    if warning.due is not None:
        due, seen = _clock(warning.due, zone), _clock(warning.happened, zone)
        yield Sentence(f"自 {due} 起达到该级；{seen} 发现。", f"The rung was reached at {due}, and found at {seen}.")


def _verdict(again: Rederived) -> Sentence:
    if again.same:
        return Sentence(
            "由留存的证据重新推导，结果完全相同。", "Derived again from the kept evidence: the same in every value."
        )
    zh = "；".join(f"{one.what}：留存 {plain(one.stored)}，推导 {plain(one.derived)}" for one in again.differences)
    en = "; ".join(f"{one.what}: kept {plain(one.stored)}, derived {plain(one.derived)}" for one in again.differences)
    return Sentence(
        f"由留存的证据重新推导，结果不同：{zh}。", f"Derived again from the kept evidence: not the same. {en}."
    )


def _clock(value: datetime | str, zone: ZoneInfo) -> str:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
