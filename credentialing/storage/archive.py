"""Archived certificates: each file that holds a sealed one and carries it further in time counts as the original, like the sealed file itself."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from credentialing.storage.base import Base


class ArchivedFile(Base):
    """One archiving of a certificate: the SHA-256 of the file that it made (hexadecimal), when, and until when its last time stamp can be relied on."""

    __tablename__ = "archived_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificate.id"), index=True)
    at: Mapped[datetime]
    until: Mapped[datetime]
