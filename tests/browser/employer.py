"""What an employer does: point the camera at the code, open what it says, look at the answer."""

import io
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import pypdfium2
import zxingcpp

from tests.browser.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the code on a certificate says: the path and the digits behind the #, without the host."""

    code: str
    digits: str

    @property
    def path(self) -> str:
        """The address on the site that is tested."""
        return f"/c/{self.code}#{self.digits}"


def scan(pdf: bytes) -> Scanned:
    """Read the code off the first page as a camera would."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    picture = document[0].render(scale=150 / 72).to_pil()
    document.close()
    # Only this kind: a reader of every kind sees bars in lines of text.
    (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    address = urlsplit(found.text)
    assert address.path.startswith("/c/")
    return Scanned(address.path.removeprefix("/c/"), address.fragment)


def number_on(pdf: bytes) -> str:
    """The number that is printed on the first page."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    found = re.search(r"\b(?:RT|CL)-\d{4}-\d{6}-\d\b", text)
    assert found is not None
    return found[0]


def verdict_of(visitor: Visitor) -> str:
    """The tone of the verdict: good, copy, bad, old, late, fake, or null for what could not be checked."""
    tone = re.search(r"pu-t-(\w+)", visitor.one(".pu-verdict").get_attribute("class") or "")
    assert tone is not None
    return tone[1]


def checks_of(visitor: Visitor) -> dict[str, str]:
    """Each check of the answer and its tone."""
    lines = visitor.page.locator(".pu-checks [data-check]").all()
    return {line.get_attribute("data-check") or "": (line.get_attribute("class") or "").removeprefix("pu-t-") for line in lines}
