"""Models whose element tree is bent: refused with remarks, or deployed, begun and walked a few acts."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from lxml import etree

from engine import Database, Handlers, Runtime
from engine.clock import VirtualClock, cpu_seconds
from engine.errors import CommandFailed, EngineError, ModelRefused
from engine.feel import FeelError
from monitors.rules import names
from tests.conftest import ROOT
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Office
from tests.engine.fuzzing.attacks import ATTACKS
from tests.engine.fuzzing.expressions import Tally
from tests.engine.walking import rows_of

LARGEST = 20_000  # bytes of a model of the corpora
PYTHONS = re.compile(
    r"\b(Type|Key|Attribute|Index|Value|Assertion|Recursion|Name|Unbound|ZeroDivision|Overflow|Memory)\w*Error\b"
)
EXPRESSIONS = [
    "true",
    "false",
    "x > 1",
    "null",
    "1",
    "-1",
    "1e9",
    '"a"',
    "[1, 2]",
    "step completed",
    "case.no",
    "count(xs) > 1",
    "xs",
    "not(x)",
    "checkpoint",
    "item",
    "1 +",
]
TIMES = [
    "P1D",
    "PT0S",
    "-P1D",
    "P99999999999M",
    "R/PT0S",
    "R3/PT1H",
    "2026-03-12T00:00:00Z",
    "0000-00-00",
    "P",
    "now",
    'duration("PT5M")',
    "R/P1D/",
    "checkpoint",
]
PLAIN = [
    "",
    "true",
    "false",
    "a",
    "x",
    "s",
    "e",
    "0",
    "-1",
    "1000000",
    "each",
    "clerk",
    "rule_check",
    "issue",
    "a.b",
    "Root",
    "申",
    "1 1",
    "jc:x",
    "<",
    "a" * 300,
]
DATA: dict[str, Any] = {"x": 2, "xs": [1, 2, 3], "again": False, "n": 2, "amount": 5}


def seeds() -> list[Any]:
    """The models that come with the product, and small ones of many constructs."""
    files = [file.read_bytes() for file in sorted((ROOT / "bpmn").rglob("*.bpmn"))]
    return [etree.fromstring(xml) for xml in (*files, *_drawn())]


def decisions() -> tuple[bytes, ...]:
    """The decisions that come with the product's models."""
    return tuple(file.read_bytes() for file in sorted((ROOT / "bpmn").rglob("*.dmn")))


def _drawn() -> Iterator[bytes]:
    yield d.model(
        *(d.start(), d.step("a"), d.gateway("g", default="f_g_b"), d.step("b"), d.step("c"), d.end()),
        *(d.chain("s", "a", "g"), d.flow("g", "b"), d.flow("g", "c", "x &gt; 1"), d.chain("b", "e"), d.chain("c", "e")),
    )
    yield d.model(
        *(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e"), d.timer("t", "a", "checkpoint", ref="C-1")),
        *(d.data_checkpoint("k", "a", "C-1"), d.rule_check(), d.chain("t", "rc"), d.flow("k", "rc")),
        checkpoints=d.checkpoint("C-1", amount="5", unit='"hour"'),
    )
    yield d.model(
        *(
            d.start(),
            d.several(d.step("a"), collection="xs", item="x", until="numberOfCompletedInstances &gt; 1"),
            d.end(),
        ),
        *(
            d.loop(d.step("l"), "again", maximum="3"),
            d.chain("s", "a", "l", "e"),
            d.timer("t", "l", "PT1H"),
            d.end("te"),
            d.chain("t", "te"),
        ),
    )
    yield d.model(
        *(
            d.start(),
            d.gateway("f", "parallel"),
            d.step("a"),
            d.handler("h", "issue", "no=case.no", "order_no"),
            d.gateway("j", "parallel"),
        ),
        *(
            d.end(),
            d.chain("s", "f", "a", "j", "e"),
            d.chain("f", "h", "j"),
            d.message("m", "a", "paid", False),
            d.end("me"),
            d.chain("m", "me"),
        ),
        extra=d.declared("message", "paid"),
    )
    inner = d.subprocess("x", d.start("i"), d.step("u"), d.over("o", d.refers("error", "bad")), d.chain("i", "u", "o"))
    yield d.model(
        *(
            d.start(),
            inner,
            d.end(),
            d.chain("s", "x", "e"),
            d.boundary("b", "x", d.refers("error", "bad")),
            d.end("be"),
            d.chain("b", "be"),
        ),
        *(
            d.event_subprocess(
                "ev", d.refers("signal", "sig"), d.end("ee"), d.chain("ev_start", "ee"), interrupting=False
            ),
        ),
        extra=d.declared("error", "bad") + d.declared("signal", "sig"),
    )
    called = d.process("q", d.start("qs"), d.step("qu"), d.end("qe"), d.chain("qs", "qu", "qe"))
    yield d.file(
        d.model(
            d.start(),
            d.call("k", "q"),
            d.catch("w", "<timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition>"),
            d.end(),
            d.chain("s", "k", "w", "e"),
        ),
        called,
    )


def foreign(folder: Path) -> list[Any]:
    """The smaller models of the corpora that are XML."""
    found = []
    for file in sorted(folder.rglob("*.bpmn")):
        if file.stat().st_size <= LARGEST:
            try:
                found.append(
                    etree.fromstring(file.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True))
                )
            except etree.XMLSyntaxError:
                continue
    return found


