"""A database that is locked for too long, out of space or away: a clear answer, and the same act succeeds later."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.webui.conftest import Browser
from tests.webui.test_tasks import APPLICATION, OFFER, SignIn, key_of
from webui.wiring import Application


@contextmanager
def locked(app: Application) -> Iterator[None]:
    """Somebody else writes, for longer than anybody waits."""
    with closing(sqlite3.connect(str(app.database.url.database), isolation_level=None)) as other:
        other.execute("begin exclusive")
        yield
        other.execute("rollback")


@contextmanager
def full(app: Application) -> Iterator[None]:
    """The file may not grow by a page."""
    with app.database.read() as connection:
        pages = connection.exec_driver_sql("pragma page_count").scalar_one()
    with pragma(app, f"max_page_count = {pages}"):
        yield


@contextmanager
def pragma(app: Application, text: str) -> Iterator[None]:
    """A pragma on every connection from now on."""

    def set_it(connection: Any, _: Any) -> None:
        connection.execute(f"pragma {text}")

    app.database.dispose()
    event.listen(app.database.engine, "connect", set_it)
    yield
    event.remove(app.database.engine, "connect", set_it)
    app.database.dispose()


def refused(browser: Browser) -> tuple[dict[str, Any], TestResponse]:
    """Start cases until one is not: what was asked, and the answer."""
    for _ in range(200):
        asked = {**APPLICATION, "key": key_of(browser.get(f"/cases/new?item={OFFER}").text)}
        answer = browser.post("/cases/new", asked)
        if answer.status_code != 303:
            return asked, answer
    raise AssertionError("expected the database to refuse at last, found two hundred cases")


@pytest.mark.parametrize(("trouble", "status"), [(locked, 503), (full, 507)])
def test_whoever_asks_is_told_when_to_come_back_and_then_served(
    modelled: Application, signed_in: SignIn, trouble: Any, status: int
) -> None:
    browser = signed_in("clerk_approval")
    with pragma(modelled, "busy_timeout = 50"), trouble(modelled):
        asked, answer = refused(browser)
        before = modelled.runtime.query.count()
        assert browser.get("/tasks").status_code == 200  # who only reads is not disturbed

    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, "5")
    assert modelled.runtime.query.count() == before
    assert modelled.runtime.query.incidents(standing=None) == []
    assert browser.post("/cases/new", asked).status_code == 303
    assert modelled.runtime.query.count() == before + 1
