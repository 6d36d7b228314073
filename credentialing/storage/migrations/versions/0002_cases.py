"""What a case is made of: its state and visits, answers, evidence, findings, questions, texts, letters."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from credentialing.storage.base import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _recognition_case()
    _act_text()
    _consent()
    _evidence()
    _finding()
    _letter()
    _question()
    _visit()


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("visit")
    op.drop_table("question")
    op.drop_table("letter")
    op.drop_table("finding")
    op.drop_table("evidence")
    op.drop_table("consent")
    op.drop_table("act_text")
    op.drop_table("recognition_case")


def _recognition_case() -> None:
    op.create_table(
        "recognition_case",
        *_columns_of_a_case(),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_recognition_case_closed_with_outcome")),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decision IS NULL)", name=op.f("ck_recognition_case_decided_whole")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_recognition_case_decided_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recognition_case_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition_case")),
        sa.UniqueConstraint("number", name=op.f("uq_recognition_case_number")),
    )
    _indexes_of_cases()


def _indexes_of_cases() -> None:
    _index_where("ix_case_queue", "recognition_case", ["due_at", "id"], where="closed_at IS NULL", unique=False)
    _index_where("ix_case_waits", "recognition_case", ["waits_for", "due_at", "id"], where="closed_at IS NULL", unique=False)
    _index_where("ix_case_wake", "recognition_case", ["wake_at"], where="wake_at IS NOT NULL", unique=False)
    op.create_index(op.f("ix_recognition_case_person_id"), "recognition_case", ["person_id"], unique=False)


def _columns_of_a_case() -> "list[sa.Column[Any]]":
    return [
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
    ]


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
    _index_where("uq_finding_current", "finding", ["case_id", "subject"], where="superseded_at IS NULL", unique=True)


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


def _index_where(name: str, table: str, columns: list[str], *, where: str, unique: bool) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
