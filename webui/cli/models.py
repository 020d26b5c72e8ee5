"""``jiancha models``: looking at model files."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from webui.cli.bringing import as_json as brought_as_json
from webui.cli.bringing import brought, lines, sources, targets, total
from webui.cli.check import check_files, model_files


@click.group()
def models() -> None:
    """Check model files, and bring in those that were drawn elsewhere."""


@models.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(paths: tuple[Path, ...], as_json: bool) -> None:
    """Say of BPMN and DMN files whether they run as drawn.

    PATH is a file or a folder (searched for *.bpmn *.bpmn20.xml *.xml *.dmn). Exit 1 when there is an
    error, 2 when something cannot be read.
    """
    files = model_files(paths)
    if not files:
        raise click.UsageError(f"expected model files in {', '.join(map(str, paths))}, found none")
    try:
        totals = check_files(files)
    except OSError as error:
        raise click.UsageError(f"cannot read {error.filename}: {error.strerror}") from None
    if as_json:
        click.echo(json.dumps(totals.document(), ensure_ascii=False).encode())
    else:
        for line in totals.lines():
            click.echo(line)
    sys.exit(1 if totals.errors else 0)


@models.command("import")
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
    found = sources(paths)
    if not found:
        raise click.UsageError(f"expected model files in {', '.join(map(str, paths))}, found none")
    documents, verdicts, taken = [], [], {source.path.resolve() for source in found}
    try:
        for source in found:
            result = brought(source, kind)
            verdicts.append(result.verdict)
            if save is not None:
                for path, xml in targets(source, result, save.resolve(), taken):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(xml)
            if as_json:
                documents.append(brought_as_json(source, result))
            else:
                click.echo("\n".join(lines(source, result)))
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from None
    click.echo(json.dumps(documents, ensure_ascii=False).encode() if as_json else total(verdicts))
