"""Writing the audit trail: the event of an act, in the act's own transaction."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from credentialing.domain.events import Event
from credentialing.domain.people import Actor
from credentialing.storage.base import table_of
from credentialing.storage.records import AuditEvent, Case

_APPEND = insert(table_of(AuditEvent))


def note(
    session: Session,
    event: Event,
    *,
    at: datetime,
    actor: Actor | None,
    case: Case | None = None,
    role: str | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Append one event. Details hold codes and identifiers only: never a name, a number of a paper or a text that a person wrote."""
    line = {
        "at": at,
        "event": event.value,
        "case_id": case.id if case else None,
        "person_id": actor.person_id if actor else None,
        "role": role,
        "revision": case.revision if case else None,
        "details": dict(details or {}),
    }
    session.connection().execute(_APPEND, line)
