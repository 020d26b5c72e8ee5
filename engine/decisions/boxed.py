"""Boxed expressions as trees of the expression language: they nest, close over names and are bounded as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from engine.decisions import faults
from engine.decisions.itemtypes import ItemTypes
from engine.decisions.source import BOXED, Source, child, children, line_of_text, logic, name_of, text_of
from engine.feel import FeelSyntaxError, nodes
from engine.feel.bounds import DEFAULT
from engine.feel.nodes import Coerced, Literal, Node
from engine.feel.parser import tree
from engine.feel.types import ANY, Type
from engine.lint.names import local

FEEL = frozenset(
    ["", "feel", "https://www.omg.org/spec/DMN/20191111/FEEL/", "https://www.omg.org/spec/DMN/20211108/FEEL/"]
    + ["https://www.omg.org/spec/DMN/20230324/FEEL/", "https://www.omg.org/spec/DMN/20240513/FEEL/"]
    + ["http://www.omg.org/spec/FEEL/20140401", "http://www.omg.org/spec/DMN/20180521/FEEL/"]
)
#: The entry that holds the result of a boxed context; no name can be written like this.
RESULT = "(result)"
LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the boxed expressions of one file; `names` are those of more than one word that its texts may use."""

    source: Source
    types: ItemTypes
    names: frozenset[str]
    label: str = ""

    def labelled(self, label: str) -> Reader:
        """The reader for one decision or function, whose name its tables bear."""
        return replace(self, label=label)

    def typed(self, reference: str | None, node: Any, value: Node) -> Node:
        """The value made to fit the type that is named, if one is."""
        wanted = self.types.named(reference, node)
        return value if wanted == ANY else Coerced(value, wanted)

    def within(self, node: Any) -> Node:
        """The boxed expression inside an element; null, and a fault, where there is none."""
        inner = logic(node)
        if inner is None:
            self.source.fault(faults.NO_LOGIC, node, element=node.get("name") or local(node))
            return Literal(None)
        return self.boxed(inner)

    def boxed(self, node: Any) -> Node:
        """One boxed expression, of the type it declares."""
        if not depth_allows(node):
            return self.unsupported(node, "a boxed expression nested this deep")
        return self.typed(node.get("typeRef"), node, _KINDS[local(node)](self, node))

    def expression(self, node: Any, text: str | None = None) -> Node:
        """A FEEL text as a tree; null, and a fault, where it is no FEEL."""
        found = self._parsed(node, text_of(node) if text is None else text, "expression")
        return found if isinstance(found, Node) else Literal(None)

    def tests(self, node: Any, text: str | None = None) -> nodes.Tests:
        """A cell as unary tests; an empty one is met by anything."""
        text = text_of(node) if text is None else text
        found = self._parsed(node, text, "unary_tests") if text else None
        return found if isinstance(found, nodes.Tests) else nodes.Tests(())

    def _parsed(self, node: Any, text: str, start: str) -> Any:
        language = (node.get("expressionLanguage") or "").strip()
        if language.lower() not in FEEL and language not in FEEL:
            self.unsupported(node, f"the expression language {language}")
            return None
        try:
            return tree(text, self.names, start)
        except FeelSyntaxError as error:
            self.bad(node, error)
            return None

    def bad(self, node: Any, error: FeelSyntaxError) -> None:
        """Note a text that is no FEEL."""
        text = error.text if len(error.text) <= LONGEST_SHOWN else f"{error.text[:LONGEST_SHOWN]}…"
        facts: dict[str, Any] = dict(zip(("place_zh", "place_en"), cell(node), strict=True))
        facts |= {"column": error.column, "expected": error.expected, "found": error.found, "text": text}
        self.source.fault(faults.BAD_EXPRESSION, node, line_of_text(node) + error.line - 1, **facts)

    def unsupported(self, node: Any, what: str) -> Node:
        """Note what is not supported; it counts as null."""
        self.source.fault(faults.NOT_SUPPORTED, node, what=what)
        return Literal(None)

    def type_named(self, node: Any) -> Type:
        """The type an element declares in its `typeRef`."""
        return self.types.named(node.get("typeRef"), node)


Read = Callable[[Reader, Any], Node]
_KINDS: dict[str, Read] = {}


def reads(kind: str) -> Callable[[Read], Read]:
    """Register the function that reads a kind of boxed expression."""

    def register(function: Read) -> Read:
        _KINDS[kind] = function
        return function

    return register


@reads("literalExpression")
def literal(reader: Reader, node: Any) -> Node:
    """literalExpression: a text."""
    imported = child(node, "importedValues")
    if imported is not None:
        return reader.unsupported(imported, "importedValues")
    if not text_of(node):
        reader.source.fault(faults.NO_LOGIC, node, element=reader.label)
        return Literal(None)
    return reader.expression(node)


def bindings(reader: Reader, node: Any) -> list[tuple[str, Node]]:
    """The arguments of an invocation by parameter name."""
    found = []
    for one in children(node, "binding"):
        parameter = child(one, "parameter")
        if parameter is None:
            reader.source.fault(faults.INCOMPLETE, one, element="binding", what="parameter")
            continue
        value = reader.boxed(logic(one)) if logic(one) is not None else Literal(None)
        found.append((name_of(parameter), reader.typed(parameter.get("typeRef"), one, value)))
    return found


def parameters(reader: Reader, node: Any) -> tuple[tuple[str, ...], tuple[Type, ...]]:
    """Names and types of formal parameters."""
    found = list(children(node, "formalParameter"))
    return tuple(name_of(one) for one in found), tuple(reader.type_named(one) for one in found)


def cell(node: Any) -> tuple[str, str]:
    """Which cell of a table an element is, in both languages; nothing where it is none."""
    kind, row = local(node), node.getparent()
    if kind not in ("inputEntry", "outputEntry"):
        return "", ""
    rule = 1 + sum(1 for _ in row.itersiblings(row.tag, preceding=True))
    column = 1 + sum(1 for _ in node.itersiblings(node.tag, preceding=True))
    input_, side = kind == "inputEntry", kind.removesuffix("Entry")
    return f"规则 {rule} 的{'输入' if input_ else '输出'} {column}，", f"rule {rule}, {side} {column}: "


def depth_allows(node: Any) -> bool:
    """Whether boxed expressions are nested no deeper than brackets may be."""
    return sum(local(one) in BOXED for one in node.iterancestors()) < DEFAULT.depth
