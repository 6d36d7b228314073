"""An employer with a certificate in hand: the code, the file, the number; and what is said when something is wrong with them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from stdnum import luhn

from credentialing.domain.numbers import CROCKFORD
from tests.browser import employer, migrant
from tests.browser.visitor import Visitor
from tests.chromium import PHONE

pytestmark = pytest.mark.browser
Arrive = Callable[..., Visitor]
FILE_FORM, NUMBER_FORM = "form:has([name=file])", "form:has([name=number])"


@pytest.fixture(scope="module")
def certificate(chromium: Browser, product: str) -> bytes:
    """The file of the demonstration's degree, as its holder downloads it."""
    holder = Visitor(chromium, product, **PHONE)
    migrant.enter(holder)
    holder.follow("main li:has(.pu-t-good) a")
    data = migrant.await_certificate(holder, holder.path)
    holder.leave()
    return data


def test_the_code_opens_the_verdict_and_the_browser_judges_the_digits(arrive: Arrive, certificate: bytes) -> None:
    scanned, visitor = employer.scan(certificate), arrive(**PHONE)
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.go(scanned.path)
    visitor.page.wait_for_selector('.pu-checks [data-check="unaltered"].pu-t-good')
    visitor.look("verified-code")
    assert employer.verdict_of(visitor) == "copy"
    assert set(employer.checks_of(visitor).values()) == {"good"}
    assert "Mariángel Peñalver Núñez" in visitor.text(".pu-who")
    assert employer.number_on(certificate) in visitor.text()
    assert not any(scanned.digits in url for url in asked)  # the digits never reach the server


@pytest.mark.parametrize("forgery", ["the last digit", "digits of another certificate"])
def test_forged_digits_are_refused_in_the_browser(arrive: Arrive, certificate: bytes, forgery: str) -> None:
    scanned, visitor = employer.scan(certificate), arrive(**PHONE)
    code, digits = scanned.code, scanned.digits
    if forgery == "the last digit":  # it belongs to the signature; all that the code says stays as it is
        digits = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    else:
        visitor.go("/")
        codes = [link.get_attribute("href") or "" for link in visitor.page.locator('.pu-ready a[href^="/c/"]').all()]
        code = next(link.removeprefix("/c/") for link in codes if link != f"/c/{code}")
    visitor.go(f"/c/{code}")
    nothing_brought = visitor.text('.pu-checks [data-check="ours"] small')
    visitor.go("/verify")
    visitor.go(f"/c/{code}#{digits}")
    visitor.page.wait_for_selector("#answer .pu-t-fake")
    visitor.look(f"forged-{forgery.replace(' ', '-')}")
    assert visitor.text('.pu-checks [data-check="ours"] small') != nothing_brought


def test_the_file_is_recognised_as_the_original_and_refused_once_a_byte_has_changed(arrive: Arrive, certificate: bytes, tmp_path: Path) -> None:
    visitor = arrive(**PHONE)
    visitor.go("/verify")
    visitor.look("verify")
    (tmp_path / "original.pdf").write_bytes(certificate)
    visitor.page.set_input_files("[name=file]", tmp_path / "original.pdf")
    visitor.send(FILE_FORM)
    visitor.look("verified-original")
    assert employer.verdict_of(visitor) == "good"
    changed = bytearray(certificate)
    changed[len(changed) // 3] ^= 1
    (tmp_path / "changed.pdf").write_bytes(changed)
    visitor.go("/verify")
    visitor.page.set_input_files("[name=file]", tmp_path / "changed.pdf")
    visitor.send(FILE_FORM)
    visitor.look("verified-changed")
    assert employer.verdict_of(visitor) == "fake"


def test_the_number_on_the_paper_finds_the_certificate_and_a_slip_is_named(arrive: Arrive, certificate: bytes) -> None:
    number, visitor = employer.number_on(certificate), arrive(**PHONE)
    for typed, name in ((number, "verified-number"), (number.lower().replace("-", " "), "verified-number-careless")):
        visitor.go("/verify")
        visitor.page.fill("[name=number]", typed)
        visitor.send(NUMBER_FORM)
        visitor.look(name)
        assert employer.verdict_of(visitor) == "copy"
    slip = number[:-3] + str((int(number[-3]) + 1) % 10) + number[-2:]
    visitor.go("/verify")
    visitor.page.fill("[name=number]", slip)
    visitor.send(NUMBER_FORM)
    visitor.look("verify-wrong-digit")
    assert visitor.page.locator(".pu-verdict").count() == 0
    assert visitor.page.locator("#number-error").is_visible()
    assert visitor.one("[name=number]").input_value() == slip


def test_an_unknown_code_is_not_ours_and_a_mistyped_one_is_asked_again(arrive: Arrive, certificate: bytes) -> None:
    visitor, code = arrive(**PHONE), employer.scan(certificate).code
    wrong = code[:3] + ("2" if code[3] != "2" else "3") + code[4:]
    assert visitor.go(f"/c/{wrong}") == 404
    visitor.look("code-mistyped")
    assert visitor.one("[name=number]").input_value() == wrong
    unknown = "Z" * 12 + luhn.calc_check_digit("Z" * 12, CROCKFORD)
    assert visitor.go(f"/c/{unknown}") == 200
    visitor.look("code-unknown")
    assert employer.verdict_of(visitor) == "fake"


def test_the_applicant_sees_the_page_that_others_will_see(arrive: Arrive) -> None:
    holder = arrive(**PHONE)
    migrant.enter(holder)
    holder.follow("main li:has(.pu-t-good) a")
    holder.go(f"{holder.path}/decision")
    holder.follow('main a[href^="/c/"]')
    assert employer.verdict_of(holder) == "copy"
