"""A certificate after it was issued: suspend, lift, revoke, replace. One function is one use case and one transaction; the case itself stays closed.

Suspending and lifting can be undone: one registrar does them at once, with grounds. What is for ever needs two people, as a decision does: a registrar proposes
to revoke or to replace, and another person who registers or decides confirms it. The holder is told of every act that was done, and reads its grounds.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.certificate.issuing import prepare
from credentialing.domain.errors import BadInputError, ConflictError, NotFoundError, Reason, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import Actor, Role
from credentialing.services import people, trail, vault
from credentialing.services.correcting import corrected
from credentialing.services.ending import carry_out
from credentialing.services.gathering import definition_of, refuse_closed, staff_case
from credentialing.services.issuing import make_edition, open_face, studio_of
from credentialing.services.office import Office
from credentialing.storage.records import Case, CertificateRecord, StandingAct
from credentialing.workflow.model import Definition

REASONS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "suspend": ("under_review", "fraud_suspected", "key_in_doubt", "holder_asked"),
    "lift": ("review_ended", "suspended_in_error", "holder_asked"),
    "revoke": ("issued_in_error", "fraud_in_evidence", "decision_annulled", "key_compromised", "holder_asked"),
    "supersede": ("data_wrong", "name_changed", "key_compromised"),
})  # fmt: skip
"""The reason codes of each act; nothing else is accepted."""

AT_ONCE = ("suspend", "lift")
BY_TWO = ("revoke", "supersede")
LONGEST_GROUNDS, SHORTEST_GROUNDS = 2000, 10


def registering(definition: Definition) -> frozenset[Role]:
    """The roles that issue certificates in a procedure, and so propose what happens to them."""
    return frozenset(role for move in definition.moves.values() if "issue_certificate" in move.effects for role in move.by) - {Role.SYSTEM, Role.APPLICANT}


def confirming(definition: Definition) -> frozenset[Role]:
    """The roles that may confirm what a registrar proposed: those that register, and those that decide."""
    return registering(definition) | ({Role.DECISION_MAKER} & frozenset(definition.roles))


def against(session: Session, act: str, *, definition: Definition, certificate: CertificateRecord, actor: Actor) -> tuple[Reason, ...]:
    """Every reason why the actor cannot do (or propose) this act to a certificate now; empty when they can. The buttons are made from it too."""
    reasons = [] if actor.roles & registering(definition) else [Reason("wrong_role", {"needs": tuple(sorted(registering(definition)))})]
    if certificate.status != "issued":
        return (*reasons, Reason("certificate_ended"))
    if act in ("suspend", "supersede") and certificate.suspended_at is not None:
        reasons.append(Reason("certificate_suspended"))
    if act == "lift" and certificate.suspended_at is None:
        reasons.append(Reason("certificate_not_suspended"))
    if act in BY_TWO and waiting(session, certificate) is not None:
        reasons.append(Reason("certificate_act_waits"))
    return tuple(reasons)


def against_confirming(session: Session, act: StandingAct, *, definition: Definition, actor: Actor) -> tuple[Reason, ...]:
    """Every reason why the actor cannot confirm this act: the role, or that they proposed it, with whatever account."""
    reasons = [] if actor.roles & confirming(definition) else [Reason("wrong_role", {"needs": tuple(sorted(confirming(definition)))})]
    if act.proposed_by in people.humans_of(session, str(actor.person_id)) | actor.acts_for:
        reasons.append(Reason("confirmed_by_another"))
    return tuple(reasons)


def waiting(session: Session, certificate: CertificateRecord) -> StandingAct | None:
    """The act about a certificate that was proposed and is neither done nor withdrawn."""
    open_ones = StandingAct.done_at.is_(None), StandingAct.withdrawn_at.is_(None)
    return session.scalar(select(StandingAct).where(StandingAct.certificate_id == certificate.id, *open_ones))


def newest_certificate(session: Session, case_id: str) -> CertificateRecord:
    """The newest certificate of a case that was issued, in force or not; NotFoundError when there is none."""
    issued = CertificateRecord.case_id == case_id, CertificateRecord.status != "intended"
    record = session.scalar(select(CertificateRecord).where(*issued).order_by(CertificateRecord.edition.desc()).limit(1))
    if record is None:
        raise NotFoundError("no certificate yet")
    return record


def suspend(office: Office, *, actor: Actor, case_id: str, reason: str, grounds: str) -> str:
    """Suspend the certificate of a case at once, until it is lifted; the id of the act.
    RefusedError with every reason, BadInputError for reason and grounds."""
    return _at_once(office, "suspend", actor=actor, case_id=case_id, reason=reason, grounds=grounds)


def lift(office: Office, *, actor: Actor, case_id: str, reason: str, grounds: str) -> str:
    """End the suspension of the certificate of a case: it is in force again. Otherwise as `suspend`."""
    return _at_once(office, "lift", actor=actor, case_id=case_id, reason=reason, grounds=grounds)


def _at_once(office: Office, name: str, *, actor: Actor, case_id: str, reason: str, grounds: str) -> str:
    now = office.clock.now()
    with office.transaction() as session:
        case, certificate = _entered(office, session, name, actor=actor, case_id=case_id, now=now)
        act = _recorded(office, session, name, case=case, certificate=certificate, actor=actor, reason=reason, grounds=grounds, now=now)
        carry_out(office, session, case=case, act=act, actor=actor, role=_role(office, case, actor), now=now)
        return act.id


def propose_revocation(office: Office, *, actor: Actor, case_id: str, reason: str, grounds: str) -> str:
    """Propose to revoke the certificate of a case for ever; nothing happens until somebody else confirms it. Otherwise as `suspend`."""
    now = office.clock.now()
    with office.transaction() as session:
        case, certificate = _entered(office, session, "revoke", actor=actor, case_id=case_id, now=now)
        act = _recorded(office, session, "revoke", case=case, certificate=certificate, actor=actor, reason=reason, grounds=grounds, now=now)
        _note(office, session, Event.CERTIFICATE_ACT_PROPOSED, case=case, act=act, actor=actor, now=now)
        return act.id


def propose_replacement(office: Office, *, actor: Actor, case_id: str, reason: str, grounds: str, correction: Mapping[str, str]) -> str:
    """Propose to replace the certificate of a case by a corrected edition (`correction`: fields of `correcting.correctable` with their new texts).
    The page is tried out now, so that one that cannot be made is refused before anybody confirms it. Otherwise as `propose_revocation`."""
    now = office.clock.now()
    with office.reading() as session:
        case, certificate = _entered(office, session, "supersede", actor=actor, case_id=case_id, now=now, lock=False)
        old, country = open_face(office, certificate), definition_of(office, case).procedure.country
    prepare(corrected(old, correction, reason=reason, country=country, now=now), studio=studio_of(office))
    with office.transaction() as session:
        case, certificate = _entered(office, session, "supersede", actor=actor, case_id=case_id, now=now)
        act = _recorded(office, session, "supersede", case=case, certificate=certificate, actor=actor, reason=reason, grounds=grounds, now=now)
        act.sealed_correction = _seal(office, session, case, json.dumps(dict(correction), ensure_ascii=False), about=f"standing/correction/{act.id}")
        _note(office, session, Event.CERTIFICATE_ACT_PROPOSED, case=case, act=act, actor=actor, now=now)
        return act.id


def revoke(office: Office, *, actor: Actor, case_id: str, act_id: str) -> None:
    """Confirm a proposed revocation, which is done with that. NotFoundError when none waits under this id, RefusedError with every reason."""
    now = office.clock.now()
    with office.transaction() as session:
        case, act = _confirmed(office, session, "revoke", actor=actor, case_id=case_id, act_id=act_id, now=now)
        carry_out(office, session, case=case, act=act, actor=actor, role=_role(office, case, actor), now=now)


def supersede(office: Office, *, actor: Actor, case_id: str, act_id: str) -> None:
    """Confirm a proposed replacement. The worker makes the new edition; the old one stays in force until the very transaction in which the new one is issued.
    Otherwise as `revoke`."""
    now = office.clock.now()
    with office.transaction() as session:
        case, act = _confirmed(office, session, "supersede", actor=actor, case_id=case_id, act_id=act_id, now=now)
        _note(office, session, Event.CERTIFICATE_ACT_CONFIRMED, case=case, act=act, actor=actor, now=now)
        office.jobs.enqueue(session, "reissue", f"reissue-{act.id}", {"act_id": act.id})


def withdraw_proposal(office: Office, *, actor: Actor, case_id: str, act_id: str) -> None:
    """Take a proposal back that nobody has confirmed yet, one's own or a colleague's; nothing has happened to the certificate. Otherwise as `revoke`."""
    now = office.clock.now()
    with office.transaction() as session:
        case, act = _waiting_act(office, session, actor=actor, case_id=case_id, act_id=act_id, now=now)
        if not actor.roles & confirming(definition_of(office, case)):
            raise RefusedError(Reason("wrong_role", {"needs": tuple(sorted(confirming(definition_of(office, case))))}))
        act.withdrawn_at, act.withdrawn_by = now, actor.person_id
        session.flush()
        _note(office, session, Event.CERTIFICATE_ACT_WITHDRAWN, case=case, act=act, actor=actor, now=now)


def reissue(office: Office, *, act_id: str) -> None:
    """Make the edition that replaces a certificate, in the steps of issuing. Doing it again does nothing; after a crash it goes on where it stopped."""
    now = office.clock.now()
    with office.reading() as session:
        act = session.get_one(StandingAct, act_id)
        if act.done_at is not None or act.confirmed_at is None:
            return
        case, certificate = session.get_one(Case, act.case_id), session.get_one(CertificateRecord, act.certificate_id)
        correction = json.loads(vault.unseal(vault.case_key(office, session, case), act.sealed_correction, about=f"standing/correction/{act.id}"))
        begun = session.scalar(select(CertificateRecord).where(CertificateRecord.case_id == case.id, CertificateRecord.status == "intended"))
        country = definition_of(office, case).procedure.country
        fresh = corrected(open_face(office, certificate), correction, reason=act.reason, country=country, now=now)
        draft, case_id = (open_face(office, begun).draft() if begun is not None else fresh), case.id
    make_edition(office, case_id, draft, replaces=act_id)


def _entered(
    office: Office, session: Session, name: str, *, actor: Actor, case_id: str, now: datetime, lock: bool = True
) -> tuple[Case, CertificateRecord]:
    """The case and its newest certificate, when the actor may do this act to it."""
    case = staff_case(office, session, actor=actor, case_id=case_id, lock=lock)
    refuse_closed(office, session, case, actor=actor, now=now)
    certificate = newest_certificate(session, case.id)
    if reasons := against(session, name, definition=definition_of(office, case), certificate=certificate, actor=actor):
        raise RefusedError(*reasons)
    return case, certificate


def _waiting_act(office: Office, session: Session, *, actor: Actor, case_id: str, act_id: str, now: datetime) -> tuple[Case, StandingAct]:
    case = staff_case(office, session, actor=actor, case_id=case_id, lock=True)
    refuse_closed(office, session, case, actor=actor, now=now)
    act = session.get(StandingAct, act_id, with_for_update=True)
    if act is None or act.case_id != case.id:
        raise NotFoundError("no such act")
    if act.done_at is not None or act.withdrawn_at is not None or act.confirmed_at is not None:
        raise ConflictError("it was confirmed or withdrawn meanwhile")
    return case, act


def _confirmed(office: Office, session: Session, name: str, *, actor: Actor, case_id: str, act_id: str, now: datetime) -> tuple[Case, StandingAct]:
    case, act = _waiting_act(office, session, actor=actor, case_id=case_id, act_id=act_id, now=now)
    if act.act != name:
        raise NotFoundError("no such act")
    if reasons := against_confirming(session, act, definition=definition_of(office, case), actor=actor):
        raise RefusedError(*reasons)
    act.confirmed_at, act.confirmed_by = now, actor.person_id
    session.flush()
    return case, act


def _recorded(
    office: Office, session: Session, name: str, *, case: Case, certificate: CertificateRecord, actor: Actor, reason: str, grounds: str, now: datetime
) -> StandingAct:
    """The row of an act, its grounds sealed; BadInputError when the reason is not one of the act's, or the grounds say nothing."""
    faults = [Reason("field_not_a_choice", {"field": "reason"})] if reason not in REASONS[name] else []
    clean = grounds.strip()
    if not SHORTEST_GROUNDS <= len(clean) <= LONGEST_GROUNDS:
        code = "field_blank" if not clean else "field_too_short" if len(clean) < SHORTEST_GROUNDS else "field_too_long"
        faults.append(Reason(code, {"field": "grounds", "limit": LONGEST_GROUNDS}))
    if faults:
        raise BadInputError(*faults)
    act_id = office.entropy.id()
    sealed = _seal(office, session, case, clean, about=f"standing/{act_id}")
    act = StandingAct(
        id=act_id, certificate_id=certificate.id, case_id=case.id, act=name, reason=reason, sealed_grounds=sealed,
        proposed_by=str(actor.person_id), proposed_at=now,
        done_at=now if name in AT_ONCE else None,  # never waits: the row of the certificate changes in the same transaction
    )  # fmt: skip
    session.add(act)
    session.flush()
    return act


def _seal(office: Office, session: Session, case: Case, text: str, *, about: str) -> bytes:
    return vault.seal(office, vault.case_key(office, session, case), text, about=about)


def _role(office: Office, case: Case, actor: Actor) -> str:
    """The role in which somebody acts on a certificate, for the trail."""
    definition = definition_of(office, case)
    return sorted(actor.roles & registering(definition) or actor.roles & confirming(definition))[0].value


def _note(office: Office, session: Session, event: Event, *, case: Case, act: StandingAct, actor: Actor, now: datetime) -> None:
    details = {"certificate": act.certificate_id, "act": act.id, "what": act.act, "reason": act.reason}
    trail.note(session, event, at=now, actor=actor, case=case, role=_role(office, case, actor), details=details)
