"""The supervisor's side: a deadline becomes a warning, an alert, a violation, and points."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from engine.clock import VirtualClock
from tests.webui.conftest import Browser
from tests.webui.test_tasks import key_of, started
from webui.assessing import Assessor, install_sheets
from webui.wiring import Application

SignIn = Callable[[str], Browser]


@pytest.fixture
def late(modelled: Application, signed_in: SignIn, clock: VirtualClock) -> Application:
    """A case whose approval is late by its promised limit, with the violation process begun."""
    clerk = signed_in("clerk_approval")
    step = started(clerk)
    step = clerk.post(step, {"outcome": "accepted", "key": key_of(clerk.get(step).text)}).location
    data = {"acceptance_at": "2026-03-11T09:00", "receipt_no": "1", "key": key_of(clerk.get(step).text)}
    assert clerk.post(step, data).status_code == 303
    clock.advance(timedelta(days=14))
    while modelled.runtime.tick():
        pass
    return modelled


def do(browser: Browser, **answers: str) -> int:
    """Do the one yellow warning's step that waits for this person."""
    import re

    links = re.findall(
        r'href="(/tasks/[0-9a-f]+)">[^<]+</a>.*?<span class="number">(W-\d+-\d+)', browser.get("/tasks").text, re.S
    )
    step = next(url for url, _number in links if "Yellow warning" in browser.get(url).text)
    return browser.post(step, {"key": key_of(browser.get(step).text), **answers}).status_code


def test_a_deadline_passed_shows_on_the_board_with_its_evidence_in_words(late: Application, signed_in: SignIn) -> None:
    browser = signed_in("supervisor_south")
    board = browser.get("/board").text
    assert "Not decided within the promised (statutory) limit" in board and "AA-04.1" in board

    import re

    yellow = re.search(r'level-yellow">Yellow warning</span></td>\s*<td><a class="fw-bold" href="([^"]+)"', board)
    assert yellow is not None
    page = browser.get(yellow[1]).text
    assert "The limit is 8 working days, counted from 2026-03-11 09:00; the last permitted day is 2026-03-23." in page
    assert "law, article read" in page and "a limit was reached" in page and "Explanation" in page


def test_the_stream_tells_of_warnings_in_the_own_scope_only(late: Application, signed_in: SignIn, web: Flask) -> None:
    def told(person: str) -> str:
        answer = signed_in(person).client.get("/stream", headers={"Last-Event-ID": "0"})
        parts = answer.iter_encoded()
        text = next(parts) + (next(parts) if person == "supervisor_south" else b"")
        answer.close()
        return text.decode()

    assert "event: warning" in told("supervisor_south")
    assert "event" not in told("supervisor_north")
    assert web.extensions["jiancha_streams"].enter("x") is not None


def test_the_whole_way_from_explanation_to_points(late: Application, signed_in: SignIn) -> None:
    install_sheets(late)
    liaison, supervisor = signed_in("liaison_approval"), signed_in("supervisor_south")
    head, leader = signed_in("office_head_south"), signed_in("leader_south")
    assert do(liaison, explanation="系统故障", explanation_ground="system_fault") == 303
    assert do(supervisor, outcome="confirmed", reason="事实清楚") == 303
    assert do(supervisor, order_kind="一般督办", demand="整改") == 303
    assert do(head, approved="True", opinion="同意") == 303
    assert do(head, basis_confirmed="true", opinion="同意") == 303
    assert do(liaison) == 303
    assert do(liaison, appeal="True", grounds="不服") == 303
    assert do(supervisor, admitted="True", appeal_body="leader") == 303
    assert do(leader, appeal_outcome="upheld", appeal_reason="维持") == 303
    assert do(signed_in("dept_head_approval"), measures="已整改", evidence="附件") == 303
    assert do(supervisor, rectification_outcome="accepted", verification_reason="属实") == 303

    violation = late.violations.list()[0]
    page = supervisor.get(f"/violations/{violation.id}").text
    for words in ("Closed out", "Supervision order issued", "Yellow card", "Appeal decided · Upheld", "on time"):
        assert words in page
    order = late.violations.get(violation.id).order
    assert order is not None and "整改" in supervisor.get(f"/documents/{order.document_id}").text

    assert Assessor(late).look()
    score = signed_in("dept_head_approval").get("/scores/370202/approval").text
    assert violation.number in score and f"/violations/{violation.id}" in score and "−3" in score


def test_scores_are_computed_again_only_when_something_happened(late: Application, clock: VirtualClock) -> None:
    install_sheets(late)
    assessor = Assessor(late)

    assert assessor.look() and not assessor.look()
    clock.advance(timedelta(days=1))
    assert assessor.look()


def test_the_board_pages_and_filters(late: Application, signed_in: SignIn) -> None:
    browser = signed_in("supervisor_south")

    assert "Yellow warning</span></td>" not in browser.get("/board/list?level=red").text
    assert "Yellow warning</span></td>" in browser.get("/board/list?level=yellow&state=all").text
    assert browser.get("/board?level=%27&state=%00&after=nothing").status_code == 200
