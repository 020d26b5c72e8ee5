"""A synthetic city played whole on a database of its own, for tests and for the campaign."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from engine.clock import VirtualClock
from webui.config import Settings
from webui.demo import events, results
from webui.demo.load import hasten, plan_of, play, years_of
from webui.demo.plan import Plan
from webui.demo.prepare import prepare
from webui.demo.scores import score_hash
from webui.modelfolders import ROOT
from webui.schema import upgrade
from webui.wiring import Application, build

FIRST, DAYS = date(2025, 7, 1), 365


@dataclass(frozen=True)
class Played:
    """What was planned and what came of it."""

    plan: Plan
    planted: list[dict[str, str]]
    found: list[dict[str, str]]
    refused: tuple[str, ...]
    hash: str
    zone: tzinfo


@dataclass(frozen=True)
class Break:
    """A rule of a shipped model, changed by one unit."""

    kind: str
    model: str
    rule: str
    param: str
    to: str


BROKEN = (
    Break("satisfaction", "licence_renewal", "LR-08.1", "least", "4"),
    Break("publication", "licence_renewal", "LR-07.1", "amount", "8"),
    Break("stalled", "licence_renewal", "LR-09.1", "amount", "6"),
    Break("repeated_step", "licence_renewal", "LR-02.1", "most", "0"),
    Break("minimum_duration", "procurement", "PU-02.1", "amount", "6"),
    Break("panel_composition", "procurement", "PU-04.1", "least", "6"),
    Break("late_report", "subsidy", "SU-02.1", "amount", "25"),
    Break("periodic_duty", "subsidy", "SU-04.1", "by", "6"),
)


def break_rules(app: Application) -> None:
    """Deploy the models with those rules changed."""
    for name in sorted({one.model for one in BROKEN}):
        text = (ROOT / "examples" / name / f"{name}.bpmn").read_text(encoding="utf-8")
        for one in BROKEN:
            if one.model == name:
                start = text.index(f'<jc:rule id="{one.rule}"')
                head, rule = text[:start], text[start:]
                changed = re.sub(rf'(<jc:param name="{one.param}">)[^<]*', rf"\g<1>{one.to}", rule, count=1)
                assert changed != rule
                text = head + changed
        app.runtime.deploy(text.encode(), by="system")


def open_city(folder: Path, url: str | None = None) -> tuple[Application, VirtualClock]:
    """An empty city with its tables, on that database or on a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = VirtualClock(datetime.combine(FIRST - timedelta(days=1), datetime.min.time(), UTC))
    settings: dict[str, Any] = {"database": url or f"sqlite:///{folder}/city.db", "secret_file": folder / "secret"}
    app = build(Settings(**settings), clock)
    hasten(app.database)
    upgrade(app.database)
    return app, clock


def played(
    folder: Path,
    *,
    cases: int,
    seed: int,
    url: str | None = None,
    prepared: Callable[[Application], None] = lambda app: None,
    replay: Sequence[events.Line] | None = None,
) -> Played:
    """A year of a city; ``replay`` are the events to play instead of its own."""
    app, clock = open_city(folder, url)
    try:
        prepare(app)
        prepared(app)
        plan = plan_of(app, seed=seed, cases=cases, days=DAYS, first=FIRST, examples_too=True)
        done = play(app, clock, plan if replay is None else events.replayed(plan, replay))
        found = results.finding_rows(app)
        hashed = score_hash(app, years_of(app, plan))
        return Played(plan, results.truth_rows(plan), found, tuple(done.refused), hashed, app.zone)
    finally:
        app.database.dispose()
