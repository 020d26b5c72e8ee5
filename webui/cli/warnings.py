"""``jiancha warnings``: a warning derived again from its evidence, and in words."""

from __future__ import annotations

import sys

import click

from monitors import inwords
from monitors import warnings as kept
from monitors.plain import plain
from monitors.rederiving import rederive
from monitors.standing import mark_of
from webui.cli.common import database_option
from webui.cli.output import print_json
from webui.cli.versions import opened


@click.group()
def warnings() -> None:
    """Look into warnings."""


@warnings.command()
@click.argument("identity", metavar="ID")
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def explain(identity: str, database: str | None, as_json: bool) -> None:
    """Derive a warning again from its kept evidence and say it in words, with the article of law.

    ID is its id or its number. Exit 1 when it is not the same again, in any value.
    """
    with opened(database) as app, app.database.read() as connection:
        warning = kept.get(connection, identity)
        again = rederive(connection, warning, app.runtime.query)
        mark = mark_of(connection, warning.basis, warning.confidence)
    sentences = inwords.told(warning, again, app.laws, mark)
    if as_json:
        print_json(
            {
                "id": warning.id,
                "warning": warning.number,
                "case": warning.case_no,
                "rule": warning.rule,
                "level": warning.level,
                "state": warning.state,
                "basis": warning.basis,
                "mark": mark,
                "same": again.same,
                "differences": [
                    {"what": one.what, "stored": plain(one.stored), "derived": plain(one.derived)}
                    for one in again.differences
                ],
                "words": [one.zh for one in sentences],
                "words_en": [one.en for one in sentences],
                "evidence": warning.evidence,
            }
        )
    else:
        for one in sentences:
            click.echo(one.zh)
            click.echo(one.en)
    sys.exit(0 if again.same else 1)
