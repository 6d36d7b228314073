"""Somebody with a browser, who looks at every screen with care: what it complains about, whether it fits, whether everybody can use it."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response

from tests.chromium import faults_of

OUT = Path(__file__).parents[1] / "_out"
LONGEST_WAIT = 30_000


class Visitor:
    """One person's browser. `look` judges a screen; `complaints` holds everything that went wrong without anybody looking."""

    def __init__(self, browser: Browser, address: str, *, language: str = "es", **options: Any) -> None:
        self.address, self.complaints, self.seen = address, list[str](), set[str]()
        self.context = browser.new_context(base_url=address, locale=language, accept_downloads=True, **options)
        self.context.set_default_timeout(LONGEST_WAIT)
        self.has_script = options.get("java_script_enabled", True)
        self.page = self.open_tab()

    def open_tab(self) -> Page:
        """One more tab, listened to like the first."""
        page = self.context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("request", self._follow)
        page.on("response", self._weigh)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if not message.text.startswith("Failed to load resource"):  # `_weigh` judges these by what was asked for
            self.complaints.append(f"console: {message.text}")

    def _follow(self, request: Request) -> None:
        if not request.url.startswith((self.address, "blob:", "data:")):
            self.complaints.append(f"leaves the site: {urlsplit(request.url).hostname}")

    def _weigh(self, answer: Response) -> None:
        expected = answer.request.resource_type in {"document", "xhr"}
        if answer.status >= 500 or (answer.status >= 400 and not expected):
            self.complaints.append(f"{answer.status} {urlsplit(answer.url).path}")

    def go(self, path: str) -> int:
        """Open an address of the site; the status of the answer."""
        answer = self.page.goto(path)
        assert answer is not None
        return answer.status

    @property
    def path(self) -> str:
        """Where the visitor is."""
        return urlsplit(self.page.url).path

    def one(self, selector: str) -> Locator:
        """The first element that fits."""
        return self.page.locator(selector).first

    def text(self, selector: str = "main") -> str:
        """What is read at an element, with single blanks."""
        return re.sub(r"\s+", " ", self.one(selector).inner_text()).strip()

    def choose(self, name: str, value: str) -> None:
        """Choose a radio or a box by its card, as a thumb does."""
        self.page.click(f'.govuk-radios__item:has(input[name="{name}"][value="{value}"]), .govuk-checkboxes__item:has(input[name="{name}"][value="{value}"])')

    def send(self, form: str, button: str = "button") -> None:
        """Press the button of a form and wait for the next page."""
        with self.page.expect_navigation():
            self.one(f"{form} {button}").click()

    def follow(self, selector: str) -> None:
        """Follow a link and wait for its page."""
        with self.page.expect_navigation():
            self.one(selector).click()

    def look(self, name: str) -> None:
        """Judge the present screen and keep a picture of it; each name is judged once."""
        if name in self.seen:
            return
        self.seen.add(name)
        OUT.mkdir(exist_ok=True)
        self.page.evaluate("scrollTo(0, 0)")
        self.page.screenshot(path=OUT / f"{name}.png", full_page=True)
        if not self.has_script:
            return
        self.complaints += [f"{name}: {fault}" for fault in faults_of(self.page)]

    def leave(self) -> None:
        """Close the browser of this person."""
        self.context.close()
