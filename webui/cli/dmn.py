"""``jiancha dmn``: decisions in DMN files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine.clock import SystemClock
from engine.decisions.kit import Outcome, run_folder
from engine.errors import ModelRefused
from webui.cli.feel import of_clock


@click.group()
def dmn() -> None:
    """Decisions in DMN."""


@dmn.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--failures", is_flag=True, help="Say of each case that failed why, on stderr.")
def tck(folder: Path, failures: bool) -> None:
    """Run the cases of the DMN Technology Compatibility Kit in DIR and the folders in it.

    A folder with test cases is one line; the last line is the total. Exit 1 when a case failed, 2 when
    there is none or a file cannot be read.
    """
    passed = total = 0
    for one in sorted({file.parent for file in folder.rglob("*.dmn")}):
        outcomes = _outcomes(one)
        good = sum(not outcome.reason for outcome in outcomes)
        passed, total = passed + good, total + len(outcomes)
        if outcomes:
            click.echo(f"{one.relative_to(folder)}: {good} passed, {len(outcomes) - good} failed")
        for outcome in outcomes if failures else ():
            if outcome.reason:
                click.echo(f"  {outcome.file} {outcome.case}: {outcome.reason}", err=True)
    if not total:
        raise click.UsageError(f"expected test cases in {folder}, found none")
    click.echo(f"{passed} of {total} passed")
    sys.exit(0 if passed == total else 1)


def _outcomes(folder: Path) -> list[Outcome]:
    try:
        return list(run_folder(folder, of_clock(SystemClock())))
    except (OSError, ModelRefused) as error:
        raise click.UsageError(f"cannot read the cases in {folder}: {error}") from None
