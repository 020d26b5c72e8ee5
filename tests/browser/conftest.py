"""A real browser, and the product with its demo city as its users start it."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.browser.product import Product
from tests.browser.records import Records

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run"),
)
LOADING = 300  # seconds that the demo city may take on a busy machine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        pytest.skip("needs a browser: no chromium and no chrome is installed")
    return Path(found)


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.skip("needs a browser: playwright is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def city(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo city in it, loaded once for all processes of the run; to be copied."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "demo-city"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "loaded").exists():
            _ended(folder, "serve", lambda product: product.wait(LOADING))
            (folder / "loaded").touch()
    return folder / "city.db"


def _ended(folder: Path, command: str, use: Callable[[Product], None]) -> None:
    product = Product(folder, command)
    try:
        use(product)
    finally:
        product.end()


def _copied(city: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(city)) as old, closing(sqlite3.connect(folder / "city.db")) as new:
        old.backup(new)
    return folder


@pytest.fixture(scope="session")
def product(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """``jiancha serve --demo``, used by all walks of this process."""
    found = Product(_copied(city, tmp_path_factory.mktemp("served")), "serve")
    try:
        found.wait()
        yield found
    finally:
        found.end()


@pytest.fixture
def apart(city: Path, tmp_path: Path) -> Iterator[Product]:
    """``jiancha web`` and ``jiancha worker`` over a database of their own, to be stopped and killed."""
    found = Product(_copied(city, tmp_path / "apart"), "web", "worker")
    try:
        found.wait()
        yield found
    finally:
        found.end()


@pytest.fixture
def records(product: Product) -> Records:
    return Records(product.database)


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """``visit(product, name, language)``: that person, signed in; gone when the test is over."""
    from tests.browser.people import Person

    people: list[Person] = []

    def signed_in(product: Product, name: str, language: str = "zh") -> Person:
        people.append(Person(browser, product.base, name, language))
        return people[-1].sign_in()

    yield signed_in
    for person in people:
        person.leave()
