"""Every FEEL text of a diagram parses: conditions, times, rule parameters, inputs of handlers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.diagrams import text
from engine.durations import is_iso8601
from engine.feel import FeelSyntaxError, parse
from engine.lint import feeltypes
from engine.lint.events import CHECKPOINT_TIME
from engine.lint.known import Known
from engine.lint.names import BPMN, JC, local, owner
from engine.lint.remarks import Fault, Remark

# Names of the engine and of rules that hold a blank; names of one word need no telling.
NAMES = ("step completed",)
TIMES = ("timeDate", "timeDuration", "timeCycle")
LOOPS = ("loopCardinality", "loopCondition", "completionCondition", "loopDataInputRef")
PLACES = (f"{JC}param", f"{JC}input", f"{JC}output", f"{JC}correlation") + tuple(
    f"{BPMN}{name}" for name in ("conditionExpression", "condition", *TIMES, *LOOPS)
)

SYNTAX = Fault(
    "feel_syntax",
    "{what} 不是合格的 FEEL：第 {line} 行第 {column} 列，应为 {expected}，实为 {found}",
    "{what} is not FEEL: line {line}, column {column}: expected {expected}, found {found}",
    "表达式用 FEEL 书写，不加前缀 = 或 ${{}}，例如 amount > 1000 and approved",
    "write FEEL without a leading = or ${{}}, such as amount > 1000 and approved",
)
UNKNOWN_FUNCTION = Fault(
    "feel_function",
    "{what} 调用了不存在的函数 {name}",
    "expected a FEEL function or one of {known} in {what}, found {name}",
)
EMPTY = Fault("feel_empty", "{what} 是空的", "expected a FEEL expression as {what}, found nothing")


def check(tree: Any, known: Known) -> Iterator[Remark]:
    """Texts that do not parse; an empty time or condition of an event is that event's own fault."""
    for node in tree.getroot().iter(*PLACES):
        content = text(node)
        if content:
            if not _is_time(node, content):
                yield from _parse(node, content, known)
        elif local(node) in ("param", "input", "correlation", "conditionExpression") or _comes_back(node):
            yield EMPTY.at(_where(node), node.sourceline, what=_what(node))


def _comes_back(node: Any) -> bool:
    return local(node) == "output" and local(node.getparent()) == "call"


def _is_time(node: Any, content: str) -> bool:
    if local(node) not in TIMES:
        return False
    return content == CHECKPOINT_TIME or is_iso8601(content) or is_iso8601(content.strip("\"'"))


def _parse(node: Any, content: str, known: Known) -> Iterator[Remark]:
    try:
        calls = parse(content, names=NAMES, functions=tuple(known.functions)).calls
    except FeelSyntaxError as error:
        raw = node.text or ""
        blank = raw[: len(raw) - len(raw.lstrip())].count("\n")
        yield SYNTAX.at(
            _where(node),
            node.sourceline + blank + error.line - 1,
            what=_what(node),
            line=error.line,
            column=error.column,
            expected=error.expected,
            found=error.found,
        )
        return
    for name in sorted(calls - set(known.functions)):
        facts = {"what": _what(node), "name": name, "known": ", ".join(known.functions)}
        yield UNKNOWN_FUNCTION.at(_where(node), node.sourceline, **facts)
    yield from feeltypes.check(node, content, _where(node), _what(node), known.functions)


def _where(node: Any) -> str:
    """The rule, the handler's task, the flow or the event that holds the text."""
    return owner(node.getparent())


def _what(node: Any) -> str:
    return f"{local(node)} {node.get('name', '')}".strip()
