"""Looking at cases: what an applicant sees of their own, what the staff of a procedure sees. Nothing here changes anything."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from credentialing.domain.errors import Reason
from credentialing.domain.people import Actor, Role
from credentialing.services import vault
from credentialing.services.applying import answers_of, display_name, editable
from credentialing.services.disclosing import OPEN_ANSWERS, closed_to, is_for_applicant, told_until
from credentialing.services.gathering import definition_of, gather, own_case, staff_case
from credentialing.services.office import Office
from credentialing.services.waiving import OtherWay, other_ways
from credentialing.storage.records import (
    AccessEvent,
    ActText,
    AuditEvent,
    Case,
    Centre,
    CertificateRecord,
    EvidenceRecord,
    FindingRecord,
    Person,
    QuestionRecord,
)
from credentialing.workflow.clocks import ClockView, clocks
from credentialing.workflow.facts import Facts
from credentialing.workflow.law import Offer, must_declare, offered, recordable
from credentialing.workflow.model import Definition, Standard


@dataclass(frozen=True, slots=True)
class Paper:
    """One piece of evidence as people see it; `size` in bytes."""

    evidence_id: str
    kind: str
    accepted_as: str | None
    name: str
    media_type: str
    size: int
    pages: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a letter, with its answer when there is one; `asked_at` is None while it is being written."""

    question_id: str
    about: str | None
    text: str
    answer: str
    asked_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class FoundLine:
    """What was found on one subject, with the reason in the officer's words."""

    subject: str
    value: str
    reason: str
    found_at: datetime
    by_me: bool


@dataclass(frozen=True, slots=True)
class WrittenText:
    """What somebody wrote with a move: grounds, a plan, the recognised title."""

    move: str
    field: str
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """The newest certificate of a case: `intended` while the first is being made; `suspended_at` while it is suspended."""

    number: str
    code: str
    status: str
    issued_at: datetime | None
    suspended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case, opened for one person. Of the assessment's `findings` and `texts` the applicant sees what they were told with a decision.

    While `closed` gives a reason (a member of the staff must declare first, or declared a conflict) nothing stands here but the name, the institution or
    workplace, and how the case stands. `declared` is what the reader declared, `must_declare` whether they have to before they judge.
    """

    case_id: str
    number: str
    revision: int
    state: str
    definition: Definition
    standard: Standard | None
    facts: Facts
    clocks: tuple[ClockView, ...]
    offers: tuple[Offer, ...]
    recordable: tuple[str, ...]
    editable: bool
    name: str
    answers: Mapping[str, str]
    papers: tuple[Paper, ...]
    questions: tuple[Question, ...]
    findings: Mapping[str, FoundLine]
    texts: tuple[WrittenText, ...]
    certificate: CertificateLine | None
    opened_at: datetime
    sent_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    decision: str | None
    other_ways: tuple[OtherWay, ...]
    centre: str | None
    merged_into: str | None
    closed: Reason | None
    declared: str | None
    must_declare: bool


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in the applicant's own list."""

    case_id: str
    number: str
    definition: Definition
    state: str
    waits_for: str
    outcome: str | None
    due_at: datetime | None
    opened_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """One opening of a paper: when, in which role, which kind of paper and page."""

    at: datetime
    role: str
    kind: str
    page: int
    by_me: bool


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event of the audit trail of a case."""

    at: datetime
    event: str
    role: str | None
    details: Mapping[str, object]


def my_cases(office: Office, *, actor: Actor) -> tuple[CaseLine, ...]:
    """The actor's own cases, newest first."""
    with office.reading() as session:
        rows = session.scalars(select(Case).where(Case.person_id == actor.person_id).order_by(Case.opened_at.desc(), Case.id))
        return tuple(
            CaseLine(row.id, row.number, definition_of(office, row), row.state, row.waits_for, row.outcome, row.due_at, row.opened_at, row.sent_at)
            for row in rows
        )


