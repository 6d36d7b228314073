"""The transparency log: every certificate that was begun, issued or changed leaves a commitment in a tree whose checkpoints are signed and published.

A leaf says nothing to those who do not hold the salt of its certificate, and nothing that was published can be taken back unseen. A checkpoint costs the same
however large the tree is: it reads the right edge of the tree, writes what is new, and signs. The audit trail is sealed into a second, private log.
"""

import hashlib
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from credentialing.certificate.proof import entry_of
from credentialing.crypto import envelope, merkle, tiles
from credentialing.crypto.checkpoint import Checkpoint, parse_checkpoint, parse_note, sign_checkpoint
from credentialing.crypto.keyfiles import Purpose
from credentialing.domain.errors import BrokenSealError
from credentialing.services import tree
from credentialing.services.counting import next_number
from credentialing.services.office import Office, Register
from credentialing.services.tree import Log
from credentialing.storage.base import table_of
from credentialing.storage.records import CertificateRecord, Counter, LogCheckpoint, LogEntry, LogLeaf, LogNode, LogProof

PROVED = ("issuance", "status")
"""The kinds of leaves whose proofs are kept: what somebody may have to show."""

_COUNTER = "log"


def salt_of(register: Register, certificate: CertificateRecord) -> bytes:
    """The 16 bytes that tie a certificate to its leaves; whoever holds them and the file can recompute the leaf."""
    return envelope.open_from_register(register.keys, certificate.sealed_salt, certificate.code)


def append(office: Office, session: Session, *, kind: str, certificate: CertificateRecord, digest: bytes, now: datetime) -> int:
    """Append a leaf about a certificate, in the transaction of the act itself, and give its position.

    `kind` is `intent` (`digest` the SHA-256 of the frozen face), `issuance` (that of the PDF) or `status` (that of whatever says exactly what changed and
    when). Raising the counter of the log puts the writers in a line. All but an intent ask for a checkpoint right after the commit.
    """
    entry = entry_of(kind, salt=salt_of(office, certificate), digest=digest)
    position = next_number(session, _COUNTER) - 1
    session.add(LogLeaf(position=position, kind=kind, leaf=merkle.leaf_hash(entry), at=now))
    session.add(LogEntry(position=position, certificate_id=certificate.id, kind=kind, entry=entry, digest=digest))
    if kind in PROVED:
        # One job for all leaves after the same checkpoint: it takes the counter's lock too, so it either sees this leaf or has not signed yet.
        last = tree.latest(session, Log.ISSUANCE)
        office.jobs.enqueue(session, "publish_log", f"publish-log-{last.size if last else 0}", {})
    return position


def checkpoint(office: Office) -> LogCheckpoint | None:
    """Sign a checkpoint over every leaf there is and keep the proofs of what it covers newly; the last one when nothing was added, None for an empty log.

    BrokenSealError, and nothing is signed, when the tree has shrunk, has a gap, or no longer begins as it was signed before.
    """
    now = office.clock.now()
    with office.transaction() as session:
        size = session.scalar(select(Counter.value).where(Counter.name == _COUNTER).with_for_update()) or 0
        last = tree.latest(session, Log.ISSUANCE)
        old = last.size if last else 0
        if size == old:
            return last
        if not last:
            _adopt(office, session, size)
        made = extend(office, session, log=Log.ISSUANCE, size=size, now=now)
        _keep_proofs(session, old, size)
        return made


def extend(office: Office, session: Session, *, log: Log, size: int, now: datetime) -> LogCheckpoint:
    """Sign that a log has `size` leaves, which lie in the database, and keep the new upper levels of its tree; the caller holds the lock of the log.
    BrokenSealError as `checkpoint`."""
    last = tree.latest(session, log)
    old = last.size if last else 0
    if size <= old:
        raise BrokenSealError("the log has shrunk")
    _grow(session, log, old=old, new=size)
    node = tree.nodes(session, log)
    try:
        if last and merkle.root_at(node, old) != last.root:
            raise BrokenSealError("the log no longer begins as it was signed")
        root = merkle.root_at(node, size)
    except IndexError:
        raise BrokenSealError("the log has a gap") from None
    origin = parse_checkpoint(parse_note(last.note).text).origin if last else tree.origin_of(log, verify_host=office.settings.verify_host)
    key = office.keys.public_keys(Purpose.LOG)[office.keys.active(Purpose.LOG).id]
    note = sign_checkpoint(Checkpoint(origin, size, root), point=key.point, sign=lambda text: office.keys.sign(Purpose.LOG, text)[1])
    made = LogCheckpoint(log=log.value, size=size, root=root, note=note, at=now)
    session.add(made)
    session.flush()
    return made


def _grow(session: Session, log: Log, *, old: int, new: int) -> None:
    """Keep the roots of the tiles that became full, level by level."""
    read = tree.read_hashes(session, log)
    level = 1
    while tiles.hashes_at(level, new):
        for position in range(tiles.hashes_at(level, old), tiles.hashes_at(level, new)):
            below = read(level - 1, position * tiles.WIDTH, (position + 1) * tiles.WIDTH)
            if len(below) != tiles.WIDTH:
                raise BrokenSealError("the log has a gap")
            session.execute(insert(table_of(LogNode)), {"log": log.value, "level": level, "position": position, "hash": merkle.root(below)})
        level += 1


def _keep_proofs(session: Session, old: int, new: int) -> None:
    node = tree.nodes(session, Log.ISSUANCE)
    wanted = select(LogEntry.position).where(LogEntry.position >= old, LogEntry.position < new, LogEntry.kind.in_(PROVED)).order_by(LogEntry.position)
    rows = [{"position": at, "size": new, "hashes": b"".join(merkle.inclusion_at(node, at, size=new))} for at in session.scalars(wanted)]
    if rows:
        session.execute(insert(table_of(LogProof)), rows)


def _adopt(office: Office, session: Session, size: int) -> None:
    """Before the first checkpoint: leaves that were laid by a version that kept no entries get theirs, recomputed from the certificates."""
    if (session.scalar(select(func.count()).select_from(LogEntry)) or 0) == size:
        return
    known = set(session.scalars(select(LogEntry.position)))
    positions = {row.leaf: row.position for row in session.scalars(select(LogLeaf)) if row.position not in known}
    for certificate in session.scalars(select(CertificateRecord)):
        salt = salt_of(office, certificate)
        face = envelope.open_from_register(office.keys, certificate.sealed_face, certificate.code)
        digests = {"intent": hashlib.sha256(face).digest()}
        if certificate.sha256:
            digests["issuance"] = bytes.fromhex(certificate.sha256)
        for kind, digest in digests.items():
            entry = entry_of(kind, salt=salt, digest=digest)
            position = positions.get(merkle.leaf_hash(entry))
            if position is not None:
                session.add(LogEntry(position=position, certificate_id=certificate.id, kind=kind, entry=entry, digest=digest))
    session.flush()
