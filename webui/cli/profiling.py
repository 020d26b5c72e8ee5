"""``jiancha models profile``: what becomes of every element and attribute of BPMN 2.0."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

import click

from engine import profile as profiles

HEAD = """# The BPMN profile 流程图元素一览

Every element of BPMN 2.0 (formal/2011-01-03) and every attribute of each; an event is named with its kind.
This is the output of `jiancha models profile`.

| element | attribute | verdict | note | 说明 |
|---|---|---|---|---|"""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def profile(as_json: bool) -> None:
    """Print what becomes of every element and attribute of BPMN 2.0: runs, runs with a difference, refused."""
    if as_json:
        click.echo(json.dumps([asdict(row) for row in profiles.rows()], ensure_ascii=False).encode())
        return
    click.echo("\n".join(_lines()).encode())


def _lines() -> Iterator[str]:
    rows = list(profiles.rows())
    yield HEAD
    for row in rows:
        yield f"| {row.element} | {row.attribute} | {row.verdict} | {row.note_en} | {row.note_zh} |"
    yield ""
    counts = Counter(row.verdict for row in rows if not row.attribute)
    yield f"{sum(counts.values())} elements: " + ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
