"""Once a night the rows of all cases are compared with the journal; what differs becomes an incident."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import Connection

from engine import SYSTEM, incidents, store
from engine.errors import EngineError
from engine.orders import CHECKPOINT, Order
from engine.reconcile import MOST, Finding, Report, reconcile
from webui.store import read_setting, write_setting
from webui.wiring import Application

SETTING = "journal.reconciled"
HOUR = 2  # of the city's clock
KIND = "reconcile"
log = structlog.get_logger()


class Discrepancy(EngineError):
    """A row that is not as the journal says: somebody changed it outside of the application."""

    code = "discrepancy"


class Nightly:
    """Reconciles after two o'clock, once a day, whichever worker comes first."""

    def __init__(self, app: Application) -> None:
        self._app = app

    def look(self) -> Report | None:
        """What was found, when it was time."""
        now = self._app.wall.now().astimezone(self._app.zone)
        if now.hour < HOUR or not self._claim(now):
            return None
        report = reconcile(self._app.database)
        with self._app.database.begin() as connection:
            for finding in report.findings:
                self._record(connection, finding, now)
            if len(report.findings) < MOST:
                incidents.close_unseen(connection, Order(KIND, None, SYSTEM), now)
        say = log.error if report.findings else log.info
        say("reconciled", cases=report.cases, rows=report.rows, findings=len(report.findings))
        return report

    def _record(self, connection: Connection, finding: Finding, now: datetime) -> None:
        # A look, like a checkpoint's: it cannot be given again, and two people can put it aside.
        row = {"table": finding.table, "row": finding.row, "entry": finding.entry}
        order = Order(KIND, None, SYSTEM, None, {"element": f"{finding.table}:{finding.row}"}, CHECKPOINT)
        place = store.place_of(connection, finding.case)
        incidents.record(connection, order, Discrepancy(finding.in_words(), **row), place, now)

    def _claim(self, now: datetime) -> bool:
        today = now.date().isoformat()
        if read_setting(self._app.database, SETTING) == today:
            return False
        with self._app.database.begin() as connection:
            write_setting(connection, SETTING, today)
        return True
