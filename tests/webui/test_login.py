"""Signing in: sessions, back-off, tokens, and nothing told to a stranger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from engine.clock import VirtualClock
from tests.webui.conftest import PASSWORD, Browser
from webui.auth.backoff import FREE_PER_ACCOUNT, FREE_PER_ADDRESS
from webui.wiring import Application

SignIn = Callable[[str], Browser]


def test_a_clerk_comes_to_the_inbox_and_a_supervisor_to_the_board(signed_in: SignIn) -> None:
    assert signed_in("clerk_approval").get("/").location == "/tasks"
    assert signed_in("supervisor_south").get("/").location == "/board"
    assert signed_in("administrator_city").get("/").location == "/incidents"
    assert signed_in("designer_city").get("/").location == "/models"


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(browser: Browser, application: Application) -> None:
    application.credentials.set("clerk_approval", PASSWORD)

    wrong, unknown = browser.log_in("clerk_approval", "no"), browser.log_in("nobody", "no")

    assert wrong.status_code == unknown.status_code == 401
    assert "Name or password is wrong." in wrong.text
    assert _words(wrong.text).replace("clerk_approval", "nobody") == _words(unknown.text)


def _words(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrf" not in line and "nonce" not in line)


def test_an_old_cookie_is_worth_nothing_after_logout_and_after_a_new_login(signed_in: SignIn, web: Flask) -> None:
    browser = signed_in("clerk_approval")
    cookie = browser.client.get_cookie("jiancha")
    assert cookie is not None
    thief = web.test_client()
    thief.set_cookie("jiancha", cookie.value)
    assert thief.get("/tasks").status_code == 200

    browser.post("/logout")
    thief.set_cookie("jiancha", cookie.value)

    assert thief.get("/tasks").status_code == 401


def test_the_session_changes_at_login(signed_in: SignIn) -> None:
    browser = signed_in("clerk_approval")
    before = browser.client.get_cookie("jiancha")
    browser.log_in("clerk_approval")
    after = browser.client.get_cookie("jiancha")

    assert before is not None and after is not None and before.value != after.value


@pytest.mark.parametrize(("step", "times", "status"), [(29, 3, 200), (31, 1, 401), (29, 25, 401)])
def test_a_session_ends_when_idle_and_after_twelve_hours(
    signed_in: SignIn, wall: VirtualClock, step: int, times: int, status: int
) -> None:
    browser = signed_in("clerk_approval")
    for _ in range(times):
        wall.advance(timedelta(minutes=step))
        answer = browser.get("/tasks")

    assert answer.status_code == status


def test_a_person_who_left_is_out_at_once(signed_in: SignIn, application: Application) -> None:
    from monitors.organisation import load_organisation

    browser = signed_in("clerk_approval")
    with application.database.begin() as connection:
        gone = {"id": "clerk_approval", "name": "x", "active": False, "grants": []}
        load_organisation(connection, {"person": [gone]})

    assert browser.get("/tasks").status_code == 401


def test_guesses_hardly_reach_the_verifier(
    browser: Browser, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(type(application.credentials), "check", lambda *a: bool(looked.append(a[1])))
    token = browser.token()
    for _ in range(60):
        browser.client.post("/login", data={"csrf_token": token, "person": "x", "password": "guess"})

    assert len(looked) == FREE_PER_ACCOUNT


def test_of_a_thousand_attempts_at_one_account_few_are_let_through(application: Application) -> None:
    reached = sum(not application.backoff.attempt("x", f"192.0.2.{n % 250}") for n in range(1_000))

    assert reached == FREE_PER_ACCOUNT


def test_spraying_over_accounts_is_slowed_down_by_address(application: Application) -> None:
    reached = sum(not application.backoff.attempt(f"person{n}", "192.0.2.1") for n in range(200))

    assert reached == FREE_PER_ADDRESS
    assert not application.backoff.attempt("person1", "192.0.2.2")


def test_waiting_and_a_right_password_clear_the_way(
    browser: Browser, application: Application, wall: VirtualClock
) -> None:
    application.credentials.set("clerk_approval", PASSWORD)
    for _ in range(FREE_PER_ACCOUNT):
        browser.log_in("clerk_approval", "no")
    refused = browser.log_in("clerk_approval")
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, True)

    wall.advance(timedelta(minutes=20))

    assert browser.log_in("clerk_approval").status_code == 303


@pytest.mark.parametrize("url", ["/login", "/logout", "/language/en", "/demo/clock", "/cases/new"])
def test_every_post_needs_the_token(signed_in: SignIn, url: str) -> None:
    answer = signed_in("clerk_approval").client.post(url, data={"person": "x", "password": "y"})

    assert answer.status_code in (400, 404)


@pytest.mark.parametrize(
    ("origin", "status"), [("http://localhost", 303), ("https://evil.example", 400), ("null", 400)]
)
def test_another_sites_page_cannot_post_even_with_a_token(
    application: Application, browser: Browser, origin: str, status: int
) -> None:
    application.credentials.set("clerk_approval", PASSWORD)
    data = {"person": "clerk_approval", "password": PASSWORD}

    assert browser.post("/login", data, headers={"Origin": origin}).status_code == status


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "\n//x"]
)
def test_the_way_back_after_login_stays_on_this_site(application: Application, browser: Browser, target: str) -> None:
    application.credentials.set("clerk_approval", PASSWORD)
    answer = browser.post("/login", {"person": "clerk_approval", "password": PASSWORD, "next": target})

    assert answer.location == "/"


def test_the_language_is_kept_in_the_cookie_and_for_the_person(
    signed_in: SignIn, application: Application, web: Flask
) -> None:
    browser = signed_in("clerk_approval")
    assert "Tasks" in browser.get("/tasks").text
    browser.post("/language/zh_Hans_CN", {"next": "/tasks"})
    page = browser.get("/tasks").text

    assert 'lang="zh-Hans"' in page and "待办" in page
    assert application.credentials.language("clerk_approval") == "zh_Hans_CN"
    other = Browser(web.test_client())
    other.log_in("clerk_approval")
    assert "待办" in other.get("/tasks").text
