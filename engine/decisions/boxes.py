"""The boxed expressions but text and table: context, list, relation, function, invocation, conditional, filter, loops."""

from __future__ import annotations

from typing import Any

from engine.decisions import faults
from engine.decisions.boxed import RESULT, Reader, bindings, parameters, reads
from engine.decisions.source import BOXED, child, children, logic, name_of
from engine.feel import nodes
from engine.feel.nodes import Literal, Node
from engine.feel.types import ANY
from engine.lint.names import local


@reads("context")
def context(reader: Reader, node: Any) -> Node:
    """context: entries that see the ones before; with a result the value is that alone."""
    entries = []
    for entry in children(node, "contextEntry"):
        variable = child(entry, "variable")
        value = reader.within(entry)
        if variable is not None:
            value = reader.typed(variable.get("typeRef"), variable, value)
        entries.append((RESULT if variable is None else name_of(variable), value))
    whole = nodes.ContextOf(tuple(entries))
    if any(name == RESULT for name, _ in entries):
        return nodes.Postfix(whole, (nodes.Member(RESULT),))
    return whole


@reads("list")
def list_(reader: Reader, node: Any) -> Node:
    """list: its items."""
    return nodes.ListOf(tuple(reader.boxed(one) for one in children(node, *BOXED)))


@reads("relation")
def relation(reader: Reader, node: Any) -> Node:
    """relation: a list of contexts, one a row."""
    columns = list(children(node, "column"))
    rows = []
    for number, row in enumerate(children(node, "row"), 1):
        cells = list(children(row, *BOXED))
        if len(cells) != len(columns):
            reader.source.fault(faults.UNEVEN, row, row=number, expected=len(columns), found=len(cells))
            continue
        entries = [
            (name_of(column), reader.typed(column.get("typeRef"), column, reader.boxed(cell)))
            for column, cell in zip(columns, cells, strict=True)
        ]
        rows.append(nodes.ContextOf(tuple(entries)))
    return nodes.ListOf(tuple(rows))


@reads("functionDefinition")
def function(reader: Reader, node: Any) -> Node:
    """functionDefinition: only FEEL; functions of Java or PMML are refused by name."""
    kind = (node.get("kind") or "FEEL").upper()
    if kind != "FEEL":
        return reader.unsupported(node, f"an external function ({kind})")
    names, types = parameters(reader, node)
    return nodes.Lambda(names, reader.within(node), types, _result(reader, node))


def _result(reader: Reader, node: Any) -> Any:
    inner = logic(node)
    found = ANY if inner is None else reader.type_named(inner)
    return None if found == ANY else found


@reads("invocation")
def invocation(reader: Reader, node: Any) -> Node:
    """invocation: the function called, and its arguments by name."""
    called = reader.within(node)
    given = bindings(reader, node)
    call = nodes.Call(tuple(value for _, value in given), tuple(name for name, _ in given) or None)
    if isinstance(called, nodes.Postfix):
        return nodes.Postfix(called.base, (*called.suffixes, call))
    return nodes.Postfix(called, (call,))


def _part(reader: Reader, node: Any, name: str) -> Node:
    inner = child(node, name)
    if inner is None:
        reader.source.fault(faults.NO_LOGIC, node, element=name)
        return Literal(None)
    return reader.within(inner)


@reads("conditional")
def conditional(reader: Reader, node: Any) -> Node:
    """conditional: if, then, else."""
    return nodes.If(*(_part(reader, node, name) for name in ("if", "then", "else")))


@reads("filter")
def filter_(reader: Reader, node: Any) -> Node:
    """filter: in, match."""
    return nodes.Postfix(_part(reader, node, "in"), (nodes.Filter(_part(reader, node, "match")),))


def _iterators(reader: Reader, node: Any) -> tuple[nodes.Iterator, ...]:
    name = " ".join((node.get("iteratorVariable") or "").split())
    if not name:
        reader.source.fault(faults.INCOMPLETE, node, element=local(node), what="iteratorVariable")
    inner = child(node, "in")
    source = _part(reader, node, "in")
    if inner is not None:
        source = reader.typed(inner.get("typeRef"), inner, source)
    if isinstance(source, nodes.RangeOf) and source.start_included and source.end_included:
        return (nodes.Iterator(name, source.start, source.end),)
    return (nodes.Iterator(name, source),)


@reads("for")
def for_(reader: Reader, node: Any) -> Node:
    """for: the return for each item."""
    return nodes.For(_iterators(reader, node), _part(reader, node, "return"))


@reads("some")
def some(reader: Reader, node: Any) -> Node:
    """some: whether an item satisfies."""
    return nodes.Quantified(True, _iterators(reader, node), _part(reader, node, "satisfies"))


@reads("every")
def every(reader: Reader, node: Any) -> Node:
    """every: whether all items satisfy."""
    return nodes.Quantified(False, _iterators(reader, node), _part(reader, node, "satisfies"))
