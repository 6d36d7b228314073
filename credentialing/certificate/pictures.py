"""Finding QR codes in what people have at hand: a PDF, a scan, a photo of the paper."""

import io
import threading
from typing import Any

LARGEST_FILE = 20_000_000  # bytes
_PIXELS = 25_000_000
_PAGES = 3
_RESOLUTIONS = (110, 200)  # dpi, tried in turn: a version 13 symbol of 30 mm needs 96
_FORMATS = ("JPEG", "PNG", "WEBP")
_PDFIUM = threading.Lock()  # the library is not made for threads


def qr_texts(data: bytes) -> tuple[str, ...]:
    """The texts of the QR codes on the first three pages of a PDF, or in a JPEG, PNG or WebP picture; empty when none is found. Never raises."""
    if not data or len(data) > LARGEST_FILE:
        return ()
    try:
        return _in_pdf(data) if b"%PDF-" in data[:1024] else _in_picture(data)
    except Exception:  # a decoder met bytes that it was not made for: then there is no code to be read
        return ()


def _decoded(picture: Any) -> tuple[str, ...]:
    import zxingcpp

    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return tuple(dict.fromkeys(code.text for code in found if code.valid and code.text))


def _in_picture(data: bytes) -> tuple[str, ...]:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
        if picture.width * picture.height > _PIXELS:
            return ()
        upright = ImageOps.exif_transpose(picture).convert("L")
    return _decoded(upright)


def _in_pdf(data: bytes) -> tuple[str, ...]:
    import pypdfium2

    with _PDFIUM:
        document = pypdfium2.PdfDocument(data)
        try:
            for number in range(min(len(document), _PAGES)):
                for resolution in _RESOLUTIONS:
                    picture = _drawn(document[number], resolution)
                    if picture is not None and (texts := _decoded(picture)):
                        return texts
        finally:
            document.close()
    return ()


def _drawn(page: Any, resolution: int) -> Any:
    """The page in grey, or None when it would be too large."""
    width, height = page.get_size()
    scale = resolution / 72
    if width * height * scale * scale > _PIXELS:
        return None
    return page.render(scale=scale, grayscale=True).to_pil()
