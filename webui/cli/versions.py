"""``jiancha models submit | review | deploy | retire``: the life of a version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from engine.errors import InvalidData
from engine.lint.hardened import MAX_BYTES
from engine.model import Definition
from webui import schema
from webui.cli.common import database_option, settings_of
from webui.modelfolders import beside
from webui.publishing import instant_of, may, named
from webui.wiring import Application, build

by_option = click.option("--by", metavar="PERSON", required=True, help="Who does it, by id.")
reason_option = click.option("--reason", default="", help="Why; it stands in the journal.")


@contextmanager
def opened(database: str | None) -> Iterator[Application]:
    """The product on a database of this release's schema."""
    app = build(settings_of(database=database))
    schema.check(app.database)
    try:
        yield app
    finally:
        app.database.dispose()


def parts(text: str) -> tuple[str, int]:
    try:
        return named(text)
    except InvalidData as error:
        raise click.UsageError(error.message) from None


@click.command()
@click.argument("model", metavar="NAME@VERSION|FILE")
@by_option
@reason_option
@database_option
def submit(model: str, by: str, reason: str, database: str | None) -> None:
    """Hand a draft in for review; a FILE is drafted first.

    A designer does this.
    """
    with opened(database) as app:
        person = may(app, by, "draw a model")
        path = Path(model)
        if path.is_file():
            with path.open("rb") as stream:
                xml = stream.read(MAX_BYTES + 1)
            drafted = app.runtime.versions.draft(xml, by=person, decisions=beside(path))
            name, version = drafted.name, drafted.version
        else:
            name, version = parts(model)
        _tell(app.runtime.versions.submit(name, version, by=person, reason=reason))


@click.command()
@click.argument("model", metavar="NAME@VERSION")
@by_option
@reason_option
@click.option("--return", "give_back", is_flag=True, help="Give it back instead, for the reason said.")
@database_option
def review(model: str, by: str, reason: str, give_back: bool, database: str | None) -> None:
    """Approve a version that another person drew and handed in.

    A publisher does this.
    """
    name, version = parts(model)
    with opened(database) as app:
        person, versions = may(app, by, "publish a model"), app.runtime.versions
        act = versions.give_back if give_back else versions.review
        _tell(act(name, version, by=person, reason=reason))


@click.command()
@click.argument("model", metavar="NAME@VERSION")
@by_option
@click.option("--from", "since", metavar="DATE", help="The first day on which cases start on it; default: now.")
@reason_option
@database_option
def deploy(model: str, by: str, since: str | None, reason: str, database: str | None) -> None:
    """Let new cases start on a reviewed version; running cases stay on theirs.

    A publisher does this, and not the one who drew it.
    """
    name, version = parts(model)
    with opened(database) as app:
        person = may(app, by, "publish a model")
        _tell(app.runtime.versions.deploy(name, version, by=person, valid_from=instant_of(app, since), reason=reason))


@click.command()
@click.argument("model", metavar="NAME@VERSION")
@by_option
@click.option("--from", "since", metavar="DATE", help="The first day on which no case starts on it; default: now.")
@reason_option
@database_option
def retire(model: str, by: str, since: str | None, reason: str, database: str | None) -> None:
    """Let no new case start on a version; the one before it is in force again.

    A publisher does this, and not the one who drew it.
    """
    name, version = parts(model)
    with opened(database) as app:
        person = may(app, by, "publish a model")
        _tell(app.runtime.versions.retire(name, version, by=person, valid_to=instant_of(app, since), reason=reason))


def _tell(one: Definition) -> None:
    """What it is now, in one line."""
    since = f" from {one.valid_from.isoformat()}" if one.valid_from and one.state == "deployed" else ""
    until = f" from {one.retired_at.isoformat()}" if one.retired_at and one.state == "retired" else ""
    click.echo(f"{one.name}@{one.version} {one.state}{since}{until} sha256 {one.hash}")
