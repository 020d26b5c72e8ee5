"""One contract for every channel, the recorded one included: a message arrives, with its key and its words."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitors.notify.channels import Channel, Mail, Message, Recorded, SendFailed, Sms, Webhook
from monitors.notify.http import Poster, networks
from tests.monitors.notify.receivers import Received, mail_relay, text_of, web_server

NOON = datetime(2026, 3, 11, 4, 0, tzinfo=UTC)
SECRET = b"0123456789abcdef0123456789abcdef"
LOCAL = Poster(networks("127.0.0.0/8"))
KINDS = ("mail", "webhook", "sms", "recorded mail", "recorded sms")


@dataclass
class Way:
    """A channel, the address of its receiver, and how to read what has arrived: (key, words) of each."""

    channel: Channel
    address: str
    arrived: Callable[[], list[tuple[str, str]]]
    receiver: Received | None = None

    def message(self, key: str = "k1", **changes: Any) -> Message:
        values = {"subject": "黄色预警", "text": "未在期限内决定", "body": {"message": "未在期限内决定"}}
        return Message(key, self.address, at=NOON, **{**values, **changes})


def mail_way(received: Received) -> Way:
    def arrived() -> list[tuple[str, str]]:
        return [(one["Message-ID"].strip("<>").partition("@")[0], text_of(one)) for one in received.seen]

    connect = lambda: smtplib.SMTP("127.0.0.1", received.port, timeout=5)  # noqa: E731
    return Way(Mail("jiancha@example.org", connect), "wang@example.org", arrived, received)


def web_way(received: Received, *, sms: bool) -> Way:
    def arrived() -> list[tuple[str, str]]:
        return [(headers["Idempotency-Key"], body.decode()) for _path, headers, body in received.seen]

    url = f"http://127.0.0.1:{received.port}/hook"
    channel: Channel = Sms(url, SECRET, LOCAL) if sms else Webhook(SECRET, LOCAL)
    return Way(channel, "13800000000" if sms else url, arrived, received)


def recorded_way(name: str, file: Path) -> Way:
    def arrived() -> list[tuple[str, str]]:
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        return [(line["key"], line["text"]) for line in lines]

    return Way(Recorded(name, file), "wang@example.org", arrived)


@pytest.fixture(params=KINDS)
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Way]:
    if request.param.startswith("recorded"):
        yield recorded_way(request.param.split()[1], tmp_path / "build" / "sent.jsonl")
    elif request.param == "mail":
        with mail_relay() as received:
            yield mail_way(received)
    else:
        with web_server() as received:
            yield web_way(received, sms=request.param == "sms")


def test_a_message_arrives_once_with_its_key_and_its_words(way: Way) -> None:
    way.channel.send(way.message())
    [(key, words)] = way.arrived()
    assert key == "k1"
    assert "未在期限内决定" in words


def test_sent_again_it_has_the_same_key_so_that_the_receiver_can_tell(way: Way) -> None:
    for _ in range(2):
        way.channel.send(way.message())
    way.channel.send(way.message("k2"))
    assert [key for key, _ in way.arrived()] == ["k1", "k1", "k2"]


@pytest.mark.parametrize("kind", ["mail", "webhook", "sms"])
@pytest.mark.parametrize(
    ("answer", "unsure", "final"), [("later", False, False), ("never", False, True), ("hang", True, False)]
)
def test_a_failure_says_whether_it_may_have_arrived_and_whether_to_try_again(
    kind: str, answer: str, unsure: bool, final: bool
) -> None:
    codes = {"later": {"mail": "451 later"}, "never": {"mail": "550 no"}}.get(answer, {})
    web = {"later": "503", "never": "400"}.get(answer, answer)
    with mail_relay() if kind == "mail" else web_server() as received:
        way = mail_way(received) if kind == "mail" else web_way(received, sms=kind == "sms")
        received.answers = [codes.get("mail", answer) if kind == "mail" else web]
        with pytest.raises(SendFailed) as failed:
            way.channel.send(way.message())
    assert (failed.value.unsure, failed.value.final) == (unsure, final)


@pytest.mark.parametrize("kind", ["mail", "webhook", "sms"])
def test_where_nobody_listens_it_surely_has_not_arrived(kind: str) -> None:
    with mail_relay() if kind == "mail" else web_server() as received:
        way = mail_way(received) if kind == "mail" else web_way(received, sms=kind == "sms")
    with pytest.raises(SendFailed) as failed:
        way.channel.send(way.message())
    assert (failed.value.unsure, failed.value.final) == (False, False)


def test_a_recorder_without_a_place_to_write_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    way = recorded_way("sms", tmp_path / "file" / "below.jsonl")
    with pytest.raises(SendFailed):
        way.channel.send(way.message())


def test_no_line_break_of_an_address_or_subject_becomes_a_header() -> None:
    with mail_relay() as received:
        way = mail_way(received)
        for bad in ({"subject": "a\r\nBcc: x@example.org"}, {"subject": "a\nb"}):
            with pytest.raises(SendFailed) as failed:
                way.channel.send(way.message(**bad))
            assert failed.value.final
    assert received.seen == []


@pytest.mark.parametrize("sms", [False, True])
def test_the_signature_covers_time_and_body(sms: bool) -> None:
    with web_server() as received:
        way = web_way(received, sms=sms)
        way.channel.send(way.message())
    _path, headers, body = received.seen[0]
    parts = dict(part.split("=", 1) for part in headers["Jiancha-Signature"].split(","))

    def right(secret: bytes, content: bytes, at: str) -> bool:
        return hmac.compare_digest(
            hmac.new(secret, at.encode() + b"." + content, hashlib.sha256).hexdigest(), parts["v1"]
        )

    assert parts["t"] == str(int(NOON.timestamp()))
    assert right(SECRET, body, parts["t"])
    assert not right(SECRET, body + b" ", parts["t"])
    assert not right(SECRET, body, str(int(parts["t"]) + 1))
    assert not right(b"another secret of thirty-two bytes", body, parts["t"])
