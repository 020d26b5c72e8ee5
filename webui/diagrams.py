"""The diagrams that come with the product: their files and what they say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

_PROCESS = re.compile(rb"<(?:\w+:)?process\b[^>]*?\sid=\"([^\"]+)\"")
_SYSTEM = re.compile(rb"<jc:process\b[^>]*?\ssystem=\"([^\"]*)\"")


def below(folder: Traversable) -> Iterator[Traversable]:
    """The files below a folder, in order of name."""
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from below(entry)
        elif entry.is_file():
            yield entry


def processes(xml: bytes) -> list[str]:
    """The ids of the processes of a file."""
    return [name.decode() for name in _PROCESS.findall(xml)]


def systems() -> dict[str, str]:
    """Process -> the domain code of its system, such as AA."""
    found: dict[str, str] = {}
    for file in below(files("bpmn")):
        if file.name.endswith(".bpmn"):
            xml = file.read_bytes()
            system = _SYSTEM.search(xml)
            found.update((name, system[1].decode() if system else "") for name in processes(xml))
    return found
