"""What somebody with the whole database can do to the logs, once the triggers are out of the way."""

import random
from collections.abc import Callable

import sqlalchemy as sa

from credentialing.crypto import merkle
from credentialing.storage.records import AuditEvent, Base, Counter, LogCheckpoint, LogEntry, LogLeaf, LogNode, LogProof

Row = dict[str, object]
Act = Callable[[list[tuple[Row, Row]], random.Random], None]
"""Changes a list of leaves with their entries, in place."""

_GUARDED = ("log_leaf", "log_entry", "log_node", "log_checkpoint", "log_proof", "audit_event", "audit_leaf", "certificate")


def unguard(connection: sa.Connection) -> None:
    """Take away what keeps the lists from being changed."""
    if connection.dialect.name == "postgresql":
        for table in _GUARDED:
            connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    for name in connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
        connection.execute(sa.text(f"DROP TRIGGER {name}"))


def _rows(connection: sa.Connection, record: type[Base]) -> list[Row]:
    table = record.__table__
    return [dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings()]


def _replace(connection: sa.Connection, record: type[Base], rows: list[Row]) -> None:
    connection.execute(sa.delete(record))
    if rows:
        connection.execute(sa.insert(record), rows)


def rewrite(engine: sa.Engine, act: Act, *, seed: int, entries_too: bool) -> None:
    """Do an act to the leaves, numbered anew so that no gap shows, with the counter; also to the entries, if `entries_too`."""
    with engine.begin() as connection:
        unguard(connection)
        pairs = list(zip(_rows(connection, LogLeaf), _rows(connection, LogEntry), strict=True))
        act(pairs, random.Random(seed))
        _replace(connection, LogLeaf, [leaf | {"position": at} for at, (leaf, _) in enumerate(pairs)])
        if entries_too:
            _replace(connection, LogEntry, [entry | {"position": at} for at, (_, entry) in enumerate(pairs)])
        connection.execute(sa.update(Counter).where(Counter.name == "log").values(value=len(pairs)))


def other(pair: tuple[Row, Row], chance: random.Random) -> tuple[Row, Row]:
    """Another leaf in the place of this one."""
    entry = b"issuance\0" + chance.randbytes(32)
    return pair[0] | {"leaf": merkle.leaf_hash(entry)}, pair[1] | {"entry": entry}


def edit(pairs: list[tuple[Row, Row]], chance: random.Random) -> None:
    at = chance.randrange(len(pairs))
    pairs[at] = other(pairs[at], chance)


def delete(pairs: list[tuple[Row, Row]], chance: random.Random) -> None:
    del pairs[chance.randrange(len(pairs) - 1)]


def insert(pairs: list[tuple[Row, Row]], chance: random.Random) -> None:
    at = chance.randrange(len(pairs))
    pairs.insert(at, other(pairs[at], chance))


def reorder(pairs: list[tuple[Row, Row]], chance: random.Random) -> None:
    one, two = chance.sample(range(len(pairs)), 2)
    pairs[one], pairs[two] = pairs[two], pairs[one]


def truncate(pairs: list[tuple[Row, Row]], chance: random.Random) -> None:
    del pairs[chance.randrange(1, len(pairs)) :]


def enter_twice(pairs: list[tuple[Row, Row]], chance: random.Random) -> None:
    pairs.append(chance.choice(pairs))


def put_back(engine: sa.Engine, size: int) -> None:
    """The state of an earlier day: everything that came after the checkpoint of this size is gone."""
    with engine.begin() as connection:
        unguard(connection)
        gone = set(connection.execute(sa.select(LogEntry.certificate_id).where(LogEntry.position >= size)).scalars())
        assert gone
        for record in (LogLeaf, LogEntry, LogProof):
            connection.execute(sa.delete(record).where(record.position >= size))
        connection.execute(sa.delete(LogCheckpoint).where(LogCheckpoint.log == "issuance", LogCheckpoint.size > size))
        connection.execute(sa.update(Counter).where(Counter.name == "log").values(value=size))
        connection.execute(sa.delete(Base.metadata.tables["certificate"]).where(Base.metadata.tables["certificate"].c.id.in_(gone)))


def forget_signatures(engine: sa.Engine) -> None:
    """Somebody who has the key of the log too: every checkpoint, proof and upper level is gone, to be made again."""
    with engine.begin() as connection:
        for record in (LogProof, LogNode, LogCheckpoint):
            connection.execute(sa.delete(record))


def change_events(engine: sa.Engine, what: str, *, seed: int) -> None:
    """An act on the audit trail itself."""
    chance = random.Random(seed)
    with engine.begin() as connection:
        unguard(connection)
        rows = _rows(connection, AuditEvent)
        at = chance.randrange(1, len(rows) - 1)
        if what == "edited":
            rows[at] |= {"details": {"move": "another"}}
        elif what == "deleted":
            del rows[at]
        elif what == "truncated":
            del rows[at:]
        elif what == "reordered":
            rows[at], rows[at - 1] = rows[at] | {"position": rows[at - 1]["position"]}, rows[at - 1] | {"position": rows[at]["position"]}
        elif what == "inserted":
            rows[at:] = [rows[at] | {"event": "case_moved"}, *(row | {"position": int(str(row["position"])) + 1} for row in rows[at:])]
        _replace(connection, AuditEvent, rows)
