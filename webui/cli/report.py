"""``jiancha report``: statistics on the command line."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from monitors.scope import EVERYWHERE
from monitors.statistics.asked import FIRST, LAST, Asked
from monitors.statistics.headline import headline as figures
from monitors.statistics.headline import plain
from monitors.statistics.indicators import HEADLINE, INDICATORS, Share
from monitors.statistics.reports import REPORTS
from monitors.statistics.wording import basis
from webui.cli.common import database_option
from webui.cli.output import print_json
from webui.cli.versions import opened
from webui.reporting import MEDIA, make

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
        name, number = INDICATORS[HEADLINE[key]].name, plain(value)
        rests_on = f"  ({basis(value)})" if isinstance(value, Share) else ""
        click.echo(f"{name.zh} {name.en}: {'-' if number is None else number}{rests_on}")


def _day(given: datetime | None, otherwise: date) -> date:
    return otherwise if given is None else given.date()


@report.command()
@click.argument("name", type=click.Choice(sorted(REPORTS)), metavar="NAME")
@from_option
@to_option
@click.option("--by", metavar="GROUP", default="", help="What it is broken down by, such as district.")
@click.option("--district", metavar="CODE", default="", help="Only this district.")
@click.option("--department", metavar="CODE", default="", help="Only this department.")
@click.option("--format", "kind", type=click.Choice(sorted(MEDIA)), default="csv", show_default=True)
@click.option("--english", is_flag=True, help="In English instead of Chinese.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Instead of the standard output.")
@database_option
def export(
    name: str,
    since: datetime | None,
    until: datetime | None,
    by: str,
    district: str,
    department: str,
    kind: str,
    english: bool,
    out: Path | None,
    database: str | None,
) -> None:
    """A report of everything as CSV, xlsx or PDF. docs/statistics.md lists the reports."""
    given = {"by": by, "district": district, "department": department}
    given |= {key: f"{day:%Y-%m-%d}" for key, day in (("from", since), ("to", until)) if day is not None}
    with opened(database) as app:
        content = make(app, name, given, EVERYWHERE).as_file(kind, english=english)
    if out is None:
        click.echo(content, nl=False)
    else:
        out.write_bytes(content)
