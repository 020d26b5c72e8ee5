"""Drawings that call each other as one: what is read alone knows of no others beside it."""

from __future__ import annotations

import re

from lxml import etree

from engine.lint.names import BPMN


def gathered(drawings: list[bytes]) -> bytes:
    """The last of the drawings, with the processes of those before it, and what they declare, behind its own."""
    *called, root = [etree.fromstring(xml) for xml in drawings]
    known = {node.get("id") for node in root}
    for other in reversed(called):
        for node in list(other.iterchildren(f"{BPMN}*")):
            if node.tag == f"{BPMN}process" or node.get("id") not in known:
                root.append(node)
    return etree.tostring(root)


def renamed(drawings: list[bytes], brought: bytes) -> dict[str, str]:
    """The ids that the import gave to nodes because drawings had the same, and those they were drawn with."""
    drawn = {name for xml in drawings for name in etree.fromstring(xml).xpath("//@id")}
    new = set(etree.fromstring(brought).xpath("//@id")) - drawn
    return {name: old for name in new if (old := re.sub(r"_\d+$", "", name)) in drawn}
