"""Writes the acts of one case down, in the order of time: who did which step when, with what data."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from webui.demo.days import Days
from webui.demo.plan import Act, Row
from webui.demo.staff import Staff

OPENING = time(9, 0)
MINUTES = 180  # an act that is the first of its day falls in the first three hours
APPLICANTS = (
    ("org", "海**有限公司"),
    ("org", "鑫**商贸行"),
    ("org", "东**餐饮店"),
    ("person", "王**"),
    ("person", "李**"),
    ("person", "张**"),
)
CHANNELS = ("counter", "counter", "web", "app", "kiosk")


class CaseWriter:
    """One case being written; ``day`` is the day that the next act falls on."""

    def __init__(self, number: str, item: Row, day: date, days: Days, staff: Staff, rng: random.Random) -> None:
        self.number, self.item, self.days, self.staff, self.rng = number, item, days, staff, rng
        self.place = (str(item["district"]), str(item["department"]))
        self.day = day
        self.now = days.midnight(day)
        self.acts: list[Act] = []
        self.clerk = staff.pick(rng, "clerk", self.place)
        self.reviewer = staff.pick(rng, "clerk", self.place)
        self.chief = staff.pick(rng, "section_chief", self.place)
        self.head = staff.pick(rng, "dept_head", self.place)

    # -- time ------------------------------------------------------------------------------------

    def wait(self, working_days: int) -> None:
        """So many working days pass."""
        if working_days:
            self.day = self.days.add(self.day, working_days)

    def _next(self) -> datetime:
        """The instant of the next act: in the morning of a new day, else some minutes later."""
        opening = datetime.combine(self.day, OPENING, self.days.zone)
        if self.now < opening:
            self.now = opening + timedelta(minutes=self.rng.randrange(MINUTES))
        else:
            self.now += timedelta(minutes=self.rng.randrange(5, 25))
        return self.now

    def stamp(self, instant: datetime | None = None) -> str:
        return (instant or self.now).isoformat()

    # -- acts ------------------------------------------------------------------------------------

    def act(self, do: str, by: str, step: str = "", **data: Any) -> None:
        self.acts.append(Act(self._next(), self.number, do, by, step, data))

    def dated(self, step: str, by: str, names: tuple[str, ...], **data: Any) -> None:
        """A completion some of whose fields are the instant of the act itself."""
        at = self._next()
        told = {name: self.stamp(at) for name in names}
        self.acts.append(Act(at, self.number, "complete", by, step, {**told, **data}))

    def start(self) -> None:
        kind, name = self.rng.choice(APPLICANTS)
        at = self._next()
        data = {"applicant_name_masked": name, "applicant_type": kind, "channel": self.rng.choice(CHANNELS)}
        told = {**data, "received_at": self.stamp(at)}
        self.acts.append(Act(at, self.number, "start", self.clerk, "", told))

    def receive(self, outcome: str, **data: Any) -> None:
        self.act("complete", self.clerk, "receive", outcome=outcome, **data)

    def supplement(self, count: int) -> None:
        self.dated("supplement", self.clerk, ("supplemented_at",), supplement_count=count)

    def accept(self) -> None:
        receipt = f"SL-{self.number[-9:]}"
        self.dated("accept", self.clerk, ("acceptance_at",), receipt_no=receipt)

    def review(self, next_step: str, by: str = "") -> None:
        words = {"review_opinion": "材料齐全，符合条件", "review_result": "pass"}
        self.act("complete", by or self.reviewer, "review", **words, next_step=next_step)

    def audit(self, by: str = "") -> None:
        self.act("complete", by or self.chief, "audit", audit_opinion="同意", audit_result="agree")

    def decide(self, decision: str = "granted", **data: Any) -> None:
        reasons = {} if decision == "granted" else {"reason_text": "条件不符", "remedy_told": True}
        self.dated("decide", self.head, ("decision_date",), decision=decision, **reasons, **data)

    def special(self, kind: str, working_days: int, *, step: bool) -> None:
        """The clock stops for a special procedure; ``step`` when the route has one for it."""
        reason = f"组织{kind}"
        self.act("suspend", self.clerk, kind=kind, approver=self.head, reason=reason, own_limit=working_days + 5)
        begun = self.now
        self.wait(working_days)
        self.act("resume", self.clerk, reason=f"{kind}结束")
        if step:
            start = self.stamp(begun)
            told = {"special_start": start, "notice_to_applicant_at": start, "special_limit_wd": working_days + 5}
            self.dated("special_procedure", self.clerk, ("special_end",), special_type=kind, **told)

    def extend(self, amount: int) -> None:
        self.act("extend", self.head, amount=amount, unit="working_day", approver=self.head, reason="案情复杂")

    def fee(self, *, surplus: int = 0, code: str = "") -> None:
        """The fee as in the catalogue, or with a surplus, or under a code that is not there."""
        entry = self.rng.choice(self.item["fees"])
        standard, quantity = Decimal(str(entry["standard"])), Decimal(self.rng.randrange(4, 40))
        self.act(
            "complete",
            self.clerk,
            "fee",
            fee_code=code or entry["code"],
            standard=standard,
            quantity=quantity,
            fee_amount=standard * quantity + surplus,
            fee_receipt_no=f"PJ-{self.number[-9:]}",
        )

    def deliver(self) -> None:
        mode = self.rng.choice(("counter", "post", "electronic"))
        self.act("complete", self.clerk, "deliver", delivery_mode=mode)

    def publish(self) -> None:
        stars = self.rng.choice((5, 5, 5, 5, 4, 4, 3))
        self.dated("publish_evaluate", self.clerk, ("published_at",), satisfaction=stars)
