"""Whoever holds seals outside: the same contract for a file, a mailbox and an HTTP endpoint."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy import delete, insert

from engine import Database
from engine.clock import VirtualClock
from engine.errors import Unanchored
from engine.sealing import Signer
from engine.sealing.anchoring import Anchoring, Patience
from engine.sealing.anchors import Anchor, AnchorFailed, FileAnchor, HttpAnchor, MailAnchor
from engine.tables import anchor as anchor_table
from engine.tables import seal
from engine.verify_journal import notes

SIGNER = Signer("jiancha/test", bytes(range(32)))


def a_note(number: int) -> str:
    return SIGNER.sign(f"jiancha/test\n{number}\nAAAA\nseal {number}\nentries 1\nprevious -\n")


class Outside(Protocol):
    """A holder, what it holds, and a way to make it fail."""

    anchor: Anchor

    def held(self) -> list[str]: ...

    def fail(self, failing: bool) -> None: ...


class Archive:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "archive" / "seals.txt"
        self.anchor: Anchor = FileAnchor(self.path)
        self.fail(False)

    def held(self) -> list[str]:
        return [note.note for note in notes(self.path.read_text(encoding="utf-8").splitlines(keepends=True))]

    def fail(self, failing: bool) -> None:
        if failing:
            self.path.parent.rename(self.path.parent.with_name("away"))
        elif self.path.parent.with_name("away").exists():
            self.path.parent.with_name("away").rename(self.path.parent)
        else:
            self.path.parent.mkdir()
            self.path.touch()


class Mailbox:
    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.failing = False
        box = self

        class Relay:
            def __enter__(self) -> Relay:
                if box.failing:
                    raise smtplib.SMTPConnectError(421, b"away")
                return self

            def __exit__(self, *_: object) -> None:
                pass

            def send_message(self, message: EmailMessage) -> dict[str, Any]:
                box.messages.append(message)
                return {}

        self.anchor: Anchor = MailAnchor("auditor@example.org", sender="jiancha@example.org", connect=Relay)  # type: ignore[arg-type]

    def held(self) -> list[str]:
        return [message.get_content() for message in self.messages]

    def fail(self, failing: bool) -> None:
        self.failing = failing


class Endpoint:
    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.keys: list[str] = []
        self.status = 204
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                if outside.status < 300:
                    outside.bodies.append(body)
                    outside.keys.append(self.headers["Idempotency-Key"])
                self.send_response(outside.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()
        self.anchor: Anchor = HttpAnchor(f"http://127.0.0.1:{self.server.server_port}/seals")

    def held(self) -> list[str]:
        return self.bodies

    def fail(self, failing: bool) -> None:
        self.status = 503 if failing else 204

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    one = Endpoint()
    yield one
    one.close()


@pytest.fixture(params=["file", "mail", "http"])
def outside(request: pytest.FixtureRequest, tmp_path: Path) -> Outside:
    if request.param == "http":
        found: Outside = request.getfixturevalue("endpoint")
        return found
    return Archive(tmp_path) if request.param == "file" else Mailbox()


def test_a_seal_arrives_as_it_was_signed(outside: Outside) -> None:
    outside.anchor.hold(1, a_note(1))
    outside.anchor.hold(2, a_note(2))
    assert outside.held() == [a_note(1), a_note(2)]


def test_a_seal_that_is_given_twice_does_no_harm(outside: Outside) -> None:
    outside.anchor.hold(1, a_note(1))
    outside.anchor.hold(1, a_note(1))
    assert set(outside.held()) == {a_note(1)}


def test_a_holder_that_is_away_says_so_and_takes_it_later(outside: Outside) -> None:
    outside.fail(True)
    with pytest.raises(AnchorFailed):
        outside.anchor.hold(1, a_note(1))
    outside.fail(False)
    assert outside.held() == []
    outside.anchor.hold(1, a_note(1))
    assert outside.held() == [a_note(1)]


def test_an_endpoint_that_sends_us_elsewhere_has_not_taken_it(endpoint: Endpoint) -> None:
    endpoint.status = 302
    with pytest.raises(AnchorFailed, match="302"):
        endpoint.anchor.hold(1, a_note(1))
    endpoint.status = 201
    endpoint.anchor.hold(7, a_note(7))
    assert endpoint.keys == ["seal-7"]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "nonsense", "http://127.0.0.1:1/"])
def test_an_address_that_is_no_endpoint_holds_nothing(url: str) -> None:
    with pytest.raises(AnchorFailed):
        HttpAnchor(url).hold(1, a_note(1))


# -- delivering ----------------------------------------------------------------------------


def sealed(database: Database, clock: VirtualClock, number: int) -> None:
    row = {"number": number, "size": number, "entries": number, "at": clock.now(), "frontier": []}
    with database.begin() as connection:
        connection.execute(insert(seal).values(row | {"note": a_note(number)}))


def test_every_holder_gets_the_newest_seal_once(
    database: Database, clock: VirtualClock, tmp_path: Path, endpoint: Endpoint
) -> None:
    archive = Archive(tmp_path)
    anchoring = Anchoring(database, clock, [archive.anchor, endpoint.anchor])
    assert anchoring.deliver() == 0
    sealed(database, clock, 1)
    sealed(database, clock, 2)
    assert anchoring.deliver() == 2
    assert anchoring.deliver() == 0
    assert archive.held() == endpoint.held() == [a_note(2)]


def test_one_that_is_away_is_tried_again_with_growing_pauses_and_holds_up_nobody(
    database: Database, clock: VirtualClock, tmp_path: Path, endpoint: Endpoint
) -> None:
    archive = Archive(tmp_path)
    anchoring = Anchoring(database, clock, [endpoint.anchor, archive.anchor])
    sealed(database, clock, 1)
    endpoint.fail(True)
    assert anchoring.deliver() == 1
    assert archive.held() == [a_note(1)]
    endpoint.fail(False)
    assert anchoring.deliver() == 0
    clock.advance(timedelta(seconds=2))
    assert anchoring.deliver() == 1
    assert endpoint.held() == [a_note(1)]


def test_a_mailbox_hears_once_an_hour_and_then_of_the_newest(database: Database, clock: VirtualClock) -> None:
    box = Mailbox()
    anchoring = Anchoring(database, clock, [box.anchor])
    for number in range(1, 63):
        sealed(database, clock, number)
        anchoring.deliver()
        clock.advance(timedelta(minutes=1))
    assert box.held() == [a_note(1), a_note(61)]
    assert box.messages[1]["Subject"] == "jiancha/test: seal 61"


def test_a_crash_between_holding_and_noting_it_delivers_again(
    database: Database, clock: VirtualClock, tmp_path: Path
) -> None:
    archive = Archive(tmp_path)
    anchoring = Anchoring(database, clock, [archive.anchor])
    sealed(database, clock, 1)
    anchoring.deliver()
    with database.begin() as connection:
        connection.execute(delete(anchor_table))
    assert anchoring.deliver() == 1
    assert archive.held() == [a_note(1), a_note(1)]


def test_a_holder_that_falls_behind_is_an_alarm_until_it_has_caught_up(
    database: Database, clock: VirtualClock, endpoint: Endpoint
) -> None:
    anchoring = Anchoring(database, clock, [endpoint.anchor])
    assert anchoring.gaps() == []
    sealed(database, clock, 1)
    first = clock.now()
    endpoint.fail(True)
    anchoring.deliver()
    assert anchoring.gaps() == []
    clock.advance(timedelta(minutes=31))
    sealed(database, clock, 2)
    anchoring.deliver()
    (gap,) = anchoring.gaps()
    assert (gap.anchor, gap.since) == ("http", first)
    assert gap.error is not None and "503" in gap.error
    endpoint.fail(False)
    clock.advance(timedelta(minutes=5))
    anchoring.deliver()
    assert anchoring.gaps() == []


def test_seals_that_stop_are_an_alarm_too(database: Database, clock: VirtualClock, endpoint: Endpoint) -> None:
    anchoring = Anchoring(database, clock, [endpoint.anchor])
    sealed(database, clock, 1)
    anchoring.deliver()
    assert anchoring.gaps() == []
    clock.advance(timedelta(minutes=31))
    assert [gap.anchor for gap in anchoring.gaps()] == ["http"]


def test_acts_stop_only_where_that_was_asked_for_and_every_holder_is_behind(
    database: Database, clock: VirtualClock, tmp_path: Path, endpoint: Endpoint
) -> None:
    archive = Archive(tmp_path)
    both = [archive.anchor, endpoint.anchor]
    strict = Anchoring(database, clock, both, Patience(stop=timedelta(hours=4)))
    strict.permit()
    endpoint.fail(True)
    sealed(database, clock, 1)
    strict.deliver()
    clock.advance(timedelta(hours=3))
    sealed(database, clock, 2)
    strict.deliver()
    clock.advance(timedelta(hours=2))
    strict.permit()
    clock.advance(timedelta(hours=3))
    with pytest.raises(Unanchored, match="4:00:00"):
        strict.permit()
    Anchoring(database, clock, both).permit()
    Anchoring(database, clock, [], Patience(stop=timedelta(hours=4))).permit()
    sealed(database, clock, 3)
    strict.deliver()
    strict.permit()
