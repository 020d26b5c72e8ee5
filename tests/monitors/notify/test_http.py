"""No message goes where nobody allowed it to go (trust.md T17): odd addresses, names that change, redirections."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from monitors.notify.channels import SendFailed
from monitors.notify.http import Poster, networks
from tests.monitors.notify.receivers import web_server

LOOPBACK = (
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "0177.1", "127.0.0.2"),
    *("127.255.255.254", "0.0.0.0", "0", "localhost", "LOCALHOST", "localhost.", "127.0.0.1.", "0x7f.0x0.0x0.0x1"),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]"),
    *("[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fc00::1]"),
    *("①②⑦.⓪.⓪.①", "127。0。0。1", "%31%32%37.0.0.1", "127.0.0.1%00.example.org"),
)
FORMS = (
    *(f"http://{host}:{{port}}/" for host in LOOPBACK),
    *("http://user@127.0.0.1:{port}/", "http://example.org@127.0.0.1:{port}/", "http://127.0.0.1:{port}#@example.org/"),
    *(
        "ftp://127.0.0.1:{port}/",
        "file:///etc/hostname",
        "gopher://127.0.0.1:{port}/",
        "//127.0.0.1:{port}/",
        "127.0.0.1",
    ),
    *("http:127.0.0.1", "http:///x", "http://127.0.0.1:99999/", "http://[::1/"),
)


def test_there_are_forty_forms_and_more() -> None:
    assert len(set(FORMS)) >= 40


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_an_inner_address_reaches_the_canary(form: str) -> None:
    with web_server() as canary:
        with pytest.raises(SendFailed):
            Poster().post(form.format(port=canary.port), b"{}", {})
        assert canary.seen == []


def test_the_canary_sings_where_its_network_is_allowed() -> None:
    with web_server() as canary:
        Poster(networks("127.0.0.0/8")).post(f"http://127.0.0.1:{canary.port}/a?b=c", b"{}", {"X": "y"})
        [(path, headers, body)] = canary.seen
    assert (path, headers["X"], body) == ("/a?b=c", "y", b"{}")


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "240.0.0.1", "fd00::1"],
)
def test_inner_networks_are_refused_by_whatever_name(address: str) -> None:
    poster = Poster(resolve=lambda host, port: [address])
    with pytest.raises(SendFailed, match="expected a public address") as failed:
        poster.post("https://receiver.example.org/", b"{}", {})
    assert failed.value.final and not failed.value.unsure


def test_one_inner_address_among_public_ones_is_enough_to_refuse() -> None:
    poster = Poster(resolve=lambda host, port: ["93.184.216.34", "127.0.0.1"])
    with pytest.raises(SendFailed, match="found 127.0.0.1"):
        poster.post("http://receiver.example.org/", b"{}", {})


def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_checked() -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with web_server() as canary:
        Poster(networks("127.0.0.1"), resolve).post(f"http://receiver.invalid:{canary.port}/", b"{}", {})
        assert [headers["Host"] for _, headers, _ in canary.seen] == [f"receiver.invalid:{canary.port}"]
    assert asked == ["receiver.invalid"]


@pytest.mark.parametrize("code", ["301", "302", "303", "307", "308"])
def test_no_redirection_is_followed(code: str) -> None:
    with web_server() as first, web_server() as second:
        first.answers = [f"{code} http://127.0.0.1:{second.port}/"]
        with pytest.raises(SendFailed, match="redirection, which is not followed"):
            Poster(networks("127.0.0.1")).post(f"http://127.0.0.1:{first.port}/", b"{}", {})
        assert (len(first.seen), second.seen) == (1, [])


def test_a_name_that_nobody_knows_may_be_known_later() -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        raise OSError("no such host")

    with pytest.raises(SendFailed) as failed:
        Poster(resolve=resolve).post("http://receiver.invalid/", b"{}", {})
    assert not failed.value.final
