"""The diagrams that come with the product: their files and what they say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from lxml import etree

from engine.diagrams import load, read

NAME_EN = "{urn:jiancha:bpmn:1}nameEn"


def below(folder: Traversable) -> Iterator[Traversable]:
    """The files below a folder, in order of name."""
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from below(entry)
        elif entry.is_file():
            yield entry


def processes(xml: bytes) -> list[str]:
    """The ids of the processes of a file."""
    diagram = read(xml)
    return [diagram.process_id, *(one.process_id for one in diagram.processes)]


def systems() -> dict[str, str]:
    """Process -> the domain code of its system, such as AA."""
    found: dict[str, str] = {}
    for file in below(files("bpmn")):
        if file.name.endswith(".bpmn"):
            diagram = read(file.read_bytes())
            found[diagram.process_id] = diagram.system
    return found


@lru_cache(maxsize=64)
def in_english(xml: bytes) -> bytes:
    """The same drawing with its English labels; where there is none the Chinese one stays."""
    tree = load(xml)
    for element in tree.getroot().iter(etree.Element):
        english = element.get(NAME_EN)
        if english:
            element.set("name", english)
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8"))
