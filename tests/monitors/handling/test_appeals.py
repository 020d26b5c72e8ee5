"""Appeals: filed once, decided by somebody else, with their effect on card and violation."""

from __future__ import annotations

import pytest

from engine.db import Database
from engine.errors import Conflict, InvalidData, NotAllowed, NotFound
from monitors import tables as t
from tests.monitors.handling.process import Process, raise_warning


def process_of(database: Database, level: str = "yellow") -> Process:
    return Process(database, raise_warning(database, level=level), level)


def test_an_appeal_is_filed_against_the_card(database: Database) -> None:
    process = process_of(database).appealed()
    appeal, card = process.row(t.appeal), process.row(t.card)
    assert (appeal.card_id, appeal.grounds, appeal.filed_by, appeal.state) == (
        card.id,
        "系统故障",
        "liaison",
        "filed",
    )
    assert card.state == "appealed"
    assert process.data["appeal_id"] == appeal.id


def test_no_appeal_leaves_no_row(database: Database) -> None:
    process = process_of(database).carded()
    assert process.step("appeal", "liaison", appeal=False).call("file_appeal") == {}
    assert process.rows(t.appeal) == []


def test_an_appeal_needs_grounds(database: Database) -> None:
    process = process_of(database).carded().step("appeal", "liaison", appeal=True)
    with pytest.raises(InvalidData, match="grounds"):
        process.call("file_appeal")
    assert process.row(t.card).state == "issued"


def test_a_card_is_appealed_once(database: Database) -> None:
    process = process_of(database).appealed()
    with pytest.raises(Conflict, match="appealed"):
        process.call("file_appeal")
    process.decided("upheld")
    with pytest.raises(Conflict, match="upheld"):
        process.call("file_appeal")


@pytest.mark.parametrize("level", ["yellow", "red"])
def test_the_issuer_does_not_decide(database: Database, level: str) -> None:
    process = process_of(database, level).appealed(by="leader")
    with pytest.raises(NotAllowed, match="leader"):
        process.decided("upheld", by="leader")
    assert process.row(t.appeal).decided_by is None


def test_the_appellant_does_not_decide(database: Database) -> None:
    with pytest.raises(NotAllowed, match="liaison"):
        process_of(database).appealed().decided("revoked", by="liaison")


def test_a_revoked_card_and_its_violation_stay_in_the_trace(database: Database) -> None:
    process = process_of(database).appealed().decided("revoked")
    appeal = process.row(t.appeal)
    assert (appeal.state, appeal.decided_by, appeal.decided_at, appeal.reason) == (
        "revoked",
        "leader2",
        process.at,
        "经查",
    )
    process.call("close_violation", result="revoked")
    assert process.row(t.card).state == "revoked"
    assert process.row(t.violation).state == "revoked"
    assert process.row(t.violation).closed_at == process.at
    assert process.row(t.supervision_order).state == "closed"


def test_an_upheld_card_stands(database: Database) -> None:
    process = process_of(database).appealed().decided("upheld")
    assert process.row(t.card).state == "upheld"
    assert process.row(t.violation).state == "carded"


def test_a_red_card_is_downgraded_to_yellow(database: Database) -> None:
    process = process_of(database, "red").appealed().decided("downgraded")
    card = process.row(t.card)
    assert (card.state, card.colour, card.issued_colour) == ("downgraded", "yellow", "red")
    assert process.data["card_colour"] == "yellow"


def test_a_yellow_card_cannot_be_downgraded(database: Database) -> None:
    with pytest.raises(InvalidData, match="red card"):
        process_of(database).appealed().decided("downgraded")


def test_a_decision_needs_an_open_appeal_an_outcome_and_a_reason(database: Database) -> None:
    process = process_of(database).carded()
    with pytest.raises(NotFound, match="appeal"):
        process.decided("upheld")
    process.step("appeal", "liaison", appeal=True, grounds="…").call("file_appeal")
    with pytest.raises(InvalidData, match="appeal_outcome"):
        process.decided("forgotten")
    process.step("decide_appeal", "leader2", appeal_outcome="upheld", appeal_reason="")
    with pytest.raises(InvalidData, match="appeal_reason"):
        process.call("decide_appeal")


def test_an_order_without_a_card_is_appealed_and_not_decided_by_its_approver(database: Database) -> None:
    process = process_of(database, "notice").ordered()
    process.step("appeal", "liaison", appeal=True, grounds="…").call("file_appeal")
    with pytest.raises(NotAllowed, match="head"):
        process.decided("upheld", by="head")
    process.decided("upheld")
    assert process.row(t.appeal).card_id is None
    with pytest.raises(Conflict, match="second"):
        process.call("file_appeal")


def test_the_department_is_told_the_decision(database: Database) -> None:
    alert = process_of(database).appealed().decided("revoked").row(t.alert, kind="appeal_decided")
    assert alert.body["message"] == "对黄牌〔2026〕1号的申诉：撤销。"
    assert alert.body["message_en"] == "Appeal against 黄牌〔2026〕1号: revoked."
