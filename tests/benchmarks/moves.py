"""Moves per second through `make_move` against the bare SQLAlchemy writes of the same rows.

Ours: the move `accept` of a degree case, whole: begin, read and lock the case, gather every fact (visits, deeds, findings, evidence, consents, questions),
judge the law, compare and write, set the alarm from the clocks, enqueue the letter, commit.
Bare: the same rows of the same tables, with nothing read and nothing judged, by SQLAlchemy Core used well (statements made once, one execution each), in one
transaction: UPDATE of the case (the same columns), UPDATE of the visit that ends, INSERT of the visit that begins, INSERT of the audit event, and the same
job through the same `DbosJobs.enqueue`.
Both write to one SQLite file on a real disk with WAL and synchronous=FULL, in turn, each time to another copy of one and the same case. Medians of wall time,
because a move waits for the disk.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa

from credentialing.adapters.doubles import SeededEntropy
from credentialing.adapters.jobs import DbosJobs, create_tables
from credentialing.crypto.keyring import create_keyring
from credentialing.domain.people import Actor, Role
from credentialing.services import assessing, moving
from credentialing.services.office import Office
from credentialing.storage.engine import make_engine
from credentialing.storage.migrate import upgrade
from credentialing.storage.records import AuditEvent, Base, Case, ConsentRecord, EvidenceRecord, FindingRecord, VisitRecord
from tests.office import START
from tests.services.stage import World, open_world

GOAL, WARM_UP, ROUNDS = 0.5, 20, 200
OF_A_CASE: tuple[type[Base], ...] = (VisitRecord, AuditEvent, FindingRecord, EvidenceRecord, ConsentRecord)
OWN_KEYS = {"audit_event": "position", "finding": "id", "consent": "id", "evidence": "id"}


def _table(record: type[Base]) -> sa.Table:
    return cast(sa.Table, record.__table__)


def _prepared(folder: Path) -> World:
    """An office on a real disk with the real queue, and its database migrated."""
    create_keyring(folder / "keys", issuer_host="puente.example", brand="Puente", now=START, entropy=SeededEntropy(7))
    url = f"sqlite:///{folder / 'moves.sqlite3'}"
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    create_tables(engine)
    return open_world(folder, url, keys=folder / "keys")


def _copies(world: World, case_id: str, count: int) -> list[str]:
    """`count` copies of a case with its whole history, each under an id of its own."""
    with world.engine.begin() as connection:
        rows = {
            _table(record): connection.execute(sa.select(_table(record)).where(_table(record).c.case_id == case_id)).mappings().all() for record in OF_A_CASE
        }
        model = connection.execute(sa.select(_table(Case)).where(_table(Case).c.id == case_id)).mappings().one()
        made = [f"{number:032x}" for number in range(count)]
        connection.execute(sa.insert(_table(Case)), [{**model, "id": copy, "number": f"CO-{number:05d}-00"} for number, copy in enumerate(made)])
        for table, found in rows.items():
            connection.execute(sa.insert(table), [_renewed(table, row, copy, number) for copy in made for number, row in enumerate(found)])
    return made


def _renewed(table: sa.Table, row: Mapping[str, Any], case_id: str, number: int) -> dict[str, Any]:
    key = OWN_KEYS.get(table.name)
    fresh = {name: value for name, value in row.items() if name != key} | {"case_id": case_id}
    return fresh | {"id": f"{case_id[-24:]}{number:08x}"} if table.name == "evidence" else fresh


def _ours(office: Office, officer: Actor, revision: int) -> Callable[[str], object]:
    return lambda case_id: moving.make_move(office, actor=officer, case_id=case_id, move="accept", seen_revision=revision, given={})


def _bare(world: World, jobs: DbosJobs, like: str) -> Callable[[str], object]:
    """The writes of `accept` alone; what to write is copied from a case that has made the move."""
    case, visits, events = _table(Case), _table(VisitRecord), _table(AuditEvent)
    with world.engine.connect() as connection:
        after = connection.execute(sa.select(case).where(case.c.id == like)).mappings().one()
        begun = connection.execute(sa.select(visits).where(visits.c.case_id == like).order_by(visits.c.position.desc())).mappings().first()
        event = connection.execute(sa.select(events).where(events.c.case_id == like).order_by(events.c.position.desc())).mappings().first()
    assert begun is not None
    assert event is not None
    changed = {name: after[name] for name in ("state", "revision", "waits_for", "due_at", "wake_at")}
    update = sa.update(case).where(case.c.id == sa.bindparam("this"), case.c.revision == sa.bindparam("seen"))
    update = update.values({name: sa.bindparam(f"new_{name}") for name in changed})
    leave = sa.update(visits).where(visits.c.case_id == sa.bindparam("this"), visits.c.left_at.is_(None)).values(left_at=sa.bindparam("now"))
    enter, note = sa.insert(visits), sa.insert(events)
    new = {f"new_{name}": value for name, value in changed.items()}
    line = {name: value for name, value in event.items() if name != "position"}

    def write(case_id: str) -> None:
        with world.engine.begin() as connection:
            connection.execute(update, {**new, "this": case_id, "seen": after["revision"] - 1})
            connection.execute(leave, {"this": case_id, "now": event["at"]})
            connection.execute(enter, {**begun, "case_id": case_id})
            connection.execute(note, {**line, "case_id": case_id})
            job_id = f"send_payment_request-{case_id}-{after['revision']}"
            jobs.enqueue(connection, "effect", job_id, {"effect": "send_payment_request", "case_id": case_id, "job_id": job_id})

    return write


def measure(folder: Path) -> tuple[float, float]:
    """Median seconds of one move: ours, then bare."""
    world = _prepared(folder)
    officer = world.staff[Role.INTAKE_OFFICER]
    model = world.degree("completeness_check")
    for subject, value in (("identity_confirmed", "confirmed"), ("papers_readable", "readable"), ("legalisation_seen", "apostilled")):
        assessing.record_finding(world.office, actor=officer, case_id=model, subject=subject, value=value, reason="Revisado.")
    jobs = DbosJobs(world.engine)
    office = replace(world.office, jobs=jobs)
    cases = iter(_copies(world, model, 2 * (WARM_UP + ROUNDS)))
    ours = _ours(office, officer, world.case(model).revision)
    ours(model)
    bare = _bare(world, jobs, model)
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(WARM_UP + ROUNDS):
        for side in (0, 1) if number % 2 else (1, 0):
            case_id = next(cases)
            start = time.perf_counter()
            (ours, bare)[side](case_id)
            times[side].append(time.perf_counter() - start)
    _same_rows(world, WARM_UP + ROUNDS)
    world.engine.dispose()
    return statistics.median(times[0][WARM_UP:]), statistics.median(times[1][WARM_UP:])


def _same_rows(world: World, rounds: int) -> None:
    """Both sides have left the same: else the comparison would be of different things."""
    with world.engine.connect() as connection:
        cases = connection.execute(sa.text("SELECT count(*), count(DISTINCT state || revision || waits_for || due_at || wake_at) FROM recognition_case")).one()
        visits = connection.execute(sa.text("SELECT count(*) FROM visit WHERE left_at IS NULL AND state = 'payment_awaited'")).scalar_one()
        events = connection.execute(sa.text("SELECT count(*) FROM audit_event WHERE json_extract(details, '$.move') = 'accept'")).scalar_one()
        jobs = connection.execute(sa.text("SELECT count(*) FROM workflow_status")).scalar_one()
    assert tuple(cases) == (2 * rounds + 1, 1)
    assert visits == events == jobs == 2 * rounds + 1


def main() -> bool:
    """Measure and print; whether the goal is reached."""
    with tempfile.TemporaryDirectory() as folder:
        ours, bare = measure(Path(folder))
    ratio = bare / ours
    print(f"make_move, whole                  {ours * 1e3:6.2f} ms   {1 / ours:6.0f} moves/s")
    print(f"the same rows by SQLAlchemy Core  {bare * 1e3:6.2f} ms   {1 / bare:6.0f} moves/s")
    print(f"ratio {ratio:.2f} (goal: at least {GOAL})")
    return ratio >= GOAL
