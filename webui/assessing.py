"""Scores of the departments: computed from the record, kept, and computed again when the record has changed."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib.resources import files

from engine.errors import NotFound
from monitors.alerts import last_alert
from monitors.assessment import Sheet, load_sheets
from monitors.model import Department
from monitors.scope import EVERYWHERE, Scope
from webui.wiring import Application


def install_sheets(app: Application) -> None:
    """Keep the score sheets that come with the product."""
    file = files("bpmn") / "supervision" / "scoresheets.toml"
    if file.is_file():
        app.assessment.install(load_sheets(tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)))


def current_year(app: Application) -> int:
    return app.clock.now().astimezone(app.zone).year


def compute(app: Application, period: int | str, scope: Scope = EVERYWHERE) -> int:
    """Score the departments' period as it is known now; how many."""
    return len(app.assessment.score_all(whole_districts(app, scope), period, app.clock.now()))


def whole_districts(app: Application, scope: Scope) -> list[Department]:
    """The departments of the districts that the scope covers whole."""
    return [one for one in departments(app).values() if scope.covers(one.district_code, "*")]


def departments(app: Application) -> dict[tuple[str, str], Department]:
    with app.database.read() as connection:
        found = app.directory.departments(connection)
    return {(one.district_code, one.code): one for one in found}


def current_sheet(app: Application, period: str) -> Sheet | None:
    """The sheet that all districts share in that period, or None."""
    try:
        return app.assessment.sheet_of("*", period)
    except NotFound:
        return None


class Assessor:
    """Computes the current year again whenever something was raised or decided since it last looked, and the last one where
    it has scores: what became known after its freeze is an adjustment without anybody asking for it.
    """

    def __init__(self, app: Application) -> None:
        self._app = app
        self._seen: tuple[int, str] | None = None

    def look(self) -> bool:
        """Whether it computed."""
        now = self._app.clock.now().astimezone(self._app.zone)
        with self._app.database.read() as connection:
            state = (last_alert(connection), now.date().isoformat())
        if state == self._seen:
            return False
        for year in (now.year - 1, now.year):
            if year == now.year or self._app.assessment.ranking(year):
                compute(self._app, year)
        self._seen = state
        return True
