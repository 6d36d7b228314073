"""The whole audit in one call, as `./run audit verify` makes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from credentialing.domain.errors import NotFoundError
from credentialing.services import tree
from credentialing.services.auditing import Finding, Tell, audit_log, hold
from credentialing.services.auditing_parts import audit_certificates, audit_events
from credentialing.services.office import Office
from credentialing.services.tree import Log
from credentialing.storage.records import AuditEvent, CertificateRecord


@dataclass(frozen=True, slots=True)
class Audit:
    """What was gone through, and everything that did not hold."""

    leaves: int
    checkpoints: int
    certificates: int
    events: int
    findings: tuple[Finding, ...]


def audit(office: Office, *, outside: Sequence[str] = (), tell: Tell) -> Audit:
    """Audit both logs, every certificate and every event, of one moment; `outside` are checkpoints (as text) that were kept elsewhere.
    `tell` hears how many steps of how many are done."""
    with office.reading() as session:
        certificates = session.scalar(select(func.count()).select_from(CertificateRecord)) or 0
        events = session.scalar(select(func.count()).select_from(AuditEvent)) or 0
        total = certificates + events
        public, trail = hold(session, Log.ISSUANCE), hold(session, Log.TRAIL)
        findings = [*audit_log(office, session, public, outside=outside), *audit_log(office, session, trail, outside=outside)]
        session.expunge_all()
        findings += audit_certificates(office, session, tell=tell, total=total)
        findings += audit_events(session, trail, tell=lambda done, _: tell(certificates + done, total), total=total)
    tell(total, total)
    checkpoints = len(public.checkpoints) + len(trail.checkpoints)
    return Audit(len(public.leaves) + len(trail.leaves), checkpoints, certificates, events, tuple(findings))


def checkpoints_to_keep(office: Office) -> tuple[str, ...]:
    """The last checkpoint of each log, as text, to be kept where nobody of the house can change it; NotFoundError when there is none."""
    with office.reading() as session:
        last = [tree.latest(session, log) for log in Log]
        notes = tuple(row.note for row in last if row is not None)
    if not notes:
        raise NotFoundError("no checkpoint yet")
    return notes
