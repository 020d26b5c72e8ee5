"""Events at the border of an activity, and sub-processes that an event starts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from tests.engine.models.random.activities import HOSTS
from tests.engine.models.random.constructs import KINDS
from tests.engine.models.random.drawer import BESIDE, BLOCKS, Drawer
from tests.engine.models.random.leaves import awaited, condition, message, signal, timer
from tests.engine.models.random.place import Piece, Place, Sheet


@dataclass(frozen=True)
class Trigger:
    """An event definition, the place of what runs while it is waited for, and of what it starts."""

    kind: str
    interrupting: bool
    definition: str
    inside: Place
    handling: Place


def trigger(drawer: Drawer, place: Place, kind: str, thrown: str = "") -> Trigger:
    """What runs while the event is waited for throws what only this event catches."""
    if kind == "signal" and not place.signals:
        kind = "message"
    interrupting = kind == "error" or drawer.whether()
    handling, place = place, place.wishing()
    if kind == "error":
        code = drawer.declare("error", "x", "errorCode")
        definition = f'<errorEventDefinition errorRef="{code}"/>'
        place = place.catching(error=code).wishing("error end")
    elif kind == "escalation":
        code = drawer.declare("escalation", "y", "escalationCode")
        definition = f'<escalationEventDefinition escalationRef="{code}"/>'
        place = place.catching(escalation=code).wishing(thrown or drawer.pick(("escalation throw", "escalation end")))
    elif kind == "signal":
        name = drawer.pick(place.signals[:3])
        definition, handling = signal(name), handling.started_by(name)
        place = place.deaf_to(name) if interrupting else place
    elif kind == "message":
        name = awaited(drawer, place)
        definition, handling, place = message(name), handling.answering(name), place.deaf_to(name)
    elif kind == "conditional":
        definition = condition(drawer)
    else:
        repeated = not interrupting and "timer cycle" in drawer.available and drawer.whether()
        definition = timer(drawer, repeated=repeated)
    return Trigger(kind, interrupting, definition, place, handling)


def boundary(drawer: Drawer, sheet: Sheet, place: Place, *, kind: str, thrown: str = "") -> Piece:
    """A host, the event on it, and what comes of it: a way back to the flow, or an end of its own."""
    event = trigger(drawer, place, kind, thrown)
    construct = f"boundary {event.kind}"
    hosts = [host for host in HOSTS if host in drawer.available]
    if event.inside.wish:
        hosts = [host for host in hosts if host not in ("user task", "receive task")]
    kind_of_host = drawer.pick(hosts)
    host = drawer.block(sheet, kind_of_host, event.inside)
    name = drawer.note(drawer.name("v"), place, construct)
    flag = "true" if event.interrupting else "false"
    drawer.variants += [f"{construct} on {kind_of_host}", f"{construct}, {_how(event)}"]
    sheet.add(
        f'<boundaryEvent id="{name}" attachedToRef="{host.entry}" cancelActivity="{flag}">'
        f"{event.definition}</boundaryEvent>"
    )
    handling = drawer.body(sheet, event.handling.within(construct))
    drawer.flow(sheet, name, handling.entry)
    if not event.interrupting:
        drawer.flow(sheet, handling.exit, drawer.end(sheet))
        return host
    join = drawer.gateway(sheet, "exclusive")
    drawer.flow(sheet, host.exit, join)
    drawer.flow(sheet, handling.exit, join)
    return Piece(host.entry, join)


def beside(drawer: Drawer, sheet: Sheet, place: Place, kind: str) -> Place:
    """An event sub-process on a level; gives the place of the level's own flow."""
    event = trigger(drawer, place, kind)
    construct = f"event sub-process {event.kind}"
    name, start = drawer.name("z"), drawer.note(drawer.name("b"), place, construct)
    drawer.variants.append(f"{construct}, {_how(event)}")
    inner, inside = Sheet(), event.handling.within(construct)
    flag = "true" if event.interrupting else "false"
    inner.add(f'<startEvent id="{start}" isInterrupting="{flag}">{event.definition}</startEvent>')
    handling = drawer.body(inner, inside)
    drawer.flow(inner, start, handling.entry)
    drawer.flow(inner, handling.exit, drawer.end(inner))
    sheet.add(f'<subProcess id="{name}" triggeredByEvent="true">{inner.xml}</subProcess>')
    return event.inside


def carried(drawer: Drawer, sheet: Sheet, place: Place, *, kind: str) -> Piece:
    """An event sub-process needs a level of its own."""
    return drawer.block(sheet, "sub-process", place.wishing(f"event sub-process {kind}", *place.wish))


def _how(event: Trigger) -> str:
    if event.interrupting:
        return "interrupting"
    return "again and again" if "timeCycle" in event.definition else "not interrupting"


for _kind in KINDS:
    BLOCKS[f"boundary {_kind}"] = partial(boundary, kind=_kind)
    BLOCKS[f"event sub-process {_kind}"] = partial(carried, kind=_kind)
    BESIDE[f"event sub-process {_kind}"] = partial(beside, kind=_kind)
