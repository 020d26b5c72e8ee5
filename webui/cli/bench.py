"""``jiancha bench``: how fast, measured beside SpiffWorkflow as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from webui import memory
from webui.bench.baseline import baseline
from webui.bench.results import BenchFailed, Found
from webui.cli.common import log_to_stderr
from webui.cli.output import print_json, progress

database_option = click.option(
    "--database", metavar="URL", help="An empty database; a private SQLite if none is named."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def bench() -> None:
    """Measure ours and SpiffWorkflow as it comes, in turns, by CPU time.

    Prints ratios (our rate over the baseline's, each per CPU second: greater is better) and figures.
    """


@bench.command()
@json_option
@click.option("--rounds", type=click.IntRange(1), default=8, show_default=True, help="Turns of each side.")
@click.option("--instances", type=click.IntRange(1), default=25, show_default=True, help="Cases of a turn.")
def steps(as_json: bool, rounds: int, instances: int) -> None:
    """A durable step with all its rows, and a step in memory."""
    from webui.bench.steps import measure

    with _folder() as folder, baseline(folder) as stock:
        _print(_honest(lambda: measure(folder, stock, rounds=rounds, instances=instances)), as_json)


@bench.command()
@json_option
@click.option("--cases", type=click.IntRange(1), default=100_000, show_default=True, help="Open cases, none due.")
@click.option("--rounds", type=click.IntRange(1), default=6, show_default=True, help="Turns of each side.")
@click.option("--firings", type=click.IntRange(1), default=100, show_default=True, help="Firings of a turn.")
def timers(as_json: bool, cases: int, rounds: int, firings: int) -> None:
    """A poll with none due, and firings with their rule check and rows."""
    from webui.bench.timers import measure

    with _folder() as folder, baseline(folder) as stock:
        _print(
            _honest(lambda: measure(folder, stock, cases=cases, rounds=rounds, firings=firings, told=_told)), as_json
        )


@bench.command()
@json_option
@click.option("--rounds", type=click.IntRange(2), default=1000, show_default=True, help="Rounds of the loop.")
def loops(as_json: bool, rounds: int) -> None:
    """Whether the last round of a loop costs what the first did: the ratio of the first to the last."""
    from webui.bench.loops import measure

    with _folder() as folder, baseline(folder) as stock:
        _print(_honest(lambda: measure(folder, stock, rounds=rounds)), as_json)


@bench.command()
@json_option
@click.option("--cases", type=click.IntRange(10), default=20_000, show_default=True, help="Open cases, up to 10^6.")
def load(as_json: bool, cases: int) -> None:
    """Many open cases: file size, poll, step and a worker's memory. The ratio: a step among few to one among all."""
    from webui.bench.load import measure

    with _folder() as folder:
        _print(_honest(lambda: measure(folder, cases=cases, told=_told)), as_json)


@bench.command()
@json_option
@click.option(
    "--timers", type=click.IntRange(2), default=100_000, show_default=True, help="Timers due at one midnight."
)
@database_option
def midnight(as_json: bool, timers: int, database: str | None) -> None:
    """A clerk's steps while very many timers fire. The ratio: a step in a quiet house to one meanwhile."""
    from webui.bench.midnight import measure

    with _folder() as folder:
        _print(_honest(lambda: measure(folder, database, timers=timers, told=_told)), as_json)


@bench.command()
@json_option
@click.option("--cases", type=click.IntRange(1), default=200, show_default=True, help="Warnings to wait for.")
def alerts(as_json: bool, cases: int) -> None:
    """From the instant a timer is due to the open page, with web and worker running as they do."""
    from webui.bench.alerts import measure

    log_to_stderr()
    with _folder() as folder:
        _print(_honest(lambda: measure(folder, cases=cases)), as_json)


@bench.command()
@json_option
@click.option("--firings", type=click.IntRange(2), default=5_000, show_default=True, help="Firings of a turn.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="Turns of one and of two.")
@click.option("--database", metavar="URL", required=True, help="An empty PostgreSQL database.")
def workers(as_json: bool, firings: int, rounds: int, database: str) -> None:
    """Two workers on PostgreSQL. The ratio: their rate to that of one."""
    from webui.bench.workers import measure

    with _folder() as folder:
        _print(_honest(lambda: measure(folder, database, firings=firings, rounds=rounds, told=_told)), as_json)


def _told(done: int, total: int) -> None:
    if done == total or done % 20_000 == 0:
        progress(f"{done} of {total} cases")


@contextmanager
def _folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="jiancha-bench-") as name:
        yield Path(name)


def _honest(measure: Callable[[], Found]) -> Found:
    """What was measured, in a process that keeps its memory as the web and the worker do."""
    memory.settle()
    try:
        return measure()
    except BenchFailed as error:
        raise click.ClickException(str(error)) from error


def _print(found: Found, as_json: bool) -> None:
    document: dict[str, Any] = {"ratios": found.ratios, "figures": found.figures}
    if as_json:
        print_json(document)
        return
    for part, values in document.items():
        click.echo(f"{part}:")
        for name, value in values.items():
            click.echo(f"  {name:<32} {value:g}")
