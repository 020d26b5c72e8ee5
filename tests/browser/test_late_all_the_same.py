"""A step done after its limit but before the worker has looked: overdue all the same, and told once."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="needs a browser: playwright is not installed")

from playwright.sync_api import expect

from engine import Database
from engine.tables import journal
from tests.browser.acts import (
    HOUSING,
    PERMIT,
    REVIEW,
    accepted_case,
    assert_not_reloaded,
    board_row,
    move_past_limit,
    warning_number,
    watch,
)
from tests.browser.people import SLOW
from tests.browser.product import Product, until
from tests.browser.records import Records

RAISED = {("AA-04.1", "notice"): 1, ("AA-04.1", "yellow"): 1, ("AA-16.1", "notice"): 1}


def stop_between_writes(product: Product) -> None:
    """Stop the worker while this process is the one that writes: in the middle of a transaction it would hold up everybody."""
    database = Database(f"sqlite:///{product.database}")
    with database.begin():
        product.children["worker"].signal(signal.SIGSTOP)
    database.dispose()


def test_step_done_before_the_tick_is_late_all_the_same(apart: Product, visit: Callable[..., Any]) -> None:
    """The worker stands still while the clerk submits: the clerk's own command raises the warning."""
    records = Records(apart.database)
    clerk, board = visit(apart, HOUSING["clerk"]), visit(apart, HOUSING["supervisor"])
    number = accepted_case(clerk, PERMIT)
    case = records.case(number)
    watch(board)
    clerk.open_task(number, REVIEW.zh)
    clerk.fill(REVIEW.answers)
    other = clerk.page
    clerk.page = clerk.tab()
    clerk.go("/tasks")
    stop_between_writes(apart)
    try:
        move_past_limit(clerk, records, number)
        assert records.warnings(case.id) == {}, "nobody has looked yet"
        clerk.submit(other)
        expect(other.locator(".alert-success")).to_have_text("已办结：审查。", timeout=SLOW)
        expect(board_row(board, number)).to_have_count(1, timeout=SLOW)
        assert_not_reloaded(board)
        board.shot("zh-20-late-all-the-same")
        assert records.warnings(case.id) == RAISED, "the clerk's own command raises them"
        assert records.steps(case.id)["review"] == 1
        assert "review" in records.rows(journal, chain=case.id)[-1].body
    finally:
        apart.children["worker"].signal(signal.SIGCONT)
    warning_no = warning_number(board_row(board, number))
    # The worker is back when it has started the handling of the warning; it has not raised it again.
    until("handling", lambda: len(records.rows_of_handling(warning_no)) == 1, 30)
    assert records.warnings(case.id) == RAISED
    board.go("/board?state=all")
    expect(board_row(board, number)).to_have_count(1, timeout=SLOW)
    records.verify_chain(case.id)
    assert board.complaints == clerk.complaints == []
