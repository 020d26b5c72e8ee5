"""A great number of open cases, as the rows that the runtime would have written: copies of one that it made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Table, select

from engine import Database
from engine.instances.keys import row_id
from engine.instances.timing import timer_id
from engine.journal import entry_hash
from engine.statements import INSERTS
from engine.tables import command, history, instance, journal, task, timer

BATCH = 500
Row = dict[str, Any]
Told = Callable[[int, int], None]


class Clones:
    """Copies of one case: own ids, and a journal chain of their own that verifies."""

    def __init__(self, database: Database, case_id: str) -> None:
        self._database = database
        self._id = case_id
        owner = {table: table.c.instance_id for table in (history, task, timer, command)}
        owner |= {instance: instance.c.id, journal: journal.c.chain}
        with database.read() as connection:
            self._rows: dict[Table, list[Row]] = {
                table: [dict(row) for row in connection.execute(select(table).where(column == case_id)).mappings()]
                for table, column in owner.items()
            }
        self._rows[journal].sort(key=lambda row: row["seq"])

    def load(self, numbers: range, told: Told) -> list[str]:
        """Store the copies of these numbers, a batch in a transaction; the ids of their open steps."""
        tasks: list[str] = []
        for first in range(0, len(numbers), BATCH):
            batch = [self._copy(number) for number in numbers[first : first + BATCH]]
            with self._database.begin() as connection:
                for table in self._rows:
                    INSERTS[table].run_many(connection, [row for rows in batch for row in rows[table]])
            tasks += [row["id"] for rows in batch for row in rows[task]]
            told(first + len(batch), len(numbers))
        return tasks

    def _copy(self, number: int) -> dict[Table, list[Row]]:
        name, key = row_id(self._id, "copy", number), f"N-{number}"
        rows, entries = self._rows, list(self._journal(name))
        own = {"id": name, "business_key": key, "journal_hash": entries[-1]["hash"]}
        return {
            instance: [row | own for row in rows[instance]],
            history: [row | {"instance_id": name} for row in rows[history]],
            task: [row | {"id": _task_id(row, name), "instance_id": name, "business_key": key} for row in rows[task]],
            timer: [row | _timer(row, name) for row in rows[timer]],
            journal: entries,
            command: [
                row | {"key": f"{row['key']}:{number}", "instance_id": name, "outcome": self._outcome(row, name)}
                for row in rows[command]
            ],
        }

    def _journal(self, name: str) -> Iterator[Row]:
        previous = self._rows[journal][0]["previous"]
        for row in self._rows[journal]:
            found = entry_hash(name, row["seq"], row["at"], row["kind"], row["actor"], row["body"], previous)
            yield row | {"chain": name, "previous": previous, "hash": found}
            previous = found

    def _outcome(self, row: Row, name: str) -> Row:
        return row["outcome"] | {"instance_id": name, "tasks": [_task_id(one, name) for one in self._rows[task]]}


def _task_id(row: Row, name: str) -> str:
    return row_id(name, "task", row["element"], row["occurrence"])


def _timer(row: Row, name: str) -> Row:
    return {
        "id": timer_id(name, row["element"], row["rule"], row["rung"], row["occurrence"]),
        "instance_id": name,
    }
