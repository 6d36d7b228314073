"""From records to frozen facts: everything that the law may look at, read once, in one transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, literal_column, or_, select, union_all
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from credentialing.domain.errors import NotFoundError, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import Actor, Role
from credentialing.services.disclosing import closed_to
from credentialing.services.office import Office
from credentialing.storage.base import table_of
from credentialing.storage.records import (
    AuditEvent,
    Case,
    CertificateRecord,
    ConsentRecord,
    Declaration,
    EvidenceRecord,
    FindingRecord,
    Person,
    QuestionRecord,
    VisitRecord,
    WaiverRequest,
)
from credentialing.workflow.facts import Deed, Facts, Finding, Visit
from credentialing.workflow.law import current_findings
from credentialing.workflow.model import Definition

_CASE: BindParameter[str] = bindparam("case_id")
# Built once, and on the tables: a statement that is made anew for every move, or that makes objects, costs more than running it.
_STAYS, _EVENTS, _ASKED, _AGREED = table_of(VisitRecord).c, table_of(AuditEvent).c, table_of(QuestionRecord).c, table_of(ConsentRecord).c
_FOUND, _PAPERS, _CERTIFICATES = table_of(FindingRecord).c, table_of(EvidenceRecord).c, table_of(CertificateRecord).c
_WAYS, _DECLARED = table_of(WaiverRequest).c, table_of(Declaration).c
_VISITS = select(_STAYS.state, _STAYS.entered_at, _STAYS.left_at).where(_STAYS.case_id == _CASE).order_by(_STAYS.position)
_ACTS = (
    select(_EVENTS.event, _EVENTS.details, _EVENTS.person_id, _EVENTS.at)
    .where(_EVENTS.case_id == _CASE, or_(_EVENTS.event == Event.CASE_MOVED.value, _EVENTS.event == Event.FINDING_RECORDED.value))
    .order_by(_EVENTS.position)
)


def _lines(kind: str, *columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Lines of one kind for the union below: four short texts (empty where the kind has none) and a number."""
    return select(literal_column(f"'{kind}'"), *(literal_column("''"),) * (4 - len(columns)), *columns)


_NUMBER = func.count()
# All that is left, in one question instead of eight: (kind, text, text, text, number).
_REST = union_all(
    _lines("finding", _FOUND.subject, _FOUND.value, _FOUND.found_by, sql_case((_FOUND.sealed_reason.is_not(None), 1), else_=0)).where(
        _FOUND.case_id == _CASE, _FOUND.superseded_at.is_(None)
    ),
    _lines("evidence", _PAPERS.kind, _NUMBER).where(_PAPERS.case_id == _CASE, _PAPERS.removed_at.is_(None)).group_by(_PAPERS.kind),
    _lines("consent", _AGREED.consent, literal_column("1")).where(_AGREED.case_id == _CASE, _AGREED.withdrawn_at.is_(None)),
    _lines("drafted", _NUMBER).where(_ASKED.case_id == _CASE, _ASKED.asked_at.is_(None)),
    _lines("open", _NUMBER).where(_ASKED.case_id == _CASE, _ASKED.asked_at.is_not(None), _ASKED.answered_at.is_(None)),
    _lines("sealed", _NUMBER).where(_CERTIFICATES.case_id == _CASE, _CERTIFICATES.status == "issued"),
    _lines("waiver", _WAYS.kind, _WAYS.way, literal_column("1")).where(_WAYS.case_id == _CASE, _WAYS.withdrawn_at.is_(None)),
    _lines("declared", _DECLARED.person_id, _DECLARED.value, literal_column("1")).where(_DECLARED.case_id == _CASE, _DECLARED.superseded_at.is_(None)),
)
_KINDS = ("finding", "evidence", "consent", "drafted", "open", "sealed", "waiver", "declared")


_LOCKED = select(Case).where(Case.id == _CASE).with_for_update().execution_options(populate_existing=True)


def _found(session: Session, case_id: str, *, lock: bool) -> Case | None:
    return session.scalar(_LOCKED, {"case_id": case_id}) if lock else session.get(Case, case_id)


