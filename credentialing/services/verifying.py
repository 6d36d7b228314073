"""Verification: what a stranger brings, held against the signature and against our register. The answer is a list of checks, never one boolean."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.certificate.credential_reading import CredentialClaims, code_in_credential, credential_claims_of, looks_like_json, read_credential
from credentialing.certificate.face import Face, Mutual, Partial, Passport, Statement
from credentialing.certificate.outcomes import (
    Check,
    CheckName,
    Result,
    Verdict,
    complete,
    failed,
    in_force_by_dates,
    passed,
    replace_check,
    skipped,
    verdict_of,
)
from credentialing.certificate.pictures import qr_texts
from credentialing.certificate.qr import Claims, QrReading, claims_of, code_in, read_qr_text
from credentialing.certificate.reading import examine_pdf
from credentialing.certificate.trust import Trust, trust_of
from credentialing.crypto import envelope
from credentialing.domain import numbers
from credentialing.domain.calendars import local_day
from credentialing.domain.errors import BadInputError, Reason
from credentialing.services import limits
from credentialing.services.office import Office, Register
from credentialing.services.proving import against_log, logged_at
from credentialing.services.stamping import timestamp_roots
from credentialing.storage.records import ArchivedFile, CertificateRecord

LARGEST_FILE = 15 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PublicFace:
    """All that a verifier may see of a certificate, in the languages it was issued in. `document` names the page (`Draft.template`), `units_of` how many units
    the whole profile has when only some are certified, `particulars` are named texts: what a partial recognition takes in, how sure a passport is."""

    number: str
    name: str
    title: dict[str, str]
    units: tuple[dict[str, str], ...]
    level: tuple[int, int] | None
    level_text: dict[str, str]
    can_do: dict[str, str]
    issuer: dict[str, str]
    kind: str
    document: str
    units_of: int | None
    particulars: tuple[tuple[str, dict[str, str]], ...]
    issued_on: str
    expires_on: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One verification: the verdict, the checks behind it, what the certificate says (None when it is not ours to say), and when we looked;
    for a record that was looked up without a signature, since when the log vouches for it."""

    verdict: Verdict
    checks: tuple[Check, ...]
    face: PublicFace | None
    checked_at: datetime
    ended_on: str | None = None
    code: str | None = None
    logged_at: datetime | None = None


def spend_check(office: Office, *, source: str) -> None:
    """Count one verification from a source; TooManyError above sixty a minute."""
    with office.transaction() as session:
        limits.spend(session, limits.CHECKS_PER_SOURCE, key=office.keys.session_index("source/" + source), now=office.clock.now())


def trust(register: Register) -> Trust:
    """What a stranger needs to verify without us, as of now."""
    settings = register.settings
    return trust_of(register.keys, verify_host=settings.verify_host, now=register.clock.now(), timestamp_roots=timestamp_roots(settings))


def verify_code(register: Register, *, code: str) -> Answer:
    """What our register says of a certificate code; BadInputError when the check character is wrong. Unknown codes are `not_ours`."""
    return _by_record(register, CertificateRecord.code == numbers.parse_certificate_code(code))


def verify_number(register: Register, *, number: str) -> Answer:
    """What our register says of a certificate number; BadInputError when the check digit is wrong."""
    return _by_record(register, CertificateRecord.number == numbers.parse_certificate_number(number))


def _by_record(register: Register, condition: object) -> Answer:
    now = register.clock.now()
    with register.reading() as session:
        record = session.scalar(select(CertificateRecord).where(condition, CertificateRecord.status != "intended"))  # type: ignore[arg-type]
        if record is None:
            return _unknown(now)
        face = _face(register, record)
        found = passed(CheckName.READABLE), _standing(register, record, now), _recorded(register, session, record)
        checks = complete(found, otherwise="nothing_signed_brought")
        return replace(_answer(checks, record, face, now), logged_at=logged_at(session, record))


def _recorded(register: Register, session: Session, record: CertificateRecord) -> Check:
    """Our record counts as ours when the public log does not contradict it: whoever writes into the database alone makes no certificate."""
    return against_log(register, session, record) or passed(CheckName.SAME_AS_RECORD)


