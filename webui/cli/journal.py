"""``jiancha journal``: is the trail whole?"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from engine import Database
from engine.reconcile import reconcile
from engine.sealing import create_keys, export, rotate_keys
from webui.cli.common import database_option, settings_of
from webui.cli.output import print_json
from webui.config import Settings
from webui.sealing import signers

VERIFIER = files("engine") / "verify_journal.py"


@click.group()
def journal() -> None:
    """Look after the journal."""


@journal.command()
@click.option(
    "--anchors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Seals that were kept outside: the journal must extend them.",
)
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def verify(anchors: Path | None, database: str | None, as_json: bool) -> None:
    """Verify chains and seals with a program of its own; exit 1 when one is broken."""
    settings = settings_of(database=database)
    opened = Database(settings.database)
    try:
        found = _verified(export(opened), _arguments(settings, anchors))
    finally:
        opened.dispose()
    if as_json:
        print_json(found)
    else:
        click.echo(_in_words(found))
    sys.exit(1 if found["broken_at"] else 0)


@journal.command("reconcile")
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def reconcile_command(database: str | None, as_json: bool) -> None:
    """Compare the rows of all cases with what the journal says of them; exit 1 when one differs."""
    opened = Database(settings_of(database=database).database)
    try:
        report = reconcile(opened)
    finally:
        opened.dispose()
    if as_json:
        print_json(asdict(report))
    else:
        for finding in report.findings:
            click.echo(finding.in_words())
        click.echo(f"{report.cases} cases, {report.rows} rows, {len(report.findings)} not as the journal says")
    sys.exit(1 if report.findings else 0)


@journal.command("export")
@database_option
def export_command(database: str | None) -> None:
    """Print the journal and its seals, for the verifier of an auditor."""
    opened = Database(settings_of(database=database).database)
    try:
        for line in export(opened):
            click.echo(line, nl=False)
    finally:
        opened.dispose()


@journal.command()
@click.option("--rotate", is_flag=True, help="Add a new key first; it signs from now on.")
def keys(rotate: bool) -> None:
    """Print the public keys of the seals, the newest last: what an auditor keeps."""
    settings = settings_of()
    if rotate and not create_keys(settings.journal_key):
        rotate_keys(settings.journal_key)
    for signer in signers(settings):
        click.echo(signer.verifier)


def _arguments(settings: Settings, anchors: Path | None) -> list[str]:
    """The keys that are known; a seal is demanded where somebody set up a key or holds anchors."""
    configured = "journal_key" in settings.model_fields_set
    arguments = ["--demand"] if configured or anchors is not None else []
    if configured or settings.journal_key.exists():
        arguments += [f"--key={signer.verifier}" for signer in signers(settings)]
    if anchors is not None:
        arguments.append(f"--anchors={anchors}")
    return arguments


def _verified(lines: Iterable[str], arguments: list[str]) -> dict[str, Any]:
    """What the stand-alone verifier says of the lines."""
    command = [sys.executable, "-I", str(VERIFIER), *arguments]
    unreadable = None
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:
        assert child.stdin is not None and child.stdout is not None
        try:
            child.stdin.writelines(lines)
        except ValueError as error:
            # Somebody put into a row what no writer of ours puts there.
            unreadable = f"the journal cannot be read: {error}"
        child.stdin.close()
        said = child.stdout.read()
    if child.returncode not in (0, 1):
        raise click.UsageError("the anchors or the journal cannot be read")
    found = dict(json.loads(said))
    return found if unreadable is None else found | {"broken_at": {"chain": None, "seq": None, "why": unreadable}}


def _in_words(found: dict[str, Any]) -> str:
    broken = found["broken_at"]
    counts = f"{found['entries']} entries, {found['sealed']} of them below {found['seals']} seals"
    if broken is None:
        return f"{counts}, broken nowhere"
    place = ", ".join(f"{name} {value}" for name, value in broken.items() if name != "why" and value is not None)
    return f"{counts}, broken at {place or 'the seals'}: {broken['why']}"
