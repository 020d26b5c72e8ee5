"""One DMN file as a tree: what its elements are called and where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.decisions import faults
from engine.lint import hardened
from engine.lint.names import local, namespace
from engine.lint.remarks import Fault, Remark

DMN = ("http://www.omg.org/spec/DMN/", "https://www.omg.org/spec/DMN/")
BOXED = frozenset(
    ["literalExpression", "context", "list", "relation", "functionDefinition", "invocation", "decisionTable"]
    + ["conditional", "filter", "for", "some", "every"]
)


def children(node: Any, *names: str) -> Iterator[Any]:
    """The children in a DMN namespace, with one of the names if any are given."""
    for child in node:
        if isinstance(child.tag, str) and namespace(child.tag).startswith(DMN) and (not names or local(child) in names):
            yield child


def child(node: Any, *names: str) -> Any:
    """The first of these children, or None."""
    return next(children(node, *names), None)


def logic(node: Any) -> Any:
    """The boxed expression in an element, or None."""
    return child(node, *BOXED)


def text_of(node: Any) -> str:
    """What stands in the element's `text`, or in the element itself."""
    inner = child(node, "text")
    found = node if inner is None else inner
    return (found.text or "").strip()


def line_of_text(node: Any) -> int:
    """The line on which the text of an element begins, blank lines before it left out."""
    inner = child(node, "text")
    found = node if inner is None else inner
    text = found.text or ""
    return int(found.sourceline or 0) + text[: len(text) - len(text.lstrip())].count("\n")


def name_of(node: Any) -> str:
    """The name of an element with single spaces, as FEEL sees it."""
    return " ".join((node.get("name") or "").split())


def is_true(text: str | None) -> bool:
    """An XML boolean."""
    return text in ("true", "1")


@dataclass(slots=True)
class Source:
    """One file: its elements by id, the files it imports by the name it gives them, and what is wrong with it."""

    root: Any
    namespace: str
    elements: dict[str, Any]
    imports: list[tuple[str, Source]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    tables: list[tuple[Any, Any]] = field(default_factory=list)  # each decision table's element and what was read of it

    def fault(self, fault: Fault, node: Any, line: int = 0, /, **facts: Any) -> None:
        """Note a fault of an element, at its line or at another."""
        self.remarks.append(fault.at(_owner(node), line or node.sourceline or 0, **facts))

    def of(self, *kinds: str) -> Iterator[Any]:
        """The top-level elements of some kinds."""
        return children(self.root, *kinds)


def _owner(node: Any) -> str:
    while node is not None and not node.get("id"):
        node = node.getparent()
    return "" if node is None else str(node.get("id"))


def read_source(xml: bytes) -> Source:
    """The file as a tree. Raises ModelRefused for what is no DMN."""
    root = hardened.parse(xml).getroot()
    if local(root) != "definitions" or not namespace(root.tag).startswith(DMN):
        raise hardened.refused(faults.NOT_DMN.at(None, root.sourceline or 0, found=root.tag))
    elements = {node.get("id"): node for node in children(root) if node.get("id")}
    return Source(root, (root.get("namespace") or "").strip(), elements)
