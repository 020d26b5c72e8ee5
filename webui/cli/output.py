"""What every command prints: results on stdout, one JSON document where JSON is asked for."""

from __future__ import annotations

from typing import Any

import click

from engine.casedata import dumps


def print_json(document: Any) -> None:
    """Exactly one UTF-8 JSON document and a newline."""
    click.echo(dumps(document).encode())


def progress(text: str) -> None:
    """A line for the person who waits, on stderr."""
    click.echo(text, err=True)
