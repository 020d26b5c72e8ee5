"""What other products write beside BPMN, one file each: rewritten into our elements or into standard BPMN.

A dialect is a module with ``rewrite(root, notes)``; it leaves alone what it does not know, and the lint names that.
"""

from __future__ import annotations

from typing import Any

from engine.importing.dialects import activiti, camunda, flowable, plain, spiffworkflow, zeebe
from engine.importing.notes import Notes
from engine.importing.translating import JUEL, PLAIN, PYTHON
from engine.lint.names import BPMN, namespace

DIALECTS = {
    camunda.URI: (camunda, JUEL),
    activiti.URI: (activiti, JUEL),
    flowable.URI: (flowable, JUEL),
    spiffworkflow.URI: (spiffworkflow, PYTHON),
    zeebe.URI: (zeebe, PLAIN),
}


def rewrite(root: Any, notes: Notes) -> str:
    """Rewrite everything that a known product has written; the kind of expressions that the file holds."""
    used = {namespace(name) for node in root.iter() for name in (node.tag, *node.attrib)} | set(root.nsmap.values())
    found = [dialect for uri, dialect in DIALECTS.items() if uri in used]
    for module, _ in found:
        module.rewrite(root, notes)
    plain.rewrite(root, notes)
    for box in list(root.iter(f"{BPMN}extensionElements")):
        if len(box) == 0:
            box.getparent().remove(box)
    return next((expressions for _, expressions in found), PLAIN)
