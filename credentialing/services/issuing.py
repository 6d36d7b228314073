"""From a granted case to exactly one certificate, in five numbered steps. A crash anywhere resumes with the same number.

1 prepare (pure) · 2 record: number, frozen face, intent leaf · 3 seal: render, sign, verify as a stranger would ·
4 store: file durable, row issued, issuance leaf · 5 certify
"""

import hashlib
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from credentialing.certificate.face import STATUS_ENTRIES, Face, StatusPlace
from credentialing.certificate.issuing import Sealed, Ticket, prepare
from credentialing.certificate.page import Studio, open_studio
from credentialing.crypto import envelope, merkle
from credentialing.domain import numbers
from credentialing.domain.errors import ConflictError, NotFoundError, Reason, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import SYSTEM, Actor
from credentialing.resources import font_cache
from credentialing.services import trail
from credentialing.services.drafting import draft_certificate
from credentialing.services.gathering import case_for, definition_of, gather, refuse_closed
from credentialing.services.moving import Moved, follow, make_move
from credentialing.services.office import Office
from credentialing.services.sealing import seal_for
from credentialing.storage.records import Case, CertificateRecord, Counter, LogLeaf
from credentialing.workflow.law import Refused, decide
from credentialing.workflow.model import Definition

LIVE = ("intended", "issued")


def studio_of(office: Office) -> Studio:
    """The workshop where pages are made; one per process."""
    return open_studio(font_cache(office.settings.instance), office.settings.emblem_file)


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
        record = _live(session, case_id)
        if case.closed_at is not None and record is not None and record.status == "issued":
            return
        face = open_face(office, record) if record else None
        issued = record is not None and record.status == "issued"
        draft = face.draft() if face else draft_certificate(office, session, case, now=now)
    if not issued:
        ticket = prepare(draft, studio=studio_of(office))  # step 1
        face = _record(office, case_id, ticket, now)  # step 2
        sealed = seal_for(office, ticket, face)  # step 3
        _store(office, case_id, face, sealed)  # step 4
    _certify(office, case_id)  # step 5


def _live(session: Session, case_id: str) -> CertificateRecord | None:
    return session.scalar(select(CertificateRecord).where(CertificateRecord.case_id == case_id, CertificateRecord.status.in_(LIVE)))


def live_certificate(session: Session, case_id: str) -> CertificateRecord:
    """The issued certificate of a case; NotFoundError when there is none yet."""
    record = _live(session, case_id)
    if record is None or record.sha256 is None:
        raise NotFoundError("no certificate yet")
    return record


def open_face(office: Office, record: CertificateRecord) -> Face:
    """The frozen face of a certificate, as it was recorded before signing."""
    return Face.from_json(envelope.open_from_register(office.keys, record.sealed_face, record.code))


def _record(office: Office, case_id: str, ticket: Ticket, now: datetime) -> Face:
    """Step 2: under the lock of the case, give a number or find the one already given; freeze the face; lay the intent into the log."""
    with office.transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        record = _live(session, case_id)
        if record is not None:
            return open_face(office, record)
        definition = definition_of(office, case)
        if not _waits(definition, case):
            raise RefusedError(Reason("wrong_state", {"state": case.state}))
        serial = _next(session, "certificate")
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
        _log(session, "intent", salt, hashlib.sha256(face.to_json()).digest(), now)
        trail.note(session, Event.CERTIFICATE_INTENDED, at=now, actor=SYSTEM, case=case, role="system", details={"certificate": record.id})
        return face


def _waits(definition: Definition, case: Case) -> bool:
    """Whether the case is where a certificate is made, and nowhere else: the registrar's act led here, and nothing has closed it since."""
    return any(move.to == case.state and "issue_certificate" in move.effects for move in definition.moves.values())


def _next(session: Session, name: str) -> int:
    """The next whole number of a counter. Raising it locks its row, so writers stand in a line and no number is given twice or lost."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    raised = (
        insert(Counter).values(name=name, value=1).on_conflict_do_update(index_elements=["name"], set_={"value": Counter.value + 1}).returning(Counter.value)
    )
    return session.execute(raised).scalar_one()


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


def _log(session: Session, kind: str, salt: bytes, digest: bytes, now: datetime) -> None:
    """Append a leaf: a salted commitment that says nothing to those who do not hold the salt."""
    leaf = merkle.leaf_hash(kind.encode() + b"\0" + hashlib.sha256(salt + digest).digest())
    session.add(LogLeaf(position=_next(session, "log") - 1, kind=kind, leaf=leaf, at=now))


def _store(office: Office, case_id: str, face: Face, sealed: Sealed) -> None:
    """Step 4: the file first, durable under its digest; then, in one transaction, the row and the issuance leaf."""
    office.files.put(f"certificates/{sealed.sha256}", envelope.seal_for_register(office.keys, sealed.pdf, sealed.sha256, entropy=office.entropy))
    now = office.clock.now()
    qr_text = envelope.seal_for_register(office.keys, sealed.qr_text.encode(), face.code, entropy=office.entropy)
    with office.transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        values = {"status": "issued", "issued_at": now, "sha256": sealed.sha256, "kid": sealed.kid, "sealed_qr_text": qr_text}
        changed = session.execute(update(CertificateRecord).where(CertificateRecord.code == face.code, CertificateRecord.status == "intended").values(values))
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            raise ConflictError("another worker issued it first")
        record = session.scalars(select(CertificateRecord).where(CertificateRecord.code == face.code)).one()
        salt = envelope.open_from_register(office.keys, record.sealed_salt, face.code)
        _log(session, "issuance", salt, bytes.fromhex(sealed.sha256), now)
        trail.note(session, Event.CERTIFICATE_ISSUED, at=now, actor=SYSTEM, case=case, role="system", details={"certificate": record.id})


def _certify(office: Office, case_id: str) -> None:
    """Step 5: the certificate stands, so the system may close the case."""
    now = office.clock.now()
    with office.transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        if case.closed_at is None:
            follow(office, session, case, now=now)


def certificate_pdf(office: Office, *, actor: Actor, case_id: str) -> tuple[str, bytes]:
    """The number and the PDF of a case's certificate, for those who may see the case; NotFoundError when there is none yet.
    RefusedError for staff who must declare first, or who declared a conflict."""
    now = office.clock.now()
    with office.reading() as session:
        case = case_for(office, session, actor=actor, case_id=case_id)
        refuse_closed(office, session, case, actor=actor, now=now)
        record = live_certificate(session, case.id)
        number, sha256 = record.number, str(record.sha256)
    return number, envelope.open_from_register(office.keys, office.files.get(f"certificates/{sha256}"), sha256)
