"""An item is changed by two people in their pages, and the next case runs on the new version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

pytest.importorskip("playwright.sync_api", reason="needs a browser: playwright is not installed")

from playwright.sync_api import expect

from tests.browser.acts import HOUSING, start_case
from tests.browser.people import SLOW
from tests.browser.product import Product

CODE = "000161600000-370202"  # promised in five working days by three steps


def test_a_faster_promise_is_proposed_approved_and_used(product: Product, visit: Callable[..., Any]) -> None:
    head, publisher = visit(product, HOUSING["dept_head"]), visit(product, "publisher")
    page = head.go(f"/items/change?code={CODE}")
    page.locator("#promised_wd").fill("11")
    page.locator("#valid_from").fill(head.product_time().astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat())
    page.locator("#reason").fill("优化流程，压缩时限")
    page.get_by_role("button", name="提议", exact=True).click()
    expect(page.locator("main .alert-warning")).to_contain_text(
        "承诺时限 11 个工作日长于法定时限 10 个工作日", timeout=SLOW
    )
    page.locator("#promised_wd").fill("4")
    page.locator("#step_limits").fill("4=1 5=2 6=1")
    page.get_by_role("button", name="提议", exact=True).click()
    expect(page.locator("main")).to_contain_text("须由他人审批", timeout=SLOW)
    page = publisher.go(f"/items/{CODE}")
    page.locator("#opinion").fill("同意")
    page.get_by_role("button", name="批准变更").click()
    expect(page.locator(".alert-success")).to_contain_text("第 2 版", timeout=SLOW)
    publisher.shot("zh-items-approved")
    clerk = visit(product, HOUSING["clerk"])
    start_case(clerk, f"{CODE}@370202.housing")
    clerk.page.locator("aside a.number").click()
    expect(clerk.page.locator("dt", has_text="事项版本").locator("+ dd")).to_have_text("2", timeout=SLOW)
