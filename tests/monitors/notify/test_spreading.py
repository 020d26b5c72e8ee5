"""Who is told of what, when: by the ladder's level, once, and as each person wishes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.clock import VirtualClock
from engine.db import Database
from engine.errors import InvalidData, NotFound
from monitors import tables as t
from monitors.notify import Contact, early_notices, load_audiences
from tests.monitors.notify.telling import City, presets

DEPARTMENT = {"li", "chief", "liaison"}  # handler, section chief, liaison


@pytest.fixture
def town(city: Database, clock: VirtualClock) -> City:
    return City(city, clock)


@pytest.mark.parametrize(
    ("ladder", "level", "people"),
    [
        ("DEFAULT", "notice", DEPARTMENT),
        ("DEFAULT", "yellow", DEPARTMENT),
        ("DEFAULT", "red", DEPARTMENT | {"head", "wang", "office"}),
        ("ZHANJIANG", "notice", {"li", "head"}),
        ("ZHANJIANG", "yellow", DEPARTMENT),
        ("YULIN", "red", DEPARTMENT | {"head", "wang", "office"}),
        ("", "red", DEPARTMENT | {"head", "wang", "office"}),
    ],
)
def test_b4_row_1_the_level_decides_who_is_told(town: City, ladder: str, level: str, people: set[str]) -> None:
    town.warn(level, ladder=ladder)
    assert town.spreader.spread() == 1
    assert town.told() == people


def test_the_violation_process_tells_the_role_that_it_names(town: City) -> None:
    town.remind("liaison")
    town.spreader.spread()
    assert town.told() == {"liaison"}


def test_who_held_nothing_of_the_case_is_not_its_handler(town: City) -> None:
    town.holders = ()
    town.warn("notice")
    town.spreader.spread()
    assert town.told() == {"chief", "liaison"}


def test_each_is_told_once_however_often_and_by_however_many_workers_alerts_are_read(town: City) -> None:
    town.warn("notice")
    town.remind("liaison")
    assert [town.spreader.spread() for _ in range(3)] == [2, 0, 0]
    assert town.inbox.unread("liaison") == 2
    town.warn("red", identity="w2")
    assert town.spreader.spread() == 1
    assert [notice.level for notice in town.inbox.of("liaison")] == ["red", "yellow", "notice"]


def test_a_worker_that_was_overtaken_tells_nothing_a_second_time(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the same alert; the slower one finds the place moved."""
    from monitors.notify import spreading

    town.warn("notice")
    slower, before = town.spreader, spreading._place
    overtaken = [True]

    def read_then_be_overtaken(connection: Any) -> int:
        found = before(connection)
        if overtaken.pop() if overtaken else False:
            assert town.spreader.spread() == 1
        return found

    monkeypatch.setattr(spreading, "_place", read_then_be_overtaken)
    assert slower.spread() == 0
    assert town.inbox.unread("liaison") == 1


def test_a_notice_is_read_once_and_by_nobody_else(town: City, clock: VirtualClock) -> None:
    town.warn("notice")
    town.spreader.spread()
    [notice] = town.inbox.of("liaison")
    with pytest.raises(NotFound):
        town.inbox.read("chief", notice.id)
    town.inbox.read("liaison", notice.id)
    first = town.inbox.of("liaison")[0].read_at
    clock.advance(timedelta(hours=1))
    town.inbox.read("liaison", notice.id)
    assert town.inbox.of("liaison")[0].read_at == first is not None
    assert (town.inbox.unread("liaison"), town.inbox.unread("chief")) == (0, 1)
    assert town.inbox.of("liaison", unread=True) == ()


def test_messages_go_to_the_addresses_that_people_have_by_the_channels_of_the_level(town: City) -> None:
    town.reach("li", mail="li@example.org", phone="13800000000", language="en")
    town.reach("chief", mail="chief@example.org")
    town.warn("notice")
    town.warn("yellow", identity="w2")
    town.spreader.spread()
    town.outbox.send_due()
    assert sorted(one.address for one in town.mail.sent) == ["chief@example.org"] * 2 + ["li@example.org"] * 2
    assert [one.address for one in town.sms.sent] == ["13800000000"]  # a notice goes by mail, a yellow one by both
    mine = next(one for one in town.mail.sent if one.address == "li@example.org" and "yellow" in one.subject)
    assert mine.subject == "[Jiancha] yellow warning: Not decided in time"
    assert "W-2026-w2 case C-1: Not decided in time" in mine.text and "2026-03-11 09:00" in mine.text
    theirs = next(one for one in town.mail.sent if one.address == "chief@example.org" and "黄色" in one.subject)
    assert theirs.subject == "【监察】黄色预警：未在期限内决定"
    assert town.sms.sent[0].text == "[Jiancha] yellow warning W-2026-w2: Not decided in time"


def test_a_webhook_is_told_of_every_alert_without_the_names_of_people(town: City) -> None:
    town.webhook = "https://receiver.example.org/"
    town.warn("red")
    town.spreader.spread()
    town.outbox.send_due()
    [one] = town.hook.sent
    assert one.body["level"] == "red" and one.body["number"] == "W-2026-w1" and one.body["warning"] == "w1"
    assert not {"person", "li", "liaison"} & {*map(str, one.body.values()), *one.body}


