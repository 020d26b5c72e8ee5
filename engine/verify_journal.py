"""Verifies the journal, alone: it shares no code with the writer and needs only Python.

Run as ``python verify_journal.py [--key VERIFIER]... [--anchors FILE] [--demand] < export``. It
reads what ``jiancha journal export`` writes, one JSON object a line, in this order:

* ``{"leaf": [position, chain, seq, hash]}`` the sealed heads, from position 0 on, and between them
  ``{"seal": [number, size, note]}`` after the last leaf that it covers;
* ``{"entry": {chain seq at kind actor body previous hash position waiting}}`` ordered by chain and
  seq; ``position`` is that of the leaf for this entry, ``waiting`` the hash that waits for a seal;
* ``{"lost": [position, chain, seq, hash]}`` the leaves whose entry is gone.

The rules, in full:

1. An entry's hash is the SHA-256 of chain, seq, at (ISO 8601 in UTC), kind, actor, body and previous,
   joined by newlines; the first of a chain has number 1 and 64 zeros before it; numbers follow each other.
2. Leaves make an RFC 6962 tree; a leaf's bytes are chain, seq and hash, each with a newline. Every leaf
   has its entry, with the same hash. The last entry of every chain is a leaf, or waits for the next seal.
3. Seals are C2SP tlog-checkpoint notes, numbered from 1; size and root are the tree's there; each names
   the hash of the note before. The newest is signed by a key that was given, and so is every one after
   which the key changes: the hashes bind the others. Its count of entries is that of the sealed ones.
4. With ``--demand`` there is at least one seal.
5. Every anchor's root is that of our tree at its size, so nothing sealed then has gone; the last is signed.

Prints one JSON object: ``entries``, ``broken_at`` (the first fault, or null), ``seals``, ``sealed`` (entries
below the newest seal), ``anchors``. Exit status 1 when something is broken, 2 when it cannot be read.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

FIELDS = ("chain", "seq", "at", "kind", "actor", "body", "previous")
DASH = "\N{EM DASH} "


class Broken(Exception):
    """The first fault found: where, and in words."""

    def __init__(self, why: str, **where: Any) -> None:
        super().__init__(why)
        self.where = {"chain": None, "seq": None, **where, "why": why}


# -- Ed25519 (RFC 8032, section 5.1): verification only, so nothing here is secret ---------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]


def _plus(a: Point, b: Point) -> Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return i * j % P, k * m % P, j * k % P, i * m % P


def _times(factor: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = _plus(result, point)
        point = _plus(point, point)
        factor >>= 1
    return result


def _point(raw: bytes) -> Point | None:
    number = int.from_bytes(raw, "little")
    y, sign = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature holds."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or BASE is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = _times(s, BASE), _plus(r, _times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# -- notes ---------------------------------------------------------------------------------


class Note:
    """A signed note: its text, what it states, and its signatures by name and key id."""

    def __init__(self, note: str) -> None:
        self.note = note
        text, _, below = note.rpartition("\n\n")
        self.text = text + "\n"
        try:
            self.origin, size, root, *more = text.split("\n")
            self.size, self.root = int(size), base64.b64decode(root, validate=True)
            self.says = dict(line.split(" ", 1) for line in more)
            self.entries = int(self.says["entries"])
            self.signatures = dict(_signature(line) for line in below.splitlines())
        except (ValueError, KeyError) as error:
            raise Broken("a note that is not a checkpoint of ours") from error

    def signed(self, keys: dict[str, bytes]) -> bool:
        """Whether one of the keys given, under the name of the origin, signed the text."""
        return any(
            key in keys and key.startswith(self.origin + "+") and signed_by(keys[key], self.text.encode(), signature)
            for key, signature in self.signatures.items()
        )


def _signature(line: str) -> tuple[str, bytes]:
    name, encoded = line.removeprefix(DASH).split(" ")
    raw = base64.b64decode(encoded, validate=True)
    return f"{name}+{raw[:4].hex()}", raw[4:]


def verifiers(lines: Iterable[str]) -> dict[str, bytes]:
    """Public keys by name and id, from their ``name+id+key`` form; the id is checked."""
    found = {}
    for line in lines:
        name, key_id, encoded = line.split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        if hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != key_id or raw[:1] != b"\x01":
            raise ValueError(f"expected a verifier key of Ed25519, found {line}")
        found[f"{name}+{key_id}"] = raw[1:]
    return found


def notes(lines: Iterable[str]) -> Iterator[Note]:
    """The notes of a file: one after the other, empty lines between them do not matter."""
    text: list[str] = []
    signed = False
    for line in (*(line.rstrip("\r\n") for line in lines), "end"):
        if signed and not line.startswith(DASH):
            yield Note("\n".join(text) + "\n")
            text, signed = [], False
        if text or line:
            text.append(line)
        signed = line.startswith(DASH)
    if text != ["end"]:
        raise Broken("the anchors end in the middle of a note")


# -- the tree and the chains ---------------------------------------------------------------


def leaf_hash(chain: str, seq: int, head: str) -> bytes:
    return hashlib.sha256(b"\x00" + f"{chain}\n{seq}\n{head}\n".encode()).digest()


class Tree:
    """Leaves in the order in which they were sealed: their hashes, and the right edge."""

    def __init__(self) -> None:
        self.leaves = bytearray()
        self.met = bytearray()
        self.edge: list[tuple[int, bytes]] = []

    @property
    def size(self) -> int:
        return len(self.met)

    def add(self, leaf: bytes) -> None:
        self.leaves += leaf
        self.met.append(0)
        level, node = 0, leaf
        while self.edge and self.edge[-1][0] == level:
            node = hashlib.sha256(b"\x01" + self.edge.pop()[1] + node).digest()
            level += 1
        self.edge.append((level, node))

    def root(self) -> bytes:
        if not self.edge:
            return hashlib.sha256(b"").digest()
        node = self.edge[-1][1]
        for _, left in reversed(self.edge[:-1]):
            node = hashlib.sha256(b"\x01" + left + node).digest()
        return node

    def has(self, position: int, leaf: bytes) -> bool:
        """Whether this is the leaf there; it counts as met."""
        known = 0 <= position < self.size and self.leaves[32 * position : 32 * position + 32] == leaf
        if known:
            self.met[position] = 1
        return known


class Verifier:
    """Reads an export once, line by line; raises Broken at the first fault."""

    def __init__(self, keys: dict[str, bytes], anchors: list[Note] | None, *, demand: bool) -> None:
        self.keys, self.anchors, self.demand = keys, anchors, demand
        self.expected: dict[int, set[bytes]] = {}
        for note in anchors or ():
            self.expected.setdefault(note.size, set()).add(note.root)
        self.entries = self.seals = self.sealed = 0
        self.tree = Tree()
        self.note: Note | None = None
        self.chain: str | None = None
        self.seq, self.hash, self.settled, self.sealed_here = 0, "0" * 64, True, 0

    def read(self, lines: Iterable[str]) -> None:
        """Check an export; raises Broken."""
        take: dict[str, Callable[[Any], None]] = {
            "leaf": self._leaf,
            "seal": self._seal,
            "entry": self._entry,
            "lost": self._lost,
        }
        self._anchored()
        for line in lines:
            ((kind, value),) = json.loads(line).items()
            take[kind](value)
        self._end_of_chain()
        self._end()

    def _leaf(self, value: list[Any]) -> None:
        position, chain, seq, head = value
        if position != self.tree.size:
            raise Broken(f"expected the sealed head at {self.tree.size}, found {position}", chain=chain, seq=seq)
        self.tree.add(leaf_hash(chain, seq, head))
        self._anchored()

    def _anchored(self) -> None:
        roots = self.expected.pop(self.tree.size, None)
        if roots is not None and roots != {self.tree.root()}:
            raise Broken(f"the tree of {self.tree.size} heads is not the one that was anchored outside")

    def _seal(self, value: list[Any]) -> None:
        number, size, text = value
        self.seals += 1
        if number != self.seals:
            raise Broken(f"expected seal {self.seals}, found {number}", seal=number)
        note = Note(text)
        before = base64.b64encode(hashlib.sha256(self.note.note.encode()).digest()).decode() if self.note else "-"
        stated = (note.size, note.root, note.says.get("seal"), note.says.get("previous"))
        if size != self.tree.size or stated != (size, self.tree.root(), str(number), before):
            raise Broken("the seal does not state the tree, its number or the seal before it", seal=number)
        if self.note is not None and self.note.signatures.keys() != note.signatures.keys():
            self._signed(self.note, "seal")
        self.note = note

    def _signed(self, note: Note, what: str) -> None:
        if not note.signed(self.keys):
            raise Broken(f"the {what} is not signed by a key that was given", seal=note.says.get("seal"))

    def _entry(self, entry: dict[str, Any]) -> None:
        self.entries += 1
        if entry["chain"] != self.chain:
            self._end_of_chain()
            self.chain, self.seq, self.hash, self.sealed_here = entry["chain"], 0, "0" * 64, 0
        where = {"chain": self.chain, "seq": entry["seq"]}
        if entry["seq"] != self.seq + 1:
            raise Broken(f"expected entry {self.seq + 1}, found {entry['seq']}", **where)
        if entry["previous"] != self.hash:
            raise Broken("the hash before it is not that of the entry before it", **where)
        line = "\n".join(str(entry[field]) for field in FIELDS)
        if hashlib.sha256(line.encode()).hexdigest() != entry["hash"]:
            raise Broken("its hash is not that of its content", **where)
        self.seq, self.hash = entry["seq"], entry["hash"]
        self._covered(entry, where)

    def _covered(self, entry: dict[str, Any], where: dict[str, Any]) -> None:
        self.settled = entry["waiting"] == entry["hash"]
        if entry["position"] is None:
            return
        if not self.tree.has(entry["position"], leaf_hash(entry["chain"], entry["seq"], entry["hash"])):
            raise Broken("its hash is not the one that was sealed", **where)
        self.settled, self.sealed_here = True, entry["seq"]

    def _end_of_chain(self) -> None:
        if not self.settled:
            raise Broken("the last entry is neither sealed nor waiting for a seal", chain=self.chain, seq=self.seq)
        self.sealed += self.sealed_here
        self.sealed_here = 0

    def _lost(self, value: list[Any]) -> None:
        _, chain, seq, _ = value
        raise Broken("a sealed entry has gone", chain=chain, seq=seq)

    def _end(self) -> None:
        if 0 in self.tree.met:
            raise Broken(f"the entry of the sealed head at {self.tree.met.index(0)} has gone")
        if self.note is not None:
            self._signed(self.note, "newest seal")
            if (self.note.size, self.note.entries) != (self.tree.size, self.sealed):
                raise Broken(
                    f"the newest seal states {self.note.entries} entries under {self.note.size} heads, "
                    f"found {self.sealed} under {self.tree.size}"
                )
        elif self.tree.size:
            raise Broken("there are sealed heads without a seal")
        if self.demand and self.note is None:
            raise Broken("expected at least one seal, found none")
        if self.anchors is not None:
            self._extends_anchors()

    def _extends_anchors(self) -> None:
        if not self.anchors:
            raise Broken("expected at least one anchor, found none")
        if self.expected:
            size = max(self.expected)
            raise Broken(f"expected the {size} sealed heads that were anchored outside, found {self.tree.size}")
        self._signed(self.anchors[-1], "last anchor")


def verify(lines: Iterable[str], keys: Iterable[str] = (), anchors: Iterable[str] | None = None,
           *, demand: bool = False) -> dict[str, Any]:  # fmt: skip
    """What is found in an export: ``entries broken_at seals sealed anchors``."""
    verifier, broken = Verifier(verifiers(keys), None, demand=demand), None
    try:
        if anchors is not None:
            verifier = Verifier(verifier.keys, list(notes(anchors)), demand=demand)
        verifier.read(lines)
    except Broken as found:
        broken = found.where
    return {
        "entries": verifier.entries,
        "broken_at": broken,
        "seals": verifier.seals,
        "sealed": verifier.sealed,
        "anchors": None if verifier.anchors is None else len(verifier.anchors),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify an export of the journal.")
    parser.add_argument("--key", action="append", default=[], metavar="VERIFIER")
    parser.add_argument("--anchors", metavar="FILE")
    parser.add_argument("--demand", action="store_true", help="there must be a seal")
    given = parser.parse_args()
    try:
        anchors = None
        if given.anchors:
            with open(given.anchors, encoding="utf-8") as file:
                anchors = file.readlines()
        found = verify(sys.stdin, given.key, anchors, demand=given.demand)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        deque(sys.stdin, maxlen=0)  # Whoever writes to us must be able to finish.
    print(json.dumps(found))
    return 1 if found["broken_at"] else 0


if __name__ == "__main__":
    sys.exit(main())
