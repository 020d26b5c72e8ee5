"""One model for each process of a file that no other of it calls, with those that it calls behind it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from engine.importing.notes import Notes
from engine.importing.trees import indexed, nodes
from engine.lint.names import BPMN, FLOW_NODES, children, local
from engine.lint.remarks import REMARK, Fault

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"

SEVERAL = Fault(
    "import_processes",
    "文件中有 {count} 个互不调用的流程，每个成为一个模型：{names}",
    "the file has {count} processes that do not call each other: each becomes a model of its own: {names}",
    severity=REMARK,
)
EMPTY = Fault(
    "import_empty_process",
    "流程 {name} 里没有节点，没有导入",
    "the process {name} has no node in it: it was left out",
    "如有步骤，请画出",
    "draw its steps, if it has any",
    REMARK,
)


def split(root: Any, notes: Notes) -> Iterator[Any]:
    """The trees of the models, each with the drawing of its own elements only."""
    processes = list(root.iterfind(f"{BPMN}process"))
    filled = [one for one in processes if any(local(child) in FLOW_NODES for child in children(one))]
    for one in processes:
        if one not in filled and filled:
            notes.say(EMPTY, one, name=one.get("name") or one.get("id"))
    if not filled:
        yield root
        return
    calls = {one.get("id"): _calls(one) for one in filled}
    mains = _mains(calls)
    if len(mains) > 1:
        notes.say(SEVERAL, filled[0], count=len(mains), names=", ".join(mains))
    for main in mains:
        yield _only(root, main, _reached(calls, main))


def _calls(process: Any) -> list[str]:
    return [node.get("calledElement", "") for node in nodes(process) if local(node) == "callActivity"]


def _mains(calls: dict[str, list[str]]) -> list[str]:
    """The processes that no other calls; of a ring, into which no call leads, the first."""
    mains = [one for one in calls if not any(one in calls[other] for other in calls if other != one)]
    reached = {found for main in mains for found in _reached(calls, main)}
    for one in calls:
        if one not in reached:
            mains.append(one)
            reached |= set(_reached(calls, one))
    return [one for one in calls if one in mains]


def _reached(calls: dict[str, list[str]], main: str) -> list[str]:
    found = [main]
    for one in found:
        found += [called for called in calls[one] if called in calls and called not in found]
    return found


def _only(root: Any, main: str, wanted: list[str]) -> Any:
    """A copy of the file that holds the wanted processes, the main one first."""
    copy = deepcopy(root)
    processes = {one.get("id"): one for one in copy.iterfind(f"{BPMN}process")}
    place = min(copy.index(one) for one in processes.values())
    for one in processes.values():
        copy.remove(one)
    for offset, name in enumerate(wanted):
        copy.insert(place + offset, processes[name])
    _pools(copy, main, wanted)
    prune_drawing(copy)
    return copy


def _pools(root: Any, main: str, wanted: list[str]) -> None:
    """Pools of processes that are elsewhere now, and of those that are called, are not drawn."""
    for pool in list(root.iter(f"{BPMN}participant")):
        process = pool.get("processRef", "").rpartition(":")[2]
        if process and process != main:
            if process in wanted:
                pool.attrib.pop("processRef")
            else:
                pool.getparent().remove(pool)
    left = indexed(root)
    for flow in list(root.iter(f"{BPMN}messageFlow")):
        if flow.get("sourceRef") not in left or flow.get("targetRef") not in left:
            flow.getparent().remove(flow)
    for collaboration in list(root.iterfind(f"{BPMN}collaboration")):
        if collaboration.find(f"{BPMN}participant") is None:
            root.remove(collaboration)


def prune_drawing(root: Any) -> None:
    """Take away the shapes of what is not in the file, and give each plane an element that is."""
    known = indexed(root)
    top = root.find(f"{BPMN}collaboration")
    if top is None:
        top = root.find(f"{BPMN}process")
    for shape in list(root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")):
        if shape.get("bpmnElement", "").rpartition(":")[2] not in known:
            shape.getparent().remove(shape)
    drawn = set()
    for diagram in list(root.iterfind(f"{DI}BPMNDiagram")):
        plane = diagram.find(f"{DI}BPMNPlane")
        if plane is None or len(plane) == 0:
            root.remove(diagram)
        elif plane.get("bpmnElement", "").rpartition(":")[2] not in known:
            plane.set("bpmnElement", top.get("id", ""))
            if top.get("id") in drawn:
                root.remove(diagram)
        if diagram.getparent() is not None and plane is not None:
            drawn.add(plane.get("bpmnElement"))
