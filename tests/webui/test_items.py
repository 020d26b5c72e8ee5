"""The pages of the item registry: proposed by one, approved by another, in force from its day, as a form or a sheet."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.clock import VirtualClock
from monitors.items import item
from monitors.laws import Article
from monitors.standing import mark_of
from tests.webui.conftest import FLAWLESS, ITEM, Browser
from webui.iteming import shown
from webui.wiring import Application

SignIn = Callable[[str], Browser]
CODE = ITEM["code"]
PAGE = f"/items/{CODE}"
FORM = {
    **shown(CODE, {**FLAWLESS, "promised_wd": 7, "step_limits": {"3": 1, "4": 2, "5": 2, "6": 2}}),
    "valid_from": "2026-03-12",
    "reason": "提速",
    "materials-0-name": "申请书",
    "materials-0-basis": "食品经营许可和备案管理办法 12",
    "fees-0-name": "检测费",
    "fees-0-standard": "80.50",
    "fees-0-unit": "元/次",
    "fees-0-basis": "食品安全法 87",
}


def post(browser: Browser, url: str, data: dict[str, Any], **more: Any) -> TestResponse:
    """A form that is sent once: each has a key of its own."""
    return browser.post(url, {"key": secrets.token_hex(16), **data}, **more)


def promised(app: Application) -> int:
    with app.database.read() as connection:
        return int(item(connection, CODE, app.clock.now().astimezone(app.zone).date()).body["promised_wd"])


def decide_url(page: str) -> str:
    found = page.split('action="/items/changes/')[1].split('"')[0]
    return f"/items/changes/{found}"


def test_a_change_is_proposed_approved_by_another_and_used_from_its_day(
    application: Application, signed_in: SignIn, clock: VirtualClock
) -> None:
    designer, publisher = signed_in("designer_city"), signed_in("publisher_city")
    assert "breaks checkpoints on itself" in designer.get(PAGE).text
    assert post(designer, "/items/change", FORM).location == PAGE
    page = designer.get(PAGE).text
    assert "another person must approve it" in page and "/items/changes/" not in page
    assert "8 → <strong>7</strong>" in page and "检测费 · 80.5 · 元/次" in page
    waiting = publisher.get(PAGE).text
    assert post(publisher, decide_url(waiting), {"granted": "true", "opinion": "同意"}).location == PAGE
    approved = publisher.get(PAGE).text
    assert "Version 2, in force from 2026-03-12" in approved and "to come" in approved and "同意" in approved
    assert "breaks checkpoints" not in approved
    assert promised(application) == 8
    clock.advance(timedelta(days=1))
    assert promised(application) == 7
    with application.database.read() as connection:
        body = item(connection, CODE, application.clock.now().date()).body
    assert (body["allowed_special"], body["route"]) == (ITEM["allowed_special"], ITEM["route"])  # not asked for, kept


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"promised_wd": "21"}, "longer than the statutory one"),
        ({"materials-0-basis": ""}, "the material “申请书” has no basis"),
        ({"fees-0-basis": ""}, "the fee “检测费” has no basis"),
        ({"fees-0-standard": "viel"}, "fees: not readable."),
        ({"valid_from": "2026-03-10"}, "before the day of approval"),
        ({"promised_wd": "acht"}, "promised_wd: not readable."),
    ],
)
def test_a_form_that_breaks_a_checkpoint_says_so_and_keeps_what_was_entered(
    application: Application, signed_in: SignIn, changed: dict[str, str], words: str
) -> None:
    answer = post(signed_in("designer_city"), "/items/change", {**FORM, **changed})
    assert answer.status_code == 422 and words in answer.text
    assert "元/次" in answer.text and "提速" in answer.text
    assert "IT-2026" not in signed_in("publisher_city").get(PAGE).text


def test_a_head_proposes_for_the_own_department_alone(application: Application, signed_in: SignIn) -> None:
    own = {**FORM, "code": "own", "district": "370202", "department": "approval"}
    other = {**own, "code": "other", "department": "water"}
    head = signed_in("dept_head_approval")
    assert post(head, "/items/change", other).status_code == 403
    assert post(head, "/items/change", own).status_code == 303
    assert post(head, "/items/change", {**own, "promised_wd": "6", "step_limits": ""}).status_code == 409


def sent(browser: Browser, text: str) -> str:
    data = {"file": (io.BytesIO(text.encode()), "items.csv")}
    return post(browser, "/items/sheet", data, content_type="multipart/form-data").text


def test_a_sheet_is_shown_first_and_then_proposed(application: Application, signed_in: SignIn) -> None:
    designer = signed_in("designer_city")
    text = designer.get("/items/sheet.csv").text
    assert "1 line changes nothing." in sent(designer, text)
    flawed = text.replace(",20,8,", ",20,7,").replace("2026-01-01", "2026-03-20")
    assert "add up to 13 working days" in sent(designer, flawed)
    right = flawed.replace("2=5 3=1 4=3", "3=1 4=2").replace(
        "administrative_approval,,,,", "administrative_approval,,,,食品安全法 35"
    )
    preview = sent(designer, right)
    assert "8 → <strong>7</strong>" in preview and "Propose these changes" in preview
    assert "IT-2026" not in designer.get("/items").text
    assert post(designer, "/items/sheet", {"text": right, "reason": "年度调整"}).status_code == 303
    assert "IT-2026-000001" in designer.get("/items").text and "年度调整" in designer.get("/items").text


def test_a_sheet_that_cannot_be_read_says_where(application: Application, signed_in: SignIn) -> None:
    designer = signed_in("designer_city")
    text = designer.get("/items/sheet.csv").text
    assert "Line 2, promised_wd: not readable." in sent(designer, text.replace(",20,8,", ",20,acht,"))


def test_an_article_is_entered_by_one_and_confirmed_by_another(application: Application, signed_in: SignIn) -> None:
    def mark() -> str:
        with application.database.read() as connection:
            return mark_of(connection, "民法典 201", "C")

    designer, publisher = signed_in("designer_city"), signed_in("publisher_city")
    given = {
        "law": "民法典",
        "article": "201",
        "text": "按照年、月、日计算期间的……",
        "text_date": "2021-01-01",
        "source": "全国人大",
    }
    assert "Article 201" not in designer.get("/laws").text
    post(designer, "/laws", {**given, "text_date": "2026-03-12"})
    assert "Not accepted" in designer.get("/laws").text
    post(designer, "/laws", given)
    assert "/decide" not in designer.get("/laws").text and mark() == "C"
    page = publisher.get("/laws").text
    assert Article("民法典", "Civil Code", "201").en in page
    where = page.split('action="/laws/')[1].split('"')[0]
    post(publisher, f"/laws/{where}", {"granted": "true", "opinion": "与公报一致"})
    assert "Read and confirmed" in publisher.get("/laws").text and mark() == "C✓"
