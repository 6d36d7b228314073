"""What officers and assessors do to a case between the moves: findings with their reasons, and the questions of one letter."""

import unicodedata
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from credentialing.domain.errors import BadInputError, NotFoundError, Reason, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import Actor, Role
from credentialing.services import trail, vault
from credentialing.services.gathering import case_for, definition_of, gather, own_case, staff_case
from credentialing.services.moving import follow
from credentialing.services.office import Office
from credentialing.storage.records import Case, FindingRecord, QuestionRecord
from credentialing.workflow.law import judge_finding, offered
from credentialing.workflow.model import Definition

LONGEST_TEXT = 4000
QUESTIONS_PER_LETTER = 12


def _text(text: str, field: str, *, required: bool) -> str:
    clean = unicodedata.normalize("NFC", text).strip()
    if required and not clean:
        raise BadInputError(Reason("answer_missing", {"field": field}))
    if len(clean) > LONGEST_TEXT:
        raise BadInputError(Reason("answer_too_long", {"field": field, "limit": LONGEST_TEXT}))
    return clean


def record_finding(office: Office, *, actor: Actor, case_id: str, subject: str, value: str, reason: str) -> None:
    """Record what was found on a check, criterion or competency unit; it replaces the earlier finding, which is kept. RefusedError with every unmet rule."""
    now = office.clock.now()
    clean = _text(reason, "reason", required=False)
    with office.transaction() as session:
        case = case_for(office, session, actor=actor, case_id=case_id, lock=True)
        definition = definition_of(office, case)
        refused = judge_finding(definition, gather(office, session, case, now=now), subject=subject, value=value, reason=clean, actor=actor)
        if refused is not None or actor.person_id is None:
            raise RefusedError(*(refused.reasons if refused else (Reason("wrong_role"),)))
        session.execute(
            update(FindingRecord)
            .where(FindingRecord.case_id == case.id, FindingRecord.subject == subject, FindingRecord.superseded_at.is_(None))
            .values(superseded_at=now)
        )
        key = vault.case_key(office, session, case)
        sealed = vault.seal(office, key, clean, about=f"finding/{case.id}/{subject}") if clean else None
        session.add(FindingRecord(case_id=case.id, subject=subject, value=value, found_by=actor.person_id, found_at=now, sealed_reason=sealed))
        role = next((role.value for role in _judges(definition, subject) if role in actor.roles), None)
        trail.note(session, Event.FINDING_RECORDED, at=now, actor=actor, case=case, role=role, details={"subject": subject, "value": value})
        session.flush()
        follow(office, session, case, now=now)


def _judges(definition: Definition, subject: str) -> tuple[Role, ...]:
    rule = definition.checks.get(subject) or definition.criteria.get(subject) or definition.units_rule
    return rule.by if rule is not None else ()


def draft_question(office: Office, *, actor: Actor, case_id: str, about: str | None, text: str) -> str:
    """Add a question to the letter that is being written; its id. Only while the actor could send that letter."""
    now = office.clock.now()
    clean = _text(text, "question", required=True)
    with office.transaction() as session:
        case = case_for(office, session, actor=actor, case_id=case_id, lock=True)
        _refuse_no_letter(office, session, case, actor, now)
        if about is not None and about not in definition_of(office, case).evidence:
            raise BadInputError(Reason("answer_not_a_choice", {"field": "about"}))
        drafts = session.scalars(select(QuestionRecord.id).where(QuestionRecord.case_id == case.id, QuestionRecord.asked_at.is_(None))).all()
        if len(drafts) >= QUESTIONS_PER_LETTER:
            raise RefusedError(Reason("too_many_questions", {"limit": QUESTIONS_PER_LETTER}))
        question_id = office.entropy.id()
        sealed = vault.seal(office, vault.case_key(office, session, case), clean, about=f"question/{question_id}")
        session.add(QuestionRecord(id=question_id, case_id=case.id, about=about, written_by=str(actor.person_id), written_at=now, sealed_question=sealed))
        return question_id


def _refuse_no_letter(office: Office, session: Session, case: Case, actor: Actor, now: datetime) -> None:
    """Refuse unless the letter could be sent, but for its having no question yet."""
    definition = definition_of(office, case)
    offer = next((offer for offer in offered(definition, gather(office, session, case, now=now), actor=actor) if offer.move == "ask_once"), None)
    if offer is None:
        raise RefusedError(Reason("wrong_state"))
    unmet = tuple(reason for reason in offer.reasons if reason.code != "questions_none")
    if unmet:
        raise RefusedError(*unmet)


def drop_question(office: Office, *, actor: Actor, case_id: str, question_id: str) -> None:
    """Take a question out of the letter that is being written, under the same rules as adding one; NotFoundError once it was asked."""
    now = office.clock.now()
    with office.transaction() as session:
        case = staff_case(office, session, actor=actor, case_id=case_id, lock=True)
        question = session.get(QuestionRecord, question_id)
        if question is None or question.case_id != case.id or question.asked_at is not None:
            raise NotFoundError("no such question")
        _refuse_no_letter(office, session, case, actor, now)
        session.delete(question)


def answer_question(office: Office, *, actor: Actor, case_id: str, question_id: str, text: str) -> None:
    """Keep the applicant's answer to one question of the letter; it can be changed until the whole answer is sent."""
    now = office.clock.now()
    clean = _text(text, f"answer-{question_id}", required=True)
    with office.transaction() as session:
        case = own_case(session, actor=actor, case_id=case_id, lock=True)
        question = session.get(QuestionRecord, question_id)
        if question is None or question.case_id != case.id or question.asked_at is None:
            raise NotFoundError("no such question")
        if case.state != "answer_awaited":
            raise RefusedError(Reason("wrong_state"))
        question.sealed_answer = vault.seal(office, vault.case_key(office, session, case), clean, about=f"answer/{question_id}")
        question.answered_at = now
        trail.note(session, Event.QUESTION_ANSWERED, at=now, actor=actor, case=case, role="applicant", details={"question": question_id})
