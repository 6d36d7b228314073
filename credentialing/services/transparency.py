"""The transparency log: every certificate that was begun, issued or changed leaves a commitment in a tree whose checkpoints are signed and published.

A leaf says nothing to those who do not hold the salt of its certificate, and nothing that was published can be taken back unseen.
"""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from credentialing.crypto import envelope, merkle
from credentialing.services.counting import next_number
from credentialing.services.office import Office, Register
from credentialing.storage.records import CertificateRecord, LogEntry, LogLeaf


def salt_of(register: Register, certificate: CertificateRecord) -> bytes:
    """The 16 bytes that tie a certificate to its leaves; whoever holds them and the file can recompute the leaf."""
    return envelope.open_from_register(register.keys, certificate.sealed_salt, certificate.code)


def entry_of(kind: str, *, salt: bytes, digest: bytes) -> bytes:
    """The entry of a leaf, as it is published: the kind, a zero byte, and the SHA-256 of salt and digest."""
    return kind.encode() + b"\0" + hashlib.sha256(salt + digest).digest()


def append(office: Office, session: Session, *, kind: str, certificate: CertificateRecord, digest: bytes, now: datetime) -> int:
    """Append a leaf about a certificate, in the transaction of the act itself, and give its position.

    `kind` is `intent` (`digest` the SHA-256 of the frozen face), `issuance` (that of the PDF) or `status` (that of whatever says exactly what changed and
    when). Raising the counter of the log puts the writers in a line.
    """
    entry = entry_of(kind, salt=salt_of(office, certificate), digest=digest)
    position = next_number(session, "log") - 1
    session.add(LogLeaf(position=position, kind=kind, leaf=merkle.leaf_hash(entry), at=now))
    session.add(LogEntry(position=position, certificate_id=certificate.id, kind=kind, entry=entry, digest=digest))
    return position
