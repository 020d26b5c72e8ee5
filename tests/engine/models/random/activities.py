"""Activities with an inside of their own, and activities that are done several times."""

from __future__ import annotations

from tests.engine.drawing import step
from tests.engine.models.random.constructs import ACTIVITIES
from tests.engine.models.random.drawer import Drawer, block
from tests.engine.models.random.place import Piece, Place, Sheet

HOSTS = ("user task", "receive task", *ACTIVITIES)
COMPLETIONS = ("", "", "numberOfCompletedInstances >= 2", "loopCounter = 2", "x >= 5")


@block("sub-process")
def sub_process(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    return _single(drawer, sheet, place, "sub-process", "subProcess")


@block("call activity")
def call_activity(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    return _single(drawer, sheet, place, "call activity", "callActivity")


@block("standard loop")
def standard_loop(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    before = ' testBefore="true"' if drawer.whether() else ""
    most = drawer.pick(("", ' loopMaximum="1"', ' loopMaximum="3"'))
    marker = (
        f"<standardLoopCharacteristics{before}{most}><loopCondition>again = 1</loopCondition>"
        "</standardLoopCharacteristics>"
    )
    return _single(drawer, sheet, place, "standard loop", _kind(drawer, place), marker)


@block("parallel instances")
def parallel_instances(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    return _single(drawer, sheet, place, "parallel instances", _kind(drawer, place), _several(drawer, "false"))


@block("sequential instances")
def sequential_instances(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    return _single(drawer, sheet, place, "sequential instances", _kind(drawer, place), _several(drawer, "true"))


def _several(drawer: Drawer, sequential: str) -> str:
    completion = drawer.pick(COMPLETIONS)
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{sequential}">'
        f"<loopCardinality>{drawer.pick(('2', '3', 'n'))}</loopCardinality>"
        + (f"<completionCondition>{completion}</completionCondition>" if completion else "")
        + "</multiInstanceLoopCharacteristics>"
    )


def _kind(drawer: Drawer, place: Place) -> str:
    """What is repeated: a plain step when nothing is wished inside."""
    kinds = ["subProcess"] + ["callActivity"] * ("call activity" in drawer.available)
    return drawer.pick(kinds if place.wish else [*kinds, "userTask", "userTask"])


def _single(drawer: Drawer, sheet: Sheet, place: Place, construct: str, kind: str, marker: str = "") -> Piece:
    name = drawer.note(drawer.name("a"), place, construct)
    inside = place.within(construct)
    drawer.variants.append(f"{construct}, {kind}" if marker else construct)
    if kind == "userTask":
        sheet.add(step(name).replace("</userTask>", f"{marker}</userTask>"))
    elif kind == "subProcess":
        inner = drawer.level(inside, first=bool(marker))
        sheet.add(f'<subProcess id="{name}" name="{name}">{marker}{inner}</subProcess>')
    else:
        called = drawer.name("q")
        inner = drawer.level(inside, first=bool(marker))
        drawer.called.append((called, inner))
        sheet.add(f'<callActivity id="{name}" name="{name}" calledElement="{called}">{marker}</callActivity>')
    return Piece(name, name)
