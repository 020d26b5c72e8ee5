"""Rules: an id of their own, a known kind with its parameters, and where the law says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint.known import Known
from engine.lint.names import JC, owner
from engine.lint.remarks import REMARK, Fault, Remark

LEVELS = ("notice", "yellow", "red")
DIMENSIONS = ("TIME", "FLOW", "FEE", "MATL", "AUTH", "COND", "OPEN", "FUND", "COMP", "INTG", "SATI", "DATA", "VIDEO")
CONFIDENCE = ("C✓", "C", "P", "E")

NO_ID = Fault("rule_id", "规则没有 id", "expected an id on this rule, found none")
DOUBLE = Fault(
    "rule_double",
    "规则 {id} 出现了两次（先在第 {first} 行）",
    "expected rule ids to be unique, found {id} again (first on line {first})",
)
UNKNOWN_KIND = Fault("rule_kind", "不认识的规则类型 {kind}", "expected one of the rule kinds {known}, found {kind}")
NO_KIND = Fault("rule_without_kind", "规则没有 kind", "expected a kind on this rule, found none")
UNKNOWN_PARAMETER = Fault(
    "rule_parameter",
    "规则类型 {kind} 没有参数 {name}",
    "expected one of the parameters {known} of {kind}, found {name}",
)
NO_PARAMETER = Fault(
    "rule_parameter_missing",
    "规则类型 {kind} 须有参数 {name}",
    "expected the parameter {name} of {kind}, found none",
)
UNKNOWN_LEVEL = Fault("rule_level", "不认识的级别 {level}", "expected notice, yellow or red as level, found {level}")
NO_LEVEL = Fault(
    "rule_without_level", "规则没有级别，也没有阶梯", "expected a level or a ladder on this rule, found neither"
)
UNKNOWN_LADDER = Fault(
    "rule_ladder", "不认识的阶梯 {ladder}（有 {known}）", "expected one of the ladders {known}, found {ladder}"
)
UNKNOWN_DIMENSION = Fault(
    "rule_dimension", "不认识的监察维度 {dimension}", "expected one of the dimensions {known}, found {dimension}"
)
NO_BASIS = Fault(
    "rule_basis",
    "规则没有写依据",
    "expected the legal basis of this rule, found none",
    "写法条，或写明来自惯例",
    "name the article, or say that it is practice",
)
BAD_CONFIDENCE = Fault(
    "rule_confidence",
    "可信度须为 C✓、C、P、E（可用 / 组合），现在是 {confidence}",
    "expected C✓, C, P or E (joined by /) as confidence, found {confidence}",
)
BAD_TRIAL = Fault(
    "rule_trial", "dryRun 须为 true 或 false，现在是 {found}", "expected true or false as dryRun, found {found}"
)
BAD_CARD = Fault(
    "rule_auto_card",
    "只有时限（TIME）类规则的黄牌可以不经人签发，此规则的维度是 {dimension}",
    "expected autoCard on rules of the dimension TIME only, found {dimension}",
    "去掉 autoCard，由人签发",
    "leave autoCard out: a person issues the card",
)
NO_MESSAGE = Fault(
    "rule_message",
    "规则缺少中文或英文消息",
    "the rule has no message in Chinese, or none in English",
    "写 message 和 messageEn",
    "write message and messageEn",
    REMARK,
)


def check(tree: Any, known: Known) -> Iterator[Remark]:
    """Faults of the rules of a file."""
    seen: dict[str, int] = {}
    for rule in tree.getroot().iter(f"{JC}rule"):
        identity, line = rule.get("id", ""), rule.sourceline
        if not identity:
            yield NO_ID.at(owner(rule), line)
        elif identity in seen:
            yield DOUBLE.at(identity, line, id=identity, first=seen[identity])
        seen.setdefault(identity, line)
        where = (identity or owner(rule), line)
        yield from _kind(rule, where, known)
        yield from _words(rule, where)
        ladder = rule.get("ladder")
        if ladder and known.ladders is not None and ladder not in known.ladders:
            yield UNKNOWN_LADDER.at(*where, ladder=ladder, known=", ".join(sorted(known.ladders)))


def _kind(rule: Any, where: tuple[str, int], known: Known) -> Iterator[Remark]:
    kind = rule.get("kind", "")
    if not kind:
        yield NO_KIND.at(*where)
    elif known.kinds is not None and kind not in known.kinds:
        yield UNKNOWN_KIND.at(*where, kind=kind, known=", ".join(sorted(known.kinds)))
    elif known.kinds is not None:
        allowed = known.kinds[kind]
        given = {param.get("name", ""): param.sourceline for param in rule.iterfind(f"{JC}param")}
        for name, line in given.items():
            if name and name not in allowed:
                yield UNKNOWN_PARAMETER.at(where[0], line, kind=kind, name=name, known=", ".join(sorted(allowed)))
        for name in sorted(set((known.required or {}).get(kind, ())) - set(given)):
            yield NO_PARAMETER.at(*where, kind=kind, name=name)


def _words(rule: Any, where: tuple[str, int]) -> Iterator[Remark]:
    level, dimension, confidence = rule.get("level", ""), rule.get("dimension", ""), rule.get("confidence", "")
    if level and level not in LEVELS:
        yield UNKNOWN_LEVEL.at(*where, level=level)
    if not level and not rule.get("ladder"):
        yield NO_LEVEL.at(*where)
    if dimension not in DIMENSIONS:
        yield UNKNOWN_DIMENSION.at(*where, dimension=dimension or "-", known=", ".join(DIMENSIONS))
    if not rule.get("basis", "").strip():
        yield NO_BASIS.at(*where)
    if not all(part.strip() in CONFIDENCE for part in confidence.split("/")):
        yield BAD_CONFIDENCE.at(*where, confidence=confidence or "-")
    if rule.get("dryRun", "false") not in ("true", "false"):
        yield BAD_TRIAL.at(*where, found=rule.get("dryRun"))
    if rule.get("autoCard") == "true" and dimension != "TIME":
        yield BAD_CARD.at(*where, dimension=dimension or "-")
    if not (rule.get("message") and rule.get("messageEn")):
        yield NO_MESSAGE.at(*where)
