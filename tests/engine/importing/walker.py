"""A walk through any model, from its start to an end: what it reads is given values until the way goes on.

It knows nothing of what the model is about: the values to try are those that its own conditions compare with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

from lxml import etree

from engine import Actor, Handlers, Runtime
from engine.clock import VirtualClock
from engine.db import Database
from engine.entries import Begun
from engine.errors import EngineError
from engine.feel import FeelSyntaxError, parse
from engine.lint.names import BPMN, JC, local
from engine.model import Definition
from engine.orders import Order
from engine.spiff import compile_diagram
from tests.engine.walking import Option, rows_of

ANYBODY = Actor("li", "李", frozenset({"clerk"}))
MOST_ACTS, MOST_TRIES = 300, 60
TIMES = ("timeDate", "timeDuration", "timeCycle")
TEXTS = ("conditionExpression", "condition", "loopCardinality", "loopCondition", "completionCondition", *TIMES)
COMPARED = re.compile(r"([^\W\d]\w*(?:\.\w+)*)\)?\s*(?:<=|>=|!=|=|<|>)\s*(\"[^\"]*\"|\d+(?:\.\d+)?|true|false)")
ORDERED = re.compile(r"([^\W\d]\w*)\s*(?:<=|>=|<|>)\s*([^\W\d]\w*)")


class Stalled(AssertionError):
    """A walk that comes to no end, with its acts."""


def walk(xml: bytes, database: Database, clock: VirtualClock, walks: int = 5) -> list[str]:
    """The acts of one case of the model from start to end; raises Stalled where several walks come to none.

    One walk may take a branch behind which a join waits for ever, if the drawing allows that.
    """
    for seed in range(walks):
        try:
            return _Walk(xml, database, clock, Random(seed)).go()
        except Stalled as error:
            stalled = error
    raise stalled


class _Walk:
    def __init__(self, xml: bytes, database: Database, clock: VirtualClock, random: Random) -> None:
        self.values, self.random, self.clock = dict(values(xml)), random, clock
        self.runtime = Runtime(database, clock, self._handlers(xml))
        self.xml, self.acts, self.name = xml, list[str](), uuid4().hex
        self.events = only_events(xml)

    def go(self) -> list[str]:
        model = self.runtime.deploy(self.xml, by="designer")
        case = self._until_it_goes(lambda data, key: self._start(model, data, key))
        while self.runtime.query.instance(case).state == "open":
            if len(self.acts) > MOST_ACTS:
                raise Stalled(f"no end after {MOST_ACTS} acts: {self.acts[-10:]}")
            self._act(case)
        return self.acts

    def _start(self, model: Definition, data: dict[str, Any], key: str) -> str:
        """Where people begin, else at an event that begins a case."""
        if self.events:
            begun = Begun(model.name, self.random.choice(self.events), data, self.name, "1", "a", version=model.version)
            return self.runtime.give(Order("begin", key, ANYBODY, None, begun.arguments)).instance_id
        return self.runtime.start(
            model.name, business_key=self.name, district_code="1", scope="a", data=data, actor=ANYBODY, key=key
        ).instance_id

    def _act(self, case: str) -> None:
        rows = rows_of(self.runtime.database, case)
        options = [one for one in rows.options if one.kind != "timer"] or list(rows.options)
        if not options:
            raise Stalled(f"nothing to do after {self.acts[-10:]}")
        chosen = self.random.choice(options)
        later = self.clock.now() + timedelta(seconds=7)
        if chosen.kind == "timer" or (rows.due is not None and rows.due <= later):
            assert rows.due is not None
            self.clock.move_to(rows.due)
            self.runtime.fire_due(case)
            chosen = Option("timer", ", ".join(rows.due_together))
        else:
            self.clock.move_to(later)
            self._until_it_goes(lambda data, key: self._do(case, chosen, data, key))
        self.acts.append(f"{chosen.kind} {chosen.name}")

    def _do(self, case: str, option: Option, data: dict[str, Any], key: str) -> None:
        if option.kind == "complete":
            self.runtime.complete(option.id, data=data, actor=ANYBODY, key=key)
        elif option.kind == "tell":
            self.runtime.enter(case, data=data, actor=ANYBODY, key=key)
        elif option.kind == "signal":
            self.runtime.broadcast(option.id, payload=data, actor=ANYBODY, key=key, district_code="1", scope="a")
        else:
            self.runtime.deliver(case, option.id, payload=data, actor=ANYBODY, key=key)

    def _until_it_goes(self, act: Any) -> Any:
        error: Exception | None = None
        for number in range(MOST_TRIES):
            try:
                return act(self._data(), f"{self.name}:{len(self.acts)}:{number}")
            except EngineError as found:
                error = found
        raise Stalled(f"no values lead on after {self.acts[-10:]}: {error}") from error

    def _data(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for path, candidates in self.values.items():
            *above, last = path.split(".")
            inside = data
            for part in above:
                inside = inside.setdefault(part, {})
            inside[last] = self.random.choice(candidates)
        return data

    def _handlers(self, xml: bytes) -> Handlers:
        handlers = Handlers()
        for name in {node.get("name") for node in etree.fromstring(xml).iter(f"{JC}handler")}:
            handlers.register(name, lambda call: self._data())
        return handlers


def values(xml: bytes) -> Iterator[tuple[str, list[Any]]]:
    """The fields that the expressions of a model read, each with values worth a try."""
    root = etree.fromstring(xml)
    texts = {(local(node), "".join(node.itertext()).strip()) for tag in TEXTS for node in root.iter(f"{BPMN}{tag}")}
    compared: dict[str, list[Any]] = {}
    for _, text in texts:
        for name, literal in COMPARED.findall(text):
            compared.setdefault(name, []).extend(_around(literal))
        for pair in ORDERED.findall(text):
            for name in pair:
                compared.setdefault(name, [0, 1])
    collections = {(node.text or "").strip() for node in root.iter(f"{BPMN}loopDataInputRef")}
    names = {(tag, name) for tag, text in texts for name in _names(text)} | {("", name) for name in collections}
    for tag, name in sorted(names):
        if name in collections:
            yield name, [["a", "b"]]
        elif tag in TIMES:
            yield name, ["PT1H"]
        elif tag == "loopCardinality":
            yield name, [2]
        else:
            yield name, compared.get(name) or [True, False]


def only_events(xml: bytes) -> list[str]:
    """The start events of a model of which one has to be chosen, since only events begin it."""
    starts = [node for node in compile_diagram(xml).diagram.elements.values() if node.tag == "startEvent"]
    outer = [node for node in starts if node.parent is None]
    return [node.id for node in outer] if len(outer) > 1 and all(node.event is not None for node in outer) else []


def _names(text: str) -> frozenset[str]:
    try:
        return parse(text).names
    except FeelSyntaxError:
        return frozenset()


def _around(literal: str) -> list[Any]:
    if literal in ("true", "false"):
        return [True, False]
    if literal.startswith('"'):
        return [literal[1:-1], "something else"]
    number = float(literal)
    return [number - 1, number, number + 1]
