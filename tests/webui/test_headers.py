"""Headers of every answer."""

from __future__ import annotations

import re

import pytest
from flask import Flask

EXPECTED = (
    "default-src 'self'; script-src 'self' 'nonce-N'; style-src 'self' 'nonce-N'; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("url", ["/login", "/tasks", "/no-such-page", "/static/pages.css"])
def test_the_content_security_policy_is_on_every_answer(web: Flask, url: str) -> None:
    answer = web.test_client().get(url)
    policy = re.sub(r"nonce-[\w-]+", "nonce-N", answer.headers["Content-Security-Policy"])

    assert policy == EXPECTED
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_nonce_is_new_each_time_and_the_page_uses_it(web: Flask) -> None:
    client = web.test_client()
    first, second = client.get("/login"), client.get("/login")
    nonces = [re.search(r"nonce-([\w-]+)", a.headers["Content-Security-Policy"]) for a in (first, second)]

    assert nonces[0] and nonces[1] and nonces[0][1] != nonces[1][1]
    assert f'nonce="{nonces[0][1]}"' in first.text


def test_pages_are_not_kept_and_cookies_are_closed(web: Flask) -> None:
    answer = web.test_client().get("/login")

    assert answer.headers["Cache-Control"] == "no-store"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_no_template_switches_the_escaping_off() -> None:
    from pathlib import Path

    for template in (Path(__file__).resolve().parents[2] / "webui" / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false|<script(?![^>]*nonce=)|\son\w+=", text), template
