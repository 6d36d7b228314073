"""Sealing a cohort: prepared by a look at the lines, filled in, signed, and checked as strictly as pages that were laid out as a whole."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from credentialing.certificate import issuing
from credentialing.certificate.attachments import credential_in
from credentialing.certificate.face import Draft, StatusPlace
from credentialing.certificate.issuing import Sealed, prepare, seal
from credentialing.certificate.outcomes import CheckName, Result
from credentialing.certificate.page import Studio
from credentialing.certificate.pictures import qr_texts
from credentialing.certificate.reading import read_pdf
from credentialing.certificate.seal import holds, sign_pdf
from credentialing.certificate.trust import Trust
from credentialing.crypto.keyring import KeyRing
from credentialing.domain.errors import BrokenSealError, RefusedError
from tests.certificate.drafts import CODE, NOW, degree
from tests.certificate.forgeries import FORGERIES
from tests.certificate.workshop import NUMBERS, TOLERATED

pytestmark = TOLERATED
PEOPLE = ("Ana Li", "Íñigo Müller-Żółw", "Jean d’Août O'Leary", "María Ñáñez", "Łucja Güerere")
CREDENTIAL = b'{"type": ["VerifiableCredential", "OpenBadgeCredential"], "of": "%b"}'


class CountingStudio(Studio):
    """A studio that counts how often a page is laid out as a whole."""

    laid_out = 0

    def lay_out(self, html: str) -> Any:
        self.laid_out += 1
        return super().lay_out(html)


def _sealed(draft: Draft, place: int, studio: Studio, keys: KeyRing) -> Sealed:
    ticket = prepare(draft, studio=studio)
    face = ticket.numbered(number=NUMBERS[draft.kind], code=CODE, status=StatusPlace(1, place))
    return seal(ticket, face, keys=keys, now=NOW, credential=CREDENTIAL % draft.display_name.encode())


@pytest.fixture(scope="module")
def cohort(font_folder: Path, keys: KeyRing) -> tuple[CountingStudio, list[Sealed], list[int]]:
    """Five people of one cohort, sealed one after the other, and how many pages had been laid out after each."""
    studio, sealed, pages = CountingStudio(font_folder, compile_after=2), [], []
    for place, name in enumerate(PEOPLE):
        sealed.append(_sealed(degree(display_name=name), place, studio, keys))
        pages.append(studio.laid_out)
    return studio, sealed, pages


def test_from_the_third_of_a_cohort_nothing_is_laid_out_any_more(cohort: tuple[CountingStudio, list[Sealed], list[int]]) -> None:
    # Each of the first two is tried and drawn; the second is also drawn with stand-ins for its values.
    assert cohort[2] == [2, 5, 5, 5, 5]


def test_certificates_from_a_form_pass_as_a_stranger_reads_them(cohort: tuple[CountingStudio, list[Sealed], list[int]], trust: Trust) -> None:
    for name, made in zip(PEOPLE, cohort[1], strict=True):
        reading = read_pdf(made.pdf, trust=trust, now=NOW)
        passed = {check.name for check in reading.checks if check.result is Result.PASSED}
        assert {CheckName.READABLE, CheckName.UNALTERED, CheckName.OURS} <= passed
        assert reading.level == made.level == "B-B"
        assert credential_in(made.pdf) == CREDENTIAL % name.encode()
        assert qr_texts(made.pdf) == (made.qr_text,)


def test_a_draft_that_does_not_fit_is_refused_beside_a_form(cohort: tuple[CountingStudio, list[Sealed], list[int]], keys: KeyRing) -> None:
    studio = cohort[0]
    effect = {"es": "Efecto largo y detallado " * 12 + "x", "en": "A long and detailed effect " * 11 + "x"}
    body = degree().degree
    assert body is not None
    with pytest.raises(RefusedError, match="does_not_fit"):
        prepare(degree(degree=replace(body, effect=effect, awarded="Universidad " * 11 + "y", name="Ingeniería " * 12 + "x"), basis=effect), studio=studio)
    with pytest.raises(RefusedError, match="glyph_missing"):
        prepare(degree(display_name="王 Li"), studio=studio)
    assert _sealed(degree(display_name="Nguyễn Li"), 9, studio, keys).level == "B-B"


def test_every_forgery_of_a_sealed_file_is_noticed_by_the_quick_check(cohort: tuple[CountingStudio, list[Sealed], list[int]], keys: KeyRing) -> None:
    pdf = cohort[1][3].pdf
    assert holds(pdf, keys)
    # A file within another keeps every byte of ours; the strict reading refuses it, and `seal` never makes one.
    missed = {name for name, (forge, *_) in FORGERIES.items() if holds(forge(pdf), keys)}
    assert missed == set()
    for place in (0, 9, len(pdf) // 3, len(pdf) // 2, len(pdf) - 3):
        assert not holds(pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :], keys)


def test_the_seal_of_another_key_does_not_hold(
    cohort: tuple[CountingStudio, list[Sealed], list[int]], tmp_path: Path, new_keys: Callable[[Path], KeyRing], keys: KeyRing
) -> None:
    other = new_keys(tmp_path / "ring")
    assert not holds(cohort[1][3].pdf, other)


@pytest.fixture
def new_keys() -> Callable[[Path], KeyRing]:
    """Makes another key ring."""
    from credentialing.adapters.doubles import SeededEntropy
    from credentialing.crypto.keyring import create_keyring

    return lambda folder: create_keyring(folder, issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(99))


def test_a_file_damaged_between_form_and_hand_over_is_not_handed_over(
    cohort: tuple[CountingStudio, list[Sealed], list[int]], keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*given: Any, **named: Any) -> bytes:
        pdf = bytearray(sign_pdf(*given, **named))
        pdf[2_000] ^= 1
        return bytes(pdf)

    monkeypatch.setattr(issuing, "sign_pdf", damaged)
    with pytest.raises(BrokenSealError, match="does not hold"):
        _sealed(degree(display_name="Ana Li"), 3, cohort[0], keys)


def test_the_first_file_of_a_form_and_one_in_a_hundred_are_read_as_a_whole(
    cohort: tuple[CountingStudio, list[Sealed], list[int]], keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def counted(pdf: bytes, **rest: Any) -> Any:
        read.append(1)
        return read_pdf(pdf, **rest)

    monkeypatch.setattr(issuing, "read_pdf", counted)
    for place in range(100):
        _sealed(degree(display_name="Ana Li"), 200 + place, cohort[0], keys)
    assert sum(read) == 1
    (form,) = cohort[0].forms._forms.values()
    form._known.clear()  # as after a rotation of the key
    _sealed(degree(display_name="Ana Li"), 400, cohort[0], keys)
    assert sum(read) == 2
