"""Verifies journal chains, alone: it shares no code with the writer and needs only Python.

Reads one JSON object a line from standard input, ordered by chain and number, with the
fields ``chain seq at kind actor body previous hash``; ``at`` is ISO 8601 in UTC, ``body``
the text as it is stored. Prints one JSON object: how many entries there were, and where
the first chain breaks, or null. Exit status 1 when one is broken.

The rule, in full: an entry's hash is the SHA-256 of its chain, number, instant, kind, actor,
body and the hash before it, joined by newlines; the first entry of a chain has number 1 and
64 zeros before it; numbers follow each other.
"""

import hashlib
import json
import sys
from collections.abc import Iterable
from typing import Any

FIELDS = ("chain", "seq", "at", "kind", "actor", "body", "previous")


def fault(entry: dict[str, Any], expected_seq: int, expected_previous: str) -> str | None:
    """What is wrong with an entry, or None."""
    if entry["seq"] != expected_seq:
        return f"expected entry {expected_seq}, found {entry['seq']}"
    if entry["previous"] != expected_previous:
        return "the hash before it is not that of the entry before it"
    line = "\n".join(str(entry[field]) for field in FIELDS)
    if hashlib.sha256(line.encode()).hexdigest() != entry["hash"]:
        return "its hash is not that of its content"
    return None


def verify(lines: Iterable[str]) -> tuple[int, dict[str, Any] | None]:
    """``(entries, broken_at)`` of an iterable of JSON lines."""
    chain: str | None = None
    seq, previous, entries = 0, "0" * 64, 0
    for line in lines:
        entry = json.loads(line)
        entries += 1
        if entry["chain"] != chain:
            chain, seq, previous = entry["chain"], 0, "0" * 64
        wrong = fault(entry, seq + 1, previous)
        if wrong is not None:
            return entries, {"chain": chain, "seq": entry["seq"], "why": wrong}
        seq, previous = entry["seq"], entry["hash"]
    return entries, None


def main() -> int:
    entries, broken_at = verify(sys.stdin)
    for _ in sys.stdin:
        pass  # Whoever writes to us must be able to finish.
    print(json.dumps({"entries": entries, "broken_at": broken_at}))
    return 1 if broken_at else 0


if __name__ == "__main__":
    sys.exit(main())
