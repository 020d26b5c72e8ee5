"""The supervision order: number, deadline, document, and two persons."""

from __future__ import annotations

from datetime import date

import pytest

from engine.db import Database
from engine.errors import Conflict, InvalidData, NotAllowed
from monitors import tables as t
from monitors.documents import Documents
from tests.monitors.handling.process import DISTRICT, Process, local, raise_warning


def process_of(database: Database, level: str = "yellow", number: str = "W-2026-000001") -> Process:
    return Process(database, raise_warning(database, number, level=level), level)


def test_an_order_has_number_facts_rule_basis_demand_and_deadline(database: Database) -> None:
    process = process_of(database).ordered()
    order = process.row(t.supervision_order)
    assert process.data["order_no"] == order.number == "督办〔2026〕1号"
    assert process.data["order_id"] == order.id
    assert (order.kind, order.demand, order.opinion) == ("一般督办", "五日内办结", "同意")
    assert (order.facts, order.facts_en) == ("承诺时限已过", "The promised limit is over")
    assert (order.rule, order.basis) == ("AA-04.1", "行政许可法 42, 82")
    assert (order.drafted_by, order.approved_by, order.state) == ("supervisor", "head", "issued")
    assert process.row(t.violation).state == "ordered"


@pytest.mark.parametrize(
    ("level", "issued", "deadline"),
    [
        ("notice", "2026-03-12", date(2026, 3, 19)),
        ("yellow", "2026-03-12", date(2026, 3, 19)),
        ("red", "2026-03-12", date(2026, 3, 26)),
        ("red", "2026-03-31", date(2026, 4, 15)),  # over Qingming: eleven weekdays
    ],
)
def test_the_deadline_is_counted_in_working_days_of_the_district(
    database: Database, level: str, issued: str, deadline: date
) -> None:
    process = process_of(database, level)
    process.at = local(issued)
    assert process.ordered().row(t.supervision_order).deadline == deadline
    assert process.data["order_deadline"] == deadline.isoformat()


def test_the_day_of_issue_is_the_local_one(database: Database) -> None:
    process = process_of(database)
    process.at = local("2026-01-01", "00:30")  # still the old year in UTC
    process.ordered()
    assert process.data["order_no"] == "督办〔2026〕1号"
    assert process.row(t.document).dated == date(2026, 1, 1)


def test_the_diagram_may_give_other_working_days(database: Database) -> None:
    process = process_of(database).confirmed()
    process.step("draft_order", "supervisor", demand="整改").step("approve_order", "head", approved=True)
    process.call("issue_order", working_days=3)
    assert process.row(t.supervision_order).deadline == date(2026, 3, 17)


@pytest.mark.parametrize("days", [0, -1, 251, True])
def test_working_days_out_of_bounds_are_refused(database: Database, days: int) -> None:
    process = process_of(database).confirmed()
    process.step("draft_order", "supervisor", demand="整改").step("approve_order", "head", approved=True)
    with pytest.raises(InvalidData, match="working_days"):
        process.call("issue_order", working_days=days)


def test_who_drafts_does_not_approve(database: Database) -> None:
    process = process_of(database).confirmed()
    process.step("draft_order", "same", demand="整改").step("approve_order", "same", approved=True)
    with pytest.raises(NotAllowed, match="same"):
        process.call("issue_order")
    assert process.rows(t.supervision_order) == []


def test_the_last_draft_and_the_last_approval_count(database: Database) -> None:
    process = process_of(database).confirmed()
    process.step("draft_order", "first", demand="整改").step("approve_order", "head", approved=False)
    with pytest.raises(NotAllowed, match="approved"):
        process.call("issue_order")
    process.step("draft_order", "head2", demand="限期整改").step("approve_order", "first", approved=True)
    process.call("issue_order")
    order = process.row(t.supervision_order)
    assert (order.drafted_by, order.approved_by, order.demand) == ("head2", "first", "限期整改")


def test_an_order_without_a_demand_is_refused(database: Database) -> None:
    process = process_of(database).confirmed()
    process.step("draft_order", "supervisor").step("approve_order", "head", approved=True)
    with pytest.raises(InvalidData, match="demand"):
        process.call("issue_order")


def test_a_violation_has_one_order(database: Database) -> None:
    process = process_of(database).ordered()
    with pytest.raises(Conflict):
        process.call("issue_order")


def test_orders_are_numbered_one_after_the_other(database: Database) -> None:
    numbers = [process_of(database, number=f"W-{n}").ordered().data["order_no"] for n in range(3)]
    assert numbers == ["督办〔2026〕1号", "督办〔2026〕2号", "督办〔2026〕3号"]


def test_an_order_is_a_document_that_can_be_printed_in_both_languages(database: Database) -> None:
    process = process_of(database).ordered()
    document = Documents(database).get(process.row(t.supervision_order).document_id)
    assert (document.district_code, document.number, document.kind) == (DISTRICT, "督办〔2026〕1号", "order")
    assert (document.title, document.title_en) == ("督办单", "Supervision order")
    assert document.dated == date(2026, 3, 12)
    assert (document.body["facts"], document.body["facts_en"]) == ("承诺时限已过", "The promised limit is over")
    assert document.body["deadline"] == "2026-03-19"
    assert Documents(database).of(process.data["violation_id"]) == (document,)


def test_the_department_is_told(database: Database) -> None:
    alert = process_of(database).ordered().row(t.alert, kind="order")
    assert alert.body["to"] == "liaison"
    assert alert.body["message"] == "已发出督办〔2026〕1号，请于2026-03-19前整改。"
    assert alert.body["message_en"] == "督办〔2026〕1号 was issued; rectify by 2026-03-19."
