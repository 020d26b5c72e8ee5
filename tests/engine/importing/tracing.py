"""A trace: what a drawing says must happen, act by act, written before the model was run.

``traces/*.toml`` hold them. An act is a word and what it is about: ``start``, ``at`` (all that waits now), ``do`` (a
person's step), ``message``, ``signal``, ``time``, ``set`` (data from outside), ``end`` and ``passed`` (nodes that
must have been completed). The engine and the token game play it beside each other.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree
from sqlalchemy import select

from engine import Handlers, Runtime
from engine.clock import VirtualClock
from engine.db import Database
from engine.durations import parse_duration
from engine.entries import Begun
from engine.importing import bring
from engine.jobs import run_waiting
from engine.linking import path_of
from engine.lint.names import JC
from engine.orders import Order
from engine.tables import history, subscription
from engine.timers import Alone
from tests.engine.game import Game
from tests.engine.importing.gathering import gathered, renamed
from tests.engine.walking import CLERK, Rows, rows_of

TRACES = Path(__file__).parent / "traces"


class Differs(AssertionError):
    """The model does not do what its drawing says."""


@dataclass(frozen=True)
class Trace:
    """``file`` and the models that it calls, below the folder of the corpus.

    ``differs`` says where ours is not what the drawing says, "element: why", by the line of docs/profile.md that says so
    too; ``unread`` what of the drawing the game, written for those of our own tests, does not read.
    """

    file: str
    acts: tuple[str, ...]
    called: tuple[str, ...] = ()
    differs: str = ""
    unread: str = ""


def traces() -> Iterator[Trace]:
    for file in sorted(TRACES.glob("*.toml")):
        for one in tomllib.loads(file.read_text("utf-8"))["trace"]:
            acts, called = tuple(one.pop("acts")), tuple(one.pop("with", ()))
            yield Trace(acts=acts, called=called, **one)


class Played:
    """One case of a model of the corpus, in the engine and, as far as it reads the drawing, in the game."""

    def __init__(self, trace: Trace, folder: Path, database: Database, clock: VirtualClock) -> None:
        self.trace, self.clock, self.database = trace, clock, database
        drawings = [(folder / name).read_bytes() for name in (*trace.called, trace.file)]
        self.xml = brought(gathered(drawings))
        self.ids = renamed(drawings, self.xml)
        self.runtime = Runtime(database, clock, _idle(self.xml))
        self.model = self.runtime.deploy(self.xml, by="designer")
        self.game: Game | None = None
        self.unread = ""
        self.case = ""

    def play(self) -> None:
        """Raises Differs with the acts up to the one that did not go as written."""
        for number, act in enumerate(self.trace.acts):
            word, *rest = act.split()
            try:
                getattr(self, f"_{word}")(rest, f"act {number}")
            except Differs as error:
                raise Differs("\n".join([str(error), "in:", *self.trace.acts[: number + 1]])) from error

    def _start(self, rest: list[str], key: str) -> None:
        names, data = _read(rest)
        self._beside(lambda _: self._begin_game(names, data))
        if names:
            begun = Begun(self.model.name, names[0], data, "1", "1", "a", version=self.model.version)
            self.case = self.runtime.give(Order("begin", key, CLERK, None, begun.arguments)).instance_id
        else:
            self.case = self.runtime.start(
                self.model.name, business_key="1", district_code="1", scope="a", data=data, actor=CLERK, key=key
            ).instance_id
        self._carry()

    def _at(self, names: list[str], key: str) -> None:
        rows = self._rows()
        waits = rows.waits
        waiting = waits.person + waits.timer + waits.message + waits.signal + waits.condition
        found = Counter(self._drawn(name) for name in waiting.elements())
        if found != Counter(names):
            raise Differs(f"expected {sorted(names)} to wait, found {sorted(found.elements())}")
        if self._state() != "open":
            raise Differs(f"expected a case that goes on, found that it is {self._state()}")
        if self.game is not None and not self.game.seen(waits):
            raise Differs(f"expected the game to agree that {waits} wait, found {self.game.waits}")

    def _end(self, rest: list[str], key: str) -> None:
        if self._state() != "ended":
            raise Differs(f"expected the end of the case, found that it is {self._state()}: {self._rows().waits}")
        if self.game is not None and not (self.game.ended or self.game.lost):
            raise Differs(f"expected the game to have ended, found {self.game.waits}")

    def _passed(self, names: list[str], key: str) -> None:
        of_case = (history.c.instance_id == self.case, history.c.outcome == "completed")
        with self.database.read() as connection:
            done = {self._drawn(element) for element in connection.scalars(select(history.c.element).where(*of_case))}
        missing = sorted(set(names) - done)
        if missing:
            raise Differs(f"expected {missing} to have been completed, found only {sorted(done)}")

    def _do(self, rest: list[str], key: str) -> None:
        (name, *_), data = _read(rest)
        element, _, number = name.partition("#")
        open_steps = [
            one for one in self.runtime.query.tasks(instance_id=self.case) if self._drawn(one.element) == element
        ]
        if len(open_steps) < int(number or 1):
            raise Differs(f"expected the step {name} to be open, found {self._rows().waits.person}")
        # What stands is replaced knowingly, where steps side by side write the same field.
        over = self.runtime.query.instance(self.case).data
        step = open_steps[int(number or 1) - 1]
        self.runtime.complete(step.id, data=data, over=over, actor=CLERK, key=key)
        done = step.element.removeprefix(path_of(step.element))
        self._beside(lambda game: game.complete(done, data))
        self._carry()

    def _set(self, rest: list[str], key: str) -> None:
        _, data = _read(rest)
        self.runtime.enter(self.case, data=data, actor=CLERK, key=key)
        self._beside(lambda game: game.tell(data))
        self._carry()

    def _message(self, rest: list[str], key: str) -> None:
        (told, *_), data = _read(rest)
        name = self._awaited("message", told)
        self.runtime.deliver(self.case, name, payload=data, actor=CLERK, key=key)
        self._beside(lambda game: game.deliver(name))
        self._carry()

    def _signal(self, rest: list[str], key: str) -> None:
        (told, *_), data = _read(rest)
        name = self._awaited("signal", told)
        self.runtime.broadcast(name, payload=data, actor=CLERK, key=key)
        self._beside(lambda game: game.signal(name))
        self._carry()

    def _time(self, rest: list[str], key: str) -> None:
        """The clock goes on, and stops wherever something is due."""
        until = parse_duration(rest[0]).after(self.clock.now())
        while (rows := self._rows()).due is not None and rows.due <= until:
            self.clock.move_to(rows.due)
            self.runtime.fire_due(self.case)
            due = rows.due_together
            self._beside(lambda game, due=due: game.fire(due))
            self._carry()
        self.clock.move_to(until)

    def _awaited(self, kind: str, told: str) -> str:
        """The name under which an event waits that the trace calls by its name or by its element."""
        of_kind = (subscription.c.instance_id == self.case, subscription.c.kind == kind)
        with self.database.read() as connection:
            rows = connection.execute(select(subscription.c.name, subscription.c.element).where(*of_kind)).all()
        for row in rows:
            if told in (row.name, self._drawn(row.element)):
                return str(row.name)
        raise Differs(f"expected something to wait for the {kind} {told}, found {rows}")

    def _carry(self) -> None:
        """What the case sends arrives."""
        while run_waiting(self.runtime, 100, Alone()):
            pass
        self._beside(lambda game: game.carry() if game.sends else None)

    def _begin_game(self, names: list[str], data: dict[str, Any]) -> None:
        self.game = Game(self.xml, data, *names)

    def _beside(self, act: Callable[[Any], None]) -> None:
        """The game does the same, until it meets what it does not read: from there on it says nothing."""
        if self.unread:
            return
        try:
            act(self.game)
        except (KeyError, ValueError, TypeError) as error:
            self.game, self.unread = None, repr(error)

    def _drawn(self, element: str) -> str:
        """The id with which an element of the case is drawn, in whichever file."""
        name = element.removeprefix(path_of(element))
        return self.ids.get(name, name)

    def _rows(self) -> Rows:
        return rows_of(self.database, self.case)

    def _state(self) -> str:
        return self.runtime.query.instance(self.case).state


def brought(drawing: bytes) -> bytes:
    """The model of a drawing as it is deployed, with those that it calls; raises Differs where it is refused."""
    found = bring(drawing, kind="executable")
    if not found.models:
        raise Differs(
            "\n".join(["expected the drawing to be taken, found:", *(one.message_en for one in found.remarks)])
        )
    return found.models[0].xml


def _idle(xml: bytes) -> Handlers:
    """Services that do nothing."""
    handlers = Handlers()
    for name in {node.get("name") for node in etree.fromstring(xml).iter(f"{JC}handler")}:
        handlers.register(name, lambda call: {})
    return handlers


def _read(words: list[str]) -> tuple[list[str], dict[str, Any]]:
    """The names among the words of an act, and its values: ``field=JSON``."""
    data: Mapping[str, str] = dict(one.split("=", 1) for one in words if "=" in one)
    return [one for one in words if "=" not in one], {name: json.loads(text) for name, text in data.items()}
