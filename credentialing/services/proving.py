"""What the transparency log proves about one certificate, and what it says against one."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.certificate import proof as proofs
from credentialing.certificate.outcomes import Check, CheckName, failed
from credentialing.crypto.checkpoint import parse_checkpoint, parse_note
from credentialing.crypto.keyfiles import Purpose
from credentialing.services import transparency, tree
from credentialing.services.office import Register
from credentialing.services.tree import Log
from credentialing.storage.records import CertificateRecord, LogCheckpoint, LogEntry, LogProof


def _issuance(session: Session, certificate: CertificateRecord) -> tuple[LogProof, LogCheckpoint] | None:
    found = session.execute(
        select(LogProof, LogCheckpoint)
        .join(LogEntry, LogEntry.position == LogProof.position)
        .join(LogCheckpoint, LogCheckpoint.size == LogProof.size)
        .where(LogEntry.certificate_id == certificate.id, LogEntry.kind == "issuance", LogCheckpoint.log == Log.ISSUANCE.value)
        .order_by(LogProof.position)
    ).first()
    return (found[0], found[1]) if found else None


def logged_at(session: Session, certificate: CertificateRecord) -> datetime | None:
    """When the first checkpoint that covers the issuance of a certificate was signed; None before that."""
    found = _issuance(session, certificate)
    return found[1].at if found else None


def proof_of(register: Register, session: Session, certificate: CertificateRecord) -> proofs.LogProof | None:
    """The kept proof that a certificate was issued; None until a checkpoint covers it."""
    found = _issuance(session, certificate)
    if found is None:
        return None
    kept, checkpoint = found
    hashes = tuple(kept.hashes[at : at + 32] for at in range(0, len(kept.hashes), 32))
    return proofs.LogProof("issuance", transparency.salt_of(register, certificate), kept.position, kept.size, hashes, checkpoint.note)


def against_log(register: Register, session: Session, certificate: CertificateRecord) -> Check | None:
    """What the log says against a certificate of the register: `log_contradicts` when the kept proof does not hold, or when the log has long
    gone on and never heard of its issuance. None when nothing speaks against it."""
    if certificate.sha256 is None:
        return None
    contradicts = failed(CheckName.SAME_AS_RECORD, "log_contradicts")
    proof = proof_of(register, session, certificate)
    if proof is None:
        entered = LogEntry.certificate_id == certificate.id, LogEntry.kind == "issuance"
        known = session.scalar(select(LogEntry.position).where(*entered)) is not None
        return None if known or tree.latest(session, Log.ISSUANCE) is None else contradicts
    origin = parse_checkpoint(parse_note(proof.checkpoint).text).origin
    check = proofs.check_proof(proof, sha256=certificate.sha256, origin=origin, keys=register.keys.public_keys(Purpose.LOG))
    return contradicts if check.problem == "log_proof_wrong" else None
