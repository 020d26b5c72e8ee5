"""Who does a step, which handler a rule or service task calls, and what the process says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.diagrams import Diagram, Element
from engine.lint import calls
from engine.lint.known import Known
from engine.lint.names import BPMN, KINDS, RUN_HERE, local
from engine.lint.remarks import REMARK, Fault, Remark

HUMAN = ("userTask", "manualTask")
NO_ROLE = Fault(
    "role_missing",
    "{tag} 没有写由哪个角色办理",
    "expected a role in jc:step on this {tag}, found none",
    '加上 <jc:step role="clerk"/>',
    'add <jc:step role="clerk"/>',
)
UNKNOWN_ROLE = Fault("role_unknown", "不认识的角色 {role}", "expected one of the roles {known}, found {role}")
BAD_EXCLUDE = Fault(
    "exclude_unknown",
    "exclude 中的 {node} 不是用户任务",
    "expected ids of user or manual tasks in exclude, found {node}",
)
PASSES = Fault(
    "task_passes",
    "抽象任务进入即完成，没有人办理",
    "this task is of no kind: it is done as soon as it is entered, by nobody",
    "需要人办理时改为用户任务",
    "make it a user task if a person is to do it",
    REMARK,
)
NO_HANDLER = Fault(
    "handler_missing",
    "{tag} 没有处理器",
    "expected jc:handler with a name on this {tag}, found none",
    '加上 <jc:handler name="…"/>',
    'add <jc:handler name="…"/>',
)
UNKNOWN_HANDLER = Fault("handler_unknown", "没有名为 {name} 的处理器", "expected a registered handler, found {name}")
NOT_EXECUTABLE = Fault(
    "not_executable",
    "流程 {process} 须写 isExecutable=true",
    "expected isExecutable=true on the executable process {process}",
    "设为可执行，或写 jc:process kind=mirror",
    "make it executable, or write kind=mirror in jc:process",
)
UNKNOWN_KIND = Fault(
    "process_kind",
    "流程类别 {kind} 不存在（executable、callable 或 mirror）",
    "expected executable, callable or mirror as kind, found {kind}",
)
NO_ABOUT = Fault(
    "process_system",
    "流程没有写属于哪个系统",
    "the process does not say to which system it belongs",
    '加上 <jc:process system="…" kind="executable" titleEn="…"/>',
    'add <jc:process system="…" kind="executable" titleEn="…"/>',
    REMARK,
)
NOT_MAIN = Fault(
    "process_not_run",
    "只运行文件中的第一个流程和它调用的流程，{process} 不运行",
    "only the first process of a file and those that it calls run, {process} does not",
    "把它放进自己的文件",
    "put it into a file of its own",
    REMARK,
)
SECOND_POOL = Fault(
    "second_pool",
    "第二个有流程的泳池 {pool} 不运行",
    "expected one pool with a process, found {pool} too",
    "每个流程一个文件",
    "one file for each process",
)


def check(diagram: Diagram, known: Known, *, called: bool) -> Iterator[Remark]:
    """Faults of the process itself, unless another of the file calls it, and of its tasks."""
    if not called:
        yield from _process(diagram)
    for node in diagram.elements.values():
        if node.tag in HUMAN:
            yield from _human(diagram, node, known)
        elif node.tag == "task":
            yield PASSES.at(node.id, node.line)
        elif node.tag in ("businessRuleTask", "serviceTask") and node.decision is None:
            yield from _handler(node, known)


def check_file(tree: Any, diagram: Diagram) -> Iterator[Remark]:
    """Faults of a file with several processes or pools."""
    reached = calls.called(diagram)
    for other in diagram.processes:
        if other.process_id in reached:
            continue
        yield NOT_MAIN.at(other.process_id, other.line, process=other.process_id)
    pools = [node for node in tree.getroot().iter(f"{BPMN}participant") if node.get("processRef")]
    for pool in pools[1:]:
        yield SECOND_POOL.at(pool.get("id"), pool.sourceline, pool=pool.get("name") or pool.get("id") or local(pool))


def _process(diagram: Diagram) -> Iterator[Remark]:
    where = (diagram.process_id, diagram.line)
    if diagram.kind not in KINDS:
        yield UNKNOWN_KIND.at(*where, kind=diagram.kind)
    elif diagram.kind in RUN_HERE and not diagram.executable:
        yield NOT_EXECUTABLE.at(*where, process=diagram.process_id)
    if not diagram.system:
        yield NO_ABOUT.at(*where)


def _human(diagram: Diagram, node: Element, known: Known) -> Iterator[Remark]:
    role = node.step.role if node.step else None
    if role:
        if known.roles is not None and role not in known.roles:
            yield UNKNOWN_ROLE.at(node.id, node.line, role=role, known=", ".join(sorted(known.roles)))
    elif diagram.kind in RUN_HERE:  # a mirrored step is done elsewhere
        yield NO_ROLE.at(node.id, node.line, tag=node.tag)
    for other in node.step.exclude if node.step else ():
        if other not in diagram.elements or diagram.elements[other].tag not in HUMAN:
            yield BAD_EXCLUDE.at(node.id, node.line, node=other)


def _handler(node: Element, known: Known) -> Iterator[Remark]:
    if node.handler is None or not node.handler.name:
        yield NO_HANDLER.at(node.id, node.line, tag=node.tag)
    elif known.handlers is not None and node.handler.name not in known.handlers:
        yield UNKNOWN_HANDLER.at(node.id, node.line, name=node.handler.name)
