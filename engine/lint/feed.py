"""The feed beside a model: rules read what somebody gives, and nobody gives the verdict instead of the facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.diagrams import Diagram, RuleInfo
from engine.feel import FeelError, parse
from engine.lint.known import Known
from engine.lint.remarks import REMARK, Fault, Remark

# Names with a meaning in every rule (docs/architecture.md), not fields of a case.
OF_RULES = frozenset(
    ["now", "case", "step completed", "item", "step", "steps", "extension_wd", "extension_count", "extension"]
    + ["suspended", "firing"]
)
VERDICT = re.compile(
    r"(^|_)(is_)?(overdue|late|on_time|in_time|violated|violation|breach|breached|compliant|verdict)(_flag)?$"
    r"|是否(超期|逾期|超时|违规|违法|合规)|(超期|逾期|超时|违规)标[志识]"
)

NOT_GIVEN = Fault(
    "rule_field",
    "规则读取 {name}，但 feed.json、表单、任务和事件都没有这个字段",
    "the rule reads {name}, which no feed, no form, no task and no event gives",
    "改正字段名，或在 feed.json 或表单中加上它",
    "correct the name, or add the field to feed.json or to a form",
    REMARK,
)
GIVES_VERDICT = Fault(
    "feed_verdict",
    "feed.json 的字段 {name} 直接给出结论，而不是事实",
    "the field {name} of feed.json carries the verdict itself, not the facts",
    "改为提供时间、金额等事实，由规则判断",
    "let it carry dates and amounts, and let a rule judge",
    REMARK,
)


def check(diagram: Diagram, known: Known) -> Iterator[Remark]:
    """Remarks on a model whose feed is known, or whose every step asks for its fields by a form."""
    if known.feed is None and not _all_asked(diagram, known):
        return
    given = dict(_fields(known.feed))
    for name, schema in given.items():
        if VERDICT.search(name) or VERDICT.search(str(schema.get("title", ""))):
            yield GIVES_VERDICT.at(diagram.process_id, diagram.line, name=name)
    told = {*given, *known.fields, *OF_RULES, *_made(diagram)}
    for checkpoint in diagram.checkpoints.values():
        for rule in checkpoint.rules:
            for name in sorted(_read(rule, known) - told):
                yield NOT_GIVEN.at(rule.id, rule.line, name=name)


def _all_asked(diagram: Diagram, known: Known) -> bool:
    """Whether the forms say all that people enter."""
    steps = [node for node in diagram.elements.values() if node.tag in ("userTask", "manualTask")]
    return bool(known.fields) and all(node.step is not None and node.step.form for node in steps)


def _fields(schema: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every property that a JSON Schema names, at any depth."""
    waiting = [schema]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            properties = one.get("properties")
            if isinstance(properties, Mapping):
                yield from ((name, value) for name, value in properties.items() if isinstance(value, Mapping))
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _made(diagram: Diagram) -> Iterator[str]:
    """The fields that tasks, calls and events of the process give."""
    for node in diagram.elements.values():
        if node.handler is not None:
            yield from node.handler.outputs
        if node.decision is not None:
            yield from (*node.decision.outputs, *([node.decision.result] if node.decision.result else []))
        if node.loop is not None:
            yield from (name for name in (node.loop.item, node.loop.results, node.loop.result) if name)
        if node.call is not None:
            yield from node.call.outputs
        yield from node.receive.outputs


def _read(rule: RuleInfo, known: Known) -> set[str]:
    """The fields that a rule reads; what does not parse has its own fault."""
    found: set[str] = set()
    for text in rule.params.values():
        try:
            paths = parse(text, names=tuple(OF_RULES), functions=tuple(known.functions)).names
        except FeelError:
            continue
        found |= {path.split(".")[0] for path in paths}
    return found
