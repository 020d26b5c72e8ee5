"""What the models of a campaign are about: chains of constructs in each other, every pair about as often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from itertools import combinations
from random import Random

from tests.engine.models.random.constructs import INNER, OUTER, family

Chain = tuple[str, ...]
Theme = tuple[Chain, ...]


def families(available: Collection[str]) -> list[tuple[str, str]]:
    """Every pair (outer, inner) that can be drawn; BPMN lets each of them stand in each other."""
    outer = [family(name) for name in OUTER if name in available]
    inner = [family(name) for name in INNER if name in available]
    return sorted({(one, two) for one in outer for two in inner})


def themes(available: Collection[str], seed: int, chains: int = 3, depth: int = 4) -> Iterator[Theme]:
    """Without end; the pair that was planned least comes next."""
    chance = Random(f"themes:{seed}")
    outer = [name for name in OUTER if name in available]
    inner = [name for name in INNER if name in available]
    planned = Counter(dict.fromkeys(families(available), 0))
    while True:
        theme = tuple(_chain(chance, planned, outer, inner, depth) for _ in range(chains))
        for chain in theme:
            planned.update(combinations(map(family, chain), 2))
        yield theme


def _chain(chance: Random, planned: Counter[tuple[str, str]], outer: list[str], inner: list[str], depth: int) -> Chain:
    """The rarest pair at the top, and whatever chance gives below and between."""
    least = min(planned.values())
    first, second = chance.choice([pair for pair, count in planned.items() if count == least])
    head = chance.choice([name for name in outer if family(name) == first])
    wanted = chance.choice([name for name in inner if family(name) == second])
    if wanted not in outer:
        return (head, *chance.choices(outer, k=depth - 2), wanted)
    return (head, wanted, *chance.choices(outer, k=depth - 3), chance.choice(inner))
