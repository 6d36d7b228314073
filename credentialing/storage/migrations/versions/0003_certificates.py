"""Certificates, the trails that only grow, and the laws that the database itself keeps."""

import sqlalchemy as sa
from alembic import op

from credentialing.storage.base import Moment
from credentialing.storage.laws import install_laws, remove_laws

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, then the triggers."""
    _certificate()
    _access_event()
    _audit_event()
    _log_leaf()
    install_laws(op.get_bind())


def downgrade() -> None:
    """Take them away again."""
    remove_laws(op.get_bind())
    op.drop_table("log_leaf")
    op.drop_table("audit_event")
    op.drop_table("access_event")
    op.drop_table("certificate")


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
    _index_where("uq_certificate_live", "certificate", ["case_id"], where="status IN ('intended', 'issued')", unique=True)


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


def _log_leaf() -> None:
    op.create_table(
        "log_leaf",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_leaf")),
    )


def _index_where(name: str, table: str, columns: list[str], *, where: str, unique: bool) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
