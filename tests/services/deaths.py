"""Ways for a process to die while it issues a certificate: each kills itself, with the signal that cannot be caught, at one exact moment."""

import os
import signal
import traceback
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from credentialing.domain.ports import Files
from credentialing.services.issuing import issue_certificate
from credentialing.services.office import Office
from tests.services.certified import branch

Death = Callable[[Office, sa.Engine], Office]
"""Prepares an office of the doomed process so that it will die at its moment."""


def die() -> None:
    """End this process at once: nothing is flushed, nothing is rolled back."""
    os.kill(os.getpid(), signal.SIGKILL)


def at_commit(number: int, when: str) -> Death:
    """Right before or right after the `number`-th commit."""

    def prepare(office: Office, engine: sa.Engine) -> Office:
        class Doomed(Session):
            """A session of this process only."""

        count = 0

        def strike(session: Session) -> None:
            nonlocal count
            count += 1
            if count == number:
                die()

        sa.event.listen(Doomed, f"{when}_commit", strike)
        return replace(office, sessions=sessionmaker(engine, class_=Doomed, expire_on_commit=False))

    return prepare


def at_write(number: int) -> Death:
    """In the middle of a transaction: right after the `number`-th row was written."""

    def prepare(office: Office, engine: sa.Engine) -> Office:
        count = 0

        def strike(connection: object, cursor: object, statement: str, *rest: object) -> None:
            nonlocal count
            count += statement.startswith(("INSERT", "UPDATE"))
            if count == number:
                die()

        sa.event.listen(engine, "after_cursor_execute", strike)
        return office

    return prepare


class DoomedFiles:
    """A file store around the real one whose process dies before, inside or after the first file is put."""

    def __init__(self, inner: Files, moment: str) -> None:
        self._inner, self._moment = inner, moment

    def put(self, key: str, data: bytes) -> None:
        if self._moment == "before":
            die()
        if self._moment == "inside":
            os.replace = lambda *names: die()  # the bytes are written and synced under another name; the file is not there yet
        self._inner.put(key, data)
        die()

    def get(self, key: str) -> bytes:
        return self._inner.get(key)

    def delete(self, key: str) -> None:
        self._inner.delete(key)


def at_put(moment: str) -> Death:
    """Before, inside or after the file is kept."""
    return lambda office, engine: replace(office, files=DoomedFiles(office.files, moment))


def is_killed(office: Office, url: str, *, files: Path, case_id: str, death: Death) -> bool:
    """Begin to issue in a child process that dies its death; whether it did, instead of coming to an end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of a fork beside threads: there are none of ours
        child = os.fork()
    if child == 0:
        try:
            with branch(office, url, files) as (doomed, engine):
                issue_certificate(death(doomed, engine), case_id=case_id)
        except BaseException:
            traceback.print_exc()
        os._exit(3)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
