"""Who works in the synthetic city, by role and place; from plain rows of an organisation file."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any

ANY = "*"


class Staff:
    """Finds people; always in the order of the file, so that a seed gives the same people."""

    def __init__(self, people: Iterable[Mapping[str, Any]]) -> None:
        self._people = tuple(people)
        self._known: dict[tuple[str, str, str], tuple[str, ...]] = {}

    def of(self, role: str, district: str, department: str) -> tuple[str, ...]:
        """Everybody who holds that role for that department."""
        key = (role, district, department)
        if key not in self._known:
            self._known[key] = tuple(
                person["id"]
                for person in self._people
                if any(_covers(grant, *key) for grant in person.get("grants", ()))
            )
        return self._known[key]

    def pick(self, rng: random.Random, role: str, place: tuple[str, str], *but: str) -> str:
        """One of them, not one of ``but``. A chief is no plain clerk, though he may stand in for one."""
        found = [person for person in self.of(role, *place) if person not in but]
        if role == "clerk":
            found = [person for person in found if person not in self.of("section_chief", *place)] or found
        return rng.choice(found)

    def both(self, first: str, second: str, place: tuple[str, str]) -> str | None:
        """The first who holds both roles there."""
        others = self.of(second, *place)
        return next((person for person in self.of(first, *place) if person in others), None)


def _covers(grant: Mapping[str, Any], role: str, district: str, department: str) -> bool:
    return grant["role"] == role and grant["district"] in (ANY, district) and grant["department"] in (ANY, department)
