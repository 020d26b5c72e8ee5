"""A case with everything about it, for its page: facts, where it stands, what happened when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import Instance, Step, Timer
from engine.linking import model_of
from engine.model import ExtensionEntry, SuspensionEntry
from monitors.model import Warning
from webui.forms import Field, FormError
from webui.reading import task_rows
from webui.starting import START_FORMS
from webui.watching import warnings_of_case
from webui.wiring import Application

SHOWN_KINDS = frozenset({"person", "subprocess"})
HIDDEN_DATA = frozenset({"item"})


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the timeline: ``what`` happened (a stable code) to ``subject`` at ``at``."""

    at: datetime
    what: str
    subject: Any = None
    actor: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that the case page shows."""

    instance: Instance
    tasks: tuple[Any, ...]
    steps: tuple[Step, ...]
    timers: tuple[Timer, ...]
    warnings: tuple[Warning, ...]
    suspensions: tuple[SuspensionEntry, ...]
    extension: ExtensionEntry | None

    @property
    def state(self) -> str:
        return "suspended" if self.instance.state == "open" and self.stopped else self.instance.state

    @property
    def stopped(self) -> SuspensionEntry | None:
        """The stop of the clock that is open now."""
        return next((entry for entry in self.suspensions if entry.end is None), None)

    @property
    def events(self) -> tuple[Event, ...]:
        """What happened, the latest first."""
        # Not sorted in reverse: of one instant, what came last stands first.
        return tuple(sorted(self._events(), key=lambda event: event.at))[::-1]

    def _events(self) -> Iterator[Event]:
        yield Event(self.instance.started_at, "started")
        if self.instance.ended_at:
            yield Event(self.instance.ended_at, self.instance.state)
        for step in self.steps:
            if step.kind in SHOWN_KINDS and step.name:
                yield Event(step.entered_at, "entered", step)
                if step.completed_at:
                    yield Event(step.completed_at, f"step_{step.outcome}", step, step.actor)
        yield from (Event(t.fired_at, "fired", t) for t in self.timers if t.fired_at)
        yield from (Event(w.raised_at, "warned", w) for w in self.warnings)
        for stop in self.suspensions:
            yield Event(stop.start, "suspended", stop, stop.approver, stop.reason)
            if stop.end:
                yield Event(stop.end, "resumed", stop)
        if self.extension:
            yield Event(self.extension.at, "extended", self.extension, self.extension.approver, self.extension.reason)


def case_file(app: Application, instance: Instance) -> CaseFile:
    query = app.runtime.query
    return CaseFile(
        instance,
        task_rows(app, query.tasks(instance_id=instance.id)),
        tuple(query.steps(instance.id)),
        tuple(query.timers(instance.id)),
        warnings_of_case(app, instance.id),
        tuple(query.suspensions(instance.id)),
        query.extension(instance.id),
    )


def facts(app: Application, instance: Instance, *, asked_only: bool = False) -> list[tuple[Any, Any, Any]]:
    """The case's data with the labels of the forms that asked for them: (Chinese, English, value).

    ``asked_only`` leaves out what no form asks for: of a violation these are numbers shown elsewhere.
    """
    labels = {field.key: field for field in _asked(app, instance)}
    lines = []
    for key, value in instance.data.items():
        field = labels.get(key)
        if key in HIDDEN_DATA or value in (None, "", []) or (asked_only and field is None):
            continue
        lines.append((field.label, field.label_en, _choice(field, value)) if field else (key, key, value))
    return lines


def _asked(app: Application, instance: Instance) -> Iterator[Field]:
    """Every field that some step of the diagram asks for."""
    diagram = app.runtime.query.diagram(instance.definition, instance.version)
    forms = {(instance.definition, name) for name in START_FORMS}
    for element in diagram.elements.values():
        if element.step and element.step.form:
            forms.add((model_of(element.id, instance.definition), element.step.form))
    for model, name in sorted(forms):
        try:
            yield from app.forms.form(model, name).fields
        except FormError:
            continue  # a form that cannot be drawn is reported where it is needed; here only labels are lost


def _choice(field: Field, value: Any) -> Any:
    """The words of a chosen value, else the value."""
    return next((option for option in field.options if option.value == value), value)


def actors(file: CaseFile) -> set[str]:
    """Everybody named on the page."""
    return _names(event.actor for event in file.events) | _names(row.task.claimed_by for row in file.tasks)


def _names(ids: Iterable[str | None]) -> set[str]:
    return {one for one in ids if one}
