"""Checking model files: which files, what is said about each, and the totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import diagrams, profile
from engine.errors import ModelRefused
from engine.lint import decisions
from engine.lint.hardened import MAX_BYTES
from engine.lint.remarks import ERROR, Remark
from webui.cli.neighbours import feed_of, models_of
from webui.modelfolders import beside, ladders

SUFFIXES = (".bpmn", ".bpmn20.xml", ".xml", ".dmn")


@dataclass(slots=True)
class Totals:
    """What ``models check`` counts; checkpoints, systems and rules are distinct ids."""

    models: int = 0
    checkpoints: set[str] = field(default_factory=set)
    systems: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    remarks: list[tuple[Path, Remark]] = field(default_factory=list)

    @property
    def errors(self) -> int:
        return sum(remark.severity == ERROR for _, remark in self.remarks)

    def document(self) -> dict[str, Any]:
        """The one JSON document of ``--json``."""
        return {
            "models": self.models,
            "checkpoints": len(self.checkpoints),
            "errors": self.errors,
            "systems": len(self.systems),
            "rules": len(self.rules),
            "remarks": [_as_json(path, remark) for path, remark in self.remarks],
        }

    def lines(self) -> Iterator[str]:
        """The lines of the plain output; the totals are the last two."""
        for path, remark in self.remarks:
            message = f"{remark.message_zh} | {remark.message_en}"
            yield f"{path}:{remark.line} {remark.element or '-'} {remark.severity} {message}"
        remarks = len(self.remarks) - self.errors
        yield f"{len(self.systems)} systems, {len(self.rules)} rules, {remarks} remarks"
        yield f"{self.models} models, {len(self.checkpoints)} checkpoints, {self.errors} errors"


def _as_json(path: Path, remark: Remark) -> dict[str, Any]:
    return {
        "file": str(path),
        "line": remark.line,
        "element": remark.element or None,
        "severity": remark.severity,
        "code": remark.code,
        "message": remark.message_zh,
        "message_en": remark.message_en,
        "advice": remark.advice or None,
        "advice_en": remark.advice_en or None,
    }


def model_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and those with a model's suffix in the folders named; each once."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(file for file in path.rglob("*") if _is_model(file)) if path.is_dir() else [path]
        found.update(dict.fromkeys(inside))
    return list(found)


def _is_model(file: Path) -> bool:
    return file.name.lower().endswith(SUFFIXES) and file.is_file()


def check_files(files: Sequence[Path]) -> Totals:
    """Check each file; raises OSError for one that cannot be read."""
    # Here, so that the other commands start without the rules.
    from monitors.organisation import ROLES
    from monitors.presets import load_presets
    from monitors.rules import names

    known: dict[str, Any] = {"roles": ROLES, "ladders": frozenset(load_presets(ladders())), **names()}
    totals = Totals()
    for file in files:
        with file.open("rb") as stream:
            xml = stream.read(MAX_BYTES + 1)  # one more is enough to be refused
        totals.models += 1
        decision = file.suffix.lower() == ".dmn"
        others = beside(file)
        if decision:
            report = decisions.check(xml, others)
        else:
            given, faults = feed_of(file)
            totals.remarks += [one for one in faults if one not in totals.remarks]
            models = models_of(file, (one for one in files if one != file and one.suffix.lower() != ".dmn"))
            report = profile.check(xml, decisions=others, models=models, **known, **given)
            _count(totals, xml)
        totals.remarks += [(file, remark) for remark in report.remarks]
    return totals


def _count(totals: Totals, xml: bytes) -> None:
    try:
        main = diagrams.survey(diagrams.load(xml))
    except ModelRefused:
        return
    for diagram in (main, *main.processes):
        totals.systems |= {diagram.system} - {""}
        totals.checkpoints |= set(diagram.checkpoints) - {""}
        totals.rules |= {rule.id for one in diagram.checkpoints.values() for rule in one.rules} - {""}
