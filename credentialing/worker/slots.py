"""One name per living worker process. A job belongs to the name that took it: after a crash the next process of that name goes on with it at once,
two living processes of one name would repeat each other's work, and the work of a name that nobody bears any more must be given to others."""

import fcntl
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from credentialing.domain.errors import MisconfiguredError

_MOST = 64


@dataclass(frozen=True, slots=True)
class Slot:
    """A name held by this process until it is released, or until the process dies."""

    name: str
    release: Callable[[], None]


def claim_slot(engine: sa.Engine, base: str) -> Slot:
    """The first free name among `base`-1, `base`-2, …; a process that restarts finds its old one. MisconfiguredError when 64 are taken."""
    for number in range(1, _MOST + 1):
        name = f"{base}-{number}"
        release = _hold(engine, name)
        if release is not None:
            return Slot(name, release)
    raise MisconfiguredError(f"{_MOST} workers named {base} are running already.")


def is_free(engine: sa.Engine, name: str) -> bool:
    """Whether no living process, this one included, bears this name."""
    release = _hold(engine, name)
    if release is None:
        return False
    release()
    return True


def _hold(engine: sa.Engine, name: str) -> Callable[[], None] | None:
    return _hold_file(engine, name) if engine.dialect.name == "sqlite" else _hold_advisory(engine, name)


def _hold_file(engine: sa.Engine, name: str) -> Callable[[], None] | None:
    # All processes of one SQLite database live on one machine: the kernel frees a file lock however its holder dies.
    if not engine.url.database or engine.url.database == ":memory:":
        raise MisconfiguredError("A worker needs a database that other processes can open.")
    handle = os.open(f"{engine.url.database}.{name}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return lambda: os.close(handle)


def _hold_advisory(engine: sa.Engine, name: str) -> Callable[[], None] | None:
    # The lock belongs to a connection kept for it alone: the server frees it when the connection ends, wherever the process ran.
    key = int.from_bytes(hashlib.sha256(f"credentialing.slot.{name}".encode()).digest()[:8], "big", signed=True)
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    if connection.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar():
        return lambda: _let_go(connection)
    connection.close()
    return None


def _let_go(connection: sa.Connection) -> None:
    # Back in the pool the connection would go on holding the lock.
    connection.invalidate()
    connection.close()
