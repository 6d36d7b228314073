"""Evidence: taking it in, showing it, taking it back. Bytes are encrypted before they touch the disk; every reading leaves a trace."""

import hashlib
import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credentialing.crypto import envelope
from credentialing.domain.errors import BadInputError, CredentialingError, NotFoundError, Reason, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import Actor
from credentialing.domain.ports import ReadDocument
from credentialing.services import trail, vault
from credentialing.services.gathering import case_for, definition_of, own_case, refuse_closed
from credentialing.services.office import Office
from credentialing.storage.records import AccessEvent, Case, EvidenceRecord

FILES_PER_CASE = 40
BYTES_PER_CASE = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PageCopy:
    """A clean viewing copy of one page."""

    media_type: str
    data: bytes


def add_evidence(office: Office, *, actor: Actor, case_id: str, kind: str, accepted_as: str | None, file_name: str, data: bytes) -> str:
    """Inspect, re-draw, encrypt and keep one paper; its id. BadInputError (field `file`) says what is wrong with the file; what was there before stays.
    RefusedError when this kind is not asked for now, or the case is full."""
    with office.reading() as session:
        case = own_case(session, actor=actor, case_id=case_id)
        _refuse_unasked(office, session, case, kind, accepted_as, len(data))
    document = office.reader.read(data, file_name)  # slow: outside the transaction
    now = office.clock.now()
    evidence_id = office.entropy.id()
    with office.reading() as session:
        key = vault.case_key(office, session, own_case(session, actor=actor, case_id=case_id))
    _keep_files(office, key, case_id, evidence_id, data, document)
    try:
        with office.transaction() as session:
            case = own_case(session, actor=actor, case_id=case_id, lock=True)
            _refuse_unasked(office, session, case, kind, accepted_as, len(data))
            session.add(_record(office, key, case, evidence_id, kind, accepted_as, file_name, data, document, now))
            trail.note(session, Event.EVIDENCE_ADDED, at=now, actor=actor, case=case, role="applicant", details={"evidence": evidence_id, "kind": kind})
    except CredentialingError:
        # Refused, so no record will ever name them. After any other failure the commit may have happened: then the files must stay.
        destroy_files(office, evidence_id=evidence_id, pages=len(document.pages))
        raise
    return evidence_id


def _refuse_unasked(office: Office, session: Session, case: Case, kind: str, accepted_as: str | None, size: int) -> None:
    rule = definition_of(office, case).evidence.get(kind)
    if rule is None or case.state not in rule.asked_in:
        raise RefusedError(Reason("evidence_not_asked", {"kind": kind}))
    if accepted_as is not None and accepted_as not in rule.accepts:
        raise BadInputError(Reason("answer_not_a_choice", {"field": "accepted_as"}))
    count, total = session.execute(
        select(func.count(), func.coalesce(func.sum(EvidenceRecord.size), 0)).where(EvidenceRecord.case_id == case.id, EvidenceRecord.removed_at.is_(None))
    ).one()
    if count >= FILES_PER_CASE or total + size > BYTES_PER_CASE:
        raise RefusedError(Reason("evidence_full", {"files": FILES_PER_CASE, "megabytes": BYTES_PER_CASE // 1024**2}))


def _keep_files(office: Office, key: bytes, case_id: str, evidence_id: str, data: bytes, document: ReadDocument) -> None:
    parts = {"original": data, **{f"page-{number}": page.data for number, page in enumerate(document.pages, start=1)}}
    for part, content in parts.items():
        sealed = envelope.seal_file(key, content, case_id=case_id, file_id=f"{evidence_id}/{part}", entropy=office.entropy)
        office.files.put(f"evidence/{evidence_id}/{part}", sealed)


def _record(
    office: Office,
    key: bytes,
    case: Case,
    evidence_id: str,
    kind: str,
    accepted_as: str | None,
    file_name: str,
    data: bytes,
    document: ReadDocument,
    now: datetime,
) -> EvidenceRecord:
    name = unicodedata.normalize("NFC", file_name)[-120:]
    about = {"name": name, "pages": [page.media_type for page in document.pages]}
    return EvidenceRecord(
        id=evidence_id,
        case_id=case.id,
        kind=kind,
        accepted_as=accepted_as,
        media_type=document.media_type,
        size=len(data),
        pages=len(document.pages),
        fingerprint=office.keys.contact_index("file/" + hashlib.sha256(data).hexdigest()),
        sealed_name=vault.seal(office, key, json.dumps(about, ensure_ascii=False), about=f"evidence/{evidence_id}"),
        added_at=now,
    )


def remove_evidence(office: Office, *, actor: Actor, case_id: str, evidence_id: str) -> None:
    """Take a paper back while its kind may still be changed. Its files are destroyed by durable work after the commit, whatever crashes in between."""
    now = office.clock.now()
    with office.transaction() as session:
        case = own_case(session, actor=actor, case_id=case_id, lock=True)
        record = _current(session, case, evidence_id)
        if case.state not in definition_of(office, case).evidence[record.kind].asked_in:
            raise RefusedError(Reason("wrong_state"))
        record.removed_at = now
        job = {"evidence_id": evidence_id, "pages": str(record.pages)}
        trail.note(session, Event.EVIDENCE_REMOVED, at=now, actor=actor, case=case, role="applicant", details={"evidence": evidence_id, "kind": record.kind})
        session.flush()
        office.jobs.enqueue(session, "destroy_paper", f"destroy-{evidence_id}", job)


def destroy_files(office: Office, *, evidence_id: str, pages: int) -> None:
    """Take every file of one paper out of the store; doing it again does nothing."""
    for part in ("original", *(f"page-{number}" for number in range(1, pages + 1))):
        office.files.delete(f"evidence/{evidence_id}/{part}")


def _current(session: Session, case: Case, evidence_id: str) -> EvidenceRecord:
    record = session.get(EvidenceRecord, evidence_id)
    if record is None or record.case_id != case.id or record.removed_at is not None:
        raise NotFoundError("no such paper")
    return record


def read_page(office: Office, *, actor: Actor, case_id: str, evidence_id: str, page: int) -> PageCopy:
    """The viewing copy of a page (1 is the first), and a line in the list of readings that the applicant sees. NotFoundError for a page that is not there;
    RefusedError for staff who must declare first, or who declared a conflict."""
    now = office.clock.now()
    with office.transaction() as session:
        case = case_for(office, session, actor=actor, case_id=case_id)
        refuse_closed(office, session, case, actor=actor, now=now)
        record = _current(session, case, evidence_id)
        if not 1 <= page <= record.pages or actor.person_id is None:
            raise NotFoundError("no such page")
        key = vault.case_key(office, session, case)
        about = json.loads(vault.unseal(key, record.sealed_name, about=f"evidence/{evidence_id}"))
        role = "applicant" if case.person_id == actor.person_id else min(role.value for role in actor.roles if role.value != "applicant")
        session.add(AccessEvent(at=now, case_id=case.id, evidence_id=evidence_id, page=page, person_id=actor.person_id, role=role))
    sealed = office.files.get(f"evidence/{evidence_id}/page-{page}")
    data = envelope.open_file(key, sealed, case_id=case_id, file_id=f"{evidence_id}/page-{page}")
    return PageCopy(about["pages"][page - 1], data)
