"""``four_eyes``: acts that one person may not do together (handler and reviewer, reviewer and approver)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from monitors.facts import Facts
from monitors.rules.model import Rule, Verdict, merged, undetermined

Named = tuple[str, str | None]  # what it is called, and the person's id


class FourEyes:
    """``actors``: pairs of persons that must differ, as ids or as contexts with ``actor`` or ``id``;
    ``steps``: step codes whose actors must all differ, over all passages of a step."""

    name = "four_eyes"
    parameters = frozenset({"actors", "steps"})
    required: frozenset[str] = frozenset()  # one of the two
    reads = ("steps.actor", "actors.actor", "actors.id")
    correctable = False

    def evaluate(self, rule: Rule, facts: Facts) -> Verdict:
        """Whether all that must differ do."""
        readings = [reading for name in ("actors", "steps") if (reading := rule.read(name, facts))]
        if not readings:
            return Verdict(None, note="neither actors nor steps is given")
        if any(not reading.sound for reading in readings):
            return undetermined(*readings)
        values = merged(*readings)
        try:
            pairs = list(self._pairs(rule, facts))
        except ValueError as error:
            return Verdict(None, values=values, note=str(error))
        missing = {name: None for pair in pairs for name, person in pair if not person}
        if missing:
            return Verdict(None, tuple(missing), values)
        people = {name: person for pair in pairs for name, person in pair}
        same = [[a[0], b[0], a[1]] for a, b in pairs if a[1] == b[1]]
        return Verdict(not same, values={**values, **people}, told={"same": same, **people})

    def _pairs(self, rule: Rule, facts: Facts) -> Iterator[tuple[Named, Named]]:
        actors, steps = rule.read("actors", facts), rule.read("steps", facts)
        if actors is not None:
            for number, pair in enumerate(_list(actors.value, "actors"), 1):
                if not isinstance(pair, list) or len(pair) != 2:
                    raise ValueError(f"expected actors[{number}] as a pair, found {pair!r}")
                first, second = ((f"actors[{number}][{place}]", _person(value)) for place, value in enumerate(pair, 1))
                yield first, second
        if steps is not None:
            yield from _between_steps([str(code) for code in _list(steps.value, "steps")], facts)


def _between_steps(codes: list[str], facts: Facts) -> Iterator[tuple[Named, Named]]:
    """Every passage of one step against every passage of another; what was not done is not compared."""
    passages = {
        code: [
            (f"steps[{code}]#{step.occurrence}.actor", facts.actor_of(step))
            for step in facts.done_steps
            if step.code == code
        ]
        for code in codes
    }
    for one, other in combinations(codes, 2):
        yield from ((a, b) for a in passages[one] for b in passages[other])


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"expected {name} as a list, found {value!r}")
    return value


def _person(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("actor", value.get("id"))
    return None if value is None else str(value)
