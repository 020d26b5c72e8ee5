"""``jiancha models plugin``: the plug-in for the desktop Modeler."""

from __future__ import annotations

from pathlib import Path

import click

from webui.modeler import write


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def plugin(folder: Path) -> None:
    """Write a plug-in for the Camunda Modeler into DIR.

    The desktop tool then knows our checkpoints, rules and steps, and says what is wrong with them.
    """
    try:
        written = write(folder)
    except OSError as error:
        raise click.UsageError(f"cannot write {error.filename}: {error.strerror}") from None
    for path in written:
        click.echo(str(path))
