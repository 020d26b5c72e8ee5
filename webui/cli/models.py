"""``jiancha models``: looking at model files."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from webui.cli import versions
from webui.cli.bringing import import_files
from webui.cli.check import check_files, model_files
from webui.cli.comparing import diff


@click.group()
def models() -> None:
    """Check, compare and import model files, publish versions."""


for one in (diff, import_files, versions.submit, versions.review, versions.deploy, versions.retire):
    models.add_command(one)


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
