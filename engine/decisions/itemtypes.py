"""Item definitions as FEEL types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.decisions import faults
from engine.decisions.source import Source, child, children, is_true, name_of, text_of
from engine.feel import FeelSyntaxError, UnaryTests, parse_unary_tests
from engine.feel.bounds import Meter
from engine.feel.types import ANY, NAMED, ContextType, FunctionType, ListType, Type
from engine.feel.values import Value


@dataclass(frozen=True, slots=True, eq=False)
class Restricted(Type):
    """Those values of a type that meet the allowed values."""

    base: Type = ANY
    allowed: UnaryTests | None = None
    text: str = ""

    def holds(self, value: Value, meter: Meter, strict: bool) -> bool:
        """It has the type and meets the tests."""
        assert self.allowed is not None
        return self.base.holds(value, meter, strict) and self.allowed.met(value, meter)

    def within(self, other: Type) -> bool:
        """What its base is within, it is within too."""
        return self is other or self.base.within(other)


@dataclass(frozen=True, slots=True, eq=False)
class Later(Type):
    """A type that is looked up when a value is there: it stands within itself."""

    types: Mapping[str, Type] | None = None

    def holds(self, value: Value, meter: Meter, strict: bool) -> bool:
        """As the type of that name."""
        assert self.types is not None
        return self.types[self.name].holds(value, meter, strict)

    def within(self, other: Type) -> bool:
        """Only itself: anything else might not end."""
        return other.name in ("Any", self.name)


class ItemTypes(Mapping[str, Type]):
    """The types that one file may name: its own, and those of its imports as `import name.type`."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._nodes = {name_of(node): node for node in source.of("itemDefinition")}
        self._types: dict[str, Type] = {}
        self._open: set[str] = set()
        self._imported: dict[str, Type] = {}

    def see(self, prefix: str, other: ItemTypes) -> None:
        """Make an imported file's types known."""
        for name in other._nodes:
            self._imported[f"{prefix}.{name}" if prefix else name] = other[name]

    def __getitem__(self, name: str) -> Type:
        if name in self._types:
            return self._types[name]
        if name not in self._nodes:
            return self._imported[name]
        if name in self._open:
            return Later(name, self)
        self._open.add(name)
        self._types[name] = self._read(self._nodes[name], name)
        self._open.discard(name)
        return self._types[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes.keys() | self._imported.keys())

    def __len__(self) -> int:
        return len(self._nodes.keys() | self._imported.keys())

    def named(self, reference: str | None, node: Any) -> Type:
        """The type of a reference; Any, and a fault, where there is none."""
        if not reference or not reference.strip():
            return ANY
        reference = " ".join(reference.split())
        plain = reference if reference in self else reference.rpartition(":")[2]
        if plain in self:
            return self[plain]
        if plain not in NAMED:
            self._source.fault(faults.UNKNOWN_TYPE, node, name=reference)
        return NAMED.get(plain, ANY)

    def _read(self, node: Any, name: str) -> Type:
        components, function = list(children(node, "itemComponent")), child(node, "functionItem")
        found: Type
        if components:
            entries = tuple((name_of(one), self._read(one, f"{name}.{name_of(one)}")) for one in components)
            found = ContextType("context", entries)
        elif function is not None:
            found = self._function(function)
        else:
            reference = child(node, "typeRef")
            found = self.named(None if reference is None else reference.text, node)
        found = self._restricted(name, found, child(node, "allowedValues"))
        if is_true(node.get("isCollection")):
            found = ListType("list", found)
        return self._restricted(name, found, child(node, "typeConstraint"))

    def _function(self, node: Any) -> Type:
        parameters = tuple(self.named(_reference(one), one) for one in children(node, "parameters"))
        return FunctionType("function", parameters, self.named(node.get("outputTypeRef"), node))

    def _restricted(self, name: str, base: Type, node: Any) -> Type:
        text = "" if node is None else text_of(node)
        if not text:
            return base
        try:
            return Restricted(name, base, parse_unary_tests(text), text)
        except FeelSyntaxError as error:
            facts = {"column": error.column, "expected": error.expected, "found": error.found, "text": text}
            self._source.fault(faults.BAD_EXPRESSION, node, place_zh="", place_en="", **facts)
            return base


def _reference(node: Any) -> str | None:
    inner = child(node, "typeRef")
    return node.get("typeRef") if inner is None else inner.text


def type_of(node: Any, types: ItemTypes) -> Type:
    """The type that an element's variable, or else the element itself, is declared to have."""
    variable = child(node, "variable")
    return types.named(_reference(node if variable is None else variable), node)


def result_type(node: Any, types: ItemTypes) -> Type:
    """What calling an element gives: the type of its variable, or the result of that if it is a function's."""
    found = type_of(node, types)
    return found.result if isinstance(found, FunctionType) else found
