"""Renewals of a licence: an ordinary one, each rule of the model broken by one unit, and each just kept."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from webui.demo.drafts import Breach, Draft, Variant, at_step, enters, quiet

PROCESS = "licence_renewal"
TERM, PUBLICATION, IDLE, TOLD = 10, 7, 5, 2  # working days
SECOND = timedelta(seconds=1)
STANDARD = Decimal("80.00")


def ordinary(draft: Draft) -> None:
    """Received, reviewed, audited, decided within a week, paid, published, rated."""
    draft.start = {"applied_at": draft.at(0, 9).isoformat()}
    draft.do(draft.at(0, 10), "receive", outcome="accepted", required_materials=["01", "02"])
    area, capacity = draft.rng.randint(60, 400), draft.rng.randint(50, 500)
    draft.do(draft.at(1, 10), "review", area=area, capacity=capacity, certificate=True, next_step="audit")
    draft.do(draft.at(3, 10), "audit", "section_chief", audit_opinion="同意")
    host = draft.people["section_chief"]
    draft.do(draft.at(5, 15), "decide", "dept_head", decision="granted", hearing_host_id=host)
    _date(draft, "decide", "decided_at")
    quantity = draft.rng.randint(1, 9)
    paid = draft.do(draft.at(6, 10), "fee", fee_code="WS-01", quantity=quantity, fee_amount=STANDARD * quantity)
    paid.data.update(waiver_amount=0, waiver_doc="", payee_account="TREASURY-01")
    draft.do(draft.at(10, 10), "publish")
    _date(draft, "publish", "published_at")
    draft.do(draft.at(12, 10), "evaluate", satisfaction=draft.rng.randint(3, 5), complaint_opened=False)


def _date(draft: Draft, step: str, name: str, away: timedelta = timedelta()) -> None:
    event = draft.of(step)
    event.data[name] = (event.at + away).isoformat()


def _move(draft: Draft, **working_days: int) -> None:
    """Let steps be done on other days, what is dated by them too."""
    for step, count in working_days.items():
        draft.of(step).at = draft.at(count, 15)
    _date(draft, "decide", "decided_at")
    _date(draft, "publish", "published_at")


def _deemed(draft: Draft) -> Breach:
    _move(draft, review=4, audit=8, decide=TERM + 1, fee=TERM + 2, publish=TERM + 3, evaluate=TERM + 4)
    return Breach("LR-03.1", "yellow", draft.over(TERM, draft.at(0, 9)))


def _last_day(draft: Draft) -> None:
    _move(draft, review=4, audit=8, decide=TERM, fee=TERM + 1, publish=TERM + 2, evaluate=TERM + 3)


def _published(draft: Draft, taken: int) -> Breach:
    _move(draft, publish=5 + taken, evaluate=5 + taken + 1)
    return Breach("LR-07.1", "notice", draft.over(PUBLICATION, draft.of("decide").at))


def _idle(draft: Draft, taken: int) -> Breach:
    _move(draft, audit=1 + taken, decide=2 + taken, fee=3 + taken, publish=5 + taken, evaluate=8 + taken)
    return Breach("LR-09.1", "notice", draft.over(IDLE, draft.of("review").at))


def _stopped(draft: Draft, taken: int) -> Breach:
    begin = draft.at(1, 11)
    draft.stop(begin, draft.at(1 + taken, 9), own_limit=TOLD)
    _move(draft, audit=1 + taken, decide=2 + taken)
    return Breach("LR-09.2", "yellow", draft.over(TOLD, begin))


def _stops(draft: Draft, count: int) -> None:
    for number in range(count):
        draft.stop(draft.at(3 + number, 11), draft.at(3 + number, 12))


def _stop_near_the_end(draft: Draft, day: int) -> None:
    _last_day(draft)
    draft.stop(draft.at(day, 9), draft.at(day, 10))


def _supplements(draft: Draft, count: int) -> Breach:
    for number in range(count):
        asked = draft.at(0, 9, 5 + 10 * number)
        draft.do(asked, "receive", outcome="supplement", required_materials=["01"])
        draft.do(asked + timedelta(minutes=5), "supplement", supplemented_at=asked.isoformat())
    return Breach("LR-02.1", "yellow", draft.of("supplement").at, occurrence=count)


def _host(draft: Draft) -> None:
    draft.of("decide").data["hearing_host_id"] = draft.people["clerk"]


def _area(draft: Draft, area: int, decision: str) -> None:
    draft.of("review").data["area"] = area
    draft.of("decide").data["decision"] = decision


def _skip(draft: Draft) -> None:
    draft.of("review").data["next_step"] = "decide"
    draft.events.remove(draft.of("audit"))
    draft.of("decide").at = draft.at(5, 15)


def _dated(draft: Draft, away: timedelta) -> None:
    """The decision is dated so far from the audit."""
    draft.of("decide").data["decided_at"] = (draft.of("audit").at + away).isoformat()


def _fee(draft: Draft, more: Decimal, waived: Decimal = Decimal(0), paper: str = "") -> None:
    paid = draft.of("fee").data
    paid.update(fee_amount=paid["fee_amount"] + more - waived, waiver_amount=waived, waiver_doc=paper)


CENT = Decimal("0.01")
FAULTS = (
    Variant(
        "paper_beyond_the_guide",
        at_step("LR-01.1", "yellow", "receive", enters("receive", required_materials=["01", "09"])),
    ),
    Variant("asked_twice", lambda draft: _supplements(draft, 2)),
    Variant("decided_a_day_after_the_term", _deemed),
    Variant("host_reviewed", at_step("LR-04.1", "red", "decide", _host)),
    Variant("beyond_his_power_by_one", at_step("LR-04.2", "red", "decide", enters("review", capacity=501))),
    Variant("granted_a_metre_short", at_step("LR-05.1", "yellow", "decide", lambda draft: _area(draft, 59, "granted"))),
    Variant("denied_without_need", at_step("LR-05.1", "yellow", "decide", lambda draft: _area(draft, 60, "denied"))),
    Variant("no_audit", at_step("LR-05.2", "yellow", "decide", _skip)),
    Variant("dated_a_second_early", at_step("LR-05.3", "red", "decide", lambda draft: _dated(draft, -SECOND))),
    Variant(
        "dated_a_second_ahead",
        at_step("LR-05.3", "red", "decide", lambda draft: _date(draft, "decide", "decided_at", SECOND)),
    ),
    Variant("stopped_twice", at_step("LR-05.4", "notice", "decide", lambda draft: _stops(draft, 2))),
    Variant(
        "stopped_on_the_last_day", at_step("LR-05.4", "notice", "decide", lambda draft: _stop_near_the_end(draft, TERM))
    ),
    Variant("a_cent_too_much", at_step("LR-06.1", "red", "fee", lambda draft: _fee(draft, CENT))),
    Variant(
        "a_cent_waived_without_paper", at_step("LR-06.1", "red", "fee", lambda draft: _fee(draft, Decimal(0), CENT))
    ),
    Variant("published_a_day_late", lambda draft: _published(draft, PUBLICATION + 1)),
    Variant("rated_two", at_step("LR-08.1", "notice", "evaluate", enters("evaluate", satisfaction=2))),
    Variant("idle_a_day_too_long", lambda draft: _idle(draft, IDLE + 1)),
    Variant("stopped_a_day_too_long", lambda draft: _stopped(draft, TOLD + 1)),
)
NEAR_MISSES = (
    Variant("asked_once", quiet(lambda draft: _supplements(draft, 1))),
    Variant("decided_on_the_last_day_of_the_term", quiet(_last_day)),
    Variant("just_within_his_power", quiet(enters("review", capacity=500))),
    Variant("granted_with_the_least_area", quiet(lambda draft: _area(draft, 60, "granted"))),
    Variant("denied_a_metre_short", quiet(lambda draft: _area(draft, 59, "denied"))),
    Variant("dated_as_the_audit", quiet(lambda draft: _dated(draft, timedelta()))),
    Variant("stopped_once", quiet(lambda draft: _stops(draft, 1))),
    Variant("stopped_a_day_before_the_last", quiet(lambda draft: _stop_near_the_end(draft, TERM - 1))),
    Variant("a_cent_waived_with_paper", quiet(lambda draft: _fee(draft, Decimal(0), CENT, "减免 12 号"))),
    Variant("published_on_the_last_day", quiet(lambda draft: _published(draft, PUBLICATION))),
    Variant("rated_three", quiet(enters("evaluate", satisfaction=3))),
    Variant("rated_two_and_complained", quiet(enters("evaluate", satisfaction=2, complaint_opened=True))),
    Variant("idle_to_the_last_day", quiet(lambda draft: _idle(draft, IDLE))),
    Variant("stopped_to_the_last_day", quiet(lambda draft: _stopped(draft, TOLD))),
)
