"""The outbox: at least once with the same key, doubts told, rests that grow, dead letters that go out again."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from engine.clock import VirtualClock
from engine.db import Database
from engine.errors import Conflict, NotFound
from monitors.notify import SendFailed
from monitors.notify.outbox import LEASE, MOST, RESTS
from tests.monitors.notify.telling import City


@pytest.fixture
def town(city: Database, clock: VirtualClock) -> City:
    """One message that waits to be sent to one person."""
    found = City(city, clock, holders=())
    found.reach("liaison", mail="l@example.org")
    found.remind("liaison")
    found.spreader.spread()
    return found


class Killed(BaseException):
    """What nothing catches: the process is gone."""


def state(town: City) -> tuple[str, int, int]:
    [one] = town.outbox.messages()
    return one.state, one.attempts, one.doubts


def test_what_was_sent_is_sent_once(town: City) -> None:
    assert [town.outbox.send_due() for _ in range(3)] == [1, 0, 0]
    assert (len(town.mail.sent), state(town)) == (1, ("sent", 1, 0))
    assert town.outbox.messages()[0].sent_at == town.clock.now()


def test_it_is_tried_again_after_rests_that_grow_and_then_it_is_a_dead_letter(town: City, clock: VirtualClock) -> None:
    town.mail.fails = [SendFailed("away") for _ in range(MOST)]
    assert [rest.total_seconds() / 60 for rest in RESTS] == [1, 5, 15, 60, 180, 360, 720]
    for attempt, rest in enumerate(RESTS, start=1):
        assert town.outbox.send_due() == 1
        assert state(town) == ("waiting", attempt, 0)
        clock.advance(rest - timedelta(seconds=1))
        assert town.outbox.send_due() == 0
        clock.advance(timedelta(seconds=1))
    town.outbox.send_due()
    assert state(town) == ("dead", MOST, 0)
    assert town.outbox.messages()[0].error == "away"
    clock.advance(timedelta(days=30))
    assert (town.outbox.send_due(), town.mail.sent) == (0, [])
    assert [one.id for one in town.outbox.messages("dead")] == [one.id for one in town.outbox.messages()]


def test_what_cannot_succeed_is_a_dead_letter_at_once(town: City) -> None:
    town.mail.fails = [SendFailed("no such address", final=True)]
    town.outbox.send_due()
    assert state(town) == ("dead", 1, 0)


def test_a_dead_letter_is_sent_again_with_its_key(town: City) -> None:
    town.mail.fails = [SendFailed("no such address", final=True)]
    town.outbox.send_due()
    [dead] = town.outbox.messages()
    town.outbox.resend(dead.id, by="admin")
    town.outbox.send_due()
    assert [one.key for one in town.mail.sent] == [dead.id]
    assert state(town) == ("sent", 1, 0)
    with pytest.raises(Conflict):
        town.outbox.resend(dead.id, by="admin")
    with pytest.raises(NotFound):
        town.outbox.resend("none", by="admin")


def test_a_receiver_that_takes_it_and_does_not_answer_may_have_it_twice_and_that_is_told(
    town: City, clock: VirtualClock
) -> None:
    town.mail.fails = [SendFailed("no answer", unsure=True)]
    town.outbox.send_due()
    assert state(town) == ("waiting", 1, 1)
    clock.advance(RESTS[0])
    town.outbox.send_due()
    assert state(town) == ("sent", 2, 1)
    assert len(town.mail.sent) == 2 and len({one.key for one in town.mail.sent}) == 1


def test_killed_between_sending_and_marking_it_is_sent_again_and_told_as_maybe_twice(
    town: City, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = town.outbox

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(type(outbox), "_mark", die)
        with pytest.raises(Killed):
            outbox.send_due()
    assert state(town) == ("sending", 1, 0) and len(town.mail.sent) == 1
    clock.advance(LEASE - timedelta(seconds=1))
    assert town.outbox.send_due() == 0
    clock.advance(timedelta(seconds=1))
    town.outbox.send_due()
    assert state(town) == ("sent", 2, 1)
    assert len({one.key for one in town.mail.sent}) == 1
    assert town.inbox.unread("liaison") == 1  # in the product once, whatever became of the mail


def test_a_worker_that_was_too_slow_does_not_mark_what_another_has_taken(town: City, clock: VirtualClock) -> None:
    slow = town.outbox
    [taken] = slow._claim()
    clock.advance(LEASE)
    town.outbox.send_due()
    slow._failed(taken, SendFailed("away"))
    assert state(town) == ("sent", 2, 1)


def test_a_fault_of_a_channel_loses_nothing_and_stops_no_other_message(town: City, clock: VirtualClock) -> None:
    town.remind("liaison")
    town.spreader.spread()
    town.mail.fails = [ZeroDivisionError("a fault of ours")]
    assert town.outbox.send_due() == 2
    assert sorted(one.state for one in town.outbox.messages()) == ["sent", "waiting"]
    clock.advance(RESTS[0])
    town.outbox.send_due()
    assert {one.state for one in town.outbox.messages()} == {"sent"}


def test_what_is_for_a_channel_that_is_no_longer_set_up_waits(town: City) -> None:
    from dataclasses import replace

    assert replace(town.outbox, channels={}).send_due() == 0
    assert state(town) == ("waiting", 0, 0)


def test_two_workers_share_the_messages(town: City) -> None:
    for _ in range(10):
        town.remind("liaison")
    town.spreader.spread()
    first, second = town.outbox._claim(), town.outbox._claim()
    assert len(first) == 11 and second == []


def test_messages_to_a_receiver_that_accepts_and_times_out_arrive_at_least_once_and_act_once(
    sqlite_database: Database, clock: VirtualClock
) -> None:
    """R22: at least once, the same key, the receiver acts once."""
    count = int(os.environ.get("JIANCHA_MESSAGES", "200"))
    town = City(sqlite_database, clock, holders=(), webhook="https://receiver.example.org/")
    for _ in range(count):
        town.remind("nobody")
    while town.spreader.spread():
        pass
    # Of three sendings one is taken without an answer, one fails.
    town.hook.fails = [
        [None, SendFailed("no answer", unsure=True), SendFailed("away")][number % 3]  # type: ignore[misc]
        for number in range(count * 3 // 2)
    ]
    for rest in (timedelta(), *RESTS):
        clock.advance(rest)
        while town.outbox.send_due():
            pass
    messages = town.outbox.messages(limit=count + 1)
    assert len(messages) == count
    assert {one.state for one in messages} == {"sent"}
    acted = {one.key for one in town.hook.sent}  # a receiver that looks at the key acts once for each
    assert acted == {one.id for one in messages}
    twice = len(town.hook.sent) - len(acted)
    assert twice == sum(one.doubts for one in messages) > count // 4


def test_the_recorded_fake_stands_in_for_a_gateway_of_the_outbox(town: City, tmp_path: Path) -> None:
    from dataclasses import replace

    from monitors.notify.channels import Recorded

    file = tmp_path / "sent.jsonl"
    replace(town.outbox, channels={"mail": Recorded("mail", file)}).send_due()
    assert '"to": "l@example.org"' in file.read_text(encoding="utf-8")
    assert state(town) == ("sent", 1, 0)
