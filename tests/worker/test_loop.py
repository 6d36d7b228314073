"""Real worker processes on real databases: killed, hung, stopped, two at once. What is enqueued is done once, whatever happens."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from credentialing.adapters.jobs import DbosJobs, create_tables, open_client
from credentialing.adapters.system import SystemClock
from credentialing.domain.errors import MisconfiguredError
from credentialing.storage.engine import make_engine
from credentialing.worker import loop
from credentialing.worker.watch import Backlog, backlog, retry_given_up

ROOT = Path(__file__).parents[2]


class Stage:
    """A database, a folder that handlers look into, and the workers started on them."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.engine = make_engine(url)
        self.jobs = DbosJobs(self.engine)
        self.processes: list[subprocess.Popen[str]] = []

    def worker(self, slot: str = "worker", **options: object) -> subprocess.Popen[str]:
        command = [sys.executable, str(Path(__file__).with_name("worker_process.py")), self.url, slot, str(self.folder), json.dumps(options)]
        process = subprocess.Popen(command, env={"PYTHONPATH": str(ROOT), "PATH": ""}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.processes.append(process)
        return process

    def enqueue(self, name: str, job_id: str, *, commit: bool = True, **arguments: str) -> None:
        with Session(self.engine) as session:
            self.jobs.enqueue(session, name, job_id, {"job": job_id, **arguments})
            session.commit() if commit else session.rollback()

    def count(self, job: str, what: str) -> int:
        with self.engine.connect() as connection:
            return connection.execute(sa.text("SELECT count(*) FROM tally WHERE job = :job AND what = :what"), {"job": job, "what": what}).scalar_one()

    def pids(self, what: str) -> set[int]:
        with self.engine.connect() as connection:
            return set(connection.execute(sa.text("SELECT pid FROM tally WHERE what = :what"), {"what": what}).scalars())

    def idle(self) -> bool:
        now = backlog(self.engine)
        return (now.waiting, now.running, now.retrying) == (0, 0, 0)


@pytest.fixture
def stage(database_url: str, tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(database_url, tmp_path)
    create_tables(stage.engine)
    with stage.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE tally (job TEXT, what TEXT, pid INTEGER)"))
    yield stage
    for process in stage.processes:
        process.kill()
        process.communicate(timeout=10)
    stage.engine.dispose()


def until(condition: Callable[[], bool], seconds: float = 25.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def test_a_committed_job_is_done_once_and_a_rolled_back_one_never(stage: Stage) -> None:
    stage.enqueue("quick", "never", commit=False)
    for _ in range(3):
        stage.enqueue("quick", "once")
    stage.worker()
    stage.enqueue("quick", "later")
    assert until(lambda: stage.count("later", "done") == stage.count("once", "done") == 1)
    stage.enqueue("quick", "once")
    stage.enqueue("quick", "last")
    assert until(lambda: stage.count("last", "done") == 1 and stage.idle())
    assert (stage.count("once", "started"), stage.count("never", "started")) == (1, 0)


def test_a_job_whose_worker_is_killed_in_the_middle_is_finished_once_after_the_restart(stage: Stage) -> None:
    stage.enqueue("slow", "job", until="go")
    first = stage.worker()
    assert until(lambda: stage.count("job", "started") == 1)
    first.kill()
    first.wait(timeout=10)
    assert stage.count("job", "done") == 0
    (stage.folder / "go").touch()
    stage.worker()
    assert until(lambda: stage.count("job", "done") == 1 and stage.idle())
    assert stage.count("job", "started") == 2


def test_a_job_of_a_dead_worker_is_taken_over_by_another_one(stage: Stage) -> None:
    stage.enqueue("slow", "job", until="go")
    first = stage.worker("alpha")
    assert until(lambda: stage.count("job", "started") == 1)
    second = stage.worker("beta")
    first.kill()
    first.wait(timeout=10)
    (stage.folder / "go").touch()
    assert until(lambda: stage.count("job", "done") == 1 and stage.idle())
    assert stage.pids("done") == {second.pid}


def test_a_job_that_hangs_in_a_living_worker_is_begun_anew_and_still_done_once(stage: Stage) -> None:
    stage.enqueue("stuck", "job", until="released")
    stage.worker("alpha", at_once=1, tick_seconds=60)
    assert until(lambda: stage.count("job", "started") == 1)
    stage.worker("beta", stuck_after=1)
    assert until(lambda: stage.count("job", "done") == 1)
    (stage.folder / "released").touch()
    assert until(stage.idle)
    time.sleep(0.5)
    assert (stage.count("job", "started"), stage.count("job", "done")) == (2, 1)


def test_a_living_worker_keeps_its_job(stage: Stage) -> None:
    stage.enqueue("slow", "job", until="go")
    stage.worker("alpha")
    assert until(lambda: stage.count("job", "started") == 1)
    stage.worker("beta")
    stage.enqueue("quick", "other")
    assert until(lambda: stage.count("other", "done") == 1)
    time.sleep(1.5)
    assert stage.count("job", "started") == 1


def test_two_workers_of_one_name_share_the_work_and_do_each_job_once(stage: Stage) -> None:
    for number in range(30):
        stage.enqueue("slow", f"job-{number}", until="go")
    stage.worker(at_once=5)
    stage.worker(at_once=5)
    assert until(lambda: len(stage.pids("started")) == 2)
    (stage.folder / "go").touch()
    assert until(lambda: stage.idle() and stage.count("job-29", "done") == 1)
    assert {stage.count(f"job-{number}", what) for number in range(30) for what in ("started", "done")} == {1}


def test_a_worker_that_is_asked_to_end_finishes_what_it_began(stage: Stage) -> None:
    stage.enqueue("slow", "job", until="go")
    worker = stage.worker()
    assert until(lambda: stage.count("job", "started") == 1)
    worker.terminate()
    time.sleep(0.3)
    stage.enqueue("quick", "too-late")
    (stage.folder / "go").touch()
    output, _ = worker.communicate(timeout=20)
    assert (worker.returncode, output) == (0, "stopped in good order\n")
    assert (stage.count("job", "done"), stage.count("too-late", "started")) == (1, 0)


def test_a_job_that_fails_is_tried_again_later_and_what_it_said_is_stored_nowhere(stage: Stage) -> None:
    stage.enqueue("failing", "job")
    worker = stage.worker(delays=[0.1, 600])
    assert until(lambda: stage.count("job", "started") == 2 and backlog(stage.engine).retrying == 1)
    # The same job once more is still the same job.
    stage.enqueue("failing", "job")
    assert backlog(stage.engine) == Backlog(0, 0, 1, 0)
    worker.terminate()
    output, _ = worker.communicate(timeout=20)
    assert "job job (failing) failed: OSError at worker_process.py:" in output
    assert "maria" not in output
    client = open_client(stage.engine)
    assert "maria" not in repr([(job, client.list_workflow_steps(job.workflow_id)) for job in client.list_workflows()])


def test_a_job_that_was_given_up_waits_for_the_operator(stage: Stage) -> None:
    stage.enqueue("failing", "job")
    stage.worker(delays=[0.1])
    assert until(lambda: backlog(stage.engine) == Backlog(0, 0, 0, 1))
    assert stage.count("job", "started") == 2
    assert retry_given_up(stage.engine) == ("job",)
    assert until(lambda: backlog(stage.engine) == Backlog(0, 0, 0, 1) and stage.count("job", "started") == 4)
    (stage.folder / "repaired").touch()
    assert retry_given_up(stage.engine) == ("job",)
    assert until(lambda: stage.count("job", "done") == 1 and stage.idle())
    assert (backlog(stage.engine), retry_given_up(stage.engine)) == (Backlog(0, 0, 0, 0), ())


def test_two_workers_sweep_once_a_minute_between_them(stage: Stage) -> None:
    begun = time.time()
    stage.worker(sweeps=True)
    stage.worker(sweeps=True)
    assert until(lambda: stage.count("sweep", "swept") >= 1)
    time.sleep(1.5)
    minutes = int(time.time() // 60) - int(begun // 60) + 1
    assert 1 <= stage.count("sweep", "swept") <= minutes


def test_a_worker_refuses_to_start_before_the_tables_are_made(database_url: str) -> None:
    engine = make_engine(database_url)
    with pytest.raises(MisconfiguredError, match=r"run \./run db upgrade"):
        loop.start(lambda: None, engine=engine, clock=SystemClock(), handlers={})
    loop.stop()
    engine.dispose()


def test_a_worker_starts_and_stops_inside_the_web_process_and_can_start_again(stage: Stage) -> None:
    heard: list[tuple[str, str]] = []
    handlers = {"quick": lambda office, arguments: heard.append((office, arguments["job"]))}
    pace = loop.Pace(poll_seconds=0.05, tick_seconds=0.1)
    for number in range(2):
        loop.start(lambda: "the office", engine=stage.engine, clock=SystemClock(), handlers=handlers, pace=pace)
        with pytest.raises(MisconfiguredError, match="already"):
            loop.start(lambda: "another", engine=stage.engine, clock=SystemClock(), handlers=handlers)
        stage.enqueue("quick", f"job-{number}")
        assert until(lambda wanted=number + 1: len(heard) == wanted)  # type: ignore[misc]
        loop.stop()
        stage.enqueue("quick", f"job-{number}")
    assert heard == [("the office", "job-0"), ("the office", "job-1")]
