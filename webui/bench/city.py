"""A wired product over a database of its own, with a clock that stands: what timers and load are measured on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine import Actor, Outcome
from engine.clock import VirtualClock
from engine.sealing import create_keys
from webui import schema
from webui.bench import models
from webui.config import Settings
from webui.sealing import states
from webui.wiring import Application, build

FILE = "city.db"
NOW = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
CLERK = Actor("li", "李", frozenset({"clerk"}))


class City:
    """Starts and moves cases. Warnings are recorded and nothing follows from them; anybody may act."""

    def __init__(self, app: Application, clock: VirtualClock) -> None:
        self.app, self.clock = app, clock
        self.runtime, self.database = app.runtime, app.database
        self.states = states(app.settings)
        app.handlers.authorize = lambda connection, actor, task: None
        self._count = 0

    def deploy(self, xml: bytes) -> str:
        return self.runtime.deploy(xml, by="bench").name

    def start(self, model: str, **data: Any) -> Outcome:
        self._count += 1
        return self.runtime.start(
            model,
            business_key=f"B-{self._count}",
            district_code="1",
            scope="bench",
            data={**models.PAYLOAD, **data},
            actor=CLERK,
            key=f"bench:start:{self._count}",
        )

    def complete(self, task: str, **data: Any) -> Outcome:
        return self.runtime.complete(task, data=data, actor=CLERK, key=f"bench:complete:{task}")


@contextmanager
def city(folder: Path, at: datetime = NOW, url: str | None = None) -> Iterator[City]:
    """The product whose keys lie in the folder, made where they are not there; its database, too, unless one is named."""
    clock = VirtualClock(at)
    app = build(settings(folder, url), clock=clock, observe=True)
    schema.upgrade(app.database)
    try:
        yield City(app, clock)
    finally:
        app.database.dispose()


def settings(folder: Path, url: str | None = None) -> Settings:
    """Those of a product in a folder of its own, with its own key for the check values of states."""
    key = folder / "state.key"
    create_keys(key)
    return Settings(database=url or f"sqlite:///{folder}/{FILE}", state_key=key)
