"""Trusted time: a seal carries the word of an authority that we know, over this very signature, or it is refused; without an answer there is no seal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from asn1crypto import cms, core
from cryptography.x509.oid import ExtendedKeyUsageOID

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.issuing import Sealed, prepare, seal
from credentialing.certificate.outcomes import CheckName, Result, Verdict, verdict_of
from credentialing.certificate.page import Studio
from credentialing.certificate.reading import read_pdf
from credentialing.certificate.timestamping import Stamping
from credentialing.certificate.trust import Trust
from credentialing.crypto.keyring import KeyRing
from credentialing.domain.errors import AwayError, BrokenSealError
from credentialing.domain.ports import TimestampAuthority
from tests.certificate.authority import AbsentAuthority, LocalAuthority
from tests.certificate.drafts import CODE, NOW, degree
from tests.certificate.forgeries import FORGERIES, hole, in_cms
from tests.certificate.workshop import NUMBERS, TOLERATED

pytestmark = TOLERATED

STAMPED = NOW + timedelta(seconds=42)


@pytest.fixture(scope="module")
def authority() -> LocalAuthority:
    return LocalAuthority(at=STAMPED)


def _sealed(studio: Studio, keys: KeyRing, asked: TimestampAuthority, *, roots: tuple[bytes, ...], now: datetime = STAMPED) -> Sealed:
    ticket = prepare(degree(), studio=studio)
    face = ticket.numbered(number=NUMBERS["degree"], code=CODE)
    return seal(ticket, face, keys=keys, now=NOW, credential=b"{}", stamping=Stamping(asked, roots, SeededEntropy(1), now))


@pytest.fixture(scope="module")
def stamped(studio: Studio, keys: KeyRing, authority: LocalAuthority) -> Sealed:
    return _sealed(studio, keys, authority, roots=(authority.root,))


@pytest.fixture(scope="module")
def knowing(trust: Trust, authority: LocalAuthority) -> Trust:
    """The trust of somebody who knows the authority."""
    return replace(trust, timestamp_roots=(authority.root,))


def _problem(pdf: bytes, trust: Trust, now: datetime = STAMPED) -> str | None:
    reading = read_pdf(pdf, trust=trust, now=now)
    failed = [check.problem for check in reading.checks if check.result is Result.FAILED]
    assert (reading.level is None) is bool(failed)
    assert verdict_of(reading.checks).positive is not bool(failed)
    return failed[0] if failed else None


def test_a_stamped_seal_says_its_level_and_its_trusted_time(stamped: Sealed, knowing: Trust) -> None:
    reading = read_pdf(stamped.pdf, trust=knowing, now=STAMPED)
    assert verdict_of(reading.checks) is Verdict.AUTHENTIC_COPY
    assert (reading.level, reading.stamped_at) == ("B-T", STAMPED)
    assert (stamped.level, stamped.stamped_at) == ("B-T", STAMPED)


def test_a_seal_without_a_stamp_claims_none(a_degree: Any, trust: Trust) -> None:
    reading = read_pdf(a_degree.pdf, trust=trust, now=NOW)
    assert (reading.level, reading.stamped_at) == ("B-B", None)
    assert (a_degree.sealed.level, a_degree.sealed.stamped_at) == ("B-B", None)


def test_an_authority_that_is_away_stops_the_seal_and_nothing_is_downgraded(studio: Studio, keys: KeyRing, authority: LocalAuthority) -> None:
    with pytest.raises(AwayError, match="does not answer"):
        _sealed(studio, keys, AbsentAuthority(), roots=(authority.root,))


def test_the_answer_of_an_authority_that_we_do_not_trust_is_not_sealed_in(studio: Studio, keys: KeyRing, authority: LocalAuthority) -> None:
    with pytest.raises(BrokenSealError, match="timestamp_foreign"):
        _sealed(studio, keys, LocalAuthority(at=STAMPED), roots=(authority.root,))


def test_a_certificate_that_is_not_for_time_stamps_tells_no_time(studio: Studio, keys: KeyRing) -> None:
    wrong = LocalAuthority(at=STAMPED, purpose=ExtendedKeyUsageOID.EMAIL_PROTECTION)
    with pytest.raises(BrokenSealError, match="timestamp_foreign"):
        _sealed(studio, keys, wrong, roots=(wrong.root,))


@pytest.mark.parametrize("at", [NOW - timedelta(hours=1), STAMPED + timedelta(hours=1), NOW + timedelta(days=4000)])
def test_a_time_before_the_seal_or_ahead_of_our_own_is_refused(at: datetime, studio: Studio, keys: KeyRing) -> None:
    wrong = LocalAuthority(at=at)
    with pytest.raises(BrokenSealError, match="timestamp_impossible"):
        _sealed(studio, keys, wrong, roots=(wrong.root,))


def test_a_certificate_that_waited_days_for_the_authority_is_sealed(studio: Studio, keys: KeyRing) -> None:
    later = NOW + timedelta(days=3)
    patient = LocalAuthority(at=later)
    assert _sealed(studio, keys, patient, roots=(patient.root,), now=later).stamped_at == later


class _Answering:
    """An authority whose answers are spoilt on their way."""

    def __init__(self, asked: LocalAuthority, spoil: Callable[[bytes], bytes]) -> None:
        self._asked, self._spoil = asked, spoil

    def answer(self, request: bytes) -> bytes:
        return self._spoil(self._asked.answer(request))

    def list_at(self, address: str) -> bytes:
        return self._asked.list_at(address)


def _of_another_request(asked: LocalAuthority) -> Callable[[bytes], bytes]:
    from asn1crypto import tsp

    request = tsp.TimeStampReq({"version": "v1", "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)}, "nonce": 5})
    return lambda answer: asked.answer(request.dump())


def _refusal(answer: bytes) -> bytes:
    from asn1crypto import tsp

    return bytes(tsp.TimeStampResp({"status": {"status": "rejection"}}).dump())


@pytest.mark.parametrize("answer", ["of another request", "a refusal", "cut short", "empty", "a web page"])
def test_what_is_no_answer_to_the_request_is_waited_out(answer: str, studio: Studio, keys: KeyRing, authority: LocalAuthority) -> None:
    spoil: dict[str, Callable[[bytes], bytes]] = {
        "of another request": _of_another_request(authority), "a refusal": _refusal, "cut short": lambda whole: whole[:-9], "empty": lambda whole: b"",
        "a web page": lambda whole: b"<html>",
    }  # fmt: skip
    with pytest.raises(AwayError):
        _sealed(studio, keys, _Answering(authority, spoil[answer]), roots=(authority.root,))


def test_a_reader_who_does_not_know_the_authority_does_not_take_its_word(stamped: Sealed, trust: Trust, knowing: Trust) -> None:
    assert _problem(stamped.pdf, trust) == "timestamp_foreign"
    assert _problem(stamped.pdf, replace(knowing, timestamp_roots=(LocalAuthority().root,))) == "timestamp_foreign"


def test_a_stamp_from_the_future_is_refused_by_readers(stamped: Sealed, knowing: Trust) -> None:
    assert _problem(stamped.pdf, knowing, now=NOW - timedelta(minutes=9, seconds=58)) == "timestamp_impossible"


def _stamp_of(pdf: bytes) -> Any:
    start, end = hole(pdf)
    return cms.ContentInfo.load(bytes.fromhex(pdf[start:end].decode()))["content"]["signer_infos"][0]["unsigned_attrs"]


def _without(signed: Any) -> None:
    del signed["signer_infos"][0]["unsigned_attrs"]


def _twice(signed: Any) -> None:
    attributes = signed["signer_infos"][0]["unsigned_attrs"]
    signed["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([attributes[0].copy(), attributes[0].copy()])


def _two_values(signed: Any) -> None:
    attribute = signed["signer_infos"][0]["unsigned_attrs"][0]
    attribute["values"].append(attribute["values"][0].copy())


def _in_token(change: Callable[[Any], None]) -> Callable[[Any], None]:
    return lambda signed: change(signed["signer_infos"][0]["unsigned_attrs"][0]["values"][0]["content"])


def _more_certificates(token: Any) -> None:
    from asn1crypto import x509

    token["certificates"].append(cms.CertificateChoices({"certificate": x509.Certificate.load(LocalAuthority().root)}))


def _more_attributes(token: Any) -> None:
    token["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([cms.CMSAttribute({"type": "1.2.3.4", "values": []})])


def _other_time(token: Any) -> None:
    info = token["encap_content_info"]["content"].parsed
    info["gen_time"] = NOW + timedelta(seconds=1)
    token["encap_content_info"]["content"] = core.ParsableOctetString(info.dump(force=True))


@pytest.mark.parametrize("change", [_twice, _two_values, _in_token(_more_certificates), _in_token(_more_attributes), _in_token(_other_time)])
def test_a_stamp_that_was_touched_is_refused(change: Callable[[Any], None], stamped: Sealed, knowing: Trust) -> None:
    assert _problem(in_cms(change)(stamped.pdf), knowing) == "timestamp_altered"


def test_the_stamp_of_another_seal_is_refused(stamped: Sealed, knowing: Trust, studio: Studio, keys: KeyRing, authority: LocalAuthority) -> None:
    ticket = prepare(degree(display_name="Otra Persona"), studio=studio)
    face = ticket.numbered(number=NUMBERS["degree"], code=CODE)
    other = seal(ticket, face, keys=keys, now=NOW, stamping=Stamping(authority, (authority.root,), SeededEntropy(2), STAMPED))

    def exchange(signed: Any) -> None:
        signed["signer_infos"][0]["unsigned_attrs"] = _stamp_of(stamped.pdf)

    assert _problem(in_cms(exchange)(other.pdf), knowing) == "timestamp_altered"
    assert _problem(in_cms(lambda signed: None)(other.pdf), knowing) is None


def test_without_its_stamp_the_seal_holds_and_claims_no_more_than_that(stamped: Sealed, knowing: Trust) -> None:
    reading = read_pdf(in_cms(_without)(stamped.pdf), trust=knowing, now=STAMPED)
    assert {check.name: check.result for check in reading.checks}[CheckName.UNALTERED] is Result.PASSED
    assert (reading.level, reading.stamped_at) == ("B-B", None)


@pytest.mark.parametrize("name", sorted(set(FORGERIES) - {"a byte of the signature"}))
def test_a_changed_stamped_file_is_refused_like_any_other(name: str, stamped: Sealed, knowing: Trust) -> None:
    forge, problem = FORGERIES[name]
    found = _problem(forge(stamped.pdf), knowing)
    assert found is not None
    assert problem in ("*", found)
