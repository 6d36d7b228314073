"""The audit finds what was done to a log behind its back, and calls it what it is; and says nothing about a log that is whole."""

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import sessionmaker

from credentialing.domain.events import Event
from credentialing.domain.people import SYSTEM
from credentialing.services import publishing, trail, trail_log
from credentialing.services.audit import Audit, audit, checkpoints_to_keep
from credentialing.services.office import Office
from credentialing.storage.engine import make_engine
from credentialing.storage.records import AuditEvent, CertificateRecord, LogCheckpoint, LogEntry, LogNode, LogProof
from tests.services import tampering
from tests.services.logged import begin, certify, issue
from tests.services.stage import Copy, World

ACTS = {
    "edited": tampering.edit, "deleted": tampering.delete, "inserted": tampering.insert, "reordered": tampering.reorder, "truncated": tampering.truncate,
    "entered_twice": tampering.enter_twice,
}  # fmt: skip


def audited(office: Office, *outside: str) -> Audit:
    return audit(office, outside=outside, tell=lambda done, total: None)


def found(office: Office, *outside: str) -> set[tuple[str, str]]:
    """Log and name of everything that the audit finds."""
    return {(finding.log, finding.what) for finding in audited(office, *outside).findings}


def about_leaves(office: Office, *outside: str) -> set[str]:
    """The names of what was done to the leaves of the public log."""
    return {finding.what for finding in audited(office, *outside).findings if finding.log == "issuance" and not finding.where.startswith("certificate ")}


@pytest.fixture
def grown(world: World) -> World:
    """A log that grew under several checkpoints, and a trail that was sealed."""
    for day in range(4):
        certify(world.office, *(f"c{day}-{number}" for number in range(3)))
        begin(world.office, f"b{day}")
        publishing.publish(world.office)
        for number in range(5):
            with world.office.transaction() as session:
                trail.note(session, Event.SIGNED_IN, at=world.clock.now(), actor=SYSTEM, role="system", details={"number": number})
        trail_log.seal_trail(world.office)
        world.clock.advance(timedelta(hours=1))
    return world


@pytest.fixture
def twins(grown: World, copies: Copy) -> "Twins":
    return Twins(grown, copies)


class Twins:
    """Copies of the grown world, one after another, each to be tampered with."""

    def __init__(self, world: World, copies: Copy) -> None:
        self.world, self._copies = world, copies

    def each(self, seeds: int = 0) -> Iterator[tuple[Office, sa.Engine, int]]:
        """One fresh office for each seed."""
        several = 3 if self.world.engine.dialect.name == "sqlite" else 1  # a copy of the other database takes its time
        for seed in range(seeds or several):
            with self._copies() as url:
                engine = make_engine(url)
                yield replace(self.world.office, sessions=sessionmaker(engine, expire_on_commit=False)), engine, seed
                engine.dispose()


def test_nothing_is_found_in_a_log_that_is_whole(grown: World) -> None:
    done = audited(grown.office, *checkpoints_to_keep(grown.office))
    events = len(grown.rows(sa.select(AuditEvent)))
    assert done.findings == ()
    assert (done.leaves, done.checkpoints, done.certificates, done.events) == (28 + events, 4 + 4, 16, events)
    issue(grown.office, "b0")
    assert audited(grown.office).findings == ()  # what is not signed yet is no fault


def test_an_act_on_the_leaves_is_named(twins: Twins) -> None:
    for what, entries_too in itertools.product(ACTS, (False, True)):
        for office, engine, seed in twins.each():
            tampering.rewrite(engine, ACTS[what], seed=seed, entries_too=entries_too)
            assert about_leaves(office) == {what}, (what, entries_too, seed)


def test_it_is_named_without_the_published_files_too(twins: Twins) -> None:
    shutil.rmtree(twins.world.office.settings.instance / "log")
    for what in ACTS:
        for office, engine, seed in twins.each():
            tampering.rewrite(engine, ACTS[what], seed=seed, entries_too=False)
            assert about_leaves(office) == {what}, (what, seed)


