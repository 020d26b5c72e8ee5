"""A case with everything about it, for its page: facts, where it stands, what happened when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import Instance, Step, Timer
from engine.instances.correcting import is_time
from engine.linking import model_of
from engine.model import ExtensionEntry, SuspensionEntry
from monitors.decrees.moved import Moved, moved_in
from monitors.model import Warning
from monitors.requests import ASKED, REFUSED, ClockRequest
from webui.acts import Correctable, correctable
from webui.forms import Field, FormError
from webui.i18n import label
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
    requests: tuple[ClockRequest, ...]
    moved: tuple[tuple[Moved, str], ...]

    @property
    def state(self) -> str:
        return "suspended" if self.instance.state == "open" and self.running else self.instance.state

    @property
    def running(self) -> tuple[SuspensionEntry, ...]:
        """The procedures that keep the clock stopped now."""
        return tuple(entry for entry in self.suspensions if entry.end is None)

    @property
    def asked(self) -> tuple[ClockRequest, ...]:
        """What waits for a second person's decision."""
        return tuple(one for one in self.requests if one.state == ASKED)

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
        yield from (Event(limit.moved_at, limit.kind, limit, note=title) for limit, title in self.moved)
        for one in self.requests:
            yield Event(one.asked_at, "asked", one, one.asked_by, one.arguments.get("reason", ""))
            if one.state == REFUSED and one.decided_at:
                yield Event(one.decided_at, "refused", one, one.decided_by, one.opinion or "")
        if self.extension:
            yield Event(self.extension.at, "extended", self.extension, self.extension.approver, self.extension.reason)


def case_file(app: Application, instance: Instance) -> CaseFile:
    query = app.runtime.query
    with app.database.read() as connection:
        moved = moved_in(connection, instance.district_code, instance.id)
    return CaseFile(
        instance,
        task_rows(app, query.tasks(instance_id=instance.id)),
        tuple(query.steps(instance.id)),
        tuple(query.timers(instance.id)),
        warnings_of_case(app, instance.id),
        tuple(query.suspensions(instance.id)),
        query.extension(instance.id),
        app.clock_requests.of_case(instance.id),
        moved,
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


def times(app: Application, instance: Instance, file: CaseFile | None = None) -> tuple[Correctable, ...]:
    """The recorded times of a case that may be put right."""
    file, named = file or case_file(app, instance), {field.key: field for field in _asked(app, instance)}
    stated = [
        (key, label(named[key].label, named[key].label_en) if key in named else key, _start(app, value))
        for key, value in instance.data.items()
        if key not in HIDDEN_DATA and isinstance(value, str) and is_time(value)
    ]
    return correctable(file.steps, file.suspensions, stated)


def _start(app: Application, text: str) -> datetime:
    """The instant, or the first of the day."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=app.zone)


def actors(file: CaseFile) -> set[str]:
    """Everybody named on the page."""
    asking = _names(one.asked_by for one in file.asked)
    return asking | _names(event.actor for event in file.events) | _names(row.task.claimed_by for row in file.tasks)


def _names(ids: Iterable[str | None]) -> set[str]:
    return {one for one in ids if one}
