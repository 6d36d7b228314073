"""Certificates whose log is what matters: real rows, seals, files and leaves, without the pages."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from credentialing.crypto import envelope
from credentialing.services import transparency
from credentialing.services.office import Office
from credentialing.storage.records import Case, CertificateRecord, Counter, LogEntry, LogLeaf, Person
from tests.office import START


def _case(office: Office, session: Session, name: str) -> None:
    if session.get(Person, "p") is None:
        session.add(Person(id="p", contact_index=b"p", wrapped_key=b"w", kek_id="k", sealed_profile=b"s", language="es", registered_at=START))
        session.flush()
    session.add(Case(
        id=name, number=f"CO-{name}", person_id="p", procedure="x", version=1, digest="d", state="certified", revision=0, waits_for="nobody",
        sealed_answers=b"", answered={}, opened_at=START,
    ))  # fmt: skip
    session.flush()


def begin(office: Office, name: str) -> None:
    """A certificate that was begun: its row and its intent leaf."""
    with office.transaction() as session:
        _case(office, session, name)
        face, salt, code = f"face of {name}".encode(), office.entropy.bytes(16), f"CODE{name}"[-13:]
        record = CertificateRecord(
            id=name, case_id=name, edition=1, number=f"N-{name}", code=code, status="intended", intended_at=office.clock.now(),
            sealed_face=envelope.seal_for_register(office.keys, face, code, entropy=office.entropy),
            sealed_salt=envelope.seal_for_register(office.keys, salt, code, entropy=office.entropy),
        )  # fmt: skip
        session.add(record)
        session.flush()
        transparency.append(office, session, kind="intent", certificate=record, digest=hashlib.sha256(face).digest(), now=office.clock.now())


def issue(office: Office, name: str) -> bytes:
    """The certificate is issued: its file, and its issuance leaf; the bytes of the file."""
    pdf = f"file of {name}".encode()
    sha256 = hashlib.sha256(pdf).hexdigest()
    office.files.put(f"certificates/{sha256}", envelope.seal_for_register(office.keys, pdf, sha256, entropy=office.entropy))
    with office.transaction() as session:
        record = session.get_one(CertificateRecord, name)
        record.status, record.sha256, record.issued_at = "issued", sha256, office.clock.now()
        transparency.append(office, session, kind="issuance", certificate=record, digest=hashlib.sha256(pdf).digest(), now=office.clock.now())
    return pdf


def certify(office: Office, *names: str) -> None:
    """Certificates, begun and issued one after the other."""
    for name in names:
        begin(office, name)
        issue(office, name)


def lay_leaves(office: Office, count: int) -> None:
    """Many leaves at once, behind those that are there: what a log looks like after years."""
    with office.transaction() as session:
        start = session.scalar(sa.select(Counter.value).where(Counter.name == "log")) or 0
        rows = [{"position": start + at, "kind": "intent", "leaf": hashlib.sha256(b"%d" % (start + at)).digest(), "at": START} for at in range(count)]
        session.execute(sa.insert(LogLeaf), rows)
        session.merge(Counter(name="log", value=start + count))


def entries(office: Office) -> list[LogEntry]:
    """What every leaf commits to, in order."""
    with office.reading() as session:
        found = list(session.scalars(sa.select(LogEntry).order_by(LogEntry.position)))
        session.expunge_all()
        return found
