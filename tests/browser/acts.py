"""What a case goes through, as answers to its forms and names of its steps in both languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.people import SLOW, Person
from tests.browser.product import until
from tests.browser.records import Records

LATE = {"zh": "未在承诺（法定）期限内作出决定", "en": "Not decided within the promised (statutory) limit"}
YELLOW = {"zh": "黄色预警", "en": "Yellow warning"}
FIRED_BY = ("AA-04.1", "yellow")  # the rule and the rung of that warning
MOST_DAYS = 25


@dataclass(frozen=True)
class Act:
    """A step: who does it, what it is called, what is answered."""

    element: str
    who: str
    zh: str
    en: str
    answers: dict[str, Any] = field(default_factory=dict)

    def named(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


RECEIVE = Act("receive", "clerk", "收件与形式审查", "Receipt and formal check", {"outcome": "accepted"})
ACCEPT = Act("accept", "clerk", "受理", "Acceptance", {"receipt_no": "东湾住建受字〔2026〕第18号"})
REVIEW = Act(
    "review",
    "clerk",
    "审查",
    "Review",
    {"review_opinion": "材料齐全，符合条件。", "review_result": "pass", "next_step": "audit"},
)
HANDLING = (
    Act(
        "explain",
        "liaison",
        "说明",
        "Explanation",
        {"explanation": "经办人休假，交接疏漏，未及时办理。", "explanation_ground": "none"},
    ),
    Act("verify", "supervisor", "核查", "Verification", {"outcome": "confirmed", "reason": "超过承诺时限，事实清楚。"}),
    Act(
        "draft_order",
        "supervisor",
        "拟督办单",
        "Draft the order",
        {"order_kind": "一般督办", "demand": "立即办结该件，五个工作日内完善请假交接制度。"},
    ),
    Act(
        "approve_order",
        "office_head",
        "审批督办单",
        "Approve the order",
        {"approved": "True", "opinion": "同意，按期反馈。"},
    ),
    Act(
        "issue_yellow",
        "office_head",
        "签发黄牌",
        "Issue the yellow card",
        {"basis_confirmed": True, "opinion": "同意签发。"},
    ),
    Act("sign", "liaison", "签收", "Receipt by the department", {"received_by_name": "周敏"}),
    Act("appeal", "liaison", "申诉", "Appeal", {"appeal": "True", "grounds": "当日系统维护，请求从轻处理。"}),
    Act(
        "accept_appeal",
        "supervisor",
        "申诉受理",
        "Admit the appeal",
        {"admitted": "True", "appeal_body": "leader"},
    ),
    Act(
        "decide_appeal",
        "leader",
        "申诉裁定",
        "Decide the appeal",
        {"appeal_outcome": "upheld", "appeal_reason": "系统维护仅半小时，不影响期限，维持。"},
    ),
    Act(
        "rectify",
        "dept_head",
        "整改",
        "Rectification",
        {"measures": "修订交接制度，指定备岗人员。", "evidence": "东湾住建〔2026〕7号文件。"},
    ),
    Act(
        "verify_rectification",
        "supervisor",
        "整改复核",
        "Verify the rectification",
        {"rectification_outcome": "accepted", "verification_reason": "制度已修订并执行。"},
    ),
)

PERMIT = "000126300000-370202@370202.housing"  # promised in three working days
DEREGISTRATION = "000074300009-370203@370203.market"  # promised in one
HOUSING = {
    "clerk": "housing_clerk1",
    "liaison": "housing_liaison",
    "dept_head": "housing_head",
    "supervisor": "supervisor_east",
    "office_head": "office_head",
    "leader": "leader1",
}
MARKET = {
    **HOUSING,
    "clerk": "market_clerk1",
    "liaison": "market_liaison",
    "dept_head": "market_head",
    "supervisor": "supervisor_west",
    "leader": "leader2",
}
APPLICANT = {"applicant_name_masked": "滨**建筑公司", "applicant_type": "org", "channel": "counter"}


def choose_item(clerk: Person, item: str) -> None:
    """From the inbox to the form of a new case of that item."""
    page = clerk.go("/tasks")
    clerk.press(page.locator("main").get_by_role("link", name={"zh": "新办件", "en": "New case"}[clerk.language]))
    page.locator("select[name=item]").select_option(item)  # the choice sends the form
    expect(page.locator("#start-form")).to_be_visible(timeout=SLOW)


def start_case(clerk: Person, item: str) -> str:
    """A new case in the page; its number."""
    choose_item(clerk, item)
    clerk.fill(APPLICANT)
    clerk.submit()
    done = {"zh": "办件已登记", "en": "The case was started"}[clerk.language]
    expect(clerk.page.locator(".alert-success")).to_contain_text(done, timeout=SLOW)
    return clerk.page.locator("aside a.number").inner_text()


def accepted_case(clerk: Person, item: str) -> str:
    """A new case, received and accepted; its number."""
    number = start_case(clerk, item)
    for act in (RECEIVE, ACCEPT):
        clerk.do(number, act.named(clerk.language), act.answers)
    return number


def move_past(person: Person, instant: datetime) -> None:
    """Press the demo clock's buttons until that instant is just past: whole days, then from limit to limit."""
    for _ in range(MOST_DAYS):
        left = instant - person.product_time()
        if left < timedelta():
            return
        person.press_clock("P1D" if left > timedelta(days=1) else "next")
    raise AssertionError(f"{instant} is still ahead")


def move_past_limit(person: Person, records: Records, number: str) -> None:
    """Move the demo clock just past the promised limit of that case."""
    move_past(person, records.due(records.case(number).id, *FIRED_BY))


def board_row(board: Person, number: str) -> Locator:
    """The line of the board with the yellow warning of that case."""
    rows = board.page.locator("#warnings tbody tr").filter(has_text=number)
    return rows.filter(has_text=LATE[board.language]).filter(has_text=YELLOW[board.language])


def warning_number(row: Locator) -> str:
    """The warning's number, as the line shows it."""
    return row.locator("td div").first.inner_text().split(" ")[0]


def watch(board: Person) -> None:
    """Open the board and mark the page: a reload would lose the mark."""
    board.go("/board")
    expect(board.page.locator("body[data-live=true]")).to_be_visible(timeout=SLOW)
    board.page.evaluate("window.sameMorning = true")


def assert_not_reloaded(board: Person) -> None:
    assert board.page.evaluate("window.sameMorning === true"), "the board was loaded again"


def handled_by_now(records: Records, warning_no: str, acts: tuple[Act, ...]) -> None:
    """Wait until the handling of that warning has ended, each act done once."""
    until(f"end of {warning_no}", lambda: records.handling(warning_no).state == "ended", 20)
    assert records.steps(records.handling(warning_no).id) == {act.element: 1 for act in acts}
