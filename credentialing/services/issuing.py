"""From a granted case to exactly one certificate, in five numbered steps. A crash anywhere resumes with the same number.

1 prepare (pure) · 2 record: number, frozen face, intent leaf · 3 seal: render, sign, verify as a stranger would ·
4 store: file durable, row issued, issuance leaf · 5 certify
"""

import hashlib
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from credentialing.certificate.face import STATUS_ENTRIES, Draft, Face, StatusPlace
from credentialing.certificate.issuing import Sealed, Ticket, prepare
from credentialing.certificate.page import Studio, open_studio
from credentialing.certificate.profiles import PROFILES
from credentialing.crypto import envelope
from credentialing.domain import numbers
from credentialing.domain.errors import ConflictError, NotFoundError, Reason, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import SYSTEM, Actor
from credentialing.resources import font_cache
from credentialing.services import trail, transparency
from credentialing.services.counting import next_number
from credentialing.services.drafting import draft_certificate
from credentialing.services.ending import carry_out
from credentialing.services.gathering import case_for, definition_of, gather, refuse_closed
from credentialing.services.keeping import newest_file
from credentialing.services.moving import Moved, follow, make_move
from credentialing.services.office import Office
from credentialing.services.sealing import seal_for
from credentialing.storage.records import Case, CertificateRecord, StandingAct
from credentialing.workflow.law import Refused, decide
from credentialing.workflow.model import Definition

LIVE = ("intended", "issued")


def studio_of(office: Office) -> Studio:
    """The workshop where pages are made; one per process."""
    settings = office.settings
    return open_studio(font_cache(settings.instance), settings.emblem_file, PROFILES[settings.certificate_profile])


def request_issue(office: Office, *, actor: Actor, case_id: str, seen_revision: int) -> Moved:
    """The registrar's act: everything that can be checked is checked now, so that a certificate that cannot be made is refused with reasons at once.
    ConflictError and RefusedError as `make_move`, before any page is laid out."""
    now = office.clock.now()
    with office.reading() as session:
        case = case_for(office, session, actor=actor, case_id=case_id)
        if case.revision != seen_revision:
            raise ConflictError("the case has moved")
        decision = decide(definition_of(office, case), gather(office, session, case, now=now), move="issue", actor=actor, given={})
        if isinstance(decision, Refused):
            raise RefusedError(*decision.reasons)
        draft = draft_certificate(office, session, case, now=now)
    prepare(draft, studio=studio_of(office))
    return make_move(office, actor=actor, case_id=case_id, move="issue", seen_revision=seen_revision, given={})


def issue_certificate(office: Office, *, case_id: str) -> None:
    """Make the certificate of a case that waits for it. Doing it again does nothing; doing it after a crash goes on where it stopped.
    RefusedError for a case that does not wait for one."""
    now = office.clock.now()
    with office.reading() as session:
        case = session.get_one(Case, case_id)
        record = session.scalar(_of_case(case_id, *LIVE))
        if case.closed_at is not None and record is not None and record.status == "issued":
            return
        issued = record is not None and record.status == "issued"
        draft = open_face(office, record).draft() if record else draft_certificate(office, session, case, now=now)
    if not issued:
        make_edition(office, case_id, draft)  # steps 1 to 4
    _certify(office, case_id)  # step 5


def make_edition(office: Office, case_id: str, draft: Draft, *, replaces: str | None = None) -> None:
    """Steps 1 to 4: the first certificate of a case, or the edition that takes the place of another by the confirmed act `replaces`.
    When it was begun and interrupted, `draft` must be that of the face that was recorded then: it goes on with its number."""
    now = office.clock.now()
    ticket = prepare(draft, studio=studio_of(office))  # step 1
    face = _record(office, case_id, ticket, now, replaces=replaces)  # step 2
    sealed = seal_for(office, ticket, face)  # step 3
    _store(office, case_id, face, sealed, replaces=replaces)  # step 4


def _of_case(case_id: str, *statuses: str) -> Select[CertificateRecord]:
    of_case = select(CertificateRecord).where(CertificateRecord.case_id == case_id, CertificateRecord.status.in_(statuses))
    return of_case.order_by(CertificateRecord.edition).limit(1)  # an issued one goes before the one that is to replace it


def live_certificate(session: Session, case_id: str) -> CertificateRecord:
    """The issued certificate of a case, suspended or not; NotFoundError when there is none yet, or none any more."""
    record = session.scalar(_of_case(case_id, "issued"))
    if record is None:
        raise NotFoundError("no certificate yet")
    return record


def open_face(office: Office, record: CertificateRecord) -> Face:
    """The frozen face of a certificate, as it was recorded before signing."""
    return Face.from_json(envelope.open_from_register(office.keys, record.sealed_face, record.code))


