"""The page: nothing loads from outside, values are text, both languages and the seal are tagged."""

import io
import re
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest

from credentialing.certificate import fonts
from credentialing.certificate.attachments import credential_in
from credentialing.certificate.page import Studio, open_studio
from credentialing.certificate.qr import qr_svg
from credentialing.domain.errors import MisconfiguredError, RefusedError
from tests.certificate.drafts import CODE, HOST, NOW, competence, degree
from tests.certificate.workshop import TOLERATED, Made

pytestmark = TOLERATED

SQUARE = qr_svg(f"https://{HOST}/c/{CODE}#" + "1" * 300)[0]


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file:///etc/hostname" alt="x">',
        '<img src="http://127.0.0.1:9/x.png" alt="x">',
        '<img src="/etc/hostname" alt="x">',
        '<img src="certificate:art/../../etc/hostname" alt="x">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<p style="background: url(file:///etc/hostname)">x</p>',
        '<object data="file:///etc/hostname"></object>',
        '<link rel="attachment" href="file:///etc/hostname">',
        "<style>@import url(http://127.0.0.1:9/x.css);</style>",
        "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/hostname'/></svg>\" alt=\"x\">",
    ],
)
def test_a_template_that_asks_for_something_outside_fails(markup: str, templates: Path, font_folder: Path) -> None:
    base = templates / "base.html"
    base.write_text(base.read_text().replace("{% block body %}", markup + "{% block body %}"))
    studio = Studio(font_folder, templates)
    face = degree().numbered(number="RT-2026-004817-3", code=CODE)
    with pytest.raises(MisconfiguredError, match="a certificate"):
        studio.write(studio.lay_out(studio.html(face, qr_svg=SQUARE)), face, signed_at=NOW)


def test_markup_in_a_value_is_text(studio: Studio) -> None:
    face = degree(display_name="<img src=file:///etc/hostname> {{ 7*7 }}").numbered(number="RT-2026-004817-3", code=CODE)
    html = studio.html(face, qr_svg=SQUARE)
    assert "&lt;img src=file:///etc/hostname&gt; {{ 7*7 }}" in html
    assert "<img src=file" not in html


def test_a_glyph_of_the_machine_is_noticed_when_the_page_is_written(studio: Studio) -> None:
    face = degree(display_name="Ana 王").numbered(number="RT-2026-004817-3", code=CODE)
    # With a font for it on the machine it is refused, without one WeasyPrint complains: never drawn.
    with pytest.raises((RefusedError, MisconfiguredError), match="glyph"):
        studio.write(studio.lay_out(studio.html(face, qr_svg=SQUARE)), face, signed_at=NOW)


def test_words_without_a_language_stop_the_studio(templates: Path, font_folder: Path) -> None:
    words = templates / "words.yaml"
    words.write_text(words.read_text().replace(', pt: "Número"', ""))
    with pytest.raises(MisconfiguredError, match="number"):
        Studio(font_folder, templates)


def test_the_studio_is_made_once(font_folder: Path) -> None:
    assert open_studio(font_folder) is open_studio(font_folder)


def test_preparing_fonts_tells_how_far_it_is_and_cuts_each_face_once(font_folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in font_folder.iterdir()}
    told: list[tuple[str, int, int]] = []
    fonts.prepare_fonts(font_folder, tell=lambda face, done, total: told.append((face, done, total)))
    assert told == [(face, place, 5) for place, face in enumerate(fonts.FACES, 1)]
    assert {path: path.stat().st_mtime_ns for path in font_folder.iterdir()} == before


def test_every_face_draws_every_character_that_a_name_may_have(studio: Studio) -> None:
    assert set("áéíóúüñçãõâêôàÁÉÍÓÚÜÑÇŁłŻżŽžĐđ’‘“”–—·ºª°Ẽỹ") <= studio.faces.characters
    assert not set("王Дخ🌸\u200b\u202e\n\t") & studio.faces.characters


def _pdf(made: Made) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(made.pdf))


def test_the_metadata_claims_both_standards_and_nobody_elses_name(a_degree: Made) -> None:
    with _pdf(a_degree) as pdf:
        metadata = pdf.Root.Metadata.read_bytes().decode()
        assert re.search(r'pdfaid:part="3"', metadata)
        assert re.search(r'pdfaid:conformance="A"', metadata)
        assert metadata.count('pdfuaid:part="1"') == 1
        assert metadata.count("<rdf:RDF") == 1
        assert str(pdf.docinfo["/Title"]).endswith("RT-2026-004817-3 – Mariángel Peñalver Núñez")


def test_nothing_can_run_and_nothing_is_attached_that_was_not_given(a_degree: Made, a_competence: Made) -> None:
    for made in (a_degree, a_competence):
        with _pdf(made) as pdf:
            assert not {"/AF", "/OpenAction", "/AA"} & set(pdf.Root.keys())
            assert not {"/EmbeddedFiles", "/JavaScript"} & set(pdf.Root.Names.keys())
            assert not len(pdf.attachments)


