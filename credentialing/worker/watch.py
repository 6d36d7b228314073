"""Looks after the queue: the sweep of every minute, jobs that their worker left behind, jobs that are long done, jobs that nobody could do."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from dbos import DBOSClient, EnqueueOptions

from credentialing.adapters.jobs import QUEUE, VERSION, WORKFLOW, open_client
from credentialing.worker.slots import is_free

_log = logging.getLogger(__name__)

SWEEP = "sweep"
"""The job that comes by itself every minute. When it fails, the next minute's does its work."""

_SWEEPS = "sweep-"
_AT_ONCE = 500
_GIVEN_UP = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

# Between a job's id and the number of its attempt; no id of ours contains it.
ATTEMPT_MARK = "~"


def next_attempt(attempt_id: str, *, delay_seconds: float = 0.0) -> EnqueueOptions:
    """Where, when and under which id the attempt after `attempt_id` is queued: `job`, `job~2`, `job~3`, …"""
    job_id, _, number = attempt_id.partition(ATTEMPT_MARK)
    options = _options(f"{job_id}{ATTEMPT_MARK}{int(number or 1) + 1}")
    if delay_seconds > 0:
        options["delay_seconds"] = delay_seconds
    return options


def _options(attempt_id: str) -> EnqueueOptions:
    return {"workflow_name": WORKFLOW, "queue_name": QUEUE, "app_version": VERSION, "workflow_id": attempt_id}


def enqueue_sweep(client: DBOSClient, *, now: datetime) -> None:
    """Queue the sweep of this minute; however many processes do it, it is one job."""
    client.enqueue(_options(f"{_SWEEPS}{now.astimezone(UTC):%Y%m%d%H%M}"), SWEEP, {}, 1)


def rescue(client: DBOSClient, engine: sa.Engine, *, now: datetime, stuck_after: timedelta) -> tuple[str, ...]:
    """Give back to the queue every job whose worker is dead, or that has not come forward for `stuck_after`; their ids."""
    rescued = []
    free: dict[str, bool] = {}
    for job in client.list_workflows(status="PENDING", load_input=False, load_output=False, limit=_AT_ONCE):
        worker = job.executor_id or ""
        if worker not in free:
            free[worker] = is_free(engine, worker)
        since = datetime.fromtimestamp((job.updated_at or 0) / 1000, UTC)
        if free[worker] or now - since > stuck_after:
            _log.warning("job %s left behind by %s goes back to the queue", job.workflow_id, worker)
            client.resume_workflow(job.workflow_id, queue_name=QUEUE)
            rescued.append(job.workflow_id)
    return tuple(rescued)


def purge(client: DBOSClient, *, now: datetime, keep: timedelta, keep_sweeps: timedelta) -> int:
    """Forget jobs finished longer ago than `keep` (sweeps: `keep_sweeps`), at most 500 of each; jobs that were given up stay until somebody acts. How many."""
    old = [
        job.workflow_id
        for prefix, kept in ((None, keep), (_SWEEPS, keep_sweeps))
        for job in client.list_workflows(
            status=["SUCCESS", "CANCELLED"],
            completed_before=(now - kept).astimezone(UTC).isoformat(),
            workflow_id_prefix=prefix,
            load_input=False,
            load_output=False,
            limit=_AT_ONCE,
        )
    ]
    ids = sorted(set(old))
    if ids:
        client.delete_workflows(ids)
    return len(ids)


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many jobs wait, run, wait for another attempt, and were given up."""

    waiting: int
    running: int
    retrying: int
    given_up: int


def backlog(engine: sa.Engine) -> Backlog:
    """The state of the queue, sweeps included; raises what the database raises when the job tables are missing."""
    table = "workflow_status" if engine.dialect.name == "sqlite" else "dbos.workflow_status"
    unfinished: Collection[str] = ("ENQUEUED", "PENDING", "DELAYED", *_GIVEN_UP)
    wanted = ", ".join(f"'{status}'" for status in unfinished)
    with engine.connect() as connection:
        rows = connection.execute(sa.text(f"SELECT status, count(*) FROM {table} WHERE status IN ({wanted}) GROUP BY status"))  # noqa: S608 - constants only
        count = {str(status): int(number) for status, number in rows}
    given_up = sum(count.get(status, 0) for status in _GIVEN_UP)
    return Backlog(count.get("ENQUEUED", 0), count.get("PENDING", 0), count.get("DELAYED", 0), given_up)


def retry_given_up(engine: sa.Engine) -> tuple[str, ...]:
    """Queue again, from their first attempt, the jobs that were given up (after the operator has repaired the cause); their ids."""
    client = open_client(engine)
    revived = []
    for job in client.list_workflows(status=_GIVEN_UP, limit=_AT_ONCE):
        if job.input is None:
            continue
        name, arguments = job.input["args"][:2]
        # A crash between the two leaves both, and the next call enqueues the same attempt again, which is still one.
        client.enqueue(next_attempt(job.workflow_id), name, arguments, 1)
        client.delete_workflows([job.workflow_id])
        revived.append(job.workflow_id.partition(ATTEMPT_MARK)[0])
    return tuple(revived)
