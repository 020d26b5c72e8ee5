"""Government purchases: an ordinary one, each rule of the model broken by one unit, and each just kept."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from webui.demo.drafts import Draft, Variant, at_step, enters, quiet

PROCESS = "procurement"
THRESHOLD, BEFORE, OFFERED = 400_000, 300_000, 5  # yuan, yuan, working days
CENT, SECOND = Decimal("0.01"), timedelta(seconds=1)


def ordinary(draft: Draft) -> None:
    """Planned, offered for five working days, answered with a deposit, judged by four experts of five."""
    unit = f"school-{draft.number}"
    amount = draft.rng.randint(20_000, 90_000)
    draft.do(draft.at(1, 10), "plan", unit=unit, catalogue="A02010104", amount=amount, threshold=THRESHOLD)
    draft.do(draft.at(8, 10), "notice")
    _offer(draft, OFFERED)
    draft.do(draft.at(10, 10), "respond", bid_deposit=Decimal(amount) / 50)
    draft.do(draft.at(11, 10), "evaluate")
    _panel(draft, 4, 5)


def _offer(draft: Draft, working_days: int) -> None:
    first = draft.days.add(draft.day, 2)
    told = {"file_start": first.isoformat(), "file_end": draft.days.add(first, working_days).isoformat()}
    draft.of("notice").data.update(told)


def _panel(draft: Draft, experts: int, members: int) -> None:
    roles = ["expert"] * experts + ["buyer"] * (members - experts)
    draft.of("evaluate").data["members"] = [{"role": role} for role in roles]


def _bought(draft: Draft, amount: Decimal, day: date | None = None) -> None:
    """Something of the same kind was bought before, by default on the first day of the year."""
    planned = draft.of("plan")
    planned.data["amount"] = amount
    draft.of("respond").data["bid_deposit"] = amount / 50
    key = f"{planned.data['unit']}/{planned.data['catalogue']}"
    new_year = date(draft.days.day_of(planned.at).year, 1, 1)
    draft.row("purchases", key, day or new_year, planned.at - timedelta(days=200), BEFORE)


def _corrected(draft: Draft, away: timedelta) -> None:
    """What was bought before was first told a cent too low, and put right so long after the check."""
    _bought(draft, JUST)
    right = draft.rows[-1]
    first = {**right, "amount": BEFORE - CENT}
    draft.rows[-1:] = [first, {**right, "recorded_at": draft.of("plan").at + away}]


def _bought_last_year(draft: Draft) -> None:
    year = draft.days.day_of(draft.of("plan").at).year
    _bought(draft, Decimal(THRESHOLD - BEFORE), date(year - 1, 12, 31))


def _deposit(draft: Draft, more: Decimal) -> None:
    draft.of("respond").data["bid_deposit"] += more


JUST = Decimal(THRESHOLD - BEFORE)
FAULTS = (
    Variant("split_to_the_threshold", at_step("PU-01.1", "red", "plan", lambda draft: _bought(draft, JUST))),
    Variant("corrected_a_second_before", at_step("PU-01.1", "red", "plan", lambda draft: _corrected(draft, -SECOND))),
    Variant("offered_a_day_short", at_step("PU-02.1", "yellow", "notice", lambda draft: _offer(draft, OFFERED - 1))),
    Variant("deposit_a_cent_too_high", at_step("PU-03.1", "yellow", "respond", lambda draft: _deposit(draft, CENT))),
    Variant("panel_of_four", at_step("PU-04.1", "red", "evaluate", lambda draft: _panel(draft, 4, 4))),
    Variant("panel_of_three", at_step("PU-04.1", "red", "evaluate", lambda draft: _panel(draft, 3, 3))),
    Variant("panel_of_six", at_step("PU-04.1", "red", "evaluate", lambda draft: _panel(draft, 5, 6))),
    Variant("an_expert_short", at_step("PU-04.1", "red", "evaluate", lambda draft: _panel(draft, 4, 7))),
)
NEAR_MISSES = (
    Variant("a_cent_below_the_threshold", quiet(lambda draft: _bought(draft, JUST - CENT))),
    Variant("corrected_a_second_after", quiet(lambda draft: _corrected(draft, SECOND))),
    Variant("bought_on_the_last_day_of_last_year", quiet(_bought_last_year)),
    Variant("tendered_at_the_threshold", quiet(lambda draft: _bought(draft, Decimal(THRESHOLD)))),
    Variant("deposit_a_cent_lower", quiet(lambda draft: _deposit(draft, -CENT))),
    Variant("five_experts_of_seven", quiet(lambda draft: _panel(draft, 5, 7))),
    Variant("offered_a_day_more", quiet(lambda draft: _offer(draft, OFFERED + 1))),
    Variant("no_buyer_at_all", quiet(enters("evaluate", members=[{"role": "expert"}] * 5))),
)
