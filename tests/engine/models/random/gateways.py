"""Blocks that choose and split: each wish goes into one branch, the other branches are small."""

from __future__ import annotations

from tests.engine.models.random.constructs import CATCHES
from tests.engine.models.random.drawer import Drawer, block
from tests.engine.models.random.leaves import catch
from tests.engine.models.random.place import Piece, Place, Sheet


def branches(drawer: Drawer, sheet: Sheet, place: Place, construct: str, count: int) -> list[Piece]:
    """The wished one first."""
    inside = place.within(construct)
    return [drawer.body(sheet, inside), *(drawer.body(sheet, inside.wishing()) for _ in range(count - 1))]


@block("exclusive gateway")
def exclusive(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    """A choice and a merge; or one from which a second choice jumps past a part of the way."""
    if drawer.whether():
        return _jump(drawer, sheet, place)
    return _choice(drawer, sheet, place, "exclusive", (2, 3))


def _choice(drawer: Drawer, sheet: Sheet, place: Place, kind: str, counts: tuple[int, ...]) -> Piece:
    """A condition on every branch but the last, which is the default, and the gateway where they meet."""
    construct = f"{kind} gateway"
    drawer.variants.append(f"{construct}, plain")
    bodies = branches(drawer, sheet, place, construct, drawer.pick(counts))
    default = drawer.name("f")
    split, join = drawer.gateway(sheet, kind, default), drawer.gateway(sheet, kind)
    drawer.note(split, place, construct)
    for name, body in zip("xyz", bodies[:-1], strict=False):
        drawer.flow(sheet, split, body.entry, condition=f"{name} >= {drawer.pick((2, 3, 5))}")
    drawer.flow(sheet, split, bodies[-1].entry, name=default)
    for body in bodies:
        drawer.flow(sheet, body.exit, join)
    return Piece(split, join)


def _jump(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    drawer.variants.append("exclusive gateway, a jump past a part")
    first, second = branches(drawer, sheet, place, "exclusive gateway", 2)
    past, into = drawer.name("f"), drawer.name("f")
    split, jump = drawer.gateway(sheet, "exclusive", past), drawer.gateway(sheet, "exclusive", into)
    middle, join = drawer.gateway(sheet, "exclusive"), drawer.gateway(sheet, "exclusive")
    drawer.note(split, place, "exclusive gateway")
    drawer.flow(sheet, split, first.entry, condition=f"x >= {drawer.pick((2, 3, 5))}")
    drawer.flow(sheet, split, middle, name=past)
    drawer.flow(sheet, first.exit, jump)
    drawer.flow(sheet, jump, join, condition="y >= 5")
    drawer.flow(sheet, jump, middle, name=into)
    drawer.flow(sheet, middle, second.entry)
    drawer.flow(sheet, second.exit, join)
    return Piece(split, join)


@block("parallel gateway")
def parallel(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    """Two to four branches and a join; or two joins, one for the first two branches."""
    shape = drawer.pick(("plain", "plain", "joined one after the other"))
    drawer.variants.append(f"parallel gateway, {shape}")
    count = 3 if shape != "plain" else drawer.pick((2, 2, 3, 4))
    bodies = branches(drawer, sheet, place, "parallel gateway", count)
    split, join = drawer.gateway(sheet, "parallel"), drawer.gateway(sheet, "parallel")
    drawer.note(split, place, "parallel gateway")
    for body in bodies:
        drawer.flow(sheet, split, body.entry)
    early = bodies[:2] if shape != "plain" else []
    if early:
        first, between = drawer.gateway(sheet, "parallel"), drawer.step(sheet, place.within("parallel gateway"))
        for body in early:
            drawer.flow(sheet, body.exit, first)
        drawer.flow(sheet, first, between, join)
    for body in bodies[len(early) :]:
        drawer.flow(sheet, body.exit, join)
    return Piece(split, join)


@block("inclusive gateway")
def inclusive(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    """Some of three or four branches, else the default; or all of them, each perhaps cut short."""
    if drawer.whether():
        return _cut_short(drawer, sheet, place)
    return _choice(drawer, sheet, place, "inclusive", (3, 4))


def _cut_short(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    """An inclusive join behind a parallel split, with exclusive choices on the way."""
    drawer.variants.append("inclusive gateway, behind a parallel split")
    bodies = branches(drawer, sheet, place, "inclusive gateway", 3)
    split, join = drawer.gateway(sheet, "parallel"), drawer.gateway(sheet, "inclusive")
    drawer.note(join, place, "inclusive gateway")
    for name, body in zip("xyz", bodies, strict=True):
        default = drawer.name("f")
        choice = drawer.gateway(sheet, "exclusive", default)
        drawer.flow(sheet, split, choice)
        drawer.flow(sheet, choice, body.entry, condition=f"{name} >= {drawer.pick((2, 3, 5))}")
        drawer.flow(sheet, choice, join, name=default)
        drawer.flow(sheet, body.exit, join)
    return Piece(split, join)


@block("event gateway")
def event_gateway(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    """The first of two or three events decides."""
    inside = place.within("event gateway")
    split, join = drawer.gateway(sheet, "eventBased"), drawer.gateway(sheet, "exclusive")
    drawer.note(split, place, "event gateway")
    able = [kind for kind in CATCHES if kind in drawer.available and (kind != "signal event" or place.signals)]
    for number in range(drawer.pick((2, 3))):
        kind = drawer.pick(able)
        if kind == "signal event":
            # Two that wait for the same signal would both be told, and only one may go on.
            able.remove(kind)
        event = catch(drawer, sheet, inside, kind)
        body = drawer.body(sheet, inside if number == 0 else inside.wishing())
        drawer.flow(sheet, split, event, body.entry)
        drawer.flow(sheet, body.exit, join)
    return Piece(split, join)


@block("cycle")
def cycle(drawer: Drawer, sheet: Sheet, place: Place) -> Piece:
    """A way back: a step, the body, and perhaps all of it once more."""
    inside = place.within("cycle")
    onward = drawer.name("f")
    back, choice = drawer.gateway(sheet, "exclusive"), drawer.gateway(sheet, "exclusive", onward)
    first, body, exit_ = drawer.step(sheet, inside), drawer.body(sheet, inside), drawer.gateway(sheet, "exclusive")
    drawer.note(choice, place, "cycle")
    drawer.flow(sheet, back, first, body.entry)
    drawer.flow(sheet, body.exit, choice)
    drawer.flow(sheet, choice, back, condition="again = 1")
    drawer.flow(sheet, choice, exit_, name=onward)
    return Piece(back, exit_)
