"""Debian's Chromium for every test in a browser: how it is started, what is served to it, and what is wrong with a screen in it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

EXECUTABLE = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 900}}
HEADINGS = "has not exactly one heading of the first rank"
SCREENS = {"phone": PHONE, "desktop": DESKTOP}


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A browser, closed afterwards."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=EXECUTABLE, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of a module. Not longer: only one driver can run at a time in a process."""
    with running_chromium() as browser:
        yield browser


class Quiet(WSGIRequestHandler):
    """Keeps the addresses of the requests out of the terminal."""

    def log(self, *told: object, **more: object) -> None:
        """Say nothing."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """A website on a free port of this machine; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sign_in(context: BrowserContext, address: str, token: str, *, language: str = "en") -> None:
    """Go on in this browser with the session of somebody who came in elsewhere."""
    kept = {"session": token, "lang": language}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in kept.items()])


def listen(page: Page) -> list[str]:
    """A list that grows by what the browser complains about."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    return said


def faults_of(page: Page) -> list[str]:
    """What is wrong with a screen: for people who cannot see or point well, and for narrow ones."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    faults = [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
    assert page.viewport_size is not None
    if page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]:  # a phone's `innerWidth` grows with what it shows
        faults.append("scrolls sideways")
    if page.locator("h1").count() != 1:
        faults.append(HEADINGS)
    return faults
