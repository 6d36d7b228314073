"""Which files the register keeps of a certificate."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.storage.records import ArchivedFile, CertificateRecord


def newest_file(session: Session, record: CertificateRecord) -> str:
    """The digest of the file that carries a certificate furthest: the last archived one, else the sealed one."""
    wanted = select(ArchivedFile.sha256).where(ArchivedFile.certificate_id == record.id).order_by(ArchivedFile.at.desc()).limit(1)
    return session.scalar(wanted) or str(record.sha256)
