"""The first schema: people, cases, certificates, the audit trail, and the laws that the database itself keeps."""

import sqlalchemy as sa
from alembic import op

from credentialing.storage.base import Moment
from credentialing.storage.laws import install_laws, remove_laws

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, then the triggers."""
    _access_event()
    _audit_event()
    _counter()
    _limit_count()
    _log_leaf()
    _person()
    _sign_in_code()
    _open_session()
    _recognition_case()
    _role_grant()
    _act_text()
    _certificate()
    _consent()
    _evidence()
    _finding()
    _letter()
    _question()
    _visit()
    install_laws(op.get_bind())


def downgrade() -> None:
    """Take everything away again."""
    remove_laws(op.get_bind())
    op.drop_table("visit")
    op.drop_table("question")
    op.drop_table("letter")
    op.drop_table("finding")
    op.drop_table("evidence")
    op.drop_table("consent")
    op.drop_table("certificate")
    op.drop_table("act_text")
    op.drop_table("role_grant")
    op.drop_table("recognition_case")
    op.drop_table("open_session")
    op.drop_table("sign_in_code")
    op.drop_table("person")
    op.drop_table("log_leaf")
    op.drop_table("limit_count")
    op.drop_table("counter")
    op.drop_table("audit_event")
    op.drop_table("access_event")


def _access_event() -> None:
    op.create_table(
        "access_event",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("evidence_id", sa.String(length=32), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_access_event")),
    )
    op.create_index(op.f("ix_access_event_case_id"), "access_event", ["case_id"], unique=False)


def _audit_event() -> None:
    op.create_table(
        "audit_event",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("role", sa.String(length=32), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_event")),
    )
    op.create_index("ix_audit_event_case", "audit_event", ["case_id", "position"], unique=False)


def _counter() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )


def _limit_count() -> None:
    op.create_table(
        "limit_count",
        sa.Column("bucket", sa.String(length=32), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("window_start", Moment(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "key", "window_start", name=op.f("pk_limit_count")),
    )


def _log_leaf() -> None:
    op.create_table(
        "log_leaf",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_leaf")),
    )


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_index", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("kek_id", sa.String(length=64), nullable=False),
        sa.Column("sealed_profile", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("registered_at", Moment(), nullable=False),
        sa.Column("disabled_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("contact_index", name=op.f("uq_person_contact_index")),
    )


def _sign_in_code() -> None:
    op.create_table(
        "sign_in_code",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_index", sa.LargeBinary(), nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_code")),
    )
    op.create_index(op.f("ix_sign_in_code_contact_index"), "sign_in_code", ["contact_index"], unique=False)


def _open_session() -> None:
    op.create_table(
        "open_session",
        sa.Column("token_index", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_open_session_person_id_person")),
        sa.PrimaryKeyConstraint("token_index", name=op.f("pk_open_session")),
    )
    op.create_index(op.f("ix_open_session_person_id"), "open_session", ["person_id"], unique=False)


def _recognition_case() -> None:
    op.create_table(
        "recognition_case",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("procedure", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("waits_for", sa.String(length=32), nullable=False),
        sa.Column("route", sa.String(length=40), nullable=True),
        sa.Column("standard", sa.String(length=64), nullable=True),
        sa.Column("standard_version", sa.Integer(), nullable=True),
        sa.Column("units", sa.String(length=200), nullable=True),
        sa.Column("proposal", sa.String(length=40), nullable=True),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("sealed_answers", sa.LargeBinary(), nullable=False),
        sa.Column("answered", sa.JSON(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("wake_at", Moment(), nullable=True),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_recognition_case_closed_with_outcome")),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decision IS NULL)", name=op.f("ck_recognition_case_decided_whole")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_recognition_case_decided_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recognition_case_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition_case")),
        sa.UniqueConstraint("number", name=op.f("uq_recognition_case_number")),
    )
    op.create_index(
        "ix_case_queue",
        "recognition_case",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_case_waits",
        "recognition_case",
        ["waits_for", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_case_wake",
        "recognition_case",
        ["wake_at"],
        unique=False,
        sqlite_where=sa.text("wake_at IS NOT NULL"),
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_recognition_case_person_id"), "recognition_case", ["person_id"], unique=False)


def _role_grant() -> None:
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("granted_by", sa.String(length=32), nullable=True),
        sa.Column("granted_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"], unique=False)
    op.create_index(
        "uq_role_grant_held",
        "role_grant",
        ["person_id", "role"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def _act_text() -> None:
    op.create_table(
        "act_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("written_by", sa.String(length=32), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["recognition_case.id"], name=op.f("fk_act_text_case_id_recognition_case")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_act_text_written_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act_text")),
    )
    op.create_index(op.f("ix_act_text_case_id"), "act_text", ["case_id"], unique=False)


def _certificate() -> None:
    op.create_table(
        "certificate",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=13), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("sealed_face", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_salt", sa.LargeBinary(), nullable=False),
        sa.Column("intended_at", Moment(), nullable=False),
        sa.Column("issued_at", Moment(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("kid", sa.String(length=16), nullable=True),
        sa.Column("sealed_qr_text", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(status = 'intended') = (sha256 IS NULL)", name=op.f("ck_certificate_issued_has_digest")),
        sa.CheckConstraint("status IN ('intended', 'issued', 'revoked', 'superseded')", name=op.f("ck_certificate_status_known")),
        sa.ForeignKeyConstraint(["case_id"], ["recognition_case.id"], name=op.f("fk_certificate_case_id_recognition_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint("sha256", name=op.f("uq_certificate_sha256")),
    )
    op.create_index(
        "uq_certificate_live",
        "certificate",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('intended', 'issued')"),
        postgresql_where=sa.text("status IN ('intended', 'issued')"),
    )


def _consent() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("consent", sa.String(length=40), nullable=False),
        sa.Column("given_at", Moment(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["recognition_case.id"], name=op.f("fk_consent_case_id_recognition_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_case_id"), "consent", ["case_id"], unique=False)


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("accepted_as", sa.String(length=40), nullable=True),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["recognition_case.id"], name=op.f("fk_evidence_case_id_recognition_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_case_id"), "evidence", ["case_id"], unique=False)
    op.create_index(op.f("ix_evidence_fingerprint"), "evidence", ["fingerprint"], unique=False)


def _finding() -> None:
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("found_by", sa.String(length=32), nullable=False),
        sa.Column("found_at", Moment(), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=True),
        sa.Column("superseded_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["recognition_case.id"], name=op.f("fk_finding_case_id_recognition_case")),
        sa.ForeignKeyConstraint(["found_by"], ["person.id"], name=op.f("fk_finding_found_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_case_id"), "finding", ["case_id"], unique=False)
    op.create_index(
        "uq_finding_current",
        "finding",
        ["case_id", "subject"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def _letter() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["recognition_case.id"], name=op.f("fk_letter_case_id_recognition_case")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_letter_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    op.create_index(op.f("ix_letter_case_id"), "letter", ["case_id"], unique=False)
    op.create_index(op.f("ix_letter_person_id"), "letter", ["person_id"], unique=False)
    op.create_index(op.f("ix_letter_written_at"), "letter", ["written_at"], unique=False)


def _question() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=True),
        sa.Column("written_by", sa.String(length=32), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("sealed_question", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["recognition_case.id"], name=op.f("fk_question_case_id_recognition_case")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_question_written_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index(op.f("ix_question_case_id"), "question", ["case_id"], unique=False)


def _visit() -> None:
    op.create_table(
        "visit",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.Column("left_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["recognition_case.id"], name=op.f("fk_visit_case_id_recognition_case")),
        sa.PrimaryKeyConstraint("case_id", "position", name=op.f("pk_visit")),
    )
