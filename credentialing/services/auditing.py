"""Auditing the two logs: everything that was ever signed is computed again from what lies here, and what does not agree is named. Writes nothing.

The leaves are held against what they commit to, the tiles that were published, every checkpoint, and a checkpoint from outside when there is one:
whoever can change the database cannot change all of these.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.crypto import merkle, tiles
from credentialing.crypto.checkpoint import Signed, parse_checkpoint, parse_note, verify_checkpoint
from credentialing.crypto.keyfiles import Purpose
from credentialing.domain.errors import BrokenSealError
from credentialing.services import comparing, publishing, tree
from credentialing.services.office import Register
from credentialing.services.tree import Log
from credentialing.storage.records import AuditLeaf, Counter, LogCheckpoint, LogEntry, LogLeaf, LogNode

Tell = Callable[[int, int], None]
"""Hears how many steps of how many are done."""

_SHOWN = 20  # places named in one finding
_COUNTERS = {Log.ISSUANCE: "log", Log.TRAIL: "trail"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: in which log, what it is (a code), and where (places, sizes, ids of ours)."""

    log: str
    what: str
    where: str


@dataclass(frozen=True, slots=True)
class Held:
    """A log as it lies in the database, its leaves in order with their positions."""

    log: Log
    positions: Sequence[int]
    leaves: Sequence[bytes]
    checkpoints: Sequence[LogCheckpoint]
    node: merkle.Node


def hold(session: Session, log: Log) -> Held:
    """Read a log."""
    leaf = LogLeaf if log is Log.ISSUANCE else AuditLeaf
    rows = session.execute(select(leaf.position, leaf.leaf).order_by(leaf.position)).all()
    leaves = [bytes(row[1]) for row in rows]
    return Held(log, [row[0] for row in rows], leaves, tuple(tree.checkpoints(session, log)), subtrees_over(leaves))


def subtrees_over(leaves: Sequence[bytes]) -> merkle.Node:
    """The whole subtrees over many leaves, tile by tile: nothing is hashed twice, and little is kept."""
    levels = [leaves]
    while len(levels[-1]) >= tiles.WIDTH:
        below = levels[-1]
        levels.append([merkle.root(below[end - tiles.WIDTH : end]) for end in range(tiles.WIDTH, len(below) + 1, tiles.WIDTH)])
    return tiles.whole_subtrees(lambda level, start, end: levels[level][start:end])


def places(found: Sequence[int]) -> str:
    """Places as a finding names them: the first twenty, and how many more."""
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(map(str, found[:_SHOWN])) + more


def audit_log(register: Register, session: Session, held: Held, *, outside: Sequence[str] = ()) -> Iterator[Finding]:
    """Everything that is wrong with one log. `outside` are checkpoints that were kept elsewhere, as text; those of the other log are passed over."""
    signed, findings = _signed(register, held)
    yield from findings
    published = _published(register, held) if held.log is Log.ISSUANCE else None
    yield from published.findings if published else ()
    named = tuple(_against(session, held, published.leaves if published else None))
    yield from named
    doubled = comparing.twice(held.leaves)
    if doubled:
        yield Finding(held.log, comparing.DOUBLED, f"leaves {places(doubled)}")
    if not named:  # when the leaves are not what was signed, roots and numbers only say the same again
        yield from _roots(held, signed)
        yield from _nodes(session, held)
        yield from _size(session, held, doubled=len(doubled))
    last = signed[-1].checkpoint.size if signed else 0
    if published and published.size > max(last, 0):
        yield Finding(held.log, "rolled_back", f"checkpoint {published.size} was published, the database ends with {last}")
    for text in outside:
        yield from _from_outside(register, held, text)


def _signed(register: Register, held: Held) -> tuple[list[Signed], list[Finding]]:
    """The checkpoints whose signature holds and which say what their row says."""
    good, findings = list[Signed](), list[Finding]()
    keys = register.keys.public_keys(Purpose.LOG).values()
    for row in held.checkpoints:
        try:
            signed = verify_checkpoint(row.note, origin=_origin(row.note), keys=keys)
            if (signed.checkpoint.size, signed.checkpoint.root) != (row.size, row.root):
                raise BrokenSealError("the row says something else")
            good.append(signed)
        except BrokenSealError:
            findings.append(Finding(held.log, "checkpoint_wrong", f"checkpoint {row.size}"))
    return good, findings


def _origin(note: str) -> str:
    return parse_checkpoint(parse_note(note).text).origin


@dataclass(frozen=True, slots=True)
class _Published:
    """The leaves in the tiles that were published, when the checkpoint beside them proves them; its size."""

    leaves: tuple[bytes, ...] | None
    size: int
    findings: tuple[Finding, ...]


