"""Reading a PDF back: nothing that was changed is accepted, and every refusal names its problem."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import x509
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata
from pyhanko.sign import sign_pdf as sign_again
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import ExternalSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.attachments import credential_in
from credentialing.certificate.issuing import prepare, seal
from credentialing.certificate.outcomes import Check, CheckName, Result, Verdict, verdict_of
from credentialing.certificate.page import Studio
from credentialing.certificate.reading import LARGEST_FILE, examine_pdf
from credentialing.certificate.seal import sign_pdf
from credentialing.certificate.trust import Trust, trust_of
from credentialing.crypto.keyfiles import Purpose
from credentialing.crypto.keyring import KeyRing, compromise_key, create_keyring, rotate_key
from tests.certificate.drafts import HOST, NOW, degree
from tests.certificate.forgeries import ATTACHED, FORGERIES, hole
from tests.certificate.workshop import TOLERATED, Made

pytestmark = TOLERATED


def _by_name(checks: tuple[Check, ...]) -> dict[CheckName, Check]:
    assert [check.name for check in checks] == list(CheckName)
    return {check.name: check for check in checks}


def _problem(checks: tuple[Check, ...], name: CheckName) -> str | None:
    check = _by_name(checks)[name]
    return check.problem if check.result is Result.FAILED else None


@pytest.mark.parametrize("which", ["a_degree", "a_competence"])
def test_what_we_sealed_is_readable_unaltered_and_ours(which: str, trust: Trust, request: pytest.FixtureRequest) -> None:
    checks = examine_pdf(request.getfixturevalue(which).pdf, trust=trust, now=NOW)
    assert [check.result for check in checks] == [Result.PASSED] * 3 + [Result.SKIPPED] * 2
    assert verdict_of(checks) is Verdict.AUTHENTIC_COPY


@pytest.mark.parametrize("name", FORGERIES)
def test_a_changed_file_is_refused_with_its_problem(name: str, a_degree: Made, trust: Trust) -> None:
    forge, problem = FORGERIES[name]
    changed = forge(a_degree.pdf)
    assert hashlib.sha256(changed).hexdigest() != a_degree.sealed.sha256
    checks = examine_pdf(changed, trust=trust, now=NOW)
    assert verdict_of(checks, original=False) is Verdict.NOT_OURS
    assert _problem(checks, CheckName.UNALTERED) is not None
    assert problem in ("*", _problem(checks, CheckName.UNALTERED))


@pytest.mark.parametrize("name", ATTACHED)
def test_a_changed_credential_is_refused_with_its_problem(name: str, make: Callable[..., Made], trust: Trust) -> None:
    made = make(degree(), b'{"name": "Mariangel"}')
    forge, problem = ATTACHED[name]
    changed = forge(made.pdf)
    assert credential_in(changed) != b'{"name": "Mariangel"}'
    assert _problem(examine_pdf(changed, trust=trust, now=NOW), CheckName.UNALTERED) == problem


def test_a_changed_byte_anywhere_is_never_accepted(a_degree: Made, trust: Trust) -> None:
    start, end = hole(a_degree.pdf)
    inside = [*range(start, start + 5600, 7), *range(start + 5600, end, 401)]
    outside = [place for place in range(0, len(a_degree.pdf), 97) if not start <= place < end]
    for place in [*inside, *outside]:
        changed = bytearray(a_degree.pdf)
        changed[place] ^= 0x01
        checks = examine_pdf(bytes(changed), trust=trust, now=NOW)
        assert not verdict_of(checks).positive, place


def test_a_look_alike_authority_with_the_same_names_is_foreign(a_degree: Made, studio: Studio, trust: Trust, tmp_path: Path) -> None:
    other = create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(666))
    forged = seal(prepare(degree(display_name="Otra Persona"), studio=studio), replace(a_degree.face, display_name="Otra Persona"), keys=other, now=NOW)
    checks = examine_pdf(forged.pdf, trust=trust, now=NOW)
    assert _problem(checks, CheckName.OURS) == "foreign_seal"
    assert verdict_of(checks) is Verdict.NOT_OURS


def test_our_certificate_sealed_again_by_a_look_alike_is_foreign(a_degree: Made, trust: Trust, tmp_path: Path) -> None:
    other = create_keyring(tmp_path / "ring", issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(667))
    start, end = hole(a_degree.pdf)
    emptied = a_degree.pdf[:start] + b"0" * (end - start) + a_degree.pdf[end:]
    before = emptied[: emptied.index(b"/ByteRange [0 ")]
    blank = b"/ByteRange [0 ########## ########## ##########]"
    checks = examine_pdf(sign_pdf(before + blank + emptied[len(before) + len(blank) :], other), trust=trust, now=NOW)
    assert _problem(checks, CheckName.OURS) == "foreign_seal"


def test_a_second_signature_is_refused(a_degree: Made, keys: KeyRing, trust: Trust) -> None:
    certificate = x509.Certificate.load(keys.seal_chain()[0])
    signer = ExternalSigner(signing_cert=certificate, cert_registry=SimpleCertificateStore(), signature_value=bytes(72))
    writer = IncrementalPdfFileWriter(io.BytesIO(a_degree.pdf))
    # The library itself refuses to sign again a file that forbids every change; the attempt must not have left a file that we accept.
    with pytest.raises(SigningError):
        sign_again(writer, PdfSignatureMetadata(field_name="Signature2"), signer)
    both = a_degree.pdf + a_degree.pdf[a_degree.pdf.index(b"/ByteRange") - 200 :]
    assert _problem(examine_pdf(both, trust=trust, now=NOW), CheckName.UNALTERED) == "several_signatures"


def test_a_compromised_seal_is_not_ours_and_a_retired_one_still_is(studio: Studio, tmp_path: Path) -> None:
    folder = tmp_path / "ring"
    ring = create_keyring(folder, issuer_host="puente.example", brand="Puente", now=NOW, entropy=SeededEntropy(4))
    old, ticket = ring.active(Purpose.SEAL), prepare(degree(), studio=studio)
    pdf = seal(ticket, ticket.numbered(number="RT-2026-004817-3", code="7Q2KM9XD4TRP6"), keys=ring, now=NOW).pdf
    retired = rotate_key(folder, Purpose.SEAL, now=NOW, entropy=SeededEntropy(5))
    assert verdict_of(examine_pdf(pdf, trust=trust_of(retired, verify_host=HOST, now=NOW), now=NOW)) is Verdict.AUTHENTIC_COPY
    compromised = compromise_key(folder, old.id, at=NOW, now=NOW)
    checks = examine_pdf(pdf, trust=trust_of(compromised, verify_host=HOST, now=NOW), now=NOW)
    assert _problem(checks, CheckName.OURS) == "key_compromised"


@pytest.mark.parametrize(("days", "problem"), [(3650, None), (3700, "seal_expired"), (-1, "seal_not_valid_then")])
def test_the_seal_is_judged_at_its_time_and_today(days: int, problem: str | None, a_degree: Made, trust: Trust) -> None:
    assert _problem(examine_pdf(a_degree.pdf, trust=trust, now=NOW + timedelta(days=days)), CheckName.OURS) == problem


def test_a_seal_dated_before_its_certificate_is_refused(studio: Studio, keys: KeyRing, trust: Trust, a_degree: Made) -> None:
    document = studio.lay_out(studio.html(a_degree.face, qr_svg="<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"))
    pdf = sign_pdf(studio.write(document, a_degree.face, signed_at=NOW - timedelta(days=30)), keys)
    assert _problem(examine_pdf(pdf, trust=trust, now=NOW), CheckName.OURS) == "seal_not_valid_then"


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"", "file_empty"), (b"GIF89a", "not_pdf"), (bytes(LARGEST_FILE + 1), "file_too_large"), (b"\x00" * 5000, "not_pdf")],
)
def test_what_is_no_pdf_cannot_be_checked(data: bytes, problem: str, trust: Trust) -> None:
    checks = examine_pdf(data, trust=trust, now=NOW)
    assert _problem(checks, CheckName.READABLE) == problem
    assert verdict_of(checks) is Verdict.COULD_NOT_CHECK


@given(head=st.sampled_from([b"", b"%PDF-1.7\n", b"%PDF-1.7\n/ByteRange [0 10 20 5]", b"/ByteRange"]), rest=st.binary(max_size=300))
def test_any_bytes_are_answered_and_never_accepted(head: bytes, rest: bytes, trust: Trust) -> None:
    assert not verdict_of(examine_pdf(head + rest, trust=trust, now=NOW)).positive


@given(edits=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=5))
def test_random_edits_are_never_accepted(edits: list[tuple[int, int]], a_degree: Made, trust: Trust) -> None:
    changed = bytearray(a_degree.pdf)
    for place, value in edits:
        changed[place % len(changed)] = value
    checks = examine_pdf(bytes(changed), trust=trust, now=NOW)
    assert verdict_of(checks).positive is (bytes(changed) == a_degree.pdf)


def test_without_our_root_nothing_is_ours(a_degree: Made, trust: Trust) -> None:
    checks = examine_pdf(a_degree.pdf, trust=replace(trust, roots=()), now=NOW)
    assert _problem(checks, CheckName.OURS) == "foreign_seal"


def test_a_purpose_that_is_not_ours_is_refused(a_degree: Made, trust: Trust, monkeypatch: pytest.MonkeyPatch, make: Callable[..., Made]) -> None:
    monkeypatch.setattr("credentialing.certificate.reading._DOCUMENT_SIGNING", "1.2.3")
    assert _problem(examine_pdf(a_degree.pdf, trust=trust, now=NOW), CheckName.OURS) == "wrong_seal_purpose"
