"""The trees of the two logs as they lie in the database: hashes, tiles, checkpoints. Reads only.

The issuance log is public; the log of the audit trail is private, and only its checkpoints may leave the house.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from credentialing.crypto import tiles
from credentialing.crypto.merkle import Node
from credentialing.crypto.tiles import Tile
from credentialing.domain.errors import NotFoundError
from credentialing.services.office import Register
from credentialing.storage.records import AuditLeaf, LogCheckpoint, LogEntry, LogLeaf, LogNode


class Log(StrEnum):
    """Which of the two logs."""

    ISSUANCE = "issuance"
    TRAIL = "trail"


def origin_of(log: Log, *, verify_host: str) -> str:
    """The name under which checkpoints of a log are signed: the public one is also its address without the scheme (C2SP tlog-tiles, "Parameters")."""
    return f"{verify_host}/{'log' if log is Log.ISSUANCE else log.value}"


def read_hashes(session: Session, log: Log) -> tiles.ReadHashes:
    """Reads the hashes of any level of a log."""

    def read(level: int, start: int, end: int) -> Sequence[bytes]:
        if level:
            of_level = LogNode.log == log.value, LogNode.level == level, LogNode.position >= start, LogNode.position < end
            return session.scalars(select(LogNode.hash).where(*of_level).order_by(LogNode.position)).all()
        leaf = LogLeaf if log is Log.ISSUANCE else AuditLeaf
        return session.scalars(select(leaf.leaf).where(leaf.position >= start, leaf.position < end).order_by(leaf.position)).all()

    return read


def nodes(session: Session, log: Log) -> Node:
    """The whole subtrees of a log; nothing may be appended while it is used."""
    return tiles.whole_subtrees(read_hashes(session, log))


def latest(session: Session, log: Log) -> LogCheckpoint | None:
    """The last checkpoint of a log; None before the first."""
    return session.scalar(_checkpoints(log).order_by(LogCheckpoint.size.desc()).limit(1))


def checkpoints(session: Session, log: Log) -> Iterator[LogCheckpoint]:
    """Every checkpoint of a log, the smallest first."""
    yield from session.scalars(_checkpoints(log).order_by(LogCheckpoint.size).execution_options(yield_per=200))


def _checkpoints(log: Log) -> Select[LogCheckpoint]:
    return select(LogCheckpoint).where(LogCheckpoint.log == log.value)


def first_covering(session: Session, log: Log, position: int) -> LogCheckpoint | None:
    """The first checkpoint whose tree holds the leaf at `position`; None when none does yet."""
    return session.scalar(_checkpoints(log).where(LogCheckpoint.size > position).order_by(LogCheckpoint.size).limit(1))


def tile_bytes(session: Session, tile: Tile) -> bytes:
    """A tile of the issuance log as it is published; NotFoundError when no checkpoint covers it, or an entry of it is not known."""
    last = latest(session, Log.ISSUANCE)
    if last is None or tile.start + tile.width > tiles.hashes_at(tile.level or 0, last.size):
        raise NotFoundError("no such tile")
    start, end = tile.start, tile.start + tile.width
    if tile.level is None:
        found = session.scalars(select(LogEntry.entry).where(*_between(start, end)).order_by(LogEntry.position)).all()
    else:
        found = read_hashes(session, Log.ISSUANCE)(tile.level, start, end)
    if len(found) != tile.width:
        raise NotFoundError("the tile has a gap")
    return tiles.bundle_entries(found) if tile.level is None else b"".join(found)


def _between(start: int, end: int) -> tuple[ColumnElement[bool], ...]:
    return LogEntry.position >= start, LogEntry.position < end


def public_tile(register: Register, *, path: str) -> tuple[Tile, bytes]:
    """The tile at an address below that of the log, and its bytes; NotFoundError for anything else."""
    tile = tiles.parse_path(path)
    if tile is None:
        raise NotFoundError("no such tile")
    with register.reading() as session:
        return tile, tile_bytes(session, tile)


def public_checkpoint(register: Register) -> str:
    """The last checkpoint of the issuance log, as a signed note; NotFoundError before the first."""
    with register.reading() as session:
        last = latest(session, Log.ISSUANCE)
        if last is None:
            raise NotFoundError("no checkpoint yet")
        return last.note
