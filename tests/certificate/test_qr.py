"""The QR text: small enough for paper, signed, and bound to its host and code."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentialing.certificate.face import STATUS_ENTRIES, Degree, Draft, Face, StatusPlace
from credentialing.certificate.outcomes import CheckName, Result, Verdict, verdict_of
from credentialing.certificate.qr import LARGEST_VERSION, QrReading, _claim_map, claims_of, qr_svg, qr_text, read_qr_text, title_in_qr
from credentialing.certificate.trust import Trust
from credentialing.crypto.cose import Claim, encode, to_digits
from credentialing.crypto.keyring import KeyRing
from credentialing.domain.errors import RefusedError
from tests.certificate.drafts import CODE, HOST, LONG_NAME, competence, degree, long_titles

OTHER_CODE = "0123456789ABT"


PLACES = (None, StatusPlace(1, 0), StatusPlace(65_535, STATUS_ENTRIES - 1))


def _face(draft: Draft, status: StatusPlace | None = PLACES[2]) -> Face:
    return draft.numbered(number="RT-2026-004817-3", code=CODE, status=status)


def _problem(reading: QrReading, name: CheckName) -> str | None:
    return next(check.problem for check in reading.checks if check.name is name)


@pytest.mark.parametrize("status", PLACES)
@pytest.mark.parametrize("draft", [degree(), competence(), long_titles(), degree(level=None, document_ending=None)])
def test_the_text_says_what_the_certificate_says(draft: Draft, status: StatusPlace | None, keys: KeyRing, trust: Trust) -> None:
    face = _face(draft, status)
    reading = read_qr_text(qr_text(face, keys), trust=trust)
    assert reading.claims == claims_of(face)
    assert reading.claims is not None
    assert reading.claims.status == status
    assert reading.claims.name == draft.display_name
    assert verdict_of(reading.checks) is Verdict.AUTHENTIC_COPY


def test_an_ordinary_certificate_stays_at_version_12_and_none_exceeds_13(keys: KeyRing) -> None:
    assert qr_svg(qr_text(_face(degree()), keys))[1] <= 12
    assert qr_svg(qr_text(_face(long_titles()), keys))[1] <= LARGEST_VERSION


@pytest.mark.parametrize("place", [[0, 5], [1, STATUS_ENTRIES], [1, -1], [1], [1, 2, 3], 7, "1,2", []])
def test_a_token_that_names_no_entry_of_a_status_list_is_malformed(place: Claim, keys: KeyRing, trust: Trust) -> None:
    claims = {**_claim_map(_face(degree(), None), "A title"), 11: place}
    reading = read_qr_text(f"https://{HOST}/c/{CODE}#{to_digits(encode(claims, keys))}", trust=trust)
    assert _problem(reading, CheckName.UNALTERED) == "token_malformed"
    assert reading.claims is None


def test_a_long_title_is_cut_between_words_so_that_the_name_stays_whole() -> None:
    face = _face(long_titles())
    title = title_in_qr(face)
    assert title.endswith("…")
    assert face.title.startswith(title[:-1])
    assert face.title[len(title) - 1] == " "
    assert claims_of(face).name == LONG_NAME


def test_a_name_that_leaves_no_room_is_refused() -> None:
    with pytest.raises(RefusedError, match="qr_too_large"):
        title_in_qr(_face(degree(display_name="Ñ" * 110)))


def test_the_symbol_above_version_13_is_refused() -> None:
    with pytest.raises(RefusedError, match="qr_too_large"):
        qr_svg(f"https://{HOST}/c/{CODE}#" + "7" * 760)


@pytest.mark.parametrize(
    ("change", "name", "problem"),
    [
        (lambda text: text.replace(HOST, "verifica-puente.example"), CheckName.OURS, "other_host"),
        (lambda text: text.replace("https", "http"), CheckName.READABLE, "not_our_format"),
        (lambda text: text.replace(CODE, OTHER_CODE), CheckName.UNALTERED, "code_differs"),
        (lambda text: text.replace(CODE, CODE[:-1] + "7"), CheckName.UNALTERED, "code_wrong"),
        (lambda text: text[:-1] + str((int(text[-1]) + 1) % 10), CheckName.UNALTERED, "signature_wrong"),
        (lambda text: text[:-1], CheckName.UNALTERED, "token_malformed"),
        (lambda text: text.partition("#")[0], CheckName.READABLE, "not_our_format"),
        (lambda text: "", CheckName.READABLE, "not_our_format"),
        (lambda text: "HC1:6BF+70790T9WJWG", CheckName.READABLE, "not_our_format"),
    ],
)
def test_a_changed_text_is_refused_with_its_problem(change: object, name: CheckName, problem: str, keys: KeyRing, trust: Trust) -> None:
    assert callable(change)
    reading = read_qr_text(change(qr_text(_face(degree()), keys)), trust=trust)
    assert _problem(reading, name) == problem
    assert reading.claims is None
    assert not verdict_of(reading.checks).positive


def test_every_changed_digit_is_refused(keys: KeyRing, trust: Trust) -> None:
    text = qr_text(_face(degree()), keys)
    for place in range(text.index("#") + 1, len(text)):
        changed = text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]
        assert not verdict_of(read_qr_text(changed, trust=trust).checks).positive


def test_a_key_of_another_ring_is_refused(keys: KeyRing, trust: Trust) -> None:
    reading = read_qr_text(qr_text(_face(degree()), keys), trust=replace(trust, qr_keys={}))
    assert _problem(reading, CheckName.OURS) == "key_unknown"


@given(text=st.text(max_size=300))
def test_any_text_is_answered(text: str, trust: Trust) -> None:
    reading = read_qr_text(text, trust=trust)
    assert reading.claims is None
    assert {check.result for check in reading.checks} <= {Result.FAILED, Result.SKIPPED, Result.PASSED}


@given(name=st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x17F), min_size=1, max_size=90), title=st.integers(1, 140))
def test_every_accepted_certificate_fits_version_13(name: str, title: int, keys: KeyRing) -> None:
    words = dict.fromkeys(("es", "en", "pt"), "x" * title)
    face = _face(degree(display_name=name, degree=Degree("a", "b", words)))
    try:
        text = qr_text(face, keys)
    except RefusedError:
        assert len(name.encode()) > 100
    else:
        assert qr_svg(text)[1] <= LARGEST_VERSION
