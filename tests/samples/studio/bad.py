"""Files that lie, break or bite: each is what a hostile or unlucky upload looks like, and none does harm when it is only read."""

from __future__ import annotations

import io
import struct
import zlib
from random import Random

import pikepdf
from PIL import Image, ImageDraw

from studio.scanner import MARK, finish
from studio.texture import add_grain, clouds, font, tint

HTML = b"<!doctype html><html lang=es><title>Foto</title><script>alert('muestra')</script><p>Documento de muestra</p></html>\n"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='40'><script>alert('muestra')</script><circle cx='20' cy='20' r='18'/></svg>\n"


def _photo(words: str, size: tuple[int, int] = (640, 480)) -> Image.Image:
    picture = add_grain(tint(clouds(size, 9, (220, 160)), (70, 84, 92), (206, 196, 176)), 10, 4)
    ImageDraw.Draw(picture).text((24, 24), f"{MARK}\n{words}", font=font(30), fill=(20, 22, 26))
    return picture


def _jpeg(picture: Image.Image, exif: Image.Exif | None = None) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=74, exif=exif or Image.Exif())
    return out.getvalue()


def _pages(count: int, size: tuple[float, float] = (300, 200)) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    face = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica))
    for number in range(1, count + 1):
        pdf.add_blank_page(page_size=size)
        pdf.pages[-1].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=face))
        pdf.pages[-1].Contents = pdf.make_stream(f"BT /F 14 Tf 30 100 Td ({MARK}, p. {number}) Tj ET".encode("latin-1"))
    return pdf


def encrypted() -> bytes:
    """Return a PDF that opens only with the word `muestra`; RC4, because AES would draw chance and change every time."""
    pdf, out = _pages(1), io.BytesIO()
    pdf.save(out, static_id=True, encryption=pikepdf.Encryption(owner="muestra", user="muestra", R=3, aes=False, metadata=False))
    return out.getvalue()


def active() -> bytes:
    """Return a PDF that runs JavaScript when opened and carries an attached file and a launch link."""
    pdf = _pages(1)
    pdf.Root.OpenAction = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('Documento de muestra')")))
    inside = pdf.make_stream(b"Documento de muestra\n")
    inside.update(pikepdf.Dictionary(Type=pikepdf.Name.EmbeddedFile))
    attached = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F=pikepdf.String("nota.txt"), UF=pikepdf.String("nota.txt"), EF=pikepdf.Dictionary(F=inside))
    )
    pdf.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("nota.txt"), attached])))
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=[20, 20, 120, 60],
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://muestra.invalid/")),
    )
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(link)])
    return finish(pdf, "Archivo activo")


def script_tail() -> bytes:
    """Return a good JPEG that tells where it was taken (an invented point at sea) and is followed by a script."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Muestra", "Teléfono inventado".encode("ascii", "replace").decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (12.0, 30.0, 0.0), 3: "W", 4: (68.0, 30.0, 0.0)})
    return _jpeg(_photo("con lugar y con cola"), exif) + b"\n<script>alert('muestra')</script>\n<?php echo 'muestra'; ?>\n"


def rotated() -> bytes:
    """Return a JPEG stored lying on its side, whose EXIF says how to stand it up (orientation 6)."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return _jpeg(_photo("esta línea se lee derecha", (480, 640)).transpose(Image.Transpose.ROTATE_90), exif)


def pixel_bomb(side: int = 30000) -> bytes:
    """Return a PNG of `side` × `side` black and white pixels in about a hundred kilobytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    pack, row, packed = zlib.compressobj(9), bytes(1 + (side + 7) // 8), []
    for _ in range(side):
        packed.append(pack.compress(row))
    packed.append(pack.flush())
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"".join(packed)) + chunk(b"IEND", b"")


def everything() -> dict[str, bytes]:
    """Return every bad file by its name."""
    whole = finish(_pages(3), "Archivo cortado")
    picture = _jpeg(_photo("cortada por la mitad"))
    return {
        "empty.pdf": b"",
        "html_named.jpg": HTML,
        "svg_named.png": SVG,
        "not_an_image.png": Random(404).randbytes(4096),
        "encrypted.pdf": encrypted(),
        "truncated.pdf": whole[: len(whole) // 2],
        "truncated.jpg": picture[: len(picture) // 2],
        "script_tail.jpg": script_tail(),
        "active.pdf": active(),
        "too_many_pages.pdf": finish(_pages(70, (120, 120)), "Demasiadas páginas"),
        "pixel_bomb.png": pixel_bomb(),
        "rotated_exif.jpg": rotated(),
    }
