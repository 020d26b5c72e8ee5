"""Finds the form of a step: ``forms/<name>.json`` in the folder of the diagram that asks for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

from webui.diagrams import processes
from webui.forms.schema import Form, FormError, parse

_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")


class Library:
    """All forms below one folder, each read when first asked for."""

    def __init__(self, root: Traversable | None = None) -> None:
        self._root = root or files("bpmn")
        self._read: dict[tuple[str, str], Form] = {}

    def form(self, definition: str, name: str) -> Form:
        """The form a diagram calls by that name. Raises FormError when there is none or it cannot be drawn."""
        if (definition, name) not in self._read:
            self._read[definition, name] = self._load(definition, name)
        return self._read[definition, name]

    def has(self, definition: str, name: str) -> bool:
        """Whether the diagram's folder holds a form of that name."""
        folder = self._folders.get(definition)
        return folder is not None and (folder / "forms" / f"{name}.json").is_file()

    @cached_property
    def _folders(self) -> dict[str, Traversable]:
        """Process id -> the folder of its diagram."""
        found: dict[str, Traversable] = {}
        for folder in _folders_below(self._root):
            for file in folder.iterdir():
                if file.name.endswith(".bpmn"):
                    found.update(dict.fromkeys(processes(file.read_bytes()), folder))
        return found

    def _load(self, definition: str, name: str) -> Form:
        folder = self._folders.get(definition)
        if folder is None or not _NAME.fullmatch(name):
            raise FormError(f"expected a form {name} of {definition}, found no folder of that diagram")
        file = folder / "forms" / f"{name}.json"
        if not file.is_file():
            raise FormError(f"expected a form {name} of {definition}, found none")
        return parse(json.loads(file.read_text(encoding="utf-8")), name)


def _folders_below(folder: Traversable) -> Iterator[Traversable]:
    """A folder and all below it, in order of name."""
    yield folder
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from _folders_below(entry)
