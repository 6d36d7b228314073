"""Everything that a use case may reach, handed over as one value."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from credentialing.config import Settings
from credentialing.crypto.keyring import KeyRing
from credentialing.domain.ports import Clock, DocumentReader, Entropy, Files, Jobs, Messages
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

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends well, and leaves no trace when it does not."""
        with self.sessions() as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking only; nothing written in it is kept."""
        with self.sessions() as session:
            session.connection(execution_options={"read_only": True})
            yield session
            session.rollback()
