"""The folders under ``bpmn/``: one per system or example, found by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import bpmn
from engine.diagrams import read
from engine.errors import NotFound
from engine.linking import Source, called_models

ROOT = Path(bpmn.__file__).parent


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder with the diagram of the same name and what belongs to it."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def model(self) -> Path:
        return self.path / f"{self.name}.bpmn"

    @property
    def diagram(self) -> bytes:
        return self.model.read_bytes()

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


def beside_it(folder: ModelFolder) -> list[Path]:
    """The other models of the same system: what a model starts or writes to."""
    return [path for path in sorted(folder.path.parent.glob("*/*.bpmn")) if path.parent != folder.path]


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Path]:
    """The diagrams below ``bpmn/``, by the names of their models."""
    return {read(path.read_bytes()).process_id: path for path in sorted(ROOT.rglob("*.bpmn"))}


def in_order(model: Path, above: tuple[Path, ...] = ()) -> list[Path]:
    """A diagram behind those that it calls, themselves or through others; a circle is for the profile to refuse."""
    found: dict[Path, None] = {}
    for name in called_models(model.read_bytes()):
        path = shipped().get(name)
        if path is not None and path not in (*above, model):
            found |= dict.fromkeys(in_order(path, (*above, model)))
    return [*found, model]


def source_of(model: Path, known: Mapping[str, Path], above: tuple[Path, ...] = ()) -> Source:
    """A diagram as it is checked by others that call it, with those that it calls; in a circle each stands once."""
    xml, above = model.read_bytes(), (*above, model)
    called = [(name, known[name]) for name in called_models(xml) if name in known]
    return Source(xml, (), tuple((name, source_of(path, known, above)) for name, path in called if path not in above))


def ladders() -> dict[str, Any]:
    """The ladders that come with the product, and who is told by them; none when the file is not there."""
    file = ROOT / "supervision" / "presets.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal) if file.is_file() else {}


def folders() -> list[ModelFolder]:
    """Every folder with a diagram of its own name, by name."""
    found = {path.parent for path in ROOT.rglob("*.bpmn") if path.stem == path.parent.name}
    return [ModelFolder(path) for path in sorted(found)]


def declared(name: str) -> list[dict[str, Any]]:
    """The tables of that name in every ``datasets.toml``: data sets, or checks over them."""
    return [
        table
        for one in folders()
        if one.datasets.exists()
        for table in tomllib.loads(one.datasets.read_text(encoding="utf-8")).get(name, ())
    ]


def folder(name: str) -> ModelFolder:
    """The folder of a model; raises NotFound naming those that are there."""
    for one in folders():
        if one.name == name:
            return one
    known = ", ".join(one.name for one in folders())
    raise NotFound(f"expected a model among {known}, found {name}", model=name)
