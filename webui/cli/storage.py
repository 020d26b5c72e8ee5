"""``jiancha database``: the schema."""

from __future__ import annotations

import click

from engine import Database
from webui import schema
from webui.cli.common import database_option, settings_of
from webui.sealing import states


@click.group()
def database() -> None:
    """The schema of the database."""


@database.command("upgrade")
@database_option
def upgrade(database: str | None) -> None:
    """Bring the database to the schema of this release."""
    settings = settings_of(database=database)
    found = Database(settings.database)
    schema.upgrade(found, states(settings))
    click.echo(f"upgraded: {found.url.render_as_string(hide_password=True)}")


@database.command("check")
@database_option
def check(database: str | None) -> None:
    """Exit 1 unless the database is at the schema of this release."""
    found = Database(settings_of(database=database).database)
    schema.check(found)
    click.echo(f"up to date: {found.url.render_as_string(hide_password=True)}")
