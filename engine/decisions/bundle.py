"""The decisions that lie beside a model: DMN files of one folder, found by the id of a decision."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.decisions.library import Decisions, Result, read
from engine.decisions.model import Decision
from engine.decisions.source import Source, read_source
from engine.errors import ModelRefused, NotFound
from engine.lint.names import local


@dataclass(frozen=True, slots=True)
class Filed:
    """A decision ready to be made: the inputs it needs, and the SHA-256 of the file that holds it."""

    id: str
    name: str
    inputs: tuple[str, ...]
    hash: str
    decisions: Decisions

    def decide(self, given: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Result:
        """Its value for these inputs, with the evidence; raises what `Decisions.evaluate` raises."""
        return self.decisions.evaluate(self.name, given, functions)


class Bundle:
    """DMN files that may import each other, whole or partly at fault; nothing is evaluated until it is found."""

    def __init__(self, files: Iterable[bytes], functions: Iterable[str]) -> None:
        self._functions = tuple(functions)
        self._files = [(xml, source) for xml in files if (source := _source(xml)) is not None]
        self._found: dict[str, Filed] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all decisions, in the order of the files."""
        return tuple(key for _, source in self._files for key, node in source.elements.items() if _decides(node))

    def find(self, decision: str) -> Filed:
        """A decision by its id. Raises NotFound unless exactly one file has it, ModelRefused where that file or what
        it imports is at fault."""
        if decision not in self._found:
            self._found[decision] = self._read(decision)
        return self._found[decision]

    def used(self, wanted: Iterable[str]) -> tuple[bytes, ...]:
        """The files that these decisions need, those that are imported included, in an order of their own."""
        files = {xml for decision in wanted for xml in self._with_imports(self._index(decision))}
        return tuple(sorted(files, key=digest))

    def _read(self, decision: str) -> Filed:
        files = self._with_imports(self._index(decision))
        decisions = read(files, self._functions)
        found = next(one for one in decisions.elements if isinstance(one, Decision) and one.id == decision)
        return Filed(decision, found.name, decisions.inputs_of(found), digest(files[0]), decisions)

    def _index(self, decision: str) -> int:
        holding = [n for n, (_, source) in enumerate(self._files) if _decides(source.elements.get(decision))]
        if len(holding) != 1:
            known = ", ".join(self.ids) or "none"
            raise NotFound(
                f"expected one decision with the id {decision} beside the model, found {len(holding)} (there: {known})",
                decision=decision,
            )
        return holding[0]

    def _with_imports(self, first: int) -> list[bytes]:
        """A file, and behind it those that it imports, through whatever others."""
        order = [first]
        for number in order:
            wanted = {(node.get("namespace") or "").strip() for node in self._files[number][1].of("import")}
            order += [n for n, (_, source) in enumerate(self._files) if source.namespace in wanted and n not in order]
        return [self._files[number][0] for number in order]


def readable(files: Iterable[bytes]) -> list[bytes]:
    """Those of the files that are DMN at all."""
    return [xml for xml in files if _source(xml) is not None]


def digest(xml: bytes) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(xml).hexdigest()


def _decides(node: Any) -> bool:
    return node is not None and local(node) == "decision"


def _source(xml: bytes) -> Source | None:
    """The file as a tree; what is no DMN holds no decision, which is said where the file itself is checked."""
    try:
        return read_source(xml)
    except ModelRefused:
        return None
