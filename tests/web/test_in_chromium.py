"""The public pages and the parts in a real browser: no fault of accessibility, nothing refused by the content policy, no sideways scrolling."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, render_template
from playwright.sync_api import Browser, Page

from credentialing.config import Settings
from credentialing.web.forms import parse_fields, simple_view
from credentialing.web.gate import PUBLIC, route
from credentialing.workflow.registry import FIELDS
from tests.chromium import HEADINGS, PHONE, SCREENS, faults_of, listen, served
from tests.web.conftest import NOON

pytestmark = pytest.mark.browser
FINDER = "/route?want=degree&country="
PATHS = ("/", FINDER + "CO&asked=purpose", "/route?want=skills&country=CO&job=soldador", FINDER + "CO&papers=copy", FINDER + "PE", "/procedures",
         "/procedures/co-degree-convalidacion", "/privacy", "/nowhere", "/gallery")  # fmt: skip
SMALL_TARGETS = """() => [...document.querySelectorAll("nav a, header a, footer a, button, .govuk-button, .govuk-radios__item")]
    .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
    .filter(([, box]) => box.height && (box.height < 43.5 || box.width < 43.5)).map(([text]) => text)"""


def gallery_room(app: Flask) -> Blueprint:
    """One page that shows every part, with faults in its form."""
    blueprint = Blueprint("gallery", __name__)
    template = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")

    @route(blueprint, "/gallery", who=PUBLIC)
    def gallery() -> str:
        fields = [FIELDS[name] for name in ("given_names", "birth_date", "study_level", "tasks")]
        parsed = parse_fields(fields, {"birth_date-day": "31"}, required_now=True)
        choices = [("a", "One"), ("b", "Two")]
        views = [simple_view(one.name, one.name, kind=one.kind, hint="A hint.", values=parsed.raw, reasons=parsed.reasons, choices=choices) for one in fields]
        page = app.jinja_env.from_string(template)
        return render_template(page, soon=NOON + timedelta(days=2), later=NOON + timedelta(days=25), views=views, reasons_of_form=parsed.reasons)

    return blueprint


@pytest.fixture
def address(make_app: Callable[..., Flask], settings: Settings) -> Iterator[str]:
    """A served frame on a free port of this machine."""
    app = make_app(settings=replace(settings, base_url="http://127.0.0.1"))
    app.register_blueprint(gallery_room(app))
    with served(app) as address:
        yield address


def open_page(browser: Browser, **options: Any) -> Page:
    """A page in Spanish."""
    return browser.new_context(locale="es", **options).new_page()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_pages_are_accessible_and_fit(chromium: Browser, address: str, screen: str, scheme: str) -> None:
    page = open_page(chromium, color_scheme=scheme, **SCREENS[screen])
    said = listen(page)
    for path in PATHS:
        page.goto(address + path)
        expected = [HEADINGS] if path == "/gallery" else []  # it shows every verdict, and each is the heading of a page of its own
        assert faults_of(page) == expected, path
    assert [text for text in said if "404" not in text and "422" not in text] == []
    page.context.close()


def test_targets_are_large_enough_for_a_thumb(chromium: Browser, address: str) -> None:
    page = open_page(chromium, **PHONE)
    for path in ("/", "/route?want=degree"):
        page.goto(address + path)
        assert page.evaluate(SMALL_TARGETS) == [], path
    page.context.close()


def test_the_quick_exit_leaves_no_way_back(chromium: Browser, address: str) -> None:
    page = open_page(chromium)
    page.route("https://**", lambda request: request.fulfill(body="elsewhere"))
    page.goto(address + "/help")
    page.goto(address + "/privacy")
    page.click(".govuk-exit-this-page a")
    page.wait_for_url("https://**")
    page.go_back()
    assert page.url == address + "/help"
    page.context.close()


def test_everything_works_without_scripts(chromium: Browser, address: str) -> None:
    page = open_page(chromium, java_script_enabled=False)
    page.goto(address + "/")
    page.click(".pu-door--main a")
    for choice in ("degree", "CO", "employment", "masters", "2142", "copy"):
        if choice == "2142":
            page.fill("[name=job]", "ingeniro civil")
            page.click("form .govuk-button")
        page.click(f".govuk-radios__item:has(input[value='{choice}'])")
        page.click("form .govuk-button >> nth=0")
    assert page.locator("#route").is_visible()
    page.click('.pu-langs a[lang="en"]')
    assert page.locator("html").get_attribute("lang") == "en"
    assert "papers=copy" in page.url
    page.context.close()


def test_the_strip_of_languages_keeps_the_digits_of_a_scanned_code(chromium: Browser, address: str) -> None:
    page = open_page(chromium)
    page.goto(address + "/help#123456")
    page.click('.pu-langs a[lang="pt"]')
    page.wait_for_url("**/help?lang=pt#123456")
    assert page.locator("html").get_attribute("lang") == "pt"
    page.context.close()
