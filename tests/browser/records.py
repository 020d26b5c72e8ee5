"""What the database holds, read beside the product: the pages are compared with it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from engine import Database
from engine.journal import GENESIS, entry_hash
from engine.tables import history, instance, journal, timer
from monitors.tables import appeal, card, rectification, supervision_order, violation, warning

OF_VIOLATION = {"orders": supervision_order, "cards": card, "appeals": appeal, "rectifications": rectification}


@dataclass(frozen=True)
class Records:
    """Reads one database; writes nothing."""

    path: Path

    def rows(self, table: Table, **where: Any) -> list[Any]:
        database = Database(f"sqlite:///{self.path}")
        try:
            with database.read() as connection:
                chosen = [table.c[name] == value for name, value in where.items()]
                return list(connection.execute(select(table).where(*chosen)))
        finally:
            database.dispose()

    def case(self, number: str) -> Any:
        """The one case of that number."""
        [found] = self.rows(instance, business_key=number, definition="administrative_approval")
        return found

    def rows_of_handling(self, warning_no: str) -> list[Any]:
        """The processes that handle that warning; one, when the worker has started it."""
        return self.rows(instance, business_key=warning_no, definition="violation_handling")

    def handling(self, warning_no: str) -> Any:
        [found] = self.rows_of_handling(warning_no)
        return found

    def steps(self, instance_id: str) -> Counter[str]:
        """How often each step was done by somebody."""
        done = [row for row in self.rows(history, instance_id=instance_id) if row.actor and row.outcome == "completed"]
        return Counter(row.element for row in done)

    def warnings(self, case_id: str) -> Counter[tuple[str, str]]:
        """How often each rule warned at each level."""
        return Counter((row.rule, row.level) for row in self.rows(warning, case_id=case_id))

    def due(self, case_id: str, rule: str, rung: str) -> datetime:
        """When that timer of the case is due."""
        [found] = self.rows(timer, instance_id=case_id, rule=rule, rung=rung)
        return found.due

    def outcomes(self, case_id: str) -> dict[str, int]:
        """How many violations, orders, cards, appeals and rectifications the case led to."""
        found = self.rows(violation, case_id=case_id)
        ids = {one.id for one in found}
        counted = {
            name: sum(1 for row in self.rows(table) if row.violation_id in ids) for name, table in OF_VIOLATION.items()
        }
        return {"violations": len(found), **counted}

    def verify_chain(self, instance_id: str) -> int:
        """The length of the instance's journal, every hash of which was computed again."""
        [head] = self.rows(instance, id=instance_id)
        entries = sorted(self.rows(journal, chain=instance_id), key=lambda row: row.seq)
        previous = GENESIS
        for number, row in enumerate(entries, 1):
            assert (row.seq, row.previous) == (number, previous)
            previous = entry_hash(row.chain, row.seq, row.at, row.kind, row.actor, row.body, previous)
            assert row.hash == previous
        assert (head.journal_seq, head.journal_hash) == (len(entries), previous)
        return len(entries)