def bend(root: Any, chance: Random) -> None:
    """One change of the tree."""
    nodes = [node for node in root.iter() if node is not root and isinstance(node.tag, str)]
    if not nodes:
        return
    node, other = chance.choice(nodes), chance.choice(nodes)
    kind = chance.randrange(9)
    if kind == 0:
        node.getparent().remove(node)
    elif kind == 1:
        node.addnext(copy.deepcopy(node))
    elif kind in (2, 3) and other not in list(node.iter()):
        other.append(node) if kind == 2 else other.addnext(node)
    elif kind == 4:
        node.tag = other.tag
    elif kind == 5:
        _write(chance.choice([one for one in nodes if one.text and one.text.strip()] or nodes), chance)
    elif node.attrib:
        name = chance.choice(list(node.attrib))
        if kind == 6:
            del node.attrib[name]
        else:
            node.set(name, _value(nodes, chance))


def _write(node: Any, chance: Random) -> None:
    texts = TIMES if "time" in str(node.tag) else EXPRESSIONS
    choice = chance.choice([*texts, *texts, chance.choice(ATTACKS)])
    node.text = re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", choice)


def _value(nodes: list[Any], chance: Random) -> str:
    ids = [node.get("id") for node in nodes if node.get("id")]
    return (
        chance.choice([chance.choice(ids), chance.choice(ids), chance.choice(PLAIN), chance.choice(EXPRESSIONS)])
        if ids
        else chance.choice(PLAIN)
    )


def _handlers() -> Handlers:
    """Whatever the product's models call is there, and gives nothing back."""
    handlers = Office().handlers()
    called = {node.get("name") for root in seeds() for node in root.iter("{urn:jiancha:bpmn:1}handler")}
    for name in sorted(called - {"rule_check", "issue"}):
        handlers.register(name, lambda call: {})
    handlers.names["timed"] = names()["timed"]
    return handlers


class Bender:
    """Deploys, begins and walks bent models on one database."""

    def __init__(self, database: Database, clock: VirtualClock, seed: int) -> None:
        self.clock, self.chance, self.tally = clock, Random(seed), Tally()
        self.runtime, self.decisions = Runtime(database, clock, _handlers()), decisions()
        self.number = 0

    def run(self, roots: list[Any], count: int) -> Tally:
        """So many models, each bent one to three times; small ones more often than large ones."""
        weights = [1 / sum(1 for _ in root.iter()) for root in roots]
        for root in self.chance.choices(roots, weights, k=count):
            self.number += 1
            root = copy.deepcopy(root)
            for _ in range(self.chance.randrange(1, 4)):
                bend(root, self.chance)
            xml = etree.tostring(root)
            begun = cpu_seconds()
            try:
                self.tally.outcomes[self._try(xml)] += 1
            except Exception as error:  # Whatever else it is, it was not declared.
                self.tally.outcomes["undeclared"] += 1
                self.tally.wrong.append(f"model {self.number}: {type(error).__name__}: {error}")
            self.tally.took(cpu_seconds() - begun, f"model {self.number}")
        return self.tally

    def _try(self, xml: bytes) -> str:
        try:
            model = self.runtime.deploy(xml, by="designer", decisions=self.decisions)
        except ModelRefused as error:
            assert error.facts["remarks"] and all(one.message_zh and one.message_en for one in error.facts["remarks"])
            return "refused"
        try:
            case = self.runtime.start(
                model.name, version=model.version, business_key=str(self.number), district_code="1", scope="a", data=DATA, actor=CLERK, key=f"{self.number}"
            ).instance_id  # fmt: skip
        except EngineError as error:
            _declared(error)
            return "not begun"
        for act in range(5):
            self._act(case, act)
        for incident in self.runtime.query.incidents(instance_id=case):
            assert not PYTHONS.search(str(incident)), incident
        return "walked"

    def _act(self, case: str, act: int) -> None:
        options = rows_of(self.runtime.database, case).options
        option = self.chance.choice(options) if options else None
        key = f"{self.number}:{act}"
        try:
            if option is None or option.kind == "timer":
                self.clock.advance(timedelta(hours=1))
                self.runtime.tick(20)
            elif option.kind == "complete":
                self.runtime.complete(option.id, data=DATA, actor=CLERK, key=key)
            elif option.kind == "deliver":
                self.runtime.deliver(case, option.id, payload=DATA, actor=CLERK, key=key)
            else:
                self.runtime.broadcast(option.id, payload=DATA, actor=CLERK, key=key)
        except EngineError as error:
            _declared(error)


def _declared(error: EngineError) -> None:
    """An error of the engine's whose causes are declared too: nothing of Python's hides behind it."""
    cause: BaseException | None = error
    while cause is not None:
        if not isinstance(cause, EngineError | FeelError):
            raise AssertionError(f"{type(cause).__name__} behind {type(error).__name__}: {error}") from error
        cause = cause.__cause__
    assert not (isinstance(error, CommandFailed) and PYTHONS.search(error.message)), error.message
