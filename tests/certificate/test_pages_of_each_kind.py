"""Every page in every pair of languages: its words, its structure, its limits said on the first page, and whole after sealing."""

import io
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest

from credentialing.certificate.face import BODIES, Draft, Face, Mutual, Partial, Passport, Qualification, School, Statement, Work
from credentialing.certificate.issuing import prepare
from credentialing.certificate.page import Studio
from credentialing.certificate.qr import LARGEST_VERSION, WHAT_IT_IS, claims_of, qr_svg, qr_text
from credentialing.crypto.keyring import KeyRing
from credentialing.domain.errors import Reason, RefusedError
from tests.certificate.drafts import (
    COMPARED,
    LEVEL_3,
    LEVEL_6,
    LONG_NAME,
    NOW,
    ORDINARY,
    PARTLY,
    TEACHER,
    mutual,
    partial,
    passport,
    school,
    some_units,
    statement,
)
from tests.certificate.workshop import TOLERATED, Made

pytestmark = TOLERATED

NEW = ("partial", "units", "statement", "passport", "school", "mutual")
PAIRS = (("es", "en"), ("pt", "en"), ("en", "es"))
TITLES = {
    "partial": {"es": "Reconocimiento parcial", "en": "Partial recognition", "pt": "Reconhecimento parcial"},
    "units": {"es": "Certificado de unidades de competencia", "en": "Certificate of competency units", "pt": "Certificado de unidades de competência"},
    "statement": {"es": "Declaración orientativa", "en": "Advisory statement", "pt": "Declaração orientativa"},
    "passport": {"es": "Pasaporte de cualificaciones", "en": "Qualifications passport", "pt": "Passaporte de qualificações"},
    "school": {"es": "Equivalencia de estudios escolares", "en": "Equivalence of school studies", "pt": "Equivalência de estudos escolares"},
    "mutual": {"es": "Reconocimiento mutuo", "en": "Mutual recognition", "pt": "Reconhecimento mútuo"},
}
LIMITS = {
    "partial": {"es": "No es un reconocimiento pleno", "en": "It is not a full recognition", "pt": "Não é um reconhecimento pleno"},
    "units": {"es": "completo todavía no está certificado", "en": "whole profile is not certified yet", "pt": "completo ainda não está certificado"},
    "statement": {"es": "no obliga a ningún empleador", "en": "binds no employer", "pt": "não obriga nenhum empregador"},
    "passport": {"es": "No es un reconocimiento formal", "en": "It is not formal recognition", "pt": "Não é reconhecimento formal"},
    "school": {"es": "No convierte calificaciones", "en": "It converts no marks", "pt": "Não converte notas"},
    "mutual": {"es": "expidió otra institución", "en": "another institution issued", "pt": "expedido por outra instituição"},
}
MARKS_OF_FULL = ("reconocido plenamente", "fully recognised", "reconhecido plenamente")


def sealed(make: Callable[[Draft], Made], name: str, langs: tuple[str, str]) -> Made:
    """An ordinary certificate of this page in these languages; made once per run."""
    key = name, langs
    if key not in _MADE:
        _MADE[key] = make(ORDINARY[name](langs=langs))
    return _MADE[key]


_MADE: dict[tuple[str, tuple[str, str]], Made] = {}


