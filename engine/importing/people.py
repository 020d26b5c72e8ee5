"""Who does a step: the group that the drawing names, where it is one of our roles."""

from __future__ import annotations

from engine.importing.trees import document, extension, tidy
from engine.importing.work import Work
from engine.lint.names import BPMN, JC
from engine.lint.remarks import REMARK, Fault

NOT_OURS = Fault(
    "import_group",
    "{group} 不是这里的角色，暂写 {role}",
    "{group} is no role here: {role} is put in its place",
    "用 jc:step 的 role 写由哪个角色办理",
    "say in jc:step which role does it",
    REMARK,
)
NOBODY = Fault(
    "import_nobody",
    "图上没有写由谁办理，暂写 {role}",
    "the drawing does not say who does it: {role} is put in",
    "用 jc:step 的 role 写由哪个角色办理",
    "say in jc:step which role does it",
    REMARK,
)


def settle(work: Work) -> None:
    """Every person's step has a role that exists; in a mirror only those whose group is one."""
    for node in work.root.iter(f"{BPMN}userTask", f"{BPMN}manualTask"):
        step = node.find(f"{BPMN}extensionElements/{JC}step")
        group = "" if step is None else step.get("role", "")
        if group and (work.roles is None or group in work.roles):
            continue
        if group:
            document(node, f"候选组 candidate group: {group}")
        if work.mirror:
            if step is not None and group:
                del step.attrib["role"]
                if not step.attrib:
                    step.getparent().remove(step)
                    tidy(node)
            continue
        extension(node, "step", role=work.role)
        work.notes.say(NOT_OURS if group else NOBODY, node, group=group, role=work.role)
