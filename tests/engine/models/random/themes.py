"""What the models of a campaign are about: chains of constructs in each other, every pair about as often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from itertools import combinations
from random import Random

from tests.engine.models.random.constructs import INNER, OUTER, family

Chain = tuple[str, ...]
Theme = tuple[Chain, ...]
Pairs = Counter[tuple[str, str]]


def families(available: Collection[str]) -> list[tuple[str, str]]:
    """Every pair (outer, inner) that can be drawn; BPMN lets each of them stand in each other."""
    outer = [family(name) for name in OUTER if name in available]
    inner = [family(name) for name in INNER if name in available]
    return sorted({(one, two) for one in outer for two in inner})


def themes(available: Collection[str], seed: int, drawn: Pairs, chains: int = 2, depth: int = 5) -> Iterator[Theme]:
    """Without end; the pairs that are least in ``drawn``, which grows meanwhile, come next."""
    chance = Random(f"themes:{seed}")
    outer = [name for name in OUTER if name in available]
    inner = [name for name in INNER if name in available]
    while True:
        theme = []
        planned: Pairs = Counter({pair: drawn[pair] for pair in families(available)})
        for _ in range(chains):
            theme.append(_chain(chance, planned, outer, inner, depth))
            planned.update(combinations(map(family, theme[-1]), 2))
        yield tuple(theme)


def _chain(chance: Random, planned: Pairs, outer: list[str], inner: list[str], depth: int) -> Chain:
    """From the rarest pair down, each next construct the one that makes the rarest pairs with those around it."""
    least = min(planned.values())
    first = chance.choice([pair for pair, count in planned.items() if count == least])[0]
    chain = [chance.choice([name for name in outer if family(name) == first])]
    while len(chain) < depth:
        choices = inner if len(chain) == depth - 1 else outer
        chain.append(min(choices, key=lambda name: (_known(chain, name, planned), chance.random())))
    return tuple(chain)


def _known(chain: list[str], name: str, planned: Pairs) -> float:
    """How well known the pairs are that a construct makes with those around it."""
    return -sum(0.5 ** planned[family(outer), family(name)] for outer in chain)
