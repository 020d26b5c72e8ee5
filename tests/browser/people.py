"""People at their browsers. What they do here they do as users: they read, click, choose, type."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Locator, Page, expect

from tests.browser.product import until

PASSWORD = "binhai-demo"
SHOTS = Path(__file__).resolve().parent.parent.parent / "build" / "screenshots"
SIZE = {"width": 1280, "height": 800}
SIGN_IN = {"zh": "登录", "en": "Sign in"}
SWITCH = {"zh": "中文", "en": "English"}
HTML_LANGUAGE = {"zh": re.compile("zh"), "en": re.compile("en")}
SLOW = 15_000  # milliseconds; a build machine may be busy


class Person:
    """One person in one browser context of their own."""

    def __init__(self, browser: Browser, base: str, name: str, language: str = "zh") -> None:
        self.base, self.name, self.language = base, name, language
        self.context = browser.new_context(locale="zh-CN", viewport=SIZE, timezone_id="Asia/Shanghai")
        self.context.set_default_timeout(SLOW)
        self.complaints: list[str] = []
        self.page = self.tab()

    def tab(self) -> Page:
        """Another tab of the same browser; what its console complains about is kept."""
        page = self.context.new_page()
        page.on("console", lambda message: self.hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(f"{self.page.url}: {text}")

    def sign_in(self) -> Person:
        """On the login page, in the language of this walk."""
        page = self.page
        page.goto(f"{self.base}/login")
        self.speak()
        page.locator("#person").fill(self.name)
        page.locator("#password").fill(PASSWORD)
        page.locator(".login form").first.get_by_role("button", name=SIGN_IN[self.language], exact=True).click()
        expect(page.locator(".site-person")).to_be_visible(timeout=SLOW)
        self.speak()
        return self

    def speak(self) -> None:
        """Press the button with the other language's name where the page is in that one."""
        button = self.page.locator(".site-tools").get_by_role("button", name=SWITCH[self.language])
        if button.count():
            button.click()
        expect(self.page.locator("html")).to_have_attribute("lang", HTML_LANGUAGE[self.language], timeout=SLOW)

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.base}{path}")
        return self.page

    def task_row(self, number: str, step: str) -> Locator:
        """The line of the inbox for that step of that case or warning."""
        link = self.page.get_by_role("link", name=step, exact=True)
        return self.page.locator("#inbox tbody tr").filter(has_text=number).filter(has=link)

    def open_task(self, number: str, step: str) -> None:
        """From the inbox to the step; one that the worker is still to bring is waited for."""

        def there() -> bool:
            self.go("/tasks")
            return self.task_row(number, step).count() == 1

        until(f"{step} of {number} in the inbox of {self.name}", there, 30)
        self.press(self.task_row(number, step).get_by_role("link", name=step, exact=True))
        expect(self.page.get_by_role("heading", level=1)).to_have_text(step, timeout=SLOW)

    def fill(self, answers: dict[str, Any], page: Page | None = None) -> None:
        """Fill fields by their names, each as soon as it is seen and lets itself be filled; True ticks a box."""
        for key, value in answers.items():
            field = (page or self.page).locator(f'main form[method=post] [name="{key}"]')
            kind = field.first.evaluate("field => field.type")
            if kind == "radio":
                field.and_((page or self.page).locator(f'[value="{value}"]')).check()
            elif kind == "checkbox":
                field.set_checked(bool(value))
            elif kind == "select-one":
                field.select_option(value)
            else:
                field.fill(value)

    def filled(self) -> dict[str, str]:
        """What the form would send, the hidden fields with it."""
        form = self.page.locator("main form[method=post]").first
        return dict(form.evaluate("form => Object.fromEntries(new FormData(form))"))

    def submit(self, page: Page | None = None) -> None:
        self.press((page or self.page).locator("main form[method=post] .btn-primary").first)

    def press(self, button: Locator) -> None:
        """Click, and wait for the page that follows; Error when none comes."""
        button.click()
        button.page.wait_for_load_state()
        if button.page.url.startswith("chrome-error"):
            raise Error(f"{self.name} waits for a page that does not come")

    def do(self, number: str, step: str, answers: dict[str, Any]) -> None:
        """A step from the inbox to the line that says it is done."""
        self.open_task(number, step)
        self.fill(answers)
        self.submit()
        expect(self.page.locator(".alert-success")).to_contain_text(step, timeout=SLOW)

    def product_time(self) -> datetime:
        """What the demo clock shows."""
        shown = self.page.locator("#product-time time").get_attribute("datetime")
        assert shown is not None
        return datetime.fromisoformat(shown)

    def press_clock(self, by: str) -> None:
        """One of the demo clock's buttons: PT1H, P1D, P7D or next."""
        before = self.product_time()
        self.press(self.page.locator(f'.demo-clock-buttons button[value="{by}"]'))
        expect(self.page.locator(".alert-success")).to_be_visible(timeout=SLOW)
        assert self.product_time() > before

    def shot(self, name: str) -> None:
        """The whole page as a picture, for people to look at."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    def leave(self) -> None:
        self.context.close()
