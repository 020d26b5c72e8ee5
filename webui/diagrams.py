"""The diagrams that come with the product: their files and what they say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from lxml import etree

from engine.diagrams import load, read

NAME_EN = "{urn:jiancha:bpmn:1}nameEn"
LABEL = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNLabel"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
ENGLISH_LABEL = 60.0  # pixels: a Chinese label's width would break English words


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
    for bounds in tree.getroot().iterfind(f".//{LABEL}/{BOUNDS}"):
        _widen(bounds)
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8"))


def _widen(bounds: etree._Element) -> None:
    """Give a label room for English words, around the same middle."""
    width = float(bounds.get("width", 0))
    if width < ENGLISH_LABEL:
        bounds.set("x", str(float(bounds.get("x", 0)) - (ENGLISH_LABEL - width) / 2))
        bounds.set("width", str(ENGLISH_LABEL))
