"""Blocks without others inside: steps, things to wait for, things that are thrown, ends."""

from __future__ import annotations

from functools import partial

from tests.engine import drawing as drawn
from tests.engine.drawing import handler
from tests.engine.models.random.constructs import CATCHES
from tests.engine.models.random.drawer import BLOCKS, Drawer, block
from tests.engine.models.random.place import FAR, MESSAGES, Piece, Place, Sheet


def timer(drawer: Drawer, *, repeated: bool = False) -> str:
    """A time that no other timer of the model has: they go off one at a time."""
    minutes = 60 + 13 * drawer.count()
    if repeated:
        return f"<timerEventDefinition><timeCycle>R2/PT{minutes}M</timeCycle></timerEventDefinition>"
    return f"<timerEventDefinition><timeDuration>PT{minutes}M</timeDuration></timerEventDefinition>"


def awaited(drawer: Drawer, place: Place) -> str:
    """A message that is waited for: one that cases send, or one that comes from outside only."""
    known = [name for name in MESSAGES if name not in place.deaf]
    return drawer.pick(known) if known and drawer.whether() else drawer.declare("message", "m")


def message(name: str) -> str:
    return f'<messageEventDefinition messageRef="{name}"/>'


def signal(name: str) -> str:
    return f'<signalEventDefinition signalRef="{name}"/>'


def condition(drawer: Drawer) -> str:
    """True for the data that lead out of everything."""
    return drawn.condition(f"{drawer.pick(('x', 'y', 'z'))} &gt; {drawer.pick((2, 4, 6, 8))}")


def catch(drawer: Drawer, sheet: Sheet, place: Place, construct: str) -> str:
    """An intermediate event or receive task that waits."""
    if construct == "signal event" and not place.signals:
        construct = "message event"
    name = drawer.note(drawer.name("c"), place, construct)
    if construct == "receive task":
        sheet.add(f'<receiveTask id="{name}" messageRef="{awaited(drawer, place)}"/>')
        return name
    if construct == "timer event":
        definition = timer(drawer)
    elif construct == "message event":
        definition = message(awaited(drawer, place))
    elif construct == "conditional event":
        definition = condition(drawer)
    else:
        definition = signal(drawer.pick(place.signals))
    sheet.add(f'<intermediateCatchEvent id="{name}">{definition}</intermediateCatchEvent>')
    return name


