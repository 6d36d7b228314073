"""Small honest and dishonest uploads, made where they are needed."""

import io
import struct
import zlib

import pikepdf
from PIL import Image, PngImagePlugin


def photograph(form: str = "JPEG", *, size: tuple[int, int] = (320, 200), orientation: int = 1) -> bytes:
    """A picture whose left half is red and right half blue, with a place and a comment in its metadata."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Telefono de Maria"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    if form == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "Telefono de Maria")
        image.save(out, form, exif=exif, pnginfo=text)
    else:
        image.save(out, form, exif=exif, quality=90, **({"comment": "Telefono de Maria"} if form == "JPEG" else {}))
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be `width` x `height` pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def pdf(pages: int = 1, *, password: str = "", owner: str = "", size: tuple[int, int] = (595, 842), drawing: bytes | None = None) -> bytes:
    """A PDF of `pages` pages, each with black lettering in a font that the file does not bring along."""
    document = pikepdf.new()
    font = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica))
    for _ in range(pages):
        page = document.add_blank_page(page_size=size)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = document.make_stream(drawing or b"BT /F1 60 Tf 60 600 Td (DIPLOMA) Tj ET")
    out = io.BytesIO()
    document.save(out, encryption=pikepdf.Encryption(user=password, owner=owner or password) if password or owner else False)
    return out.getvalue()


def filled_form() -> bytes:
    """A PDF whose only ink is the value typed into a form field."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(300, 100))
    font = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica))
    look = document.make_stream(b"/Tx BMC BT /Helv 40 Tf 5 20 Td (10-05-1980) Tj ET EMC")
    for key, value in (("/Type", pikepdf.Name.XObject), ("/Subtype", pikepdf.Name.Form), ("/BBox", pikepdf.Array([0, 0, 280, 80]))):
        look[key] = value
    look["/Resources"] = pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font))
    field = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("born"),
            V=pikepdf.String("10-05-1980"),
            Rect=pikepdf.Array([10, 10, 290, 90]),
            F=4,
            DA=pikepdf.String("/Helv 40 Tf 0 g"),
            AP=pikepdf.Dictionary(N=look),
        )
    )
    page.Annots = pikepdf.Array([field])
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]), DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
