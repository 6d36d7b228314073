"""What an applicant does before and between the moves: open a case, answer, consent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credentialing.domain import numbers
from credentialing.domain.calendars import local_day
from credentialing.domain.errors import BadInputError, NotFoundError, Reason, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import Actor
from credentialing.services import confirming, trail, vault
from credentialing.services.gathering import definition_of, gather, own_case
from credentialing.services.moving import alarm
from credentialing.services.office import Office
from credentialing.storage.records import Case, ConsentRecord, VisitRecord
from credentialing.workflow.model import Definition
from credentialing.workflow.registry import CONSENTS, FIELDS, problems_of_answer

LONGEST_NAME = FIELDS["display_name"].max_length
"""Characters of a name that a certificate has room for."""

OPEN_DRAFTS = 5
"""How many unsent applications a person may keep; more would only be clutter or a flood."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A new case: its id for addresses, its number for people."""

    case_id: str
    number: str


def open_case(office: Office, *, actor: Actor, procedure: str) -> Opened:
    """Begin an application under the newest version of a procedure that may be started here. NotFoundError for an unknown one,
    RefusedError when none of its versions may be, or too many drafts lie open."""
    now = office.clock.now()
    if actor.person_id is None:
        raise NotFoundError("nobody")
    with office.transaction() as session:
        definition = confirming.startable_version(office, session, procedure)
        if definition is None:
            raise RefusedError(Reason("procedure_not_enabled"))
        drafts = session.scalar(select(func.count()).where(Case.person_id == actor.person_id, Case.sent_at.is_(None), Case.closed_at.is_(None)))
        if (drafts or 0) >= OPEN_DRAFTS:
            raise RefusedError(Reason("too_many_drafts", {"limit": OPEN_DRAFTS}))
        case = Case(
            id=office.entropy.id(),
            number=_free_number(office, session, definition.procedure.country),
            person_id=actor.person_id,
            procedure=definition.id,
            version=definition.version,
            digest=definition.digest,
            state=definition.starts_in,
            revision=0,
            waits_for=str(definition.states[definition.starts_in].waits_for),
            sealed_answers=b"",
            answered={},
            opened_at=now,
        )
        _seal_answers(office, session, case, {})
        session.add(case)
        session.flush()
        session.add(VisitRecord(case_id=case.id, position=0, state=case.state, entered_at=now))
        session.flush()
        for column, value in alarm(definition, gather(office, session, case, now=now), after=now).items():
            setattr(case, column, value)
        trail.note(
            session, Event.CASE_OPENED, at=now, actor=actor, case=case, role="applicant", details={"procedure": f"{definition.id}.v{definition.version}"}
        )
        return Opened(case.id, case.number)


def _free_number(office: Office, session: Session, country: str) -> str:
    while True:
        number = numbers.new_case_number(country, office.entropy)
        if session.scalar(select(Case.id).where(Case.number == number)) is None:
            return number


def _seal_answers(office: Office, session: Session, case: Case, answers: Mapping[str, str]) -> None:
    key = vault.case_key(office, session, case)
    case.sealed_answers = vault.seal(office, key, json.dumps(answers, ensure_ascii=False, sort_keys=True), about=f"answers/{case.id}")
    case.answered = {name: text if FIELDS[name].kind == "choice" else True for name, text in answers.items() if text}


def answers_of(office: Office, session: Session, case: Case) -> dict[str, str]:
    """What the applicant wrote, field by field, in clear."""
    text = vault.unseal(vault.case_key(office, session, case), case.sealed_answers, about=f"answers/{case.id}")
    answers: dict[str, str] = json.loads(text)
    return answers


def display_name(answers: Mapping[str, str]) -> str:
    """How a person wants to be called on paper: the name they chose, else given and family names."""
    return answers.get("display_name") or f"{answers.get('given_names', '')} {answers.get('family_names', '')}".strip()


def editable(definition: Definition, case: Case) -> bool:
    """Whether the answers may be changed now: before sending, and while the applicant answers a letter."""
    return case.state == definition.starts_in or case.state == "answer_awaited"


def save_answers(office: Office, *, actor: Actor, case_id: str, answers: Mapping[str, str]) -> None:
    """Keep some answers; blank is allowed, wrong is not: BadInputError names each field. RefusedError once the application is with the institution."""
    now = office.clock.now()
    with office.transaction() as session:
        case = own_case(session, actor=actor, case_id=case_id, lock=True)
        definition = definition_of(office, case)
        if not editable(definition, case):
            raise RefusedError(Reason("wrong_state"))
        unknown = [Reason("subject_unknown", {"field": name}) for name in answers if name not in definition.fields]
        wrong = [reason for name, text in answers.items() if not unknown and text.strip() for reason in problems_of_answer(definition, name, text=text)]
        wrong += _in_the_future(definition, answers, now) if not unknown and not wrong else []
        if unknown or wrong:
            raise BadInputError(*unknown, *wrong)
        merged = {**answers_of(office, session, case), **{name: text.strip() for name, text in answers.items()}}
        if len(display_name(merged)) > LONGEST_NAME:  # found out now, not when the certificate is to be made
            raise BadInputError(Reason("name_too_long", {"field": "display_name", "limit": LONGEST_NAME}))
        _seal_answers(office, session, case, merged)
        if "standard" in answers:
            _choose_standard(office, case, answers["standard"].strip())
        trail.note(session, Event.ANSWERS_SAVED, at=now, actor=actor, case=case, role="applicant", details={"fields": sorted(answers)})


def _in_the_future(definition: Definition, answers: Mapping[str, str], now: datetime) -> list[Reason]:
    today = local_day(definition.procedure.country, now).isoformat()
    dates = [name for name, text in answers.items() if FIELDS[name].kind == "date" and text.strip() > today]
    return [Reason("field_date_in_future", {"field": name}) for name in dates]


def _choose_standard(office: Office, case: Case, ref: str) -> None:
    standard = office.library.standard(ref) if ref else None
    case.standard = standard.id if standard else None
    case.standard_version = standard.version if standard else None


def give_consent(office: Office, *, actor: Actor, case_id: str, consents: frozenset[str]) -> None:
    """Set which permissions hold from now on: those named are given, all others withdrawn. BadInputError for an unknown one."""
    now = office.clock.now()
    if consents - set(CONSENTS):
        raise BadInputError(Reason("subject_unknown", {"field": "consents"}))
    with office.transaction() as session:
        case = own_case(session, actor=actor, case_id=case_id, lock=True)
        held = {
            row.consent: row for row in session.scalars(select(ConsentRecord).where(ConsentRecord.case_id == case.id, ConsentRecord.withdrawn_at.is_(None)))
        }
        for name in sorted(consents - held.keys()):
            session.add(ConsentRecord(case_id=case.id, consent=name, given_at=now))
            trail.note(session, Event.CONSENT_GIVEN, at=now, actor=actor, case=case, role="applicant", details={"consent": name})
        for name in sorted(held.keys() - consents):
            held[name].withdrawn_at = now
            trail.note(session, Event.CONSENT_WITHDRAWN, at=now, actor=actor, case=case, role="applicant", details={"consent": name})
