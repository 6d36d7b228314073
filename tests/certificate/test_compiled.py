"""The compiled page against the same page laid out as a whole: text, structure, every object, every pixel; and what it does when it does not fit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from credentialing.certificate import cohort, compiled, compiling
from credentialing.certificate.cohort import NAMES, cohort_of
from credentialing.certificate.compiled import Form, compile_form
from credentialing.certificate.face import Draft, Face, StatusPlace
from credentialing.certificate.forms import Forms
from credentialing.certificate.page import PRESS, Studio
from credentialing.certificate.pieces import Misfit
from credentialing.certificate.profiles import PDF_A_4F
from credentialing.certificate.qr import qr_svg, qr_text
from credentialing.crypto.keyring import KeyRing
from tests.certificate.drafts import CODE, LONG_NAME, NOW, ORDINARY, competence, degree, passport, school
from tests.certificate.pages import differences, pixels_apart, text_of
from tests.certificate.workshop import NUMBERS, TOLERATED

pytestmark = TOLERATED
CREDENTIAL = b'{"credentialSubject": {"name": "Yusmary"}, "padding": "' + b"abcdefghij" * 400 + b'"}'
LATER = NOW + timedelta(minutes=7, seconds=41)
NEAR_LIMA = datetime(2026, 12, 1, 9, 30, 5, tzinfo=timezone(timedelta(hours=-5)))


class Press:
    """Makes the same certificate in both ways; forms are compiled once for a cohort."""

    def __init__(self, studio: Studio, keys: KeyRing) -> None:
        self.studio, self.keys = studio, keys
        self._forms: dict[tuple[str, bool], Form] = {}

    def whole(self, face: Face, *, credential: bytes = b"", sealed_at: datetime = NOW) -> bytes:
        with PRESS:
            document = self.studio.lay_out(self.studio.html(face, qr_svg=qr_svg(qr_text(face, self.keys))[0]))
            return self.studio.write(document, face, signed_at=sealed_at, credential=credential)

    def form(self, face: Face, *, credential: bytes = b"") -> Form:
        key = cohort_of(self.studio.values(face, qr_svg="")), bool(credential)
        if key not in self._forms:
            with PRESS:
                self._forms[key], _ = compile_form(self.studio, face, text=qr_text(face, self.keys), sealed_at=NOW, credential=credential)
        return self._forms[key]

    def compiled(self, face: Face, form: Form, *, credential: bytes = b"", sealed_at: datetime = NOW, **changes: str) -> bytes:
        values = self.studio.values(face, qr_svg="")
        values = {**values, "d": {**values["d"], **changes}}
        with PRESS:
            return form.write(values, face, text=qr_text(face, self.keys), sealed_at=sealed_at, credential=credential)


@pytest.fixture(scope="session")
def press(studio: Studio, keys: KeyRing) -> Press:
    return Press(studio, keys)


def _first(draft: Draft) -> Face:
    return draft.numbered(number=NUMBERS[draft.kind], code=CODE, status=StatusPlace(1, 77))


def _next(face: Face, name: str, **changes: Any) -> Face:
    """Another person of the same cohort."""
    other = {"number": face.number[:8] + "0999417-4", "code": "W8MQD8W4GM8QN", "status": StatusPlace(1, 130_001), "issued_at": NEAR_LIMA}
    ending = {"document_ending": "J77W"} if face.document_ending else {}
    return replace(face, display_name=name, **(other | ending | {"issued_on": date(2026, 12, 1)} | changes))


# Each is set in the largest size, as the ordinary names are; the passport's page sets all of them smaller.
OTHERS = ("Ana D’Á", "Íñigo Müller-Żółw O'Brien", "Jean-François d’Août Łê")


def _same_cohort(press: Press, face: Face, name: str) -> bool:
    one, other = (cohort_of(press.studio.values(each, qr_svg="")) for each in (face, _next(face, name)))
    return one == other


@pytest.mark.parametrize("page", ORDINARY)
def test_every_page_is_the_page_laid_out_as_a_whole(page: str, press: Press) -> None:
    base = ORDINARY[page](display_name="Mariángel Peñalver Núñez")
    face = _first(base)
    form = press.form(face, credential=CREDENTIAL)
    for name in OTHERS[:2]:
        other = _next(face, name)
        assert _same_cohort(press, face, name)
        quick = press.compiled(other, form, credential=CREDENTIAL + name.encode(), sealed_at=LATER)
        whole = press.whole(other, credential=CREDENTIAL + name.encode(), sealed_at=LATER)
        assert text_of(quick) == text_of(whole)
        assert differences(quick, whole) == []
        assert pixels_apart(quick, whole) == 0
        assert name in text_of(quick)[0]


@pytest.mark.parametrize("draft", [degree, passport, competence])
def test_a_name_on_two_lines_is_the_page_laid_out_as_a_whole(draft: Callable[..., Draft], press: Press) -> None:
    face = _first(draft(display_name=LONG_NAME))
    other = _next(face, "María Antonieta de la Trinidad Ñáñez-Bustamante y Güerere del Castillo D’Ávila")
    quick, whole = press.compiled(other, press.form(face)), press.whole(other)
    assert cohort_of(press.studio.values(other, qr_svg="")) == cohort_of(press.studio.values(face, qr_svg=""))
    assert differences(quick, whole) == []
    assert pixels_apart(quick, whole) == 0


def test_a_page_of_the_second_profile_is_the_page_laid_out_as_a_whole(press: Press, font_folder: Path) -> None:
    modern = Press(Studio(font_folder, profile=PDF_A_4F), press.keys)
    face = _first(school())
    other = _next(face, OTHERS[0])
    quick = modern.compiled(other, modern.form(face, credential=CREDENTIAL), credential=CREDENTIAL)
    assert quick.startswith(b"%PDF-2.0")
    assert differences(quick, modern.whole(other, credential=CREDENTIAL)) == []


def test_the_same_certificate_is_the_same_bytes(press: Press) -> None:
    face = _first(degree())
    form = press.form(face)
    first = press.compiled(face, form)
    press.compiled(_next(face, OTHERS[1]), form)
    assert press.compiled(face, form) == first


PLACES = [name for name in NAMES if name not in ("name.1",)]


@pytest.mark.parametrize("place", PLACES)
def test_a_wrong_value_in_any_place_is_seen_by_the_comparison(place: str, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    face = _first(passport(langs=("es", "en"), display_name="Mariángel Peñalver Núñez"))
    form = press.form(face, credential=CREDENTIAL)
    right = press.compiled(face, form, credential=CREDENTIAL)
    texts = cohort.texts_of

    def wrong(*given: Any, **named: Any) -> dict[str, str]:
        true = texts(*given, **named)
        return true | {NAMES[place]: true[NAMES[place]][:-1] + ("5" if true[NAMES[place]][-1:] != "5" else "6")} if NAMES[place] in true else true

    monkeypatch.setattr(compiled, "texts_of", wrong)
    broken = press.compiled(face, form, credential=CREDENTIAL)
    drawn_nowhere = place in ("date.b", "expires.b")  # a day is written in the first language only
    assert bool(differences(broken, right)) is not drawn_nowhere


def test_a_wrong_credential_and_a_wrong_symbol_are_seen_by_the_comparison(press: Press) -> None:
    face = _first(competence())
    form = press.form(face, credential=CREDENTIAL)
    right = press.compiled(face, form, credential=CREDENTIAL)
    assert differences(press.compiled(face, form, credential=CREDENTIAL + b" "), right)
    other = replace(face, status=StatusPlace(1, 78))  # stands in the QR alone
    assert differences(press.compiled(other, form, credential=CREDENTIAL), right)
    assert pixels_apart(press.compiled(other, form, credential=CREDENTIAL), right) > 100


# --- what does not fit -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"number": "RT-2026-004817-3" * 3}, "wider than its line"),
        ({"display_name": "Nguyễn", "name_lines": ["Nguyễn Thị Hồng"]}, "glyph"),
        ({"display_name": "x", "name_lines": ["M" * 40]}, "wider than its line"),
        ({"name_lines": ["María Fernanda", "de los Ángeles"]}, "cohort"),
        ({"name_size": 30}, "cohort"),
        ({"document_ending": None}, "cohort"),
        ({"specimen": False}, "cohort"),
    ],
)
def test_values_that_do_not_fit_are_refused(change: dict[str, Any], why: str, press: Press) -> None:
    face = _first(degree())
    form = press.form(face)
    with pytest.raises(Misfit, match=why):
        press.compiled(face, form, **change)
    assert differences(press.compiled(face, form), press.whole(face)) == []  # the refusal leaves nothing behind


def test_a_form_with_a_credential_is_not_used_without_one(press: Press) -> None:
    face = _first(competence())
    with pytest.raises(Misfit, match="credential"):
        press.compiled(face, press.form(face, credential=CREDENTIAL))


def test_text_that_does_not_read_back_is_refused(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    face = _first(degree())
    form = press.form(face)
    cut, glyph = next((cut, glyph) for cut in form._parts.cuts.values() for glyph, text in cut.texts.items() if text == "ñ")
    monkeypatch.setitem(cut.texts, glyph, "n")
    with pytest.raises(Misfit, match="read back"):
        press.compiled(_next(face, "Íñigo Peña"), form)


def test_a_symbol_that_does_not_read_back_is_refused(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    face = _first(degree())
    form = press.form(face)
    rows = compiled.qr_rows(qr_text(_next(face, "Otra Persona"), press.keys))
    monkeypatch.setattr(compiled, "qr_rows", lambda text: rows)
    with pytest.raises(Misfit, match="QR"):
        press.compiled(face, form)


def test_a_form_that_writes_something_else_is_not_made(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    face = _first(degree())
    monkeypatch.setattr(compiled, "texts_of", lambda values, **moments: cohort.texts_of(values, **moments) | {NAMES["number"]: "RT-2026-004817-8"})
    with pytest.raises(Misfit, match=r"object \d+ differs"), PRESS:
        compile_form(press.studio, face, text=qr_text(face, press.keys), sealed_at=NOW)


def test_rounding_is_forgiven_and_nothing_else() -> None:
    same = compiled.same_but_for_rounding
    assert same(b"1 0 0 -1 132.937796 296.2 Tm", b"1 0 0 -1 132.937795 296.2 Tm")
    assert same(b"10 Td", b"9.999999 Td")
    assert not same(b"132.9377 Tm", b"132.9379 Tm")
    assert not same(b"[<001a>75] TJ", b"[<001a>76] TJ")
    assert not same(b"(4821) Tj", b"(4822) Tj")


# --- which pages are compiled ------------------------------------------------------------------------------------------


def _draw(forms: Forms, press: Press, face: Face) -> Any:
    with PRESS:
        return forms.draw(face, qr_text(face, press.keys), sealed_at=NOW)


def test_the_second_of_a_cohort_compiles_and_the_third_is_filled_in(press: Press) -> None:
    forms, face = Forms(press.studio, after=2), _first(degree())
    pages = [_draw(forms, press, _next(face, name)) for name in ("Ana Li", *OTHERS)]
    assert [page.form is not None for page in pages] == [False, False, True, True]
    assert pages[1].data == press.whole(_next(face, OTHERS[0]))


def test_a_name_that_the_form_has_no_letters_for_is_laid_out_as_a_whole(press: Press) -> None:
    forms, face = Forms(press.studio, after=1), _first(degree())
    _draw(forms, press, face)
    strange = _next(face, "Nguyễn Thị Hồng")
    page = _draw(forms, press, strange)
    assert page.form is None
    assert page.data == press.whole(strange)
    assert _draw(forms, press, _next(face, "Ana Li")).form is not None


def test_nothing_is_compiled_unless_it_is_expected(press: Press) -> None:
    forms, face = Forms(press.studio, after=None), _first(degree())
    assert [_draw(forms, press, face).form for _ in range(3)] == [None] * 3
    forms.expect(face)
    assert not forms.fits(face)
    assert [_draw(forms, press, face).form is not None for _ in range(2)] == [False, True]
    assert forms.fits(_next(face, "Ana Li"))
    assert not forms.fits(_next(face, LONG_NAME))


FLOWING = '<p class="ident">{{ d.display_name }} {{ t.check_1 }} {{ t.check_2 }} {{ t.check_3 }}<br>'
PICTURE = '{{ br(d.name_lines) }}<img src="{{ d.level.picture }}" alt="x" style="height:3mm">'
SPOILT = {
    "a name in a flowing text": ("parts.html", '<p class="ident">', FLOWING, "several lines"),
    "a name beside a picture": ("parts.html", "{{ br(d.name_lines) }}", PICTURE, "picture"),
    "a name in capitals": ("certificate.css", ".name { ", ".name { text-transform: uppercase; ", "cannot be compiled"),
    "an underlined value": ("certificate.css", ".key { ", ".key a { text-decoration: underline; } .key { ", "underlined"),
    "a second QR": ("parts.html", '<div class="check">', '<p><img src="{{ d.verify.qr }}" alt="x" style="width:1mm"></p><div class="check">', "QR"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_page_that_cannot_be_a_form_is_laid_out_as_a_whole(
    how: str, press: Press, templates: Path, font_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    name, old, new, why = SPOILT[how]
    text = (templates / name).read_text()
    assert old in text
    (templates / name).write_text(text.replace(old, new))
    other = Press(Studio(font_folder, templates), press.keys)
    forms, face = Forms(other.studio, after=1), _first(degree())
    page = _draw(forms, other, face)
    assert page.form is None
    assert page.data == other.whole(face)
    assert why in caplog.text
    assert _draw(forms, other, face).form is None
    assert "Mariángel" not in caplog.text


def test_whatever_is_not_a_place_makes_another_cohort(press: Press) -> None:
    face = _first(competence(display_name="Ana Briceño"))
    assert face.competence is not None
    others = [
        replace(face, specimen=False), replace(face, langs=("es", "pt")), replace(face, level=None), replace(face, expires_on=None),
        replace(face, signatories=face.signatories[:1]), replace(face, competence=replace(face.competence, can_do=None)), replace(face, document_ending=None),
        replace(face, verify_url_base="https://other.example"), replace(face, authority=face.authority | {"es": "Otra Autoridad"}),
    ]  # fmt: skip
    cohorts = {cohort_of(press.studio.values(each, qr_svg="")) for each in [face, *others]}
    assert len(cohorts) == 1 + len(others)
    assert cohort_of(press.studio.values(_next(face, "Ana Li"), qr_svg="")) in cohorts


def test_a_value_left_standing_among_the_constant_pieces_is_refused() -> None:
    with pytest.raises(Misfit, match="cannot be replaced"):
        compiling._refuse_names([b"... " + NAMES["number"].encode()])
    with pytest.raises(Misfit, match="cannot be replaced"):
        compiling._refuse_names([NAMES["number"].encode("utf-16-be").hex().encode()])


def test_moments_are_written_in_three_forms() -> None:
    d = {
        "name_lines": ["A"],
        "display_name": "A",
        "document_ending": None,
        "number": "N",
        "date": None,
        "expires": None,
        "issued_at": "x",
        "verify": {"code": "c", "url": "u"},
    }
    texts = cohort.texts_of({"d": d}, issued_at=NEAR_LIMA, sealed_at=datetime(2026, 12, 1, 15, 0, tzinfo=UTC))
    assert texts[NAMES["issued.pdf"]] == "D:20261201093005-05'00"
    assert texts[NAMES["issued.file"]] == "D:20261201143005Z"
    assert texts[NAMES["sealed"]] == "D:20261201150000Z"
