"""``jiancha demo``: the synthetic city, planted faults and all, and how many of them are found."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from engine.clock import VirtualClock, monotonic
from webui.cli.common import settings_for
from webui.cli.output import print_json, progress
from webui.config import Settings
from webui.demo import results, truth
from webui.demo.load import hasten, plan_of, play, years_of
from webui.demo.plan import Plan
from webui.demo.play import Played
from webui.demo.prepare import prepare
from webui.demo.scores import score_hash
from webui.schema import upgrade
from webui.wiring import Application, build

FIRST = date(2025, 7, 1)  # the first day of a city that nobody is to look at
EVERY = 500  # acts between two lines of progress


@click.group()
def demo() -> None:
    """The synthetic city."""


@demo.command()
@click.option("--cases", type=click.IntRange(1), default=300, show_default=True, help="How many cases.")
@click.option("--days", type=click.IntRange(30, 3650), default=365, show_default=True, help="In how many days.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same city.")
@click.option(
    "--export",
    "folder",
    type=click.Path(path_type=Path),
    help="Write events.jsonl, truth.csv, findings.csv, cases.csv.",
)
@click.option("--database", metavar="URL", help="Instead of a private temporary one; it must be empty.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def city(cases: int, days: int, seed: int, folder: Path | None, database: str | None, as_json: bool) -> None:
    """Play a city with planted faults and say how many of them were found.

    Exit 1 when a fault was missed, or something was found that nobody planted.
    """
    begun = monotonic()
    with settings_for(database) as settings:
        app, clock = _open(settings)
        try:
            prepare(app)
            plan = plan_of(app, seed=seed, cases=cases, days=days, first=FIRST, examples_too=True)
            played = play(app, clock, plan, _tell)
            planted, found = results.truth_rows(plan), results.finding_rows(app)
            told = _document(app, plan, played, planted, found, monotonic() - begun)
        finally:
            app.database.dispose()
    if folder is not None:
        results.export(folder, plan, planted, found)
    if as_json:
        print_json(told)
    else:
        _print(told, planted, found)
    for line in played.refused:
        progress(f"refused: {line}")
    sys.exit(0 if _perfect(planted, found) and not played.refused else 1)


def _open(settings: Settings) -> tuple[Application, VirtualClock]:
    clock = VirtualClock(datetime.combine(FIRST - timedelta(days=1), datetime.min.time(), UTC))
    app = build(settings, clock)
    hasten(app.database)
    upgrade(app.database)
    return app, clock


def _tell(done: int, of: int) -> None:
    if done % EVERY == 0:
        progress(f"{done} of {of} acts")


def _perfect(planted: list[dict[str, str]], found: list[dict[str, str]]) -> bool:
    return all(score.perfect for score in truth.compare(planted, found).values())


def _document(
    app: Application,
    plan: Plan,
    played: Played,
    planted: list[dict[str, str]],
    found: list[dict[str, str]],
    seconds: float,
) -> dict[str, Any]:
    return {
        "cases": len(plan.cases),
        "events": played.acts,
        "warnings": len(found),
        "seconds": round(seconds, 1),
        "score_hash": score_hash(app, years_of(app, plan)),
        "kinds": truth.as_document(truth.compare(planted, found)),
    }


def _print(told: dict[str, Any], planted: list[dict[str, str]], found: list[dict[str, str]]) -> None:
    for line in truth.table(truth.compare(planted, found)):
        click.echo(line)
    for words, keys in zip(("missing", "too much"), truth.differences(planted, found), strict=True):
        for key in keys:
            click.echo(f"{words}: {' '.join(key)}")
    click.echo(f"score hash {told['score_hash']}")
    click.echo(f"{told['cases']} cases, {told['events']} events, {told['warnings']} warnings, {told['seconds']} s")