def test_an_older_state_is_found_by_the_published_files_and_by_a_checkpoint_from_outside(twins: Twins) -> None:
    kept = checkpoints_to_keep(twins.world.office)
    sizes = (7, 14, 21)
    for office, engine, seed in twins.each():
        tampering.put_back(engine, sizes[seed])
        assert about_leaves(office) == {"rolled_back"}
    shutil.rmtree(twins.world.office.settings.instance / "log")
    for office, engine, seed in twins.each():
        tampering.put_back(engine, sizes[seed])
        assert about_leaves(office) == set()  # the whole house is of one mind
        assert about_leaves(office, *kept) == {"rolled_back"}


def test_a_history_that_was_made_again_with_the_key_is_found_by_a_checkpoint_from_outside(twins: Twins) -> None:
    kept = checkpoints_to_keep(twins.world.office)
    for office, engine, seed in twins.each():
        shutil.rmtree(office.settings.instance / "log")
        tampering.rewrite(engine, tampering.edit, seed=seed, entries_too=True)
        tampering.forget_signatures(engine)
        publishing.publish(office)
        assert about_leaves(office) == set()
        assert about_leaves(office, *kept) == {"rewritten"}


def test_an_act_on_the_trail_is_named(twins: Twins) -> None:
    for what in ("edited", "deleted", "inserted", "reordered", "truncated"):
        for office, engine, seed in twins.each():
            tampering.change_events(engine, what, seed=seed)
            assert found(office) == {("trail", what)}, (what, seed)


def change(engine: sa.Engine, record: type[object], **values: object) -> None:
    """The first row of a table, changed."""
    table = record.__table__  # type: ignore[attr-defined]
    key = list(table.primary_key.columns)
    with engine.begin() as connection:
        tampering.unguard(connection)
        first = connection.execute(sa.select(*key).where(*([table.c.sha256.is_not(None)] if "sha256" in table.c else [])).order_by(*key)).first()
        connection.execute(sa.update(table).where(*(column == value for column, value in zip(key, first, strict=True))).values(**values))


def test_what_stands_beside_the_leaves_is_checked_too(twins: Twins) -> None:
    for record, values, what in (
        (LogCheckpoint, {"root": b"x" * 32}, {"checkpoint_wrong"}),
        (LogCheckpoint, {"note": "forged"}, {"checkpoint_wrong", "proof_wrong"}),
        (LogProof, {"hashes": b"x" * 96}, {"proof_wrong"}),
        (CertificateRecord, {"sha256": "0" * 64}, {"digest_differs", "file_missing", "proof_wrong"}),
        (CertificateRecord, {"sealed_face": b"x"}, {"seal_broken"}),
        (LogEntry, {"digest": b"x" * 32}, {"entry_differs", "face_differs"}),
    ):
        for office, engine, _ in twins.each(1):
            change(engine, record, **values)
            assert {name for _, name in found(office)} == what


def test_certificates_that_the_log_never_heard_of_are_found(twins: Twins) -> None:
    for office, engine, _ in twins.each(1):
        with engine.begin() as connection:
            tampering.unguard(connection)
            connection.execute(sa.delete(LogProof))
            connection.execute(sa.delete(LogEntry).where(LogEntry.certificate_id == "c1-1"))
        shown = {finding.what for finding in audited(office).findings if finding.where == "certificate c1-1"}
        assert shown == {"intent_not_logged", "issuance_not_logged"}


def test_files_that_were_changed_are_found(grown: World) -> None:
    folder, files = grown.office.settings.instance / "log", grown.files
    key = next(iter(files.keys()))
    files.delete(key)
    (folder / "tile/0/000.p/28").write_bytes(b"x" * 28 * 32)
    assert found(grown.office) == {("issuance", "file_missing"), ("issuance", "tiles_wrong")}
    (folder / "checkpoint").write_text("forged")
    assert found(grown.office) == {("issuance", "file_missing"), ("issuance", "published_checkpoint_wrong")}


def test_upper_levels_of_the_tree_are_computed_again(grown: World) -> None:
    certify(grown.office, *(f"d{number}" for number in range(120)))
    publishing.publish(grown.office)
    assert audited(grown.office).findings == ()
    change(grown.engine, LogNode, hash=b"x" * 32)
    assert found(grown.office) == {("issuance", "node_wrong")}
