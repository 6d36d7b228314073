"""The certificates of a case and what happened to them: for the staff with what they may do now, for the holder with the reasons. Changes nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.domain.errors import Reason
from credentialing.domain.people import Actor
from credentialing.services import vault
from credentialing.services.correcting import correctable
from credentialing.services.gathering import definition_of, own_case, refuse_closed, staff_case
from credentialing.services.issuing import open_face
from credentialing.services.office import Office
from credentialing.services.standing import REASONS, against, against_confirming, newest_certificate, waiting
from credentialing.storage.records import Case, CertificateRecord, StandingAct
from credentialing.workflow.model import Definition


@dataclass(frozen=True, slots=True)
class Edition:
    """One certificate that was issued: `status` is `issued`, `revoked` or `superseded`; while it is suspended, `suspended_at` says since when."""

    number: str
    code: str
    status: str
    issued_at: datetime | None
    ended_at: datetime | None
    suspended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act, with the grounds in the registrar's words; `correction` holds what a replacement says otherwise, by field."""

    act_id: str
    act: str
    reason: str
    grounds: str
    number: str
    proposed_at: datetime
    confirmed_at: datetime | None
    done_at: datetime | None
    withdrawn_at: datetime | None
    by_me: bool
    correction: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the staff sees: editions and acts, the newest first; the act that waits; why this actor cannot do each act, or confirm the one that waits
    (empty when they can)."""

    case_id: str
    case_number: str
    definition: Definition
    editions: tuple[Edition, ...]
    acts: tuple[ActLine, ...]
    waits: ActLine | None
    against: Mapping[str, tuple[Reason, ...]]
    against_confirming: tuple[Reason, ...]
    correctable: Mapping[str, str]


def standing_of(office: Office, *, actor: Actor, case_id: str) -> Standing:
    """The certificates of a case for its staff; NotFoundError when there is none or the case is not theirs to see, RefusedError when it is closed to them."""
    now = office.clock.now()
    with office.reading() as session:
        case = staff_case(office, session, actor=actor, case_id=case_id)
        refuse_closed(office, session, case, actor=actor, now=now)
        newest, definition = newest_certificate(session, case.id), definition_of(office, case)
        acts, open_act = _acts(office, session, case, actor), waiting(session, newest)
        return Standing(
            case_id=case.id,
            case_number=case.number,
            definition=definition,
            editions=_editions(session, case),
            acts=acts,
            waits=next((act for act in acts if open_act is not None and act.act_id == open_act.id), None),
            against={name: against(session, name, definition=definition, certificate=newest, actor=actor) for name in REASONS},
            against_confirming=against_confirming(session, open_act, definition=definition, actor=actor) if open_act is not None else (),
            correctable=correctable(open_face(office, newest)),
        )


def my_certificates(office: Office, *, actor: Actor, case_id: str) -> tuple[tuple[Edition, ...], tuple[ActLine, ...]]:
    """The certificates of the actor's own case and what was done to them, the newest first; proposals that nobody confirmed are not told."""
    with office.reading() as session:
        case = own_case(session, actor=actor, case_id=case_id)
        return _editions(session, case), tuple(act for act in _acts(office, session, case, actor) if act.done_at is not None)


def _editions(session: Session, case: Case) -> tuple[Edition, ...]:
    issued = CertificateRecord.case_id == case.id, CertificateRecord.status != "intended"
    rows = session.scalars(select(CertificateRecord).where(*issued).order_by(CertificateRecord.edition.desc()))
    return tuple(Edition(row.number, row.code, row.status, row.issued_at, row.revoked_at, row.suspended_at) for row in rows)


def _acts(office: Office, session: Session, case: Case, actor: Actor) -> tuple[ActLine, ...]:
    joined = select(StandingAct, CertificateRecord.number).join(CertificateRecord, StandingAct.certificate_id == CertificateRecord.id)
    rows = session.execute(joined.where(StandingAct.case_id == case.id).order_by(StandingAct.proposed_at.desc(), StandingAct.id)).all()
    key = vault.case_key(office, session, case) if rows else b""
    return tuple(_line(key, act, number, actor) for act, number in rows)


def _line(key: bytes, act: StandingAct, number: str, actor: Actor) -> ActLine:
    correction = vault.unseal(key, act.sealed_correction, about=f"standing/correction/{act.id}")
    return ActLine(
        act_id=act.id,
        act=act.act,
        reason=act.reason,
        grounds=vault.unseal(key, act.sealed_grounds, about=f"standing/{act.id}"),
        number=number,
        proposed_at=act.proposed_at,
        confirmed_at=act.confirmed_at,
        done_at=act.done_at,
        withdrawn_at=act.withdrawn_at,
        by_me=act.proposed_by == actor.person_id,
        correction=json.loads(correction) if correction else {},
    )
