"""``jiancha scenarios``: do the models raise what they must, and nothing else?"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from engine.clock import VirtualClock
from engine.errors import NotFound
from webui.cli.common import settings_for
from webui.cli.output import print_json
from webui.config import Settings
from webui.deploying import load_registry
from webui.modelfolders import ModelFolder, folder, folders
from webui.scenarios import Result, ScenarioRunner
from webui.schema import upgrade
from webui.wiring import build


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Those of every model.")
@click.option("--mode", type=click.Choice(["executed"]), default="executed", help="How cases run.")
@click.option("--database", metavar="URL", help="Instead of a private temporary one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def scenarios(names: tuple[str, ...], every: bool, mode: str, database: str | None, as_json: bool) -> None:
    """Run the scenarios of models and compare the warnings raised."""
    try:
        chosen = folders() if every else [folder(name) for name in names]
    except NotFound as error:
        raise click.UsageError(error.message) from error
    if not chosen:
        raise click.UsageError("expected NAME... or --all")
    with settings_for(database) as settings:
        results = _run(chosen, settings)
    wrong = [result for result in results if not result.as_expected]
    if as_json:
        print_json([_document(result) for result in results])
    else:
        _print(results, wrong)
    sys.exit(1 if wrong else 0)


def _run(chosen: list[ModelFolder], settings: Settings) -> list[Result]:
    clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
    app = build(settings, clock=clock)
    upgrade(app.database)
    load_registry(app)
    runner = ScenarioRunner(app, clock)
    try:
        return [result for one in chosen for result in runner.run(one)]
    finally:
        app.database.dispose()


def _print(results: list[Result], wrong: list[Result]) -> None:
    for result in results:
        mark = "ok " if result.as_expected else "NOT"
        click.echo(f"{mark} {result.scenario.id}  {result.scenario.title}")
        if result.error is not None:
            click.echo(f"    {result.error}")
        elif not result.as_expected:
            click.echo(
                f"    missing {result.missing}, unexpected {result.unexpected}, ended otherwise {result.otherwise}"
            )
    good = len(results) - len(wrong)
    click.echo(f"{len(results)} scenarios, {good} as expected, {len(wrong)} not")


def _document(result: Result) -> dict[str, object]:
    return {
        "id": result.scenario.id,
        "rule": result.scenario.rule,
        "expected": [list(pair) for pair in result.scenario.expect],
        "raised": [list(pair) for pair in result.raised],
        "ended": dict(result.ended),
        "as_expected": result.as_expected,
        "error": result.error,
    }
