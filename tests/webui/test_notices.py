"""A person's notices, their wishes, and the administrator's outbox."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import insert, select

from engine.tables import journal
from monitors import tables as t
from monitors.alerts import raise_alert
from monitors.notify import contact_of
from tests.webui.conftest import SOUTH, Browser
from tests.webui.world import AT, dead_letter
from webui.wiring import Application

SignIn = Callable[[str], Browser]


def told(app: Application, to: str = "liaison", message: str = "请签收", message_en: str = "Please sign") -> None:
    with app.database.begin() as connection:
        raise_alert(
            connection,
            kind="card",
            district_code=SOUTH,
            department="approval",
            level="yellow",
            body={
                "to": to,
                "message": message,
                "message_en": message_en,
                "warning_no": "W-2026-000001",
                "case_no": "C-7",
            },
            at=app.clock.now(),
        )
    app.spreader.spread()


def test_every_page_says_how_many_notices_are_unread(application: Application, signed_in: SignIn) -> None:
    browser = signed_in("liaison_approval")
    assert "site-count" not in browser.get("/notices").text
    told(application)
    told(application)
    assert re.search(r'Notices <span class="site-count">2</span>', browser.get("/board").text)
    assert "site-count" not in signed_in("liaison_water").get("/board").text


def test_notices_are_shown_in_the_readers_language_and_marked_as_read(
    application: Application, signed_in: SignIn
) -> None:
    told(application)
    browser = signed_in("liaison_approval")
    page = browser.get("/notices").text
    assert "Please sign" in page and "C-7" in page and "请签收" not in page
    assert "请签收" in browser.get("/notices", headers={"Accept-Language": "zh"}).text
    notice = re.search(r'name="notice" value="([0-9a-f]{64})"', page)
    assert notice is not None
    assert browser.post("/notices/read", {"notice": notice[1]}).status_code == 303
    assert "You have read all" in browser.get("/notices").text
    assert "Please sign" in browser.get("/notices?show=all").text


def test_all_are_marked_as_read_at_once_and_nobody_elses(application: Application, signed_in: SignIn) -> None:
    told(application)
    told(application)
    mine, theirs = signed_in("liaison_approval"), signed_in("liaison2_approval")
    mine.post("/notices/read", {"notice": ""})
    assert (application.inbox.unread("liaison_approval"), application.inbox.unread("liaison2_approval")) == (0, 2)
    [first, _] = application.inbox.of("liaison2_approval")
    assert mine.post("/notices/read", {"notice": first.id}).status_code == 404
    assert "Please sign" in theirs.get("/notices").text


def test_what_a_notice_says_is_text_and_nothing_else(application: Application, signed_in: SignIn) -> None:
    told(application, message_en="<script>alert(1)</script>")
    page = signed_in("liaison_approval").get("/notices").text
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_a_persons_wishes_are_kept_and_what_changed_stands_in_the_journal(
    application: Application, signed_in: SignIn
) -> None:
    browser = signed_in("liaison_approval")
    wishes = {"language": "en", "mail": "l@example.org", "phone": "", "digest_at": "18:00"}
    quiet = {"quiet_from": "22:00", "quiet_to": "07:00"}
    assert browser.post("/preferences", {**wishes, **quiet}).status_code == 303
    page = browser.get("/preferences").text
    assert 'value="l@example.org"' in page and 'value="18:00"' in page and 'value="22:00"' in page
    with application.database.read() as connection:
        contact = contact_of(connection, "liaison_approval")
        entry = connection.execute(select(journal.c.body).where(journal.c.kind == "contact")).scalar_one()
    assert (contact.language, contact.phone, contact.quiet_to) == ("en", None, "07:00")
    assert "digest_at" in str(entry) and "l@example.org" not in str(entry)


def test_wishes_that_cannot_be_are_named_and_none_is_kept(application: Application, signed_in: SignIn) -> None:
    browser = signed_in("liaison_approval")
    answer = browser.post("/preferences", {"language": "en", "mail": "nobody", "digest_at": "18:00"})
    assert answer.status_code == 422
    assert re.search(r'id="mail"[^>]*value="nobody"[^>]*aria-invalid="true"', answer.text)
    with application.database.read() as connection:
        assert contact_of(connection, "liaison_approval").mail is None


def test_the_administrator_sees_what_was_given_up_and_sends_it_again(
    application: Application, signed_in: SignIn
) -> None:
    with application.database.begin() as connection:
        connection.execute(insert(t.delivery).values(dead_letter("dead1")))
    browser = signed_in("administrator_city")
    page = browser.get("/outbox").text
    assert "Dead letter" in page and "no such address" in page and "wang@example.org" in page
    assert "may have arrived 1 more time than we know" in page and AT.strftime("%Y-%m-%d") in page
    assert browser.get("/outbox?state=sent").text.count("dead1") == 0
    assert browser.post("/outbox/dead1/resend").status_code == 303
    assert application.outbox.get("dead1").state == "waiting"
    assert browser.post("/outbox/dead1/resend").status_code == 409
    assert browser.post("/outbox/none/resend").status_code == 404
    with application.database.read() as connection:
        entry = connection.execute(select(journal.c.actor).where(journal.c.kind == "resent")).scalar_one()
    assert entry == "administrator_city"
