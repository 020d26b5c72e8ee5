"""The words of messages, in both languages: a subject, a line for each notice, a short form for SMS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitors.words import Words

SUBJECT = Words("【监察】{level}：{message}", "[Jiancha] {level}: {message}")
DIGEST = Words("【监察】今日提示 {count} 条", "[Jiancha] {count} notices today")
LINE = Words("{at} {level} {number} 办件 {case_no}：{message}", "{at} {level} {number} case {case_no}: {message}")
CLOSE = Words("请登录监察系统查看详情。", "Please sign in to see the details.")
SMS = Words("【监察】{level} {number}：{message}", "[Jiancha] {level} {number}: {message}")
LEVELS: Mapping[str, Words] = {
    "notice": Words("提示", "notice"),
    "yellow": Words("黄色预警", "yellow warning"),
    "red": Words("红色预警", "red warning"),
}
LONGEST_SMS = 300


def facts_of(notice: Mapping[str, Any], at: str, *, english: bool) -> dict[str, str]:
    """What the templates see of a notice; ``at`` is its time in words."""
    body = notice["body"]
    message = (body.get("message_en") if english else None) or body.get("message") or notice["kind"]
    level = LEVELS.get(notice["level"], Words(notice["level"], notice["level"]))
    return {
        "at": at,
        "level": level.text(english),
        "number": str(body.get("number") or ""),
        "case_no": str(body.get("case_no") or ""),
        # A line break in a message must not become a header or a second line.
        "message": " ".join(str(message).split()),
    }


def letter(notices: Sequence[Mapping[str, str]], *, english: bool, digest: bool) -> tuple[str, str]:
    """Subject and text of a mail about these notices."""
    subject = DIGEST.text(english).format(count=len(notices)) if digest else SUBJECT.text(english).format(**notices[0])
    lines = [LINE.text(english).format(**one) for one in notices]
    return subject, "\n".join([*lines, "", CLOSE.text(english)])


def short(notices: Sequence[Mapping[str, str]], *, english: bool) -> str:
    """The text of an SMS: the first notice, cut where it is too long."""
    text = SMS.text(english).format(**notices[0])
    return text if len(text) <= LONGEST_SMS else f"{text[: LONGEST_SMS - 1]}…"
