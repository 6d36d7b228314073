"""The digits of a scanned code, judged in a real browser; and every screen of the verifier looked at for accessibility and for width."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import pytest
from flask import Flask, request
from playwright.sync_api import Browser, Page, Route

from credentialing.adapters.doubles import SeededEntropy
from credentialing.app.product import create_app
from credentialing.certificate.qr import qr_text
from credentialing.crypto.keyring import create_keyring
from credentialing.services.office import Office
from credentialing.web.assets import FOLDER
from tests.certificate.workshop import TOLERATED
from tests.certified import World, change_record, code_of, face_of
from tests.chromium import PHONE, SCREENS, faults_of, listen, served

pytestmark = [pytest.mark.browser, TOLERATED]
CHECKS = ("readable", "unaltered", "ours", "in_force", "same_as_record")


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
    with served(app) as address:
        yield Site(address, office, asked)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A phone that speaks English."""
    context = chromium.new_context(locale="en", **PHONE)
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


@pytest.mark.parametrize(("since", "heading"), [("2999-01-01", "The code is ours"), ("2001-01-01", "does not carry our signature")])
def test_a_lost_key_stands_for_what_was_logged_before_it_was_lost(page: Page, site: Site, made: World, since: str, heading: str) -> None:
    def declare(route: Route) -> None:
        answer = route.fetch()
        lost = [{**key, "state": "compromised", "since": since} for key in answer.json()["qr_keys"]]
        route.fulfill(response=answer, json={**answer.json(), "qr_keys": lost})

    page.route("**/trust/bundle.json", declare)
    assert heading in scan(page, site, code_of(made.degree), digits_of(made.degree.qr_text))


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


@pytest.mark.parametrize(("screen", "scheme"), [("phone", "light"), ("phone", "dark"), ("desktop", "light")])
def test_every_screen_is_accessible_and_fits(chromium: Browser, site: Site, made: World, screen: str, scheme: Literal["light", "dark"]) -> None:
    context = chromium.new_context(locale="en", color_scheme=scheme, **SCREENS[screen])
    page = context.new_page()
    said = listen(page)
    digits = digits_of(made.rpl.qr_text)
    for path in ("/verify", f"/c/{code_of(made.rpl)}", f"/c/{code_of(made.rpl)}#{digits}", f"/c/{code_of(made.degree)}#{digits}", "/c/0000000000000", "/c/1"):
        page.goto("about:blank")
        page.goto(site.address + path)
        page.wait_for_load_state("networkidle")
        assert faults_of(page) == [], path
    assert [text for text in said if "404" not in text] == []
    context.close()


def test_the_script_is_small() -> None:
    assert (FOLDER / "verify.js").stat().st_size < 5000
