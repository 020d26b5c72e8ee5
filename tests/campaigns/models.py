"""Five small processes whose cases keep clients and workers busy: people, timers, messages, signals, other cases."""

from __future__ import annotations

from tests.engine import drawing as d


def _timer(text: str) -> str:
    return f"<timerEventDefinition><timeDuration>{text}</timeDuration></timerEventDefinition>"


# A permit: a handler at the start, two rungs on a step, a choice that leads back, a fork, a question at any time.
PERMIT = d.model(
    *(d.start(), d.handler("open", "issue", outputs="no"), d.gateway("back"), d.step("receive")),
    *(d.gateway("again", default="f_again_fork"), d.gateway("fork", "parallel"), d.step("check"), d.step("visit")),
    *(d.gateway("join", "parallel"), d.handler("close", "issue", outputs="no"), d.step("sign"), d.end()),
    *(
        d.chain("s", "open", "back", "receive", "again"),
        d.flow("again", "back", "round &lt; 1"),
        d.flow("again", "fork"),
    ),
    *(d.chain("fork", "check", "join", "close", "sign", "e"), d.chain("fork", "visit", "join")),
    *(d.timer("late", "receive", "checkpoint", ref="TT-01"), d.data_checkpoint("entered", "receive", "TT-02")),
    *(d.rule_check(), d.chain("late", "rc"), d.chain("entered", "rc"), d.message("asked", "check", "m", False)),
    *(d.handler("told", "issue", outputs="no"), d.end("e2"), d.chain("asked", "told", "e2")),
    name="permit",
    extra='<message id="m" name="question"/>',
    checkpoints=d.checkpoint("TT-01", amount="5") + d.checkpoint("TT-02", "expression", must="true"),
)
# One case starts another and waits for its answer.
ASKING = d.model(
    *(d.start(), d.step("prepare"), d.handler("ask", "ask"), '<receiveTask id="wait" messageRef="m"/>'),
    *(d.step("read"), d.end(), d.chain("s", "prepare", "ask", "wait", "read", "e")),
    name="asking",
    extra='<message id="m" name="answer"/>',
)
ANSWERING = d.model(
    *(d.start(), d.step("consider"), d.handler("reply", "reply"), d.end(), d.chain("s", "consider", "reply", "e")),
    name="answering",
)
# One case wakes others: whoever listens waits for a signal or for a while, inside a step that a timer may take away.
WAKING = d.model(
    *(d.start(), d.step("order"), d.catch("pause", _timer("PT20S")), d.throw("call", d.refers("signal", "sig"))),
    *(d.step("note"), d.end(), d.chain("s", "order", "pause", "call", "note", "e")),
    name="waking",
    extra='<signal id="sig" name="morning"/>',
)
LISTENING = d.model(
    *(d.start(), d.chain("s", "sub", "g"), d.timer("enough", "sub", "PT90S", interrupting=True), d.step("over")),
    d.subprocess("sub", d.start("s1"), d.step("lie"), d.step("rest"), d.end("e1"), d.chain("s1", "lie", "rest", "e1")),
    *(d.chain("enough", "over", "e2"), d.end("e2"), d.gateway("g", "eventBased")),
    *(d.catch("heard", d.refers("signal", "sig")), d.catch("slept", _timer("PT3M")), d.step("rise"), d.end()),
    *(d.chain("g", "heard", "rise", "e"), d.chain("g", "slept", "rise")),
    name="listening",
    extra='<signal id="sig" name="morning"/>',
)
MODELS = (PERMIT, ASKING, ANSWERING, WAKING, LISTENING)
STARTED_BY_PEOPLE = ("permit", "permit", "asking", "waking", "listening")
