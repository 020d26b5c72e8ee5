"""Warnings as the pages read them: within a scope, of a case, one with its evidence and its rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine import Instance
from engine.errors import EngineError
from monitors import warnings as kept
from monitors.model import Warning
from monitors.scope import EVERYWHERE, Scope
from webui.presenters import PAGE
from webui.wiring import Application

LEVELS = ("red", "yellow", "notice")
OPEN = ("open", "explained")  # nobody has decided yet


@dataclass(frozen=True, slots=True)
class WarningFilter:
    """What the board is narrowed to; an empty level is every level, ``all`` every state."""

    level: str = ""
    state: str = "open"

    @property
    def states(self) -> tuple[str, ...]:
        return {"open": OPEN, "all": ()}.get(self.state, (self.state,))


@dataclass(frozen=True, slots=True)
class WarningPage:
    """Warnings, the newest first; ``older`` is the id after which the next page begins."""

    rows: tuple[Warning, ...]
    older: str


def warnings(app: Application, scope: Scope, wanted: WarningFilter, after: str = "") -> WarningPage:
    """The warnings that the scope covers, the newest first, those raised before the one named ``after``."""
    with app.database.read() as connection:
        last = kept.get(connection, after) if after else None
        found = kept.find(
            connection,
            scope,
            states=wanted.states,
            levels=(wanted.level,) if wanted.level else (),
            before=(last.raised_at, last.id) if last else None,
            limit=PAGE + 1,
        )
    more = len(found) > PAGE
    return WarningPage(found[:PAGE], found[PAGE - 1].id if more else "")


def open_counts(app: Application, scope: Scope) -> dict[str, int]:
    """How many warnings of each level wait for a decision."""
    with app.database.read() as connection:
        found = kept.counts(connection, scope)
    return {level: sum(found.get((level, state), 0) for state in OPEN) for level in LEVELS}


def warning(app: Application, identity: str) -> Warning:
    """One warning by its id or number; raises NotFound."""
    with app.database.read() as connection:
        return kept.get(connection, identity)


def warning_of(app: Application, handling: Instance) -> Warning | None:
    """The warning that a process handles; None for any other process."""
    identity = handling.data.get("warning_id")
    if handling.definition != kept.VIOLATION_PROCESS or not isinstance(identity, str):
        return None
    return warning(app, identity)


def warnings_of_case(app: Application, case_id: str) -> tuple[Warning, ...]:
    """The warnings of a case, the newest first."""
    with app.database.read() as connection:
        return kept.find(connection, EVERYWHERE, case_id=case_id, limit=500)


def handling_of(app: Application, one: Warning) -> Instance | None:
    """The process that handles this warning, once the worker has started it."""
    found = app.runtime.query.instances(
        definition=kept.VIOLATION_PROCESS, business_key=one.number, parent_id=one.case_id, limit=1
    )
    return found[0] if found else None


def rule_text(app: Application, one: Warning) -> dict[str, Any]:
    """The checkpoint, and the diagram's title, as that version words them; empty when it has gone."""
    try:
        supervision = app.checkpoints.of(one.definition, one.definition_version)
        definition = app.runtime.query.definition(one.definition, one.definition_version)
    except EngineError:
        return {}
    return {"checkpoint": supervision.checkpoints.get(one.checkpoint), "definition": definition}