def texts(pdf: bytes) -> list[str]:
    """The text of each page, with its line ends as spaces."""
    document = pdfium.PdfDocument(pdf)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def elements(pdf: pikepdf.Pdf, sort: str) -> list[pikepdf.Dictionary]:
    """The structure elements of one sort."""
    found = (item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem")
    return [item for item in found if item.get("/S") == sort]


def refusals(draft: Draft, studio: Studio) -> list[Reason]:
    with pytest.raises(RefusedError) as refused:
        prepare(draft, studio=studio)
    return list(refused.value.reasons)


@pytest.mark.parametrize(("name", "langs"), tuple(product(NEW, PAIRS)))
def test_title_name_and_limits_stand_on_the_first_page_in_both_languages(name: str, langs: tuple[str, str], make: Callable[[Draft], Made]) -> None:
    made = sealed(make, name, langs)
    first, *_ = texts(made.pdf)
    for language in langs:
        assert TITLES[name][language] in first
        assert LIMITS[name][language] in first
    assert made.face.display_name in first
    assert made.face.number in first
    assert not [mark for mark in MARKS_OF_FULL for page in texts(made.pdf) if mark in page]
    assert len(texts(made.pdf)) == {"units": 2, "passport": 2}.get(name, 1)


@pytest.mark.parametrize(("name", "langs"), tuple(product(NEW, PAIRS)))
def test_every_part_is_tagged_with_its_language_and_every_table_has_heads(name: str, langs: tuple[str, str], make: Callable[[Draft], Made]) -> None:
    with pikepdf.open(io.BytesIO(sealed(make, name, langs).pdf)) as pdf:
        assert str(pdf.Root.Lang) == langs[0]
        tagged = {str(item.Lang) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem" and "/Lang" in item}
        assert tagged == set(langs)
        assert len(elements(pdf, "/H1")) == 1
        assert len(elements(pdf, "/Form")) == 1
        assert {str(head.A.Scope) for head in elements(pdf, "/TH")} == {"/Row", "/Column"}
        assert all("/Alt" in figure for figure in elements(pdf, "/Figure"))
        metadata = pdf.Root.Metadata.read_bytes()
        assert b'pdfuaid:part="1"' in metadata
        assert b'pdfaid:conformance="A"' in metadata


@pytest.mark.parametrize(("name", "langs"), tuple(product(NEW, PAIRS)))
def test_a_face_of_every_kind_comes_back_from_the_register_equal(name: str, langs: tuple[str, str]) -> None:
    face = ORDINARY[name](langs=langs).numbered(number="RT-2026-004817-3", code="7Q2KM9XD4TRP6")
    assert Face.from_json(face.to_json()) == face


def test_a_face_from_before_there_were_other_kinds_keeps_its_bytes() -> None:
    data = ORDINARY["full"]().numbered(number="RT-2026-004817-3", code="7Q2KM9XD4TRP6").to_json()
    assert not [name for name in ("partial", "statement", "passport", "school", "mutual", "profile_units") if f'"{name}":'.encode() in data]
    assert Face.from_json(data).to_json() == data


@pytest.mark.parametrize("langs", PAIRS)
def test_what_is_less_than_a_recognition_says_so_in_the_title_that_travels_alone(langs: tuple[str, str]) -> None:
    leading = {
        "partial": {"es": "Reconocimiento parcial: ", "en": "Partial recognition: ", "pt": "Reconhecimento parcial: "},
        "units": {"es": "Unidades de competencia: ", "en": "Competency units: ", "pt": "Unidades de competência: "},
        "statement": {"es": "Declaración orientativa: ", "en": "Advisory statement: ", "pt": "Declaração orientativa: "},
        "passport": {"es": "Pasaporte de cualificaciones: ", "en": "Qualifications passport: ", "pt": "Passaporte de qualificações: "},
    }
    for name, words in leading.items():
        draft = ORDINARY[name](langs=langs)
        claims = claims_of(draft.numbered(number="RT-2026-004817-3", code="7Q2KM9XD4TRP6"))
        assert draft.title.startswith(words[langs[0]])
        assert claims.title.startswith(words[langs[0]])
        assert (claims.page, claims.kind) == (name, draft.kind)


def test_the_numbers_under_which_a_token_says_what_it_is_never_change() -> None:
    assert {number: page for (page, _), number in WHAT_IT_IS.items()} == {
        1: "full", 2: "competence", 3: "partial", 4: "units", 5: "statement", 6: "passport", 7: "school", 8: "mutual", 9: "partial", 10: "partial",
    }  # fmt: skip
    assert {page for page, _ in WHAT_IT_IS} == set(BODIES)


def long_words(length: int) -> dict[str, str]:
    """A sentence of exactly `length` characters in each language."""
    starts = {"es": "Asignaturas aprobadas de los seis primeros semestres, ", "en": "Subjects passed in six semesters, ", "pt": "Disciplinas aprovadas, "}
    return {language: (start * 20)[: length - 1].strip().ljust(length, ".") for language, start in starts.items()}


LONG_DEGREE = "Ingeniera en Gestión de Recursos Naturales Renovables y Desarrollo Agroindustrial Sostenible de las Regiones Llaneras"
LONG_PLACE = "Universidad Experimental de las Tierras Altas Centrales Rómulo Gallegos · San Juan de los Morros, Venezuela · 2009"
UNBROKEN = dict.fromkeys(("es", "en", "pt"), "x" * 400)
LONGEST = {
    "partial": partial(display_name=LONG_NAME, partial=Partial(LONG_DEGREE, LONG_PLACE, long_words(400), long_words(400)), level=LEVEL_6),
    "partial with a law": partial(partial=Partial(PARTLY.name, PARTLY.awarded, long_words(400), long_words(400)), basis=long_words(320)),
    "partial without a space": partial(partial=Partial("W" * 140, "W" * 170, UNBROKEN, UNBROKEN)),
    "units": some_units(30, display_name=LONG_NAME),
    "statement": statement(display_name=LONG_NAME, statement=Statement(LONG_DEGREE, LONG_PLACE, long_words(400), long_words(320)), level=LEVEL_3),
    "passport": passport(
        display_name=LONG_NAME,
        passport=Passport(
            tuple(Qualification(LONG_DEGREE, LONG_PLACE, "likely", long_words(120), long_words(80), long_words(200)) for _ in range(6)),
            Work("y" * 100, 0), long_words(160),
        ),
    ),
    "school": school(display_name=LONG_NAME, school=School(LONG_DEGREE, LONG_PLACE, long_words(140), long_words(320)), basis=long_words(320)),
    "mutual": mutual(display_name=LONG_NAME, mutual=Mutual(LONG_DEGREE, LONG_DEGREE, "9" * 40, long_words(140), long_words(320)), basis=long_words(320)),
}  # fmt: skip


@pytest.mark.parametrize(("name", "langs"), tuple(product(LONGEST, PAIRS)))
def test_the_longest_texts_flow_and_keep_the_foot_and_the_date_on_the_first_page(name: str, langs: tuple[str, str], studio: Studio, keys: KeyRing) -> None:
    draft = replace(LONGEST[name], langs=langs)
    prepare(draft, studio=studio)
    face = draft.numbered(number="RT-2026-004817-3", code="7Q2KM9XD4TRP6")
    svg, version = qr_svg(qr_text(face, keys))
    assert version <= LARGEST_VERSION
    written = studio.write(studio.lay_out(studio.html(face, qr_svg=svg)), face, signed_at=NOW)
    first = pdfium.PdfDocument(written)[0]
    strip = face.number + " " + {"es": "23 de noviembre de 2026", "en": "23 November 2026", "pt": "23 de novembro de 2026"}[langs[0]]
    assert strip in texts(written)[0]
    for thing in first.get_objects():
        left, _, right, _ = thing.get_bounds()
        if thing.type == pdfium.raw.FPDF_PAGEOBJ_TEXT:
            assert left >= 23 * 72 / 25.4
            assert right <= 187 * 72 / 25.4


def test_a_text_above_its_limit_is_refused_by_name(studio: Studio) -> None:
    over = long_words(401)
    assert refusals(partial(partial=replace(PARTLY, recognised=over)), studio) == [Reason("too_long", {"field": "partial.recognised"})]
    assert refusals(partial(partial=replace(PARTLY, left_out=over)), studio) == [Reason("too_long", {"field": "partial.left_out"})]
    assert refusals(statement(statement=replace(COMPARED, comparison=over)), studio) == [Reason("too_long", {"field": "statement.comparison"})]


def _doubtful(finding: str) -> Passport:
    return replace(TEACHER, qualifications=(replace(TEACHER.qualifications[0], finding=finding),))  # type: ignore[arg-type]


@pytest.mark.parametrize(("draft", "reason"), [
    (partial(partial=None), Reason("value_missing", {"field": "partial"})),
    (partial(kind="rpl"), Reason("value_wrong", {"field": "kind"})),
    (partial(statement=COMPARED), Reason("value_wrong", {"field": "kind"})),
    (some_units(4, profile_units=4), Reason("value_wrong", {"field": "profile_units"})),
    (some_units(4, profile_units=None), Reason("value_wrong", {"field": "profile_units"})),
    (some_units(4, template="competence"), Reason("value_wrong", {"field": "profile_units"})),
    (some_units(4, level=LEVEL_3), Reason("value_wrong", {"field": "level"})),
    (some_units(4, competence=replace(ORDINARY["competence"]().competence, units=some_units(4).competence.units)),  # type: ignore[type-var, union-attr]
     Reason("value_wrong", {"field": "competence.can_do"})),
    (passport(expires_on=None), Reason("value_missing", {"field": "expires_on"})),
    (passport(passport=Passport(())), Reason("value_wrong", {"field": "qualifications"})),
    (passport(passport=_doubtful("certain")), Reason("value_wrong", {"field": "qualifications"})),
    (passport(passport=replace(TEACHER, work=Work("Docente", 81))), Reason("value_wrong", {"field": "work"})),
    (mutual(mutual=Mutual("Instalador", "", "P-1", {"es": "a", "en": "b"})), Reason("value_missing", {"field": "mutual.issuer"})),
    (school(school=School("Bachiller", "Liceo", {"es": "Grado 11"})), Reason("word_missing", {"field": "school.equivalent", "language": "en"})),
])  # fmt: skip
def test_a_draft_that_would_say_too_much_or_too_little_is_refused(draft: Draft, reason: Reason, studio: Studio) -> None:
    assert reason in refusals(draft, studio)


@pytest.mark.parametrize(("finding", "words"), [("substantiated", "Acreditada"), ("likely", "Probable"), ("not_substantiated", "No acreditada")])
def test_a_passport_says_how_sure_its_finding_is(finding: str, words: str, studio: Studio) -> None:
    face = passport(passport=_doubtful(finding)).numbered(number="PC-2026-004817-3", code="7Q2KM9XD4TRP6")
    html = studio.html(face, qr_svg="<svg/>")
    part_one = html[html.index("Evaluación") : html.index("Explicación")]
    assert f"</span> {words} <span" in part_one


def test_languages_and_work_stand_only_when_they_were_told(studio: Studio) -> None:
    html = studio.html(passport(passport=_doubtful("likely")).numbered(number="PC-2026-004817-3", code="7Q2KM9XD4TRP6"), qr_svg="<svg/>")
    bare = studio.html(
        passport(passport=replace(_doubtful("likely"), work=None, languages=None)).numbered(number="PC-2026-004817-3", code="7Q2KM9XD4TRP6"), qr_svg="<svg/>"
    )
    for word in ("Idiomas", "Experiencia laboral"):
        assert word in html
        assert word not in bare


@pytest.mark.parametrize(("years", "said"), [(0, "menos de un año"), (1, "1 año"), (7, "7 años")])
def test_years_of_work_are_counted_in_words(years: int, said: str, studio: Studio) -> None:
    face = passport(passport=replace(TEACHER, work=Work("Docente", years))).numbered(number="PC-2026-004817-3", code="7Q2KM9XD4TRP6")
    assert f"Docente · {said} ·" in studio.html(face, qr_svg="<svg/>")


def test_a_text_that_would_push_the_foot_off_the_first_page_is_refused(templates: Path, font_folder: Path) -> None:
    style = templates / "certificate.css"
    style.write_text(style.read_text("utf-8") + "\n.verdicts td { font-size: 13pt !important; }", "utf-8")
    assert Reason("does_not_fit", {"field": "page"}) in refusals(LONGEST["partial"], Studio(font_folder, templates))
