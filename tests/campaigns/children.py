"""The processes that are killed: a client that asks for random things, a worker that ticks."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from engine import Runtime
from engine.errors import ASKED_WRONGLY, EngineError, LostRaces
from engine.orders import Order
from tests.campaigns import planted
from tests.campaigns.acts import next_order
from tests.campaigns.notebook import Notebook, unanswered
from tests.campaigns.resting import rest
from tests.campaigns.world import World

FEW = 20


def client(world: World, name: str, seed: str) -> None:
    """Give again what was not answered before the last death, then one random order after the other, for ever."""
    runtime, choices = planted.runtime(world), Random(seed)
    path = world.folder / f"{name}.log"
    book = Notebook(path)
    for order in unanswered(path):
        give(runtime, book, order)
    while True:
        try:
            order = next_order(runtime, choices)
        except SQLAlchemyError:
            rest()
            continue
        book.intend(order)
        give(runtime, book, order, forgets=world.planted == planted.NEW_KEYS)


def give(runtime: Runtime, book: Notebook, order: Order, *, forgets: bool = False) -> None:
    """Until there is an answer, always with the same key; whoever forgets it asks for something new each time."""
    while True:
        try:
            outcome = runtime.give(order)
        except (LostRaces, SQLAlchemyError):
            rest()
            if forgets:
                order = replace(order, key=uuid4().hex)
        except ASKED_WRONGLY as error:
            book.refuse(order, error.code)
            return
        else:
            book.acknowledge(order, outcome)
            return


def worker(world: World, name: str, seed: str) -> None:
    """Fire what is due, run what waits and seal the journal, for ever."""
    runtime = planted.runtime(world)
    sealer, anchoring = world.sealing(runtime.database)
    while True:
        try:
            idle = runtime.tick(FEW) == 0
            if sealer.seal_if_due() is not None:
                anchoring.deliver()
        except (EngineError, SQLAlchemyError):
            idle = True  # A real worker logs it and ticks on.
        if idle:
            rest()
