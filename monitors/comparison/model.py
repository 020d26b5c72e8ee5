"""Changes between two models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.model import Pin

SECTIONS = ("elements", "flows", "checkpoints", "rules", "limits", "decisions")
ADDED, REMOVED, RENAMED, MOVED, CHANGED = "added", "removed", "renamed", "moved", "changed"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A model as it is compared: its bytes, the DMN files that it uses, and the versions of the models that it calls."""

    xml: bytes
    decisions: tuple[bytes, ...] = ()
    calls: tuple[Pin, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``attribute`` is what of the thing ``id`` changed, None for the thing itself.

    ``implied``: it follows from another, as the new flows of a new step do, and is not said again in words.
    """

    section: str
    what: str
    id: str
    zh: str
    en: str
    attribute: str | None = None
    before: Any = None
    after: Any = None
    implied: bool = False

    @property
    def place(self) -> tuple[str, str, str | None]:
        return self.section, self.id, self.attribute

    def as_data(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in ("id", "attribute", "before", "after", "implied")}
        return {"change": self.what, **values, "words": self.zh, "words_en": self.en}


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from one model to another, in the order of ``SECTIONS``."""

    changes: tuple[Change, ...]

    def said(self) -> Iterator[Change]:
        """Those that a person would name."""
        return (change for change in self.changes if not change.implied)

    def as_data(self) -> dict[str, list[dict[str, Any]]]:
        return {name: [one.as_data() for one in self.changes if one.section == name] for name in SECTIONS}


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """What people changed in a model that was shipped, and what its next release changes."""

    local: Difference
    shipped: Difference

    @property
    def conflicts(self) -> list[tuple[Change, Change]]:
        """The same thing changed on both sides, and not to the same."""
        ours = {change.place: change for change in self.local.changes}
        pairs = [(ours[change.place], change) for change in self.shipped.changes if change.place in ours]
        return [(one, other) for one, other in pairs if (one.what, one.after) != (other.what, other.after)]

    def as_data(self) -> dict[str, Any]:
        return {
            "local": self.local.as_data(),
            "shipped": self.shipped.as_data(),
            "conflicts": [{"local": one.as_data(), "shipped": other.as_data()} for one, other in self.conflicts],
        }