def case_for(office: Office, session: Session, *, actor: Actor, case_id: str, lock: bool = False) -> Case:
    """The case, when it is the actor's own, or when it was sent and the actor holds a role in its procedure; else NotFoundError: not yours is not found.
    `lock` puts writers in a line."""
    case = _found(session, case_id, lock=lock)
    if case is None or not (case.person_id == actor.person_id or _serves(office, session, case, actor=actor)):
        raise NotFoundError("no such case")
    return case


def staff_case(office: Office, session: Session, *, actor: Actor, case_id: str, lock: bool = False) -> Case:
    """A case that the actor may see as staff; else NotFoundError. Nobody looks at their own case from the inside, nor at that of somebody they stand in for."""
    case = _found(session, case_id, lock=lock)
    if case is None or not _serves(office, session, case, actor=actor):
        raise NotFoundError("no such case")
    return case


def _serves(office: Office, session: Session, case: Case, *, actor: Actor) -> bool:
    """Whether the case is this person's business as staff: with a role in it, in its centre, and not their own.
    What was never sent is the applicant's alone: they have not agreed to anything yet."""
    if case.sent_at is None or case.person_id == actor.person_id or case.person_id in actor.acts_for:
        return False
    if actor.roles.isdisjoint(frozenset(definition_of(office, case).roles) - {Role.APPLICANT, Role.ADMINISTRATOR}):
        return False
    return case.centre_id is None or centre_of(session, actor) in (None, case.centre_id)


def centre_of(session: Session, actor: Actor) -> str | None:
    """The centre where the person works; None for those who work in none and see every case, and for the system."""
    return session.scalar(select(Person.centre_id).where(Person.id == actor.person_id))


def own_case(session: Session, *, actor: Actor, case_id: str, lock: bool = False) -> Case:
    """The actor's own case, whatever roles they hold; else NotFoundError."""
    case = _found(session, case_id, lock=lock)
    if case is None or case.person_id != actor.person_id:
        raise NotFoundError("no such case")
    return case


def definition_of(office: Office, case: Case) -> Definition:
    """The version of the rules that the case is pinned to."""
    return office.library.pinned(case.procedure, case.version, case.digest)


def gather(office: Office, session: Session, case: Case, *, now: datetime) -> Facts:
    """The facts of a case at `now`, what this session has yet to write included."""
    session.flush()
    read, key = session.connection().execute, {"case_id": case.id}
    lines: dict[str, list[tuple[str, str, str, int]]] = {kind: [] for kind in _KINDS}
    for kind, first, second, third, number in read(_REST, key):
        lines[kind].append((first, second, third, number))
    standard = office.library.standard(case.standard, case.standard_version) if case.standard else None
    deeds = _deeds(read(_ACTS, key))
    findings = {subject: Finding(subject, value, by, bool(reasoned)) for subject, value, by, reasoned in lines["finding"]}
    return Facts(
        state=case.state,
        revision=case.revision,
        now=now,
        applicant_id=case.person_id,
        visits=tuple(Visit(state, entered, left) for state, entered, left in read(_VISITS, key)),
        deeds=deeds,
        findings=current_findings(definition_of(office, case), findings, deeds=deeds),
        evidence={kind: count for _, _, kind, count in lines["evidence"]},
        answers=frozenset(case.answered),
        consents=frozenset(consent for _, _, consent, _ in lines["consent"]),
        questions_drafted=lines["drafted"][0][-1],
        questions_open=lines["open"][0][-1],
        route=case.route,
        standard=standard.ref if standard else None,
        units=tuple(case.units.split()) if case.units else (),
        proposal=case.proposal,
        certificate_sealed=lines["sealed"][0][-1] > 0,
        choices={name: value for name, value in case.answered.items() if isinstance(value, str)},
        waivers={kind: way for _, kind, way, _ in lines["waiver"]},
        declared={person: value for _, person, value, _ in lines["declared"]},
    )


def _deeds(acts: Iterable[Any]) -> tuple[Deed, ...]:
    return tuple(Deed(str(details["move" if event == Event.CASE_MOVED.value else "subject"]), by, at) for event, details, by, at in acts)


def refuse_closed(office: Office, session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    """RefusedError when the content of the case is closed to the actor: they must declare first, or declared a conflict. Never on one's own case."""
    if case.person_id == actor.person_id:
        return
    closed = closed_to(definition_of(office, case), gather(office, session, case, now=now), actor=actor)
    if closed is not None:
        raise RefusedError(closed)
