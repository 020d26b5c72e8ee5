"""The page of data sets: a supervisor loads a file, and what was refused is told by line and field."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from tests.monitors.setchecks.registry import HEADERS, pension
from tests.webui.conftest import SOUTH, Browser

SignIn = Callable[[str], Browser]
PAYMENTS = "\n".join((HEADERS["pensions"], pension("Y-1", "p-1"), pension("Y-2", "<b>", paid="=1+1"), ""))


def given(browser: Browser, district: str, text: str = PAYMENTS, source: str = "人社局") -> Any:
    (key,) = re.findall(r'name="key" value="([0-9a-f]{32})"', browser.get("/datasets").text)
    data = {"set": "pensions", "district": district, "source": source, "key": key}
    return browser.post(
        "/datasets", {**data, "file": (io.BytesIO(text.encode()), "a.csv")}, content_type="multipart/form-data"
    )


def test_a_file_is_loaded_and_what_was_refused_is_told(signed_in: SignIn) -> None:
    browser = signed_in("supervisor_south")
    answer = given(browser, SOUTH)
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.location).text
    for words in ("The good rows of the file are taken.", "New rows: 1", "an amount such as 1234.50", "=1+1", "人社局"):
        assert words in page, words
    listed = browser.get("/datasets").text
    assert "DL-2026-000001" in listed and "Pension payments" in listed and "sum of money" in listed


def test_nobody_loads_for_a_district_that_is_not_his_or_without_a_source(signed_in: SignIn) -> None:
    browser = signed_in("supervisor_south")
    assert given(browser, "*").status_code == 403
    assert given(browser, SOUTH, source="").status_code in (400, 422)
    assert "DL-2026" not in browser.get("/datasets").text
