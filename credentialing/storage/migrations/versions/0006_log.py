"""The transparency log beside its leaves: entries, upper levels of the tree, checkpoints, kept proofs, and the private log of audit events."""

import sqlalchemy as sa
from alembic import op

from credentialing.storage.base import Moment
from credentialing.storage.laws import install_law_of_log, remove_law_of_log

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, then the triggers."""
    _log_entry()
    op.create_table(
        "audit_leaf",
        sa.Column("position", _POSITION, autoincrement=False, nullable=False),
        sa.Column("event_position", _POSITION, nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_leaf")),
        sa.UniqueConstraint("event_position", name=op.f("uq_audit_leaf_event_position")),
    )
    op.create_table(
        "log_node",
        sa.Column("log", sa.String(length=12), nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", _POSITION, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log", "level", "position", name=op.f("pk_log_node")),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("log", sa.String(length=12), nullable=False),
        sa.Column("size", _POSITION, autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("log", "size", name=op.f("pk_log_checkpoint")),
    )
    _log_proof()
    install_law_of_log(op.get_bind())


def downgrade() -> None:
    """Take them away again."""
    remove_law_of_log(op.get_bind())
    for table in ("log_proof", "log_checkpoint", "log_node", "audit_leaf", "log_entry"):
        op.drop_table(table)


def _log_entry() -> None:
    op.create_table(
        "log_entry",
        sa.Column("position", _POSITION, autoincrement=False, nullable=False),
        sa.Column("certificate_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_log_entry_certificate_id_certificate")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_entry")),
    )
    op.create_index(op.f("ix_log_entry_certificate_id"), "log_entry", ["certificate_id"], unique=False)


def _log_proof() -> None:
    op.create_table(
        "log_proof",
        sa.Column("position", _POSITION, autoincrement=False, nullable=False),
        sa.Column("size", _POSITION, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_proof")),
    )
