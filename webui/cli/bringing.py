"""Importing model files: which become what, what is said of each, and where the rewritten ones go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from engine import importing
from engine.importing import IMPORTED, REFUSED, REMARKED, Brought
from engine.lint.hardened import MAX_BYTES
from engine.lint.remarks import Remark
from webui.cli.check import model_files
from webui.cli.output import print_json, progress

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


def write(found: Iterable[tuple[Source, Brought]], folder: Path) -> int:
    """Write the models, none over a file that was read; how many."""
    found = list(found)
    taken = {source.path.resolve() for source, _ in found}
    models = [one for source, result in found for one in targets(source, result, folder.resolve(), taken)]
    for path, xml in models:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(xml)
    return len(models)


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


def as_object(source: Source, found: Brought) -> dict[str, Any]:
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


@click.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--as", "kind", type=click.Choice(["executable", "mirror"]), default="executable", show_default=True)
@click.option(
    "--save", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help="Write what was imported."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def import_files(paths: tuple[Path, ...], kind: str, save: Path | None, as_json: bool) -> None:
    """Bring BPMN files of other products into the form that runs here.

    PATH is a file or a folder (searched for *.bpmn *.bpmn20.xml *.xml). Each file is imported, imported with
    remarks, or refused; nothing is written without --save. Exit 2 when something cannot be read.
    """
    files = sources(paths)
    if not files:
        raise click.UsageError(f"expected model files in {', '.join(map(str, paths))}, found none")
    try:
        found = [(source, brought(source, kind)) for source in files]
        if save is not None:
            progress(f"{write(found, save)} models written to {save}")
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from None
    if as_json:
        print_json([as_object(source, result) for source, result in found])
        return
    for source, result in found:
        click.echo("\n".join(lines(source, result)))
    click.echo(total([result.verdict for _, result in found]))
