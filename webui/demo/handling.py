"""What people do about a warning: explain, verify, order, card, sign, appeal or not, rectify (domain sheet B.4)."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from typing import Any

from webui.demo.days import Days
from webui.demo.plan import Act, Expected
from webui.demo.staff import Staff

ANSWER_IN = {"notice": 1, "yellow": 3, "red": 1}
RECTIFY_IN = {"notice": 5, "yellow": 5, "red": 10}
GROUNDS = (("系统对接延迟，数据补传", "system_fault"), ("窗口人手不足", "none"), ("申请人临时变更材料", "wrong_data"))
LAPSES_AFTER = 2  # working days without a signature: deemed delivered; without an explanation: verified without
LEFT_LYING = 0.1  # of the files: somewhere nobody goes on


class File:
    """The file of one warning being written."""

    def __init__(
        self,
        case: str,
        place: tuple[str, str],
        warning: Expected,
        days: Days,
        staff: Staff,
        rng: random.Random,
        overtaken: bool = False,
    ) -> None:
        self.overtaken = overtaken
        self.case, self.place, self.warning = case, place, warning
        self.days, self.staff, self.rng = days, staff, rng
        self.level = warning.level
        self.day = days.day_of(warning.raised)
        self.now = warning.raised
        self.acts: list[Act] = []
        self.liaison = staff.pick(rng, "liaison", place)
        self.supervisor = staff.pick(rng, "supervisor", place)

    def do(self, step: str, by: str, wait: int, **data: Any) -> None:
        """A step ``wait`` working days after the one before, in office hours."""
        self.day = self.days.add(self.day, wait) if wait else self.days.on_or_after(self.day)
        opening = datetime.combine(self.day, time(13, 30), self.days.zone)
        self.now = max(opening, self.now) + timedelta(minutes=self.rng.randrange(3, 40))
        self.acts.append(Act(self.now, self.case, "complete", by, step, data, self.warning))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share


def handle(file: File) -> list[Act]:
    """All the acts on one warning; some files are left lying where they are."""
    _whole(file)
    return file.acts[: file.rng.randrange(len(file.acts))] if file.chance(LEFT_LYING) else file.acts


def _whole(file: File) -> None:
    late = 0 if file.chance(0.85) else file.rng.randint(1, 4)
    words, ground = file.rng.choice(GROUNDS)
    answer = file.rng.randint(1, ANSWER_IN[file.level]) + late
    if late <= LAPSES_AFTER:
        file.do("explain", file.liaison, answer, explanation=words, explanation_ground=ground)
    else:
        lapsed = ANSWER_IN[file.level] + LAPSES_AFTER  # no earlier does it go on without an explanation
        file.day = file.days.add(file.day, max(answer, lapsed))
    outcome = _outcome(file)
    reason = {"dismissed": "数据更正后不成立", "exempted": "情况属实，予以免责", "confirmed": "事实清楚，属实"}[outcome]
    file.do("verify", file.supervisor, file.rng.randint(1, 3), outcome=outcome, reason=reason, same_cause_as="")
    if outcome == "confirmed":
        _order(file)
        _card(file)


def _outcome(file: File) -> str:
    if file.overtaken:
        return "exempted"
    shares = {"notice": (30, 45, 25), "yellow": (12, 13, 75), "red": (5, 5, 90)}[file.level]
    return file.rng.choices(("dismissed", "exempted", "confirmed"), shares)[0]


def _order(file: File) -> None:
    head = file.staff.pick(file.rng, "office_head", file.place)
    draft = {"order_kind": "一般督办", "recipients": "", "demand": "限期办结并报送整改报告"}
    file.do("draft_order", file.supervisor, 1, **draft)
    if file.chance(0.1):
        file.do("approve_order", head, 1, approved=False, opinion="要求写明期限")
        file.do("draft_order", file.supervisor, 1, **draft)
    file.do("approve_order", head, file.rng.randint(0, 1), approved=True, opinion="同意")


def _card(file: File) -> None:
    issuer = _issue(file)
    if file.chance(0.85):
        file.do("sign", file.liaison, 1, received_by_name="收发室")
    else:
        file.day = file.days.add(file.day, LAPSES_AFTER + 1)
    left = _left_after_appeal(file, issuer)
    if left:
        _rectify(file, left)


def _issue(file: File) -> str:
    """Who issued the card; a notice has an order only."""
    if file.level == "notice":
        return ""
    issuer = file.staff.pick(file.rng, "leader" if file.level == "red" else "office_head", file.place)
    word = {"cites_unverified": True, "basis_reason": "依本市行政效能监察办法"}  # asked for where the basis is no law
    file.do(f"issue_{file.level}", issuer, file.rng.randint(0, 2), basis_confirmed=True, opinion="同意发牌", **word)
    return issuer


def _left_after_appeal(file: File, issuer: str) -> int:
    """Working days left for the rectification, which waits for the decision; 0 when that revokes the card.

    Some departments say that they will not appeal, some say nothing.
    """
    choice = file.rng.choices(("filed", "waived", "silent"), (30, 45, 25))[0]
    most, wait = RECTIFY_IN[file.level], file.rng.randint(1, 4)
    if choice == "waived":
        file.do("appeal", file.liaison, 0, appeal=False)
    if choice != "filed" or file.level == "notice":
        return most
    delivered = file.day
    file.do("appeal", file.liaison, wait, appeal=True, grounds="非本单位原因造成")
    file.do("accept_appeal", file.supervisor, 0, admitted=True, appeal_body="leader", stay=True)
    used = len(file.days.between(delivered, file.day))
    outcome = file.rng.choice(("upheld", "revoked", "downgraded" if file.level == "red" else "upheld"))
    leader = file.staff.pick(file.rng, "leader", file.place, issuer)
    file.do("decide_appeal", leader, file.rng.randint(2, 8), appeal_outcome=outcome, appeal_reason="经复核")
    return 0 if outcome == "revoked" else max(1, most - used)


def _rectify(file: File, left: int) -> None:
    head = file.staff.pick(file.rng, "dept_head", file.place)
    report = {"measures": "已整改，完善内部提醒", "evidence": "整改报告.pdf"}
    late = file.chance(0.1) and file.level != "yellow"  # a late yellow one becomes red, which nobody here handles
    file.do("rectify", head, left + 2 if late else file.rng.randint(0, left - 1), **report)
    if file.chance(0.15):
        file.do(
            "verify_rectification", file.supervisor, 1, rectification_outcome="returned", verification_reason="证据不足"
        )
        file.do("rectify", head, file.rng.randint(1, 4), **report)
    wait = file.rng.randint(1, 3)
    file.do(
        "verify_rectification", file.supervisor, wait, rectification_outcome="accepted", verification_reason="整改到位"
    )
