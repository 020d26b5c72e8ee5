"""Calls: to a process of the same file, and never in a circle."""

from __future__ import annotations

from collections.abc import Iterator

from engine.diagrams import Diagram
from engine.lint.remarks import Fault, Remark

UNKNOWN = Fault(
    "call_unknown",
    "{node} 调用的流程 {called} 不在本文件中",
    "expected a process of this file as calledElement of {node}, found {called}",
    "把被调用的流程放进同一文件，放在主流程之后",
    "put the called process into this file, behind the main one",
)
TRIGGERED = Fault(
    "called_start",
    "{process} 由调用启动，不能有带触发的开始事件",
    "expected a plain start event in {process}, which begins by its call, found one with a trigger",
    "用普通开始事件，或把它作为单独的模型",
    "use a plain start event, or make it a model of its own",
)
CIRCLE = Fault(
    "call_circle",
    "流程 {process} 经过调用又回到自己",
    "expected no process that calls itself, found that {process} does",
    "用网关画出循环",
    "draw the repetition with a gateway",
)


def check(diagram: Diagram) -> Iterator[Remark]:
    """Faults of the calls in a file."""
    processes = {one.process_id: one for one in (diagram, *diagram.processes)}
    for process in processes.values():
        for node in process.elements.values():
            if node.tag == "callActivity" and node.called not in processes:
                yield UNKNOWN.at(node.id, node.line, node=node.id, called=node.called or "-")
        if process is not diagram:
            yield from _starts(process)
        if process.process_id in _reached(processes, process.process_id):
            yield CIRCLE.at(process.process_id, process.line, process=process.process_id)


def _starts(process: Diagram) -> Iterator[Remark]:
    """A called process begins by its call, and by nothing else."""
    for node in process.elements.values():
        plain = node.event is None or node.event.kind == "none"
        if node.tag == "startEvent" and node.parent is None and not plain:
            yield TRIGGERED.at(node.id, node.line, process=process.process_id)


def called(diagram: Diagram) -> set[str]:
    """The processes of the file that the main one calls, itself or through another."""
    processes = {one.process_id: one for one in (diagram, *diagram.processes)}
    return _reached(processes, diagram.process_id)


def _reached(processes: dict[str, Diagram], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for node in processes[waiting.pop()].elements.values():
            if node.tag == "callActivity" and node.called in processes and node.called not in found:
                found.add(node.called)
                waiting.append(node.called)
    return found
