"""Records of people: who they are (sealed), what they may do, how they come in."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from credentialing.storage.base import Base


class Person(Base):
    """One human being. Name and contact are sealed under the person's own key; the index is a keyed hash of the contact.
    Accounts with one `human_index` (a keyed hash of the institution's own number of a member of staff) belong to one human being."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    contact_index: Mapped[bytes] = mapped_column(unique=True)
    wrapped_key: Mapped[bytes | None]
    kek_id: Mapped[str] = mapped_column(String(64))
    sealed_profile: Mapped[bytes]
    language: Mapped[str] = mapped_column(String(2))
    registered_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    human_index: Mapped[bytes | None] = mapped_column(index=True)
    centre_id: Mapped[str | None] = mapped_column(ForeignKey("centre.id"))


class RoleGrant(Base):
    """A role that a person holds from one moment to another."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index("uq_role_grant_held", "person_id", "role", unique=True, sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    granted_by: Mapped[str | None] = mapped_column(String(32))
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class OpenSession(Base):
    """A signed-in browser. Only a keyed hash of its token is kept, so a stolen database opens no door."""

    __tablename__ = "open_session"

    token_index: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SignInCode(Base):
    """A one-time code on its way to a phone or a mailbox; only its keyed hash is kept."""

    __tablename__ = "sign_in_code"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    contact_index: Mapped[bytes] = mapped_column(index=True)
    code_index: Mapped[bytes]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries_left: Mapped[int]
    used_at: Mapped[datetime | None]


class LimitCount(Base):
    """How often something happened in one window of time; the key is a keyed hash."""

    __tablename__ = "limit_count"

    bucket: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]


class LetterRecord(Base):
    """A message on its way, sealed under the register key; once sent its content is dropped, except in a demonstration where it can be read."""

    __tablename__ = "letter"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("recognition_case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    sealed: Mapped[bytes | None]
    written_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
