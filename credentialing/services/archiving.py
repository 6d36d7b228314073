"""Seals for the long term: issued certificates are archived (level B-LTA) by a command that is run now and then, and archived again before that ends.

The sealed file stays in the register beside every archived one; each of them is the original. Nothing is archived by half: what lacks a revocation list of
any authority is left as it was, and said.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from credentialing.certificate.archiving import archive_pdf, list_addresses
from credentialing.certificate.reading import read_pdf
from credentialing.certificate.timestamping import Stamping
from credentialing.crypto import envelope
from credentialing.domain.errors import BrokenSealError, MisconfiguredError
from credentialing.services.keeping import newest_file
from credentialing.services.office import Office
from credentialing.services.stamping import stamping_of
from credentialing.services.verifying import trust
from credentialing.storage.records import ArchivedFile, CertificateRecord

RENEW_BEFORE = timedelta(days=365)
"""How long before its last time stamp ends a certificate is archived again."""


def due_for_archive(office: Office) -> tuple[str, ...]:
    """The ids of the issued certificates that were never archived, or whose archiving ends within a year, oldest first."""
    last = select(ArchivedFile.certificate_id, func.max(ArchivedFile.until).label("until")).group_by(ArchivedFile.certificate_id).subquery()
    wanted = (
        select(CertificateRecord.id)
        .outerjoin(last, last.c.certificate_id == CertificateRecord.id)
        .where(CertificateRecord.status == "issued", (last.c.until.is_(None)) | (last.c.until < office.clock.now() + RENEW_BEFORE))
        .order_by(CertificateRecord.issued_at)
    )
    with office.reading() as session:
        return tuple(session.scalars(wanted))


def archive_certificate(office: Office, *, certificate_id: str) -> str:
    """Archive one issued certificate: its number. Interrupted anywhere, doing it again is right.

    MisconfiguredError when no time-stamp authority is named; AwayError when one of those who must be asked does not answer; BrokenSealError when the file
    would not reach the level, for instance because it was sealed without a time stamp.
    """
    stamping = stamping_of(office)
    if stamping is None:
        raise MisconfiguredError("No time-stamp authority is named: set “timestamp_url” and “timestamp_roots”.")
    with office.reading() as session:
        record = session.get_one(CertificateRecord, certificate_id)
        number, sha256 = record.number, newest_file(session, record)
    pdf = envelope.open_from_register(office.keys, office.files.get(f"certificates/{sha256}"), sha256)
    made, until = _archived(office, pdf, stamping)
    digest = hashlib.sha256(made).hexdigest()
    office.files.put(f"certificates/{digest}", envelope.seal_for_register(office.keys, made, digest, entropy=office.entropy))
    with office.transaction() as session:
        session.add(ArchivedFile(sha256=digest, certificate_id=certificate_id, at=stamping.now, until=until))
    return number


def _archived(office: Office, pdf: bytes, stamping: Stamping) -> tuple[bytes, datetime]:
    lists = [*office.keys.revocation_lists(now=stamping.now), *_lists_of_others(stamping, pdf)]
    made = archive_pdf(pdf, stamping=stamping, lists=lists)
    reading = read_pdf(made, trust=trust(office), now=office.clock.now())
    if reading.level != "B-LTA" or reading.archived is None:
        raise BrokenSealError("the archived file would not be of level B-LTA: a time stamp or a revocation list is lacking")
    return made, reading.archived.until


def _lists_of_others(stamping: Stamping, pdf: bytes) -> Iterator[bytes]:
    for address in list_addresses(pdf):
        yield stamping.authority.list_at(address)
