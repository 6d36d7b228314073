"""The symbol as operators of a page stream, as WeasyPrint draws the SVG of `qr.qr_svg`: one horizontal stroke for each run of dark modules."""

import re
from functools import cache

from credentialing.certificate.qr import LARGEST_VERSION

_DARK = re.compile(rb"1+")
_LARGEST = 17 + 4 * LARGEST_VERSION
_INK = bytes.maketrans(b"01", b"\xff\x00")
_WHITE = 4  # modules around the symbol


@cache
def _points(sort: bytes) -> tuple[tuple[bytes, ...], ...]:
    """Operators that move or draw to each half row and column."""
    return tuple(tuple(b"%d %d.5 %b\n" % (x, y, sort) for x in range(_LARGEST + 1)) for y in range(_LARGEST))


def strokes_of(rows: tuple[bytes, ...]) -> bytes:
    """The strokes of a symbol (rows of ASCII 1 and 0), a point on each line."""
    out: list[bytes] = []
    for row, begins, ends in zip(rows, _points(b"m"), _points(b"l"), strict=False):
        out += [begins[start] + ends[end] for start, end in map(re.Match.span, _DARK.finditer(row))]
    return b"".join(out)


def text_of(rows: tuple[bytes, ...]) -> str:
    """What a reader of QR codes (zxing) reads from a symbol; empty when it reads nothing."""
    import zxingcpp
    from PIL import Image

    side = len(rows) + 2 * _WHITE
    margin, above = b"\xff" * _WHITE, b"\xff" * side * _WHITE
    picture = Image.frombytes("L", (side, side), b"".join([above, *(margin + row.translate(_INK) + margin for row in rows), above]))
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode), is_pure=True)
    return found[0].text if len(found) == 1 and found[0].valid else ""