def _unknown(now: datetime) -> Answer:
    checks = complete((passed(CheckName.READABLE), failed(CheckName.SAME_AS_RECORD, "not_in_register")), otherwise="not_in_register")
    return Answer(verdict_of(checks), checks, None, now)


def _face(register: Register, record: CertificateRecord) -> Face:
    return Face.from_json(envelope.open_from_register(register.keys, record.sealed_face, record.code))


def _standing(register: Register, record: CertificateRecord, now: datetime) -> Check:
    if record.status in ("revoked", "superseded"):
        return failed(CheckName.IN_FORCE, record.status)
    if record.suspended_at is not None:
        return failed(CheckName.IN_FORCE, "suspended")
    by_dates = in_force_by_dates(record.expires_on, local_day("CO", now))
    return by_dates if by_dates.result is Result.FAILED else passed(CheckName.IN_FORCE)


def _answer(checks: Iterable[Check], record: CertificateRecord | None, face: Face | None, now: datetime, *, original: bool = False) -> Answer:
    checks = tuple(checks)
    verdict = verdict_of(checks, original=original)
    shown = public_face(face) if face is not None and verdict is not Verdict.NOT_OURS else None
    ended = (record.revoked_at or record.suspended_at) if record is not None else None
    return Answer(verdict, checks, shown, now, ended.date().isoformat() if ended else None, record.code if record is not None else None)


def public_face(face: Face) -> PublicFace:
    """What of a face a verifier may see: never where or when somebody studied."""
    competence, level = face.competence, face.level
    return PublicFace(
        number=face.number,
        name=face.display_name,
        title=dict(face.titles),
        units=tuple(dict(unit.name) for unit in competence.units) if competence else (),
        level=(level.value, level.of) if level else None,
        level_text=dict(level.text) if level else {},
        can_do=dict(competence.can_do or {}) if competence else {},
        issuer=dict(face.authority),
        kind=face.kind,
        document=face.template,
        units_of=face.profile_units,
        particulars=tuple(_particulars(face)),
        issued_on=face.issued_on.isoformat(),
        expires_on=face.expires_on.isoformat() if face.expires_on else None,
    )


def _particulars(face: Face) -> Iterator[tuple[str, dict[str, str]]]:
    """The named texts without which the title would say too much; `left_out` without a text means everything that is not named."""
    match face.body:
        case Partial(recognised=recognised, left_out=left_out):
            yield from (("recognised", dict(recognised)), ("left_out", dict(left_out or {})))
        case Statement(comparison=comparison):
            yield "comparison", dict(comparison)
        case Passport(qualifications=qualifications):
            yield from ((one.finding, dict.fromkeys(face.langs, one.name)) for one in qualifications)
        case Mutual(name=name, issuer=issuer, number=number):
            yield from (("original", dict.fromkeys(face.langs, name)), ("original_issuer", dict.fromkeys(face.langs, issuer)))
            yield "original_number", dict.fromkeys(face.langs, number)


def verify_qr_text(register: Register, *, text: str) -> Answer:
    """A QR text: its signature first, then our record of the same certificate."""
    now = register.clock.now()
    with register.reading() as session:
        reading = _read_qr(session, text, trust(register))
        if reading.claims is None:
            return Answer(verdict_of(reading.checks), reading.checks, None, now)
        return _held_against(register, session, reading.checks, reading.claims, _by_code(session, reading.claims.code), now=now)


def _by_code(session: Session, code: str | None) -> CertificateRecord | None:
    return session.scalar(select(CertificateRecord).where(CertificateRecord.code == code, CertificateRecord.status != "intended"))


def _read_qr(session: Session, text: str, known: Trust) -> QrReading:
    """A QR text by its signature; one by a compromised key by what the log vouches for since before, if our record has such a code. Whether the text says
    what the record says is judged afterwards, so a forged one gains nothing."""
    reading = read_qr_text(text, trust=known)
    record = _by_code(session, code_in(text)) if _compromised(reading.checks) else None
    return read_qr_text(text, trust=known, protected_since=logged_at(session, record)) if record else reading


def _compromised(checks: tuple[Check, ...]) -> bool:
    return any(check.problem == "key_compromised" for check in checks)