def _published(register: Register, held: Held) -> _Published | None:
    """What lies in the public folder; None when nothing was ever published there."""
    folder = publishing.public_folder(register)
    note = folder.get(publishing.CHECKPOINT)
    if note is None:
        return None
    try:
        text = note.decode()
        checkpoint = verify_checkpoint(text, origin=_origin(text), keys=register.keys.public_keys(Purpose.LOG).values()).checkpoint
    except (BrokenSealError, UnicodeDecodeError):
        return _Published(None, 0, (Finding(held.log, "published_checkpoint_wrong", publishing.CHECKPOINT),))
    found = list[bytes]()
    for tile in tiles.tiles_between(0, checkpoint.size):
        if tile.level == 0:
            data = folder.get(tile.path) or b""
            found += [data[at : at + 32] for at in range(0, len(data), 32)]
    if len(found) != checkpoint.size or merkle.root_at(subtrees_over(found), checkpoint.size) != checkpoint.root:
        return _Published(None, checkpoint.size, (Finding(held.log, "tiles_wrong", f"the tiles of checkpoint {checkpoint.size}"),))
    return _Published(tuple(found), checkpoint.size, ())


def _against(session: Session, held: Held, published: Sequence[bytes] | None) -> Iterator[Finding]:
    """The acts that lead from the leaves as they were signed to the leaves as they stand."""
    candidates = [published] if published is not None else []
    if held.log is Log.ISSUANCE:
        entries = session.execute(select(LogEntry.entry).order_by(LogEntry.position)).scalars()
        candidates.append([merkle.leaf_hash(entry) for entry in entries])
    for reference in candidates:
        last = max((row for row in held.checkpoints if row.size <= len(reference)), key=lambda row: row.size, default=None)
        if last is not None and merkle.root_at(subtrees_over(reference), last.size) == last.root:
            found = comparing.changes(reference[: last.size], held.leaves)
            yield from (Finding(held.log, change.what, f"leaves {places(change.places)}") for change in found)
            return


def _roots(held: Held, signed: Sequence[Signed]) -> Iterator[Finding]:
    known = {one.checkpoint.size for one in signed}
    for row in held.checkpoints:
        if row.size > len(held.leaves):
            yield Finding(held.log, comparing.TRUNCATED, f"checkpoint {row.size}, and there are {len(held.leaves)} leaves")
        elif row.size in known and merkle.root_at(held.node, row.size) != row.root:
            yield Finding(held.log, comparing.REWRITTEN, f"before leaf {row.size}")
            return  # every later root differs too


def _nodes(session: Session, held: Held) -> Iterator[Finding]:
    size = held.checkpoints[-1].size if held.checkpoints else 0
    kept = {(row.level, row.position): row.hash for row in session.scalars(select(LogNode).where(LogNode.log == held.log.value))}
    level = 1
    while count := tiles.hashes_at(level, size):
        for position in range(count):
            if kept.pop((level, position), None) != held.node(tiles.HEIGHT * level, position):
                yield Finding(held.log, "node_wrong", f"level {level}, hash {position}")
        level += 1
    yield from (Finding(held.log, "node_wrong", f"level {one}, hash {place}") for one, place in sorted(kept))


def _size(session: Session, held: Held, *, doubled: int) -> Iterator[Finding]:
    counted = session.scalar(select(Counter.value).where(Counter.name == _COUNTERS[held.log])) or 0
    if list(held.positions) != list(range(len(held.positions))):
        gaps = sorted(set(range(max(held.positions) + 1)) - set(held.positions))
        yield Finding(held.log, "gap", f"leaves {places(gaps)}")
    elif counted > len(held.positions):
        yield Finding(held.log, comparing.TRUNCATED, f"{counted} leaves were counted, and there are {len(held.positions)}")
    elif counted < len(held.positions) - doubled:
        yield Finding(held.log, comparing.INSERTED, f"{counted} leaves were counted, and there are {len(held.positions)}")


def _from_outside(register: Register, held: Held, text: str) -> Iterator[Finding]:
    """A checkpoint that somebody else kept: the log must hold its tree."""
    try:
        origin = _origin(text)
        if origin.rpartition("/")[2] != tree.origin_of(held.log, verify_host="").rpartition("/")[2]:
            return
        there = verify_checkpoint(text, origin=origin, keys=register.keys.public_keys(Purpose.LOG).values()).checkpoint
    except BrokenSealError:
        yield Finding(held.log, "outside_checkpoint_wrong", "the checkpoint from outside is not signed by this log")
        return
    if there.size > len(held.leaves):
        yield Finding(held.log, "rolled_back", f"checkpoint {there.size} is held outside, and there are {len(held.leaves)} leaves")
    elif merkle.root_at(held.node, there.size) != there.root:
        yield Finding(held.log, comparing.REWRITTEN, f"before leaf {there.size}, which is held outside")
