"""The transparency log: what is appended, signed, kept and published, on both engines."""

import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa
from pymerkle import InmemoryTree

from credentialing.crypto import merkle, tiles
from credentialing.crypto.checkpoint import verify_checkpoint
from credentialing.crypto.keyfiles import Purpose
from credentialing.domain.errors import BrokenSealError
from credentialing.services import publishing, transparency, tree
from credentialing.services.proving import against_log
from credentialing.services.tree import Log
from credentialing.services.work import HANDLERS
from credentialing.storage.records import CertificateRecord, Counter, LogCheckpoint, LogEntry, LogLeaf, LogNode, LogProof
from tests.services.logged import begin, certify, entries, issue, lay_leaves
from tests.services.stage import World


def checkpoints(world: World) -> list[LogCheckpoint]:
    return world.rows(sa.select(LogCheckpoint).where(LogCheckpoint.log == "issuance").order_by(LogCheckpoint.size))


def file_of(world: World, name: str) -> bytes:
    return (world.office.settings.instance / "log" / name).read_bytes()


def origin(world: World) -> str:
    return tree.origin_of(Log.ISSUANCE, verify_host=world.office.settings.verify_host)


def test_a_leaf_hashes_as_it_always_did(world: World) -> None:
    certify(world.office, "c1")
    face, pdf = hashlib.sha256(b"face of c1").digest(), hashlib.sha256(b"file of c1").digest()
    leaves = world.rows(sa.select(LogLeaf).order_by(LogLeaf.position))
    with world.office.reading() as session:
        certificate = session.get_one(CertificateRecord, "c1")
        salt = transparency.salt_of(world.office, certificate)
    for leaf, kind, digest in zip(leaves, (b"intent", b"issuance"), (face, pdf), strict=True):
        assert leaf.leaf == hashlib.sha256(b"\0" + kind + b"\0" + hashlib.sha256(salt + digest).digest()).digest()


def test_the_checkpoint_that_an_issuance_asks_for_covers_it_and_is_asked_for_once(world: World) -> None:
    begin(world.office, "c1")
    assert world.jobs.waiting == ()
    for name in ("c2", "c3"):
        certify(world.office, name)
    assert [(job.name, job.job_id) for job in world.jobs.waiting] == [("publish_log", "publish-log-0")]
    world.run_jobs()
    assert [kept.size for kept in checkpoints(world)] == [5]
    issue(world.office, "c1")
    assert [job.job_id for job in world.jobs.waiting] == ["publish-log-5"]
    world.run_jobs()
    assert [kept.size for kept in checkpoints(world)] == [5, 6]


def test_the_sweep_of_every_minute_signs_what_was_begun_and_nothing_twice(world: World) -> None:
    begin(world.office, "c1")
    for _ in range(3):
        HANDLERS["sweep"](world.office, {})
        world.clock.advance(timedelta(minutes=1))
    assert [(kept.size, kept.at) for kept in checkpoints(world)] == [(1, world.clock.now() - timedelta(minutes=3))]


def test_every_root_and_proof_is_what_another_library_makes_of_the_published_entries(world: World) -> None:
    theirs = InmemoryTree(algorithm="sha256")
    for number in range(1, 8):
        certify(world.office, *(f"c{number}-{one}" for one in range(number)))
        publishing.publish(world.office)
    published = tiles.read_entries(file_of(world, "tile/entries/000.p/56"))
    assert [entry.entry for entry in entries(world.office)] == list(published)
    for entry in published:
        theirs.append_entry(entry)
    for kept in checkpoints(world):
        assert kept.root == theirs.get_root(kept.size)
        signed = verify_checkpoint(kept.note, origin=origin(world), keys=world.office.keys.public_keys(Purpose.LOG).values())
        assert (signed.checkpoint.size, signed.checkpoint.root) == (kept.size, kept.root)
    proofs = world.rows(sa.select(LogProof).order_by(LogProof.position))
    assert [proof.position for proof in proofs] == list(range(1, 56, 2))  # every issuance, no intent
    for proof in proofs:
        path = theirs.prove_inclusion(proof.position + 1, proof.size).path
        assert b"".join(path[1:]) == proof.hashes


def test_tiles_are_published_as_the_tree_grows_and_partial_ones_go_when_the_full_one_is_there(world: World) -> None:
    folder = world.office.settings.instance / "log"
    for count in (200, 100, 300):
        lay_leaves(world.office, count)
        publishing.publish(world.office)
        size = publishing.size_in(publishing.public_folder(world.office))
        wanted = {tile.path for tile in tiles.tiles_between(0, size) if tile.level is not None}
        found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.name not in ("checkpoint", ".lock")}
        kept_too = {200: set(), 300: set(), 600: {"tile/1/000.p/1"}}[size]  # of an earlier checkpoint, and its full tile is far
        assert found == wanted | kept_too, size
    leaves = [row.leaf for row in world.rows(sa.select(LogLeaf).order_by(LogLeaf.position))]
    assert b"".join(file_of(world, f"tile/0/{name}") for name in ("000", "001", "002.p/88")) == b"".join(leaves)
    assert file_of(world, "tile/1/000.p/2") == merkle.root(leaves[:256]) + merkle.root(leaves[256:512])
    assert f"\n{len(leaves)}\n" in file_of(world, "checkpoint").decode()


