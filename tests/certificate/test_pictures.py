"""A QR is found in what people have at hand, and nothing hostile gets further than "no code"."""

import io
import struct
import zlib

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from credentialing.certificate.pictures import LARGEST_FILE, qr_texts
from tests.certificate.workshop import TOLERATED, Made

pytestmark = TOLERATED


def _photo(pdf: bytes, *, resolution: int = 150, turn: float = 0.0, kind: str = "PNG") -> bytes:
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        picture = page.render(scale=resolution / 72).to_pil().convert("RGB")
        page.close()
    out = io.BytesIO()
    picture.rotate(turn, expand=True, fillcolor="white").save(out, kind, quality=70)
    return out.getvalue()


def test_the_code_is_found_in_the_pdf_itself(a_degree: Made, a_competence: Made) -> None:
    assert qr_texts(a_degree.pdf) == (a_degree.sealed.qr_text,)
    assert qr_texts(a_competence.pdf) == (a_competence.sealed.qr_text,)


@pytest.mark.parametrize(("kind", "turn"), [("PNG", 0.0), ("JPEG", 7.0), ("WEBP", 180.0), ("JPEG", 90.0)])
def test_the_code_is_found_in_a_scan_or_photo(kind: str, turn: float, a_degree: Made) -> None:
    assert qr_texts(_photo(a_degree.pdf, turn=turn, kind=kind)) == (a_degree.sealed.qr_text,)


def test_a_picture_without_a_code_has_none() -> None:
    out = io.BytesIO()
    Image.new("RGB", (400, 400), "white").save(out, "PNG")
    assert qr_texts(out.getvalue()) == ()


def test_other_formats_are_not_opened() -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(out, "GIF")
    assert qr_texts(out.getvalue()) == ()


def test_a_picture_that_claims_to_be_enormous_is_not_unpacked() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 9000, 9000, 8, 0, 0, 0, 0)
    assert qr_texts(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")) == ()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"\xff\xd8\xff", bytes(LARGEST_FILE + 1)])
def test_broken_files_have_no_code(data: bytes) -> None:
    assert qr_texts(data) == ()


@given(head=st.sampled_from([b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP", b"\xff\xd8\xff\xe0"]), rest=st.binary(max_size=200))
def test_any_bytes_are_answered(head: bytes, rest: bytes) -> None:
    assert qr_texts(head + rest) == ()
