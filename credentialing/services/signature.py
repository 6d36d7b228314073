"""Verification without a register: what signatures and dates alone can say, for whoever holds nothing but exported trust."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentialing.certificate.credential_reading import CredentialClaims, looks_like_json, read_credential
from credentialing.certificate.outcomes import Check, CheckName, Result, Verdict, complete, failed, in_force_by_dates, replace_check, skipped, verdict_of
from credentialing.certificate.pictures import qr_texts
from credentialing.certificate.proof import check_proof, read_proof
from credentialing.certificate.qr import Claims, read_qr_text
from credentialing.certificate.reading import examine_pdf
from credentialing.certificate.statuslist import StatusLists
from credentialing.certificate.trust import Trust
from credentialing.domain.calendars import local_day
from credentialing.domain.errors import BadInputError
from credentialing.services.lookup import EntryKind, Fault, read_entry


@dataclass(frozen=True, slots=True)
class Judged:
    """What the signature says; `certificate` are the signed claims that may be shown, None when nothing of ours was signed."""

    verdict: Verdict
    checks: tuple[Check, ...]
    certificate: dict[str, Any] | None


def judge_file(data: bytes, *, trust: Trust, lists: StatusLists, now: datetime) -> Judged:
    """A PDF by its seal, a credential by its proofs, a picture by the QR in it, and whether it is in force by the status lists at hand: the best verdict is
    an authentic copy."""
    if looks_like_json(data):
        read = read_credential(data, trust=trust, now=now)
        return _dated(read.checks, read.claims, lists, now) if read.claims else Judged(verdict_of(read.checks), read.checks, None)
    if b"%PDF-" not in data[:1024] and b"/ByteRange" not in data:
        texts = qr_texts(data)
        return _by_qr(texts[0], trust, lists, now) if texts else _stopped(failed(CheckName.READABLE, "no_qr_found"))
    checks = examine_pdf(data, trust=trust, now=now)
    if any(check.result is Result.FAILED for check in checks):
        return Judged(verdict_of(checks), checks, None)
    claims = next((reading.claims for text in qr_texts(data) if (reading := read_qr_text(text, trust=trust)).claims is not None), None)
    return _dated(checks, claims, lists, now)


def with_proof(judged: Judged, file: bytes, *, proof: bytes, trust: Trust) -> Judged:
    """What was judged of a file, and what the proof from the transparency log that came with it adds: that our record in public holds this very file.
    A proof that is not one says nothing; one of another file or another log speaks against it."""
    try:
        read = read_proof(proof)
    except BadInputError as error:
        check = skipped(CheckName.SAME_AS_RECORD, error.reasons[0].code)
    else:
        check = check_proof(read, sha256=hashlib.sha256(file).hexdigest(), origin=trust.log_origin, keys=trust.log_keys)
    checks = replace_check(judged.checks, check)
    return Judged(verdict_of(checks), checks, judged.certificate)


def judge_text(text: str, *, trust: Trust, lists: StatusLists, now: datetime) -> Judged:
    """The text of a QR by its signature. A number or a code alone carries none and could not be checked."""
    entry = read_entry(text, hosts=(trust.verify_host,))
    if isinstance(entry, Fault):
        return _stopped(failed(CheckName.READABLE, entry.problem))
    if entry.kind is EntryKind.QR_TEXT:
        return _by_qr(entry.text, trust, lists, now)
    return _stopped(skipped(CheckName.READABLE, "register_not_at_hand"))


def _stopped(check: Check) -> Judged:
    checks = complete((check,), otherwise=(check.problem or "") if check.result is Result.SKIPPED else "not_read")
    return Judged(verdict_of(checks), checks, None)


def _by_qr(text: str, trust: Trust, lists: StatusLists, now: datetime) -> Judged:
    reading = read_qr_text(text, trust=trust)
    return _dated(reading.checks, reading.claims, lists, now) if reading.claims else Judged(verdict_of(reading.checks), reading.checks, None)


def _in_force(claims: Claims | CredentialClaims | None, lists: StatusLists, now: datetime) -> Check:
    """Revoked or suspended by the lists, else expired by its own dates. A certificate from before the lists has no entry: its status is not checked.
    A sealed page whose QR cannot be read does not say where its entry is."""
    if claims is None:
        return skipped(CheckName.IN_FORCE, "place_not_read")
    by_dates = in_force_by_dates(claims.expires_on, local_day("CO", now))
    by_lists = lists.in_force(claims.status, now=now) if claims.status is not None else by_dates
    return by_dates if by_dates.result is Result.FAILED and by_lists.result is not Result.FAILED else by_lists


def _dated(checks: tuple[Check, ...], claims: Claims | CredentialClaims | None, lists: StatusLists, now: datetime) -> Judged:
    in_force = _in_force(claims, lists, now)
    checks = replace_check(replace_check(checks, in_force), skipped(CheckName.SAME_AS_RECORD, "register_not_at_hand"))
    return Judged(verdict_of(checks), checks, shown(claims) if claims else None)


def shown(claims: Claims | CredentialClaims) -> dict[str, Any]:
    """The signed claims without the ending of the identity document. A QR does not say in which language its title is (`und`), nor a credential which kind of
    procedure is behind it."""
    return {
        "number": claims.number,
        "name": claims.name,
        "title": {claims.language if isinstance(claims, CredentialClaims) else "und": claims.title},
        "level": claims.level,
        "kind": None if isinstance(claims, CredentialClaims) else claims.kind,
        "document": claims.page,
        "issued_on": claims.issued_on.isoformat(),
        "expires_on": claims.expires_on.isoformat() if claims.expires_on else None,
    }
