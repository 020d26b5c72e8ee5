"""The worker process: the engine's worker, and beside it what keeps scores, tells people, seals the journal, tells that we live."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog

from engine.worker import Worker
from webui import deadman, memory
from webui.assessing import Assessor
from webui.matching import Matcher
from webui.nightly import Nightly
from webui.sealing import sealer
from webui.wiring import Application

LOOK_EVERY = 20.0  # seconds
SEAL_LOOK_EVERY = 1.0
TELL_EVERY = 1.0
log = structlog.get_logger()


def worker_name(host: str, pid: int, started_at: datetime) -> str:
    """A name that no other worker has or had: its machine, its process, and when that began."""
    return f"{host[:24]}-{pid}-{started_at:%Y%m%dT%H%M%S}"


def work(application: Application, stop: threading.Event, name: str) -> None:
    """Work until ``stop`` is set; raises KeyRefused when the journal's key will not do."""
    worker = Worker(application.runtime, name, lambda text: log.error(text), application.wall)
    seals = sealer(application.settings, application.database, application.wall)
    beside = [
        _repeat("assess", stop, LOOK_EVERY, Assessor(application).look),
        _repeat("match", stop, LOOK_EVERY, Matcher(application).look),
        _repeat("reconcile", stop, LOOK_EVERY, Nightly(application).look),
        _repeat("tell", stop, TELL_EVERY, application.spreader.spread),
        # A receiver that is slow to answer keeps nobody from being told in the product.
        _repeat("send", stop, TELL_EVERY, application.outbox.send_due),
        _repeat("seal", stop, SEAL_LOOK_EVERY, seals.seal_if_due),
        # A holder that is slow to answer must not keep the next seal waiting.
        _repeat("anchor", stop, SEAL_LOOK_EVERY, application.anchoring.deliver),
    ]
    if application.settings.deadman_url is not None:
        switch = deadman.DeadMan(
            str(application.settings.deadman_url), lambda: healthy(application, worker), lambda text: log.warning(text)
        )
        beside.append(_repeat("deadman", stop, deadman.EVERY, switch.tell))
    memory.settle()
    log.info("worker started", name=name)
    worker.run(stop)
    for thread in beside:
        thread.join(5)
    log.info("worker ended", name=name)


def healthy(application: Application, worker: Worker) -> bool:
    """Whether this worker works, and no timer is late whoever should have fired it."""
    return worker.healthy and application.watchman.look().good


def _repeat(name: str, stop: threading.Event, every: float, act: Callable[[], Any]) -> threading.Thread:
    """A thread that does something now and then: what can wait, while timers cannot."""

    def run() -> None:
        while not stop.is_set():
            try:
                act()
            except Exception as error:
                # It is tried again at the next look.
                log.error("failed", what=name, error=str(error))
            stop.wait(every)

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread
