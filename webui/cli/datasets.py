"""``jiancha datasets``: files of rows are looked over and loaded, and whole sets are matched."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from engine.model import Actor
from monitors.datasets import Refusal
from monitors.model import ANY
from webui.cli.common import database_option
from webui.cli.output import print_json
from webui.cli.versions import by_option, opened
from webui.publishing import may

file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def datasets() -> None:
    """Rows of other departments, and checks over whole sets of them."""


@datasets.command("list")
@database_option
def listing(database: str | None) -> None:
    """The declared sets: name, key, fields with their types and units."""
    with opened(database) as app:
        for one in app.loads.schemas.values():
            fields = ", ".join(f"{f.name} {f.type}{f' {f.unit}' if f.unit else ''}" for f in one.fields)
            click.echo(f"{one.name}  {one.zh} {one.en}  key {'/'.join(one.key)}, day {one.day}: {fields}")


@datasets.command()
@click.argument("name")
@file_argument
@database_option
@json_option
def check(name: str, file: Path, database: str | None, as_json: bool) -> None:
    """Look over a FILE of rows for the set NAME; nothing is kept. Exit 1 where a row would be refused."""
    with opened(database) as app, file.open("rb") as stream:
        report = app.loads.check(name, stream, file.name)
    _told({"good": report.new, "refused": report.refused}, report.refusals, as_json)
    sys.exit(1 if report.refused else 0)


@datasets.command()
@click.argument("name")
@file_argument
@by_option
@click.option("--source", required=True, help="Whom the file comes from.")
@click.option("--district", default=ANY, help="Whose rows these are, where they do not say; default: of no district.")
@database_option
@json_option
def load(name: str, file: Path, by: str, source: str, district: str, database: str | None, as_json: bool) -> None:
    """Load a FILE of rows (CSV in UTF-8 or GB 18030; .jsonl: lines of JSON) into the set NAME.

    The good rows are taken, the others are told; the same file again changes nothing.
    """
    with opened(database) as app, file.open("rb") as stream:
        person = may(app, by, "load a data set")
        done = app.loads.load(name, stream, file.name, by=person, source=source, district_code=district)
    counts = {what: getattr(done, what) for what in ("new", "corrected", "unchanged", "refused")}
    _told({"load": done.number, "hash": done.hash, **counts}, done.refusals, as_json)


@datasets.command()
@click.argument("models", metavar="[MODEL]...", nargs=-1)
@by_option
@database_option
@json_option
def match(models: tuple[str, ...], by: str, database: str | None, as_json: bool) -> None:
    """Run the checks of these models, or all. Exit 1 where a rule could not be asked of its set."""
    failed, told = False, []
    with opened(database) as app:
        actor = Actor(may(app, by, "load a data set"))
        for one in [app.set_checks.of(name) for name in models] or app.set_checks.checks:
            result = app.set_checks.run(one, actor)
            why = [error.message for error in result.refused]
            counts = {what: getattr(result, what) for what in ("hits", "warnings", "closed", "quiet")}
            told.append({"model": one.model, "set": one.set, **counts, "refused": why})
            failed |= bool(why)
    if as_json:
        print_json(told)
    for line in [] if as_json else told:
        click.echo("  ".join(f"{name} {value}" for name, value in line.items() if name != "refused"))
        for reason in line["refused"]:
            click.echo(f"  {reason}")
    sys.exit(1 if failed else 0)


def _told(values: dict[str, object], refusals: Sequence[Refusal], as_json: bool) -> None:
    if as_json:
        rows = [{"line": r.line, "field": r.field, "expected": r.expected, "found": r.found} for r in refusals]
        print_json({**values, "refusals": rows})
        return
    click.echo("  ".join(f"{name} {value}" for name, value in values.items()))
    for one in refusals:
        click.echo(f"  line {one.line}, {one.field or 'the row'}: expected {one.expected}, found {one.found!r}")