def my_case(office: Office, *, actor: Actor, case_id: str) -> CaseView:
    """The actor's own case as its applicant sees it; NotFoundError when it is not theirs."""
    now = office.clock.now()
    with office.reading() as session:
        case = own_case(session, actor=actor, case_id=case_id)
        as_applicant = Actor(actor.person_id, frozenset({Role.APPLICANT}))
        return _view(office, session, case, as_applicant, now, inside=False)


def desk_case(office: Office, *, actor: Actor, case_id: str) -> CaseView:
    """A case as the staff of its procedure sees it; NotFoundError for everybody else, and on one's own case."""
    now = office.clock.now()
    with office.reading() as session:
        case = staff_case(office, session, actor=actor, case_id=case_id)
        return _view(office, session, case, replace(actor, roles=actor.roles - {Role.APPLICANT}), now, inside=True)


def _view(office: Office, session: Session, case: Case, actor: Actor, now: datetime, *, inside: bool) -> CaseView:
    definition = definition_of(office, case)
    facts = gather(office, session, case, now=now)
    key = vault.case_key(office, session, case)
    answers = answers_of(office, session, case)
    centre = session.get(Centre, case.centre_id) if case.centre_id else None
    view = CaseView(
        case_id=case.id,
        number=case.number,
        revision=case.revision,
        state=case.state,
        definition=definition,
        standard=office.library.standard(case.standard, case.standard_version) if case.standard else None,
        facts=facts,
        clocks=clocks(definition, facts),
        offers=offered(definition, facts, actor=actor),
        recordable=recordable(definition, facts, actor=actor) if inside else (),
        editable=not inside and editable(definition, case),
        name=display_name(answers),
        answers=answers,
        papers=_papers(session, case, key),
        questions=_questions(session, case, key, drafts=inside),
        findings=_findings(session, case, key, actor, facts=facts, told=None if inside else told_until(definition, facts), inside=inside),
        texts=_texts(session, case, key, definition, told=now if inside else told_until(definition, facts)),
        certificate=_certificate(session, case),
        opened_at=case.opened_at,
        sent_at=case.sent_at,
        decided_at=case.decided_at,
        closed_at=case.closed_at,
        outcome=case.outcome,
        decision=case.decision,
        other_ways=other_ways(session, case, key),
        centre=f"{centre.name} · {centre.city}" if centre else None,
        merged_into=case.merged_into,
        closed=closed_to(definition, facts, actor=actor) if inside else None,
        declared=facts.declared.get(str(actor.person_id)),
        must_declare=inside and must_declare(definition, facts, actor=actor),
    )
    return view if view.closed is None else _without_content(view)


def _without_content(view: CaseView) -> CaseView:
    """What somebody may see from whom the content of the case is kept: enough to tell whether they know the person."""
    return replace(
        view,
        facts=replace(view.facts, choices=MappingProxyType({})),
        answers={name: text for name, text in view.answers.items() if name in OPEN_ANSWERS},
        papers=(),
        questions=(),
        findings={},
        texts=(),
        certificate=None,
        other_ways=(),
    )


def _papers(session: Session, case: Case, key: bytes) -> tuple[Paper, ...]:
    rows = session.scalars(
        select(EvidenceRecord)
        .where(EvidenceRecord.case_id == case.id, EvidenceRecord.removed_at.is_(None))
        .order_by(EvidenceRecord.added_at, EvidenceRecord.id)
    )
    return tuple(
        Paper(
            row.id,
            row.kind,
            row.accepted_as,
            json.loads(vault.unseal(key, row.sealed_name, about=f"evidence/{row.id}"))["name"],
            row.media_type,
            row.size,
            row.pages,
            row.added_at,
        )
        for row in rows
    )


def _questions(session: Session, case: Case, key: bytes, *, drafts: bool) -> tuple[Question, ...]:
    rows = session.scalars(select(QuestionRecord).where(QuestionRecord.case_id == case.id).order_by(QuestionRecord.written_at, QuestionRecord.id))
    return tuple(
        Question(
            row.id,
            row.about,
            vault.unseal(key, row.sealed_question, about=f"question/{row.id}"),
            vault.unseal(key, row.sealed_answer, about=f"answer/{row.id}"),
            row.asked_at,
            row.answered_at,
        )
        for row in rows
        if drafts or row.asked_at is not None
    )


