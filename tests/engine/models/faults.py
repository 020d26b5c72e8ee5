"""What a faulty diagram is: a sentence, the code it must be given, the element to be named, and the bytes."""

from __future__ import annotations

from dataclasses import dataclass

from engine.linking import Source
from tests.engine import drawing as d

Models = tuple[tuple[str, Source | None], ...]


@dataclass(frozen=True)
class Case:
    """One fault of one small model, with the DMN files beside it and the models that it may call."""

    sentence: str
    code: str
    element: str
    xml: bytes
    decisions: tuple[bytes, ...] = ()
    models: Models = ()


def straight(*parts: str, flows: str | None = None, **options: str) -> bytes:
    """start -> user task u -> end, and ``parts`` beside them."""
    joined = d.chain("s", "u", "e") if flows is None else flows
    return d.model(d.start(), d.step("u"), d.end(), joined, *parts, **options)


def between(node: str, name: str, *parts: str, **options: str) -> bytes:
    """start -> ``node`` (named ``name``) -> end."""
    return d.model(d.start(), node, d.end(), d.chain("s", name, "e"), *parts, **options)


def changed(xml: bytes, old: str, new: str) -> bytes:
    """The model with one text replaced, which must be there."""
    assert old.encode() in xml, old
    return xml.replace(old.encode(), new.encode())
