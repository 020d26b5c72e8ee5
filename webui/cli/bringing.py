"""Importing model files: which become what, what is said of each, and where the rewritten ones go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import importing
from engine.importing import IMPORTED, REFUSED, REMARKED, Brought
from engine.lint.hardened import MAX_BYTES
from engine.lint.remarks import Remark
from webui.cli.check import model_files

# A step of which the drawing does not say who does it is a clerk's, until the designer says otherwise.
DEFAULT_ROLE = "clerk"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import; ``inside`` is its path below the folder that was named."""

    path: Path
    inside: Path


def sources(paths: Iterable[Path]) -> list[Source]:
    """The BPMN files named and those in the folders named, each once."""
    found: dict[Path, Source] = {}
    for path in paths:
        for file in model_files([path]):
            if path.is_dir() and file.suffix.lower() == ".dmn":
                continue
            inside = file.relative_to(path) if path.is_dir() else Path(file.name)
            found.setdefault(file, Source(file, inside))
    return list(found.values())


def brought(source: Source, kind: str) -> Brought:
    """What becomes of a file; raises OSError for one that cannot be read."""
    from monitors.organisation import ROLES

    with source.path.open("rb") as stream:
        xml = stream.read(MAX_BYTES + 1)  # one more is enough to be refused
    return importing.bring(xml, kind=kind, roles=ROLES, role=DEFAULT_ROLE)


def targets(source: Source, found: Brought, folder: Path, taken: set[Path]) -> Iterator[tuple[Path, bytes]]:
    """Where each model of a file is written: by the file's name, by its process too where they are several."""
    name = source.inside.name
    stem = next((name[: -len(end)] for end in (".bpmn20.xml", ".bpmn", ".xml") if name.lower().endswith(end)), name)
    for model in found.models:
        wish = stem if len(found.models) == 1 else f"{stem}.{model.name}"
        path, number = folder / source.inside.parent / f"{wish}.bpmn", 1
        while path in taken:
            number += 1
            path = path.with_name(f"{wish}-{number}.bpmn")
        taken.add(path)
        yield path, model.xml


def as_json(source: Source, found: Brought) -> dict[str, Any]:
    """One object of the list that ``--json`` prints."""
    return {
        "file": str(source.path),
        "verdict": found.verdict,
        "remarks": [_remark(one) for one in found.remarks],
    }


def _remark(one: Remark) -> dict[str, Any]:
    return {
        "element": one.element or None,
        "line": one.line,
        "text": one.message_zh,
        "advice": one.advice or None,
        "text_en": one.message_en,
        "advice_en": one.advice_en or None,
        "severity": one.severity,
        "code": one.code,
    }


def lines(source: Source, found: Brought) -> Iterator[str]:
    """The verdict on a file and what is said of it."""
    yield f"{source.path}: {found.verdict}"
    for one in found.remarks:
        advice = f" ({one.advice} | {one.advice_en})" if one.advice else ""
        yield f"  {one.line} {one.element or '-'} {one.severity} {one.message_zh} | {one.message_en}{advice}"


def total(verdicts: list[str]) -> str:
    """The last line."""
    count = verdicts.count
    return (
        f"{len(verdicts)} files, {count(IMPORTED)} imported, {count(REMARKED)} with remarks, {count(REFUSED)} refused"
    )
