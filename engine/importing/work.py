"""One model while it is being brought into our form."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from engine.importing import identity
from engine.importing.notes import Notes
from engine.importing.trees import indexed

MIRROR, EXECUTABLE = "mirror", "executable"


@dataclass
class Work:
    """The tree of a model, what it is to become, and what there is to say."""

    root: Any
    kind: str
    notes: Notes
    roles: Collection[str] | None
    role: str
    """The role of a step of which the drawing does not say who does it, or not in our words."""

    @property
    def mirror(self) -> bool:
        return self.kind == MIRROR

    def node(self, name: str) -> Any:
        """The element of that id, None where there is none any more."""
        return indexed(self.root).get(name)

    def fresh(self, wish: str) -> str:
        """An id that nothing in the file has, as near to the wish as may be."""
        return identity.fresh({node.get("id") for node in self.root.iter() if node.get("id")}, wish)


def field(name: str) -> str:
    """An id as the name of a field in FEEL, where a dash would subtract; two underlines are the engine's own."""
    return re.sub("^_+", "_", name.replace("-", "_"))
