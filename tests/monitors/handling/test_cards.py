"""Cards: colour, number, who issues them, delivery."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.db import Database
from engine.errors import Conflict, InvalidData, NotAllowed
from engine.model import Firing
from monitors import tables as t
from monitors.documents import Documents
from monitors.standing import decide_text, enter_text
from tests.monitors.handling.process import Process, local, raise_warning


def process_of(database: Database, level: str = "yellow", number: str = "W-2026-000001") -> Process:
    return Process(database, raise_warning(database, number, level=level), level)


@pytest.mark.parametrize(
    ("level", "number", "kind", "title"),
    [
        ("yellow", "黄牌〔2026〕1号", "yellow_card", "黄牌警告通知书"),
        ("red", "红牌〔2026〕1号", "red_card", "红牌警告通知书"),
    ],
)
def test_a_card_has_colour_number_and_a_document(
    database: Database, level: str, number: str, kind: str, title: str
) -> None:
    process = process_of(database, level).carded()
    card = process.row(t.card)
    assert (card.number, card.colour, card.issued_colour, card.state) == (number, level, level, "issued")
    assert (card.issued_by, card.issued_at, card.delivered_at) == ("chief", process.at, None)
    assert process.data["card_no"] == number
    assert process.data["card_id"] == card.id
    assert process.row(t.violation).state == "carded"
    document = Documents(database).get(card.document_id)
    assert (document.kind, document.title, document.dated) == (kind, title, date(2026, 3, 12))
    assert document.body["order_no"] == "督办〔2026〕1号"


def test_each_colour_has_its_own_sequence(database: Database) -> None:
    levels = ["yellow", "red", "yellow", "red"]
    numbers = [process_of(database, level, f"W-{n}").carded().data["card_no"] for n, level in enumerate(levels)]
    assert numbers == ["黄牌〔2026〕1号", "红牌〔2026〕1号", "黄牌〔2026〕2号", "红牌〔2026〕2号"]


def test_who_drafted_the_order_does_not_issue_the_card(database: Database) -> None:
    process = process_of(database).ordered().step("issue_yellow", "supervisor", "office_head")
    with pytest.raises(NotAllowed, match="supervisor"):
        process.call("issue_card", colour="yellow")
    assert process.rows(t.card) == []


def test_a_red_card_is_not_issued_by_an_office_head(database: Database) -> None:
    process = process_of(database, "red").ordered().step("issue_red", "chief", "office_head")
    with pytest.raises(NotAllowed, match="leader"):
        process.call("issue_card", colour="red")


def test_an_unconfirmed_basis_gives_no_card(database: Database) -> None:
    process = process_of(database).ordered()
    process.step("issue_yellow", "chief", "office_head", basis_confirmed=False)
    with pytest.raises(NotAllowed, match="basis"):
        process.call("issue_card", colour="yellow")


def marked(database: Database, confidence: str, **changes: Any) -> Process:
    return Process(database, raise_warning(database, confidence=confidence, **changes), "yellow").ordered()


@pytest.mark.parametrize("confidence", ["C", "C/P", "C✓/C", "P", "E"])
def test_a_card_cites_no_unverified_basis_without_the_issuers_own_word(database: Database, confidence: str) -> None:
    process = marked(database, confidence)
    assert process.call("take_level")["basis_verified"] is False
    process.step("issue_yellow", "chief", "office_head", basis_confirmed=True)
    with pytest.raises(InvalidData, match="knowingly"):
        process.call("issue_card", colour="yellow")
    process.data |= {"cites_unverified": True, "basis_reason": " "}
    with pytest.raises(InvalidData, match="basis_reason"):
        process.call("issue_card", colour="yellow")
    assert process.rows(t.card) == []
    process.data |= {"basis_reason": "市政府令第 12 号"}
    process.call("issue_card", colour="yellow")
    card = process.row(t.card)
    body = Documents(database).get(card.document_id).body
    assert card.basis_reason == "市政府令第 12 号"
    assert (body["basis_mark"], body["basis_reason"]) == (confidence, "市政府令第 12 号")


@pytest.mark.parametrize("confidence", ["C✓", "C✓/P"])
def test_a_verified_basis_needs_no_word_of_its_own(database: Database, confidence: str) -> None:
    process = marked(database, confidence)
    assert process.call("take_level")["basis_verified"] is True
    process.step("issue_yellow", "chief", "office_head", basis_confirmed=True).call("issue_card", colour="yellow")
    assert process.row(t.card).basis_reason is None


def test_once_every_article_was_read_by_two_people_the_basis_is_verified(database: Database) -> None:
    process = marked(database, "C")
    for article in ("42", "82"):
        assert process.call("take_level")["basis_verified"] is False
        with database.begin() as c:
            text = enter_text(c, "行政许可法", article, "……", date(2019, 4, 23), "全国人大", "a", process.at)
            decide_text(c, text, True, "一致", "b", process.at)
    assert process.call("take_level")["basis_verified"] is True


def test_the_system_issues_no_card_on_an_unverified_basis(database: Database) -> None:
    flagged = {"rule": {"auto_card": True}}
    process = marked(database, "C", evidence=flagged)
    assert process.call("take_level")["auto_card"] is False
    with pytest.raises(NotAllowed, match="verified basis"):
        process.call("issue_card", by="system", colour="yellow")
    read = Process(database, raise_warning(database, "W-2026-000002", evidence=flagged)).ordered()
    assert read.call("take_level")["auto_card"] is True


def test_a_notice_gives_no_card(database: Database) -> None:
    process = process_of(database, "notice").ordered()
    with pytest.raises(InvalidData, match="notice"):
        process.call("issue_card")


@pytest.mark.parametrize(
    ("flagged", "dimension", "level"),
    [(False, "TIME", "yellow"), (True, "FEE", "yellow"), (True, "TIME", "red")],
)
def test_the_system_issues_no_card_but_a_yellow_one_of_a_flagged_rule_of_time(
    database: Database, flagged: bool, dimension: str, level: str
) -> None:
    evidence = {"rule": {"auto_card": flagged}}
    warning = raise_warning(database, level=level, dimension=dimension, evidence=evidence)
    process = Process(database, warning, level).ordered()
    with pytest.raises(NotAllowed, match="flagged"):
        process.call("issue_card", by="system", colour=level)


def test_the_system_issues_the_yellow_card_of_a_flagged_rule_of_time(database: Database) -> None:
    process = Process(database, raise_warning(database, evidence={"rule": {"auto_card": True}})).ordered()
    process.call("issue_card", by="system", colour="yellow")
    assert process.row(t.card).issued_by == "system"


def test_a_violation_has_one_card_of_a_colour(database: Database) -> None:
    process = process_of(database).carded()
    with pytest.raises(Conflict, match="黄牌"):
        process.call("issue_card", colour="yellow")


def test_a_red_card_takes_the_place_of_the_yellow_one(database: Database) -> None:
    process = process_of(database).carded()
    process.step("issue_red", "leader", "leader").call("issue_card", colour="red")
    yellow, red = process.row(t.card, colour="yellow"), process.row(t.card, colour="red")
    assert yellow.superseded_by == red.id
    assert red.superseded_by is None


def test_a_signature_delivers_card_and_order(database: Database) -> None:
    process = process_of(database).carded()
    process.at = local("2026-03-13", "15:00")
    process.step("sign", "liaison").call("record_receipt")
    card = process.row(t.card)
    assert (card.state, card.delivered_at, card.deemed, card.received_by) == (
        "delivered",
        process.at,
        False,
        "liaison",
    )
    assert process.row(t.supervision_order).state == "signed"


def test_what_nobody_signed_is_deemed_delivered_when_the_limit_ended(database: Database) -> None:
    process = process_of(database).carded()
    due = local("2026-03-17", "00:00")
    process.at = local("2026-03-18", "08:00")  # the worker was away
    firing = Firing("sign_lapsed", None, "timer", "sign", 1, process.at, due=due)
    process.call("deem_delivered", firing=firing, by="system")
    card = process.row(t.card)
    assert (card.state, card.delivered_at, card.deemed, card.received_by) == ("delivered", due, True, None)
    assert {row.body["to"] for row in process.rows(t.alert, kind="deemed_delivered")} == {
        "liaison",
        "supervisor",
    }


def test_a_late_signature_names_the_receiver_and_leaves_the_deemed_delivery(database: Database) -> None:
    process = process_of(database).carded()
    process.call("deem_delivered", by="system")
    deemed_at = process.at
    process.at = local("2026-03-20")
    process.step("sign", "liaison").call("record_receipt")
    card = process.row(t.card)
    assert (card.delivered_at, card.deemed, card.received_by) == (deemed_at, True, "liaison")


def test_liaison_and_head_of_the_department_are_told(database: Database) -> None:
    alerts = process_of(database).carded().rows(t.alert, kind="card")
    assert {alert.body["to"] for alert in alerts} == {"liaison", "dept_head"}
    assert alerts[0].body["message"] == "已发出黄牌〔2026〕1号，请签收。"
