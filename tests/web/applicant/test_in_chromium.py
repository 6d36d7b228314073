"""The applicant's pages in a real browser on a small phone: what the scripts add, and no fault of accessibility or of the content policy."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.chromium import PHONE, faults_of, listen, served, sign_in
from tests.web.applicant.conftest import Play, Visitor, bytes_of

pytestmark = pytest.mark.browser


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The website on a free port of this machine."""
    with served(app) as address:
        yield address


@pytest.fixture
def phone(chromium: Browser, address: str) -> Iterator[Page]:
    """A small phone."""
    context = chromium.new_context(base_url=address, **PHONE)
    yield context.new_page()
    context.close()


def lend_session(visitor: Visitor, phone: Page, address: str) -> None:
    """Go on in the browser as the visitor."""
    kept = visitor.client.get_cookie("session")
    assert kept is not None
    sign_in(phone.context, address, kept.value)


def big_photo() -> bytes:
    """A photo of twelve million pixels, lying on its side, with a camera's name in it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Telefono de Maria"
    out = BytesIO()
    Image.effect_noise((4000, 3000), 60).convert("RGB").save(out, "JPEG", quality=70, exif=exif)
    return out.getvalue()


def test_a_paper_is_sent_without_leaving_the_page_and_files_chosen_elsewhere_stay(ana: Visitor, draft: str, phone: Page, address: str) -> None:
    lend_session(ana, phone, address)
    phone.goto(f"{draft}/papers")
    phone.set_input_files("#file-transcript", {"name": "notas.pdf", "mimeType": "application/pdf", "buffer": bytes_of("transcript.pdf")})
    phone.select_option("#accepted_as-diploma", "diploma")
    phone.set_input_files("#file-diploma", {"name": "titulo.pdf", "mimeType": "application/pdf", "buffer": bytes_of("bad/encrypted.pdf")})
    phone.click("li:has(#diploma) button:has-text('Send this paper')")
    phone.wait_for_selector("li:has(#diploma) >> text=protected with a password")
    phone.set_input_files("#file-diploma", {"name": "titulo.pdf", "mimeType": "application/pdf", "buffer": bytes_of("diploma.pdf")})
    phone.click("li:has(#diploma) button:has-text('Send this paper')")
    phone.wait_for_selector("li:has(#diploma) .pu-t-good")
    assert phone.inner_text("#papers-ready") == "1 of 4 ready"
    assert phone.evaluate("document.getElementById('file-transcript').files.length") == 1


def test_a_big_photo_is_made_smaller_before_it_is_sent(ana: Visitor, draft: str, phone: Page, address: str) -> None:
    lend_session(ana, phone, address)
    photo = big_photo()
    phone.goto(f"{draft}/papers")
    phone.select_option("#accepted_as-identity", "ppt")
    phone.set_input_files("#file-identity", {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photo})
    phone.click("li:has(#identity) button:has-text('Send this paper')")
    phone.wait_for_selector("li:has(#identity) .pu-t-good")
    shown = phone.inner_text("li:has(#identity) .pu-plainlist")
    assert "foto.jpg" in shown
    megabytes = float(shown.split(" MB")[0].split()[-1])
    assert megabytes < len(photo) / 1_000_000 * 0.8


def test_what_is_typed_is_kept_before_any_button_is_pressed(ana: Visitor, draft: str, phone: Page, address: str) -> None:
    lend_session(ana, phone, address)
    phone.goto(f"{draft}/form/person")
    phone.fill("#given_names", "Mariángel Ñusta")
    phone.press("#given_names", "Tab")
    phone.wait_for_selector("[data-kept]:has-text('Kept')")
    phone.goto(f"{draft}/form/person")
    assert phone.input_value("#given_names") == "Mariángel Ñusta"


def test_the_pages_fit_a_small_phone_and_have_no_fault_of_accessibility(play: Play, phone: Page, address: str) -> None:
    visitor, case = play.reach("answer_awaited", letter=True)
    lend_session(visitor, phone, address)
    said = listen(phone)
    for path in ("/applications/", case, f"{case}/answer", f"{case}/papers", f"{case}/permissions", f"{case}/summary", f"{case}/readings", "/demo/messages"):
        phone.goto(path)
        assert faults_of(phone) == [], path
    assert said == []
