"""What a name means at a place of the text: resolved once, when the expression is compiled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..types import Types


@dataclass(slots=True)
class Unit:
    """What is gathered over one whole expression."""

    known: frozenset[str]
    types: Types = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    calls: dict[str, None] = field(default_factory=dict)
    weight: int = 0
    slots: int = 0

    def slot(self) -> int:
        """A new slot number."""
        self.slots += 1
        return self.slots - 1


@dataclass(slots=True)
class Frame:
    """One bound name. `label` is what a null found there is reported as; a filter frame also binds the
    entries of the item it holds."""

    name: str
    slot: int
    label: str | None = None
    filters: bool = False
    used: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """The frames around a place, innermost first; `quiet` inside an explicit null test."""

    unit: Unit
    frame: Frame | None = None
    parent: Scope | None = None
    quiet: bool = False

    def bind(self, name: str, label: str | None = None, filters: bool = False) -> tuple[Scope, Frame]:
        """The scope in which `name` is bound to a new slot."""
        frame = Frame(name, self.unit.slot(), label, filters)
        return Scope(self.unit, frame, self, self.quiet), frame

    def hushed(self, quiet: bool = True) -> Scope:
        """The same place, reporting nulls or not."""
        return self if quiet == self.quiet else replace(self, quiet=quiet)

    def frames(self) -> Iterator[Frame]:
        """The frames from here outwards."""
        scope: Scope | None = self
        while scope is not None:
            if scope.frame is not None:
                yield scope.frame
            scope = scope.parent

    def resolve(self, name: str) -> tuple[list[Frame], Frame | None]:
        """The filters whose item may have the name, innermost first, and the frame that binds it, if any.

        An item that has an entry called `item` means that by `item`, not itself.
        """
        items: list[Frame] = []
        for frame in self.frames():
            if frame.filters:
                items.append(frame)
            if frame.name == name:
                frame.used = True
                return items, frame
        return items, None
