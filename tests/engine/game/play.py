"""One case of the game: acts from outside, and every marking the standard allows after them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.engine.game.chart import read
from tests.engine.game.flowing import Flowing, let_go
from tests.engine.game.happenings import broadcast, trigger
from tests.engine.game.marking import Catch, Scope, catches, copied, key, open_scope, scopes

PEOPLE = ("userTask", "manualTask")
THROWS = ("sendTask", "intermediateThrowEvent", "endEvent")
OUTSIDE = ("timer", "message", "signal", "conditional")
MOST_MARKINGS = 40


@dataclass(frozen=True)
class Waits:
    """How many of each element wait: for a person, a timer, a message, a signal, a condition; and scopes that run."""

    person: Counter[str]
    timer: Counter[str]
    message: Counter[str]
    signal: Counter[str]
    condition: Counter[str]
    scope: Counter[str]


class Game:
    """``markings`` are those that could be; ``seen`` drops the ones that are not.

    Where many instances in each other stand on one element, and it cannot be seen which of them
    an act was for, there can be too many: then the game is ``lost`` and says nothing any more.
    """

    def __init__(self, xml: bytes, data: Mapping[str, int], start: str = "") -> None:
        self.visited: set[str] = set()
        self.data, self.lost = dict(data), False
        self._processes = read(xml, self.visited)
        self.beside = {name for level in self._processes.values() for name in level.beside()}
        events = [node for level in self._processes.values() for node in level.events()]
        # What leaves the case: the worker carries it to others, and perhaps back.
        self.sends = {one.event.ref for one in events if one.event.kind in ("message", "signal") and one.kind in THROWS}
        main = next(iter(self._processes.values()))
        self.entries = [node for node in main.starts if node.event.kind != "none"]
        self.markings = [open_scope(main, start=start)]
        self._settle()

    @property
    def ended(self) -> bool:
        return all(marking.is_done for marking in self.markings)

    @property
    def waits(self) -> list[Waits]:
        return [_waits(marking) for marking in self.markings]

    def seen(self, waits: Waits) -> bool:
        """Keep the markings in which just these wait; False when there is none: then they stay."""
        agreeing = [marking for marking in self.markings if _waits(marking) == waits]
        self.markings = agreeing or self.markings
        return bool(agreeing) or self.lost

    def complete(self, element: str, data: Mapping[str, int]) -> None:
        """A person does a step; what is entered may take the step away before it is done."""
        self.tell(data)
        self._one_of(lambda catch: catch.node.id == element, may_be_gone=True)

    def tell(self, data: Mapping[str, int]) -> None:
        """Data of the case become known."""
        if self.lost:
            return
        self.data.update(data)
        self._settle()

    def deliver(self, message: str) -> None:
        """One of those who wait for a message gets it; what it carries is not declared, so the data stay."""
        self._one_of(lambda catch: (catch.node.event.kind, catch.node.event.ref) == ("message", message))

    def signal(self, name: str) -> None:
        """All who wait for a signal get it; what it carries is not declared, so the data stay."""
        if self.lost:
            return
        for marking in self.markings:
            broadcast(marking, name)
        self._settle()

    def fire(self, elements: Iterable[str]) -> None:
        """Timers that are due together go off one after the other; one may withdraw the next."""
        for element in elements:
            self._one_of(lambda catch, due=element: catch.node.id == due, may_be_gone=True)

    def carry(self) -> None:
        """What was sent is brought to who waits for it, in any order; what nobody waits for is kept."""
        carried: dict[Any, Scope] = {}
        while self.markings and not self.lost:
            going = self.markings
            self.markings = []
            for marking in going:
                further = list(_brought(marking))
                self.markings += further
                if not further:
                    carried[key(marking)] = marking
            self._settle()
        self.markings += carried.values()

    def _one_of(self, wanted: Callable[[Catch], bool], *, may_be_gone: bool = False) -> None:
        if self.lost:
            return
        found: list[Scope] = []
        for marking in self.markings:
            places = [number for number, catch in enumerate(catches(marking)) if wanted(catch)]
            for place in places:
                new = copied(marking)
                trigger(list(catches(new))[place])
                found.append(new)
            if not places and may_be_gone:
                found.append(marking)
        assert found, "expected an act that the game can follow"
        self.markings = found
        self._settle()

    def _settle(self) -> None:
        self.markings = [one for marking in self.markings for one in self._conditions_met(marking)]
        for marking in self.markings:
            Flowing(marking, self._processes, self.data).settle()
        self.markings = list({key(marking): marking for marking in self.markings}.values())
        self.lost = self.lost or len(self.markings) > MOST_MARKINGS

    def _conditions_met(self, marking: Scope) -> list[Scope]:
        """Where conditions turned true together, every order in which they may be met."""
        turned = Flowing(marking, self._processes, self.data).turned()
        if len(turned) < 2:
            return [marking]
        found: list[Scope] = []
        for place in range(len(turned)):
            new = copied(marking)
            let_go(Flowing(new, self._processes, self.data).turned()[place])
            found += self._conditions_met(new)
            if len(found) > MOST_MARKINGS:
                break
        return found


def _brought(marking: Scope) -> Iterator[Scope]:
    """The markings after one message that was sent has come to one who waits for it."""
    for name in +marking.sent:
        for place, catch in enumerate(catches(marking)):
            if (catch.node.event.kind, catch.node.event.ref) == ("message", name):
                new = copied(marking)
                new.sent[name] -= 1
                trigger(list(catches(new))[place])
                yield new


def _waits(marking: Scope) -> Waits:
    found = list(catches(marking))
    by_kind = {
        kind: Counter(one.node.id for one in found if one.node.event.kind == kind and one.node.kind not in PEOPLE)
        for kind in OUTSIDE
    }
    return Waits(
        Counter(one.node.id for one in found if one.node.kind in PEOPLE),
        by_kind["timer"],
        by_kind["message"],
        by_kind["signal"],
        by_kind["conditional"],
        Counter(_name(one) for one in scopes(marking) if one is not marking),
    )


def _name(scope: Scope) -> str:
    return scope.handler if scope.run is None else scope.run.activity.node.id
