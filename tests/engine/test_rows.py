"""The rows of a case in memory: what is read, what is written."""

from __future__ import annotations

from typing import Any

from engine.instances.rows import Row, RowSet


def test_only_the_columns_that_changed_are_written() -> None:
    rows = RowSet.of(("id",), [{"id": "a", "state": "open", "due": None, "actor": None}, {"id": "b", "state": "open"}])
    first, second = rows
    rows.update(first, state="done", actor="li")
    rows.update(first, actor="wang")
    rows.update(second, state="done")

    assert rows.updates() == {("actor", "state"): [first], ("state",): [second]}
    assert first["actor"] == "wang"


def test_a_new_row_is_inserted_once_and_never_updated() -> None:
    rows = RowSet(("element", "occurrence"))
    row = rows.add({"element": "a", "occurrence": 1, "outcome": "open"})
    rows.update(row, outcome="completed")

    assert rows.inserts() == [{"element": "a", "occurrence": 1, "outcome": "completed"}]
    assert rows.updates() == {}
    assert rows.get("a", 1) is row


def test_a_row_that_was_not_read_is_looked_up_once() -> None:
    asked: list[Any] = []

    def find(name: Any) -> Row | None:
        asked.append(name)
        return {"id": "old", "state": "fired"} if name == "old" else None

    rows = RowSet.of(("id",), [{"id": "a", "state": "open"}], find)
    assert rows.get("a") == {"id": "a", "state": "open"}
    assert (rows.get("old"), rows.get("old")) == ({"id": "old", "state": "fired"},) * 2
    assert (rows.get("none"), rows.get("none")) == (None, None)
    assert asked == ["old", "none"]

    old = rows.get("old")
    assert old is not None
    rows.update(old, state="armed")
    assert rows.updates() == {("state",): [{"id": "old", "state": "armed"}]}


def test_a_row_that_was_added_and_dropped_leaves_nothing() -> None:
    rows = RowSet(("id",))
    rows.drop(rows.add({"id": "a"}))
    assert (rows.inserts(), list(rows)) == ([], [])
