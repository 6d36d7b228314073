"""What an act does to a certificate at the moment it is done: row, leaf of the log, event, letter to the holder. All in the act's transaction."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from credentialing.domain.errors import ConflictError
from credentialing.domain.events import Event
from credentialing.domain.people import Actor
from credentialing.services import letters, trail, transparency
from credentialing.services.office import Office
from credentialing.storage.records import Case, CertificateRecord, StandingAct

_EVENTS: Mapping[str, Event] = MappingProxyType({
    "suspend": Event.CERTIFICATE_SUSPENDED, "lift": Event.CERTIFICATE_LIFTED, "revoke": Event.CERTIFICATE_REVOKED, "supersede": Event.CERTIFICATE_SUPERSEDED,
})  # fmt: skip
_ENDS = {"revoke": "revoked", "supersede": "superseded"}


def carry_out(office: Office, session: Session, *, case: Case, act: StandingAct, actor: Actor, role: str, now: datetime) -> CertificateRecord:
    """Do an act that was recorded; the caller holds the lock of the case. The certificate as it stands afterwards; ConflictError when it is not in force
    any more. Both its lists say so from the commit on, since they are made from its row."""
    certificate = session.get_one(CertificateRecord, act.certificate_id, with_for_update=True, populate_existing=True)
    if certificate.status != "issued":
        raise ConflictError("the certificate has ended")
    if act.act in _ENDS:
        certificate.status, certificate.revoked_at, certificate.suspended_at = _ENDS[act.act], now, None
    else:
        certificate.suspended_at = now if act.act == "suspend" else None
    act.done_at = now
    session.flush()
    transparency.append(office, session, kind="status", certificate=certificate, digest=digest_of(act), now=now)
    details = {"certificate": certificate.id, "reason": act.reason, "act": act.id}
    trail.note(session, _EVENTS[act.act], at=now, actor=actor, case=case, role=role, details=details)
    letters.write_to_applicant(office, session, kind="news", case=case, now=now, letter_id=act.id)
    office.jobs.enqueue(session, "send_letter", f"letter-{act.id}", {"letter_id": act.id})
    return certificate


def digest_of(act: StandingAct) -> bytes:
    """SHA-256 over what was done and when, as canonical JSON: what the leaf of an act commits to. The grounds are not in it."""
    said = {"act": act.act, "id": act.id, "reason": act.reason, "at": act.done_at.isoformat() if act.done_at else None}
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).digest()
