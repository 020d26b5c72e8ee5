"""A step's form hides what the answers do not ask for, and loses nothing that is entered meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="needs a browser: playwright is not installed")

from playwright.sync_api import APIResponse, Locator, Page, Request, Route, expect

from tests.browser.acts import HOUSING, PERMIT, RECEIVE, start_case
from tests.browser.people import SLOW, Person
from tests.browser.product import Product, until

Visit = Callable[..., Any]
REASON = "不属于本机关职权范围。"
A_TURN = "new Promise(requestAnimationFrame)"  # what has arrived in the page was worked off then


class Line:
    """Between a page and the server, for its questions about hidden fields: slow or cut."""

    def __init__(self, page: Page) -> None:
        self.page, self.cut = page, False
        self.held: list[tuple[Route, APIResponse]] = []
        self._ended: list[Request] = []
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)
        page.route("**/tasks/*/hidden", self._ask)

    def _ask(self, route: Route) -> None:
        if self.cut:
            route.abort()
        else:
            self.held.append((route, route.fetch()))

    def _end(self, request: Request) -> None:
        self._ended.append(request)

    def asked(self, times: int) -> None:
        """Wait until the page has asked so often; the server has answered, and the answers are under way."""
        until("the question", lambda: self._a_turn_after(len(self.held) == times), 15)

    def deliver(self, number: int) -> None:
        """That answer arrives now, whether or not the page still waits for it."""
        route, answer = self.held[number]
        route.fulfill(response=answer)
        until("the answer", lambda: self._a_turn_after(route.request in self._ended), 15)

    def _a_turn_after(self, seen: bool) -> bool:
        self.page.evaluate(A_TURN)
        return seen


def received(clerk: Person) -> None:
    """A new case, which leads to its first step."""
    start_case(clerk, PERMIT)
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text(RECEIVE.zh, timeout=SLOW)


def reason(clerk: Person) -> Locator:
    return clerk.page.locator("#f-reason_text")


def test_a_late_answer_wipes_nothing(product: Product, visit: Visit) -> None:
    """What the page asked when it was loaded is answered after the clerk has chosen and typed."""
    clerk = visit(product, HOUSING["clerk"])
    received(clerk)
    line = Line(clerk.page)
    clerk.page.reload()
    line.asked(1)
    clerk.fill({"outcome": "rejected", "reason_text": REASON})
    line.deliver(0)
    expect(clerk.page.locator('[name="outcome"][value="rejected"]')).to_be_checked()
    expect(reason(clerk)).to_have_value(REASON)
    expect(reason(clerk)).to_be_visible()
    clerk.page.unroute("**/tasks/*/hidden")
    clerk.fill({"remedy_told": True})
    clerk.submit()
    expect(clerk.page.locator(".alert-success")).to_contain_text(RECEIVE.zh, timeout=SLOW)


def test_the_answer_to_the_last_question_counts(product: Product, visit: Visit) -> None:
    clerk = visit(product, HOUSING["clerk"])
    received(clerk)
    line = Line(clerk.page)
    clerk.page.reload()
    for count, outcome in enumerate(("supplement", "rejected", "accepted"), 1):
        line.asked(count)
        clerk.fill({"outcome": outcome})
    line.asked(4)
    line.deliver(3)
    expect(reason(clerk)).to_be_hidden()
    for older in (0, 2, 1):
        line.deliver(older)
        expect(reason(clerk)).to_be_hidden()
        expect(clerk.page.locator("#f-supplement_items")).to_be_hidden()


def test_what_is_hidden_is_not_sent_and_not_forgotten(product: Product, visit: Visit) -> None:
    clerk = visit(product, HOUSING["clerk"])
    received(clerk)
    expect(reason(clerk)).to_be_hidden()
    expect(clerk.page.get_by_text("说明理由并告知救济途径")).to_be_hidden()
    clerk.fill({"outcome": "rejected", "reason_text": REASON})
    clerk.shot("zh-35-refusal")
    clerk.fill({"outcome": "accepted"})
    expect(reason(clerk)).to_be_hidden()
    assert "reason_text" not in clerk.filled() and clerk.filled()["outcome"] == "accepted"
    clerk.fill({"outcome": "rejected"})
    expect(reason(clerk)).to_be_visible()
    assert clerk.filled()["reason_text"] == REASON


def test_without_an_answer_everything_is_asked(product: Product, visit: Visit) -> None:
    """The line is cut after something was hidden: it is shown again, and can be filled in."""
    clerk = visit(product, HOUSING["clerk"])
    received(clerk)
    expect(reason(clerk)).to_be_hidden()
    Line(clerk.page).cut = True
    clerk.fill({"outcome": "rejected", "reason_text": REASON})
    expect(clerk.page.locator("#f-supplement_items")).to_be_visible()
    assert clerk.filled()["reason_text"] == REASON
