"""The Merkle tree over sealed heads, grown leaf by leaf (RFC 6962, section 2.1).

Only the right edge is kept: one hash for each full subtree, so that adding a leaf and
computing the root cost the logarithm of the tree's size, whatever was sealed before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce


def leaf_bytes(chain: str, seq: int, head: str) -> bytes:
    """What a leaf says: this chain had, at this number, this hash."""
    return f"{chain}\n{seq}\n{head}\n".encode()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """The right edge of a tree of ``size`` leaves; ``peaks`` are its full subtrees, largest first."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    @classmethod
    def of(cls, size: int, peaks: Sequence[str]) -> Frontier:
        """From its stored form: the size, and the peaks in hexadecimal."""
        return cls(size, [bytes.fromhex(peak) for peak in peaks])

    def stored(self) -> list[str]:
        return [peak.hex() for peak in self.peaks]

    def add(self, leaf: bytes) -> None:
        node, size = hashlib.sha256(b"\x00" + leaf).digest(), self.size
        while size & 1:
            node = _node(self.peaks.pop(), node)
            size >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The tree's hash; of the empty tree the hash of nothing."""
        if not self.peaks:
            return hashlib.sha256().digest()
        return reduce(lambda right, left: _node(left, right), reversed(self.peaks))
