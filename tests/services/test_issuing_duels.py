"""Two who press the button at the same moment, and two workers who pick up the same work: one wins, and there is one certificate."""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from credentialing.adapters.doubles import MemoryJobs
from credentialing.domain.errors import ConflictError, RefusedError
from credentialing.domain.people import Actor, Role
from credentialing.services.issuing import issue_certificate, request_issue
from credentialing.services.office import Office
from credentialing.storage.records import CertificateRecord
from tests.office import staff
from tests.services.certified import branch, faults, is_original, recorded
from tests.services.stage import Copy, World

ROUNDS = 100


class MeetingSessions:
    """Sessions of which the n-th of one thread begins together with the n-th of the other, so that the two do meet at the database: drawing a page takes a
    hundred times longer than writing that it was drawn. Whoever has no one left to meet goes on alone."""

    def __init__(self, inner: Callable[[], Session]) -> None:
        self._inner, self._gate, self.met = inner, threading.Barrier(2, action=self._count), 0

    def _count(self) -> None:
        self.met += 1  # run by the last to come, while both stand at the gate

    def __call__(self) -> Session:
        with contextlib.suppress(threading.BrokenBarrierError):
            self._gate.wait()
        return self._inner()

    def leave(self) -> None:
        """This thread will not come again."""
        self._gate.abort()


def both(office: Office, acts: tuple[Callable[[Office], object], Callable[[Office], object]]) -> tuple[list[str], int]:
    """What comes of two acts in two threads that meet at every transaction, and how often they met; only a conflict or a refusal may come of it but success."""
    sessions, results = MeetingSessions(office.sessions), ["", ""]
    meeting = replace(office, sessions=sessions)

    def run(place: int) -> None:
        try:
            acts[place](meeting)
            results[place] = "done"
        except (ConflictError, RefusedError) as error:
            results[place] = type(error).__name__
        except Exception as error:
            results[place] = f"failed: {error!r}"
        finally:
            sessions.leave()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results), sessions.met


def asks(case_id: str, registrar: Actor, seen: int) -> Callable[[Office], object]:
    """One registrar at the button."""
    return lambda office: request_issue(office, actor=registrar, case_id=case_id, seen_revision=seen)


def makes(*cases: str) -> Callable[[Office], object]:
    """One worker with these cases before it."""
    return lambda office: [issue_certificate(office, case_id=case_id) for case_id in cases]


def test_two_simultaneous_requests_make_one_certificate_a_hundred_times(world: World, copies: Copy, tmp_path: Path) -> None:
    case_id = world.degree("ready_to_issue")
    registrars = [world.staff[Role.REGISTRAR], staff(world.office, Role.REGISTRAR, contact="r2@puente.example")]
    seen, files = world.case(case_id).revision, tmp_path / "files"
    asked, made, wrong = Counter[str](), Counter[str](), []
    for number in range(ROUNDS):
        with copies() as url, branch(world.office, url, files) as (office, _):
            requests, met = both(office, (asks(case_id, registrars[0], seen), asks(case_id, registrars[1], seen)))
            workers, met_again = both(office, (makes(case_id), makes(case_id)))
            asked[" and ".join(requests)] += 1
            made[" and ".join(workers)] += 1
            wrong += [(number, fault) for fault in faults(office, case_id)]
            assert isinstance(office.jobs, MemoryJobs)
            jobs = [job.arguments["effect"] for job in office.jobs.waiting if job.name == "effect"]
            wrong += [] if jobs == ["issue_certificate", "send_certificate"] else [(number, str(jobs))]
            wrong += [] if (met, met_again) == (2, 3) else [(number, f"met {met} and {met_again} times")]
    assert wrong == []
    assert asked == {"ConflictError and done": ROUNDS}
    assert made == {"ConflictError and done": ROUNDS}


def test_numbers_of_certificates_made_side_by_side_are_neither_doubled_nor_skipped(world: World, tmp_path: Path) -> None:
    cases = [world.degree("ready_to_issue") for _ in range(4)] + [world.skills("ready_to_issue") for _ in range(2)]
    for case_id in cases:
        world.move(world.staff[Role.REGISTRAR], case_id, "issue")
    with branch(world.office, world.engine.url.render_as_string(hide_password=False), tmp_path / "files") as (office, _):
        results, _ = both(office, (makes(*cases[::2]), makes(*cases[1::2])))
        numbers = recorded(office)
        with office.reading() as session:
            codes = set(session.scalars(sa.select(CertificateRecord.code)))
        assert results == ["done", "done"]
        assert sorted(int(number.split("-")[2]) for number, _ in numbers) == [1, 2, 3, 4, 5, 6]
        assert {status for _, status in numbers} == {"issued"}
        assert len(codes) == 6
        assert [position for position, _ in world.leaves()] == list(range(12))
        assert sorted(kind for _, kind in world.leaves()) == ["intent"] * 6 + ["issuance"] * 6
        assert all(is_original(office, case_id) for case_id in cases)


def test_a_second_request_for_a_certified_case_is_refused_and_makes_nothing(world: World) -> None:
    case_id, registrar = world.degree("certified"), world.staff[Role.REGISTRAR]
    before, kept = world.everything(), world.files.keys()
    told = []
    for seen in (world.case(case_id).revision, world.case(case_id).revision - 2):
        try:
            request_issue(world.office, actor=registrar, case_id=case_id, seen_revision=seen)
        except (RefusedError, ConflictError) as error:
            told.append(type(error).__name__)
    issue_certificate(world.office, case_id=case_id)
    assert told == ["RefusedError", "ConflictError"]
    assert (world.everything(), world.files.keys()) == (before, kept)
