"""From a laid-out page to what a scanner or a telephone would have kept of it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from random import Random

import pikepdf
import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from studio.texture import Colour, add_grain, clouds, grain, levels, multiply, slope, tint, vignette

MARK = "Documento de muestra"
DPI = 150


def raster(pdf: bytes, dpi: int = DPI) -> list[Image.Image]:
    """Return each page of a PDF as an RGB image."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]
    document.close()
    return pages


def on_paper(page: Image.Image, seed: int, paper: Colour = (250, 246, 235)) -> Image.Image:
    """Give a page the body of paper: fibres, uneven tone, faint foxing, toner that is not quite black."""
    body = Image.blend(clouds(page.size, seed, (520, 420), 5), clouds(page.size, seed + 40, (9, 5), 2), 0.3)
    dark = (paper[0] - 10, paper[1] - 12, paper[2] - 17)
    sheet = tint(body, dark, paper)
    toner = page.filter(ImageFilter.GaussianBlur(0.55))
    toner = ImageChops.lighter(toner, Image.new("RGB", page.size, (34, 32, 36)))
    return ImageChops.multiply(sheet, toner)


def fold(page: Image.Image, share: float, upright: bool = False) -> Image.Image:
    """Press a crease into a page at a share of its height (or of its width)."""
    width, height = page.size
    shade = Image.new("L", page.size, 236)
    draw = ImageDraw.Draw(shade)
    if upright:
        draw.line([(width * share, 0), (width * share + 5, height)], fill=196, width=2)
        draw.line([(width * share + 3, 0), (width * share + 8, height)], fill=255, width=3)
    else:
        draw.line([(0, height * share), (width, height * share + 4)], fill=196, width=2)
        draw.line([(0, height * share + 3), (width, height * share + 7)], fill=255, width=3)
    shade = shade.filter(ImageFilter.GaussianBlur(1.8))
    return multiply(page, levels(shade, 19, 274))


def scanned(page: Image.Image, seed: int, skew: float) -> Image.Image:
    """Lay a page skewed on the glass: the lid shows at the edges, the spine side darkens, the lamp is uneven."""
    random = Random(seed)
    width, height = page.size
    scale = 0.972
    small = page.resize((round(width * scale), round(height * scale)), Image.Resampling.LANCZOS)
    mask = Image.new("L", small.size, 255).rotate(skew, Image.Resampling.BICUBIC, expand=True)
    turned = small.rotate(skew, Image.Resampling.BICUBIC, expand=True)
    lid = tint(clouds(page.size, seed + 7, (600, 600), 3), (203, 205, 206), (222, 223, 222))
    left = (width - turned.width) // 2 + random.randint(-7, 7)
    top = (height - turned.height) // 2 + random.randint(-9, 5)
    shadow = Image.new("L", page.size, 255)
    shadow.paste(88, (left + 6, top + 8), mask)
    lid = multiply(lid, shadow.filter(ImageFilter.GaussianBlur(7)))
    lid.paste(turned, (left, top), mask)
    return _lamp(lid, seed)


def _lamp(glass: Image.Image, seed: int) -> Image.Image:
    size = glass.size
    lit = multiply(glass, slope(size, 90, 226, 262))
    lit = multiply(lit, slope(size, 0, 257, 244))
    streak = Image.new("L", size, 255)
    x = Random(seed).randint(size[0] // 5, size[0] - 80)
    ImageDraw.Draw(streak).line([(x, 0), (x, size[1])], fill=240, width=1)
    dust = levels(grain(size, seed + 70), 0, 255).point([120 if value < 24 else 255 for value in range(256)]).filter(ImageFilter.GaussianBlur(0.7))
    return add_grain(multiply(multiply(lit, streak), dust), seed, 2.2, 0.7)


def photographed(page: Image.Image, table: Image.Image, corners: Sequence[tuple[float, float]], seed: int, warm: Colour = (255, 246, 229)) -> Image.Image:
    """Lay a page on a table as a telephone sees it: `corners` are shares of the table, from the top left round by the bottom."""
    width, height = table.size
    target = [(x * width * 2, y * height * 2) for x, y in corners]
    around = [(0.0, 0.0), (0.0, float(page.height)), (float(page.width), float(page.height)), (float(page.width), 0.0)]
    data = _perspective(target, around)
    double = (width * 2, height * 2)
    view = page.transform(double, Image.Transform.PERSPECTIVE, data, Image.Resampling.BICUBIC).resize(table.size, Image.Resampling.LANCZOS)
    mask = (
        Image.new("L", page.size, 255).transform(double, Image.Transform.PERSPECTIVE, data, Image.Resampling.BICUBIC).resize(table.size, Image.Resampling.BOX)
    )
    view = ImageChops.lighter(view, Image.composite(Image.new("RGB", table.size), page.resize((1, 1)).resize(table.size), mask))
    shadow = ImageOps.invert(ImageChops.offset(mask, 9, 13).filter(ImageFilter.GaussianBlur(12)))
    contact = ImageOps.invert(ImageChops.offset(mask, 3, 4).filter(ImageFilter.GaussianBlur(3)))
    scene = multiply(multiply(table, levels(shadow, 95, 255)), levels(contact, 120, 255))
    scene.paste(view, (0, 0), mask)
    scene = ImageChops.multiply(scene, Image.new("RGB", scene.size, warm))
    lit = multiply(multiply(scene, slope(scene.size, 28, 196, 268)), vignette(scene.size, 46))
    lit = Image.blend(lit, lit.filter(ImageFilter.GaussianBlur(2.2)), 0.28)
    return add_grain(lit, seed, 4.2, 0.6)


def _perspective(target: Sequence[tuple[float, float]], source: Sequence[tuple[float, float]]) -> list[float]:
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        rows[column] = [value / head for value in rows[column]]
        for row in range(8):
            if row != column:
                factor = rows[row][column]
                rows[row] = [value - factor * base for value, base in zip(rows[row], rows[column], strict=True)]
    return [row[8] for row in rows]


def jpeg(image: Image.Image, quality: int) -> bytes:
    """Return an image as JPEG bytes."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling=2, optimize=True, dpi=(DPI, DPI))
    return out.getvalue()


def scan_pdf(pages: Sequence[Image.Image], title: str, quality: int) -> bytes:
    """Return pages as a PDF of JPEG pictures, each with an invisible line of text that marks it as a sample."""
    pdf = pikepdf.new()
    face = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica))
    for image in pages:
        width, height = image.width * 72 / DPI, image.height * 72 / DPI
        picture = pdf.make_stream(jpeg(image, quality))
        picture.update(
            pikepdf.Dictionary(
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=image.width,
                Height=image.height,
                ColorSpace=pikepdf.Name.DeviceRGB,
                BitsPerComponent=8,
                Filter=pikepdf.Name.DCTDecode,
            )
        )
        pdf.add_blank_page(page_size=(width, height))
        page = pdf.pages[-1]
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=picture), Font=pikepdf.Dictionary(F=face))
        words = f"q {width:.2f} 0 0 {height:.2f} 0 0 cm /Scan Do Q BT /F 9 Tf 3 Tr 40 20 Td ({MARK}) Tj ET"
        page.Contents = pdf.make_stream(words.encode("latin-1"))
    return finish(pdf, title)


def finish(pdf: pikepdf.Pdf, title: str) -> bytes:
    """Return a PDF with its title and mark, and no date or chance in it."""
    pdf.docinfo["/Title"] = title
    pdf.docinfo["/Subject"] = MARK
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()
