"""What must hold of a case whose certificate was made, whatever happened on the way."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from credentialing.certificate.outcomes import Verdict
from credentialing.domain.people import Actor, Role
from credentialing.services.issuing import certificate_pdf
from credentialing.services.office import Office
from credentialing.services.verifying import verify_file
from credentialing.storage.records import AuditEvent, Base, Case, CertificateRecord, Counter, LogLeaf
from tests.services.stage import elsewhere


@contextmanager
def branch(office: Office, url: str, files: Path) -> Iterator[tuple[Office, sa.Engine]]:
    """The office on its own connections to the database at `url`, for the length of a block."""
    other, engine = elsewhere(office, url, files=files)
    try:
        yield other, engine
    finally:
        engine.dispose()


def recorded(office: Office) -> list[tuple[str, str]]:
    """Number and status of every certificate that was ever begun."""
    with office.reading() as session:
        return [(row.number, row.status) for row in session.scalars(sa.select(CertificateRecord).order_by(CertificateRecord.number))]


def everything(engine: sa.Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with engine.connect() as connection:
        return {name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr) for name, table in Base.metadata.tables.items()}


def faults(office: Office, case_id: str) -> list[str]:
    """Everything that is not as it must be when one case was issued on a fresh log: empty when there is exactly one certificate, whole, logged and closed."""
    with office.reading() as session:
        case = session.get_one(Case, case_id)
        owner = Actor(case.person_id, frozenset({Role.APPLICANT}))
        records = session.execute(sa.select(CertificateRecord.status, CertificateRecord.sha256, CertificateRecord.edition)).all()
        leaves = session.execute(sa.select(LogLeaf.position, LogLeaf.kind).order_by(LogLeaf.position)).all()
        counters = dict(tuple(row) for row in session.execute(sa.select(Counter.name, Counter.value)))
        events = session.execute(sa.select(AuditEvent.event, AuditEvent.details).where(AuditEvent.case_id == case_id)).all()
        ending = (case.state, case.outcome, case.closed_at is None, case.wake_at)
    certify = [event for event, details in events if event == "case_moved" and details["move"] == "certify"]
    named = [event for event, _ in events if event.startswith("certificate_")]
    _, pdf = certificate_pdf(office, actor=owner, case_id=case_id)
    held = {
        "one record, issued, first edition": [tuple(row) for row in records] == [("issued", hashlib.sha256(pdf).hexdigest(), 1)],
        "a log of intent and issuance without a gap": [tuple(row) for row in leaves] == [(0, "intent"), (1, "issuance")],
        "counters without a gap": counters == {"certificate": 1, "log": 2},
        "a closed case": ending == ("certified", "granted", False, None),
        "each event once": (len(certify), sorted(named)) == (1, ["certificate_intended", "certificate_issued"]),
    }
    return [name for name, holds in held.items() if not holds]


def is_original(office: Office, case_id: str) -> bool:
    """Whether the file of a case is what a stranger would call the original."""
    with office.reading() as session:
        owner = Actor(session.get_one(Case, case_id).person_id, frozenset({Role.APPLICANT}))
    return verify_file(office, data=certificate_pdf(office, actor=owner, case_id=case_id)[1]).verdict is Verdict.ORIGINAL
