"""Small cases, each at the moment before one command: a model, what was done so far, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.engine import drawing as d

TIMER = "<timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition>"
MESSAGE = '<messageEventDefinition messageRef="m"/>'
ASKED = '<message id="m" name="ask"/>'
RULES = d.checkpoint("TT-01", amount="5") + d.checkpoint("TT-02", "expression", must="true")


@dataclass(frozen=True)
class Act:
    """``kind``: start, do, say, hours, fire, job, suspend, resume, extend, cancel or fold."""

    kind: str
    name: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    hours: float = 0


@dataclass(frozen=True)
class Scene:
    """``next`` is the command that is disturbed; what was done before it is not."""

    name: str
    xml: bytes
    next: Act
    before: tuple[Act, ...] = ()
    more: tuple[bytes, ...] = ()


def do(name: str, **data: Any) -> Act:
    return Act("do", name, data)


def hours(number: float) -> Act:
    return Act("hours", hours=number)


def catch(name: str, definition: str) -> str:
    return f'<intermediateCatchEvent id="{name}">{definition}</intermediateCatchEvent>'


START = Act("start")
FIRE = Act("fire")
SAY = Act("say", "ask", {"told": 3})
PLAIN = d.model(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e"))
CHOICE = d.model(
    *(d.start(), d.step("a"), d.gateway("g", default="f_g_small"), d.step("big"), d.step("small"), d.end()),
    *(d.chain("s", "a", "g"), d.flow("g", "big", "amount &gt; 100"), d.flow("g", "small")),
    *(d.flow("big", "e"), d.flow("small", "e")),
)
PARALLEL = d.model(
    *(d.start(), d.gateway("f", "parallel"), d.step("a"), d.step("b"), d.gateway("j", "parallel"), d.step("c")),
    *(d.end(), d.chain("s", "f", "a", "j", "c", "e"), d.chain("f", "b", "j")),
)
INCLUSIVE = d.model(
    *(d.start(), d.step("a"), d.gateway("f", "inclusive", default="f_f_z"), d.step("x"), d.step("y"), d.step("z")),
    *(d.gateway("j", "inclusive"), d.end(), d.chain("s", "a", "f"), d.flow("f", "x", "amount &gt; 1")),
    *(
        d.flow("f", "y", "amount &gt; 2"),
        d.flow("f", "z"),
        d.chain("x", "j", "e"),
        d.chain("y", "j"),
        d.chain("z", "j"),
    ),
)
NESTED = d.model(
    *(d.start(), d.step("a"), d.chain("s", "a", "sub", "b", "e"), d.step("b"), d.end()),
    d.subprocess(
        "sub",
        *(d.start("s1"), d.step("c"), d.end("e1"), d.chain("s1", "c", "inner", "e1")),
        d.subprocess("inner", d.start("s2"), d.step("d"), d.end("e2"), d.chain("s2", "d", "e2")),
    ),
)
CHECKED = d.model(
    *(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e"), d.rule_check()),
    *(d.timer("t", "a", "checkpoint", ref="TT-01"), d.data_checkpoint("cp", "a", "TT-02"), d.chain("t", "rc")),
    d.chain("cp", "rc"),
    checkpoints=RULES,
)
LIMITED = d.model(
    *(d.start(), d.step("a"), d.step("b"), d.end(), d.end("e2"), d.chain("s", "a", "e"), d.chain("t", "b", "e2")),
    d.timer("t", "a", "PT2H", interrupting=True),
)
SUPERVISED = d.model(
    *(d.start(), d.chain("s", "sub", "e"), d.end(), d.rule_check()),
    d.subprocess("sub", d.start("s1"), d.step("a"), d.step("b"), d.end("e1"), d.chain("s1", "a", "b", "e1")),
    *(d.timer("t", "sub", "checkpoint", ref="TT-01"), d.chain("t", "rc")),
    checkpoints=d.checkpoint("TT-01", amount="5"),
)
SLEEPING = d.model(
    *(d.start(), d.step("a"), catch("wait", TIMER), d.handler("h", "issue", outputs="no"), d.step("b"), d.end()),
    d.chain("s", "a", "wait", "h", "b", "e"),
)
CALLED_OFF = d.model(
    *(d.start(), d.step("a"), d.step("b"), d.end(), d.end("e2"), d.chain("s", "a", "e"), d.chain("off", "b", "e2")),
    d.message("off", "a", "m", interrupting=True),
    extra=ASKED,
)
ASIDE = d.model(
    *(d.start(), d.step("a"), d.end(), d.end("e2"), d.chain("s", "a", "e"), d.chain("on", "h", "e2")),
    *(d.message("on", "a", "m", interrupting=False), d.handler("h", "issue", inputs="x=told", outputs="no")),
    extra=ASKED,
)
RECEIVING = d.model(
    *(d.start(), d.step("a"), '<receiveTask id="r" messageRef="m"/>', d.step("b"), d.end()),
    d.chain("s", "a", "r", "b", "e"),
    extra=ASKED,
)
RACE = d.model(
    *(d.start(), d.step("a"), d.gateway("g", "eventBased"), catch("wait", TIMER), catch("told", MESSAGE), d.end()),
    *(d.step("late"), d.step("b"), d.chain("s", "a", "g", "wait", "late", "e"), d.chain("g", "told", "b", "e")),
    extra=ASKED,
)
ISSUING = d.model(
    *(d.start(), d.step("a"), d.handler("h", "issue", inputs="to=applicant", outputs="no"), d.end()),
    *(d.handler("i", "issue", inputs="n=no"), d.gateway("g", default="f_g_b"), d.step("b"), d.step("c")),
    *(d.chain("s", "a", "h", "i", "g"), d.flow("g", "c", 'no = "Z-1"'), d.flow("g", "b"), d.chain("b", "e")),
    d.chain("c", "e"),
)
LOOPING = d.model(
    *(d.start(), d.gateway("back"), d.step("a"), d.gateway("again", default="f_again_b"), d.step("b"), d.end()),
    *(d.chain("s", "back", "a", "again"), d.flow("again", "back", "amount &lt; 3"), d.flow("again", "b")),
    d.chain("b", "e"),
)
AT_ONCE = d.model(
    *(d.start(), d.handler("h", "issue", inputs="to=applicant", outputs="no"), d.step("a"), d.end()),
    *(d.chain("s", "h", "a", "e"), d.timer("t", "a", "now + duration(hours)"), d.handler("i", "issue"), d.end("e2")),
    d.chain("t", "i", "e2"),
)
CUT = d.model(
    *(d.start(), d.gateway("f", "parallel"), d.step("a"), d.step("b"), d.chain("s", "f", "a", "over")),
    *('<endEvent id="over"><terminateEventDefinition/></endEvent>', d.end(), d.chain("f", "b", "e")),
)
ASKING = d.model(d.start(), d.handler("h", "ask"), d.step("a"), d.end(), d.chain("s", "h", "a", "e"), name="asking")
ANSWERING = d.model(
    *(d.start(), d.handler("h", "issue", outputs="no"), d.step("x"), d.end(), d.chain("s", "h", "x", "e")),
    name="answering",
)
CALLING = d.file(
    d.model(d.start(), d.step("a"), d.call("x", "q"), d.step("b"), d.end(), d.chain("s", "a", "x", "b", "e")),
    d.process("q", d.start("s1"), d.step("c"), d.end("e1"), d.chain("s1", "c", "e1")),
)
EACH = d.model(
    *(d.start(), d.step("a"), d.several(d.step("x"), "2"), d.several(d.handler("h", "issue"), "3", sequential=True)),
    *(d.step("b"), d.end(), d.chain("s", "a", "x", "h", "b", "e")),
)
FAILING = d.model(
    *(d.start(), d.step("b"), d.end(), d.end("e2"), d.chain("s", "sub", "e"), d.chain("caught", "b", "e2")),
    d.subprocess("sub", d.start("s1"), d.step("a"), d.over("e1", d.refers("error", "bad")), d.chain("s1", "a", "e1")),
    d.boundary("caught", "sub", d.refers("error", "bad")),
    extra=d.declared("error", "bad"),
)
LISTENING = d.model(
    *(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e")),
    d.event_subprocess("h", MESSAGE, d.step("b"), d.end("e2"), d.chain("h_start", "b", "e2")),
    extra=ASKED,
)
RINGING = d.model(
    *(d.start(), d.gateway("f", "parallel"), d.step("a"), d.throw("t", d.refers("signal", "bell")), d.end("e1")),
    *(d.catch("own", d.refers("signal", "bell")), d.step("b"), d.end(), d.chain("s", "f", "a", "t", "e1")),
    d.chain("f", "own", "b", "e"),
    extra=d.declared("signal", "bell"),
)
RISING = d.model(
    *(d.start(), d.step("a"), d.step("b"), d.end(), d.end("e2"), d.chain("s", "a", "b", "e")),
    *(d.boundary("c", "a", d.condition("amount &gt; 100"), False), d.handler("h", "issue"), d.chain("c", "h", "e2")),
)
REMINDING = d.model(
    *(d.start(), d.step("a"), d.end(), d.end("e2"), d.chain("s", "a", "e")),
    *(d.boundary("c", "a", d.cycle("R3/PT1H"), False), d.handler("h", "issue"), d.chain("c", "h", "e2")),
)
SCENES = (
    Scene("a step to the next", PLAIN, do("a", amount=1)),
    Scene("the last step", PLAIN, do("b"), (do("a"),)),
    Scene("a choice", CHOICE, do("a", amount=150)),
    Scene("the default way", CHOICE, do("a", amount=15)),
    Scene("a fork at the start", PARALLEL, START),
    Scene("a join that fires", PARALLEL, do("b"), (do("a"),)),
    Scene("an inclusive choice of two", INCLUSIVE, do("a", amount=9)),
    Scene("an inclusive join that fires", INCLUSIVE, do("y"), (do("a", amount=9), do("x"))),
    Scene("into a sub-process", NESTED, do("a")),
    Scene("out of two sub-processes at once", NESTED, do("d"), (do("a"), do("c"))),
    Scene("a data checkpoint", CHECKED, do("a", amount=4)),
    Scene("a rung in the worker", CHECKED, FIRE, (hours(3),)),
    Scene("two rungs and a step at once", CHECKED, do("a", amount=4), (hours(8),)),
    Scene("a limit on a whole sub-process", SUPERVISED, FIRE, (do("a"), hours(3))),
    Scene("a timer that takes the step away", LIMITED, FIRE, (hours(3),)),
    Scene("a timer between steps", SLEEPING, FIRE, (do("a"), hours(3))),
    Scene("a message that takes the step away", CALLED_OFF, SAY),
    Scene("a message aside", ASIDE, SAY),
    Scene("a message that is waited for", RECEIVING, SAY, (do("a"),)),
    Scene("the message of a race", RACE, SAY, (do("a"),)),
    Scene("the timer of a race", RACE, FIRE, (do("a"), hours(3))),
    Scene("two handlers and a choice", ISSUING, do("a", applicant="赵")),
    Scene("another round", LOOPING, do("a", amount=1), (do("a", amount=2),)),
    Scene("a handler and a timer at the start", AT_ONCE, START),
    Scene("an end that cuts the rest", CUT, do("a")),
    Scene("a job that starts a case", ASKING, Act("job"), (), (ANSWERING,)),
    Scene("a stopped clock", CHECKED, Act("suspend")),
    Scene("a clock that runs again", CHECKED, Act("resume"), (Act("suspend"), hours(1))),
    Scene("a longer limit", CHECKED, Act("extend")),
    Scene("a case withdrawn", NESTED, Act("cancel"), (do("a"),)),
    Scene("into a called process", CALLING, do("a")),
    Scene("the last of several, and three after it", EACH, do("x"), (do("a"), do("x"))),
    Scene("an error that is caught", FAILING, do("a")),
    Scene("an event sub-process", LISTENING, SAY),
    Scene("a signal", RINGING, do("a")),
    Scene("a condition that turns true", RISING, do("a", amount=150)),
    Scene("two reminders at once", REMINDING, FIRE, (hours(2.5),)),
    Scene("a case from elsewhere", CHECKED, Act("fold")),
)