def _record(office: Office, case_id: str, ticket: Ticket, now: datetime, *, replaces: str | None) -> Face:
    """Step 2: under the lock of the case, give a number or find the one already given; freeze the face; lay the intent into the log."""
    with office.transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        record = session.scalar(_of_case(case_id, *(LIVE if replaces is None else ("intended",))))
        if record is not None:
            return open_face(office, record)
        definition = definition_of(office, case)
        if replaces is None and not _waits(definition, case):
            raise RefusedError(Reason("wrong_state", {"state": case.state}))
        serial = next_number(session, "certificate")
        number = numbers.certificate_number(definition.certificate.prefix, ticket.draft.issued_on.year, serial)
        face = ticket.numbered(number=number, code=_free_code(office, session), status=_free_place(office, session, serial))
        salt = office.entropy.bytes(16)
        edition = 1 + (session.scalar(select(func.count()).where(CertificateRecord.case_id == case_id)) or 0)
        record = CertificateRecord(
            id=office.entropy.id(),
            case_id=case_id,
            edition=edition,
            number=face.number,
            code=face.code,
            status="intended",
            sealed_face=envelope.seal_for_register(office.keys, face.to_json(), face.code, entropy=office.entropy),
            sealed_salt=envelope.seal_for_register(office.keys, salt, face.code, entropy=office.entropy),
            intended_at=now,
            expires_on=face.expires_on,
            list_number=face.status.list_number if face.status else None,
            list_index=face.status.index if face.status else None,
        )
        session.add(record)
        transparency.append(office, session, kind="intent", certificate=record, digest=hashlib.sha256(face.to_json()).digest(), now=now)
        trail.note(session, Event.CERTIFICATE_INTENDED, at=now, actor=SYSTEM, case=case, role="system", details={"certificate": record.id})
        return face


def _waits(definition: Definition, case: Case) -> bool:
    """Whether the case is where a certificate is made, and nowhere else: the registrar's act led here, and nothing has closed it since."""
    return any(move.to == case.state and "issue_certificate" in move.effects for move in definition.moves.values())


def _free_code(office: Office, session: Session) -> str:
    while True:
        code = numbers.new_certificate_code(office.entropy)
        if session.scalar(select(CertificateRecord.id).where(CertificateRecord.code == code)) is None:
            return code


def _free_place(office: Office, session: Session, serial: int) -> StatusPlace:
    """A free place in a status list, drawn evenly, so that it says nothing of when it was given. A list serves as many certificates as half its entries, so a
    second draw is needed at most every other time. The caller stands in the line of the counter, so no place is given twice."""
    list_number = 1 + (serial - 1) // (STATUS_ENTRIES // 2)
    while True:
        index = office.entropy.below(STATUS_ENTRIES)
        taken = CertificateRecord.list_number == list_number, CertificateRecord.list_index == index
        if session.scalar(select(CertificateRecord.id).where(*taken)) is None:
            return StatusPlace(list_number, index)


def _store(office: Office, case_id: str, face: Face, sealed: Sealed, *, replaces: str | None) -> None:
    """Step 4: the file first, durable under its digest; then, in one transaction, the end of the edition that is replaced, the row and the issuance leaf."""
    office.files.put(f"certificates/{sealed.sha256}", envelope.seal_for_register(office.keys, sealed.pdf, sealed.sha256, entropy=office.entropy))
    now = office.clock.now()
    qr_text = envelope.seal_for_register(office.keys, sealed.qr_text.encode(), face.code, entropy=office.entropy)
    with office.transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        suspended = _exchange(office, session, case, replaces, now) if replaces is not None else None
        values = {"status": "issued", "issued_at": now, "sha256": sealed.sha256, "kid": sealed.kid, "sealed_qr_text": qr_text, "suspended_at": suspended}
        changed = session.execute(update(CertificateRecord).where(CertificateRecord.code == face.code, CertificateRecord.status == "intended").values(values))
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            raise ConflictError("another worker issued it first")
        record = session.scalars(select(CertificateRecord).where(CertificateRecord.code == face.code)).one()
        transparency.append(office, session, kind="issuance", certificate=record, digest=bytes.fromhex(sealed.sha256), now=now)
        trail.note(session, Event.CERTIFICATE_ISSUED, at=now, actor=SYSTEM, case=case, role="system", details={"certificate": record.id})


def _exchange(office: Office, session: Session, case: Case, act_id: str, now: datetime) -> datetime | None:
    """End the edition that is replaced; since when it was suspended, which its successor is too. ConflictError when it ended in another way meanwhile."""
    act = session.get_one(StandingAct, act_id, with_for_update=True)
    if act.done_at is not None:
        raise ConflictError("another worker replaced it first")
    suspended = session.get_one(CertificateRecord, act.certificate_id).suspended_at
    carry_out(office, session, case=case, act=act, actor=SYSTEM, role="system", now=now)
    return suspended


def _certify(office: Office, case_id: str) -> None:
    """Step 5: the certificate stands, so the system may close the case."""
    now = office.clock.now()
    with office.transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        if case.closed_at is None:
            follow(office, session, case, now=now)


def certificate_pdf(office: Office, *, actor: Actor, case_id: str) -> tuple[str, bytes]:
    """The number and the PDF of a case's certificate (the last archived one, else the sealed one), for those who may see the case; NotFoundError when
    there is none yet.
    RefusedError for staff who must declare first, or who declared a conflict."""
    now = office.clock.now()
    with office.reading() as session:
        case = case_for(office, session, actor=actor, case_id=case_id)
        refuse_closed(office, session, case, actor=actor, now=now)
        record = live_certificate(session, case.id)
        number, sha256 = record.number, newest_file(session, record)
    return number, envelope.open_from_register(office.keys, office.files.get(f"certificates/{sha256}"), sha256)
