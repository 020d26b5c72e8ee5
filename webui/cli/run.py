"""``jiancha serve``, ``web`` and ``worker``: what keeps running."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable

import click
import structlog

from engine.lint.hardened import demand_safe_parser
from webui import processes, schema
from webui.cli.common import database_option, log_to_stderr, settings_of
from webui.config import Settings
from webui.preparing import prepare
from webui.wiring import Application, build

log = structlog.get_logger()
port_option = click.option("--port", type=click.IntRange(0, 65535), help="Default: $JIANCHA_PORT, else 8000.")
demo_option = click.option("--demo", is_flag=True, default=None, help="With the demo's city and its movable clock.")


@click.command()
@demo_option
@port_option
@database_option
def serve(demo: bool | None, port: int | None, database: str | None) -> None:
    """Start web and worker; INT or TERM ends both."""
    log_to_stderr()
    settings = settings_of(demo=demo, port=port, database=database)
    listener = _listen(settings)
    prepare(settings)
    _announce(settings, listener)
    sys.exit(processes.run_together(settings, listener))


@click.command()
@port_option
@database_option
@demo_option
@click.option("--listener", type=int, hidden=True, help="A socket that listens already (from serve).")
def web(port: int | None, database: str | None, demo: bool | None, listener: int | None) -> None:
    """Serve the pages. The database must be at this release's schema."""
    from webui.serving import serve_pages

    log_to_stderr()
    settings = settings_of(port=port, database=database, demo=demo)
    taken = socket.socket(fileno=listener) if listener is not None else _listen(settings)
    application = build(settings)
    _may_start(application)
    if listener is None:
        _announce(settings, taken)
    serve_pages(application, taken, _stop_on_signal())


@click.command()
@database_option
@demo_option
def worker(database: str | None, demo: bool | None) -> None:
    """Fire due timers, run jobs, keep the scores. The database must be at this release's schema."""
    from webui.working import work, worker_name

    log_to_stderr()
    application = build(settings_of(database=database, demo=demo))
    _may_start(application)
    work(application, _stop_on_signal(), worker_name(socket.gethostname(), os.getpid(), application.wall.now()))


def _may_start(application: Application) -> None:
    """Raises SchemaMismatch on another schema than this release's, UnsafeLibrary with a parser that reads files."""
    demand_safe_parser()
    schema.check(application.database)


def _listen(settings: Settings) -> socket.socket:
    """The listening socket; a port that is taken is an error, before anything else is done."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise click.ClickException(f"{settings.host}:{settings.port}: {error.strerror}") from error
    return listener


def _announce(settings: Settings, listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    click.echo(f"Jiancha 监察: http://{host}:{port}/")
    if settings.demo:
        from webui.demo_logins import demo_logins

        for login in demo_logins(build(settings)):
            click.echo(f"  {login.role:<14} {login.person:<20} {login.password}   {login.name} {login.name_en}")
    sys.stdout.flush()


def _stop_on_signal() -> threading.Event:
    """An event that INT and TERM set, and the end of the parent that started us."""
    stop = threading.Event()
    told: Callable[..., None] = lambda *_: stop.set()  # noqa: E731
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, told)
    processes.stop_with_parent(stop)
    return stop
