"""What commands share: settings from options, logs on stderr, errors in one line."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import click
import structlog
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import EngineError
from engine.sealing import create_keys
from webui.config import ROOT, ConfigError, Settings

F = TypeVar("F", bound=Callable[..., Any])

database_option = click.option(
    "--database", metavar="URL", help="Default: $JIANCHA_DATABASE, else sqlite:///build/jiancha.db."
)


def settings_of(**given: Any) -> Settings:
    """The settings of the environment with what the command line says instead."""
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    folder = ROOT / "build"
    if settings.database.startswith("sqlite:///build/"):
        folder.mkdir(exist_ok=True)
        return settings.model_copy(
            update={"database": f"sqlite:///{folder}/{settings.database.removeprefix('sqlite:///build/')}"}
        )
    return settings


@contextmanager
def settings_for(database: str | None) -> Iterator[Settings]:
    """The settings for the database named, else for a private one with keys of its own, gone afterwards."""
    if database is not None:
        yield settings_of(database=database)
        return
    with TemporaryDirectory(prefix="jiancha-") as name:
        folder = Path(name)
        keys = {one: folder / one for one in ("state_key", "journal_key")}
        for path in keys.values():
            create_keys(path)
        yield settings_of(database=f"sqlite:///{folder}/private.db", secret_file=folder / "secret", **keys)


def log_to_stderr() -> None:
    """One line of text an event, on stderr, Chinese as Chinese."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s")


def quiet_errors(command: click.Command) -> click.Command:
    """An expected error of ours is one line on stderr and exit 1, not a trace."""
    inner = command.callback

    def guarded(*args: Any, **kwargs: Any) -> Any:
        assert inner is not None
        try:
            return inner(*args, **kwargs)
        except (EngineError, ConfigError) as error:
            raise click.ClickException(getattr(error, "message", str(error))) from error
        except SQLAlchemyError as error:
            raise click.ClickException(f"the database: {getattr(error, 'orig', None) or error}") from error

    if isinstance(command, click.Group):
        for one in command.commands.values():
            quiet_errors(one)
    else:
        command.callback = guarded
    return command
