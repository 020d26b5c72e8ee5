"""Whether a drawing can come to an end at all: some conditions are never true."""

from __future__ import annotations

from collections.abc import Iterator

from engine.diagrams import survey
from engine.feel import FeelError, parse
from engine.importing.work import Work
from engine.lint.graph import Level, levels, reach
from engine.lint.remarks import REMARK, Fault

NEVER = Fault(
    "import_never",
    "条件 {text} 永远不成立，这条顺序流走不到",
    "the condition {text} is never true: nobody comes this way",
    severity=REMARK,
)
ENDLESS = Fault(
    "import_endless",
    "{level} 永远走不到结束事件：通向结束的条件永远不成立",
    "no end event of {level} can be reached: the conditions on the way are never true",
    "改掉永远不成立的条件",
    "change the conditions that are never true",
)


def check(work: Work) -> None:
    """Say which flows are never taken, and refuse a level that cannot end for it."""
    diagram = survey(work.root.getroottree())
    for process in (diagram, *diagram.processes):
        for level in levels(process):
            never = {flow.id: flow.condition for flow in level.flows if flow.condition and _never(flow.condition)}
            for flow, text in never.items():
                work.notes.say(NEVER, work.node(flow), text=text)
            ends = {end.id for end in level.of("endEvent")}
            if never and ends and not ends & _reached(level, never):
                work.notes.say(ENDLESS, work.node(level.id), level=level.id)


def _reached(level: Level, never: dict[str, str]) -> set[str]:
    def onward(node: str) -> Iterator[str]:
        yield from (flow.target for flow in level.out.get(node, ()) if flow.id not in never)
        yield from (event.id for event in level.boundaries.get(node, ()))

    return reach([start.id for start in level.of("startEvent")], onward)


def _never(condition: str) -> bool:
    """Whether a condition reads nothing and is false."""
    try:
        found = parse(condition)
        return not found.names and not found.calls and found.evaluate({}) is False
    except FeelError:
        return False
