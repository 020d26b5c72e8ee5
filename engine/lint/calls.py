"""Calls: to a process of the same file or to a deployed model, and never in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.diagrams import Diagram, Element, survey
from engine.errors import ModelRefused
from engine.linking import MARK, Source, called_elsewhere, linked
from engine.lint import thrown
from engine.lint.loading import load
from engine.lint.names import MIRROR
from engine.lint.paths import MOST_IN_FILE
from engine.lint.remarks import Fault, Remark

UNKNOWN = Fault(
    "call_unknown",
    "{node} 调用的 {called} 不是本文件中的流程，也不是已部署的模型",
    "expected a process of this file or a deployed model as calledElement of {node}, found {called}",
    "先部署被调用的模型，或把流程放进同一文件，放在主流程之后",
    "deploy the called model first, or put the process into this file, behind the main one",
)
NOT_IN_FORCE = Fault(
    "call_not_in_force",
    "{node} 调用的模型 {called} 没有有效的版本（只有草稿，或已停用）",
    "expected a version of {called} in force for the call {node}, found only drafts or retired ones",
    "先部署 {called} 的一个版本",
    "deploy a version of {called} first",
)
TRIGGERED = Fault(
    "called_start",
    "{process} 由调用启动，不能有带触发的开始事件",
    "expected a plain start event in {process}, which begins by its call, found one with a trigger",
    "用普通开始事件，或把它作为单独的模型",
    "use a plain start event, or make it a model of its own",
)
NO_PLAIN_START = Fault(
    "called_start_missing",
    "{node} 调用的模型 {called} 没有普通开始事件",
    "expected a plain start event in the model {called} that {node} calls, found only triggered ones",
    "给被调用的模型加一个普通开始事件",
    "give the called model a plain start event",
)
IS_MIRROR = Fault(
    "called_mirror",
    "{node} 调用的模型 {called} 只是镜像，没有人在这里办理",
    "expected a model that is run here for the call {node}, found that {called} is a mirror",
)
CIRCLE = Fault(
    "call_circle",
    "流程 {process} 经过调用又回到自己",
    "expected no process that calls itself, found that {process} does",
    "用网关画出循环",
    "draw the repetition with a gateway",
)
ESCAPES = Fault(
    "called_error_uncaught",
    "{node} 调用的模型 {called} 可能以错误 {name} 结束，没有事件接住",
    "expected an event that catches the error {name} with which the model {called} can end, found none at {node}",
    "在调用活动上附着错误边界事件",
    "attach an error event to the call",
)
CLASH = Fault(
    "called_checkpoint",
    "{node} 调用的模型 {called} 也有监察点 {checkpoint}，而规则不同",
    "expected checkpoints of one name to be the same, found another {checkpoint} in the model {called} that {node} calls",
    "给其中一个监察点换一个编号",
    "give one of the two another id",
)
TOO_LARGE = Fault(
    "called_too_large",
    "连同被调用的模型，共有 {count} 个节点和顺序流，最多 {limit} 个",
    "expected at most {limit} nodes and flows together with the called models, found {count}",
)


def with_models(xml: bytes, diagram: Diagram, models: Mapping[str, Source | None]) -> Diagram:
    """The diagram with the processes of the models that it calls behind its own, under their names there."""
    if not any(models.values()):
        return diagram
    wanted = called_elsewhere(load(xml).getroot())
    calls = tuple((name, one) for name, one in models.items() if one is not None and name in wanted)
    if not calls or diagram.process_id in _names(calls):
        return diagram
    try:
        return survey(linked(Source(xml, (), calls)))
    except ModelRefused:
        return diagram  # of a file that is refused for what it is


def check(diagram: Diagram, whole: Diagram, models: Mapping[str, Source | None]) -> Iterator[Remark]:
    """Faults of the calls in a file; ``whole`` has the processes of the called models, too."""
    processes = {one.process_id: one for one in (diagram, *diagram.processes)}
    for process in processes.values():
        for node in process.elements.values():
            if node.tag == "callActivity" and node.called not in processes:
                yield from _elsewhere(diagram, node, models)
        if process is not diagram:
            yield from _starts(process)
        if process.process_id in _reached(processes, process.process_id):
            yield CIRCLE.at(process.process_id, process.line, process=process.process_id)
    if whole is not diagram:
        yield from _taken_in(diagram, whole)


def _elsewhere(diagram: Diagram, node: Element, models: Mapping[str, Source | None]) -> Iterator[Remark]:
    """Faults of a call of another model."""
    called = node.called or "-"
    if called not in models:
        yield UNKNOWN.at(node.id, node.line, node=node.id, called=called)
    elif (model := models[called]) is None:
        yield NOT_IN_FORCE.at(node.id, node.line, node=node.id, called=called)
    elif diagram.process_id in (called, *model.names()):
        yield CIRCLE.at(node.id, node.line, process=diagram.process_id)
    else:
        main = survey(load(model.xml))
        if main.kind == MIRROR and diagram.kind != MIRROR:
            yield IS_MIRROR.at(node.id, node.line, node=node.id, called=called)
        if not main.begins_plainly:
            yield NO_PLAIN_START.at(node.id, node.line, node=node.id, called=called)


def _taken_in(diagram: Diagram, whole: Diagram) -> Iterator[Remark]:
    """What does not fit between a file and the models that it calls, each said at the call."""
    own = (whole, *(one for one in whole.processes if MARK not in one.process_id))
    count = sum(len(one.elements) + len(one.flows) for one in (whole, *whole.processes))
    if count > MOST_IN_FILE:
        yield TOO_LARGE.at(diagram.process_id, diagram.line, count=count, limit=MOST_IN_FILE)
    calls = {node.called: node for process in own for node in process.elements.values() if node.tag == "callActivity"}
    at_call = {called.partition(MARK)[0]: node for called, node in calls.items() if called and MARK in called}
    taken = [one for one in whole.processes if one.process_id.partition(MARK)[0] in at_call]
    for process in taken:
        model = process.process_id.partition(MARK)[0]
        where = {"node": at_call[model].id, "called": model}
        for node in process.elements.values():
            for name in thrown.uncaught(whole, process, node):
                yield ESCAPES.at(where["node"], at_call[model].line, name=name, **where)
    yield from _clashes(own, taken, at_call)


def _clashes(own: Iterable[Diagram], taken: Iterable[Diagram], at_call: Mapping[str, Element]) -> Iterator[Remark]:
    known = {name: _rules(one, name) for one in own for name in one.checkpoints}
    for process in taken:
        model = process.process_id.partition(MARK)[0]
        for name in process.checkpoints:
            if known.setdefault(name, _rules(process, name)) != _rules(process, name):
                call = at_call[model]
                yield CLASH.at(call.id, call.line, node=call.id, called=model, checkpoint=name)


def _rules(process: Diagram, checkpoint: str) -> list[tuple[object, ...]]:
    """What a checkpoint asks, wherever in a file it stands."""
    return [
        (rule.id, rule.kind, rule.level, rule.ladder, sorted(rule.params.items()))
        for rule in process.checkpoints[checkpoint].rules
    ]


def _starts(process: Diagram) -> Iterator[Remark]:
    """A called process begins by its call, and by nothing else."""
    for node in process.elements.values():
        plain = node.event is None or node.event.kind == "none"
        if node.tag == "startEvent" and node.parent is None and not plain:
            yield TRIGGERED.at(node.id, node.line, process=process.process_id)


def _names(calls: tuple[tuple[str, Source], ...]) -> set[str]:
    return {name for called, model in calls for name in (called, *model.names())}


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
