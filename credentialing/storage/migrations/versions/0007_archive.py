"""The digests of archived certificates."""

import sqlalchemy as sa
from alembic import op

from credentialing.storage.base import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "archived_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("certificate_id", sa.String(length=32), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_archived_file_certificate_id_certificate")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_archived_file")),
    )
    op.create_index(op.f("ix_archived_file_certificate_id"), "archived_file", ["certificate_id"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("archived_file")