def test_a_large_tree_grows_by_its_right_edge_alone(world: World) -> None:
    lay_leaves(world.office, 5000)
    transparency.checkpoint(world.office)
    certify(world.office, "c1")
    asked: list[str] = []
    sa.event.listen(world.engine, "before_cursor_execute", lambda *parts: asked.append(parts[2]))
    made = transparency.checkpoint(world.office)
    leaves = [row.leaf for row in world.rows(sa.select(LogLeaf).order_by(LogLeaf.position))]
    assert made is not None
    assert (made.size, made.root) == (5002, merkle.root(leaves))
    assert len(asked) < 40
    assert [(node.level, node.position) for node in world.rows(sa.select(LogNode).order_by(LogNode.position))] == [(1, number) for number in range(19)]


def test_two_logs_never_sign_two_roots_of_one_size(world: World) -> None:
    certify(world.office, "c1")
    publishing.publish(world.office)
    before = world.everything()
    publishing.publish(world.office)
    assert world.everything() == before
    twin = {"log": "issuance", "size": 2, "root": b"x" * 32, "note": "n", "at": world.clock.now()}
    with pytest.raises(sa.exc.DBAPIError), world.office.transaction() as session:
        session.execute(sa.insert(LogCheckpoint), [twin])


def test_a_tree_that_shrank_or_was_changed_is_not_signed(world: World) -> None:
    certify(world.office, "c1", "c2")
    publishing.publish(world.office)
    with world.office.transaction() as session:
        session.execute(sa.update(Counter).where(Counter.name == "log").values(value=3))
    with pytest.raises(BrokenSealError, match="shrunk"):
        publishing.publish(world.office)
    with world.office.transaction() as session:
        session.execute(sa.update(Counter).where(Counter.name == "log").values(value=6))
    with pytest.raises(BrokenSealError, match="gap"):
        publishing.publish(world.office)
    assert [kept.size for kept in checkpoints(world)] == [4]


def test_files_that_a_dead_process_left_behind_are_brought_up_to_date(world: World) -> None:
    certify(world.office, "c1")
    publishing.publish(world.office)
    certify(world.office, "c2")
    transparency.checkpoint(world.office)  # and then it dies
    assert b"\n2\n" in file_of(world, "checkpoint")
    publishing.publish(world.office)
    assert b"\n4\n" in file_of(world, "checkpoint")
    assert len(file_of(world, "tile/0/000.p/4")) == 128


def test_files_that_are_ahead_of_the_database_are_not_taken_back(world: World) -> None:
    certify(world.office, "c1", "c2")
    publishing.publish(world.office)
    newer = file_of(world, "checkpoint").replace(b"\n4\n", b"\n9\n")
    publishing.public_folder(world.office).put("checkpoint", newer)
    certify(world.office, "c3")
    publishing.publish(world.office)
    assert file_of(world, "checkpoint") == newer


def test_leaves_of_a_version_that_kept_no_entries_get_them_before_the_first_checkpoint(world: World) -> None:
    certify(world.office, "c1", "c2")
    before = [(entry.position, entry.certificate_id, entry.kind, entry.entry, entry.digest) for entry in entries(world.office)]
    with world.engine.begin() as connection:
        act = "DROP TRIGGER log_entry_no_delete" + (" ON log_entry" if connection.dialect.name == "postgresql" else "")
        connection.execute(sa.text(act))
        connection.execute(sa.delete(LogEntry))
    publishing.publish(world.office)
    assert [(entry.position, entry.certificate_id, entry.kind, entry.entry, entry.digest) for entry in entries(world.office)] == before
    assert [proof.position for proof in world.rows(sa.select(LogProof).order_by(LogProof.position))] == [1, 3]


def test_a_certificate_that_the_log_contradicts_or_never_heard_of_is_not_confirmed(world: World) -> None:
    certify(world.office, "c1")
    begin(world.office, "c2")
    with world.office.reading() as session:
        known = session.get_one(CertificateRecord, "c1")
        assert against_log(world.office, session, known) is None  # no checkpoint yet
    publishing.publish(world.office)
    with world.office.reading() as session:
        known, laid = (session.get_one(CertificateRecord, name) for name in ("c1", "c2"))
        assert against_log(world.office, session, known) is None
        session.expunge_all()
        known.sha256 = "0" * 64  # behind the back of the log
        laid.status, laid.sha256 = "issued", "1" * 64
        found = [against_log(world.office, session, record) for record in (known, laid)]
    assert [check.problem if check else None for check in found] == ["log_contradicts"] * 2
