"""The papers of two invented people: laid out as HTML, then stamped, signed and scanned."""

from __future__ import annotations

import io
import math
from pathlib import Path
from random import Random
from urllib.parse import quote

import pikepdf
from PIL import Image, ImageDraw, ImageFilter
from weasyprint import HTML

from studio import ink, scanner
from studio.curriculum import Subject, average, subjects
from studio.texture import caption, font, font_path, multiply, slope, wood

PAPERS = Path(__file__).parent / "papers"
BLUE = (38, 52, 150)
BLACK = (30, 30, 44)
VIOLET = (86, 50, 140)


def _lay_out(name: str, **words: str) -> bytes:
    """Return the PDF of a paper: its HTML body inside the common sheet, with the bundled fonts."""
    faces = ""
    for family, style in (("serif", "normal"), ("serif", "italic"), ("sans", "normal"), ("sans", "italic")):
        address = quote(str(font_path(family, style == "italic")))
        faces += f"@font-face{{font-family:'Paper {family.title()}';font-style:{style};font-weight:200 900;src:url('file://{address}')}}"
    body = (PAPERS / f"{name}.html").read_text(encoding="utf-8")
    for key, value in words.items():
        body = body.replace("{{" + key + "}}", value)
    sheet = (PAPERS / "paper.css").read_text(encoding="utf-8")
    return HTML(string=f"<html lang=es><style>{faces}{sheet}</style>{body}</html>").write_pdf() or b""


def _guilloche() -> str:
    """Return the engraved rosette behind the words of the diploma as SVG."""
    rings = []
    for turn in range(3):
        points = []
        for step in range(721):
            angle = step / 720 * 2 * math.pi
            reach = 150 + 26 * math.sin(angle * (14 + turn) + turn) + 12 * math.cos(angle * 29)
            points.append(f"{200 + reach * math.cos(angle):.1f},{200 + reach * math.sin(angle):.1f}")
        rings.append(f"<polyline points='{' '.join(points)}' fill='none' stroke='#9a7b2f' stroke-width='.8'/>")
    return f"<svg class=rosette viewBox='0 0 400 400'>{''.join(rings)}</svg>"


def _band() -> str:
    lines = []
    for shift in range(4):
        points = [f"{x},{9 + 6 * math.sin(x / 7 + shift * math.pi / 2):.2f}" for x in range(0, 1201, 2)]
        lines.append(f"<polyline points='{' '.join(points)}' fill='none' stroke='#7d6526' stroke-width='.9'/>")
    return f"<svg viewBox='0 0 1200 18' preserveAspectRatio='none'>{''.join(lines)}</svg>"


def diploma() -> bytes:
    """Return the degree certificate of the invented university, scanned in colour, folded once."""
    page = scanner.raster(_lay_out("diploma", rosette=_guilloche(), band=_band()))[0]
    page = scanner.on_paper(page, 31, (249, 241, 219))
    for seed, at, width, colour in ((5, (352, 962), 180, BLACK), (12, (882, 968), 200, BLUE), (23, (1405, 960), 170, BLACK)):
        ink.press(page, ink.signature(seed, width, 74), at, colour, 0.92)
    mask = ink.stamp(41, "UNIVERSIDAD DEL LITORAL ORIENTAL", "SECRETARÍA", "MUESTRA", 232)
    ink.press(page, mask, (668, 985), VIOLET, 0.72)
    page = scanner.fold(page, 0.502, upright=True)
    return scanner.scan_pdf([scanner.scanned(page, 33, -0.62)], "Diploma", 66)


def _marks(found: list[Subject]) -> str:
    rows, term = [], 0
    for one in found:
        if one.term != term:
            term = one.term
            year, half = 2009 + (term - 1) // 2, "I" if term % 2 else "II"
            rows.append(f"<tr class=term><td colspan=5>Semestre {term} · período {year}-{half}</td></tr>")
        rows.append(f"<tr><td>{one.code}<td>{one.name}<td class=n>{one.units}<td class=n>{one.mark:02d}<td>{_spelled(one.mark)}</tr>")
    return "".join(rows)


def _spelled(mark: int) -> str:
    words = ["once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve", "veinte"]
    return words[mark - 11]


