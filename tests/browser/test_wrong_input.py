"""What goes wrong in the page: a word where it went wrong, and nothing stored."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="needs a browser: playwright is not installed")

from playwright.sync_api import Page, expect

from engine.tables import instance
from tests.browser.acts import APPLICANT, HOUSING, PERMIT, RECEIVE, accepted_case, choose_item, start_case
from tests.browser.people import SLOW, Person
from tests.browser.product import Product
from tests.browser.records import Records

Visit = Callable[..., Any]


def refused(person: Person, path: str, status: int) -> None:
    """That address answers with that status and with words."""
    answer = person.page.goto(f"{person.base}{path}")
    assert answer is not None and answer.status == status
    expect(person.page.get_by_role("heading", level=1)).to_be_visible(timeout=SLOW)


def mistake(page: Page, field: str, words: str) -> None:
    """The words stand at the field, and a screen reader finds them there."""
    expect(page.locator(f"#f-{field}-mistake")).to_have_text(words, timeout=SLOW)
    expect(page.locator(f'[name="{field}"]').first).to_have_class(re.compile("is-invalid"), timeout=SLOW)


def test_empty_and_mistyped_fields(product: Product, records: Records, visit: Visit) -> None:
    clerk = visit(product, HOUSING["clerk"])
    choose_item(clerk, PERMIT)
    before = len(records.rows(instance))
    clerk.fill({**APPLICANT, "applicant_name_masked": ""})
    clerk.page.locator("#f-received_at").evaluate("field => { field.type = 'text'; field.value = '昨天' }")
    clerk.submit()
    mistake(clerk.page, "applicant_name_masked", "此项必填。")
    mistake(clerk.page, "received_at", "请填写有效的日期或时间。")
    expect(clerk.page.get_by_role("alert")).to_contain_text("未保存任何内容")
    expect(clerk.page.locator('[name="applicant_type"][value="org"]')).to_be_checked()
    clerk.shot("zh-30-mistakes")
    assert len(records.rows(instance)) == before
    clerk.fill(
        {"applicant_name_masked": "滨**建筑公司", "received_at": clerk.product_time().strftime("%Y-%m-%dT00:00")}
    )
    clerk.submit()
    expect(clerk.page.locator(".alert-success")).to_contain_text("办件已登记", timeout=SLOW)
    assert len(records.rows(instance)) == before + 1


def test_step_completed_twice(product: Product, records: Records, visit: Visit) -> None:
    """Two tabs with the same step: the second is told that it is done, by whom and when."""
    clerk = visit(product, HOUSING["clerk"])
    number = start_case(clerk, PERMIT)
    clerk.open_task(number, RECEIVE.zh)
    second = clerk.tab()
    second.goto(clerk.page.url)
    for page in (clerk.page, second):
        clerk.fill(RECEIVE.answers, page)
    clerk.submit()
    expect(clerk.page.locator(".alert-success")).to_contain_text(RECEIVE.zh, timeout=SLOW)
    clerk.submit(second)
    expect(second.get_by_role("alert")).to_contain_text("该环节已办理或已撤回，未保存任何内容。", timeout=SLOW)
    expect(second.get_by_text("已由 陈晓 于")).to_be_visible()
    expect(second.locator("#step-form")).to_have_count(0)
    clerk.page = second
    clerk.shot("zh-31-done-already")
    assert records.steps(records.case(number).id) == {"receive": 1}


def test_somebody_else_is_refused(product: Product, records: Records, visit: Visit) -> None:
    clerk, other = visit(product, HOUSING["clerk"]), visit(product, "market_clerk1")
    number = accepted_case(clerk, PERMIT)
    step = clerk.page.url.removeprefix(product.base)
    for path in (step, f"/cases/{records.case(number).id}"):
        refused(other, path, 403)
        expect(other.page.locator("main")).to_contain_text("您的角色或管辖范围不包含此项。")
        expect(other.page.locator("main")).not_to_contain_text(number)
    other.shot("zh-32-refused")


def test_post_without_the_pages_token(product: Product, records: Records, visit: Visit) -> None:
    clerk = visit(product, HOUSING["clerk"])
    number = start_case(clerk, PERMIT)
    case = records.case(number).id
    form = {"key": "0" * 32, **RECEIVE.answers}
    answer = clerk.context.request.post(clerk.page.url, form=form)
    assert answer.status in (400, 403)
    clerk.page.locator('#step-form input[name="csrf_token"]').evaluate("field => field.remove()")
    clerk.fill(RECEIVE.answers)
    clerk.submit()
    expect(clerk.page.get_by_role("heading", name="请求有误")).to_be_visible(timeout=SLOW)
    clerk.shot("zh-33-no-token")
    assert records.steps(case) == {}


def test_sign_out(product: Product, visit: Visit) -> None:
    """After signing out the pages are closed; signing in leads back to where one wanted to go."""
    clerk = visit(product, HOUSING["clerk"])
    page = clerk.go("/cases")
    page.get_by_role("button", name="退出").click()
    expect(page.locator("#person")).to_be_visible(timeout=SLOW)
    page.go_back()
    expect(page.locator("#person")).to_be_visible(timeout=SLOW)
    refused(clerk, "/cases", 401)
    clerk.shot("zh-34-signed-out")
    page.locator("#person").fill(clerk.name)
    page.locator("#password").fill("binhai-demo")
    page.locator(".login form").first.get_by_role("button", name="登录", exact=True).click()
    expect(page).to_have_url(f"{product.base}/cases", timeout=SLOW)
