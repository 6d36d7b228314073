"""What is long done is forgotten, what was given up is not; a name belongs to one living process."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from credentialing.adapters.jobs import create_tables, open_client
from credentialing.domain.errors import MisconfiguredError
from credentialing.services.work import HANDLERS
from credentialing.storage.engine import make_engine
from credentialing.worker.slots import claim_slot, is_free
from credentialing.worker.watch import SWEEP, enqueue_sweep, next_attempt, purge

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


def test_finished_jobs_are_forgotten_in_time_and_given_up_ones_never(engine: sa.Engine) -> None:
    create_tables(engine)
    client = open_client(engine)
    table = "workflow_status" if engine.dialect.name == "sqlite" else "dbos.workflow_status"
    ages = {"old-done": ("SUCCESS", 192), "new-done": ("SUCCESS", 144), "old-failed": ("ERROR", 192), "sweep-old": ("SUCCESS", 2), "sweep-new": ("SUCCESS", 0)}
    for job_id, (status, hours) in ages.items():
        client.enqueue({"workflow_name": "perform", "queue_name": "work", "workflow_id": job_id}, "effect", {}, 1)
        ended = int((NOW - timedelta(hours=hours)).timestamp() * 1000)
        with engine.begin() as connection:
            change = sa.text(f"UPDATE {table} SET status = :status, completed_at = :ended WHERE workflow_uuid = :id")
            connection.execute(change, {"status": status, "ended": ended, "id": job_id})
    assert purge(client, now=NOW, keep=timedelta(days=7), keep_sweeps=timedelta(hours=1)) == 2
    assert sorted(job.workflow_id for job in client.list_workflows()) == ["new-done", "old-failed", "sweep-new"]


def test_the_sweep_of_one_minute_is_one_job(engine: sa.Engine) -> None:
    create_tables(engine)
    client = open_client(engine)
    for seconds in (0, 20, 59, 60):
        enqueue_sweep(client, now=NOW + timedelta(seconds=seconds))
    assert sorted(job.workflow_id for job in client.list_workflows()) == ["sweep-202603020930", "sweep-202603020931"]


def test_the_product_knows_how_to_do_the_sweep() -> None:
    assert SWEEP in HANDLERS


def test_attempts_are_numbered_after_their_job() -> None:
    assert [next_attempt(attempt)["workflow_id"] for attempt in ("issue-1", "issue-1~2", "issue-1~9")] == ["issue-1~2", "issue-1~3", "issue-1~10"]


def test_a_name_belongs_to_one_holder_and_the_next_takes_the_first_free_one(engine: sa.Engine) -> None:
    first, second = claim_slot(engine, "worker"), claim_slot(engine, "worker")
    assert (first.name, second.name) == ("worker-1", "worker-2")
    assert (is_free(engine, "worker-1"), is_free(engine, "worker-3")) == (False, True)
    first.release()
    assert is_free(engine, "worker-1")
    third = claim_slot(engine, "worker")
    assert third.name == "worker-1"
    second.release()
    third.release()


def test_a_worker_needs_a_database_that_others_can_open() -> None:
    engine = sa.create_engine("sqlite://")
    with pytest.raises(MisconfiguredError, match="other processes"):
        claim_slot(engine, "worker")
    engine.dispose()
