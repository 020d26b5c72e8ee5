"""``alerts``: from the instant a timer is due to the open page that shows its warning.

The product runs as it is run: web and worker are processes of their own, on the machine's clock. A page of a
supervisor is open, and cases started before break a limit each, one after the other.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from queue import Empty, Queue
from statistics import median
from threading import Event, Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from sqlalchemy import select

from engine.clock import Clock, SystemClock, monotonic
from engine.sealing import create_keys
from monitors.organisation import load_organisation
from monitors.tables import warning
from webui.bench import models
from webui.bench.city import CLERK, FILE
from webui.bench.results import BenchFailed, Found, milliseconds, percentile
from webui.config import Settings
from webui.preparing import prepare
from webui.wiring import Application, build

LEAD = timedelta(seconds=2)  # until the first timer is due; the cases are started meanwhile
LEAD_A_CASE = timedelta(milliseconds=40)
APART = timedelta(milliseconds=100)
PATIENCE_SECONDS = 60.0
ASK_AGAIN_SECONDS = 0.2
WATCHER, PASSWORD = "watcher", "bench: seen by nobody"
ORGANISATION: dict[str, Any] = {
    "district": [{"code": "1", "name": "一区", "name_en": "First"}],
    "department": [{"district": "1", "code": "bench", "name": "试", "name_en": "Bench"}],
    "person": [
        {
            "id": WATCHER,
            "name": "看",
            "name_en": "Watcher",
            "grants": [{"role": "supervisor", "district": "*", "department": "*"}],
        }
    ],
}
Seen = tuple[datetime, str]  # when a page got a warning, and which


def measure(folder: Path, *, cases: int) -> Found:
    """Starts the cases, waits for all their warnings on the page; raises BenchFailed where one is missing."""
    clock, settings = SystemClock(), _settings(folder)
    prepare(settings)
    app = build(settings)
    with app.database.begin() as connection:
        load_organisation(connection, ORGANISATION)
    app.credentials.set(WATCHER, PASSWORD)
    with ExitStack() as stack:
        web = stack.enter_context(_process(settings, "web", "--port", "0"))
        stack.enter_context(_process(settings, "worker"))
        assert web.stdout is not None
        page = Page(re.search(r"http://\S+", web.stdout.readline()), clock)  # the line that says where it is
        _start(app, clock, cases)
        seen = page.wait_for(cases)
    delays = _delays(app, seen)
    app.database.dispose()
    return Found(
        figures={
            "warnings_count": len(delays),
            "due_to_page_p50_ms": milliseconds(median(delays)),
            "due_to_page_p99_ms": milliseconds(percentile(delays, 0.99)),
            "due_to_page_most_ms": milliseconds(max(delays)),
        }
    )


def _settings(folder: Path) -> Settings:
    files = {name: folder / name for name in ("state_key", "journal_key", "secret_file")}
    create_keys(files["state_key"])
    create_keys(files["journal_key"])
    return Settings(database=f"sqlite:///{folder}/{FILE}", **files)  # type: ignore[arg-type]


@contextmanager
def _process(settings: Settings, *command: str) -> Iterator[subprocess.Popen[str]]:
    """A process of the product with these settings, told to end when it has served."""
    told = {f"JIANCHA_{name.upper()}": str(getattr(settings, name)) for name in settings.model_fields_set}
    arguments = [sys.executable, "-m", "webui.cli", *command]
    with subprocess.Popen(
        arguments, env={**os.environ, **told}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        try:
            yield child
        finally:
            child.terminate()


class Page:
    """An open page of a supervisor: signed in, and listening."""

    def __init__(self, address: re.Match[str] | None, clock: Clock) -> None:
        if address is None:
            raise BenchFailed("expected the web process to say where it listens, found nothing")
        self._address, self._clock = address.group(), clock
        self._seen: Queue[Seen] = Queue()
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        self._wait_until_ready(browser)
        self._sign_in(browser)
        stream = browser.open(f"{self._address}stream", timeout=PATIENCE_SECONDS)
        stream.readline()  # it has begun: whatever comes from now on is told
        Thread(target=self._listen, args=(stream,), daemon=True).start()

    def wait_for(self, number: int) -> list[Seen]:
        try:
            return [self._seen.get(timeout=PATIENCE_SECONDS) for _ in range(number)]
        except Empty:
            raise BenchFailed(f"expected {number} warnings on the page, found fewer") from None

    def _wait_until_ready(self, browser: OpenerDirector) -> None:
        """Until the web process has heard of the worker."""
        begun = monotonic()
        while monotonic() - begun < PATIENCE_SECONDS:
            try:
                browser.open(f"{self._address}ready").close()
            except HTTPError:
                Event().wait(ASK_AGAIN_SECONDS)
            else:
                return
        raise BenchFailed(f"expected the product to be ready within {PATIENCE_SECONDS:.0f} s, found it is not")

    def _sign_in(self, browser: OpenerDirector) -> None:
        with browser.open(f"{self._address}login") as answer:
            token = re.search(rb'name="csrf_token"[^>]* value="([^"]+)"', answer.read())
        form = {"person": WATCHER, "password": PASSWORD, "csrf_token": token.group(1) if token else b""}
        browser.open(f"{self._address}login", urlencode(form).encode()).close()

    def _listen(self, stream: Any) -> None:
        for line in stream:
            if line.startswith(b"data: "):
                self._seen.put((self._clock.now(), json.loads(line[6:])["url"]))


def _start(app: Application, clock: Clock, cases: int) -> None:
    """Cases whose limits end one after the other."""
    model = app.runtime.deploy(models.supervised(), by="bench").name
    first = clock.now() + LEAD + cases * LEAD_A_CASE
    for number in range(cases):
        app.runtime.start(
            model,
            business_key=f"B-{number}",
            district_code="1",
            scope="bench",
            data={**models.PAYLOAD, "until": (first + number * APART).isoformat()},
            actor=CLERK,
            key=f"bench:start:{number}",
        )
    if clock.now() >= first:
        raise BenchFailed(f"expected {cases} cases to be started before the first is due: this machine is too busy")


def _delays(app: Application, seen: list[Seen]) -> list[float]:
    """Seconds from the instant that each warning's limit had ended."""
    with app.database.read() as connection:
        due = {f"/warnings/{row.id}": row.due for row in connection.execute(select(warning.c.id, warning.c.due))}
    return [(at - due[url]).total_seconds() for at, url in seen]
