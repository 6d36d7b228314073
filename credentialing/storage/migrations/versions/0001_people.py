"""Who there is and how they come in: people, roles, sessions, sign-in codes, limits, counters."""

import sqlalchemy as sa
from alembic import op

from credentialing.storage.base import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _person()
    _sign_in_code()
    _open_session()
    _limit_count()
    _role_grant()
    _counter()


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("counter")
    op.drop_table("role_grant")
    op.drop_table("limit_count")
    op.drop_table("open_session")
    op.drop_table("sign_in_code")
    op.drop_table("person")


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


def _limit_count() -> None:
    op.create_table(
        "limit_count",
        sa.Column("bucket", sa.String(length=32), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("window_start", Moment(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "key", "window_start", name=op.f("pk_limit_count")),
    )


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
    _index_where("uq_role_grant_held", "role_grant", ["person_id", "role"], where="revoked_at IS NULL", unique=True)


def _counter() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )


def _index_where(name: str, table: str, columns: list[str], *, where: str, unique: bool) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
