"""Declaring what ties a member of the staff to an applicant, before they judge. Declarations are kept for ever; the latest counts."""

import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.domain.errors import BadInputError, Reason, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import Actor
from credentialing.services import trail, vault
from credentialing.services.gathering import definition_of, staff_case
from credentialing.services.office import Office
from credentialing.storage.records import Case, Declaration
from credentialing.workflow.model import DECLARATIONS

SHORTEST_TEXT, LONGEST_TEXT = 20, 2000


def declare(office: Office, *, actor: Actor, case_id: str, value: str, text: str) -> None:
    """Record what ties the actor to the applicant of a case: `none`, `conflict` or `trained` (taught this person this very skill). Blank `text` is allowed,
    but whoever takes back a tie says why, in 20 to 2000 characters. BadInputError names the field; RefusedError when nobody has to declare here."""
    now = office.clock.now()
    clean = unicodedata.normalize("NFC", text).strip()
    with office.transaction() as session:
        case = staff_case(office, session, actor=actor, case_id=case_id, lock=True)
        _refuse_undeclarable(office, case)
        current = _current(session, case, str(actor.person_id))
        _refuse_bad_input(value, clean, corrects=current is not None and current.value != "none" and value != current.value)
        if current is not None:
            current.superseded_at = now
            session.flush()
        declaration_id = office.entropy.id()
        sealed = vault.seal(office, vault.case_key(office, session, case), clean, about=f"declaration/{declaration_id}") if clean else None
        session.add(Declaration(id=declaration_id, case_id=case.id, person_id=str(actor.person_id), value=value, sealed_text=sealed, declared_at=now))
        trail.note(session, Event.DECLARATION_MADE, at=now, actor=actor, case=case, role=_role(office, case, actor), details={"value": value})


def _refuse_undeclarable(office: Office, case: Case) -> None:
    definition = definition_of(office, case)
    if not definition.conflict_declared_before:
        raise RefusedError(Reason("declaration_not_asked"))
    if case.closed_at is not None:
        raise RefusedError(Reason("wrong_state", {"state": case.state}))


def _refuse_bad_input(value: str, text: str, *, corrects: bool) -> None:
    wrong = [Reason("answer_not_a_choice", {"field": "declaration"})] if value not in DECLARATIONS else []
    if corrects and not text:
        wrong.append(Reason("answer_missing", {"field": "declaration_text"}))
    elif corrects and len(text) < SHORTEST_TEXT:
        wrong.append(Reason("field_too_short", {"field": "declaration_text"}))
    if len(text) > LONGEST_TEXT:
        wrong.append(Reason("answer_too_long", {"field": "declaration_text", "limit": LONGEST_TEXT}))
    if wrong:
        raise BadInputError(*wrong)


def _current(session: Session, case: Case, person_id: str) -> Declaration | None:
    return session.scalar(select(Declaration).where(Declaration.case_id == case.id, Declaration.person_id == person_id, Declaration.superseded_at.is_(None)))


def _role(office: Office, case: Case, actor: Actor) -> str | None:
    return next((role.value for role in definition_of(office, case).roles if role in actor.roles and role.value != "applicant"), None)
