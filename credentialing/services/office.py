"""Everything that a use case may reach, handed over as one value."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session, sessionmaker

from credentialing.config import Settings
from credentialing.crypto.keyring import KeyRing
from credentialing.domain.ports import Clock, DocumentReader, Entropy, Files, Jobs, Messages, TimestampAuthority
from credentialing.storage.transactions import begin_reading, begin_writing
from credentialing.workflow.library import Library


@dataclass(frozen=True, slots=True)
class Office:
    """The database, the ports, the keys and the law. Made once per process; replaceable piece by piece in tests."""

    settings: Settings
    sessions: sessionmaker[Session]
    clock: Clock
    entropy: Entropy
    files: Files
    messages: Messages
    jobs: Jobs
    reader: DocumentReader
    keys: KeyRing
    library: Library
    timestamps: TimestampAuthority | None = None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends well, and leaves no trace when it does not."""
        with self.sessions() as session, session.begin():
            begin_writing(session)
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking only; nothing written in it is kept."""
        with self.sessions() as session:
            begin_reading(session)
            yield session
            session.rollback()


class Register(Protocol):
    """What verification needs: less than an office, so that the verifier's own process can hold less."""

    @property
    def settings(self) -> Settings:
        """The installation's settings."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock."""
        ...

    @property
    def keys(self) -> KeyRing:
        """The keys that verify, and the key of the register."""
        ...

    def reading(self) -> AbstractContextManager[Session]:
        """A session for looking only."""
        ...


@dataclass(frozen=True, slots=True)
class ReadOnlyRegister:
    """A register that cannot be written to: the verifier's process has no more than this."""

    settings: Settings
    sessions: sessionmaker[Session]
    clock: Clock
    keys: KeyRing

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking only."""
        with self.sessions() as session:
            begin_reading(session)
            yield session
            session.rollback()
