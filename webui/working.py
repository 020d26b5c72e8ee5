"""The worker process: the engine's worker, and beside it the one that keeps the scores."""

from __future__ import annotations

import threading

import structlog

from engine.worker import Worker
from webui.assessing import Assessor
from webui.wiring import Application

LOOK_EVERY = 20.0  # seconds
log = structlog.get_logger()


def work(application: Application, stop: threading.Event, name: str) -> None:
    """Work until ``stop`` is set."""
    assessing = threading.Thread(target=_assess, args=(application, stop), name="assess", daemon=True)
    assessing.start()
    log.info("worker started", name=name)
    Worker(application.runtime, name, lambda text: log.error(text)).run(stop)
    assessing.join(5)
    log.info("worker ended", name=name)


def _assess(application: Application, stop: threading.Event) -> None:
    assessor = Assessor(application)
    while not stop.is_set():
        try:
            assessor.look()
        except Exception as error:
            # Scores can wait; timers cannot. It is tried again at the next look.
            log.error("scores not computed", error=str(error))
        stop.wait(LOOK_EVERY)
