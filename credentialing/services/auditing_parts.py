"""Auditing what the leaves of the two logs speak of: certificates with their files and proofs, and the events of the trail. Writes nothing."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.certificate.proof import check_proof, entry_of
from credentialing.crypto import envelope
from credentialing.crypto.keyfiles import Purpose
from credentialing.domain.errors import BrokenSealError, NotFoundError
from credentialing.services import comparing, proving, transparency
from credentialing.services.auditing import Finding, Held, Tell, places
from credentialing.services.ending import digest_of
from credentialing.services.office import Office
from credentialing.services.trail_log import event_leaf
from credentialing.services.tree import Log
from credentialing.storage.records import AuditEvent, AuditLeaf, CertificateRecord, LogEntry, StandingAct

_AT_ONCE = 500
_LATE = timedelta(minutes=10)  # between the act that an event tells and its sealing


def audit_certificates(office: Office, session: Session, *, tell: Tell, total: int) -> Iterator[Finding]:
    """Every certificate: begun before it was issued in the log, its face, file and acts those that were logged, its kept proof good."""
    done, after = 0, ""
    while records := session.scalars(select(CertificateRecord).where(CertificateRecord.id > after).order_by(CertificateRecord.id).limit(_AT_ONCE)).all():
        after = records[-1].id
        wanted = [record.id for record in records]
        entries: dict[str, list[LogEntry]] = {}
        for entry in session.scalars(select(LogEntry).where(LogEntry.certificate_id.in_(wanted)).order_by(LogEntry.position)):
            entries.setdefault(entry.certificate_id, []).append(entry)
        for record in records:
            yield from (Finding(Log.ISSUANCE, what, f"certificate {record.id}") for what in _wrong(office, session, record, entries.get(record.id, [])))
        done += len(records)
        session.expunge_all()
        tell(done, total)


def _wrong(office: Office, session: Session, record: CertificateRecord, entries: Sequence[LogEntry]) -> Iterator[str]:
    kinds = {kind: [entry for entry in entries if entry.kind == kind] for kind in ("intent", "issuance", "status")}
    if not kinds["intent"]:
        yield "intent_not_logged"
    if record.sha256 is not None and not kinds["issuance"]:
        yield "issuance_not_logged"
    if len(kinds["intent"]) > 1 or len(kinds["issuance"]) > 1:
        yield comparing.DOUBLED
    if kinds["intent"] and kinds["issuance"] and kinds["issuance"][0].position < kinds["intent"][0].position:
        yield "issued_before_begun"
    try:
        salt = transparency.salt_of(office, record)
        face = envelope.open_from_register(office.keys, record.sealed_face, record.code)
    except BrokenSealError:
        yield "seal_broken"
        return
    if any(entry.entry != entry_of(entry.kind, salt=salt, digest=entry.digest) for entry in entries):
        yield "entry_differs"
    if any(entry.digest != hashlib.sha256(face).digest() for entry in kinds["intent"]):
        yield "face_differs"
    if any(entry.digest.hex() != record.sha256 for entry in kinds["issuance"]):
        yield "digest_differs"
    yield from _acts(session, record, kinds["status"])
    if record.sha256 is not None:
        yield from _file(office, record.sha256)
        yield from _proof(office, session, record)


def _acts(session: Session, record: CertificateRecord, entries: Sequence[LogEntry]) -> Iterator[str]:
    acts = session.scalars(select(StandingAct).where(StandingAct.certificate_id == record.id, StandingAct.done_at.is_not(None)))
    if {digest_of(act) for act in acts} != {entry.digest for entry in entries}:
        yield "acts_differ"


def _file(office: Office, sha256: str) -> Iterator[str]:
    try:
        kept = envelope.open_from_register(office.keys, office.files.get(f"certificates/{sha256}"), sha256)
    except NotFoundError:
        yield "file_missing"
    except BrokenSealError:
        yield "file_differs"
    else:
        if hashlib.sha256(kept).hexdigest() != sha256:
            yield "file_differs"


def _proof(office: Office, session: Session, record: CertificateRecord) -> Iterator[str]:
    proof = proving.proof_of(office, session, record)
    if proof is not None:
        origin = proof.checkpoint.partition("\n")[0]
        check = check_proof(proof, sha256=str(record.sha256), origin=origin, keys=office.keys.public_keys(Purpose.LOG))
        if check.problem == "log_proof_wrong":
            yield "proof_wrong"


def audit_events(session: Session, held: Held, *, tell: Tell, total: int) -> Iterator[Finding]:
    """The events of the trail, in their order, against those that were sealed; what differs is named as for any list that only grows.
    An event among them that is too new to be sealed came late and is left out; one that a sealing would have taken along was laid in afterwards."""
    sealed = {row.event_position: row.leaf for row in session.execute(select(AuditLeaf.event_position, AuditLeaf.leaf))}
    begun = held.checkpoints[-1].at - _LATE if held.checkpoints else None
    end = max(sealed, default=0)
    present, positions = list[bytes](), list[int]()
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.position).execution_options(yield_per=_AT_ONCE))
    for done, event in enumerate(events, 1):
        if event.position in sealed or event.position > end or (begun is not None and event.at < begun):
            present.append(event_leaf(event))
            positions.append(event.position)
        if done % _AT_ONCE == 0:
            tell(done, total)
    order = sorted(sealed)
    for change in comparing.changes([sealed[position] for position in order], present):
        named = positions if change.what in (comparing.INSERTED, comparing.DOUBLED) else order
        yield Finding(Log.TRAIL, change.what, f"events {places([named[at] for at in change.places])}")
