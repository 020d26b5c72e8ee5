"""What one parse and one evaluation may cost, and the meter that counts it."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import FeelBoundsError

#: Characters of text that cost one step.
CHARACTERS_PER_STEP = 100


@dataclass(frozen=True, slots=True)
class Bounds:
    """Upper limits, all inclusive. `source` and `depth` hold for the text, the others for one evaluation."""

    source: int = 4_000
    depth: int = 64
    steps: int = 100_000
    size: int = 100_000
    text: int = 100_000


DEFAULT = Bounds()


class Meter:
    """Counts the steps of one evaluation; every loop and every built-in spends from it."""

    __slots__ = ("bounds", "left")

    def __init__(self, bounds: Bounds = DEFAULT) -> None:
        self.bounds = bounds
        self.left = bounds.steps

    def spend(self, steps: int) -> None:
        """Take `steps` from what is left, or raise FeelBoundsError."""
        self.left -= steps
        if self.left < 0:
            raise FeelBoundsError("steps", self.bounds.steps)

    def size(self, elements: int) -> None:
        """Pay for a list or context of that many elements, or raise FeelBoundsError."""
        if elements > self.bounds.size:
            raise FeelBoundsError("size", self.bounds.size)
        self.spend(elements)

    def text(self, characters: int) -> None:
        """Pay for a string of that many characters, or raise FeelBoundsError."""
        if characters > self.bounds.text:
            raise FeelBoundsError("text", self.bounds.text)
        self.spend(characters // CHARACTERS_PER_STEP)
