"""Comparing two PDFs as a reader of PDFs sees them: text, structure, every object, pixels."""

import io
import re
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from PIL import Image, ImageChops

DPI = 150
_NUMBER = re.compile(r"-?\d*\.\d+")
# What may differ: the embedded fonts hold more letters, and lengths and check sums follow from what is compared anyway.
_FONTS = {"/FontBBox", "/FontFile2", "/FontFile3", "/ToUnicode", "/W", "/CIDSet", "/CharSet"}
_FOLLOWS = {"/Length", "/Filter", "/DecodeParms", "/Parent", "/P"}


def text_of(data: bytes) -> list[str]:
    """The text of each page."""
    document = pdfium.PdfDocument(data)
    return [page.get_textpage().get_text_bounded() for page in document]


def graph_of(data: bytes) -> list[str]:
    """Every object that can be reached from the trailer, one line for each value, streams unpacked, fractions rounded; fonts without their letters."""
    lines: list[str] = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for part in ("/Root", "/Info"):
            if part in pdf.trailer:
                _walk(pdf.trailer[part], part[1:], lines, set())
        lines.append(f"ID {bytes(pdf.trailer['/ID'][0])!r}")
    return lines


def _walk(item: Any, path: str, lines: list[str], seen: set[tuple[int, int]]) -> None:
    if isinstance(item, pikepdf.Object) and item.is_indirect:
        lines.append(f"{path} -> {item.objgen[0]}")
        if item.objgen in seen:
            return
        seen.add(item.objgen)
    if isinstance(item, pikepdf.Stream):
        lines.append(f"{path} stream {_rounded(item.read_bytes())}")
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        for key in sorted(set(item.keys()) - _FONTS - _FOLLOWS):
            _walk(item[key], f"{path}{key}", lines, seen)
    elif isinstance(item, pikepdf.Array):
        for place, part in enumerate(item):  # type: ignore[arg-type]
            _walk(part, f"{path}[{place}]", lines, seen)
    else:
        lines.append(f"{path} {_rounded(str(item).encode())}")


def _rounded(data: bytes) -> str:
    return _NUMBER.sub(lambda number: f"{float(number[0]):.3f}", data.decode("latin-1"))


def differences(one: bytes, other: bytes) -> list[str]:
    """Every line of the object graph that only one of two PDFs has."""
    mine, theirs = graph_of(one), graph_of(other)
    return sorted(set(mine) ^ set(theirs)) or (["another order"] if mine != theirs else [])


def pixels_apart(one: bytes, other: bytes, *, slack: int = 8) -> int:
    """How many pixels at 150 dpi differ by more than `slack` of 255, over all pages."""
    return sum(_apart(a, b, slack) for a, b in zip(_drawn(one), _drawn(other), strict=True))


def _apart(one: Image.Image, other: Image.Image, slack: int) -> int:
    return sum(ImageChops.difference(one, other).point(lambda value: 255 if value > slack else 0).histogram()[255:])


def _drawn(data: bytes) -> list[Image.Image]:
    return [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in pdfium.PdfDocument(data)]
