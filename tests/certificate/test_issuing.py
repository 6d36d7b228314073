"""Issuing: everything wrong is said before there is a number, a ticket is good for one seal, and the same certificate is the same bytes."""

import asyncio
import hashlib
from dataclasses import replace
from typing import Any

import pytest

from credentialing.certificate.face import Competence, Degree, Draft, Framework, Level, Signatory, Unit
from credentialing.certificate.forms import Forms
from credentialing.certificate.issuing import Ticket, prepare, seal
from credentialing.certificate.page import Studio
from credentialing.crypto.keyring import KeyRing
from credentialing.domain.errors import BrokenSealError, Reason, RefusedError
from tests.certificate.drafts import CODE, LONG_NAME, NOW, NURSING, SIGNATORIES, competence, degree, long_titles, units
from tests.certificate.workshop import NUMBERS, TOLERATED, Made

pytestmark = TOLERATED


def _reasons(draft: Draft, studio: Studio) -> list[Reason]:
    with pytest.raises(RefusedError) as refused:
        prepare(draft, studio=studio)
    return list(refused.value.reasons)


@pytest.mark.parametrize("name", ["王小明", "Дмитрий Иванов", "خالد", "Ana 🌸", "Ana\u200bLi", "Ana\tLi", "Ana\u202eLi"])
def test_a_character_that_our_fonts_lack_is_refused_by_name(name: str, studio: Studio) -> None:
    strange = tuple(dict.fromkeys(c for c in name if c not in "Ana Li"))
    assert _reasons(degree(display_name=name), studio) == [Reason("glyph_missing", {"field": "display_name", "characters": strange})]


def test_names_of_the_people_we_serve_are_accepted(studio: Studio) -> None:
    names = ["Ñáñez Güerere", "Ipuana Epiayú", "João Conceição", "Nguyễn Thị Hồng", "Łukasz Żółw", "Jean-François d’Août", "Anaïs Øyen", "Elías Abūl-Ḥasan"]
    for name in names:
        assert prepare(degree(display_name=name), studio=studio).draft.display_name == name


def test_every_reason_is_given_at_once(studio: Studio) -> None:
    draft = degree(
        display_name="王", document_ending="48213", authority={"es": "Autoridad"}, signatories=(), expires_on=NOW.date(),
        level=Level(9, 8, {"es": "x", "en": " "}), origin="Venezuela", verify_url_base="http://127.0.0.1:8000",
    )  # fmt: skip
    assert {(reason.code, reason.details["field"]) for reason in _reasons(draft, studio)} == {
        ("glyph_missing", "display_name"), ("too_long", "document_ending"), ("word_missing", "authority"), ("word_missing", "level.text"),
        ("value_wrong", "signatories"), ("value_wrong", "expires_on"), ("value_wrong", "level"), ("value_wrong", "origin"), ("value_wrong", "verify_url_base"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (degree(langs=("es", "es")), Reason("value_wrong", {"field": "langs"})),
        (degree(langs=("es", "fr")), Reason("value_wrong", {"field": "langs"})),
        (degree(degree=None), Reason("value_missing", {"field": "degree"})),
        (degree(kind="rpl"), Reason("value_wrong", {"field": "kind"})),
        (degree(display_name=" "), Reason("value_missing", {"field": "display_name"})),
        (degree(display_name="Pen\u0303alver"), Reason("value_wrong", {"field": "display_name"})),
        (degree(display_name="Ana " * 30 + "Li"), Reason("too_long", {"field": "display_name"})),
        (degree(display_name="M" * 60), Reason("too_long", {"field": "display_name"})),
        (degree(issued_at=NOW.replace(tzinfo=None)), Reason("value_wrong", {"field": "issued_at"})),
        (competence(0), Reason("value_wrong", {"field": "units"})),
        (competence(occupation_code="75120"), Reason("value_wrong", {"field": "occupation_code"})),
        (competence(evidence_kinds=("knowledge", "rumour")), Reason("value_wrong", {"field": "evidence_kinds"})),
        (competence(framework=Framework("Marco", "javascript:alert(1)")), Reason("value_wrong", {"field": "framework"})),
        (competence(competence=replace(competence().competence or Competence({}, {}, ()), units=units(2) * 2)), Reason("value_wrong", {"field": "unit.code"})),
        (degree(signatories=(Signatory("Ana Li", {"es": "D"}),)), Reason("word_missing", {"field": "signatory.role", "language": "en"})),
    ],
)
def test_a_draft_that_cannot_be_issued_says_why(draft: Draft, reason: Reason, studio: Studio) -> None:
    assert reason in _reasons(draft, studio)


