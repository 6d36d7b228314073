"""From records to frozen facts: everything that the law may look at, read once, in one transaction."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session

from credentialing.domain.errors import NotFoundError
from credentialing.domain.events import Event
from credentialing.domain.people import Actor, Role
from credentialing.services.office import Office
from credentialing.storage.records import AuditEvent, Case, CertificateRecord, ConsentRecord, EvidenceRecord, FindingRecord, QuestionRecord, VisitRecord
from credentialing.workflow.facts import Deed, Facts, Finding, Visit
from credentialing.workflow.model import Definition

_CASE: BindParameter[str] = bindparam("case_id")
# Built once: a statement that is made anew for every move costs more than running it.
_VISITS = select(VisitRecord.state, VisitRecord.entered_at, VisitRecord.left_at).where(VisitRecord.case_id == _CASE).order_by(VisitRecord.position)
_ACTS = (
    select(AuditEvent.event, AuditEvent.details, AuditEvent.person_id, AuditEvent.at)
    .where(AuditEvent.case_id == _CASE, AuditEvent.event.in_((Event.CASE_MOVED.value, Event.FINDING_RECORDED.value)))
    .order_by(AuditEvent.position)
)
_QUESTIONS = select(QuestionRecord.asked_at, QuestionRecord.answered_at).where(QuestionRecord.case_id == _CASE)
_CONSENTS = select(ConsentRecord.consent).where(ConsentRecord.case_id == _CASE, ConsentRecord.withdrawn_at.is_(None))
_FINDINGS = select(FindingRecord.subject, FindingRecord.value, FindingRecord.found_by, FindingRecord.sealed_reason.is_not(None)).where(
    FindingRecord.case_id == _CASE, FindingRecord.superseded_at.is_(None)
)
_EVIDENCE = select(EvidenceRecord.kind, func.count()).where(EvidenceRecord.case_id == _CASE, EvidenceRecord.removed_at.is_(None)).group_by(EvidenceRecord.kind)
_SEALED = select(CertificateRecord.id).where(CertificateRecord.case_id == _CASE, CertificateRecord.status == "issued")


def case_for(office: Office, session: Session, *, actor: Actor, case_id: str, lock: bool = False) -> Case:
    """The case, when it is the actor's own, or when it was sent and the actor holds a role in its procedure; else NotFoundError: not yours is not found.
    `lock` puts writers in a line."""
    case = session.get(Case, case_id, with_for_update=lock or None, populate_existing=lock)
    if case is None or not (case.person_id == actor.person_id or _serves(office, case, actor)):
        raise NotFoundError("no such case")
    return case


def staff_case(office: Office, session: Session, *, actor: Actor, case_id: str, lock: bool = False) -> Case:
    """A case that the actor may see as staff; else NotFoundError. Nobody looks at their own case from the inside."""
    case = session.get(Case, case_id, with_for_update=lock or None, populate_existing=lock)
    if case is None or case.person_id == actor.person_id or not _serves(office, case, actor):
        raise NotFoundError("no such case")
    return case


def _serves(office: Office, case: Case, actor: Actor) -> bool:
    """Whether the case is this person's business as staff. What was never sent is the applicant's alone: they have not agreed to anything yet."""
    return case.sent_at is not None and not actor.roles.isdisjoint(frozenset(definition_of(office, case).roles) - {Role.APPLICANT})


def own_case(session: Session, *, actor: Actor, case_id: str, lock: bool = False) -> Case:
    """The actor's own case, whatever roles they hold; else NotFoundError."""
    case = session.get(Case, case_id, with_for_update=lock or None, populate_existing=lock)
    if case is None or case.person_id != actor.person_id:
        raise NotFoundError("no such case")
    return case


def definition_of(office: Office, case: Case) -> Definition:
    """The version of the rules that the case is pinned to."""
    return office.library.pinned(case.procedure, case.version, case.digest)


def gather(office: Office, session: Session, case: Case, *, now: datetime) -> Facts:
    """The facts of a case at `now`."""
    key = {"case_id": case.id}
    questions = session.execute(_QUESTIONS, key).all()
    standard = office.library.standard(case.standard, case.standard_version) if case.standard else None
    return Facts(
        state=case.state,
        revision=case.revision,
        now=now,
        applicant_id=case.person_id,
        visits=tuple(Visit(state, entered, left) for state, entered, left in session.execute(_VISITS, key)),
        deeds=_deeds(session, key),
        findings={subject: Finding(subject, value, by, bool(reasoned)) for subject, value, by, reasoned in session.execute(_FINDINGS, key)},
        evidence={kind: int(count) for kind, count in session.execute(_EVIDENCE, key)},
        waived=frozenset(),
        answers=frozenset(case.answered),
        consents=frozenset(session.scalars(_CONSENTS, key)),
        questions_drafted=sum(asked is None for asked, _ in questions),
        questions_open=sum(asked is not None and answered is None for asked, answered in questions),
        route=case.route,
        standard=standard.ref if standard else None,
        units=tuple(case.units.split()) if case.units else (),
        proposal=case.proposal,
        certificate_sealed=session.scalar(_SEALED, key) is not None,
        choices={name: value for name, value in case.answered.items() if isinstance(value, str)},
    )


def _deeds(session: Session, key: Mapping[str, str]) -> tuple[Deed, ...]:
    acts = session.execute(_ACTS, key)
    return tuple(Deed(str(details["move" if event == Event.CASE_MOVED.value else "subject"]), by, at) for event, details, by, at in acts)
