"""Once a night the rows of all cases are compared with the journal; what differs becomes an incident."""

from __future__ import annotations

from datetime import datetime

import structlog

from engine import incidents
from engine.errors import EngineError
from engine.reconcile import Report, reconcile
from webui.store import read_setting, write_setting
from webui.wiring import Application

SETTING = "journal.reconciled"
HOUR = 2  # of the city's clock
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
                error = Discrepancy(finding.in_words(), element=finding.table)
                incidents.record(connection, incidents.incident_row(error, finding.case, "reconcile", now))
        say = log.error if report.findings else log.info
        say("reconciled", cases=report.cases, rows=report.rows, findings=len(report.findings))
        return report

    def _claim(self, now: datetime) -> bool:
        today = now.date().isoformat()
        if read_setting(self._app.database, SETTING) == today:
            return False
        with self._app.database.begin() as connection:
            write_setting(connection, SETTING, today)
        return True