@block("user task")
def user_task(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    name = drawer.step(sheet, place)
    return Piece(name, name)


@block("service task")
def service_task(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    name = drawer.note(drawer.name("h"), place, "service task")
    sheet.add(handler(name, "issue"))
    return Piece(name, name)


@block("plain task")
def plain_task(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    name = drawer.note(drawer.name("h"), place, "plain task")
    sheet.add(f'<task id="{name}" name="{name}"/>')
    return Piece(name, name)


def _waiting(drawer: Drawer, sheet: Sheet, place: Place, *, construct: str) -> Piece:
    name = catch(drawer, sheet, place, construct)
    return Piece(name, name)


BLOCKS.update({name: partial(_waiting, construct=name) for name in CATCHES})


@block("link")
def link(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    """A token that goes in at one place of the drawing and comes out at another."""
    throw, out = drawer.note(drawer.name("l"), place, "link"), drawer.name("l")
    definition = f'<linkEventDefinition name="{throw}"/>'
    sheet.add(f'<intermediateThrowEvent id="{throw}">{definition}</intermediateThrowEvent>')
    sheet.add(f'<intermediateCatchEvent id="{out}">{definition}</intermediateCatchEvent>')
    last = drawer.step(sheet, place)
    first = drawer.step(sheet, place)
    drawer.flow(sheet, first, throw)
    drawer.flow(sheet, out, last)
    return Piece(first, last)


@block("signal throw")
def signal_throw(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    if not place.thrown:
        return user_task(drawer, sheet, place)
    return _thrown(drawer, sheet, place, "signal throw", signal(drawer.pick(place.thrown)))


@block("message throw")
def message_throw(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    if not place.sent:
        return user_task(drawer, sheet, place)
    return _thrown(drawer, sheet, place, "message throw", message(_sent(drawer, place)))


@block("message end")
def message_end(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    if not place.sent:
        return user_task(drawer, sheet, place)
    return _aside(drawer, sheet, place, "message end", message(_sent(drawer, place)))


@block("send task")
def send_task(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    if not place.sent:
        return user_task(drawer, sheet, place)
    first, name = drawer.step(sheet, place), drawer.note(drawer.name("o"), place, "send task")
    sheet.add(f'<sendTask id="{name}" name="{name}" messageRef="{_sent(drawer, place)}"/>')
    drawer.flow(sheet, first, name)
    return Piece(first, name)


def _sent(drawer: Drawer, place: Place) -> str:
    name = drawer.pick(place.sent)
    drawer.variants.append("a message to another case" if name == FAR else "a message to the case itself")
    return name


@block("escalation throw")
def escalation_throw(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    if not place.escalations:
        return BLOCKS["boundary escalation"](drawer, sheet, place.wishing(), thrown="escalation throw")
    return _thrown(drawer, sheet, place, "escalation throw", _escalation(drawer, place))


@block("signal end")
def signal_end(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    if not place.thrown:
        return user_task(drawer, sheet, place)
    return _aside(drawer, sheet, place, "signal end", signal(drawer.pick(place.thrown)))


@block("escalation end")
def escalation_end(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    if not place.escalations:
        return BLOCKS["boundary escalation"](drawer, sheet, place.wishing(), thrown="escalation end")
    return _aside(drawer, sheet, place, "escalation end", _escalation(drawer, place))


@block("error end")
def error_end(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    if not place.errors:
        return drawer.block(sheet, "boundary error", place.wishing())
    code = drawer.pick(place.errors)
    return _way_out(drawer, sheet, place, "error end", f'<errorEventDefinition errorRef="{code}"/>')


@block("terminate end")
def terminate_end(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    return _way_out(drawer, sheet, place, "terminate end", "<terminateEventDefinition/>")


def _escalation(drawer: Drawer, place: Place) -> str:
    return f'<escalationEventDefinition escalationRef="{drawer.pick(place.escalations)}"/>'


def _thrown(drawer: Drawer, sheet: Sheet, place: Place, construct: str, definition: str) -> Piece:
    first, name = drawer.step(sheet, place), drawer.note(drawer.name("o"), place, construct)
    sheet.add(f'<intermediateThrowEvent id="{name}">{definition}</intermediateThrowEvent>')
    drawer.flow(sheet, first, name)
    return Piece(first, name)


def _aside(drawer: Drawer, sheet: Sheet, place: Place, construct: str, definition: str) -> Piece:
    """A branch of its own that ends with an event, while the token before goes on."""
    fork, first, last = drawer.gateway(sheet, "parallel"), drawer.step(sheet, place), drawer.step(sheet, place)
    end = drawer.note(drawer.end(sheet, definition), place, construct)
    drawer.flow(sheet, fork, first, end)
    drawer.flow(sheet, fork, last)
    return Piece(fork, last)


def _way_out(drawer: Drawer, sheet: Sheet, place: Place, construct: str, definition: str) -> Piece:
    """Perhaps the end of everything in this scope, perhaps not."""
    onward = drawer.name("f")
    choice, first = drawer.gateway(sheet, "exclusive", default=onward), drawer.step(sheet, place)
    end = drawer.note(drawer.end(sheet, definition), place, construct)
    last = drawer.step(sheet, place)
    drawer.flow(sheet, choice, first, end, condition=f"x >= {drawer.pick((2, 4, 6))}")
    drawer.flow(sheet, choice, last, name=onward)
    return Piece(choice, last)