def _findings(session: Session, case: Case, key: bytes, actor: Actor, *, facts: Facts, told: datetime | None, inside: bool) -> Mapping[str, FoundLine]:
    """To the staff what counts now; to the applicant what stood when they were told of it last, `told` (None = they were told of nothing yet)."""
    found = select(FindingRecord).where(FindingRecord.case_id == case.id).order_by(FindingRecord.found_at, FindingRecord.id)
    if inside:
        found = found.where(FindingRecord.superseded_at.is_(None), FindingRecord.subject.in_(facts.findings))
    elif told is None:
        return {}
    else:
        found = found.where(FindingRecord.found_at <= told, or_(FindingRecord.superseded_at.is_(None), FindingRecord.superseded_at > told))
    return {
        row.subject: FoundLine(
            row.subject,
            row.value,
            vault.unseal(key, row.sealed_reason, about=f"finding/{case.id}/{row.subject}"),
            row.found_at,
            row.found_by == actor.person_id,
        )
        for row in session.scalars(found)
    }


def _texts(session: Session, case: Case, key: bytes, definition: Definition, *, told: datetime | None) -> tuple[WrittenText, ...]:
    """What was written with moves. The applicant sees what was written for them, and with a decision all that was written up to it (`told`)."""
    rows = session.scalars(select(ActText).where(ActText.case_id == case.id).order_by(ActText.id))
    shown = [row for row in rows if _is_told(row, told) or row.written_by == case.person_id or is_for_applicant(definition, row.move)]
    return tuple(
        WrittenText(row.move, row.field, vault.unseal(key, row.sealed, about=f"act/{case.id}/{row.revision}/{row.field}"), row.written_at) for row in shown
    )


def _is_told(row: ActText, told: datetime | None) -> bool:
    return told is not None and row.written_at <= told


def _certificate(session: Session, case: Case) -> CertificateLine | None:
    last = CertificateRecord.status == "intended", CertificateRecord.edition.desc()  # an edition that is still being made hides none that was issued
    row = session.scalar(select(CertificateRecord).where(CertificateRecord.case_id == case.id).order_by(*last).limit(1))
    return CertificateLine(row.number, row.code, row.status, row.issued_at, row.suspended_at) if row else None


def readings(office: Office, *, actor: Actor, case_id: str) -> tuple[ReadingLine, ...]:
    """Who opened the papers of the actor's own case, newest first."""
    with office.reading() as session:
        case = own_case(session, actor=actor, case_id=case_id)
        of_case = select(EvidenceRecord.id, EvidenceRecord.kind).where(EvidenceRecord.case_id == case.id)
        kinds = {evidence_id: str(kind) for evidence_id, kind in session.execute(of_case)}
        rows = session.scalars(select(AccessEvent).where(AccessEvent.case_id == case.id).order_by(AccessEvent.position.desc()).limit(500))
        return tuple(ReadingLine(row.at, row.role, kinds.get(row.evidence_id, ""), row.page, row.person_id == actor.person_id) for row in rows)


def history(office: Office, *, actor: Actor, case_id: str) -> tuple[HistoryLine, ...]:
    """The audit trail of a case for the staff of its procedure, oldest first; NotFoundError for everybody else, and on one's own case."""
    with office.reading() as session:
        case = staff_case(office, session, actor=actor, case_id=case_id)
        rows = session.scalars(select(AuditEvent).where(AuditEvent.case_id == case.id).order_by(AuditEvent.position))
        return tuple(HistoryLine(row.at, row.event, row.role, row.details) for row in rows)


def name_of(office: Office, *, actor: Actor) -> str:
    """How the acting person is called; the contact's last characters would say too much, so it is empty when they gave no name."""
    with office.reading() as session:
        person = session.get(Person, actor.person_id) if actor.person_id is not None else None
        return vault.profile_of(office, person).display_name if person is not None else ""
