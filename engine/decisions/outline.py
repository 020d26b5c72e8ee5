"""Decisions as they are written, for comparing: what a table's columns and rows say, and the text of any other logic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from engine.decisions.bundle import readable
from engine.decisions.source import child, children, logic, name_of, read_source, text_of
from engine.lint.names import local


@dataclass(frozen=True, slots=True)
class Row:
    """A rule of a table; ``inputs`` and ``outputs`` are the texts of its cells, by column."""

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        return (*self.inputs, *self.outputs)


@dataclass(frozen=True, slots=True)
class Outline:
    """A decision or business knowledge model. ``text`` is its logic where it is no table, else None."""

    id: str
    name: str
    text: str | None
    policy: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


def outlines(files: Iterable[bytes]) -> dict[str, Outline]:
    """The decisions and knowledge models of some DMN files by their ids; what is no DMN is left out."""
    found = {}
    for xml in readable(files):
        for node in read_source(xml).of("decision", "businessKnowledgeModel"):
            if node.get("id"):
                found[node.get("id")] = _outline(node)
    return found


def _outline(node: etree._Element) -> Outline:
    identity, name = node.get("id", ""), name_of(node) or node.get("id", "")
    body = child(node, "encapsulatedLogic")
    inner = logic(node if body is None else body)
    if inner is None or local(inner) != "decisionTable":
        return Outline(identity, name, "" if inner is None else _text(inner))
    policy = " ".join(filter(None, (inner.get("hitPolicy") or "UNIQUE", inner.get("aggregation"))))
    inputs = tuple(_heading(one) for one in children(inner, "input"))
    outputs = tuple(name_of(one) or one.get("label") or name for one in children(inner, "output"))
    return Outline(identity, name, None, policy, inputs, outputs, tuple(_row(one) for one in children(inner, "rule")))


def _text(inner: etree._Element) -> str:
    """A literal expression as it stands, other logic as XML without the blanks between its elements."""
    if local(inner) == "literalExpression":
        return text_of(inner)
    return " ".join(etree.tostring(inner, method="c14n2", strip_text=True, with_tail=False).decode().split())


def _heading(column: etree._Element) -> str:
    inner = child(column, "inputExpression")
    return column.get("label") or ("" if inner is None else text_of(inner))


def _row(rule: etree._Element) -> Row:
    inputs = tuple(text_of(one) or "-" for one in children(rule, "inputEntry"))
    outputs = tuple(text_of(one) for one in children(rule, "outputEntry"))
    return Row(rule.get("id") or "", inputs, outputs)
