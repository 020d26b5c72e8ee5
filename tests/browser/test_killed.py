"""Web and worker are killed ten times during one walk: nothing is lost, and nothing is done twice."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="needs a browser: playwright is not installed")

from playwright.sync_api import Error, expect

from tests.browser.acts import (
    ACCEPT,
    APPLICANT,
    HANDLING,
    HOUSING,
    PERMIT,
    RECEIVE,
    Act,
    board_row,
    choose_item,
    move_past_limit,
    warning_number,
)
from tests.browser.people import SLOW, Person
from tests.browser.product import Product, until
from tests.browser.records import Records

SEED = 20260311
KILLS = 10
VICTIMS = (("web",), ("worker",), ("web", "worker"))
PATIENCE = 60  # seconds until the product is back


class Accidents:
    """Ten power cuts, spread over the acts: before one, or while it is under way."""

    def __init__(self, product: Product, acts: int) -> None:
        self._product = product
        self._dice = random.Random(SEED)
        hit = set(self._dice.sample(range(acts), KILLS))
        self._plan = iter([number in hit for number in range(acts)])
        self.happened = 0

    @contextmanager
    def during(self) -> Iterator[None]:
        """What is done inside may be hit."""
        if not next(self._plan):
            yield
            return
        delay = self._dice.choice((0.0, self._dice.uniform(0.0, 0.3)))
        blow = threading.Timer(delay, self._strike, [self._dice.choice(VICTIMS)])
        blow.start()
        yield
        blow.join()

    def patient(self) -> bool:
        return self._dice.random() < 0.5

    def _strike(self, names: tuple[str, ...]) -> None:
        victims = [self._product.children[name] for name in names]
        for victim in victims:
            victim.kill()
        for victim in victims:
            victim.start()
        self.happened += 1


def insist(person: Person, act: Callable[[], Any]) -> None:
    """What a user does when the page does not come: wait until the product is back, and try again."""
    for _ in range(5):
        try:
            act()
            return
        except (Error, AssertionError):
            until("the product is back", lambda: reaches(person), PATIENCE)
    act()


def reaches(person: Person) -> bool:
    try:
        return bool(person.context.request.get(f"{person.base}/health", timeout=2_000).ok)
    except Error:
        return False


def told(person: Person, words: str) -> None:
    """The page says that it is done; Error as soon as the browser says that no page comes."""
    expect(person.page.locator(".alert-success, #main-frame-error").first).to_be_visible(timeout=SLOW)
    if person.page.locator("#main-frame-error").count():
        raise Error(f"{person.name} waits for a page that does not come")
    expect(person.page.locator(".alert-success")).to_contain_text(words)


def finish(person: Person, words: str) -> None:
    """Send the form; when no page comes, send the same again, as a browser does that is told to load the page again.

    A browser without a window refuses to do so, hence by its cookies and with what the form held.
    """
    address, form = person.page.url, person.filled()

    def again() -> None:
        answer = person.context.request.post(address, form=form)
        assert answer.ok and words in answer.text(), f"{answer.status} {answer.url}"
        person.page.goto(answer.url)

    try:
        person.submit()
        told(person, words)
    except (Error, AssertionError):
        insist(person, again)


def look_again(person: Person, act: Act) -> None:
    """Open the step anew: it is done, and says so, or it is still to do, and is done now."""
    address, open_form = person.page.url, person.page.locator("#step-form")

    def again() -> None:
        person.page.goto(address)
        if open_form.count():
            person.fill(act.answers)
            person.submit()
            told(person, act.zh)
        else:
            expect(person.page.locator(".alert-info")).to_contain_text("办理。", timeout=SLOW)

    try:
        person.submit()
        told(person, act.zh)
    except (Error, AssertionError):
        insist(person, again)


def step(person: Person, accidents: Accidents, number: str, act: Act) -> None:
    """A step; who has no patience opens it anew, who has some sends it again."""
    insist(person, lambda: person.open_task(number, act.zh))
    insist(person, lambda: person.fill(act.answers))
    with accidents.during():
        if accidents.patient():
            finish(person, act.zh)
        else:
            look_again(person, act)


def test_killed_ten_times(apart: Product, visit: Callable[..., Any]) -> None:
    records = Records(apart.database)
    people = {role: visit(apart, name) for role, name in HOUSING.items()}
    clerk, supervisor = people["clerk"], people["supervisor"]
    accidents = Accidents(apart, 1 + 2 + 1 + len(HANDLING))
    choose_item(clerk, PERMIT)
    clerk.fill(APPLICANT)
    with accidents.during():
        finish(clerk, "办件已登记")
    number = clerk.page.locator("aside a.number").inner_text()
    for act in (RECEIVE, ACCEPT):
        step(clerk, accidents, number, act)
    with accidents.during():
        insist(clerk, lambda: clerk.go("/tasks"))
        insist(clerk, lambda: move_past_limit(clerk, records, number))

    def on_the_board() -> bool:
        insist(supervisor, lambda: supervisor.go("/board"))
        return board_row(supervisor, number).count() == 1

    until("the warning", on_the_board, PATIENCE)
    warning_no = warning_number(board_row(supervisor, number))
    for act in HANDLING:
        step(people[act.who], accidents, warning_no, act)
    assert accidents.happened == KILLS
    _nothing_lost_nothing_twice(records, supervisor, number, warning_no)


def _nothing_lost_nothing_twice(records: Records, supervisor: Person, number: str, warning_no: str) -> None:
    case = records.case(number)
    until("the end", lambda: records.handling(warning_no).state == "ended", PATIENCE)
    handling = records.handling(warning_no)
    assert records.steps(case.id) == {"receive": 1, "accept": 1}
    assert records.steps(handling.id) == {act.element: 1 for act in HANDLING}
    assert records.warnings(case.id) == {("AA-04.1", "notice"): 1, ("AA-04.1", "yellow"): 1, ("AA-16.1", "notice"): 1}
    once = {"violations": 1, "orders": 1, "cards": 1, "appeals": 1, "rectifications": 1}
    assert records.outcomes(case.id) == once
    assert min(records.verify_chain(one) for one in (case.id, handling.id)) >= 3
    page = supervisor.go("/violations")
    page.get_by_role("row").filter(has_text=number).get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已销号", timeout=SLOW)
    for words in (
        "部门说明",
        "已确认违规",
        "发出督办单",
        "已发牌",
        "牌已签收",
        "提出申诉",
        "申诉已决定",
        "提交整改报告",
    ):
        expect(page.locator(".timeline-line").filter(has_text=words)).to_have_count(1)
    supervisor.shot("zh-40-after-ten-kills")
    page.get_by_role("link", name=number).click()
    for words in ("环节办结：收件与形式审查", "环节办结：受理"):
        expect(page.locator(".timeline-line").filter(has_text=words)).to_have_count(1)
