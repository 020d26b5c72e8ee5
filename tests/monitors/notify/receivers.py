"""Receivers on this machine: a mail relay and a web server that keep what they are given."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.smtp import SMTP


@dataclass
class Received:
    """What came in. ``answers`` are the codes to give, one after the other; then all is taken."""

    port: int = 0
    seen: list[Any] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def answer(self, good: str) -> str:
        return self.answers.pop(0) if self.answers else good


@contextmanager
def mail_relay() -> Iterator[Received]:
    """An SMTP relay; ``seen`` are its messages. ``hang`` as an answer: it takes the message and never says so."""
    received = Received()

    class Handler:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            received.seen.append(message_from_bytes(envelope.content, policy=policy.default))
            answer = received.answer("250 OK")
            if answer == "hang":
                server.transport.close()
            return answer

    loop = asyncio.new_event_loop()
    made = loop.create_server(lambda: SMTP(Handler(), enable_SMTPUTF8=True), "127.0.0.1", 0)
    server = loop.run_until_complete(made)
    received.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield received
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


def text_of(message: EmailMessage) -> str:
    body = message.get_body()
    assert body is not None
    return str(body.get_content())


@contextmanager
def web_server() -> Iterator[Received]:
    """A web server; ``seen`` are (path, headers, body). ``hang`` as an answer: it takes the request and says nothing."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.seen.append((self.path, dict(self.headers), body))
            answer = received.answer("200")
            if answer == "hang":
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            code, _, location = answer.partition(" ")
            self.send_response(int(code))
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
