"""After a key was lost: which certificates in force rest on it with no trusted time of before, so that they must be issued again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from credentialing.certificate.attachments import credential_in
from credentialing.certificate.credential_reading import read_credential
from credentialing.certificate.outcomes import Check
from credentialing.certificate.qr import read_qr_text
from credentialing.certificate.reading import read_pdf
from credentialing.certificate.trust import Trust
from credentialing.crypto import envelope
from credentialing.crypto.keyfiles import KeyState
from credentialing.services import verifying
from credentialing.services.office import Office
from credentialing.services.proving import logged_at
from credentialing.storage.records import Case, CertificateRecord


@dataclass(frozen=True, slots=True)
class Exposed:
    """A certificate in force by its number and that of its case, and what of it nobody can rely on any more: `seal`, `qr`, `credential`."""

    certificate: str
    case: str
    purposes: tuple[str, ...]


def exposed_certificates(office: Office) -> Iterator[Exposed]:
    """Every issued certificate that a compromised key signed and nothing protects, oldest first. Each file is read as a stranger would read it."""
    trust, now = verifying.trust(office), office.clock.now()
    if all(record.state is not KeyState.COMPROMISED for record in office.keys.records):
        return
    with office.reading() as session:
        query = select(CertificateRecord, Case.number).join(Case, Case.id == CertificateRecord.case_id)
        rows = session.execute(query.where(CertificateRecord.status == "issued").order_by(CertificateRecord.issued_at, CertificateRecord.number)).all()
        held = [(record, number, logged_at(session, record)) for record, number in rows]
        session.expunge_all()  # to be looked at without a transaction: reading a file takes its time
    for record, number, since in held:
        if purposes := tuple(_lost(office, record, trust=trust, now=now, since=since)):
            yield Exposed(record.number, number, purposes)


def _lost(office: Office, record: CertificateRecord, *, trust: Trust, now: datetime, since: datetime | None) -> Iterator[str]:
    sha256 = str(record.sha256)
    pdf = envelope.open_from_register(office.keys, office.files.get(f"certificates/{sha256}"), sha256)
    text = envelope.open_from_register(office.keys, record.sealed_qr_text or b"", record.code).decode()
    if _compromised(read_pdf(pdf, trust=trust, now=now, protected_since=since).checks):
        yield "seal"
    if _compromised(read_qr_text(text, trust=trust, protected_since=since).checks):
        yield "qr"
    if (credential := credential_in(pdf)) and _compromised(read_credential(credential, trust=trust, now=now, protected_since=since).checks):
        yield "credential"


def _compromised(checks: tuple[Check, ...]) -> bool:
    return any(check.problem == "key_compromised" for check in checks)
