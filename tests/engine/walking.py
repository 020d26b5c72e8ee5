"""A walk through a model: the engine and the token game go the same way, step by step.

After every act what waits in the engine's rows must be what waits in the game.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zlib import crc32

from sqlalchemy import bindparam, cast, literal, null, select, union_all

from engine import Actor, Database, Runtime
from engine.clock import VirtualClock
from engine.db import UtcDateTime
from engine.jobs import run_waiting
from engine.linking import path_of
from engine.model import Definition
from engine.tables import history, subscription, task, timer
from engine.timers import Alone
from tests.engine import drawing as d
from tests.engine.game import Game, Waits
from tests.engine.game.chart import Event
from tests.engine.models.random.place import FAR, MESSAGES

CLERK = Actor("li", "李", frozenset({"clerk"}))
MOST_ACTS = 1000
PAUSE = timedelta(seconds=7)
# Another case, which answers what it is sent: the first message starts it, the next ones find it waiting.
ANSWERING = d.model(
    f'<startEvent id="s">{d.refers("message", FAR)}</startEvent>', d.end(), d.gateway("k"),
    d.throw("o", d.refers("message", MESSAGES[0])), d.gateway("g", default="f_g_c"), d.catch("c", d.refers("message", FAR)),
    d.chain("s", "k", "o", "g", "c", "k"), d.flow("g", "e", 'case.no = "none"'),
    name="answering", extra=d.declared("message", FAR, MESSAGES[0]),
)  # fmt: skip
SCOPES = ("subprocess", "callActivity", "eventSubProcess")


class Disagreement(AssertionError):
    """The engine does not do what the standard says."""


@dataclass(frozen=True)
class Option:
    """Something that can be done from outside."""

    kind: str  # complete | deliver | signal | timer | tell
    name: str
    id: str = ""


@dataclass(frozen=True)
class Rows:
    """What the database says of one case."""

    waits: Waits
    options: tuple[Option, ...]
    due: datetime | None
    due_together: tuple[str, ...]


class Walk:
    """One case of a model, in the engine and in the game; ``drawn`` is the game's where it is another.

    ``files``: the models that it calls, and the model, in the order in which they are deployed. What the bytes of the
    drawing are decides where the case begins: by hand, or by one of the events that start it.
    """

    def __init__(self, runtime: Runtime, clock: VirtualClock, *files: bytes, drawn: bytes = b"") -> None:
        self.runtime, self.clock = runtime, clock
        self.acts: list[str] = []
        data, self.name = _data(0), uuid4().hex
        drawn = drawn or files[-1]
        self.game = Game(drawn, data)
        entry = [None, *self.game.entries][crc32(drawn) % (1 + len(self.game.entries))]
        if FAR in self.game.sends:
            runtime.deploy(ANSWERING, by="designer")
        for xml in files:
            model = runtime.deploy(xml, by="designer")
        if entry is None:
            self.id = self._start(model, data)
        else:
            self.acts.append(f"{entry.event.kind} {entry.event.ref} {data}")
            self.game = Game(drawn, data, entry.id)
            self.id = self._begin(entry.event, data)
        self.state = self._carried()
        self.rows = self._agree()

    def _start(self, model: Definition, data: dict[str, int]) -> str:
        return self.runtime.start(
            model.name, version=model.version, business_key=self.name, district_code="1", scope="a",
            data=data, actor=CLERK, key=self.name,
        ).instance_id  # fmt: skip

    def _begin(self, event: Event, data: dict[str, int]) -> str:
        """An event starts the case."""
        told: dict[str, Any] = {"payload": {**data, "no": self.name}, "actor": CLERK, "key": self.name}
        told |= {"district_code": "1", "scope": "a"}
        if event.kind == "message":
            return self.runtime.publish(event.ref, correlation=self.name, **told).instance_id
        self.runtime.broadcast(event.ref, **told)
        (begun,) = self.runtime.query.instances(business_key=self.name)
        return begun.id

    def _carried(self) -> str:
        """The worker carries what the case sends, and what another case answers; the state of the case then."""
        if self.game.sends:
            while run_waiting(self.runtime, 100, Alone()):
                pass
            self.game.carry()
        return self.runtime.query.instance(self.id).state

    def go(self, choices: Sequence[int]) -> None:
        """Act by act as the choices say, then straight to the end."""
        for choice in choices:
            if self.state != "open":
                return
            self._act(self._chosen(choice), _data(choice))
        while self.state == "open":
            if len(self.acts) > MOST_ACTS:
                raise self._disagreement("the walk comes to no end")
            self._act(self._nearest_end(), _data(0))

    def _chosen(self, choice: int) -> Option:
        options = self.rows.options
        new = [one for one in options if one.name not in self.game.visited]
        options = tuple(new) if new and choice % 3 else options
        return options[choice // 3 % len(options)]

    def _nearest_end(self) -> Option:
        """What a token stands on; else time passes; what may happen beside tokens comes last."""
        beside = self.game.beside
        order = ("complete", "deliver", "signal", "timer", "tell")
        return min(
            self.rows.options,
            key=lambda one: (one.name in beside and one.kind != "timer", order.index(one.kind), one.name),
        )

    def _act(self, option: Option, data: dict[str, int]) -> None:
        key = f"{self.name}:{len(self.acts)}"
        now = self.clock.now() + PAUSE
        if self.rows.due is not None and (option.kind == "timer" or self.rows.due <= now):
            self.acts.append(f"timers {', '.join(self.rows.due_together)}")
            self.clock.move_to(self.rows.due)
            self.state = self.runtime.fire_due(self.id).state
            self.game.fire(self.rows.due_together)
        elif option.kind == "complete":
            self.acts.append(f"complete {option.name} {data}")
            self.clock.move_to(now)
            self.state = self._complete(option.id, data, key)
            self.game.complete(option.name, data)
        elif option.kind == "tell":
            self.acts.append(f"tell {data}")
            self.clock.move_to(now)
            self.state = self.runtime.enter(self.id, data=data, actor=CLERK, key=key).state
            self.game.tell(data)
        elif option.kind == "signal":
            self.acts.append(f"signal {option.id} {data}")
            self.clock.move_to(now)
            self.runtime.broadcast(option.id, payload=data, actor=CLERK, key=key)
            self.state = self.runtime.query.instance(self.id).state
            self.game.signal(option.id)
        else:
            self.acts.append(f"deliver {option.name} {data}")
            self.clock.move_to(now)
            self.state = self.runtime.deliver(self.id, option.id, payload=data, actor=CLERK, key=key).state
            self.game.deliver(option.id)
        self.state = self._carried() if self.game.sends else self.state
        self.rows = self._agree()

    def _complete(self, task: str, data: dict[str, int], key: str) -> str:
        """Steps side by side write the same fields here: what stands is replaced knowingly."""
        over = self.runtime.query.instance(self.id).data
        return self.runtime.complete(task, data=data, over=over, actor=CLERK, key=key).state

    def _agree(self) -> Rows:
        rows = rows_of(self.runtime.database, self.id)
        if not self.game.seen(rows.waits):
            raise self._disagreement(f"the engine waits for {rows.waits}, the game for {self.game.waits}")
        if not self.game.lost and self.game.ended != (self.state == "ended"):
            raise self._disagreement(f"the engine's case is {self.state}, the game ended: {self.game.ended}")
        return rows

    def _disagreement(self, what: str) -> Disagreement:
        return Disagreement("\n".join([what, "after:", *self.acts]))


def _found(kind: Any, name: Any, table: Any, *which: Any, due: Any = None) -> Any:
    kind = literal(kind).label("kind") if isinstance(kind, str) else kind.label("kind")
    due = cast(null(), UtcDateTime) if due is None else due
    row = (kind, table.c.element, name.label("name"), due.label("due"))
    return select(*row).where(table.c.instance_id == bindparam("id"), *which)


_ROWS = union_all(
    _found("person", task.c.id, task, task.c.state == "open"),
    _found("timer", timer.c.id, timer, timer.c.state == "armed", due=timer.c.due),
    _found(subscription.c.kind, subscription.c.name, subscription),
    _found("scope", null(), history, history.c.outcome == "open", history.c.kind.in_(SCOPES)),
)


def rows_of(database: Database, instance_id: str) -> Rows:
    """Open tasks, armed timers, subscriptions and running sub-processes."""
    with database.read() as connection:
        rows = connection.execute(_ROWS, {"id": instance_id}).all()
    found = {
        kind: sorted(
            (row for row in rows if row.kind == kind), key=lambda row: (row.due, _drawn(row.element), row.name)
        )
        for kind in ("person", "timer", "message", "signal", "condition", "scope")
    }
    timers = found["timer"]
    due = timers[0].due if timers else None
    together = tuple(_drawn(row.element) for row in timers if row.due == due)
    options = [Option("complete", _drawn(row.element), row.name) for row in found["person"]]
    options += [Option("deliver", _drawn(row.element), row.name) for row in found["message"]]
    options += [Option("signal", _drawn(row.element), row.name) for row in found["signal"]]
    options += [Option("timer", element) for element in together]
    options += [Option("tell", "data")] if found["condition"] else []
    waits = Waits(**{kind: Counter(_drawn(row.element) for row in of_kind) for kind, of_kind in found.items()})
    return Rows(waits, tuple(options), due, together)


def _drawn(element: str) -> str:
    """The id that the drawing of the whole gives an element, in whichever file it is deployed."""
    return element.removeprefix(path_of(element))


def _data(choice: int) -> dict[str, int]:
    """What a person enters: 0 leads out of every loop."""
    x, y, z, again, n = choice // 30, choice // 270, choice // 2430, choice // 21870, choice // 43740
    return {"x": 9 - x % 9, "y": 9 - y % 9, "z": 9 - z % 9, "again": again % 2, "n": n % 4}
