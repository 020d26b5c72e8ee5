"""The composition root: what the product is made of. Usable without Flask; web, worker, CLI and tests use it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher

from engine import Call, Database, Handlers, Runtime
from engine.clock import Clock, ShiftedClock, SystemClock
from engine.sealing import Anchoring
from monitors import documents, handling
from monitors import wiring as supervision
from monitors.assessment import Assessment, ClosedInstances, WarningFigures
from monitors.calendars import Calendars, Place, place_of
from monitors.checkpoints import Checkpoints
from monitors.claims import Claims
from monitors.correcting import Corrections
from monitors.datasets import Loads, read_schemas
from monitors.decrees import Decrees
from monitors.directory import Directory
from monitors.documents import Documents
from monitors.handling.policy import Escalations, escalations
from monitors.laws import Laws, load_laws
from monitors.notify import Inbox, Outbox, Spreader, load_audiences
from monitors.presets import Grace, Presets, load_grace, load_presets
from monitors.recalls import Recalls
from monitors.requests import ClockRequests
from monitors.setchecks import SetChecks, read_checks
from monitors.statistics import Recorder
from monitors.suspensions import ClockRules, load_clock_rules
from monitors.violations import Violations
from webui.auth import Backoff, Credentials, Sessions
from webui.config import Settings
from webui.demo_clock import DemoClock
from webui.diagrams import systems
from webui.forms import Library
from webui.modelfolders import declared, folders, ladders
from webui.sealing import anchoring, states
from webui.telling import channels_of, holders_of, webhook_of
from webui.watchman import Watchman


@dataclass(frozen=True, slots=True)
class Application:
    """The wired product. ``clock`` tells the product's time, ``wall`` the machine's (sessions, back-off)."""

    settings: Settings
    database: Database
    clock: Clock
    wall: Clock
    demo_clock: DemoClock | None
    handlers: Handlers
    runtime: Runtime
    directory: Directory
    calendars: Calendars
    decrees: Decrees
    clock_requests: ClockRequests
    checkpoints: Checkpoints
    violations: Violations
    documents: Documents
    inbox: Inbox
    outbox: Outbox
    spreader: Spreader
    assessment: Assessment
    claims: Claims
    corrections: Corrections
    recalls: Recalls
    loads: Loads
    set_checks: SetChecks
    laws: Laws
    credentials: Credentials
    sessions: Sessions
    backoff: Backoff
    forms: Library
    anchoring: Anchoring
    watchman: Watchman

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.timezone)


def build(
    settings: Settings,
    clock: Clock | None = None,
    *,
    wall: Clock | None = None,
    hasher: PasswordHasher | None = None,
    observe: bool = False,
) -> Application:
    """Wire the product. Connects to nothing yet.

    ``clock`` stands in for the product's clock (replays, tests); with ``settings.demo`` the machine's clock is
    moved by an offset kept in the database, so that web and worker agree. With ``observe`` nothing follows from
    a warning (replays).
    """
    database = Database(settings.database)
    wall = wall or SystemClock()
    demo_clock = DemoClock(database, wall) if settings.demo and clock is None else None
    if clock is None:
        clock = ShiftedClock(wall, demo_clock.offset) if demo_clock else wall
    handlers = Handlers()
    directory = Directory(clock)
    calendars = Calendars(database, own=_own_places())
    outside = anchoring(settings, database, wall)
    runtime = Runtime(database, clock, handlers, states=states(settings), permit=outside.permit)
    presets, grace = _presets()
    checkpoints = Checkpoints(runtime.query.definition, runtime.query.diagram, presets)
    supervision.register(
        handlers, checkpoints=checkpoints, calendars=calendars, directory=directory, clock=clock, observe=observe
    )
    handlers.recorded = Recorder(calendars, lambda name, version: runtime.query.diagram(name, version).system).recorded
    handling.register(handlers, calendars, _escalations())
    documents.register(handlers, calendars)
    handlers.register("deem_accepted", _pass_on)
    zone, channels = ZoneInfo(settings.timezone), channels_of(settings)
    corrections = Corrections(runtime.query, grace)
    schemas = read_schemas(declared("set"))
    loads, checks = Loads(database, clock, schemas), read_checks(declared("check"), schemas)
    return Application(
        settings=settings,
        database=database,
        clock=clock,
        wall=wall,
        demo_clock=demo_clock,
        handlers=handlers,
        runtime=runtime,
        directory=directory,
        calendars=calendars,
        decrees=Decrees(database, clock),
        clock_requests=ClockRequests(database, clock, runtime, calendars, _clock_rules()),
        checkpoints=checkpoints,
        violations=Violations(database),
        documents=Documents(database),
        inbox=Inbox(database, clock),
        outbox=Outbox(database, clock, zone, channels),
        spreader=Spreader(
            database,
            clock,
            directory,
            load_audiences(ladders()),
            zone,
            holders_of(runtime),
            frozenset(channels),
            webhook_of(settings),
        ),
        assessment=Assessment(database, calendars, WarningFigures(ClosedInstances(runtime.query, systems()))),
        claims=Claims(directory),
        corrections=corrections,
        recalls=Recalls(calendars, runtime.query),
        loads=loads,
        set_checks=SetChecks(database, runtime, checkpoints, corrections, loads, checks, zone),
        laws=_laws(),
        credentials=Credentials(database, wall, hasher),
        sessions=Sessions(database, wall),
        backoff=Backoff(database, wall),
        forms=Library(),
        anchoring=outside,
        watchman=Watchman(database, clock, wall, demo_clock.moved_at if demo_clock else None, outside.gaps),
    )


def _pass_on(call: Call) -> dict[str, Any]:
    """A service task whose outputs are its inputs: what the law deems so (行政许可法 Art 32(4)) is set by the diagram."""
    return dict(call.inputs)


def _own_places() -> dict[str, Place]:
    """Mirror models of logs from elsewhere count their days where their ``mapping.toml`` says."""
    found = {}
    for one in folders():
        if one.mapping.exists():
            place = place_of(tomllib.loads(one.mapping.read_text(encoding="utf-8")))
            if place is not None:
                found[one.name] = place
    return found


def _laws() -> Laws:
    """The statutes that the models cite; none when the file is not there."""
    file = files("bpmn") / "laws.toml"
    return load_laws(tomllib.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def _clock_rules() -> ClockRules:
    """What may stop a clock and for how long, as it comes with the product."""
    return load_clock_rules((files("bpmn") / "supervision" / "suspensions.toml").read_text(encoding="utf-8"))


def _escalations() -> Escalations:
    """What follows from a count; nothing when the file is not there."""
    file = files("bpmn") / "supervision" / "escalation.toml"
    return escalations(tomllib.loads(file.read_text(encoding="utf-8"))) if file.is_file() else Escalations()


def _presets() -> tuple[Presets, Grace]:
    """The ladders that come with the product, and how long corrections close warnings."""
    content = ladders()
    return (load_presets(content), load_grace(content)) if content else ({}, {})
