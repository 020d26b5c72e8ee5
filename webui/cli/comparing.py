"""``jiancha models diff``: what differs between two models, or three."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from engine import Database
from engine.definitions import find
from engine.errors import InvalidData
from engine.lint.hardened import MAX_BYTES
from monitors.comparison import Change, Difference, Drawn, ThreeWay, compare, three_way
from webui.cli.common import database_option, settings_of
from webui.cli.output import print_json
from webui.modelfolders import beside
from webui.publishing import drawn, named


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.argument("shipped", metavar="[C]", required=False)
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def diff(before: str, after: str, shipped: str | None, database: str | None, as_json: bool) -> None:
    """Say in words what changes from model A to model B, however they are drawn.

    Each is a FILE, with the DMN files beside it, or NAME@VERSION. With C all three are compared: A is what was shipped, B what was made of it
    here, C the next release; what both changed differently stands last.
    """
    models = [_drawn(text, database) for text in (before, after, shipped) if text is not None]
    found: Difference | ThreeWay = compare(*models) if len(models) == 2 else three_way(*models)
    if as_json:
        print_json(found.as_data())
        return
    for line in _lines(found):
        click.echo(line)


def _drawn(text: str, database: str | None) -> Drawn:
    path = Path(text)
    if path.is_file():
        with path.open("rb") as stream:
            return Drawn(stream.read(MAX_BYTES + 1), tuple(beside(path)))
    try:
        name, version = named(text)
    except InvalidData:
        raise click.UsageError(f"expected a file or NAME@VERSION, found {text}") from None
    source = Database(settings_of(database=database).database)
    with source.read() as connection:
        return drawn(find(connection, name, version))


def _lines(found: Difference | ThreeWay) -> Iterator[str]:
    if isinstance(found, Difference):
        yield from _said(found.said())
        return
    yield "本地修改 | Changed here"
    yield from _said(found.local.said())
    yield "新版本修改 | Changed by the release"
    yield from _said(found.shipped.said())
    yield "两边修改不一致 | Changed differently on both sides"
    yield from _said(change for pair in found.conflicts for change in pair)


def _said(changes: Iterable[Change]) -> Iterator[str]:
    """Two lines for each: Chinese, then English."""
    none = True
    for change in changes:
        none = False
        yield f"· {change.zh}"
        yield f"  {change.en}"
    if none:
        yield "· 没有差别"
        yield "  No difference"
