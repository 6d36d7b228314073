"""Another way for a paper that the applicant cannot get: asked for in their own words, decided by an officer (a finding on `waiver_KIND`)."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from credentialing.domain.errors import BadInputError, NotFoundError, Reason, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import Actor
from credentialing.services import trail, vault
from credentialing.services.gathering import definition_of, own_case
from credentialing.services.office import Office
from credentialing.storage.records import Case, FindingRecord, WaiverRequest
from credentialing.workflow.model import EvidenceRule

SHORTEST_TEXT, LONGEST_TEXT = 20, 2000


@dataclass(frozen=True, slots=True)
class OtherWay:
    """What the applicant asks for instead of a paper, in their own words, and what was decided; `value` is empty while nobody has."""

    kind: str
    way: str
    text: str
    asked_at: datetime
    value: str
    reason: str
    decided_at: datetime | None


def ask_other_way(office: Office, *, actor: Actor, case_id: str, kind: str, way: str, text: str) -> str:
    """Ask to show in another way what a paper of this kind would show; the id of the request. It takes the place of an open one, and of what was decided on it.

    RefusedError when the paper is not asked for now or has no other way; BadInputError for a way that is not one of them, or a text that is too short or long.
    """
    now = office.clock.now()
    clean = unicodedata.normalize("NFC", text).strip()
    with office.transaction() as session:
        case = own_case(session, actor=actor, case_id=case_id, lock=True)
        rule = _rule(office, case, kind)
        _refuse_bad_input(rule, way, clean)
        _end(session, case, rule, now)
        request_id = office.entropy.id()
        sealed = vault.seal(office, vault.case_key(office, session, case), clean, about=f"waiver/{request_id}")
        session.add(WaiverRequest(id=request_id, case_id=case.id, kind=kind, way=way, sealed_text=sealed, asked_by=case.person_id, asked_at=now))
        trail.note(session, Event.WAIVER_ASKED, at=now, actor=actor, case=case, role="applicant", details={"kind": kind, "way": way})
        return request_id


def withdraw_other_way(office: Office, *, actor: Actor, case_id: str, kind: str) -> None:
    """Take a request back, because the paper has come after all; what was decided on it no longer counts. NotFoundError when there is none.
    RefusedError when the paper is not asked for now."""
    now = office.clock.now()
    with office.transaction() as session:
        case = own_case(session, actor=actor, case_id=case_id, lock=True)
        rule = _rule(office, case, kind)
        if not _end(session, case, rule, now):
            raise NotFoundError("no such request")
        trail.note(session, Event.WAIVER_WITHDRAWN, at=now, actor=actor, case=case, role="applicant", details={"kind": kind})


def _rule(office: Office, case: Case, kind: str) -> EvidenceRule:
    rule = definition_of(office, case).evidence.get(kind)
    if rule is None or case.state not in rule.asked_in:
        raise RefusedError(Reason("evidence_not_asked", {"kind": kind}))
    if not rule.instead:
        raise RefusedError(Reason("no_other_way", {"kind": kind}))
    return rule


def _refuse_bad_input(rule: EvidenceRule, way: str, text: str) -> None:
    wrong = [] if way in rule.instead else [Reason("answer_not_a_choice", {"field": "way"})]
    if not text:
        wrong.append(Reason("answer_missing", {"field": "way_text"}))
    elif len(text) < SHORTEST_TEXT:
        wrong.append(Reason("field_too_short", {"field": "way_text"}))
    elif len(text) > LONGEST_TEXT:
        wrong.append(Reason("answer_too_long", {"field": "way_text", "limit": LONGEST_TEXT}))
    if wrong:
        raise BadInputError(*wrong)


def _end(session: Session, case: Case, rule: EvidenceRule, now: datetime) -> bool:
    """End the open request for this kind and what was decided on it; whether there was one."""
    of_case = WaiverRequest.case_id == case.id, WaiverRequest.kind == rule.kind, WaiverRequest.withdrawn_at.is_(None)
    request = session.scalar(select(WaiverRequest).where(*of_case))
    if request is None:
        return False
    request.withdrawn_at = now
    decided = FindingRecord.case_id == case.id, FindingRecord.subject == rule.waiver, FindingRecord.superseded_at.is_(None)
    session.execute(update(FindingRecord).where(*decided).values(superseded_at=now))
    session.flush()
    return True


def other_ways(session: Session, case: Case, key: bytes) -> tuple[OtherWay, ...]:
    """Every open request of a case with what was decided on it, oldest first; `key` is that of the person whose case it is."""
    of_case = WaiverRequest.case_id == case.id, WaiverRequest.withdrawn_at.is_(None)
    rows = session.scalars(select(WaiverRequest).where(*of_case).order_by(WaiverRequest.asked_at, WaiverRequest.id)).all()
    subjects = [f"waiver_{row.kind}" for row in rows]
    current = FindingRecord.case_id == case.id, FindingRecord.superseded_at.is_(None), FindingRecord.subject.in_(subjects)
    decided = {found.subject: found for found in session.scalars(select(FindingRecord).where(*current))} if rows else {}
    return tuple(_other_way(row, decided.get(f"waiver_{row.kind}"), key) for row in rows)


def _other_way(row: WaiverRequest, found: FindingRecord | None, key: bytes) -> OtherWay:
    text = vault.unseal(key, row.sealed_text, about=f"waiver/{row.id}")
    if found is None:
        return OtherWay(row.kind, row.way, text, row.asked_at, "", "", None)
    reason = vault.unseal(key, found.sealed_reason, about=f"finding/{row.case_id}/{found.subject}")
    return OtherWay(row.kind, row.way, text, row.asked_at, found.value, reason, found.found_at)
