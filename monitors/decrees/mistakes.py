"""What is wrong with a decree: where, what was expected and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from engine.errors import InvalidData


@dataclass(frozen=True, slots=True)
class Mistake:
    """``code`` is one of the pages' words for mistakes (``webui/decreeing.py``); ``line`` counts from 1, 0 for the whole."""

    line: int
    column: str
    code: str
    found: str = ""
    expected: str = ""

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.code}, expected {self.expected}, found {self.found!r}"


class DecreeRefused(InvalidData):
    """A decree that cannot be read as it stands; nothing of it was kept."""

    code: ClassVar[str] = "decree_refused"

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(map(str, mistakes)), mistakes=tuple(mistakes))
        self.mistakes = tuple(mistakes)
