"""A case from the counter to the score sheet, each act in the page by the person who may do it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="needs a browser: playwright is not installed")

from playwright.sync_api import expect

from tests.browser.acts import (
    DEREGISTRATION,
    HANDLING,
    HOUSING,
    LATE,
    MARKET,
    PERMIT,
    accepted_case,
    assert_not_reloaded,
    board_row,
    handled_by_now,
    move_past_limit,
    warning_number,
    watch,
)
from tests.browser.diagram import assert_drawn
from tests.browser.people import SLOW, Person
from tests.browser.product import Product
from tests.browser.records import Records

Visit = Callable[..., Any]


def quiet(people: list[Person]) -> None:
    """No console complained: no error, no violation of the content policy."""
    assert [line for person in people for line in person.complaints] == []


def test_walk_in_chinese(product: Product, records: Records, visit: Visit) -> None:
    """Counter, warning on the open board, explanation, order, card, appeal, rectification, score."""
    people = {role: visit(product, name) for role, name in HOUSING.items()}
    clerk, board = people["clerk"], visit(product, HOUSING["supervisor"])
    watch(board)
    number = accepted_case(clerk, PERMIT)
    clerk.shot("zh-01-accepted")
    move_past_limit(clerk, records, number)
    row = board_row(board, number)
    expect(row).to_have_count(1, timeout=SLOW)
    assert_not_reloaded(board)
    expect(row).to_contain_text("住房和城乡建设局")
    board.shot("zh-02-board")
    warning_no = warning_number(row)
    board.page.get_by_role("link", name=LATE["zh"]).and_(row.locator("a")).click()
    expect(board.page.get_by_role("heading", name="证据")).to_be_visible(timeout=SLOW)
    board.shot("zh-03-warning")
    board.page.get_by_role("link", name=number).click()
    assert_drawn(board.page, active="review", overdue="approval", fired="approval_limit")
    board.shot("zh-04-case")
    for count, act in enumerate(HANDLING, 5):
        person = people[act.who]
        person.open_task(warning_no, act.zh)
        person.fill(act.answers)
        person.shot(f"zh-{count:02d}-{act.element}")
        person.submit()
        expect(person.page.locator(".alert-success")).to_have_text(f"已办结：{act.zh}。", timeout=SLOW)
    handled_by_now(records, warning_no, HANDLING)
    _follow_points(visit(product, "assessor"), people["supervisor"], warning_no, number)
    quiet([*people.values(), board])


def _follow_points(assessor: Person, supervisor: Person, warning_no: str, number: str) -> None:
    """From the points that were lost to the violation, to the warning, to the case and the timer that fired."""
    page = supervisor.go("/violations")
    page.get_by_role("row").filter(has_text=number).get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已销号", timeout=SLOW)
    violation_no = page.get_by_role("heading", level=1).inner_text().split()[0]
    supervisor.shot("zh-15-violation")
    for name, link in (("order", "督办〔"), ("card", "黄牌〔")):
        page.get_by_role("link", name=link).first.click()
        expect(page.locator("article.document")).to_be_visible(timeout=SLOW)
        supervisor.shot(f"zh-16-{name}")
        page.go_back()
    year = page.locator("dt", has_text="事实发生时间").locator("+ dd").inner_text()[:4]
    assessor.go(f"/scores?year={year}")
    assessor.page.get_by_role("button", name="重新计算").click()
    expect(assessor.page.locator(".alert-success")).to_contain_text("已对", timeout=SLOW)
    assessor.shot("zh-17-ranking")
    supervisor.go(f"/scores/370202/housing?year={year}")
    lines = page.locator("#deductions tbody tr").filter(has_text=violation_no)
    expect(lines.first).to_contain_text("−3")
    expect(lines.first).to_contain_text(warning_no)
    supervisor.shot("zh-18-score")
    lines.first.get_by_role("link", name=violation_no).click()
    page.get_by_role("link", name=warning_no).click()
    expect(page.get_by_text("计时事件")).to_be_visible(timeout=SLOW)
    page.get_by_role("link", name=number).click()
    expect(page.locator(".timeline-timer").filter(has_text="AA-04").first).to_be_visible(timeout=SLOW)
    supervisor.shot("zh-19-case")


def test_walk_in_english(product: Product, records: Records, visit: Visit) -> None:
    """The same beginning in English, up to an order that is approved."""
    roles = ("clerk", "liaison", "supervisor", "office_head")
    people = {role: visit(product, MARKET[role], "en") for role in roles}
    clerk, board = people["clerk"], visit(product, MARKET["supervisor"], "en")
    watch(board)
    number = accepted_case(clerk, DEREGISTRATION)
    clerk.shot("en-01-accepted")
    move_past_limit(clerk, records, number)
    row = board_row(board, number)
    expect(row).to_have_count(1, timeout=SLOW)
    assert_not_reloaded(board)
    board.shot("en-02-board")
    warning_no = warning_number(row)
    for count, act in enumerate(HANDLING[:4], 3):
        person = people[act.who]
        person.open_task(warning_no, act.en)
        person.fill(act.answers)
        person.shot(f"en-{count:02d}-{act.element}")
        person.submit()
        expect(person.page.locator(".alert-success")).to_have_text(f"Done: {act.en}.", timeout=SLOW)
    page = people["supervisor"].go("/violations")
    page.get_by_role("row").filter(has_text=number).get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Supervision order")).to_be_visible(timeout=SLOW)
    people["supervisor"].shot("en-07-violation")
    quiet([*people.values(), board])
