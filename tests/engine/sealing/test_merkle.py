"""The tree that grows leaf by leaf is the tree of RFC 6962, and growing it costs next to nothing."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from engine.sealing.merkle import Frontier
from tests.engine.sealing.second_verifier import tree_head


@given(st.lists(st.binary(max_size=40), max_size=34))
def test_the_root_is_that_of_the_whole_tree_after_every_leaf(leaves: list[bytes]) -> None:
    tree = Frontier()
    for number, leaf in enumerate(leaves):
        assert tree.root() == tree_head(leaves[:number])
        tree.add(leaf)
    assert tree.root() == tree_head(leaves)
    assert tree.size == len(leaves)


def test_the_tree_of_nothing_has_the_hash_of_nothing() -> None:
    assert Frontier().root() == hashlib.sha256(b"").digest()


def test_a_tree_goes_on_from_its_stored_edge() -> None:
    whole, first = Frontier(), Frontier()
    leaves = [b"%d" % number for number in range(100)]
    for leaf in leaves[:37]:
        first.add(leaf)
    second = Frontier.of(first.size, first.stored())
    for leaf in leaves[37:]:
        second.add(leaf)
    for leaf in leaves:
        whole.add(leaf)
    assert second.root() == whole.root()


def test_a_million_leaves_leave_at_most_twenty_hashes() -> None:
    tree = Frontier(2**20 - 1, [bytes(32)] * 20)
    assert len(tree.peaks) == 20
    tree.add(b"one more")
    assert len(tree.peaks) == 1
