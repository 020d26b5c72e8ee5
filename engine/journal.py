"""The journal: one hash chain per case, written in the act's own transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.casedata import dumps
from engine.errors import InvariantBroken

GENESIS = "0" * 64
WITNESS = "wrote"  # the field of a command's last body that says what the command wrote


def entry_hash(chain: str, seq: int, at: datetime, kind: str, actor: str, body: str, previous: str) -> str:
    """SHA-256 over the entry's line: fields joined by newlines, the instant in UTC ISO 8601."""
    instant = at.astimezone(UTC).isoformat()
    line = "\n".join((chain, str(seq), instant, kind, actor, body, previous))
    return hashlib.sha256(line.encode()).hexdigest()


@dataclass(slots=True)
class Chain:
    """The open end of one chain; collects the entries of a command."""

    district_code: str
    name: str
    seq: int = 0
    hash: str = GENESIS
    found: str | None = None  # the digest of the case's own row, as a command found it
    rows: list[dict[str, Any]] = field(default_factory=list)
    _body: Mapping[str, Any] = field(default_factory=dict)

    def append(self, kind: str, actor: str, at: datetime, recorded_at: datetime, body: Mapping[str, Any]) -> None:
        text = dumps(body)
        seq = self.seq + 1
        digest = entry_hash(self.name, seq, at, kind, actor, text, self.hash)
        self.rows.append(
            {
                "district_code": self.district_code,
                "chain": self.name,
                "seq": seq,
                "at": at,
                "recorded_at": recorded_at,
                "kind": kind,
                "actor": actor,
                "body": text,
                "previous": self.hash,
                "hash": digest,
            }
        )
        self.seq, self.hash, self._body = seq, digest, body

    def witness(self, rows: Mapping[str, str | None], before: Mapping[str, str]) -> None:
        """Say in the command's last entry what it wrote: digests of rows by tag (None: deleted), entries, and when.

        ``before`` are the digests of those rows as the command found them: a change from outside shows even after
        a command has written over it. Raises InvariantBroken when nothing was appended: no change without an entry.
        """
        if not self.rows:
            raise InvariantBroken(f"expected an entry in the journal of {self.name} for what changed, found none")
        last = self.rows[-1]
        wrote = {
            "rows": rows,
            "found": before,
            "entries": len(self.rows),
            "at": last["recorded_at"].astimezone(UTC).isoformat(),
        }
        text = dumps({**self._body, WITNESS: wrote})
        digest = entry_hash(self.name, self.seq, last["at"], last["kind"], last["actor"], text, last["previous"])
        last["body"], last["hash"], self.hash = text, digest, digest

    def head(self) -> list[dict[str, Any]]:
        """The row that asks for a seal over what this command appended; none when it appended nothing."""
        if not self.rows:
            return []
        last = {name: self.rows[-1][name] for name in ("district_code", "chain", "seq", "hash")}
        return [last | {"entries": len(self.rows)}]
