"""The audit trail in a log of its own: every minute, events that are new are sealed into a private tree with the same code as the public log.

Sealing comes after the act: a chain inside each act would put every act of every person in one line. An event may so be changed unseen for a minute at most.
"""

import json
from collections.abc import Iterator
from datetime import UTC

from sqlalchemy import func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from credentialing.crypto import merkle
from credentialing.services import transparency, tree
from credentialing.services.office import Office
from credentialing.services.tree import Log
from credentialing.storage.base import table_of
from credentialing.storage.records import AuditEvent, AuditLeaf, Counter, LogCheckpoint

AT_ONCE = 5000
# On PostgreSQL a position is drawn before its act is committed: one that comes late is found this far back.
_LOOKS_BACK = 10_000
_COUNTER = "trail"


def event_leaf(event: AuditEvent) -> bytes:
    """The leaf of an event: its columns as canonical JSON (keys sorted, no spaces); where it stands is said by the order of the leaves."""
    said = {
        "at": event.at.astimezone(UTC).isoformat(), "event": event.event, "case": event.case_id, "person": event.person_id, "role": event.role,
        "revision": event.revision, "details": event.details,
    }  # fmt: skip
    return merkle.leaf_hash(json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


def seal_trail(office: Office) -> LogCheckpoint | None:
    """Seal the events that are new, at most 5,000 at once until none is left, and sign the tree after each; the last checkpoint, None before the first."""
    while _seal_some(office) == AT_ONCE:
        pass
    with office.reading() as session:
        last = tree.latest(session, Log.TRAIL)
        session.expunge_all()
        return last


def _seal_some(office: Office) -> int:
    now = office.clock.now()
    with office.transaction() as session:
        size = _held(session)
        events = list(_unsealed(session))
        if not events:
            return 0
        rows = [{"position": size + at, "event_position": event.position, "leaf": event_leaf(event)} for at, event in enumerate(events)]
        session.execute(insert(table_of(AuditLeaf)), rows)
        session.get_one(Counter, _COUNTER).value = size + len(rows)
        session.flush()
        transparency.extend(office, session, log=Log.TRAIL, size=size + len(rows), now=now)
        return len(rows)


def _held(session: Session) -> int:
    """The size of the log, under the lock of its counter, which is made when it is not there."""
    insert_if_new = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert_if_new(Counter).values(name=_COUNTER, value=0).on_conflict_do_nothing(index_elements=["name"]))
    return session.scalars(select(Counter.value).where(Counter.name == _COUNTER).with_for_update()).one()


def _unsealed(session: Session) -> Iterator[AuditEvent]:
    far = (session.scalar(select(func.max(AuditLeaf.event_position))) or 0) - _LOOKS_BACK
    sealed = select(AuditLeaf.event_position).where(AuditLeaf.event_position == AuditEvent.position).exists()
    yield from session.scalars(select(AuditEvent).where(AuditEvent.position > far, ~sealed).order_by(AuditEvent.position).limit(AT_ONCE))
