"""What the law asks about people and rules: ways round a missing paper, declared conflicts, deputies, centres, confirmed procedures."""

import sqlalchemy as sa
from alembic import op

from credentialing.storage.base import Moment
from credentialing.storage.laws import install_law_of_confirmations, remove_law_of_confirmations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Said as SQL that both engines understand: SQLite takes a new foreign key only inside ADD COLUMN, and rebuilding a table would drop its triggers.
_NEW_REFERENCES = (
    ("person", "centre_id VARCHAR(40) CONSTRAINT fk_person_centre_id_centre REFERENCES centre (id)"),
    ("recognition_case", "centre_id VARCHAR(40) CONSTRAINT fk_recognition_case_centre_id_centre REFERENCES centre (id)"),
    ("recognition_case", "merged_into VARCHAR(32) CONSTRAINT fk_recognition_case_merged_into_recognition_case REFERENCES recognition_case (id)"),
)


def upgrade() -> None:
    """Make the tables, then the columns, then the trigger."""
    _centre()
    _waiver_request()
    _declaration()
    _procedure_confirmation()
    _deputy()
    for table, column in _NEW_REFERENCES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    op.add_column("person", sa.Column("human_index", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_person_human_index"), "person", ["human_index"], unique=False)
    install_law_of_confirmations(op.get_bind())


def downgrade() -> None:
    """Take them away again."""
    remove_law_of_confirmations(op.get_bind())
    op.drop_index(op.f("ix_person_human_index"), table_name="person")
    for table, column in (("person", "human_index"), *((table, column.split()[0]) for table, column in _NEW_REFERENCES)):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.drop_table("deputy")
    op.drop_table("procedure_confirmation")
    op.drop_table("declaration")
    op.drop_table("waiver_request")
    op.drop_table("centre")


def _centre() -> None:
    op.create_table(
        "centre",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centre")),
    )


def _waiver_request() -> None:
    op.create_table(
        "waiver_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_waiver_request_asked_by_person")),
        sa.ForeignKeyConstraint(["case_id"], ["recognition_case.id"], name=op.f("fk_waiver_request_case_id_recognition_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver_request")),
    )
    op.create_index(op.f("ix_waiver_request_case_id"), "waiver_request", ["case_id"], unique=False)
    _unique_where("uq_waiver_request_open", "waiver_request", ["case_id", "kind"], where="withdrawn_at IS NULL")


def _declaration() -> None:
    op.create_table(
        "declaration",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=16), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=True),
        sa.Column("declared_at", Moment(), nullable=False),
        sa.Column("superseded_at", Moment(), nullable=True),
        sa.CheckConstraint("value IN ('none', 'conflict', 'trained')", name=op.f("ck_declaration_value_known")),
        sa.ForeignKeyConstraint(["case_id"], ["recognition_case.id"], name=op.f("fk_declaration_case_id_recognition_case")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_declaration_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
    )
    op.create_index(op.f("ix_declaration_case_id"), "declaration", ["case_id"], unique=False)
    _unique_where("uq_declaration_current", "declaration", ["case_id", "person_id"], where="superseded_at IS NULL")


def _procedure_confirmation() -> None:
    op.create_table(
        "procedure_confirmation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("procedure", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("confirmed_by", sa.String(length=32), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=False),
        sa.Column("source_read", sa.String(length=1000), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_procedure_confirmation_withdrawn_whole")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_procedure_confirmation_confirmed_by_person")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_procedure_confirmation_withdrawn_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_confirmation")),
    )
    op.create_index(op.f("ix_procedure_confirmation_procedure"), "procedure_confirmation", ["procedure"], unique=False)
    _unique_where("uq_procedure_confirmation_standing", "procedure_confirmation", ["digest", "confirmed_by"], where="withdrawn_at IS NULL")


def _deputy() -> None:
    op.create_table(
        "deputy",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("stands_in_for", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("granted_by", sa.String(length=32), nullable=True),
        sa.Column("from_at", Moment(), nullable=False),
        sa.Column("until_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint("person_id <> stands_in_for", name=op.f("ck_deputy_another_person")),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_deputy_lasts")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_deputy_person_id_person")),
        sa.ForeignKeyConstraint(["stands_in_for"], ["person.id"], name=op.f("fk_deputy_stands_in_for_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    op.create_index(op.f("ix_deputy_person_id"), "deputy", ["person_id"], unique=False)


def _unique_where(name: str, table: str, columns: list[str], *, where: str) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
