"""Draws the pictures of the README from a fresh demonstration: `python -m tests.browser.pictures` writes them into docs/pictures."""

import io
import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser

from credentialing.domain.people import Role
from tests.browser import employer, migrant, officer
from tests.browser.product import ROOT, running_product
from tests.browser.visitor import Visitor
from tests.chromium import DESKTOP, PHONE, running_chromium

PICTURES = ROOT / "docs" / "pictures"
HEAVIEST = 150_000
NEWER_PHONE = PHONE | {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
SOMEBODY_WITH_A_LETTER = "+57 300 555 0103"
UNIT, STAGE = "U3", "Evaluación"


def keep(name: str, picture: Image.Image) -> None:
    """Write a picture, smaller and with fewer colours until it is light."""
    drawn = io.BytesIO()
    for width, colours in itertools.product((picture.width, 1200, 1040, 900), (256, 128)):
        height = round(picture.height * width / picture.width)
        drawn = io.BytesIO()
        picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS).quantize(colours, dither=Image.Dither.NONE).save(drawn, "PNG", optimize=True)
        if drawn.tell() < HEAVIEST:
            break
    assert drawn.tell() < HEAVIEST, name
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{name}.png").write_bytes(drawn.getvalue())


def photograph(visitor: Visitor, name: str, top: str) -> None:
    """Keep what is in the window, once the element `top` stands at its upper edge, below the bar where that stays."""
    visitor.one(top).evaluate("(one) => scrollTo(0, one.getBoundingClientRect().top + scrollY - (document.querySelector('.pu-bar--exit')?.offsetHeight ?? 0))")
    visitor.page.wait_for_load_state("networkidle")
    keep(name, Image.open(io.BytesIO(visitor.page.screenshot())))


def applicant(visitor: Visitor) -> None:
    """A letter that waits for its answer, on a phone."""
    visitor.go("/sign-in")
    migrant.sign_in(visitor, SOMEBODY_WITH_A_LETTER)
    visitor.follow("main li a")
    photograph(visitor, "applicant", ".pu-before")


def desk(visitor: Visitor) -> None:
    """A unit of the standard beside the photo of a weld."""
    officer.enter(visitor, Role.ASSESSOR)
    visitor.follow(f'table tr:has(td:text-is("{STAGE}")) a')
    visitor.follow(f'.pu-crit a[href*="subject={UNIT}"]')
    visitor.follow(".pu-thumbs li:nth-child(3) a")
    photograph(visitor, "desk", ".pu-before")


def verifier(visitor: Visitor) -> None:
    """The answer to a scanned code, on a phone; and the certificate that carries it."""
    migrant.enter(visitor)
    visitor.follow("main li:has(.pu-t-good) a")
    pdf = migrant.await_certificate(visitor, visitor.path)
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    keep("certificate", document[0].render(scale=900 / document[0].get_width()).to_pil())
    document.close()
    visitor.go(employer.scan(pdf).path)
    visitor.page.wait_for_selector('.pu-checks [data-check="unaltered"].pu-t-good')
    photograph(visitor, "verifier", ".pu-bar")


def draw(browser: Browser, address: str) -> None:
    """Draw all of them."""
    scenes: tuple[tuple[Callable[[Visitor], None], dict[str, object]], ...] = ((applicant, NEWER_PHONE), (desk, DESKTOP), (verifier, NEWER_PHONE))
    for scene, screen in scenes:
        visitor = Visitor(browser, address, **screen)
        scene(visitor)
        assert visitor.complaints == []
        visitor.leave()


def main() -> None:
    """Start a fresh demonstration and draw."""
    with tempfile.TemporaryDirectory() as folder, running_product(Path(folder)) as address, running_chromium() as browser:
        draw(browser, address)


if __name__ == "__main__":
    main()
