"""Where the engine and the standard still differ, each by the smallest model that shows it.

Each test says what the standard says; it is expected to fail until the engine does so, and
then the matching name in ``tests.engine.game.KNOWN`` goes as well.
"""

from __future__ import annotations

import pytest

from engine import Runtime
from engine.errors import Conflict
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, begin

MESSAGES = '<message id="m" name="m"/><message id="n" name="n"/>'


def beside(name: str, message: str, *, interrupting: bool) -> str:
    """An event sub-process with one step, started by a message."""
    flag = "true" if interrupting else "false"
    start = f'<startEvent id="s{name}" isInterrupting="{flag}"><messageEventDefinition messageRef="{message}"/>'
    inner = f"{start}</startEvent>" + d.step(name) + d.end(f"e{name}") + d.chain(f"s{name}", name, f"e{name}")
    return f'<subProcess id="z{name}" triggeredByEvent="true">{inner}</subProcess>'


@pytest.mark.xfail(strict=True, reason="13.5.4: while the parent is Completing, no new event sub-process can start")
def test_no_event_sub_process_starts_when_the_flow_beside_it_is_done(runtime: Runtime) -> None:
    xml = d.model(
        d.start(), d.step("a"), d.end(), d.chain("s", "a", "e"), beside("h", "m", interrupting=False), extra=MESSAGES
    )
    case = begin(runtime, xml)
    runtime.deliver(case.id, "m", payload={}, actor=CLERK, key="1")
    case.do("a")
    assert (case.open_steps, case.state) == (["h"], "open")

    with pytest.raises(Conflict):
        runtime.deliver(case.id, "m", payload={}, actor=CLERK, key="2")
