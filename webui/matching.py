"""The worker matches whole sets: after each load into one of them, and once a day, for the days that rules count go on."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import func, select

from engine.errors import NotFound
from monitors import tables as t
from monitors.datasets.loading import LOADING
from monitors.setchecks import Check, Result
from webui.store import read_setting, write_setting
from webui.wiring import Application

log = structlog.get_logger()


class Matcher:
    """Runs the declared checks when there is something new to see, whichever worker comes first."""

    def __init__(self, app: Application) -> None:
        self._app = app

    def look(self) -> dict[str, Result]:
        """What the checks came to that were due, by model."""
        seen = self._seen()
        return {} if seen is None else {one.model: self._run(one) for one in self._due(seen)}

    def _due(self, seen: list[Any]) -> list[Check]:
        """The checks that have not seen these loads on this day; each is claimed by the worker that runs it."""
        due = []
        for check in self._app.set_checks.checks:
            name = f"set_check.{check.model}"
            if read_setting(self._app.database, name) != seen:
                with self._app.database.begin() as connection:
                    write_setting(connection, name, seen)
                due.append(check)
        return due

    def _seen(self) -> list[Any] | None:
        """The local day, and how many loads are there; None while a file is on its way, for half a set says nothing."""
        c = t.data_load.c
        with self._app.database.read() as connection:
            if connection.execute(select(c.id).where(c.state == LOADING).limit(1)).first() is not None:
                return None
            loads = connection.execute(select(func.count()).select_from(t.data_load)).scalar_one()
        today = self._app.clock.now().astimezone(self._app.zone).date()
        return [today.isoformat(), loads]

    def _run(self, check: Check) -> Result:
        try:
            result = self._app.set_checks.run(check)
        except NotFound:
            return Result()  # the model is not in force here
        if result.hits or result.closed or result.refused:
            why = [error.message for error in result.refused]
            log.info(
                "matched",
                model=check.model,
                warnings=result.warnings,
                closed=result.closed,
                quiet=result.quiet,
                why=why,
            )
        return result
