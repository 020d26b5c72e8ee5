"""An item changes by two people, from a day not before its approval; its own checkpoints refuse what breaks them."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.db import Database
from engine.errors import Conflict, InvalidData, NotAllowed, NotFound
from monitors.items import (
    changes,
    decide_item,
    flaws,
    history,
    item,
    items,
    load_items,
    propose_item,
    read_items,
    write_items,
)
from monitors.items import proposal as found_proposal
from monitors.items.proposals import ItemRefused

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
TODAY = datetime(2026, 3, 11, 9, tzinfo=UTC)
BODY: dict[str, Any] = {
    "name": "食品经营许可",
    "name_en": "Food business licence",
    "type": "承诺",
    "process": "administrative_approval",
    "district": "370202",
    "department": "approval",
    "statutory_wd": 20,
    "promised_wd": 8,
    "step_limits": {"3": 1, "4": 5, "6": 2},
    "basis": "食品安全法 35",
    "fees": [{"code": "F1", "name": "检测费", "standard": 80, "unit": "元/次", "basis": "食品安全法 87"}],
    "materials": [{"code": "01", "name": "申请书", "basis": "食品经营许可和备案管理办法 12", "number": 1}],
}
SEED = {"code": "food", "version": 1, "valid_from": date(2025, 1, 1), **BODY}
FASTER = {**BODY, "promised_wd": 7, "step_limits": {"3": 1, "4": 4, "6": 2}}


def proposed(database: Database, body: dict[str, Any] = FASTER, since: date = date(2026, 4, 1), **more: Any) -> str:
    with database.begin() as c:
        return propose_item(c, "food", body, since, more.get("until"), "提速", "drafter", TODAY)


def decided(
    database: Database, identity: str, by: str = "publisher", granted: bool = True, at: datetime = TODAY
) -> Any:
    with database.begin() as c:
        return decide_item(c, identity, granted, "同意", by, at)


@pytest.fixture
def seeded(database: Database) -> Database:
    with database.begin() as c:
        load_items(c, [SEED])
    return database


def promised(database: Database, day: date) -> int:
    with database.begin() as c:
        return int(item(c, "food", day).body["promised_wd"])


def test_a_second_person_puts_a_change_into_force_from_its_day_and_the_old_version_stays(seeded: Database) -> None:
    waiting = proposed(seeded)
    assert promised(seeded, date(2026, 4, 1)) == 8
    assert decided(seeded, waiting) == 2
    assert (promised(seeded, date(2026, 3, 31)), promised(seeded, date(2026, 4, 1))) == (8, 7)
    with seeded.begin() as c:
        assert [one.version for one in history(c, "food")] == [2, 1]
        assert found_proposal(c, waiting).version == 2


def test_nobody_approves_his_own_change(seeded: Database) -> None:
    waiting = proposed(seeded)
    with pytest.raises(NotAllowed):
        decided(seeded, waiting, by="drafter")
    assert promised(seeded, date(2026, 4, 1)) == 8


def test_a_refused_change_changes_nothing_and_is_decided_once(seeded: Database) -> None:
    waiting = proposed(seeded)
    assert decided(seeded, waiting, granted=False) is None
    assert promised(seeded, date(2026, 4, 1)) == 8
    with pytest.raises(Conflict):
        decided(seeded, waiting)


def test_a_change_begins_on_the_day_of_its_approval_at_the_earliest(seeded: Database) -> None:
    with pytest.raises(ItemRefused, match="before the day of approval"):
        proposed(seeded, since=date(2026, 3, 10))
    waiting = proposed(seeded, since=date(2026, 3, 11))
    with pytest.raises(ItemRefused, match="before the day of approval"):
        decided(seeded, waiting, at=datetime(2026, 3, 12, 9, tzinfo=UTC))
    assert decided(seeded, waiting) == 2


def test_two_changes_of_one_item_do_not_wait_at_once(seeded: Database) -> None:
    proposed(seeded)
    with pytest.raises(Conflict):
        proposed(seeded)


def test_an_item_that_ends_is_offered_on_its_last_day_and_not_after(seeded: Database) -> None:
    decided(seeded, proposed(seeded, until=date(2026, 12, 31)))
    with seeded.begin() as c:
        assert [one.code for one in items(c, date(2026, 12, 31))] == ["food"]
        assert items(c, date(2027, 1, 1)) == ()
        with pytest.raises(NotFound):
            item(c, "food", date(2027, 1, 1))


def test_the_seed_never_overwrites_a_version(seeded: Database) -> None:
    with seeded.begin() as c:
        load_items(c, [{**SEED, "promised_wd": 19}])
    assert promised(seeded, date(2026, 1, 1)) == 8


def test_an_item_in_order_has_no_flaws() -> None:
    assert flaws(BODY) == ()
    assert flaws({**BODY, "statutory_wd": 8}) == ()  # the limits may be equal


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"statutory_wd": 7}, "promised_beyond_statutory"),
        ({"statutory_wd": None}, "no_statutory_wd"),
        ({"promised_wd": 0, "step_limits": {}}, "no_promised_wd"),
        ({"step_limits": {"3": 1, "4": 4, "6": 2}}, "steps_do_not_add_up"),
        ({"step_limits": {"3": 1, "4": 6, "6": 2}}, "steps_do_not_add_up"),
        ({"basis": " "}, "no_basis"),
        ({"type": "快办"}, "type"),
        ({"fees": [{**BODY["fees"][0], "basis": ""}]}, "fee_without_basis"),
        ({"fees": [{**BODY["fees"][0], "unit": None}]}, "fee_without_unit"),
        ({"fees": [{**BODY["fees"][0], "standard": None}]}, "fee_without_standard"),
        ({"materials": [{**BODY["materials"][0], "basis": ""}]}, "material_without_basis"),
        ({"materials": [{**BODY["materials"][0], "number": 0}]}, "material_number"),
    ],
)
def test_each_checkpoint_on_the_item_refuses_the_change_that_breaks_it(
    seeded: Database, changed: dict[str, Any], code: str
) -> None:
    body = {**BODY, **changed}
    assert [one.code for one in flaws(body)] == [code]
    with pytest.raises(ItemRefused):
        proposed(seeded, body)


def test_a_change_is_told_part_by_part() -> None:
    told = changes(BODY, {**FASTER, "fees": [{**BODY["fees"][0], "standard": 80.00}], "materials": []})
    assert [(one.en, one.before, one.after) for one in told] == [
        ("promised limit (working days)", "8", "7"),
        ("limit of step 4", "5", "4"),
        ("material 01", "申请书 · 食品经营许可和备案管理办法 12 · 1", ""),
    ]


def test_a_sheet_that_was_written_is_read_as_the_same_items(seeded: Database) -> None:
    with seeded.begin() as c:
        kept = items(c, date(2026, 3, 11))
    (row,) = read_items(write_items(kept))
    assert (row.pop("code"), row.pop("valid_from"), row.pop("valid_until")) == ("food", date(2025, 1, 1), None)
    assert changes(BODY, row) == ()


@pytest.mark.parametrize(
    ("before", "after", "where"), [("2025-01-01", "2025-13-01", "valid_from"), (",20,8,", ",20,acht,", "promised_wd")]
)
def test_a_mistake_in_a_sheet_is_told_by_line_and_column(seeded: Database, before: str, after: str, where: str) -> None:
    with seeded.begin() as c:
        text = write_items(items(c, date(2026, 3, 11)))
    assert before in text
    with pytest.raises(InvalidData) as refused:
        list(read_items(text.replace(before, after)))
    assert refused.value.facts["field"] == where


@pytest.mark.parametrize("file", sorted(BPMN.rglob("items.toml")), ids=lambda file: file.parent.name)
def test_the_items_that_come_with_the_product_are_in_order(file: Path) -> None:
    shipped = tomllib.loads(file.read_text(encoding="utf-8"))["item"]
    assert {one["code"]: flaws({"process": file.parent.name, **one}) for one in shipped} == dict.fromkeys(
        (one["code"] for one in shipped), ()
    )
