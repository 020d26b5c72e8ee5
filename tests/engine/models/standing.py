"""Drawings in which a case comes to stand still, or never to an end."""

from __future__ import annotations

from tests.engine import drawing as d
from tests.engine.models.faults import Case


def exclusive_into_parallel(*more: str) -> str:
    return (
        d.gateway("g", default="f_g_b") + d.gateway("j", "parallel") + d.step("a") + d.step("b")
        + d.flow("g", "a", "x = 1") + d.flow("g", "b") + d.chain("a", "j") + d.chain("b", "j") + "".join(more)
    )  # fmt: skip


STUCK = d.model(d.start(), exclusive_into_parallel(), d.end(), d.chain("s", "g"), d.chain("j", "e"))
STUCK_INSIDE = d.model(
    d.start(),
    d.subprocess("x", d.start("i"), exclusive_into_parallel(), d.end("k"), d.chain("i", "g"), d.chain("j", "k")),
    d.end(),
    d.chain("s", "x", "e"),
)
ROUND = d.model(
    d.start(), d.gateway("g", default="f_g_e"), d.gateway("m"), d.step("a"), d.end(), d.chain("s", "g", "e"),
    d.flow("g", "m", "x = 1"), d.chain("m", "a"), d.flow("a", "m"),
)  # fmt: skip

CASES = (
    Case("what an exclusive gateway splits is joined by a parallel one", "deadlock", "s", STUCK),
    Case("it is in a sub-process", "deadlock_inside", "i", STUCK_INSIDE),
    Case("a loop has no way out", "no_way_out", "f_g_m", ROUND),
)
