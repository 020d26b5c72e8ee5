"""The web server: waitress, with a thread for every live page and sixteen for all others."""

from __future__ import annotations

import socket
import threading

import structlog
from waitress.server import create_server

from webui import memory
from webui.app import create_app
from webui.live import Streams
from webui.wiring import Application

THREADS = 16
log = structlog.get_logger()


def serve_pages(application: Application, listener: socket.socket, stop: threading.Event) -> None:
    """Serve until ``stop`` is set."""
    app = create_app(application)
    streams: Streams = app.extensions["jiancha_streams"]
    server = create_server(
        app,
        sockets=[listener],
        threads=application.settings.streams + THREADS,
        ident=None,
        max_request_body_size=2 * 1024 * 1024,
        channel_timeout=120,
        # A live page that has gone is noticed, and its thread set free.
        channel_request_lookahead=1,
    )

    def end() -> None:
        stop.wait()
        streams.close()
        server.close()

    threading.Thread(target=end, name="stop", daemon=True).start()
    memory.settle()
    log.info("web started")
    try:
        server.run()
    except OSError:
        if not stop.is_set():
            raise
    finally:
        streams.close()
        server.task_dispatcher.shutdown(timeout=5)
    log.info("web ended")
