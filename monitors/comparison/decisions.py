"""Decisions that came, went or changed: rows of tables that were added, removed or say something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.decisions.outline import Outline, Row
from monitors.comparison.model import ADDED, CHANGED, REMOVED, RENAMED, Change

DECISIONS = "decisions"
Decisions = Mapping[str, Outline]
Pairs = list[tuple[Row | None, Row | None]]


def decision_changes(old: Decisions, new: Decisions) -> Iterator[Change]:
    """In the order of the new files, what went last."""
    for name, one in new.items():
        if name in old:
            yield from _changed(old[name], one)
        else:
            yield Change(DECISIONS, ADDED, name, f"新增决策“{one.name}”", f"There is a new decision “{one.name}”")
    for name, one in old.items():
        if name not in new:
            yield Change(DECISIONS, REMOVED, name, f"删除决策“{one.name}”", f"The decision “{one.name}” is gone")


def _changed(one: Outline, other: Outline) -> Iterator[Change]:
    zh, en = f"决策“{other.name}”", f"the decision “{other.name}”"
    if one.name != other.name:
        yield Change(
            DECISIONS, RENAMED, one.id, f"决策“{one.name}”改名为“{other.name}”",
            f"The decision “{one.name}” is now called “{other.name}”", "name", one.name, other.name,
        )  # fmt: skip
    if one.text is not None or other.text is not None:
        if one.text != other.text:
            yield Change(
                DECISIONS, CHANGED, one.id, f"{zh}的逻辑改为{_logic(other, '一张表')}",
                f"The logic of {en} is now {_logic(other, 'a table')}", "logic", one.text, other.text,
            )  # fmt: skip
        return
    for attribute, label, label_en in (
        ("policy", "命中策略", "hit policy of {en} goes"),
        ("inputs", "输入列", "input columns of {en} go"),
        ("outputs", "输出列", "output columns of {en} go"),
    ):
        before, after = _listed(getattr(one, attribute)), _listed(getattr(other, attribute))
        if before != after:
            yield Change(
                DECISIONS, CHANGED, one.id, f"{zh}的{label}由{before}改为{after}",
                f"The {label_en.format(en=en)} from {before} to {after}", attribute, before, after,
            )  # fmt: skip
    yield from _rows(one, other, zh, en)


def _logic(one: Outline, table: str) -> str:
    return table if one.text is None else one.text or "—"


def _listed(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _rows(one: Outline, other: Outline, zh: str, en: str) -> Iterator[Change]:
    number = {id(row): count for count, row in enumerate(one.rows, 1)}
    number |= {id(row): count for count, row in enumerate(other.rows, 1)}
    for before, after in paired(one.rows, other.rows):
        if before is None and after is not None:
            at, said = number[id(after)], _said(other, after)
            yield Change(
                DECISIONS, ADDED, one.id, f"{zh}新增第 {at} 行：{said[0]}", f"There is a new row {at} in {en}: {said[1]}",
                f"row {at}", None, list(after.cells),
            )  # fmt: skip
        elif after is None and before is not None:
            at, said = number[id(before)], _said(one, before)
            yield Change(
                DECISIONS, REMOVED, one.id, f"{zh}删除第 {at} 行：{said[0]}", f"Row {at} of {en} is gone: {said[1]}",
                f"row {at}", list(before.cells), None,
            )  # fmt: skip
        elif before is not None and after is not None and before.cells != after.cells:
            yield from _cells(other, before, after, number[id(after)], zh, en)


def _cells(table: Outline, before: Row, after: Row, at: int, zh: str, en: str) -> Iterator[Change]:
    headings = (*table.inputs, *table.outputs)
    if len(before.cells) != len(after.cells) or len(after.cells) != len(headings):
        return  # the columns are not the same, which is said already
    for heading, one, other in zip(headings, before.cells, after.cells, strict=True):
        if one != other:
            yield Change(
                DECISIONS, CHANGED, table.id, f"{zh}第 {at} 行的 {heading} 由 {one} 改为 {other}",
                f"In row {at} of {en}, {heading} goes from {one} to {other}", f"row {at} {heading}", one, other,
            )  # fmt: skip


def _said(table: Outline, row: Row) -> tuple[str, str]:
    """When it holds and what it gives; what any value satisfies is left out."""
    when = [f"{name} {cell}" for name, cell in zip(table.inputs, row.inputs, strict=False) if cell != "-"]
    gives = [f"{name} = {cell}" for name, cell in zip(table.outputs, row.outputs, strict=False)]
    return (
        f"{'、'.join(when) or '任何情况'}，得 {'、'.join(gives)}",
        f"{', '.join(when) or 'in any case'} gives {', '.join(gives)}",
    )


def paired(old: tuple[Row, ...], new: tuple[Row, ...]) -> Pairs:
    """Rows that are the same one: they say the same, else ask the same, else have the same id; the rest come or go."""
    left, right = list(old), list(new)
    mate: dict[int, Row] = {}
    for same in (_cells_of, _inputs_of, _id_of):
        for row in list(right):
            found = next((one for one in left if same(one) and same(one) == same(row)), None)
            if found is not None:
                mate[id(row)] = found
                left.remove(found)
                right.remove(row)
    pairs: Pairs = [(mate.get(id(row)), row) for row in new]
    return pairs + [(row, None) for row in left]


def _cells_of(row: Row) -> tuple[str, ...]:
    return row.cells


def _inputs_of(row: Row) -> tuple[str, ...]:
    return row.inputs


def _id_of(row: Row) -> str:
    return row.id