def test_the_credential_is_one_associated_file_described_in_both_languages(make: Callable[..., Made]) -> None:
    credential = b'{"type": ["VerifiableCredential"], "name": "Pe\xc3\xb1alver"}'
    made = make(degree(langs=("en", "pt")), credential)
    assert credential_in(made.pdf) == credential
    with _pdf(made) as pdf:
        (only,) = pdf.Root.AF  # WeasyPrint 70.0 lists it twice
        assert str(pdf.Root.Names.EmbeddedFiles.Names[0]) == "credential.json"
        assert only.objgen == pdf.Root.Names.EmbeddedFiles.Names[1].objgen
        assert (str(only.AFRelationship), str(only.UF), str(only.EF.F.Subtype)) == ("/Data", "credential.json", "/application/json")
        assert str(only.Desc) == (
            "Verifiable credential (Open Badges 3.0) with the data of this document / Credencial verificável (Open Badges 3.0) com os dados deste documento"
        )
        moment = f"D:{NOW.astimezone(UTC):%Y%m%d%H%M%S}Z"
        assert (str(only.EF.F.Params.CreationDate), str(only.EF.F.Params.ModDate)) == (moment, moment)


def test_another_file_in_the_place_of_the_credential_is_no_credential(make: Callable[..., Made]) -> None:
    made = make(degree(), b"{}")
    for name, text in (("credential.json", b"[]"), ("other.json", b"{}")):
        out = io.BytesIO()
        with _pdf(made) as pdf:
            del pdf.attachments["credential.json"]
            pdf.attachments[name] = text
            pdf.save(out)
        assert credential_in(out.getvalue()) == (text if name == "credential.json" else None)
    assert credential_in(b"%PDF-1.7\nnothing") is None


def test_the_signature_field_stands_on_its_box_and_is_tagged(a_degree: Made) -> None:
    with _pdf(a_degree) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        left, bottom, right, top = (float(value) * 25.4 / 72 for value in field.Rect)
        assert (round(right - left, 1), round(top - bottom, 1)) == (116.0, 17.6)
        assert (round(left), round(297 - top)) == (70, 243)
        assert field.F == 132
        assert str(field.TU) == "Firma digital de la autoridad que expide"
        forms = [element for element in _elements(pdf) if element.get("/S") == "/Form"]
        assert len(forms) == 1
        assert forms[0].K[0].Obj.objgen == field.objgen
        assert field.V.Reference[0].TransformParams.P == 1


def _elements(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    return [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem"]


def test_parts_in_the_second_language_and_heads_of_tables_say_so(a_competence: Made) -> None:
    with _pdf(a_competence) as pdf:
        assert str(pdf.Root.Lang) == "es"
        languages = {str(element.Lang) for element in _elements(pdf) if "/Lang" in element}
        heads = [element.A.Scope for element in _elements(pdf) if element.get("/S") == "/TH"]
        assert languages == {"es", "en"}
        assert {str(scope) for scope in heads} == {"/Row", "/Column"}


def test_a_link_without_words_is_not_written(templates: Path, font_folder: Path) -> None:
    parts = templates / "parts.html"
    parts.write_text(parts.read_text().replace(' title="{{ t.link_text }}"', ""))
    studio = Studio(font_folder, templates)
    face = degree().numbered(number="RT-2026-004817-3", code=CODE)
    with pytest.raises(ValueError, match="no title"):
        studio.write(studio.lay_out(studio.html(face, qr_svg=SQUARE)), face, signed_at=NOW)


def test_links_say_where_they_lead(a_degree: Made) -> None:
    with _pdf(a_degree) as pdf:
        links = [item for item in pdf.pages[0].Annots if item.Subtype == "/Link"]
        assert [str(link.Contents) for link in links] == ["Abrir la página de verificación de este documento"]
        assert [str(link.A.URI) for link in links] == [f"https://{HOST}/c/{CODE}"]


@pytest.mark.parametrize(("specimen", "expected"), [(True, 2), (False, 0)])
def test_a_demonstration_is_marked_in_both_languages(specimen: bool, expected: int, studio: Studio) -> None:
    html = studio.html(degree(specimen=specimen).numbered(number="RT-2026-004817-3", code=CODE), qr_svg=SQUARE)
    assert html.count("Muestra sin valor legal") + html.count("Specimen, no legal value") == expected


def test_the_words_are_those_of_the_two_languages_of_the_document(studio: Studio) -> None:
    html = studio.html(competence(langs=("pt", "es")).numbered(number="CL-2026-000044-9", code=CODE), qr_svg=SQUARE)
    assert '<html lang="pt">' in html
    assert "Certificado de competência profissional" in html
    assert "23 de novembro de 2031" in html
    assert "Competency" not in html


def test_the_emblem_of_an_operator_stands_in_the_roundel(font_folder: Path, tmp_path: Path) -> None:
    arms = tmp_path / "arms.svg"
    arms.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" fill="#c00000"/></svg>')
    face = degree().numbered(number="RT-2026-004817-3", code=CODE)
    colours = []
    for studio in (Studio(font_folder), Studio(font_folder, emblem=arms)):
        data = studio.write(studio.lay_out(studio.html(face, qr_svg=SQUARE)), face, signed_at=NOW)
        page = pdfium.PdfDocument(data)[0]
        drawn = page.render(scale=1).to_pil().convert("RGB")
        colours.append(drawn.getpixel((drawn.width // 2, round(6.5 / 297 * drawn.height))))  # in the upper part of the roundel
    assert colours[1] == (192, 0, 0)
    assert colours[0] != colours[1]