def test_a_degree_that_does_not_fit_one_page_is_refused(studio: Studio) -> None:
    long = {"es": "Efecto largo y detallado " * 12, "en": "A long and detailed effect " * 11}
    stripped = {language: text.strip() for language, text in long.items()}
    names = {"es": "Grado " * 22 + "z", "en": "Degree " * 19 + "z"}
    draft = replace(long_titles(), basis=stripped, degree=Degree("Ingeniería " * 12 + "x", "Universidad " * 11 + "y", names, stripped))
    assert _reasons(draft, studio) == [Reason("does_not_fit", {"field": "page"})]


def test_a_role_that_runs_into_the_seal_is_refused(studio: Studio) -> None:
    role = dict.fromkeys(("es", "en"), "Coordinación general interinstitucional de reconocimientos extraordinarios")
    people = tuple(Signatory(f"{person.name} Echeverría-Bustamante y Rodríguez", role) for person in SIGNATORIES)
    assert Reason("does_not_fit", {"field": "sign"}) in _reasons(degree(signatories=people), studio)


BARE = degree(signatories=SIGNATORIES[:1], level=None, basis=None, degree=replace(NURSING, effect=None))
LONG = (long_titles(), competence(12, display_name=LONG_NAME), competence(40))


@pytest.mark.parametrize("draft", [*LONG, competence(1), BARE, degree(langs=("pt", "es")), degree(langs=("en", "pt"))])
def test_long_and_short_certificates_fit(draft: Draft, studio: Studio) -> None:
    assert isinstance(prepare(draft, studio=studio), Ticket)


def test_a_ticket_is_spent_by_use(studio: Studio, keys: KeyRing) -> None:
    ticket = prepare(degree(), studio=studio)
    face = ticket.numbered(number=NUMBERS["degree"], code=CODE)
    seal(ticket, face, keys=keys, now=NOW)
    with pytest.raises(RefusedError, match="ticket_spent"):
        seal(ticket, face, keys=keys, now=NOW)


def test_a_ticket_seals_only_what_was_prepared(studio: Studio, keys: KeyRing) -> None:
    ticket = prepare(degree(), studio=studio)
    other = degree(display_name="Otra Persona").numbered(number=NUMBERS["degree"], code=CODE)
    with pytest.raises(RefusedError, match="face_differs"):
        seal(ticket, other, keys=keys, now=NOW)


def test_only_prepare_makes_tickets(studio: Studio) -> None:
    with pytest.raises(TypeError):
        Ticket(degree(), studio, key=object())


def test_the_same_certificate_sealed_again_after_an_interruption_is_the_same_file(a_degree: Made, studio: Studio, keys: KeyRing) -> None:
    again = seal(prepare(a_degree.face.draft(), studio=studio), a_degree.face, keys=keys, now=NOW)
    assert again == a_degree.sealed
    assert again.sha256 == hashlib.sha256(a_degree.pdf).hexdigest()


def test_sealing_works_inside_a_running_event_loop(studio: Studio, keys: KeyRing, a_degree: Made) -> None:
    async def within() -> bytes:
        return seal(prepare(degree(), studio=studio), a_degree.face, keys=keys, now=NOW).pdf

    assert asyncio.run(within()) == a_degree.pdf


def test_work_that_does_not_pass_our_own_check_is_not_handed_out(studio: Studio, keys: KeyRing, a_degree: Made) -> None:
    ticket = prepare(degree(), studio=_StudioWithoutQr(studio))  # type: ignore[arg-type]
    with pytest.raises(BrokenSealError, match="QR cannot be read"):
        seal(ticket, a_degree.face, keys=keys, now=NOW)


class _StudioWithoutQr:
    """A studio whose template has lost the QR."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self.faces = studio.faces
        self.lay_out, self.write, self.values = studio.lay_out, studio.write, studio.values
        self.forms = Forms(self, after=None)  # type: ignore[arg-type]

    def html(self, face: Any, *, qr_svg: str) -> str:
        white = '<svg xmlns="http://www.w3.org/2000/svg" width="30mm" height="30mm" viewBox="0 0 1 1"><path d="M0 0h1"/></svg>'
        return self._studio.html(face, qr_svg=white)


def test_a_unit_needs_its_name_in_both_languages(studio: Studio) -> None:
    skill = competence().competence
    assert skill is not None
    draft = competence(competence=replace(skill, units=(Unit("MS-1", {"es": "Soldar"}),)))
    assert _reasons(draft, studio) == [Reason("word_missing", {"field": "unit.name", "language": "en"})]
