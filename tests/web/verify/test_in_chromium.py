"""The digits of a scanned code, judged in a real browser; and every screen of the verifier looked at for accessibility and for width."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, request
from playwright.sync_api import Browser, Page, Route, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from credentialing.adapters.doubles import SeededEntropy
from credentialing.app.product import create_app
from credentialing.certificate.qr import qr_text
from credentialing.crypto.keyring import create_keyring
from credentialing.services.office import Office
from credentialing.web.assets import FOLDER
from tests.certificate.workshop import TOLERATED
from tests.certified import World, change_record, code_of, face_of

pytestmark = [pytest.mark.browser, TOLERATED]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
CHECKS = ("readable", "unaltered", "ours", "in_force", "same_as_record")


class Quiet(WSGIRequestHandler):
    """Keeps the addresses of the requests out of the terminal."""

    def log(self, *told: object, **more: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Site:
    """A served copy of the installation, and every address that it was asked for."""

    address: str
    office: Office
    asked: list[str]


@pytest.fixture
def site(office: Office) -> Iterator[Site]:
    """The whole product on a free port of this machine."""
    app: Flask = create_app(replace(office.settings, base_url="http://127.0.0.1"), office)
    asked: list[str] = []
    app.before_request(lambda: asked.append(request.url))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.port}", office, asked)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A phone that speaks English."""
    context = chromium.new_context(locale="en", viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


def digits_of(text: str) -> str:
    """What stands behind the # of a QR text."""
    return text.partition("#")[2]


def scan(page: Page, site: Site, code: str, digits: str) -> str:
    """Open what a code holds, wait for the script, and give the heading."""
    page.goto("about:blank")
    with page.expect_response("**/trust/bundle.json"):
        page.goto(f"{site.address}/c/{code}#{digits}")
    page.wait_for_load_state("networkidle")
    return page.locator("#answer h1").inner_text()


def results(page: Page) -> dict[str, str]:
    """Each check of the page and its word."""
    return {name: page.locator(f".pu-checks [data-check={name}] > b").inner_text() for name in CHECKS}


def test_good_digits_are_confirmed_in_the_browser_and_never_sent(page: Page, site: Site, made: World) -> None:
    for line in (made.degree, made.rpl):
        digits = digits_of(line.qr_text)
        page.goto(f"{site.address}/c/{code_of(line)}")
        assert results(page)["unaltered"] == "Not known"
        assert scan(page, site, code_of(line), digits) == "The code is ours, and the certificate is in force"
        assert results(page) == dict.fromkeys(CHECKS, "Yes")
        assert "The code is ours" in page.title()
        assert not [address for address in site.asked if digits[:30] in address]


def test_each_changed_digit_raises_the_alarm(page: Page, site: Site, made: World) -> None:
    digits = digits_of(made.degree.qr_text)
    for place in (0, 5, len(digits) // 3, len(digits) - 80, len(digits) - 1):
        changed = digits[:place] + str((int(digits[place]) + 1) % 10 or 1) + digits[place + 1 :]
        assert scan(page, site, code_of(made.degree), changed) == "The code on this paper does not carry our signature. Do not trust the paper"
        assert page.locator("#answer [role=alert] .pu-t-fake").count() == 1
        assert "No" in results(page).values()


@pytest.mark.parametrize("digits", ["1", "9" * 30, "1" * 2500])
def test_digits_that_were_made_up_raise_the_alarm(page: Page, site: Site, made: World, digits: str) -> None:
    assert "does not carry our signature" in scan(page, site, code_of(made.degree), digits)


def test_the_signature_of_another_certificate_raises_the_alarm(page: Page, site: Site, made: World) -> None:
    assert "belongs to another certificate" in scan(page, site, code_of(made.degree), digits_of(made.rpl.qr_text))
    assert results(page)["same_as_record"] == "No"


@pytest.mark.parametrize("changes", [{"display_name": "Mariángela Peñalver Núñez"}, {"number": "RT-2026-000009-9"}])
def test_a_signature_for_other_words_than_the_registers_raises_the_alarm(page: Page, site: Site, made: World, changes: dict[str, str]) -> None:
    other = replace(face_of(site.office, made.degree), **changes)
    assert "belongs to another certificate" in scan(page, site, code_of(made.degree), digits_of(qr_text(other, site.office.keys)))


def test_a_strange_key_raises_the_alarm(page: Page, site: Site, made: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    face, keys = face_of(site.office, made.degree), site.office.settings
    strange = create_keyring(tmp_path_factory.mktemp("keys"), issuer_host=keys.issuer_host, brand=keys.brand, now=made.now, entropy=SeededEntropy(3))
    assert "does not carry our signature" in scan(page, site, code_of(made.degree), digits_of(qr_text(face, strange)))
    assert results(page)["ours"] == "No"


def test_a_compromised_key_raises_the_alarm(page: Page, site: Site, made: World) -> None:
    def declare(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('"active"', '"compromised"'))

    page.route("**/trust/bundle.json", declare)
    assert "does not carry our signature" in scan(page, site, code_of(made.degree), digits_of(made.degree.qr_text))
    assert results(page)["ours"] == "No"


def test_an_ended_certificate_stays_ended_however_good_its_digits(page: Page, site: Site, made: World) -> None:
    change_record(site.office, made.degree, status="revoked", revoked_at=made.now)
    assert scan(page, site, code_of(made.degree), digits_of(made.degree.qr_text)) == "We issued it and revoked it afterwards"
    assert results(page) == {"readable": "Yes", "unaltered": "Yes", "ours": "Yes", "in_force": "No", "same_as_record": "Yes"}


def test_without_keys_or_script_the_page_stands_as_it_was_sent(page: Page, chromium: Browser, site: Site, made: World) -> None:
    address = f"{site.address}/c/{code_of(made.degree)}#{digits_of(made.degree.qr_text)}"
    page.route("**/trust/bundle.json", lambda route: route.abort())
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert page.locator("#answer h1").inner_text() == "Our register says: in force"
    context = chromium.new_context(locale="en", java_script_enabled=False)
    plain = context.new_page()
    plain.goto(address)
    assert plain.locator("#answer h1").inner_text() == "Our register says: in force"
    assert plain.locator("[data-print]").is_hidden()
    context.close()


def test_a_second_scan_in_the_same_page_is_judged_anew(page: Page, site: Site, made: World) -> None:
    assert "The code is ours" in scan(page, site, code_of(made.degree), digits_of(made.degree.qr_text))
    page.evaluate("location.hash = '#12345'")
    page.wait_for_selector("#answer [role=alert]")
    assert "does not carry our signature" in page.locator("#answer h1").inner_text()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (360, "dark"), (1280, "light")])
def test_every_screen_is_accessible_and_fits(chromium: Browser, site: Site, made: World, width: int, scheme: str) -> None:
    context = chromium.new_context(locale="en", viewport={"width": width, "height": 740}, color_scheme=scheme)
    page, said = context.new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    digits = digits_of(made.rpl.qr_text)
    for path in ("/verify", f"/c/{code_of(made.rpl)}", f"/c/{code_of(made.rpl)}#{digits}", f"/c/{code_of(made.degree)}#{digits}", "/c/0000000000000", "/c/1"):
        page.goto("about:blank")
        page.goto(site.address + path)
        page.wait_for_load_state("networkidle")
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert [text for text in said if "404" not in text] == []
    context.close()


def test_the_script_is_small() -> None:
    assert (FOLDER / "verify.js").stat().st_size < 5000
