"""A second verifier, written apart from the first: whole in memory, recursive, signatures by a library.

It answers one question, whether an export is whole, and is compared with the product's verifier
on forged journals. Written from the rules in the head of that program, not from its code.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha256(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()


def tree_head(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it stands there."""
    if len(leaves) == 0:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + tree_head(leaves[:split]) + tree_head(leaves[split:]))


def opened(note: str, keys: Sequence[str]) -> bool:
    """Whether a note has a signature by one of the keys."""
    body, signatures = note.split("\n\n")
    for line in signatures.strip().split("\n"):
        _, name, value = line.split(" ")
        for key in keys:
            known, key_id, public = key.split("+", 2)
            raw = b64decode(value)
            if known == name == body.split("\n")[0] and raw[:4].hex() == key_id:
                try:
                    Ed25519PublicKey.from_public_bytes(b64decode(public)[1:]).verify(raw[4:], (body + "\n").encode())
                    return True
                except InvalidSignature:
                    pass
    return False


def is_whole(lines: Sequence[str], keys: Sequence[str], anchors: Sequence[str] | None, demand: bool) -> bool:
    """Whether chains, tree, seals and anchors all agree."""
    found: dict[str, list[Any]] = defaultdict(list)
    for line in lines:
        for kind, value in json.loads(line).items():
            found[kind].append(value)
    chains = defaultdict(list)
    for entry in found["entry"]:
        chains[entry["chain"]].append(entry)
    return (
        all(_chain_holds(chain) for chain in chains.values())
        and _heads_hold(chains, found["leaf"])
        and _seals_hold(found["seal"], found["leaf"], keys, demand)
        and (anchors is None or _extends(found["leaf"], anchors, keys))
    )


def _chain_holds(chain: list[dict[str, Any]]) -> bool:
    previous = "0" * 64
    for number, entry in enumerate(chain):
        parts = [entry["chain"], f"{number + 1}", entry["at"], entry["kind"], entry["actor"], entry["body"], previous]
        if entry["seq"] != number + 1 or entry["previous"] != previous:
            return False
        previous = sha256("\n".join(parts).encode()).hex()
        if entry["hash"] != previous:
            return False
    return True


def _heads_hold(chains: dict[str, list[dict[str, Any]]], leaves: list[list[Any]]) -> bool:
    sealed = {(chain, seq): head for _, chain, seq, head in leaves}
    stored = {(entry["chain"], entry["seq"]): entry["hash"] for chain in chains.values() for entry in chain}
    ends = [chain[-1] for chain in chains.values()]
    return all(stored.get(place) == head for place, head in sealed.items()) and all(
        (end["chain"], end["seq"]) in sealed or end["waiting"] == end["hash"] for end in ends
    )


def _seals_hold(seals: list[list[Any]], leaves: list[list[Any]], keys: Sequence[str], demand: bool) -> bool:
    if not seals:
        return not leaves and not demand
    previous = "-"
    for index, (number, size, note) in enumerate(seals, 1):
        text = note.split("\n\n")[0].split("\n")
        root = tree_head([_leaf(leaf) for leaf in leaves[:size]])
        if number != index or text[1:4] != [f"{size}", b64encode(root).decode(), f"seal {index}"]:
            return False
        if text[6] != f"previous {previous}":
            return False
        previous = b64encode(sha256(note.encode())).decode()
    longest: dict[str, int] = {}
    for _, chain, seq, _ in leaves:
        longest[chain] = max(seq, longest.get(chain, 0))
    newest = seals[-1][2]
    return (
        seals[-1][1] == len(leaves)
        and f"\nentries {sum(longest.values())}\n" in newest
        and all(opened(note, keys) for _, _, note in seals)
    )


def _extends(leaves: list[list[Any]], anchors: Sequence[str], keys: Sequence[str]) -> bool:
    for note in anchors:
        _, size, root, *_ = note.split("\n")
        if int(size) > len(leaves) or b64decode(root) != tree_head([_leaf(leaf) for leaf in leaves[: int(size)]]):
            return False
    return bool(anchors) and opened(anchors[-1], keys)


def _leaf(leaf: list[Any]) -> bytes:
    _, chain, seq, head = leaf
    return "".join(f"{part}\n" for part in (chain, seq, head)).encode()