def test_a_digest_collects_notices_and_goes_out_once_at_its_hour(town: City, clock: VirtualClock) -> None:
    town.reach("liaison", mail="l@example.org", digest_at="18:00")
    for number in range(3):
        town.warn("notice", identity=f"w{number}")
        town.spreader.spread()
        clock.advance(timedelta(hours=1))
    clock.move_to(clock.now() + timedelta(hours=5, minutes=59, seconds=59))  # 17:59:59 there
    assert town.outbox.send_due() == 0
    clock.advance(timedelta(seconds=1))
    town.outbox.send_due()
    [mail] = town.mail.sent
    assert mail.subject == "【监察】今日提示 3 条"
    assert [f"W-2026-w{number}" in mail.text for number in range(3)] == [True] * 3
    town.warn("notice", identity="w9")
    town.spreader.spread()
    clock.advance(timedelta(days=1))
    town.outbox.send_due()
    assert town.mail.sent[1].key != mail.key and "1 条" in town.mail.sent[1].subject


def test_a_digest_waits_for_nothing_that_is_more_than_a_notice(town: City) -> None:
    town.reach("liaison", mail="l@example.org", digest_at="18:00")
    town.warn("yellow")
    town.spreader.spread()
    town.outbox.send_due()
    assert len(town.mail.sent) == 1


@pytest.mark.parametrize(
    ("hours", "at", "sent"),
    [
        (("08:00", "12:00"), 0, False),  # it is 09:00
        (("09:00", "12:00"), 0, False),
        (("08:00", "09:00"), 0, True),
        (("22:00", "10:00"), 0, False),
        (("22:00", "08:59"), 0, True),
        (("08:00", "12:00"), 179, False),
        (("08:00", "12:00"), 180, True),
    ],
)
def test_quiet_hours_hold_messages_back_until_they_end(
    town: City, clock: VirtualClock, hours: tuple[str, str], at: int, sent: bool
) -> None:
    town.reach("liaison", mail="l@example.org", quiet_from=hours[0], quiet_to=hours[1])
    town.warn("yellow")
    town.spreader.spread()
    clock.advance(timedelta(minutes=at))
    town.outbox.send_due()
    assert bool(town.mail.sent) is sent
    assert town.inbox.unread("liaison") == 1  # in the product it is there at once


def test_a_red_warning_waits_for_neither_quiet_hours_nor_a_digest(town: City) -> None:
    town.reach("liaison", mail="l@example.org", quiet_from="08:00", quiet_to="12:00", digest_at="18:00")
    town.warn("red")
    town.spreader.spread()
    town.outbox.send_due()
    assert len(town.mail.sent) == 1


@pytest.mark.parametrize(
    "wishes",
    [
        {"mail": "no address"},
        {"mail": "a@b\nBcc: c@d"},
        {"phone": "call me"},
        {"digest_at": "25:00"},
        {"quiet_from": "08:00"},
        {"quiet_from": "8", "quiet_to": "9"},
        {"language": "xx"},
    ],
)
def test_wishes_that_cannot_be_met_are_refused_by_the_field(town: City, wishes: dict[str, str]) -> None:
    with pytest.raises(InvalidData) as refused:
        town.reach("li", **wishes)
    assert refused.value.facts["field"] in {*wishes, "quiet_to"}


def test_a_preset_that_tells_somebody_who_is_nobody_is_refused() -> None:
    content = presets()
    content["preset"][0]["tell"][0]["to"] = ["mayor"]
    with pytest.raises(InvalidData, match="expected to of .*found \\['mayor'\\]"):
        load_audiences(content)


# -- evidence ---------------------------------------------------------------------------------------------------


def evidence(town: City) -> list[dict[str, Any]]:
    late = {"district_code": "370202", "case_id": "case", "rule": "AA-04.1", "occurrence": 1, "id": "w2"}
    with town.database.read() as connection:
        return early_notices(connection, {**late, "raised_at": town.clock.now()})


def test_whom_an_early_notice_reached_and_when_is_evidence_of_what_follows(town: City, clock: VirtualClock) -> None:
    town.reach("li", mail="li@example.org")
    began = clock.now().isoformat()
    town.warn("notice", identity="w1")
    town.warn("notice", identity="x1", rule="AA-16.1")  # another rule's notice is none of this one's
    town.spreader.spread()
    clock.advance(timedelta(minutes=2))
    town.outbox.send_due()
    sent = clock.now().isoformat()
    clock.advance(timedelta(hours=1))
    notice = next(one for one in town.inbox.of("li") if one.warning_id == "w1")
    town.inbox.read("li", notice.id)

    found = {one["person"]: one for one in evidence(town)}
    assert set(found) == DEPARTMENT
    assert found["li"] == {
        "level": "notice",
        "person": "li",
        "at": began,
        "read_at": clock.now().isoformat(),
        "sent": [{"channel": "mail", "at": sent}],
    }
    assert (found["chief"]["read_at"], found["chief"]["sent"]) == (None, [])


def test_a_notice_that_nobody_was_told_of_in_time_is_no_early_notice(town: City) -> None:
    town.warn("notice", identity="w1")
    assert evidence(town) == []  # raised, but no worker lived to tell of it


def test_nothing_is_told_where_nothing_happened(town: City) -> None:
    assert town.spreader.spread() == 0
    assert town.outbox.send_due() == 0
    with town.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(t.notice)).scalar_one() == 0


def test_without_a_wish_a_person_is_told_in_the_product_only(town: City) -> None:
    assert Contact("li").address("mail") is None
    town.warn("red")
    town.spreader.spread()
    assert town.outbox.messages() == ()
    assert town.inbox.unread("li") == 1
