"""One careful POST to an address that an administrator configured: pinned to a checked address, nothing followed.

A host name is resolved once; every address that it has must be public or in a network that was allowed, and the
connection goes to the address that was checked, whatever the name says a moment later (trust.md T17).
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from monitors.notify.channels import SendFailed

TIMEOUT = 5.0  # seconds
LARGEST = 1024 * 1024  # bytes of an answer that are read
TRY_AGAIN = frozenset({408, 425, 429})
# Ways to say an IPv4 address in IPv6 that a translator on the way might follow inside.
_TRANSLATED = (
    ip_network("64:ff9b::/96"),
    ip_network("64:ff9b:1::/48"),
    ip_network("2002::/16"),
    ip_network("2001::/32"),
)
Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]


def networks(text: str) -> tuple[Network, ...]:
    """``10.1.0.0/16, 127.0.0.1`` as networks; raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, as the system finds them; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]).partition("%")[0] for one in found]


@dataclass(frozen=True, slots=True)
class Poster:
    """Posts to public addresses, and to private ones only in ``allowed`` networks."""

    allowed: tuple[Network, ...] = ()
    resolve: Resolve = resolve
    timeout: float = TIMEOUT

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """The answer's body where it is 2xx; raises SendFailed, which tells whether it may have arrived."""
        parts = _parts(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        connection = _connection(parts, port, self._checked(str(parts.hostname), port), self.timeout)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = False
        try:
            connection.connect()
            sent = True  # from here on nobody knows whether it arrived
            connection.request("POST", target, body, dict(headers))
            answer = connection.getresponse()
            content = answer.read(LARGEST)
        except (OSError, HTTPException) as error:
            raise SendFailed(f"{parts.hostname}: {type(error).__name__}: {error}", unsure=sent) from error
        finally:
            connection.close()
        if 300 <= answer.status < 400:
            raise SendFailed(
                f"{parts.hostname}: expected an answer, found a redirection, which is not followed", final=True
            )
        if not 200 <= answer.status < 300:
            final = 400 <= answer.status < 500 and answer.status not in TRY_AGAIN
            raise SendFailed(f"{parts.hostname}: expected a 2xx answer, found {answer.status}", final=final)
        return content

    def _checked(self, host: str, port: int) -> str:
        """An address of the host to connect to, when all of them may be connected to."""
        try:
            found = [ip_address(text) for text in self.resolve(host, port)]
        except (OSError, ValueError, UnicodeError) as error:
            raise SendFailed(f"{host}: expected a host that can be found: {error}") from error
        for address in found:
            if not self._may(address):
                raise SendFailed(
                    f"{host}: expected a public address or one of the allowed networks, found {address}", final=True
                )
        if not found:
            raise SendFailed(f"{host}: expected an address, found none")
        return str(found[0])

    def _may(self, address: Address) -> bool:
        plain: Address = address
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            plain = address.ipv4_mapped
        if any(plain in network for network in self.allowed if network.version == plain.version):
            return True
        if any(plain in network for network in _TRANSLATED if network.version == plain.version):
            return False
        return plain.is_global and not plain.is_multicast


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        _ = parts.port
    except ValueError:
        good = False
    if not good:
        raise SendFailed("expected an http or https address without a login in it", final=True)
    return parts


def _connection(parts: SplitResult, port: int, address: str, timeout: float) -> HTTPConnection:
    host = str(parts.hostname)
    if parts.scheme == "https":
        return _PinnedTls(host, port, address, timeout)
    return _Pinned(host, port, address, timeout)


class _Pinned(HTTPConnection):
    """Connects to the address that was checked; the host's name stands in the request only."""

    def __init__(self, host: str, port: int, address: str, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _PinnedTls(HTTPSConnection):
    """The same with TLS; the certificate must be the name's."""

    def __init__(self, host: str, port: int, address: str, timeout: float) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(host, port, timeout=timeout, context=self._tls)
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
