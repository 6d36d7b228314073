"""What happens to a certificate after it was issued: its place in the status lists, suspension, and the acts about it."""

import sqlalchemy as sa
from alembic import op

from credentialing.storage.base import Moment
from credentialing.storage.laws import install_law_of_standing, remove_law_of_standing

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the columns and the table; a certificate and the one that will replace it may then stand beside each other until the moment of the exchange."""
    op.add_column("certificate", sa.Column("list_number", sa.Integer(), nullable=True))
    op.add_column("certificate", sa.Column("list_index", sa.Integer(), nullable=True))
    op.add_column("certificate", sa.Column("suspended_at", Moment(), nullable=True))
    op.create_index("uq_certificate_place", "certificate", ["list_number", "list_index"], unique=True)
    _index_where("ix_certificate_not_in_force", "certificate", ["list_number"], where="status IN ('revoked', 'superseded') OR suspended_at IS NOT NULL")
    op.drop_index("uq_certificate_live", table_name="certificate")
    _index_where("uq_certificate_live", "certificate", ["case_id"], where="status = 'issued'", unique=True)
    _index_where("uq_certificate_intended", "certificate", ["case_id"], where="status = 'intended'", unique=True)
    _standing_act()
    install_law_of_standing(op.get_bind())


def downgrade() -> None:
    """Take them away again."""
    remove_law_of_standing(op.get_bind())
    op.drop_table("standing_act")
    op.drop_index("uq_certificate_intended", table_name="certificate")
    op.drop_index("uq_certificate_live", table_name="certificate")
    _index_where("uq_certificate_live", "certificate", ["case_id"], where="status IN ('intended', 'issued')", unique=True)
    op.drop_index("ix_certificate_not_in_force", table_name="certificate")
    op.drop_index("uq_certificate_place", table_name="certificate")
    for column in ("suspended_at", "list_index", "list_number"):
        op.drop_column("certificate", column)


def _standing_act() -> None:
    op.create_table(
        "standing_act",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("certificate_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("sealed_grounds", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_correction", sa.LargeBinary(), nullable=True),
        sa.Column("proposed_by", sa.String(length=32), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=32), nullable=True),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=32), nullable=True),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.CheckConstraint("act IN ('suspend', 'lift', 'revoke', 'supersede')", name=op.f("ck_standing_act_act_known")),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_standing_act_ended_whole")
        ),
        sa.CheckConstraint("confirmed_by <> proposed_by", name=op.f("ck_standing_act_two_people")),
        sa.CheckConstraint("act IN ('suspend', 'lift') OR done_at IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_standing_act_confirmed_first")),
        sa.CheckConstraint("done_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_standing_act_ended_once")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_standing_act_certificate_id_certificate")),
        sa.ForeignKeyConstraint(["case_id"], ["recognition_case.id"], name=op.f("fk_standing_act_case_id_recognition_case")),
        *(
            sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_standing_act_{column}_person"))
            for column in ("proposed_by", "confirmed_by", "withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_act")),
    )
    op.create_index(op.f("ix_standing_act_case_id"), "standing_act", ["case_id"], unique=False)
    _index_where("uq_standing_act_waiting", "standing_act", ["certificate_id"], where="done_at IS NULL AND withdrawn_at IS NULL", unique=True)


def _index_where(name: str, table: str, columns: list[str], *, where: str, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
