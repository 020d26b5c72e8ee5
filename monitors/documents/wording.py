"""A document in words: what stands on the paper, in one language. Pages and PDF show the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from monitors.documents.archive import Document
from monitors.documents.kinds import KINDS, ORGAN
from monitors.standing import MARKS, in_words
from monitors.words import Words

ORGAN_NAME = Words("监察机关", "Supervision organ")
FIELDS: Mapping[str, Words] = {
    "violation_no": Words("违规", "Violation"),
    "order_no": Words("督办单", "Supervision order"),
    "against": Words("申诉对象", "Appeal against"),
    "case_no": Words("办件", "Case"),
    "item": Words("事项", "Item"),
    "department": Words("部门", "Department"),
    "level": Words("级别", "Level"),
    "colour": Words("牌", "Card"),
    "kind": Words("类别", "Kind"),
    "checkpoint": Words("监察点", "Checkpoint"),
    "rule": Words("监察规则", "Rule"),
    "facts": Words("事实", "Facts"),
    "fact_at": Words("事实发生时间", "Time of the fact"),
    "acceptance_at": Words("受理时间", "Accepted at"),
    "receipt_no": Words("受理编号", "Receipt number"),
    "promised_wd": Words("承诺时限（工作日）", "Promised limit (working days)"),
    "statutory_wd": Words("法定时限（工作日）", "Statutory limit (working days)"),
    "materials": Words("需补正的内容", "To be supplemented"),
    "procedure": Words("特别程序", "Special procedure"),
    "own_limit": Words("所需时间（工作日）", "Time needed (working days)"),
    "from": Words("自", "From"),
    "extended_by": Words("延长", "Extended by"),
    "unit": Words("单位", "Unit"),
    "decision": Words("决定", "Decision"),
    "decision_date": Words("决定时间", "Decided at"),
    "licence_no": Words("许可证号", "Licence number"),
    "licence_expiry": Words("有效期至", "Valid until"),
    "demand": Words("要求", "Demand"),
    "deadline": Words("整改期限", "Rectification until"),
    "grounds": Words("申诉理由", "Grounds"),
    "outcome": Words("裁定", "Outcome"),
    "rounds": Words("整改次数", "Rounds of rectification"),
    "proposal": Words("建议", "Proposal"),
    "reason": Words("理由", "Reason"),
    "basis": Words("依据", "Basis"),
    "basis_mark": Words("依据的可信度", "Standing of the basis"),
    "basis_reason": Words("引用未核对依据的理由", "Why an unverified basis is cited"),
    "remedy": Words("救济途径", "Remedies"),
    "opinion": Words("意见", "Opinion"),
    "approver": Words("批准人", "Approved by"),
    "drafted_by": Words("拟稿人", "Drafted by"),
    "approved_by": Words("批准人", "Approved by"),
    "decided_by": Words("裁定人", "Decided by"),
    "issued_by": Words("签发人", "Issued by"),
}
VALUES: Mapping[str, Mapping[str, Words]] = {
    "level": {
        "notice": Words("提示", "notice"),
        "yellow": Words("黄色", "yellow"),
        "red": Words("红色", "red"),
    },
    "colour": {"yellow": Words("黄牌", "yellow card"), "red": Words("红牌", "red card")},
    "kind": {
        "一般督办": Words("一般督办", "General supervision"),
        "联合督办": Words("联合督办", "Joint supervision"),
        "挂牌督办": Words("挂牌督办", "Listed (public) supervision"),
        "转办": Words("转办", "Forwarded to the district"),
    },
    "unit": {
        "working_day": Words("个工作日", "working days"),
        "calendar_day": Words("日", "calendar days"),
    },
    "decision": {
        "granted": Words("准予许可", "granted"),
        "denied": Words("不予许可", "denied"),
        "withdrawn": Words("申请人撤回", "withdrawn"),
        "terminated": Words("终止办理", "terminated"),
    },
    "outcome": {
        "revoked": Words("撤销", "revoked"),
        "upheld": Words("维持", "upheld"),
        "downgraded": Words("降级", "downgraded"),
        "escalated": Words("上报", "escalated"),
    },
    "basis_mark": {mark: in_words(mark) for one in MARKS for mark in (one, *(f"{one}/{other}" for other in MARKS))},
    "remedy": {
        "True": Words(
            "可依法申请行政复议或者提起行政诉讼。",
            "You may apply for administrative reconsideration or bring a suit, as the law provides.",
        ),
        "False": Words("未告知。", "Not told."),
    },
}
_OTHER_LANGUAGE = "_en"


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on the paper, top to bottom, in one language; ``lines`` are label and text."""

    language: str
    title: str
    number: str
    opening: str
    lines: tuple[tuple[str, str], ...]
    issuer: str
    dated: str


def paper_of(document: Document, *, english: bool, zone: tzinfo) -> Paper:
    """The paper of a document; it follows from the document alone, and never changes."""
    body = document.body
    kind = KINDS[document.kind]
    names = _names_of(document)
    lines = tuple(
        (FIELDS[name].text(english) if name in FIELDS else name, _text(body, name, english, zone))
        for name in sorted(body, key=_place)
        if _is_line(name) and body[name] not in (None, "")
    )
    opening = {name: value.text(english) for name, value in names.items()}
    title = Words(document.title, document.title_en or document.title)
    return Paper(
        "en" if english else "zh-Hans",
        title.text(english),
        document.number,
        kind.opening.text(english).format(**opening),
        lines,
        names["issuer"].text(english),
        _day(document.dated, english),
    )


def _names_of(document: Document) -> dict[str, Words]:
    body = document.body
    told = {name: _both(body, name) for name in ("item", "case_no")}
    to = _both(body, "addressee") if "addressee" in body else _name(body, str(body.get("department", "")))
    issuer = ORGAN_NAME if document.issuer == ORGAN else _both(body, "issuer")
    return {**told, "addressee": to, "issuer": issuer}


def _both(body: Mapping[str, Any], name: str) -> Words:
    value = str(body.get(name) or "—")
    return Words(value, str(body.get(f"{name}{_OTHER_LANGUAGE}") or value))


def _name(body: Mapping[str, Any], code: str) -> Words:
    found = body.get("names", {}).get(code)
    return Words(code, code) if found is None else Words(*found)


def _is_line(name: str) -> bool:
    return name not in ("names", "addressee", "issuer") and not name.endswith(_OTHER_LANGUAGE)


def _place(name: str) -> tuple[int, str]:
    known = list(FIELDS)
    return (known.index(name), name) if name in FIELDS else (len(known), name)


def _text(body: Mapping[str, Any], name: str, english: bool, zone: tzinfo) -> str:
    value = body[name]
    known = VALUES.get(name, {}).get(str(value))
    if known is not None:
        return known.text(english)
    if str(value) in body.get("names", {}):
        return _name(body, str(value)).text(english)
    if f"{name}{_OTHER_LANGUAGE}" in body:
        return _both(body, name).text(english)
    return _value(value, english, zone)


def _value(value: Any, english: bool, zone: tzinfo) -> str:
    if isinstance(value, bool):
        return Words("是", "yes").text(english) if value else Words("否", "no").text(english)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, list):
        return "、".join(_value(one, english, zone) for one in value)
    if isinstance(value, str) and "T" in value:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment.tzinfo else value
    return str(value)


def _day(day: date, english: bool) -> str:
    """The day as it stands below a document (GB/T 9704-2012, 7.3.5.4: without leading zeros)."""
    return day.isoformat() if english else f"{day.year}年{day.month}月{day.day}日"