def transcript() -> bytes:
    """Return the certified marks of the degree: as many scanned pages as the table needs."""
    found = subjects()
    middle = next(number for number, one in enumerate(found) if one.term == 6)
    units = sum(one.units for one in found)
    laid = _lay_out(
        "transcript", first=_marks(found[:middle]), second=_marks(found[middle:]), units=str(units), average=f"{average(found):.2f}".replace(".", ",")
    )
    pages = []
    for number, page in enumerate(scanner.raster(laid)):
        page = scanner.on_paper(page, 61 + number, (250, 248, 241))
        stamp = ink.stamp(71 + number, "UNIVERSIDAD DEL LITORAL ORIENTAL", "CONTROL DE ESTUDIOS", "MUESTRA", 205)
        ink.press(page, stamp, (1000, 1545 - 70 * number), BLUE, 0.7)
        ink.press(page, ink.signature(81, 74, 42), (1105, 1640), BLACK, 0.9)
        if number == 1:
            ink.press(page, ink.signature(87, 190, 70), (385, 1400), BLUE, 0.92)
        pages.append(scanner.scanned(scanner.fold(page, 0.335), 91 + number, (0.48, -0.35)[number % 2]))
    return scanner.scan_pdf(pages, "Certificación de calificaciones", 58)


def _plain(name: str, title: str, **words: str) -> bytes:
    with pikepdf.open(io.BytesIO(_lay_out(name, **words))) as pdf:
        if "/Metadata" in pdf.Root:
            del pdf.Root.Metadata
        return scanner.finish(pdf, title)


def apostille() -> bytes:
    """Return the electronic legalisation of the degree, as downloaded: a digital PDF with the usual ten fields and no code."""
    return _plain("apostille", "Legalización electrónica", band=_band())


def study_plan() -> bytes:
    """Return the plan of studies, a digital PDF with hours and credit units."""
    rows = []
    for term in range(1, 11):
        own = [one for one in subjects() if one.term == term]
        body = "".join(f"<tr><td>{one.code}<td>{one.name}<td class=n>{one.hours}<td class=n>{one.hours * 16}<td class=n>{one.units}</tr>" for one in own)
        hours, units = sum(one.hours for one in own), sum(one.units for one in own)
        total = f"<tr class=sum><td><td>Total del semestre<td class=n>{hours}<td class=n>{hours * 16}<td class=n>{units}</tr>"
        head = "<tr><th>Código<th>Unidad curricular<th>Horas por semana<th>Horas totales<th>UC</tr>"
        rows.append(f"<section><h2>Semestre {term}</h2><table>{head}{body}{total}</table></section>")
    return _plain("study_plan", "Plan de estudios", terms="".join(rows), hours=f"{sum(one.hours for one in subjects()) * 16:,}".replace(",", "."))


def work_letter() -> bytes:
    """Return the letter of an invented workshop about seven years of welding, scanned from a folded sheet."""
    page = scanner.on_paper(scanner.raster(_lay_out("work_letter"))[0], 111, (248, 246, 240))
    ink.press(page, ink.signature(117, 210, 84), (345, 1318), BLUE, 0.93)
    ink.press(page, ink.box_stamp(121, ["HERRERÍA Y SOLDADURA", "PUNTA BRAVA", "Taller · muestra"], 330), (690, 1330), VIOLET, 0.75)
    for share in (0.334, 0.667):
        page = scanner.fold(page, share)
    return scanner.scan_pdf([scanner.scanned(page, 127, 0.71)], "Constancia de trabajo", 60)


def references() -> bytes:
    """Return two letters of reference from invented customers, signed by hand and scanned."""
    pages = []
    for number, page in enumerate(scanner.raster(_lay_out("references"))):
        page = scanner.on_paper(page, 141 + number, ((247, 245, 238), (252, 250, 244))[number])
        ink.press(page, ink.signature((149, 158)[number], 190, (66, 92)[number]), ((370, 885), (395, 880))[number], (BLACK, BLUE)[number], 0.93)
        if number == 0:
            ink.press(page, ink.thumbprint(163, 108), (700, 935), (44, 48, 92), 0.8)
        pages.append(scanner.scanned(scanner.fold(page, 0.5), 167 + number, (-0.54, 0.93)[number]))
    return scanner.scan_pdf(pages, "Cartas de referencia", 60)


