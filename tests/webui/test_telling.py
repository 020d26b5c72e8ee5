"""The channels as the settings set them up: a warning goes out by each, to a receiver on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from engine import Database
from engine.clock import VirtualClock
from monitors.alerts import raise_alert
from monitors.notify import Contact, put_contact
from monitors.notify.channels import Recorded
from tests.monitors.notify.receivers import mail_relay, text_of, web_server
from tests.webui.conftest import SOUTH, organisation
from webui import telling
from webui.auth.credentials import CHEAP
from webui.config import ConfigError, Settings
from webui.wiring import Application, build

KEY = SecretStr("a key of thirty-two characters, at least")


@pytest.fixture
def product(sqlite_database: Database, clock: VirtualClock, tmp_path: Path) -> Iterator[Any]:
    """Builds the product with settings; its liaison has every address, and one alert waits to be told."""
    from monitors.organisation import load_organisation

    made: list[Application] = []

    def make(**settings: Any) -> Application:
        values = {"database": str(sqlite_database.url), "secret_file": tmp_path / "secret", **settings}
        app = build(Settings(**values), clock, hasher=CHEAP)
        made.append(app)
        with app.database.begin() as connection:
            load_organisation(connection, organisation())
            wishes = Contact("liaison_approval", "zh_Hans_CN", "liaison@example.org", "13800000000")
            put_contact(connection, wishes, now=clock.now())
            body = {"message": "未在期限内决定", "message_en": "Not decided in time", "number": "W-2026-000001"}
            values = {"kind": "warning", "district_code": SOUTH, "department": "approval", "level": "red"}
            raise_alert(connection, **values, body=body, at=clock.now())
        return app

    yield make
    for app in made:
        app.database.dispose()


def tell(app: Application) -> None:
    app.spreader.spread()
    app.outbox.send_due()


def test_channel_in_app_is_there_without_any_setting(product: Any) -> None:
    app = product()
    tell(app)
    [notice] = app.inbox.of("liaison_approval")
    assert (notice.level, notice.body["number"]) == ("red", "W-2026-000001")
    assert app.outbox.messages() == ()


def test_channel_mail_goes_through_the_relay(product: Any) -> None:
    with mail_relay() as relay:
        tell(product(notify_mail=True, mail_host="127.0.0.1", mail_port=relay.port, mail_from="jiancha@example.org"))
    [letter] = relay.seen
    assert (letter["To"], letter["Subject"]) == ("liaison@example.org", "【监察】红色预警：未在期限内决定")
    assert "W-2026-000001" in text_of(letter)


def test_channel_webhook_is_told_where_its_network_is_allowed(product: Any) -> None:
    with web_server() as receiver:
        address = f"http://127.0.0.1:{receiver.port}/alerts"
        app = product(notify_webhook=address, notify_key=KEY, notify_allow="127.0.0.0/8")
        tell(app)
        [(path, headers, body)] = receiver.seen
    assert (path, json.loads(body)["level"]) == ("/alerts", "red")
    assert headers["Idempotency-Key"] == app.outbox.messages()[0].id


def test_channel_webhook_in_a_private_network_is_a_dead_letter_that_says_so(product: Any) -> None:
    with web_server() as receiver:
        app = product(notify_webhook=f"http://127.0.0.1:{receiver.port}/alerts", notify_key=KEY)
        tell(app)
        assert receiver.seen == []
    [message] = app.outbox.messages()
    assert message.state == "dead"
    assert "expected a public address or one of the allowed networks, found 127.0.0.1" in str(message.error)


def test_channel_sms_goes_to_the_gateway(product: Any) -> None:
    with web_server() as gateway:
        app = product(notify_sms=f"http://127.0.0.1:{gateway.port}/send", notify_key=KEY, notify_allow="127.0.0.1")
        tell(app)
        [(_path, _headers, body)] = gateway.seen
    assert json.loads(body) == {
        "key": app.outbox.messages()[0].id,
        "to": "13800000000",
        "text": "【监察】红色预警 W-2026-000001：未在期限内决定",
    }


def test_channel_sms_and_mail_of_the_demo_go_into_a_file_and_nowhere_else(
    product: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "DEMO_FILE", tmp_path / "sent.jsonl")
    app = product(demo=True)
    assert {type(channel) for channel in app.outbox.channels.values()} == {Recorded}
    tell(app)
    lines = (tmp_path / "sent.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["channel"] for line in lines} == {"mail", "sms"}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"notify_webhook": "https://example.org/"}, "JIANCHA_NOTIFY_KEY"),
        ({"notify_sms": "https://example.org/", "notify_key": SecretStr("short")}, "JIANCHA_NOTIFY_KEY"),
        (
            {"notify_webhook": "https://example.org/", "notify_key": KEY, "notify_allow": "everything"},
            "JIANCHA_NOTIFY_ALLOW",
        ),
    ],
)
def test_settings_that_would_send_unsigned_or_anywhere_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        telling.channels_of(Settings(**settings))


def test_who_holds_the_case_is_told_as_its_handler(modelled: Application) -> None:
    from engine import Actor
    from tests.webui.conftest import ITEM

    item = {**ITEM, "valid_from": "2026-01-01"}
    place = {"business_key": "C-1", "district_code": SOUTH, "scope": "approval"}
    clerk = Actor("clerk_approval")
    case = modelled.runtime.start(
        "administrative_approval",
        **place,
        data={"item": item, "received_at": "2026-03-11T09:00:00+08:00"},
        actor=clerk,
        key="start",
    ).instance_id
    holders = telling.holders_of(modelled.runtime)
    assert list(holders(case)) == []
    [task] = modelled.runtime.query.tasks(instance_id=case)
    modelled.runtime.complete(task.id, data={"outcome": "accepted"}, actor=Actor("clerk2_approval"), key="receive")
    assert list(holders(case)) == ["clerk2_approval"]
