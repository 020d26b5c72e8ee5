"""``jiancha journal``: is the trail whole?"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import click

from engine import Database
from engine.casedata import dumps
from engine.queries import journal_rows
from webui.cli.common import database_option, settings_of
from webui.cli.output import print_json

VERIFIER = files("engine") / "verify_journal.py"


@click.group()
def journal() -> None:
    """Look after the journal."""


@journal.command()
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def verify(database: str | None, as_json: bool) -> None:
    """Verify every chain with a program of its own; exit 1 when one is broken."""
    opened = Database(settings_of(database=database).database)
    try:
        found = _verified(_lines(opened))
    finally:
        opened.dispose()
    if as_json:
        print_json(found)
    else:
        broken = found["broken_at"]
        where = f"chain {broken['chain']}, entry {broken['seq']}: {broken['why']}" if broken else "nowhere"
        click.echo(f"{found['entries']} entries, broken {where}")
    sys.exit(1 if found["broken_at"] else 0)


def _lines(database: Database) -> Iterator[str]:
    for row in journal_rows(database):
        yield dumps(row) + "\n"


def _verified(lines: Iterator[str]) -> dict[str, Any]:
    """What the stand-alone verifier says of the lines."""
    command = [sys.executable, "-I", str(VERIFIER)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:
        assert child.stdin is not None and child.stdout is not None
        child.stdin.writelines(lines)
        child.stdin.close()
        return dict(json.loads(child.stdout.read()))
