"""A tenth of `make fuzz`: bent expressions and bent models, and what has to be heard when something is touched."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from engine.clock import VirtualClock
from engine.errors import ModelRefused
from engine.feel import parse
from tests.engine import drawing as d
from tests.engine.campaign import room
from tests.engine.fuzzing import expressions, models
from tests.engine.fuzzing.attacks import ATTACKS
from tests.engine.fuzzing.ears import listening

SEED, COUNT = 20261125, 2_000


def test_there_are_two_hundred_attacks_and_more() -> None:
    assert len(set(ATTACKS)) >= 200


def test_a_bent_expression_is_refused_or_has_a_value_and_touches_nothing() -> None:
    expressions.run(SEED, 400)  # What is read once, as the grammar is, has been read.
    with listening() as heard:
        tally = expressions.run(SEED + 1, COUNT)
    print(f"seed {SEED + 1}: {dict(tally.outcomes)}, the slowest {tally.slowest:.2f} s")
    assert tally.wrong == [] and heard == []
    assert tally.outcomes["refused"] > COUNT // 4 and tally.outcomes["value"] > COUNT // 10


def test_a_bent_model_is_refused_with_remarks_or_runs_and_touches_nothing(corpora: Path) -> None:
    own, others = models.seeds(), models.foreign(corpora / "bpmn")
    with room() as database:
        bender = models.Bender(database, VirtualClock(datetime(2026, 3, 11, 1, 0, tzinfo=UTC)), SEED)
        bender.run(own, 20)
        with listening() as heard:
            tally = bender.run(own, COUNT * 3 // 4)
            tally = bender.run(others, COUNT // 4)
    print(f"seed {SEED}: {dict(tally.outcomes)}, the slowest {tally.slowest:.2f} s")
    assert tally.wrong == [] and heard == []
    assert tally.outcomes["refused"] > COUNT // 4 and tally.outcomes["walked"] > COUNT // 10


def test_every_model_that_is_bent_runs_as_it_is() -> None:
    with room() as database:
        bender = models.Bender(database, VirtualClock(datetime(2026, 3, 11, 1, 0, tzinfo=UTC)), SEED)
        for root in models.seeds():
            assert bender.runtime.deploy(etree.tostring(root), by="designer", decisions=bender.decisions).version


@pytest.mark.parametrize(
    "touch",
    [
        lambda: open("/etc/hostname").close(),
        lambda: subprocess.run([sys.executable, "-c", ""], check=True),
        lambda: exec("1"),  # noqa: S102
        lambda: compile("1", "x", "eval"),
    ],
)  # fmt: skip
def test_what_would_be_touched_is_heard(touch: object) -> None:
    with listening() as heard:
        touch()  # type: ignore[operator]
    assert heard


def test_a_zone_is_no_file_that_is_read() -> None:
    with listening() as heard:
        parse('@"2026-03-11T10:00:00@Antarctica/Troll"').evaluate({})
    assert heard == []


def test_an_undeclared_error_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.feel.builtins.string.len", lambda text: 1 // 0, raising=False)
    assert expressions.run(SEED, 600).outcomes["undeclared"] > 0


def test_an_undeclared_error_behind_a_declared_one_would_be_seen() -> None:
    with room() as database:
        bender = models.Bender(database, VirtualClock(datetime(2026, 3, 11, 1, 0, tzinfo=UTC)), SEED)
        bender.runtime.handlers.register("broken", lambda call: {}["gone"])
        xml = d.model(d.start(), d.handler("h", "broken"), d.end(), d.chain("s", "h", "e"))
        tally = bender.run([etree.fromstring(xml)], 60)
    assert any("KeyError behind" in one for one in tally.wrong)


BOTH = d.loop(d.several(d.step("a"), "2"), "again", maximum="3")
NAMELESS = d.subprocess("x", d.start("i"), d.over("o", d.refers("escalation", "up")), d.chain("i", "o")).replace(
    ' id="x"', ""
)
TWO = [d.process(one, d.start(f"{one}s"), d.call(f"{one}c", other), d.over(f"{one}o", d.refers("error", "bad")), d.chain(f"{one}s", f"{one}c", f"{one}o")) for one, other in ("qr", "rq")]  # fmt: skip


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (d.model(d.start(), BOTH, d.end(), d.chain("s", "a", "e")), "element_twice"),
        (d.model(d.start(), NAMELESS, d.end(), d.chain("s", "e"), extra=d.declared("escalation", "up")), "no_id"),
        (d.file(d.model(d.start(), d.call("k", "q"), d.end(), d.chain("s", "k", "e"), extra=d.declared("error", "bad")), *TWO), None),
    ],
)  # fmt: skip
def test_what_once_failed_is_refused(xml: bytes, code: str | None) -> None:
    with room() as database:
        bender = models.Bender(database, VirtualClock(datetime(2026, 3, 11, 1, 0, tzinfo=UTC)), SEED)
        with pytest.raises(ModelRefused) as refused:
            bender.runtime.deploy(xml, by="designer")
    codes = {one.code for one in refused.value.facts["remarks"]}
    assert codes and (code is None or code in codes)
