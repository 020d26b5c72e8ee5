"""``jiancha replay``: a real log through a mirror model, under a virtual clock."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from engine.clock import VirtualClock, monotonic
from engine.errors import EngineError
from monitors.feeds.mapping import LogMapping, read_mapping
from monitors.feeds.replay import Replay
from monitors.feeds.results import Replayed
from monitors.feeds.xes import Log, read_log
from webui.cli.common import settings_for
from webui.cli.output import print_json, progress
from webui.config import Settings
from webui.deploying import deploy
from webui.modelfolders import ModelFolder, folder
from webui.schema import upgrade
from webui.wiring import Application, build

COLUMNS = ("case", "checkpoint", "level", "due", "happened")
UNREADABLE = 2


@click.command()
@click.argument("log", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", required=True, metavar="NAME|FILE", help="The mirror model.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write every finding as CSV.")
@click.option("--database", metavar="URL", help="Instead of a private temporary one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def replay(log: Path, model: str, out: Path | None, database: str | None, as_json: bool) -> None:
    """Replay an event log (XES, gzipped or not) and find the cases that were late."""
    begun = monotonic()
    try:
        found = _model(model)
        mapping, content = read_mapping(found.mapping), read_log(log)
    except (EngineError, OSError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(UNREADABLE)
    with settings_for(database) as settings:
        result = _run(settings, found, mapping, content)
    if out is not None:
        _write(out, result)
    figures = _figures(result, mapping, round(monotonic() - begun, 1))
    if as_json:
        print_json(figures)
    else:
        for name, value in figures.items():
            click.echo(f"{name}: {value}")


def _model(name: str) -> ModelFolder:
    path = Path(name)
    return ModelFolder(path.resolve().parent) if path.suffix == ".bpmn" else folder(name)


def _run(settings: Settings, model: ModelFolder, mapping: LogMapping, log: Log) -> Replayed:
    clock = VirtualClock(log.last_event_at or datetime(2000, 1, 1, tzinfo=UTC))
    # A warning about a case of years ago, elsewhere, starts no violation process here.
    app = build(settings, clock=clock, observe=True)
    try:
        upgrade(app.database)
        return _replay(app, clock, model, mapping, log)
    finally:
        app.database.dispose()


def _replay(app: Application, clock: VirtualClock, model: ModelFolder, mapping: LogMapping, log: Log) -> Replayed:
    definition = deploy(app, model.model, "replay")

    def told(done: int, total: int) -> None:
        if done == total or done % 200 == 0:
            progress(f"{done} of {total} cases")

    return Replay(app.runtime, app.database, clock, definition, mapping, log).run(told)


def _figures(result: Replayed, mapping: LogMapping, seconds: float) -> dict[str, Any]:
    return {
        "cases": result.cases,
        "events": result.events,
        "ended": result.ended,
        "ended_late": result.late(mapping.ended_late, ended=True),
        "ended_late_by_day": result.late(mapping.ended_late_by_day, ended=True),
        "open_overdue": result.late(mapping.ended_late, ended=False),
        "cases_with_events_after_end": result.cases_with("event_after_end"),
        "seconds": seconds,
    }


def _write(path: Path, result: Replayed) -> None:
    """Findings in order of case and rule: the limit's deadline, and the case's end (empty while open)."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for one in result.findings:
            due = one.due.isoformat(timespec="milliseconds") if one.due else ""
            happened = one.happened.isoformat(timespec="milliseconds") if one.happened else ""
            writer.writerow((one.case, one.checkpoint, one.level, due, happened))
