"""A great number of open cases, as the rows that the runtime would have written: copies of one that it made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Table, select

from engine import Database
from engine.casedata import loads
from engine.instances.keys import row_id, timer_id
from engine.instances.rows import RowSet
from engine.journal import WITNESS, Chain
from engine.sealing import States
from engine.statements import INSERTS
from engine.tables import command, history, instance, journal, task, timer, unsealed_head
from engine.witness import COVERED, bear_witness

BATCH = 500
Row = dict[str, Any]
Told = Callable[[int, int], None]


class Clones:
    """Copies of one case that was started and not yet moved: own ids, and a journal that verifies and bears witness."""

    def __init__(self, database: Database, case_id: str, states: States) -> None:
        self._database, self._id, self._states = database, case_id, states
        with database.read() as connection:

            def rows(table: Table, column: Column[Any]) -> list[Row]:
                return [dict(row) for row in connection.execute(select(table).where(column == case_id)).mappings()]

            self._own = rows(instance, instance.c.id)[0]
            self._entries = sorted(rows(journal, journal.c.chain), key=lambda row: row["seq"])
            self._command = rows(command, command.c.instance_id)[0]
            self._history, self._tasks, self._timers = (rows(one, one.c.instance_id) for one in (history, task, timer))
        self._bodies = [{k: v for k, v in loads(row["body"]).items() if k != WITNESS} for row in self._entries]

    def load(self, numbers: range, told: Told) -> list[str]:
        """Store the copies of these numbers, a batch in a transaction; the ids of their open steps."""
        tasks: list[str] = []
        for first in range(0, len(numbers), BATCH):
            batch = [self._copy(number) for number in numbers[first : first + BATCH]]
            with self._database.begin() as connection:
                for table in batch[0]:
                    INSERTS[table].run_many(connection, [row for rows in batch for row in rows[table]])
            tasks += [row["id"] for rows in batch for row in rows[task]]
            told(first + len(batch), len(numbers))
        return tasks

    def _copy(self, number: int) -> dict[Table, list[Row]]:
        name, key = row_id(self._id, "copy", number), f"N-{number}"
        chain = Chain(self._own["district_code"], name)
        for entry, body in zip(self._entries, self._bodies, strict=True):
            chain.append(entry["kind"], entry["actor"], entry["at"], entry["recorded_at"], body)
        named = {"instance_id": name}
        tasks = [row | named | {"id": _task_id(row, name), "business_key": key} for row in self._tasks]
        rows: dict[Table, list[Row]] = {
            history: [row | named for row in self._history],
            task: tasks,
            timer: [row | named | {"id": _timer_id(row, name)} for row in self._timers],
        }
        own = self._own | {"id": name, "business_key": key}
        own["check_value"] = self._states.mark(own, bear_witness(chain, own, _as_new(rows), ()))
        own |= {"journal_seq": chain.seq, "journal_hash": chain.hash}
        outcome = self._command["outcome"] | named | {"tasks": [row["id"] for row in tasks]}
        done = self._command | named | {"key": f"{self._command['key']}:{number}", "outcome": outcome}
        return {instance: [own], **rows, journal: chain.rows, unsealed_head: chain.head(), command: [done]}


def _as_new(rows: dict[Table, list[Row]]) -> dict[Table, RowSet]:
    found = {table: RowSet(COVERED[table][1]) for table in rows}
    for table, added in rows.items():
        for row in added:
            found[table].add(row)
    return found


def _task_id(row: Row, name: str) -> str:
    return row_id(name, "task", row["element"], row["occurrence"])


def _timer_id(row: Row, name: str) -> str:
    return timer_id(name, row["element"], row["rule"], row["rung"], row["occurrence"])
