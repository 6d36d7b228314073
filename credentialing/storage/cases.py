"""Records of a case: its state, its history, its evidence, what was found and asked."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from credentialing.storage.base import Base

Position = BigInteger().with_variant(Integer, "sqlite")


class Case(Base):
    """One application, pinned to the version of the rules it began under. Only `services.moving` writes `state`, and each change raises `revision` by one."""

    __tablename__ = "recognition_case"
    __table_args__ = (
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decision IS NULL)", name="decided_whole"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_outcome"),
        Index("ix_case_queue", "due_at", "id", sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        Index("ix_case_waits", "waits_for", "due_at", "id", sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        Index("ix_case_wake", "wake_at", sqlite_where=text("wake_at IS NOT NULL"), postgresql_where=text("wake_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    procedure: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int]
    waits_for: Mapped[str] = mapped_column(String(32))
    route: Mapped[str | None] = mapped_column(String(40))
    standard: Mapped[str | None] = mapped_column(String(64))
    standard_version: Mapped[int | None]
    units: Mapped[str | None] = mapped_column(String(200))
    proposal: Mapped[str | None] = mapped_column(String(40))
    decision: Mapped[str | None] = mapped_column(String(40))
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(40))
    sealed_answers: Mapped[bytes]
    answered: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    wake_at: Mapped[datetime | None]
    centre_id: Mapped[str | None] = mapped_column(ForeignKey("centre.id"))
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("recognition_case.id"))


class VisitRecord(Base):
    """One stay in one state; the open one has no `left_at`."""

    __tablename__ = "visit"

    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(40))
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class ConsentRecord(Base):
    """A permission that the applicant gave, and perhaps withdrew."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"), index=True)
    consent: Mapped[str] = mapped_column(String(40))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class EvidenceRecord(Base):
    """One paper. The bytes lie encrypted in the file store; name and key are sealed; the fingerprint is a keyed hash of the original."""

    __tablename__ = "evidence"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    accepted_as: Mapped[str | None] = mapped_column(String(40))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    pages: Mapped[int]
    fingerprint: Mapped[bytes] = mapped_column(index=True)
    sealed_name: Mapped[bytes]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class FindingRecord(Base):
    """What an officer found on one check, criterion or competency unit, with the reason sealed; a newer finding supersedes the older."""

    __tablename__ = "finding"
    __table_args__ = (
        Index(
            "uq_finding_current", "case_id", "subject", unique=True, sqlite_where=text("superseded_at IS NULL"), postgresql_where=text("superseded_at IS NULL")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"), index=True)
    subject: Mapped[str] = mapped_column(String(64))
    value: Mapped[str] = mapped_column(String(40))
    found_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    found_at: Mapped[datetime]
    sealed_reason: Mapped[bytes | None]
    superseded_at: Mapped[datetime | None]


class QuestionRecord(Base):
    """One question of a letter to the applicant. It is a draft until `asked_at`."""

    __tablename__ = "question"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"), index=True)
    about: Mapped[str | None] = mapped_column(String(40))
    written_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    sealed_question: Mapped[bytes]
    sealed_answer: Mapped[bytes | None]


class ActText(Base):
    """What a person wrote when they made a move (grounds, a plan, the recognised title), sealed."""

    __tablename__ = "act_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"), index=True)
    revision: Mapped[int]
    move: Mapped[str] = mapped_column(String(40))
    field: Mapped[str] = mapped_column(String(40))
    written_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    sealed: Mapped[bytes]


class AuditEvent(Base):
    """One act: who, when, on what, under which revision. Append-only by trigger; details hold codes, never names."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_case", "case_id", "position"),)

    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[str | None] = mapped_column(String(32))
    person_id: Mapped[str | None] = mapped_column(String(32))
    role: Mapped[str | None] = mapped_column(String(32))
    revision: Mapped[int | None]
    details: Mapped[dict[str, Any]]


class AccessEvent(Base):
    """One reading of one evidence file, shown to the applicant. Append-only by trigger."""

    __tablename__ = "access_event"

    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    case_id: Mapped[str] = mapped_column(String(32), index=True)
    evidence_id: Mapped[str] = mapped_column(String(32))
    page: Mapped[int]
    person_id: Mapped[str] = mapped_column(String(32))
    role: Mapped[str] = mapped_column(String(32))


_NOT_IN_FORCE = text("status IN ('revoked', 'superseded') OR suspended_at IS NOT NULL")


class CertificateRecord(Base):
    """The life of one certificate. The face is sealed under the register key; a case has at most one issued certificate, and at most one being made.

    `revoked_at` is when it ended, revoked or superseded; `suspended_at` since when it is suspended now (its status stays `issued`); `list_number` and
    `list_index` are its place in the status lists, which the oldest have not.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("status IN ('intended', 'issued', 'revoked', 'superseded')", name="status_known"),
        CheckConstraint("(status = 'intended') = (sha256 IS NULL)", name="issued_has_digest"),
        Index("uq_certificate_live", "case_id", unique=True, sqlite_where=text("status = 'issued'"), postgresql_where=text("status = 'issued'")),
        Index("uq_certificate_intended", "case_id", unique=True, sqlite_where=text("status = 'intended'"), postgresql_where=text("status = 'intended'")),
        Index("uq_certificate_place", "list_number", "list_index", unique=True),
        Index("ix_certificate_not_in_force", "list_number", sqlite_where=_NOT_IN_FORCE, postgresql_where=_NOT_IN_FORCE),
        UniqueConstraint("number"),
        UniqueConstraint("code"),
        UniqueConstraint("sha256"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"))
    edition: Mapped[int]
    number: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(13))
    status: Mapped[str] = mapped_column(String(12))
    sealed_face: Mapped[bytes]
    sealed_salt: Mapped[bytes]
    intended_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    expires_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    kid: Mapped[str | None] = mapped_column(String(16))
    sealed_qr_text: Mapped[bytes | None]
    list_number: Mapped[int | None]
    list_index: Mapped[int | None]
    suspended_at: Mapped[datetime | None]


class LogLeaf(Base):
    """One leaf of the issuance log: a salted commitment, so that outsiders can neither guess nor link. Append-only by trigger, without gaps."""

    __tablename__ = "log_leaf"

    position: Mapped[int] = mapped_column(Position, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(12))
    leaf: Mapped[bytes]
    at: Mapped[datetime]


class Counter(Base):
    """A number that only grows; raising it in a transaction also puts the writers in a line."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int]
