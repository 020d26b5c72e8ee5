"""``jiancha report``: statistics on the command line."""

from __future__ import annotations

from datetime import date, datetime

import click

from monitors.statistics.asked import FIRST, LAST, Asked
from monitors.statistics.headline import headline as figures
from monitors.statistics.headline import plain
from monitors.statistics.indicators import HEADLINE, INDICATORS, Share
from webui.cli.common import database_option
from webui.cli.output import print_json
from webui.cli.versions import opened

_DAY = click.DateTime(["%Y-%m-%d"])
from_option = click.option("--from", "since", type=_DAY, metavar="D", help="The first day, as 2026-03-01.")
to_option = click.option("--to", "until", type=_DAY, metavar="D", help="The last day.")


@click.group()
def report() -> None:
    """Statistics and reports."""


@report.command()
@from_option
@to_option
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def headline(since: datetime | None, until: datetime | None, database: str | None, as_json: bool) -> None:
    """Cases supervised, warnings, mean speed-up, share decided on the spot, satisfaction; shares from 0 to 1."""
    with opened(database) as app, app.database.read() as connection:
        found = figures(connection, Asked(_day(since, FIRST), _day(until, LAST), zone=app.zone))
    if as_json:
        print_json({key: plain(value) for key, value in found.items()})
        return
    for key, value in found.items():
        basis = f"  ({value.numerator} / {value.denominator})" if isinstance(value, Share) else ""
        name = INDICATORS[HEADLINE[key]].name
        shown = "-" if plain(value) is None else plain(value)
        click.echo(f"{name.zh} {name.en}: {shown}{basis}")


def _day(given: datetime | None, otherwise: date) -> date:
    return otherwise if given is None else given.date()
