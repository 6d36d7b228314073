"""Records of what the law asks about people and rules: ways round a missing paper, declared conflicts, deputies, centres, confirmed procedures."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from credentialing.storage.base import Base


class WaiverRequest(Base):
    """The way that the applicant chose for a paper they cannot get, with their own words sealed; an officer's finding on it is the decision."""

    __tablename__ = "waiver_request"
    __table_args__ = (
        Index(
            "uq_waiver_request_open", "case_id", "kind", unique=True, sqlite_where=text("withdrawn_at IS NULL"), postgresql_where=text("withdrawn_at IS NULL")
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    way: Mapped[str] = mapped_column(String(40))
    sealed_text: Mapped[bytes]
    asked_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Declaration(Base):
    """What a person declared about themselves and one case: no conflict, a conflict, or that they taught the applicant; a newer one supersedes the older."""

    __tablename__ = "declaration"
    __table_args__ = (
        CheckConstraint("value IN ('none', 'conflict', 'trained')", name="value_known"),
        Index(
            "uq_declaration_current",
            "case_id",
            "person_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    value: Mapped[str] = mapped_column(String(16))
    sealed_text: Mapped[bytes | None]
    declared_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class ProcedureConfirmation(Base):
    """An administrator's word that they compared one very version of the rules with the authority's text.
    By trigger, only the withdrawal is ever written later."""

    __tablename__ = "procedure_confirmation"
    __table_args__ = (
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_whole"),
        Index(
            "uq_procedure_confirmation_standing",
            "digest",
            "confirmed_by",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    procedure: Mapped[str] = mapped_column(String(64), index=True)
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    confirmed_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime]
    source_read: Mapped[str] = mapped_column(String(1000))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))


class Deputy(Base):
    """One person standing in for another in one role, from a moment until another; `ended_at` when that was cut short."""

    __tablename__ = "deputy"
    __table_args__ = (
        CheckConstraint("person_id <> stands_in_for", name="another_person"),
        CheckConstraint("from_at < until_at", name="lasts"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    stands_in_for: Mapped[str] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(32))
    granted_by: Mapped[str | None] = mapped_column(String(32))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Centre(Base):
    """A place of the institution that has its own staff and cases. Closed ones stay, for the cases they had."""

    __tablename__ = "centre"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    city: Mapped[str] = mapped_column(String(80))
    country: Mapped[str] = mapped_column(String(2))
    closed_at: Mapped[datetime | None]
