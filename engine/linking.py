"""Models that are called, taken into the one that calls them: ``check`` of the model ``review`` is ``review/check`` there.

No drawn id holds the mark between the two, so nothing of a called model can meet anything of its caller, and a step is
called the same whichever version of the called model it is drawn in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from engine.lint.identity import needs_id
from engine.lint.loading import load, prepare
from engine.lint.names import BPMN, JC, local

MARK = "/"
_DECLARED = ("message", "signal", "error", "escalation")
_REFERENCES = (
    "sourceRef",
    "targetRef",
    "default",
    "attachedToRef",
    "calledElement",
    *(f"{one}Ref" for one in _DECLARED),
)
_TEXTS = tuple(f"{BPMN}{one}" for one in ("incoming", "outgoing", "flowNodeRef"))


@dataclass(frozen=True, slots=True)
class Source:
    """A model as it is compiled: its bytes, the DMN files that it uses, and the models that it calls, by their names."""

    xml: bytes
    decisions: tuple[bytes, ...] = ()
    calls: tuple[tuple[str, Source], ...] = ()

    def names(self) -> Iterator[str]:
        """The models that it calls, itself or through another."""
        for name, model in self.calls:
            yield name
            yield from model.names()

    def parts(self, path: str = "") -> Iterator[tuple[str, Source]]:
        """It and every model below it, each with what stands before its ids."""
        yield path, self
        for name, model in self.calls:
            yield from model.parts(f"{path}{name}{MARK}")


def linked(source: Source) -> Any:
    """The tree that runs: the model's own, with the processes of the models that it calls behind its own processes."""
    tree = prepare(source.xml)
    root = tree.getroot()
    wanted = called_elsewhere(root)
    for name, model in source.calls:
        if name not in wanted:
            continue
        inner = linked(model).getroot()
        process = inner.find(f"{BPMN}process").get("id")
        _prefix(inner, name)
        root.extend([node for node in inner if local(node) in ("process", *_DECLARED)])
        for call in wanted[name]:
            call.set("calledElement", f"{name}{MARK}{process}")
    return tree


def called_models(xml: bytes) -> tuple[str, ...]:
    """The names of what a file calls and does not hold itself; raises ModelRefused for what is no BPMN."""
    return tuple(called_elsewhere(load(xml).getroot()))


def called_elsewhere(root: Any) -> dict[str, list[Any]]:
    """Name -> the call activities that call something which is not in this file."""
    own = {process.get("id") for process in root.iterfind(f"{BPMN}process")}
    found: dict[str, list[Any]] = {}
    for call in root.iter(f"{BPMN}callActivity"):
        name = call.get("calledElement")
        if name and name not in own:
            found.setdefault(name, []).append(call)
    return found


def path_of(element: str) -> str:
    """What stands before the id of an element that a called model brought; "" for the case's own."""
    return element[: element.rfind(MARK) + 1]


def model_of(element: str, definition: str) -> str:
    """The model in which an element of a case is drawn."""
    path = path_of(element)
    return path.split(MARK)[-2] if path else definition


def _prefix(root: Any, name: str) -> None:
    """Put the model's name before every id that the engine knows, and wherever it is referred to."""
    before = f"{name}{MARK}"
    for node in root.iter(f"{BPMN}*"):
        known = ("id", *_REFERENCES) if needs_id(node) or local(node) in _DECLARED else _REFERENCES
        _rename(node, known, before)
        if node.tag in _TEXTS and node.text:
            node.text = before + node.text.strip()
    for step in root.iter(f"{JC}step"):
        if step.get("exclude"):
            step.set("exclude", " ".join(before + one for one in step.get("exclude").split()))


def _rename(node: Any, attributes: Collection[str], before: str) -> None:
    for attribute in attributes:
        if node.get(attribute):
            node.set(attribute, before + node.get(attribute))
