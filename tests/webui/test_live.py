"""Live pages: what a stream sends, and when it ends."""

from __future__ import annotations

from collections.abc import Iterator

from webui.live import HEARTBEAT, Batch, Message, Streams, stream


class Time:
    """A clock and a pause that move together; it counts its pauses."""

    def __init__(self, ends_after: int = 10_000) -> None:
        self.now, self.pauses, self._ends_after = 0.0, 0, ends_after

    def clock(self) -> float:
        return self.now

    def pause(self, seconds: float) -> bool:
        self.now += seconds
        self.pauses += 1
        return self.pauses >= self._ends_after


def message(id: int) -> Message:
    return Message(id, "warning", {"text": f"预警 {id}"})


def started(time: Time, batches: dict[int, Batch], after: int = 0, lifetime: float = 300) -> Iterator[bytes]:
    found = stream(after, lambda last: batches.get(last, Batch(last)), time.pause, clock=time.clock, lifetime=lifetime)
    assert next(found).startswith(b"retry:")
    return found


def test_messages_come_in_order_with_their_ids() -> None:
    text = b"".join(started(Time(3), {5: Batch(7, (message(6), message(7)))}, after=5)).decode()

    assert text == (
        'id: 6\nevent: warning\ndata: {"text": "预警 6"}\n\nid: 7\nevent: warning\ndata: {"text": "预警 7"}\n\n'
    )


def test_what_others_may_not_see_is_passed_over_once() -> None:
    looked: list[int] = []

    def read(last: int) -> Batch:
        looked.append(last)
        return Batch(9) if last == 0 else Batch(last)

    list(stream(0, read, Time(3).pause, clock=Time().clock))

    assert looked == [0, 9, 9]


def test_a_quiet_stream_beats_and_ends_after_its_lifetime() -> None:
    time = Time()
    sent = list(started(time, {}, lifetime=60))

    assert sent == [b": still here\n\n"] * int(60 / HEARTBEAT - 1)
    assert time.now == 60


def test_a_stream_ends_when_told_to() -> None:
    assert list(started(Time(1), {})) == []


def test_the_newest_page_of_a_person_takes_the_place_of_the_oldest() -> None:
    streams = Streams(most=10, most_each=2)
    first, second, third = (streams.enter("li") for _ in range(3))

    assert first and second and third
    assert first.pause(0) and not second.pause(0) and not third.pause(0)


def test_the_house_has_an_end_and_a_place_that_is_left_is_free() -> None:
    streams = Streams(most=2, most_each=2)
    one, _two = streams.enter("a"), streams.enter("b")
    assert one is not None and streams.enter("c") is None
    streams.leave(one)

    assert streams.enter("c") is not None


def test_closing_ends_all_and_lets_nobody_in() -> None:
    streams = Streams(most=2, most_each=2)
    place = streams.enter("a")
    streams.close()

    assert place is not None and place.pause(0)
    assert streams.enter("b") is None
