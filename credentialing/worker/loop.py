"""Runs the durable jobs: in the web server's own process (the embedded form) or in a process of its own; the same code.

One job is one workflow with one step, the handler. A handler that fails is tried again later by a new workflow, so nothing sleeps in memory, every wait
outlives a crash, and what the engine stores about a failure is the name of its kind, never its text.
"""

import logging
import signal
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSClient
from dbos import error as engine_errors

from credentialing.adapters.jobs import APPLICATION, QUEUE, SERIALIZER, VERSION, WORKFLOW, open_client, quiet_log
from credentialing.domain.errors import CredentialingError, MisconfiguredError
from credentialing.domain.ports import Clock
from credentialing.worker.slots import Slot, claim_slot
from credentialing.worker.watch import SWEEP, enqueue_sweep, next_attempt, purge, rescue

_log = logging.getLogger(__name__)

_DONE = "done"

# A job that takes its process down with it (out of memory, a crash in a C library) is set aside after so many starts.
_MOST_STARTS = 10


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the worker looks, how much it does at once, how long it waits before it tries again (seconds, one number per further attempt)."""

    poll_seconds: float = 0.15
    at_once: int = 4
    delays: tuple[float, ...] = (5, 30, 120, 600, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
    tick_seconds: float = 5.0
    stuck_after: timedelta = timedelta(minutes=10)
    keep: timedelta = timedelta(days=7)
    keep_sweeps: timedelta = timedelta(hours=1)


class GivenUpError(CredentialingError):
    """A job that failed at its last attempt; its text is the kind and the place of the failure, nothing else."""


@dataclass(frozen=True, slots=True)
class _Worker:
    office: Any
    handlers: Mapping[str, Callable[[Any, Mapping[str, str]], object]]
    pace: Pace
    slot: Slot
    client: DBOSClient
    stopping: threading.Event
    keeper: threading.Thread


# The engine is one per process, and so is its worker.
_current: _Worker | None = None


def start(
    office_factory: Callable[[], Any],
    *,
    engine: sa.Engine,
    clock: Clock,
    handlers: Mapping[str, Callable[[Any, Mapping[str, str]], object]],
    slot: str = "worker",
    pace: Pace | None = None,
) -> None:
    """Begin to do jobs in threads of this process; must come after any fork. `engine` is the one whose transactions enqueue.
    MisconfiguredError when the job tables are missing or a worker runs here already."""
    global _current
    if _current is not None:
        raise MisconfiguredError("A worker is running in this process already.")
    office, rhythm, held = office_factory(), pace or Pace(), claim_slot(engine, slot)
    client, stopping = open_client(engine), threading.Event()
    keeper = threading.Thread(target=_keep_house, args=(client, engine, clock, rhythm, stopping, SWEEP in handlers), name="worker-keeper", daemon=True)
    # Set before the launch: the engine goes on with what was interrupted as soon as it lives.
    _current = _Worker(office, handlers, rhythm, held, client, stopping, keeper)
    try:
        _launch(engine, client, held.name, rhythm)
    except BaseException:
        stop(patience_seconds=0)
        raise
    keeper.start()


def stop(*, patience_seconds: int = 20) -> None:
    """Take no new job, wait up to `patience_seconds` for the running ones and leave the rest to the next process of this name; nothing when no worker runs."""
    global _current
    if _current is None:
        return
    worker = _current
    worker.stopping.set()
    DBOS.destroy(workflow_completion_timeout_sec=patience_seconds)
    if worker.keeper.is_alive():
        worker.keeper.join(timeout=10)
    worker.client.destroy()
    worker.slot.release()
    _current = None


def run_forever(
    office_factory: Callable[[], Any],
    *,
    engine: sa.Engine,
    clock: Clock,
    handlers: Mapping[str, Callable[[Any, Mapping[str, str]], object]],
    slot: str = "worker",
    pace: Pace | None = None,
) -> None:
    """The worker as a process of its own, until SIGTERM or SIGINT asks it to end."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    start(office_factory, engine=engine, clock=clock, handlers=handlers, slot=slot, pace=pace)
    asked.wait()
    stop()


def _launch(engine: sa.Engine, client: DBOSClient, executor: str, pace: Pace) -> None:
    quiet_log()
    if not sa.inspect(engine).has_table("queues", schema=None if engine.dialect.name == "sqlite" else "dbos"):
        raise MisconfiguredError("The tables of the job engine are missing: run ./run db upgrade.")
    # Before the launch, so that the first look for work finds the queue.
    client.register_queue(QUEUE, worker_concurrency=pace.at_once, polling_interval_sec=pace.poll_seconds, on_conflict="always_update")
    DBOS(
        config={
            "name": APPLICATION,
            "system_database_engine": engine,
            "serializer": SERIALIZER,
            "application_version": VERSION,
            "executor_id": executor,
            "run_migrations": False,
            "log_level": "WARNING",
            # The engine's own timetable is not used: it need not wake up often.
            "scheduler_polling_interval_sec": 3600.0,
        }
    )
    try:
        DBOS.launch()
    except engine_errors.DBOSInitializationError:
        raise MisconfiguredError("The tables of the job engine are old: run ./run db upgrade.") from None


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=_MOST_STARTS)
def _perform(name: str, arguments: dict[str, str], attempt: int) -> str:
    """One attempt at one job. Runs again from here after a crash: nothing in it but steps may have an effect."""
    attempt_id = str(DBOS.workflow_id)
    outcome = DBOS.run_step({"name": name}, _attempt, attempt_id, name, arguments)
    if outcome == _DONE or name == SWEEP:
        return outcome
    delays = _working().pace.delays
    if attempt > len(delays):
        raise GivenUpError(outcome)
    DBOS.enqueue_workflow_with_options(next_attempt(attempt_id, delay_seconds=delays[attempt - 1]), name, arguments, attempt + 1)
    return outcome


def _attempt(attempt_id: str, name: str, arguments: dict[str, str]) -> str:
    worker = _working()
    try:
        worker.handlers[name](worker.office, arguments)
    except Exception as error:
        # An exception's text may quote what a person wrote: only its kind and its place leave this function.
        failure = f"{type(error).__name__} at {_place(error)}"
        _log.warning("job %s (%s) failed: %s", attempt_id, name, failure)
        return failure
    return _DONE


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"


def _working() -> _Worker:
    if _current is None:
        raise RuntimeError("no worker runs in this process")
    return _current


def _keep_house(client: DBOSClient, engine: sa.Engine, clock: Clock, pace: Pace, stopping: threading.Event, sweeps: bool) -> None:
    minute: datetime | None = None
    while not stopping.wait(pace.tick_seconds):
        try:
            now = clock.now()
            rescue(client, engine, now=now, stuck_after=pace.stuck_after)
            if now.replace(second=0, microsecond=0) != minute:
                minute = now.replace(second=0, microsecond=0)
                if sweeps:
                    enqueue_sweep(client, now=now)
                purge(client, now=now, keep=pace.keep, keep_sweeps=pace.keep_sweeps)
        except Exception as error:
            # The database may be away for a while; this thread must outlive that.
            _log.warning("the queue could not be looked after: %s at %s", type(error).__name__, _place(error))