def _held_against(
    register: Register, session: Session, checks: tuple[Check, ...], claims: Claims | CredentialClaims, record: CertificateRecord | None, *, now: datetime,
) -> Answer:
    if record is None:
        return _answer(replace_check(checks, failed(CheckName.SAME_AS_RECORD, "not_in_register")), None, None, now)
    face = _face(register, record)
    known = credential_claims_of(face) if isinstance(claims, CredentialClaims) else claims_of(face)
    same = _recorded(register, session, record) if known == claims else failed(CheckName.SAME_AS_RECORD, "differs_from_record")
    return _answer(replace_check(replace_check(checks, same), _standing(register, record, now)), record, face, now)


def _verify_credential(register: Register, data: bytes) -> Answer:
    """A credential: its proofs first, then our record of the same certificate."""
    now, known = register.clock.now(), trust(register)
    reading = read_credential(data, trust=known, now=now)
    with register.reading() as session:
        if _compromised(reading.checks) and (record := _by_code(session, code_in_credential(data))):
            reading = read_credential(data, trust=known, now=now, protected_since=logged_at(session, record))
        if reading.claims is None:
            return Answer(verdict_of(reading.checks), reading.checks, None, now)
        return _held_against(register, session, reading.checks, reading.claims, _by_code(session, reading.claims.code), now=now)


def verify_file(register: Register, *, data: bytes) -> Answer:
    """A PDF as it was sent, a credential, or a photo or scan that shows our QR. BadInputError (field `file`) for an empty or too large one."""
    if not data:
        raise BadInputError(Reason("file_empty", {"field": "file"}))
    if len(data) > LARGEST_FILE:
        raise BadInputError(Reason("file_too_large", {"field": "file", "megabytes": LARGEST_FILE // 1024**2}))
    if b"%PDF-" in data[:1024]:
        return _verify_pdf(register, data)
    if looks_like_json(data):
        return _verify_credential(register, data)
    texts = qr_texts(data)
    if not texts:
        checks = complete((failed(CheckName.READABLE, "no_qr_found"),), otherwise="not_read")
        return Answer(verdict_of(checks), checks, None, register.clock.now())
    return verify_qr_text(register, text=texts[0])


def _verify_pdf(register: Register, data: bytes) -> Answer:
    """First the digest in the register, then the signature; a foreign or unsigned PDF that shows our QR is judged by its QR,
    and never called the file we issued."""
    now = register.clock.now()
    digest = hashlib.sha256(data).hexdigest()
    with register.reading() as session:
        record = session.scalar(select(CertificateRecord).where(CertificateRecord.sha256 == digest))
        since = logged_at(session, record) if record is not None else None
        record = record or _archived_as(session, digest)
        checks = examine_pdf(data, trust=trust(register), now=now, protected_since=since)
        if record is not None:
            face = _face(register, record)
            checks = replace_check(replace_check(checks, _recorded(register, session, record)), _standing(register, record, now))
            return _answer(checks, record, face, now, original=True)
        genuine = all(check.result is Result.PASSED for check in checks if check.name in (CheckName.READABLE, CheckName.UNALTERED, CheckName.OURS))
        if genuine:
            return _signed_copy(register, session, data, checks, now)
    return Answer(verdict_of(checks), checks, None, now)


def _archived_as(session: Session, digest: str) -> CertificateRecord | None:
    """The certificate that was archived in the file of this digest."""
    wanted = select(CertificateRecord).join(ArchivedFile, ArchivedFile.certificate_id == CertificateRecord.id)
    return session.scalar(wanted.where(ArchivedFile.sha256 == digest))


def _signed_copy(register: Register, session: Session, data: bytes, checks: tuple[Check, ...], now: datetime) -> Answer:
    """Signed by us but not the file in the register: say what the register holds for the code that it shows."""
    known = trust(register)
    claims = next((reading.claims for text in qr_texts(data) if (reading := _read_qr(session, text, known)).claims is not None), None)
    if claims is None:
        return _answer(replace_check(checks, skipped(CheckName.SAME_AS_RECORD, "no_qr_found")), None, None, now)
    return _held_against(register, session, checks, claims, _by_code(session, claims.code), now=now)
