"""The journal: one hash chain per case, written in the act's own transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
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


class Chain:
    """The open end of one chain; collects the entries of a command.

    ``found`` is the digest of the case's own row, as a command found it. The last entry is hashed when nothing can be
    added to it any more.
    """

    __slots__ = ("_hash", "_open", "_rows", "district_code", "found", "name", "seq")

    def __init__(
        self, district_code: str, name: str, seq: int = 0, hash: str = GENESIS, found: str | None = None
    ) -> None:
        self.district_code, self.name, self.seq, self.found = district_code, name, seq, found
        self._hash = hash
        self._rows: list[dict[str, Any]] = []
        self._open: dict[str, Any] | None = None

    def append(self, kind: str, actor: str, at: datetime, recorded_at: datetime, body: Mapping[str, Any]) -> None:
        self._close()
        self.seq += 1
        self._open = {
            "district_code": self.district_code,
            "chain": self.name,
            "seq": self.seq,
            "at": at,
            "recorded_at": recorded_at,
            "kind": kind,
            "actor": actor,
            "body": dumps(body),
        }

    @property
    def hash(self) -> str:
        self._close()
        return self._hash

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The entries of this command, each with its hash."""
        self._close()
        return self._rows

    def witness(self, rows: Mapping[str, str | None], before: Mapping[str, str]) -> None:
        """Say in the command's last entry what it wrote: digests of rows by tag (None: deleted), entries, and when.

        ``before`` are the digests of those rows as the command found them: a change from outside shows even after
        a command has written over it. Raises InvariantBroken when nothing was appended: no change without an entry.
        """
        last = self._open
        if last is None:
            raise InvariantBroken(f"expected an entry in the journal of {self.name} for what changed, found none")
        wrote = {
            "rows": rows,
            "found": before,
            "entries": len(self._rows) + 1,
            "at": last["recorded_at"].astimezone(UTC).isoformat(),
        }
        # The body as it was said, and not as its values may have become since.
        said = last["body"].removesuffix("}")
        last["body"] = f'{said}{"," if len(said) > 1 else ""}"{WITNESS}":{dumps(wrote)}}}'

    def head(self) -> list[dict[str, Any]]:
        """The row that asks for a seal over what this command appended; none when it appended nothing."""
        if not self.rows:
            return []
        last = {name: self.rows[-1][name] for name in ("district_code", "chain", "seq", "hash")}
        return [last | {"entries": len(self.rows)}]

    def _close(self) -> None:
        row = self._open
        if row is None:
            return
        row["previous"] = self._hash
        row["hash"] = self._hash = entry_hash(
            self.name, row["seq"], row["at"], row["kind"], row["actor"], row["body"], self._hash
        )
        self._rows.append(row)
        self._open = None
