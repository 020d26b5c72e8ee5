"""Journals made up in memory, sealed and anchored as the writer would: what attackers are let loose on."""

from __future__ import annotations

import random
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.casedata import dumps
from engine.journal import Chain
from engine.sealing import Signer
from engine.sealing.merkle import Frontier, leaf_bytes
from engine.sealing.notes import Statement, note_hash

START = datetime(2026, 3, 11, tzinfo=UTC)
KINDS = ("completed", "message", "due_moved", "timer_fired")


@dataclass
class Log:
    """Entries by chain, leaves, seals, and the heads that wait; ``phase`` says how many entries each seal saw."""

    signer: Signer
    entries: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    leaves: list[tuple[str, int, str]] = field(default_factory=list)
    seals: list[tuple[int, str]] = field(default_factory=list)  # size, note
    seen: list[dict[str, int]] = field(default_factory=list)  # per seal: how long each chain was

    def copy(self) -> Log:
        found = Log(self.signer)
        found.entries, found.seen = deepcopy(self.entries), deepcopy(self.seen)
        found.leaves, found.seals = list(self.leaves), list(self.seals)
        return found

    @property
    def notes(self) -> list[str]:
        return [note for _, note in self.seals]

    def append(self, chain: str, dice: random.Random) -> None:
        """One more entry, as the writer appends it."""
        rows = self.entries.setdefault(chain, [])
        end = Chain("1", chain, len(rows), rows[-1]["hash"]) if rows else Chain("1", chain)
        at = START + timedelta(seconds=dice.randrange(10**6))
        end.append(dice.choice(KINDS), f"clerk{dice.randrange(9)}", at, at, {"n": dice.randrange(10**6)})
        rows += end.rows

    def seal(self) -> None:
        """A seal over every chain that is longer than at the seal before."""
        before = self.seen[-1] if self.seen else {}
        now = {chain: len(rows) for chain, rows in self.entries.items()}
        for chain, length in sorted(now.items()):
            if length > before.get(chain, 0):
                self.leaves.append((chain, length, self.entries[chain][-1]["hash"]))
        self.seen.append(now)
        self.sign(len(self.leaves), sum(now.values()))

    def sign(self, size: int, entries: int) -> None:
        tree = Frontier()
        for leaf in self.leaves[:size]:
            tree.add(leaf_bytes(*leaf))
        number, previous = len(self.seals) + 1, note_hash(self.seals[-1][1]) if self.seals else None
        at = START + timedelta(minutes=number)
        statement = Statement(self.signer.name, number, size, tree.root(), entries, at, previous)
        self.seals.append((size, self.signer.sign(statement.text())))

    def reseal(self, signer: Signer) -> None:
        """All seals anew, over the entries as they are now: what a stolen key allows."""
        times, self.signer = len(self.seals), signer
        lengths = self.seen
        self.leaves, self.seals, self.seen = [], [], []
        whole = self.entries
        for number in range(times):
            self.entries = {chain: rows[: lengths[number].get(chain, 0)] for chain, rows in whole.items()}
            self.entries = {chain: rows for chain, rows in self.entries.items() if rows}
            self.seal()
        self.entries = whole

    def lines(self, *, seals: bool = True) -> list[str]:
        """The export; without seals, of a journal that was never sealed."""
        leaves = self.leaves if seals else []
        found: list[dict[str, Any]] = []
        position = 0
        for number, (size, note) in enumerate(self.seals if seals else [], 1):
            found += [{"leaf": [at, *leaf]} for at, leaf in enumerate(leaves[:size]) if at >= position]
            found.append({"seal": [number, size, note]})
            position = max(position, size)
        found += [{"leaf": [at, *leaf]} for at, leaf in enumerate(leaves) if at >= position]
        at_place = {(chain, seq): at for at, (chain, seq, _) in enumerate(leaves)}
        for _, rows in sorted(self.entries.items()):
            found += [{"entry": self._entry(row, at_place, row is rows[-1])} for row in rows]
        there = {(row["chain"], row["seq"]) for rows in self.entries.values() for row in rows}
        found += [{"lost": [at, *leaf]} for at, leaf in enumerate(leaves) if leaf[:2] not in there][:1]
        return [dumps(one) for one in found]

    @staticmethod
    def _entry(row: dict[str, Any], places: dict[tuple[str, int], int], last: bool) -> dict[str, Any]:
        """Whoever forges makes the end of a chain wait for its seal, if that helps."""
        place = places.get((row["chain"], row["seq"]))
        shown = {name: row[name] for name in ("chain", "seq", "kind", "actor", "body", "previous", "hash")}
        waiting = row["hash"] if last and place is None else None
        return shown | {"at": row["at"].isoformat(), "position": place, "waiting": waiting}


def grown(signer: Signer, seed: int, *, chains: int = 4, seals: int = 3) -> Log:
    """A journal with some seals; every chain moved before the first, some moved between any two and after the last."""
    dice, log = random.Random(seed), Log(signer)
    names = [f"case{number}" for number in range(chains)]
    for moved in [names, *([*names[:1], *dice.sample(names, 2)] for _ in range(seals - 1))]:
        for chain in moved:
            for _ in range(dice.randint(1, 3)):
                log.append(chain, dice)
        log.seal()
    for chain in dice.sample(names, 2):
        log.append(chain, dice)
    return log
