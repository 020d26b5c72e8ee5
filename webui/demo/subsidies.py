"""Payments of a subsidy: an ordinary one, each rule of the model broken by one unit, and each just kept."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from webui.demo.days import Days
from webui.demo.drafts import Breach, Draft, Variant, at_step, quiet
from webui.demo.plan import Row

PROCESS = "subsidy"
SECOND, CENT = timedelta(seconds=1), Decimal("0.01")
REPORTED_WITHIN = timedelta(hours=24)
REPORT_DAY = 5  # of the next month
APPROVED, PAID = 1_000, 600  # yuan
PEERS = (380, 380, 400, 400)  # mean 390, deviation 10: payments from 370 to 410 are usual
USUAL = (Decimal(370), Decimal(410))


def peers(first: date, days: Days) -> list[Row]:
    """What was paid to others before the city's first day."""
    day = first - timedelta(days=30)
    told = {"set": "payments of the class", "day": day, "recorded_at": days.midnight(day)}
    return [
        {**told, "id": f"peer-{number}", "key": f"peer-{number}", "amount": amount}
        for number, amount in enumerate(PEERS, start=1)
    ]


def ordinary(draft: Draft) -> None:
    """Verified against two registers, visited, paid, reported in the next month, reviewed."""
    paid = draft.at(4, 10)
    month = draft.days.day_of(paid).replace(day=1)
    draft.start = {"first_month": month.isoformat(), "last_month": month.isoformat(), "reports": []}
    person, household, project = (f"{kind}-{draft.number}" for kind in ("p", "h", "P"))
    _register(draft, draft.day - timedelta(days=90))
    told = {"person": person, "household": household, "pay_month": month.isoformat()}
    draft.do(draft.at(1, 10), "verify", **told)
    draft.do(draft.at(3, 12), "site")
    _visit(draft, timedelta(hours=draft.rng.randint(1, 24)))
    amount = Decimal(draft.rng.randint(37_000, 40_000)) / 100
    draft.do(paid, "pay", amount=amount, project_id=project, approved_amount=APPROVED)
    told_before = draft.days.midnight(draft.day)
    draft.row("payments", project, draft.day - timedelta(days=30), told_before, PAID)
    draft.do(paid, "report")
    _report(draft, _last_second(month) - timedelta(hours=4))
    draft.do(draft.of("report").at + timedelta(days=3), "review", "section_chief")
    _ended(draft, 2, 4)


def _last_second(month: date, zone: Any = None) -> datetime:
    """The last second in which the report of that month is in time."""
    following = (month + timedelta(days=31)).replace(day=REPORT_DAY)
    return datetime.combine(following, time(23, 59, 59), zone)


def _month(draft: Draft) -> date:
    return date.fromisoformat(draft.start["first_month"])


def _report(draft: Draft, at: datetime) -> None:
    at = at.replace(tzinfo=draft.days.zone)
    event = draft.of("report")
    event.at, event.data = at, {"reports": [{"period": draft.start["first_month"], "at": at.isoformat()}]}


def _late(draft: Draft) -> Breach:
    late = (_last_second(_month(draft)) + SECOND).replace(tzinfo=draft.days.zone)
    _report(draft, late)
    return Breach("SU-04.1", "notice", late)


def _register(draft: Draft, day: date, recorded: datetime | None = None) -> None:
    """The household stands in the register from that day on."""
    draft.rows = [row for row in draft.rows if row["set"] != "households"]
    draft.row("households", f"h-{draft.number}", day, recorded or draft.days.midnight(draft.day))


def _told(draft: Draft, away: timedelta) -> None:
    """The register told of the household so long after the check."""
    _register(draft, draft.day - timedelta(days=90), draft.of("verify").at + away)


def _dead(draft: Draft, after: int, away: timedelta = timedelta(hours=-1)) -> None:
    """The applicant died so many days after the month's first day; told so long after the check."""
    day = _month(draft) + timedelta(days=after)
    draft.row("deaths", f"p-{draft.number}", day, draft.of("verify").at + away)


def _visit(draft: Draft, taken: timedelta) -> None:
    visited = draft.of("site").at - timedelta(hours=26)
    told = {"visited_at": visited.isoformat(), "reported_at": (visited + taken).isoformat()}
    draft.of("site").data.update(told)


def _pay(draft: Draft, amount: Decimal) -> None:
    draft.of("pay").data["amount"] = amount


def _peer(draft: Draft, amount: Decimal) -> None:
    draft.of("pay").data.update(amount=amount, approved_amount=10 * APPROVED)


def _ended(draft: Draft, just_before: int, of: int) -> None:
    """So many of the cases ended on the last day but one of their term, the others a day earlier."""
    term = date(2026, 3, 10)
    ends = [term - timedelta(days=1 if number < just_before else 2) for number in range(of)]
    told = [{"ended": day.isoformat(), "deadline": term.isoformat()} for day in ends]
    draft.of("review").data["cases"] = told


FAULTS = (
    Variant("dead_on_the_first", at_step("SU-01.1", "red", "verify", lambda draft: _dead(draft, 0))),
    Variant(
        "registered_a_day_late",
        at_step(
            "SU-01.2",
            "red",
            "verify",
            lambda draft: _register(draft, draft.days.day_of(draft.of("verify").at) + timedelta(days=1)),
        ),
    ),
    Variant("register_told_a_second_late", at_step("SU-01.2", "red", "verify", lambda draft: _told(draft, SECOND))),
    Variant(
        "reported_a_second_late",
        at_step("SU-02.1", "notice", "site", lambda draft: _visit(draft, REPORTED_WITHIN + SECOND)),
    ),
    Variant("a_cent_over_the_cap", at_step("SU-03.1", "red", "pay", lambda draft: _pay(draft, APPROVED - PAID + CENT))),
    Variant("a_cent_above_the_peers", at_step("SU-03.2", "notice", "pay", lambda draft: _peer(draft, USUAL[1] + CENT))),
    Variant("a_cent_below_the_peers", at_step("SU-03.2", "notice", "pay", lambda draft: _peer(draft, USUAL[0] - CENT))),
    Variant("monthly_report_a_second_late", _late),
    Variant("one_more_than_half_piled_up", at_step("SU-05.1", "notice", "review", lambda draft: _ended(draft, 3, 5))),
)
NEAR_MISSES = (
    Variant("dead_a_day_later", quiet(lambda draft: _dead(draft, 1))),
    Variant("death_told_a_second_late", quiet(lambda draft: _dead(draft, 0, SECOND))),
    Variant("registered_on_the_day", quiet(lambda draft: _register(draft, draft.days.day_of(draft.of("verify").at)))),
    Variant("register_told_a_second_early", quiet(lambda draft: _told(draft, -SECOND))),
    Variant("reported_on_the_last_second", quiet(lambda draft: _visit(draft, REPORTED_WITHIN))),
    Variant("paid_to_the_cap", quiet(lambda draft: _pay(draft, Decimal(APPROVED - PAID)))),
    Variant("as_the_highest_peer", quiet(lambda draft: _peer(draft, USUAL[1]))),
    Variant("as_the_lowest_peer", quiet(lambda draft: _peer(draft, USUAL[0]))),
    Variant("monthly_report_on_the_last_second", quiet(lambda draft: _report(draft, _last_second(_month(draft))))),
    Variant("half_piled_up", quiet(lambda draft: _ended(draft, 2, 4))),
)