def course_certificate() -> bytes:
    """Return a telephone's photo of a course certificate lying on a table."""
    page = scanner.on_paper(scanner.raster(_lay_out("course_certificate", band=_band()))[0], 181, (251, 249, 243))
    ink.press(page, ink.signature(187, 180, 72), (500, 985), BLUE, 0.93)
    ink.press(page, ink.signature(191, 170, 66), (1270, 985), BLACK, 0.9)
    ink.press(page, ink.stamp(193, "CENTRO DE FORMACIÓN LOS SAMANES", "COORDINACIÓN", "MUESTRA", 218), (880, 985), BLUE, 0.7)
    page = scanner.fold(scanner.fold(page, 0.49), 0.5, upright=True)
    table = wood((1500, 1125), 197, (86, 58, 38), (150, 110, 76))
    photo = scanner.photographed(page, table, ((0.075, 0.115), (0.04, 0.9), (0.962, 0.925), (0.915, 0.088)), 199)
    return scanner.jpeg(caption(photo, f"{scanner.MARK} · certificado de curso, foto de teléfono"), 76)


def identity(words: dict[str, str], seed: int, corners: tuple[tuple[float, float], ...], table: tuple[tuple[int, int, int], tuple[int, int, int]]) -> bytes:
    """Return a telephone's photo of an invented identity card; the middle of its number is covered and it has no emblem."""
    card = scanner.raster(_lay_out("identity", band=_band(), **words), 300)[0]
    draw = ImageDraw.Draw(card)
    _silhouette(draw, card.width, card.height)
    ink.press(card, ink.signature(seed, 190, 60), (round(card.width * 0.63), round(card.height * 0.84)), BLACK, 0.9)
    ink.press(card, ink.thumbprint(seed + 3, 120), (round(card.width * 0.89), round(card.height * 0.77)), (60, 60, 84), 0.55)
    card = _rounded(card)
    photo = scanner.photographed(card, wood((1200, 900), seed + 5, *table), corners, seed + 7, (255, 244, 226))
    photo = _glare(photo, seed)
    return scanner.jpeg(caption(photo, f"{scanner.MARK} · documento de identidad inventado, número cubierto en parte"), 78)


def _silhouette(draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    left, top, right, bottom = (round(width * 0.055), round(height * 0.27), round(width * 0.3), round(height * 0.82))
    draw.rectangle([left, top, right, bottom], fill=(214, 222, 226))
    middle, across = (left + right) // 2, right - left
    draw.chord([left + across * 0.1, bottom - across * 0.48, right - across * 0.1, bottom + across * 0.48], 180, 360, fill=(126, 140, 150))
    draw.ellipse(
        [middle - across * 0.22, top + across * 0.24, middle + across * 0.22, top + across * 0.84], fill=(126, 140, 150), outline=(214, 222, 226), width=7
    )
    draw.text((middle, bottom - 16), "SIN FOTO", font=font(22), fill=(240, 243, 245), anchor="mm")


def _rounded(card: Image.Image) -> Image.Image:
    worn = scanner.on_paper(card, 211, (247, 248, 244)).filter(ImageFilter.GaussianBlur(0.7))
    return multiply(worn, slope(card.size, 200, 236, 262))


def _glare(photo: Image.Image, seed: int) -> Image.Image:
    random = Random(seed)
    shine = Image.new("L", photo.size)
    x, y = photo.width * random.uniform(0.5, 0.62), photo.height * random.uniform(0.22, 0.3)
    ImageDraw.Draw(shine).polygon([(x, y), (x + 190, y - 26), (x + 90, y + 330), (x - 60, y + 345)], fill=74)
    shine = shine.filter(ImageFilter.GaussianBlur(46))
    return Image.composite(Image.new("RGB", photo.size, (255, 253, 246)), photo, shine)


def payment_receipt() -> bytes:
    """Return the screenshot of a receipt in the application of an invented bank, as PNG."""
    screen = scanner.raster(_lay_out("payment_receipt"), 144)[0]
    out = io.BytesIO()
    screen.quantize(160, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
