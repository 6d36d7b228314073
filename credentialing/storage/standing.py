"""Records of what happens to a certificate after it was issued: suspended, lifted, revoked, replaced."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from credentialing.storage.base import Base

_WAITS = text("done_at IS NULL AND withdrawn_at IS NULL")


class StandingAct(Base):
    """One act about a certificate. Suspending and lifting are done at once by one person; what is for ever waits from `proposed_at` until somebody
    else confirms it: a revocation is then done, a replacement when the system has made it. The grounds, and what a replacement corrects, are sealed under
    the key of the person whose case it is. By trigger, an ended act never changes."""

    __tablename__ = "standing_act"
    __table_args__ = (
        CheckConstraint("act IN ('suspend', 'lift', 'revoke', 'supersede')", name="act_known"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="ended_whole"),
        CheckConstraint("confirmed_by <> proposed_by", name="two_people"),
        CheckConstraint("act IN ('suspend', 'lift') OR done_at IS NULL OR confirmed_at IS NOT NULL", name="confirmed_first"),
        CheckConstraint("done_at IS NULL OR withdrawn_at IS NULL", name="ended_once"),
        Index("uq_standing_act_waiting", "certificate_id", unique=True, sqlite_where=_WAITS, postgresql_where=_WAITS),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificate.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"), index=True)
    act: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(40))
    sealed_grounds: Mapped[bytes]
    sealed_correction: Mapped[bytes | None]
    proposed_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
