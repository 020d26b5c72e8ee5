"""The checkpoints on the item itself (B.2: two limits per item; 行政许可法 58, 优化营商环境条例 35).

A proposal that breaks one is refused; of an item in force it is shown. Limits are whole working days, which their
names say (``statutory_wd``, ``promised_wd``), so none is without a unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

ON_THE_SPOT, COMMITTED = "即办", "承诺"
TYPES = (ON_THE_SPOT, COMMITTED)


@dataclass(frozen=True, slots=True)
class Flaw:
    """One checkpoint that an item breaks, in both languages; ``field`` is the part of the item."""

    code: str
    field: str
    zh: str
    en: str


def flaws(body: Mapping[str, Any]) -> tuple[Flaw, ...]:
    """What is wrong with an item by itself, in the order in which a person reads it."""
    return (*_named(body), *_limits(body), *_steps(body), *_fees(body), *_materials(body))


def flaws_of_days(since: date, until: date | None, today: date) -> tuple[Flaw, ...]:
    """A change must be in force before its use: it begins on no day before its approval, and ends on none before it begins."""
    found = []
    if since < today:
        found.append(
            Flaw(
                "backdated",
                "valid_from",
                f"生效日 {since} 早于审批日 {today}",
                f"in force from {since}, which is before the day of approval, {today}",
            )
        )
    if until is not None and until < since:
        found.append(
            Flaw(
                "ends_before",
                "valid_until",
                f"失效日 {until} 早于生效日 {since}",
                f"ends on {until}, before it begins on {since}",
            )
        )
    return tuple(found)


def _named(body: Mapping[str, Any]) -> Iterator[Flaw]:
    for field, zh, en in (
        ("name", "缺少事项名称", "the name is missing"),
        ("name_en", "缺少英文名称", "the English name is missing"),
        ("process", "未指定办理流程", "no process is named"),
        ("basis", "缺少设定依据", "the item has no legal basis"),
    ):
        if not str(body.get(field) or "").strip():
            yield Flaw(f"no_{field}", field, zh, en)
    if body.get("type") not in TYPES:
        yield Flaw("type", "type", "事项类型须为即办或承诺", f"the kind must be one of {', '.join(TYPES)}")


def _limits(body: Mapping[str, Any]) -> Iterator[Flaw]:
    whole = True
    for field, zh, en in (
        ("statutory_wd", "法定时限", "statutory limit"),
        ("promised_wd", "承诺时限", "promised limit"),
    ):
        value = body.get(field)
        if type(value) is not int or value < 1:
            whole = False
            yield Flaw(
                f"no_{field}", field, f"{zh}须为不少于 1 的整数工作日", f"the {en} must be 1 working day or more"
            )
    if whole and body["promised_wd"] > body["statutory_wd"]:
        promised, statutory = body["promised_wd"], body["statutory_wd"]
        yield Flaw(
            "promised_beyond_statutory",
            "promised_wd",
            f"承诺时限 {promised} 个工作日长于法定时限 {statutory} 个工作日",
            f"the promised limit, {promised} working days, is longer than the statutory one, {statutory}",
        )


def _steps(body: Mapping[str, Any]) -> Iterator[Flaw]:
    limits, promised = body.get("step_limits") or {}, body.get("promised_wd")
    if not limits or type(promised) is not int:
        return
    total = sum(limits.values())
    if total != promised:
        yield Flaw(
            "steps_do_not_add_up",
            "step_limits",
            f"各环节时限合计 {total} 个工作日，与承诺时限 {promised} 个工作日不符",
            f"the limits of the steps add up to {total} working days, and {promised} are promised",
        )


def _fees(body: Mapping[str, Any]) -> Iterator[Flaw]:
    for name, fee in _rows(body.get("fees")):
        if not fee.get("basis"):
            yield Flaw("fee_without_basis", "fees", f"收费“{name}”没有依据", f"the fee “{name}” has no basis")
        if not fee.get("unit"):
            yield Flaw("fee_without_unit", "fees", f"收费“{name}”没有计费单位", f"the fee “{name}” has no unit")
        standard = fee.get("standard")
        if not isinstance(standard, int | float | Decimal) or isinstance(standard, bool) or standard < 0:
            yield Flaw(
                "fee_without_standard", "fees", f"收费“{name}”没有标准", f"the fee “{name}” has no standard in yuan"
            )


def _materials(body: Mapping[str, Any]) -> Iterator[Flaw]:
    for name, material in _rows(body.get("materials")):
        if not material.get("basis"):
            yield Flaw(
                "material_without_basis", "materials", f"材料“{name}”没有依据", f"the material “{name}” has no basis"
            )
        number = material.get("number", 1)
        if type(number) is not int or number < 1:
            yield Flaw(
                "material_number", "materials", f"材料“{name}”的份数须为正整数", f"“{name}”: expected 1 copy or more"
            )


def _rows(rows: Sequence[Mapping[str, Any]] | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for row in rows or ():
        yield str(row.get("name") or row.get("code") or "?"), row
