"""``jiancha feel``: one expression, evaluated."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from engine.clock import Clock, SystemClock
from engine.feel import FeelEvaluationError, FeelSyntaxError, parse, to_json


@click.command()
@click.argument("expression", metavar="EXPR")
@click.option(
    "--data", "file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON object: the names that the expression may read.",
)  # fmt: skip
def feel(expression: str, file: Path | None) -> None:
    """Evaluate a FEEL expression and print its value as JSON.

    Exit 1 when a bound is reached, 2 when EXPR is no FEEL or FILE no JSON object.
    """
    data = _data(file) if file else {}
    try:
        value = parse(expression, names=tuple(data)).evaluate(data, functions=of_clock(SystemClock()))
    except FeelSyntaxError as error:
        raise click.UsageError(str(error)) from None
    except FeelEvaluationError as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps(to_json(value), ensure_ascii=False).encode())


def of_clock(clock: Clock) -> dict[str, Callable[[], Any]]:
    """The built-in functions that read a clock, in UTC."""
    return {"now": clock.now, "today": lambda: clock.now().date()}


def _data(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise click.UsageError(f"cannot read {file}: {error}") from None
    if not isinstance(data, dict):
        raise click.UsageError(f"expected a JSON object in {file}, found {type(data).__name__}")
    return data
