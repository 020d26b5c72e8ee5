"""Row 7: an appeal is filed in 5 working days, decided in 10 by somebody else; a red card's by others still (B.5)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import EngineError
from monitors import tables as t
from tests.monitors.handling.office import File, Office


@pytest.fixture
def yellow(office: Office) -> File:
    return office.warn("yellow").delivered()


@pytest.fixture
def red(office: Office) -> File:
    return office.warn("red").delivered()


def filed(file: File) -> File:
    file.do("appeal", "liaison", appeal=True, grounds="系统故障")
    return file


def late(file: File) -> list[Any]:
    return file.office.rows(t.warning, case_id=file.instance_id, checkpoint="VH-07")


def test_row_7_an_appeal_is_filed_within_five_working_days_of_the_delivery(red: File) -> None:
    red.office.wait_until("2026-03-19", "23:59")
    assert red.waiting == {"appeal", "rectify"}
    red.office.wait_until("2026-03-20", "00:01")
    assert red.waiting == {"rectify"}


def test_row_7_an_appeal_is_decided_within_ten_working_days(red: File) -> None:
    red.appealed(stay=True)
    red.office.wait_until("2026-03-26", "23:59")
    assert late(red) == []
    red.office.wait_until("2026-03-27", "00:01")
    (hit,) = late(red)
    assert (hit.department, hit.level) == ("supervision", "yellow")
    assert red.waiting == {"decide_appeal", "rectify"}


def test_row_7_the_appeal_does_not_stop_the_rectification(yellow: File) -> None:
    yellow.appealed()
    assert yellow.waiting == {"decide_appeal", "rectify"}
    assert yellow.row(t.supervision_order).deadline.isoformat() == "2026-03-19"
    yellow.rectified()
    assert yellow.row(t.rectification).on_time


def test_row_7_unless_the_supervisor_lets_it_wait(yellow: File) -> None:
    """Admitted on the day of the delivery: five days were left, and run from the decision on."""
    yellow.appealed(stay=True)
    yellow.office.wait_until("2026-03-24", "10:00")
    assert yellow.waiting == {"decide_appeal", "rectify"}  # nothing ran out meanwhile
    yellow.do("decide_appeal", "leader", appeal_outcome="upheld", appeal_reason="经查")
    assert yellow.row(t.supervision_order).deadline.isoformat() == "2026-03-31"
    yellow.office.wait_until("2026-03-31", "23:59")
    assert yellow.waiting == {"rectify"}
    yellow.office.wait_until("2026-04-01", "00:01")
    assert yellow.waiting == {"issue_red"}


def test_row_7_an_outcome_of_revoke_ends_everything(yellow: File) -> None:
    yellow.appealed()
    outcome = yellow.do("decide_appeal", "leader", appeal_outcome="revoked", appeal_reason="经查")
    assert (outcome.state, yellow.waiting) == ("ended", set())
    assert (yellow.violation.state, yellow.row(t.card).state) == ("revoked", "revoked")


def test_row_7_an_outcome_of_uphold_leaves_the_card(yellow: File) -> None:
    yellow.appealed()
    yellow.do("decide_appeal", "leader", appeal_outcome="upheld", appeal_reason="经查")
    assert (yellow.row(t.card).state, yellow.waiting) == ("upheld", {"rectify"})


def test_row_7_an_outcome_of_downgrade_makes_red_yellow(red: File) -> None:
    red.appealed()
    red.do("decide_appeal", "leader2", appeal_outcome="downgraded", appeal_reason="经查")
    card = red.row(t.card)
    assert (card.colour, card.issued_colour, red.violation.level) == ("yellow", "red", "yellow")


def test_row_7_an_outcome_of_escalate_goes_to_a_higher_body(yellow: File) -> None:
    yellow.appealed("head")
    yellow.do("decide_appeal_head", "head2", appeal_outcome="escalated", appeal_reason="案情重大")
    assert (yellow.row(t.appeal).state, yellow.waiting) == ("escalated", {"accept_appeal", "rectify"})
    with pytest.raises(EngineError, match="appeal_body"):
        yellow.do("accept_appeal", "supervisor2", admitted=True, appeal_body="head", stay=False)
    yellow.do("accept_appeal", "supervisor2", admitted=True, appeal_body="leader", stay=False)
    yellow.do("decide_appeal", "leader", appeal_outcome="upheld", appeal_reason="经查")
    appeal = yellow.row(t.appeal)
    assert (appeal.state, appeal.body, appeal.decided_by) == ("upheld", "leader", "leader")


def test_an_appeal_may_be_refused_admission_with_a_reason(yellow: File) -> None:
    filed(yellow)
    yellow.do("accept_appeal", "supervisor2", admitted=False, admission_reason="无新的事实", stay=False)
    appeal = yellow.row(t.appeal)
    assert (appeal.state, appeal.reason, appeal.decided_by) == ("rejected", "无新的事实", "supervisor2")
    assert (yellow.row(t.card).state, yellow.waiting) == ("delivered", {"rectify"})


def test_the_issuer_never_decides(yellow: File) -> None:
    yellow.appealed("head")
    with pytest.raises(EngineError):
        yellow.do("decide_appeal_head", "chief", appeal_outcome="upheld", appeal_reason="经查")
    assert yellow.waiting == {"decide_appeal_head", "rectify"}


def test_a_red_card_is_not_the_office_heads_to_decide(red: File) -> None:
    filed(red)
    with pytest.raises(EngineError, match="leader, panel"):
        red.do("accept_appeal", "supervisor2", admitted=True, appeal_body="head", stay=False)


def test_a_red_card_is_decided_by_a_second_leader(red: File) -> None:
    red.appealed()
    with pytest.raises(EngineError):
        red.do("decide_appeal", "leader", appeal_outcome="upheld", appeal_reason="经查")
    red.do("decide_appeal", "leader2", appeal_outcome="upheld", appeal_reason="经查")
    assert red.row(t.appeal).decided_by == "leader2"


@pytest.mark.parametrize(
    ("votes", "outcome"),
    [
        (("upheld", "revoked", "upheld"), "upheld"),
        (("revoked", "upheld", "revoked"), "revoked"),
        (("revoked", "upheld", "downgraded"), "downgraded"),
    ],
)
def test_or_by_a_panel_of_three_whose_middle_vote_counts(red: File, votes: tuple[str, ...], outcome: str) -> None:
    red.appealed("panel")
    for member, vote in enumerate(votes):
        assert red.row(t.appeal).state == "accepted"
        red.do("panel_vote", f"member{member}", vote=vote)
    appeal = red.row(t.appeal)
    assert (appeal.state, appeal.votes) == (outcome, {f"member{n}": vote for n, vote in enumerate(votes)})
    assert str(votes.count("upheld")) in appeal.reason


@pytest.mark.parametrize("member", ["supervisor", "head", "leader", "liaison", "member0"])
def test_nobody_votes_twice_or_about_what_he_did_himself(red: File, member: str) -> None:
    red.appealed("panel")
    red.do("panel_vote", "member0", vote="upheld")
    with pytest.raises(EngineError):
        red.do("panel_vote", member, vote="upheld")
