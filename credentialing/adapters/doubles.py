"""In-memory forms of the ports, for tests, demonstrations and simulations: same promises, no world."""

import random  # noqa: TID251 - chance that repeats itself is the point here
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from credentialing.adapters.files import check_key
from credentialing.adapters.jobs import check_job
from credentialing.domain.errors import NotFoundError
from credentialing.domain.ports import Letter

Office = TypeVar("Office")


class HandClock:
    """A clock that stands still until it is moved by hand."""

    def __init__(self, start: datetime) -> None:
        self.set(start)

    def now(self) -> datetime:
        """The moment it was last set to."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Put the hands on `moment`; ValueError when it carries no time zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        self._now = moment

    def advance(self, duration: timedelta) -> None:
        """Move the hands forward (or back, when `duration` is negative)."""
        self._now += duration


class SeededEntropy:
    """Chance that repeats itself: the same seed, the same values in the same order."""

    def __init__(self, seed: int) -> None:
        # Predictable on purpose: nothing made from this may guard anything real.
        self._random = random.Random(seed)  # noqa: S311

    def bytes(self, count: int) -> bytes:
        """The next `count` bytes."""
        return self._random.randbytes(count)

    def id(self) -> str:
        """The next identifier: 32 lower-case hexadecimal characters."""
        return self._random.randbytes(16).hex()

    def below(self, limit: int) -> int:
        """The next whole number from 0 to `limit` - 1; ValueError when `limit` is not positive."""
        return self._random.randrange(limit)


class MemoryFiles:
    """Files that live as long as the process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`; ValueError for a key that the real store refuses."""
        self._kept[check_key(key)] = bytes(data)

    def get(self, key: str) -> bytes:
        """The bytes under `key`; NotFoundError when there are none."""
        try:
            return self._kept[check_key(key)]
        except KeyError:
            raise NotFoundError("no such file") from None

    def delete(self, key: str) -> None:
        """Forget `key`; no error when it was never there."""
        self._kept.pop(check_key(key), None)

    def keys(self) -> tuple[str, ...]:
        """Every key, sorted."""
        return tuple(sorted(self._kept))


class MemoryMessages:
    """A gateway that keeps what it is given in `sent`; set `unreachable` to make it fail like a network."""

    def __init__(self) -> None:
        self.sent: list[Letter] = []
        self.unreachable = False

    def send(self, letter: Letter) -> None:
        """Keep the letter unless its idempotency key was seen; OSError while unreachable."""
        if self.unreachable:
            raise OSError("the gateway cannot be reached")
        if all(kept.idempotency_key != letter.idempotency_key for kept in self.sent):
            self.sent.append(letter)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of durable work: which handler, under which id, with which ids as arguments."""

    name: str
    job_id: str
    arguments: Mapping[str, str]


class MemoryJobs:
    """Jobs that honour the caller's transaction and run when a test says so."""

    def __init__(self) -> None:
        self._held: WeakKeyDictionary[Session, list[tuple[SessionTransaction, Job]]] = WeakKeyDictionary()
        self._known: set[str] = set()
        self._waiting: list[Job] = []
        self.done: list[Job] = []

    @property
    def waiting(self) -> tuple[Job, ...]:
        """The committed jobs that have not run, oldest first."""
        return tuple(self._waiting)

    def enqueue(self, session: object, name: str, job_id: str, arguments: Mapping[str, str]) -> None:
        """Add a job that exists if and only if the session's transaction commits; the same `job_id` twice is one job."""
        if not isinstance(session, Session):
            raise TypeError("jobs are added inside a session's transaction")
        check_job(name, job_id, arguments)
        # A session that has done nothing yet has no transaction to belong to.
        session.connection()
        transaction = session.get_nested_transaction() or session.get_transaction()
        if transaction is None:
            raise RuntimeError("the session has no transaction")
        if session not in self._held:
            self._held[session] = []
            event.listen(session, "after_commit", self._publish)
            event.listen(session, "after_soft_rollback", self._withdraw)
        self._held[session].append((transaction, Job(name, job_id, dict(arguments))))

    def run_all(self, handlers: Mapping[str, Callable[[Office, Mapping[str, str]], object]], office: Office) -> tuple[Job, ...]:
        """Run what waits, oldest first, and what that adds, until nothing waits; a handler's exception passes through and its job stays first."""
        ran: list[Job] = []
        while self._waiting:
            job = self._waiting[0]
            handlers[job.name](office, job.arguments)
            self._waiting.remove(job)
            self.done.append(job)
            ran.append(job)
        return tuple(ran)

    def _publish(self, session: Session) -> None:
        if session.in_nested_transaction():
            return  # Only a savepoint was released; the transaction around it may still fail.
        for _, job in self._held.get(session, ()):
            if job.job_id not in self._known:
                self._known.add(job.job_id)
                self._waiting.append(job)
        self._held[session] = []

    def _withdraw(self, session: Session, ended: SessionTransaction) -> None:
        self._held[session] = [(owner, job) for owner, job in self._held.get(session, ()) if not _is_within(owner, ended)]


def _is_within(transaction: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while transaction is not None:
        if transaction is outer:
            return True
        transaction = transaction.parent
    return False
