"""Calls of other models that do not fit together."""

from __future__ import annotations

from engine.linking import Source
from tests.engine import drawing as d
from tests.engine.models.faults import Case, Models, between

BAD = d.declared("error", "bad")
CALLING = between(d.call("x", "q"), "x")


def _called(*parts: str, kind: str = "executable", name: str = "q", extra: str = "") -> Source:
    return Source(d.model(d.end(), d.step("a"), *parts, d.chain("s", "a", "e"), name=name, kind=kind, extra=extra))


def _with(model: Source | None) -> Models:
    return (("q", model),)


def _supervised(days: str, *parts: str, name: str) -> bytes:
    hung = d.timer("t", "z", "checkpoint", ref="K") + d.rule_check() + d.flow("t", "rc")
    rule = d.checkpoint("K", amount=days, unit='"working_day"')
    return d.model(d.start(), d.end(), d.step("z"), hung, *parts, name=name, checkpoints=rule)


_QUICK = Source(d.model(d.start(), d.end(), d.handler("h", "issue"), d.chain("s", "h", "e"), name="q"))
_FAILING = Source(
    d.model(
        d.start(), d.step("a"), d.over("e", d.refers("error", "bad")), d.chain("s", "a", "e"), name="q", extra=BAD,
        kind="callable",
    )
)  # fmt: skip
_MESSAGE = f'<startEvent id="s">{d.refers("message", "m")}</startEvent>'
_WIDE = Source(
    d.model(
        d.start(), *(d.subprocess(f"u{n}", d.start(f"s{n}"), *(d.step(f"a{n}_{m}") for m in range(250)), d.end(f"e{n}"),
        d.chain(f"s{n}", *(f"a{n}_{m}" for m in range(250)), f"e{n}")) for n in range(10)), d.end(),
        d.chain("s", *(f"u{n}" for n in range(10)), "e"), name="q",
    )
)  # fmt: skip

CASES = (
    Case("no version of a called model is in force", "call_not_in_force", "x", CALLING, models=_with(None)),
    Case("a called model calls back", "call_circle", "x", CALLING, models=_with(Source(b"", (), (("p", _QUICK),)))),
    Case(
        "only events start a called model",
        "called_start_missing",
        "x",
        CALLING,
        models=_with(_called(_MESSAGE, extra=d.declared("message", "m"))),
    ),
    Case("a called model is a mirror", "called_mirror", "x", CALLING, models=_with(_called(d.start(), kind="mirror"))),
    Case("nothing catches a called model's error", "called_error_uncaught", "x", CALLING, models=_with(_FAILING)),
    Case(
        "a called model has another checkpoint of the same id",
        "called_checkpoint",
        "x",
        _supervised("5", d.call("x", "q"), d.chain("s", "x", "z", "e"), name="p"),
        models=_with(Source(_supervised("6", d.chain("s", "z", "e"), name="q"))),
    ),
    Case(
        "a loop is endless because the called model never waits",
        "endless_loop",
        "k",
        d.model(
            d.start(), d.end(), d.gateway("k"), d.call("x", "q"), d.gateway("g", default="f_g_e"),
            d.chain("s", "k", "x", "g", "e"), d.flow("g", "k", "again"),
        ),
        models=_with(_QUICK),
    ),
    Case(
        "together with what it calls a model is too large",
        "called_too_large",
        "p",
        between(d.call("x", "q"), "x"),
        models=_with(_WIDE),
    ),
)  # fmt: skip
SOUND = {
    "a call of a model": (CALLING, _with(_called(d.start()))),
    "a call that catches the error of the called model": (
        between(
            d.call("x", "q"), "x", d.boundary("b", "x", d.refers("error", "bad")), d.end("e2"), d.chain("b", "e2"), extra=BAD
        ),
        _with(_FAILING),
    ),
    "the same checkpoint in caller and called": (
        _supervised("5", d.call("x", "q"), d.chain("s", "x", "z", "e"), name="p"),
        _with(Source(_supervised("5", d.chain("s", "z", "e"), name="q"))),
    ),
    "a mirror that calls a mirror": (
        between(d.call("x", "q"), "x", kind="mirror"),
        _with(_called(d.start(), kind="mirror")),
    ),
}  # fmt: skip
