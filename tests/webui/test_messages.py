"""Messages that nobody has waited for yet, on their page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine import Actor
from engine.clock import VirtualClock
from tests.webui.conftest import Browser
from webui.pages.messages import age
from webui.wiring import Application

SignIn = Callable[[str], Browser]


def keep(app: Application, key: str, district: str, department: str) -> None:
    app.runtime.publish(
        "paid", correlation=key, payload={}, actor=Actor("till"), key=f"till:{key}", keep="P5D",
        district_code=district, scope=department,
    )  # fmt: skip


def test_a_kept_message_stands_there_with_its_key_and_age(
    application: Application, signed_in: SignIn, clock: VirtualClock
) -> None:
    assert "No kept messages" in signed_in("administrator_city").get("/messages").text
    keep(application, "A-1", "370202", "approval")
    clock.advance(timedelta(days=3, hours=1))
    page = signed_in("administrator_city").get("/messages").text
    assert "<td>paid</td>" in page and '<td class="nowrap">A-1</td>' in page and "3 days" in page
    assert "/messages" in signed_in("administrator_city").get("/incidents").text


def test_only_those_of_ones_own_place_are_shown(application: Application, signed_in: SignIn) -> None:
    keep(application, "A-1", "370202", "approval")
    keep(application, "B-2", "370203", "approval")
    page = signed_in("supervisor_south").get("/messages").text
    assert "A-1" in page and "B-2" not in page


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "0 minutes"), (1, "1 minute"), (61, "1 hour"), (24 * 60, "1 day"), (49 * 60, "2 days")]
)
def test_an_age_is_told_in_the_largest_unit(application: Application, web: object, minutes: int, said: str) -> None:
    with web.test_request_context():  # type: ignore[attr-defined]
        assert age(timedelta(minutes=minutes)) == said
