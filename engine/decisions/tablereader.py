"""Decision tables, from the file to their node."""

from __future__ import annotations

from typing import Any

from engine.decisions import faults
from engine.decisions.boxed import Reader, reads
from engine.decisions.hits import POLICIES, Rule
from engine.decisions.itemtypes import Restricted
from engine.decisions.source import child, children, name_of, text_of
from engine.decisions.tables import Input, Output, Table, TableRule
from engine.feel import nodes
from engine.feel.nodes import Coerced, Literal, Node
from engine.feel.types import ANY, ContextType, ListType, Type


@reads("decisionTable")
def table(reader: Reader, node: Any) -> Node:
    """decisionTable: columns, rules, hit policy."""
    policy = _policy(reader, node)
    inputs = tuple(_input(reader, one) for one in children(node, "input"))
    columns = list(children(node, "output"))
    outputs = tuple(_output(reader, node, one) for one in columns)
    types = [reader.type_named(one) for one in columns]
    rules = [_rule(reader, number, one, len(inputs), types) for number, one in enumerate(children(node, "rule"), 1)]
    if policy.needs_priorities and not any(output.values for output in outputs):
        reader.source.fault(faults.NO_PRIORITIES, node, policy=node.get("hitPolicy"))
    found = Table(reader.label, policy, inputs, outputs, tuple(one for one in rules if one is not None))
    reader.source.tables.append((node, found))
    return found


def _policy(reader: Reader, node: Any) -> Rule:
    policy, aggregation = node.get("hitPolicy") or "UNIQUE", node.get("aggregation") or ""
    found = POLICIES.get((policy, aggregation if policy == "COLLECT" else ""))
    if found is None:
        reader.unsupported(node, f"the hit policy {policy} {aggregation}".rstrip())
        return POLICIES["UNIQUE", ""]
    return found


def _input(reader: Reader, node: Any) -> Input:
    inner = child(node, "inputExpression")
    if inner is None or not text_of(inner):
        reader.source.fault(faults.NO_LOGIC, node, element=node.get("label") or "input")
        return Input(Literal(None))
    expression = reader.typed(inner.get("typeRef"), inner, reader.expression(inner))
    values = child(node, "inputValues")
    return Input(expression, reader.tests(values) if values is not None and text_of(values) else None)


def _output(reader: Reader, table_node: Any, node: Any) -> Output:
    default = child(node, "defaultOutputEntry")
    wanted = reader.type_named(node)
    entry = None
    if default is not None and text_of(default):
        entry = _fitted(reader.expression(default), wanted)
    values = child(node, "outputValues")
    if values is not None and text_of(values):
        order = _values(reader.tests(values))
    else:
        declared = _declared(reader, table_node, node)
        order = _values(reader.tests(node, declared.text)) if isinstance(declared, Restricted) else None
    return Output(name_of(node), order, entry)


def _declared(reader: Reader, table_node: Any, node: Any) -> Type:
    """The type of an output column: its own, or the table's (of one column, or an entry of it)."""
    own = reader.type_named(node)
    whole = reader.type_named(table_node)
    if own != ANY or whole == ANY:
        return own
    whole = whole.item if isinstance(whole, ListType) else whole
    if isinstance(whole, ContextType):
        return dict(whole.entries).get(name_of(node), ANY)
    return whole


def _values(tests: nodes.Tests) -> tuple[Node, ...] | None:
    """The values that tests list one by one."""
    listed = tuple(test for test in tests.tests if isinstance(test, nodes.Node))
    return listed or None


def _fitted(value: Node, wanted: Type) -> Node:
    return value if wanted == ANY else Coerced(value, wanted)


def _rule(reader: Reader, number: int, node: Any, inputs: int, types: list[Type]) -> TableRule | None:
    cells, entries = list(children(node, "inputEntry")), list(children(node, "outputEntry"))
    if (len(cells), len(entries)) != (inputs, len(types)):
        facts = {"expected": inputs + len(types), "found": len(cells) + len(entries)}
        reader.source.fault(faults.UNEVEN, node, row=number, **facts)
        return None
    outputs = tuple(
        _fitted(reader.expression(entry), wanted) if text_of(entry) else Literal(None)
        for entry, wanted in zip(entries, types, strict=True)
    )
    return TableRule(node.get("id") or "", tuple(reader.tests(cell) for cell in cells), outputs)
