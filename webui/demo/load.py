"""Loads the demo: a small city whose last twelve months end today, played through the real commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import event

from engine import Database
from engine.clock import VirtualClock
from monitors import warnings
from monitors.datasets import load_rows
from webui.demo.city import generate
from webui.demo.days import Days
from webui.demo.examples import all_variants, examples
from webui.demo.logins import enter_logins
from webui.demo.plan import Plan
from webui.demo.play import Played, Player, Progress, quiet
from webui.demo.prepare import example_items, items_of, organisation, prepare, working_days
from webui.demo.scores import score_all
from webui.demo.staff import Staff
from webui.store import read_setting, write_setting
from webui.wiring import Application, build

SETTING = "demo.city"
CASES = 60
DAYS = 365
EXAMPLES = 0.4  # of the cases: those of the example models


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What is there now. ``loaded`` is false when it was there before; ``refused`` are acts that failed."""

    loaded: bool
    cases: int
    acts: int
    warnings: int
    refused: tuple[str, ...] = ()


def load(
    application: Application,
    *,
    today: date | datetime,
    seed: int = 1,
    cases: int = CASES,
    progress: Progress = quiet,
) -> LoadReport:
    """Load the city once; a second time changes nothing, and one that was interrupted goes on where it was.

    ``today`` ends the city's time: an instant, or a day, of which the first instant counts.
    """
    wanted = {"seed": seed, "cases": cases, "until": _instant(application, today).isoformat(), "report": None}
    kept: dict[str, Any] = read_setting(application.database, SETTING) or wanted
    if kept["report"] is not None:
        return LoadReport(**{**kept["report"], "loaded": False, "refused": tuple(kept["report"]["refused"])})
    _keep(application, kept)
    until = datetime.fromisoformat(kept["until"])
    first = until.astimezone(application.zone).date() - timedelta(days=DAYS)
    clock = VirtualClock(datetime.combine(first, datetime.min.time(), application.zone))
    player = build(application.settings, clock, wall=application.wall)
    hasten(player.database)
    try:
        prepare(player)
        enter_logins(application, organisation()["person"])
        plan = plan_of(player, seed=kept["seed"], cases=kept["cases"], days=DAYS, first=first, until=until)
        played = play(player, clock, plan, progress)
        report = _report(player, plan, played)
    finally:
        player.database.dispose()
    _keep(application, {**kept, "report": _document(report)})
    return report


def plan_of(
    app: Application,
    *,
    seed: int,
    cases: int,
    days: int,
    first: date,
    until: datetime | None = None,
    examples_too: bool = False,
) -> Plan:
    """The plan for what ``prepare`` has entered into that database; with ``examples_too`` a share runs on the example models."""
    last = first + timedelta(days=days)
    more = min(cases - 1, max(len(all_variants()), round(cases * EXAMPLES))) if examples_too else 0
    working = working_days(app, first, last)
    approvals = generate(
        seed=seed,
        cases=cases - more,
        days=days,
        first=first,
        items=items_of(app, first),
        people=organisation()["person"],
        working=working,
        zone=app.zone,
        until=until,
    )
    if not more:
        return approvals
    calendar, staff = Days.of(working, app.zone), Staff(organisation()["person"])
    return examples(approvals, cases=more, seed=seed, items=example_items(app, first), staff=staff, days=calendar)


def play(app: Application, clock: VirtualClock, plan: Plan, progress: Progress = quiet) -> Played:
    """Play a plan and score its years."""
    with app.database.begin() as connection:
        load_rows(connection, plan.rows)
    played = Player(app, clock, plan, progress).play()
    score_all(app, years_of(app, plan), plan.until)
    return played


def years_of(app: Application, plan: Plan) -> range:
    return range(plan.first.year, plan.until.astimezone(app.zone).year + 1)


def hasten(database: Database) -> None:
    """Let SQLite not wait for the disk at each command: what is lost in a power cut is played again."""
    if database.is_sqlite:
        event.listen(database.engine, "connect", _unsynced)


def _unsynced(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")


def _instant(application: Application, today: date | datetime) -> datetime:
    if isinstance(today, datetime):
        return today
    return datetime.combine(today, datetime.min.time(), application.zone)


def _report(app: Application, plan: Plan, played: Played) -> LoadReport:
    with app.database.read() as connection:
        raised = sum(warnings.counts(connection).values())
    return LoadReport(True, len(plan.cases), played.acts, raised, tuple(played.refused))


def _document(report: LoadReport) -> dict[str, Any]:
    names = ("loaded", "cases", "acts", "warnings")
    return {**{name: getattr(report, name) for name in names}, "refused": list(report.refused)}


def _keep(application: Application, value: Mapping[str, Any]) -> None:
    with application.database.begin() as connection:
        write_setting(connection, SETTING, dict(value))
