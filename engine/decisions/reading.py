"""From files to decisions: every element read, every reference resolved, every fault told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.decisions import boxes, faults, tablereader
from engine.decisions.boxed import Reader, parameters
from engine.decisions.itemtypes import ItemTypes, result_type, type_of
from engine.decisions.model import Decision, Element, InputData, Knowledge, Logic, Service
from engine.decisions.source import Source, child, children, logic, name_of
from engine.feel import Expression, FeelSyntaxError, nodes
from engine.feel.expression import compiled, lexer_names
from engine.feel.types import ANY
from engine.lint.names import local

__all__ = ["Library", "boxes", "tablereader"]
KINDS: dict[str, type[Element]] = {
    "inputData": InputData, "decision": Decision, "businessKnowledgeModel": Knowledge, "decisionService": Service,
}  # fmt: skip
NAMED = frozenset(
    ["itemDefinition", "itemComponent", "variable", "output", "formalParameter", "parameter", "column", "import"]
    + list(KINDS)
)


class Library:
    """All elements of a set of files, by namespace and id; reading it fills the files' remarks."""

    def __init__(self, sources: list[Source], functions: Iterable[str], names: Iterable[str]) -> None:
        self.sources: dict[str, Source] = {}
        for source in sources:
            self.sources.setdefault(source.namespace, source)
        sources = list(self.sources.values())
        self._functions, self.ambient = frozenset(functions), frozenset(names)
        self._types = {id(source): ItemTypes(source) for source in sources}
        self._declared: list[tuple[Source, Any, Element]] = []
        self._elements: dict[tuple[str, str], Element] = {}
        self.by_name: dict[tuple[str, str], Element] = {}
        for source in sources:
            self._import(source)
        words = frozenset(name for source in sources for name in _words(source)) | self.ambient
        self._words = lexer_names(words - {name for name in words if "." in name}, self._functions) | words
        for source in sources:
            self._name(source)
        for source, node, element in self._declared:
            self._fill(source, node, element)
        for source, node, element in self._declared:
            self._refuse_cycle(source, node, element)

    def _import(self, source: Source) -> None:
        for node in source.of("import"):
            kind = node.get("importType") or ""
            if kind and "/DMN/" not in kind:
                source.fault(faults.NOT_SUPPORTED, node, what=f"an import of {kind}")
                continue
            other = self.sources.get((node.get("namespace") or "").strip())
            if other is None:
                source.fault(faults.UNKNOWN_IMPORT, node, namespace=node.get("namespace"))
                continue
            source.imports.append((name_of(node), other))

    def _name(self, source: Source) -> None:
        types = self._types[id(source)]
        for prefix, other in source.imports:
            types.see(prefix, self._types[id(other)])
        for node in source.of(*KINDS):
            before = len(source.remarks)
            name, key = name_of(node), node.get("id") or f"#{name_of(node)}"
            kind = KINDS[local(node)]
            wanted = (result_type if kind in (Knowledge, Service) else type_of)(node, types)
            element = kind(name, key, source.namespace, wanted)
            if not name:
                source.fault(faults.INCOMPLETE, node, element=local(node), what="name")
            for taken, own in ((self.by_name, name), (self._elements, key)):
                if (source.namespace, own) in taken:
                    source.fault(faults.TWICE, node, name=own)
                    break
            element.broken = len(source.remarks) > before
            self._declared.append((source, node, element))
            self._elements.setdefault((source.namespace, key), element)
            self.by_name.setdefault((source.namespace, name), element)

    def _fill(self, source: Source, node: Any, element: Element) -> None:
        before = len(source.remarks)
        if isinstance(element, Service):
            self._fill_service(source, node, element)
        elif isinstance(element, Logic):
            self._require(source, node, element)
            self._fill_logic(source, node, element)
        element.broken |= len(source.remarks) > before
        if isinstance(element, Logic) and element.expression is not None:
            self._refuse_unknown(source, node, element, element.expression)

    def _find(self, source: Source, node: Any) -> Element | None:
        """The element a reference means: `#id`, `namespace#id` or, as some tools write, `id`."""
        href = (node.get("href") or "").strip()
        namespace, hash_, key = href.rpartition("#")
        found = self._elements.get((namespace or source.namespace, key if hash_ else href))
        if found is None:
            source.fault(faults.UNKNOWN_REFERENCE, node, href=href)
        return found

    def _require(self, source: Source, node: Any, element: Logic) -> None:
        for requirement in children(node, "informationRequirement", "knowledgeRequirement"):
            inner = child(requirement, "requiredInput", "requiredDecision", "requiredKnowledge")
            found = None if inner is None else self._find(source, inner)
            if found is not None:
                element.requires[self._path(source, found)] = found

    def _path(self, source: Source, element: Element) -> tuple[str, ...]:
        if element.namespace == source.namespace:
            return (element.name,)
        for prefix, other in source.imports:
            if other.namespace == element.namespace:
                return (prefix, element.name) if prefix else (element.name,)
        return (element.name,)

    def _fill_logic(self, source: Source, node: Any, element: Logic) -> None:
        reader = Reader(source, self._types[id(source)], self._words, element.name)
        read = self._knowledge if isinstance(element, Knowledge) else self._decision
        tree = read(reader, node, element)
        try:
            element.expression = compiled(tree, self._known(element), self._types[id(source)])
        except FeelSyntaxError as error:
            reader.bad(node, error)

    def _decision(self, reader: Reader, node: Any, element: Logic) -> nodes.Node:
        value = reader.within(node)
        return value if element.type == ANY else nodes.Coerced(value, element.type)

    def _knowledge(self, reader: Reader, node: Any, element: Logic) -> nodes.Node:
        body = child(node, "encapsulatedLogic")
        if body is None:
            reader.source.fault(faults.NO_LOGIC, node, element=reader.label)
            return nodes.Literal(None)
        if (body.get("kind") or "FEEL").upper() != "FEEL":
            return reader.unsupported(body, f"an external function ({body.get('kind')})")
        names, types = parameters(reader, body)
        value, inner = reader.within(body), logic(body)
        if element.type != ANY:
            return nodes.Lambda(names, nodes.Coerced(value, element.type), types, element.type)
        return nodes.Lambda(names, value, types, ANY if inner is None else reader.type_named(inner))

    def _known(self, element: Logic) -> set[str]:
        """The names that stand first in what an element may read."""
        own = {element.name} if isinstance(element, Knowledge) else set()
        return {path[0] for path in element.requires} | self.ambient | own

    def _refuse_unknown(self, source: Source, node: Any, element: Logic, expression: Expression) -> None:
        """A name that is not required would be null, so it is a fault; read in part, null it is."""
        known = self._known(element)
        for path in sorted(expression.names):
            if path.split(".")[0] not in known and path not in known:
                source.fault(faults.UNKNOWN_NAME, node, element=element.name, name=path)
        for name in sorted(expression.calls - self._functions - known):
            source.fault(faults.UNKNOWN_FUNCTION, node, element=element.name, name=name)

    def _fill_service(self, source: Source, node: Any, service: Service) -> None:
        for one in children(node, "outputDecision"):
            found = self._find(source, one)
            if isinstance(found, Decision):
                service.outputs.append(found)
        for kind in ("inputData", "inputDecision"):
            for one in children(node, kind):
                found = self._find(source, one)
                if found is not None:
                    service.parameters.append(found)
        if not service.outputs:
            source.fault(faults.NO_LOGIC, node, element=service.name)

    def _refuse_cycle(self, source: Source, node: Any, element: Element) -> None:
        path = _way_back(element)
        if path:
            source.fault(faults.CYCLE, node, element=element.name, path=" → ".join(path))
            element.broken = True


def _way_back(start: Element) -> list[str]:
    """The names on the way from an element to itself; empty if there is none. Knowledge may require itself."""
    pending, seen = [(start, [start.name])], set()
    while pending:
        element, path = pending.pop()
        for one in element.requires.values() if isinstance(element, Logic) else ():
            if one is element and isinstance(one, Knowledge):
                continue
            if one is start:
                return [*path, start.name]
            if id(one) not in seen:
                seen.add(id(one))
                pending.append((one, [*path, one.name]))
    return []


def _words(source: Source) -> Iterable[str]:
    """All names that a file gives to anything."""
    for node in source.root.iter():
        if isinstance(node.tag, str) and local(node) in NAMED and node.get("name"):
            yield name_of(node)
        elif isinstance(node.tag, str) and node.get("iteratorVariable"):
            yield " ".join(node.get("iteratorVariable").split())
