"""A job exists if and only if the caller's transaction commits: the durable queue on both engines, and the double."""

from collections.abc import Callable, Iterator, Mapping

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from credentialing.adapters.doubles import Job, MemoryJobs
from credentialing.adapters.jobs import DbosJobs, create_tables, open_client
from credentialing.domain.ports import Jobs
from credentialing.storage.engine import make_engine
from credentialing.storage.migrate import differences

Listing = Callable[[], list[str]]


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    engine = make_engine(database_url)
    create_tables(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=["durable", "double"])
def queue(request: pytest.FixtureRequest, engine: sa.Engine) -> tuple[Jobs, Listing]:
    if request.param == "double":
        double = MemoryJobs()
        return double, lambda: sorted(job.job_id for job in double.waiting)
    client = open_client(engine)
    return DbosJobs(engine), lambda: sorted(row.workflow_id for row in client.list_workflows(status="ENQUEUED"))


def test_a_job_exists_only_after_the_commit(engine: sa.Engine, queue: tuple[Jobs, Listing]) -> None:
    jobs, waiting = queue
    with Session(engine) as session:
        jobs.enqueue(session, "effect", "issue-1", {"case_id": "1"})
        # SQLite readers see the last commit; nobody else sees the job yet.
        assert waiting() == []
        session.commit()
    assert waiting() == ["issue-1"]


def test_a_rolled_back_transaction_leaves_no_job(engine: sa.Engine, queue: tuple[Jobs, Listing]) -> None:
    jobs, waiting = queue
    with Session(engine) as session:
        jobs.enqueue(session, "effect", "issue-1", {})
        session.rollback()
        session.commit()
        jobs.enqueue(session, "effect", "issue-2", {})
        session.commit()
    assert waiting() == ["issue-2"]


def test_a_session_that_is_closed_without_commit_leaves_no_job(engine: sa.Engine, queue: tuple[Jobs, Listing]) -> None:
    jobs, waiting = queue
    with Session(engine) as session:
        jobs.enqueue(session, "effect", "issue-1", {})
    assert waiting() == []


def test_a_block_that_fails_leaves_no_job(engine: sa.Engine, queue: tuple[Jobs, Listing]) -> None:
    jobs, waiting = queue

    def fail() -> None:
        with Session(engine) as session, session.begin():
            jobs.enqueue(session, "effect", "issue-1", {})
            raise RuntimeError("the rest of the use case failed")

    with pytest.raises(RuntimeError):
        fail()
    assert waiting() == []


@pytest.mark.parametrize(
    ("inner", "outer", "expected"), [("keep", "commit", ["in", "out"]), ("undo", "commit", ["out"]), ("keep", "undo", []), ("undo", "undo", [])]
)
def test_a_savepoint_takes_its_jobs_along(engine: sa.Engine, queue: tuple[Jobs, Listing], inner: str, outer: str, expected: list[str]) -> None:
    jobs, waiting = queue
    with Session(engine) as session:
        jobs.enqueue(session, "effect", "out", {})
        savepoint = session.begin_nested()
        jobs.enqueue(session, "effect", "in", {})
        savepoint.commit() if inner == "keep" else savepoint.rollback()
        assert waiting() == []
        session.commit() if outer == "commit" else session.rollback()
    assert waiting() == expected


def test_the_same_id_twice_is_one_job(engine: sa.Engine, queue: tuple[Jobs, Listing]) -> None:
    jobs, waiting = queue
    for _ in range(2):
        with Session(engine) as session:
            jobs.enqueue(session, "effect", "issue-1", {"case_id": "1"})
            jobs.enqueue(session, "effect", "issue-1", {"case_id": "1"})
            session.commit()
    assert waiting() == ["issue-1"]


@pytest.mark.parametrize(
    ("name", "job_id", "arguments"),
    [
        ("effect", "issue-1", {"to": "maria@example.org"}),
        ("effect", "issue-1", {"name": "María Pérez"}),
        ("effect", "issue-1", {"phone": "+573001234567"}),
        ("effect", "issue 1", {}),
        ("effect", "issue-1~2", {}),
        ("Effect", "issue-1", {}),
    ],
)
def test_what_is_not_an_id_is_refused(engine: sa.Engine, queue: tuple[Jobs, Listing], name: str, job_id: str, arguments: Mapping[str, str]) -> None:
    jobs, waiting = queue
    with Session(engine) as session, pytest.raises(ValueError, match="job"):
        jobs.enqueue(session, name, job_id, arguments)
    assert waiting() == []


def test_a_job_outside_a_transaction_is_refused(queue: tuple[Jobs, Listing]) -> None:
    with pytest.raises(TypeError, match="transaction"):
        queue[0].enqueue(None, "effect", "issue-1", {})


def test_stored_jobs_are_json_and_hold_only_what_was_given(engine: sa.Engine) -> None:
    with Session(engine) as session:
        DbosJobs(engine).enqueue(session, "effect", "issue-1", {"case_id": "0a1b"})
        session.commit()
    table = "workflow_input" if engine.dialect.name == "sqlite" else "dbos.workflow_input"
    with engine.connect() as connection:
        [stored] = connection.exec_driver_sql(f"SELECT inputs FROM {table}").scalars()
    assert stored == '{"namedArgs":{},"positionalArgs":["effect",{"case_id":"0a1b"},1]}'


def test_creating_the_tables_again_does_nothing_and_our_migrations_do_not_see_them(engine: sa.Engine) -> None:
    create_tables(engine)
    assert differences(engine) == []


def test_the_double_runs_jobs_in_order_with_what_they_add_and_stops_at_a_failure() -> None:
    engine = sa.create_engine("sqlite://")
    jobs, heard = MemoryJobs(), list[str]()

    def add(*ids: str) -> None:
        with Session(engine) as session:
            for job_id in ids:
                jobs.enqueue(session, "first" if job_id == "a" else "then", job_id, {"is": job_id})
            session.commit()

    def first(office: str, arguments: Mapping[str, str]) -> None:
        heard.append(office + arguments["is"])
        add("c")

    def then(office: str, arguments: Mapping[str, str]) -> None:
        if office == "closed":
            raise OSError("no")
        heard.append(office + arguments["is"])

    add("a", "b")
    with pytest.raises(OSError, match="no"):
        jobs.run_all({"first": first, "then": then}, "closed")
    assert [job.job_id for job in jobs.waiting] == ["b", "c"]
    assert [job.job_id for job in jobs.run_all({"then": then}, "open ")] == ["b", "c"]
    assert heard == ["closeda", "open b", "open c"]
    assert jobs.done == [Job("first", "a", {"is": "a"}), Job("then", "b", {"is": "b"}), Job("then", "c", {"is": "c"})]
    engine.dispose()
