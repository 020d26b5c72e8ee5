"""What came in, kept as it came: envelopes and data findings, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import Fold
from monitors import tables as t
from monitors.feeds.findings import data_findings
from monitors.feeds.mirror import Envelope
from monitors.hashing import sha256
from monitors.storing import insert_new


@dataclass(slots=True)
class Intake:
    """Collects the rows of some cases; ``source`` names the run, or the system that sent them."""

    source: str
    district_code: str
    _envelopes: list[dict[str, Any]] = field(default_factory=list)
    _findings: list[dict[str, Any]] = field(default_factory=list)

    def add(self, folded: Fold, sequence: Sequence[Envelope], received_at: datetime) -> None:
        """One case: its envelopes and what its fold shows about the data."""
        self._envelopes += [self._envelope(one, received_at) for one in sequence]
        instance_id = folded.outcome.instance_id
        self._findings += [
            self._finding(kind, one, instance_id, received_at) for kind, one in data_findings(sequence, folded.strays)
        ]

    def store(self, connection: Connection) -> None:
        """Write the rows; those that are there already stay as they are."""
        insert_new(connection, t.envelope, self._envelopes)
        insert_new(connection, t.data_finding, self._findings)

    def _envelope(self, one: Envelope, received_at: datetime) -> dict[str, Any]:
        return {
            "district_code": self.district_code,
            "source": self.source,
            "event_id": one.event_id,
            "case_no": one.case_no,
            "event_type": one.event_type,
            "occurred_at": one.occurred_at,
            "sent_at": None,
            "received_at": received_at,
            "payload": one.payload,
            "hash": one.hash,
        }

    def _finding(self, kind: str, one: Envelope, instance_id: str, found_at: datetime) -> dict[str, Any]:
        return {
            "district_code": self.district_code,
            "id": sha256(self.source, kind, one.event_id),
            "case_no": one.case_no,
            "case_id": instance_id,
            "kind": kind,
            "details": {"event": one.event_id, "at": one.occurred_at},
            "found_at": found_at,
        }
