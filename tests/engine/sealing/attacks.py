"""What somebody with the database, and perhaps the key, can do to a journal (trust model, section 4)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.journal import Chain
from tests.engine.sealing.logs import Log

LAYERS = ("chain", "seals", "anchors")


@dataclass(frozen=True)
class Attack:
    """A way to forge, and the weakest layer that must catch it (None: nobody can). ``anchored``: seals held outside."""

    forge: Callable[[Log, random.Random], None]
    caught_by: str | None
    anchored: int = 3

    def caught(self, layer: str) -> bool:
        return self.caught_by is not None and LAYERS.index(layer) >= LAYERS.index(self.caught_by)


def somewhere(log: Log, dice: random.Random) -> tuple[list[dict[str, Any]], int]:
    """A chain of two entries or more, and an index in it that is not the last."""
    rows = dice.choice([rows for rows in log.entries.values() if len(rows) > 1])
    return rows, dice.randrange(len(rows) - 1)


def edit(log: Log, dice: random.Random) -> None:
    rows, at = somewhere(log, dice)
    name, value = dice.choice((("body", "{}"), ("actor", "nobody"), ("kind", "ended"), ("hash", "0" * 64)))
    rows[at][name] = value


def delete(log: Log, dice: random.Random) -> None:
    rows, at = somewhere(log, dice)
    del rows[at]


def delete_and_renumber(log: Log, dice: random.Random) -> None:
    delete(log, dice)
    for rows in log.entries.values():
        for seq, row in enumerate(rows, 1):
            row["seq"] = seq


def insert(log: Log, dice: random.Random) -> None:
    rows, at = somewhere(log, dice)
    rows.insert(at + 1, {**rows[at], "body": '{"forged":true}'})


def reorder(log: Log, dice: random.Random) -> None:
    rows, at = somewhere(log, dice)
    first, second = rows[at], rows[at + 1]
    for name in ("kind", "actor", "body", "at", "hash"):
        first[name], second[name] = second[name], first[name]


def rechained(rows: list[dict[str, Any]], start: int) -> None:
    """Give the entries from ``start`` on hashes that fit, as the writer's own code computes them."""
    end = Chain("1", rows[0]["chain"], start, rows[start - 1]["hash"]) if start else Chain("1", rows[0]["chain"])
    for row in rows[start:]:
        end.append(row["kind"], row["actor"], row["at"], row["at"], {"rewritten": row["body"]})
    rows[start:] = end.rows


def truncate(log: Log, dice: random.Random) -> None:
    """Cut the tail of a chain down into what the newest seal covers."""
    chain = dice.choice(list(log.entries))
    del log.entries[chain][log.seen[-1][chain] - 1 :]
    if not log.entries[chain]:
        del log.entries[chain]


def truncate_with_newest_seal(log: Log, dice: random.Random) -> None:
    """Take the newest seal, its leaves and everything they covered away."""
    log.seals.pop()
    del log.leaves[log.seals[-1][0] :]
    for chain, rows in log.entries.items():
        del rows[log.seen[-2][chain] :]
    log.seen.pop()


def rewrite(log: Log, dice: random.Random) -> None:
    rechained(dice.choice(list(log.entries.values())), 0)


def rewrite_and_drop_seals(log: Log, dice: random.Random) -> None:
    rewrite(log, dice)
    log.leaves, log.seals = [], []


def rewrite_and_resign(log: Log, dice: random.Random) -> None:
    rewrite(log, dice)
    log.reseal(log.signer)


def rewrite_after_last_anchor(log: Log, dice: random.Random) -> None:
    """Only what came after the last anchor, with the key: the window that nobody can close."""
    for chain, rows in log.entries.items():
        if len(rows) > log.seen[1][chain]:
            rechained(rows, log.seen[1][chain])
    log.reseal(log.signer)


ATTACKS = {
    "edit one entry": Attack(edit, "chain"),
    "delete one entry": Attack(delete, "chain"),
    "delete one entry and renumber": Attack(delete_and_renumber, "chain"),
    "insert an entry": Attack(insert, "chain"),
    "reorder two entries": Attack(reorder, "chain"),
    "truncate the tail, seals kept": Attack(truncate, "seals"),
    "truncate the tail and the newest seal": Attack(truncate_with_newest_seal, "anchors"),
    "rewrite a chain, seals kept": Attack(rewrite, "seals"),
    "rewrite a chain, all seals dropped": Attack(rewrite_and_drop_seals, "seals"),
    "rewrite a chain, re-sign with the stolen key": Attack(rewrite_and_resign, "anchors"),
    "rewrite what came after the last anchor": Attack(rewrite_after_last_anchor, None, anchored=2),
}
