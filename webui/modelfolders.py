"""The folders under ``bpmn/``: one per system or example, found by name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import bpmn
from engine.errors import NotFound

ROOT = Path(bpmn.__file__).parent


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder with the diagram of the same name and what belongs to it."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def diagram(self) -> bytes:
        return (self.path / f"{self.name}.bpmn").read_bytes()

    @property
    def decisions(self) -> list[bytes]:
        """The DMN files beside the diagram, by name."""
        return beside(self.path / f"{self.name}.bpmn")

    @property
    def mapping(self) -> Path:
        return self.path / "mapping.toml"

    @property
    def items(self) -> Path:
        return self.path / "items.toml"

    @property
    def datasets(self) -> Path:
        return self.path / "datasets.toml"

    @property
    def scenarios(self) -> Path:
        return self.path / "scenarios.toml"


def beside(model: Path) -> list[bytes]:
    """The DMN files in the folder of a model, by name, that file itself left out."""
    return [path.read_bytes() for path in sorted(model.parent.glob("*.dmn")) if path != model]


def beside_it(folder: ModelFolder) -> list[bytes]:
    """The other models of the same system: what a model starts or writes to."""
    others = sorted(folder.path.parent.glob("*/*.bpmn"))
    return [path.read_bytes() for path in others if path.parent != folder.path]


def folders() -> list[ModelFolder]:
    """Every folder with a diagram of its own name, by name."""
    found = {path.parent for path in ROOT.rglob("*.bpmn") if path.stem == path.parent.name}
    return [ModelFolder(path) for path in sorted(found)]


def folder(name: str) -> ModelFolder:
    """The folder of a model; raises NotFound naming those that are there."""
    for one in folders():
        if one.name == name:
            return one
    known = ", ".join(one.name for one in folders())
    raise NotFound(f"expected a model among {known}, found {name}", model=name)
