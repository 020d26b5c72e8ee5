"""Link events, drawn as what they mean: a flow from where it leaves to where it comes in again."""

from __future__ import annotations

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.util import full_tag

LINK = full_tag("linkEventDefinition")


def join(tree: Any) -> None:
    """Replace the link events of every level by milestones and flows between them."""
    for definition in list(tree.iter(LINK)):
        event = definition.getparent()
        level, name = event.getparent(), definition.get("name")
        if etree.QName(event).localname == "intermediateThrowEvent":
            into = _catch(level, name)
            if into is not None:
                ends = {"id": f"{event.get('id')}.link", "sourceRef": event.get("id"), "targetRef": into}
                etree.SubElement(level, full_tag("sequenceFlow"), ends)
    for definition in list(tree.iter(LINK)):
        event = definition.getparent()
        event.tag = full_tag("intermediateThrowEvent")
        event.remove(definition)


def _catch(level: Any, name: str | None) -> str | None:
    """The id of the link's other end on the same level."""
    for event in level.iterfind(full_tag("intermediateCatchEvent")):
        definition = event.find(LINK)
        if definition is not None and definition.get("name") == name:
            return str(event.get("id"))
    return None
