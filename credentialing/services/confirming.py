"""Which procedures may be started here: well-sourced ones at once, others when administrators have read the authority's own text and said so."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.domain.errors import BadInputError, ConflictError, NotFoundError, Reason, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import Actor, Role
from credentialing.services import people, trail
from credentialing.services.office import Office
from credentialing.storage.records import Person, ProcedureConfirmation
from credentialing.workflow.library import Library, ProcedureView
from credentialing.workflow.model import Definition

NEEDED: Mapping[str, int] = MappingProxyType({"high": 0, "medium": 1, "low": 2})
"""How many human beings must have confirmed the very rules, by how well they are sourced."""

SHORTEST_SOURCE, LONGEST_SOURCE = 20, 1000


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One administrator's word on one version of a procedure, standing or withdrawn; people by their ids."""

    confirmation_id: str
    version: int
    of_these_rules: bool
    confirmed_by: str
    confirmed_at: datetime
    source_read: str
    withdrawn_by: str | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the newest version of a procedure is confirmed here: what it needs, who stands for it, and whether it may be started.
    `began_version` is the version that a new case would begin under, None when there is none. `mine` is the actor's own standing confirmation."""

    definition: Definition
    needed: int
    confirmed: int
    executable: bool
    began_version: int | None
    mine: str | None
    history: tuple[Confirmation, ...]


def executable(session: Session, definition: Definition) -> bool:
    """Whether a case may begin under exactly these rules: every certificate page exists, and enough different human beings confirmed this very digest."""
    return _enough(definition, _confirmed(session))


_Rules: TypeAlias = tuple[str, int, str]
"""Procedure, version and digest: what exactly was confirmed."""


def _rules(definition: Definition) -> _Rules:
    return definition.id, definition.version, definition.digest


def _enough(definition: Definition, confirmed: Mapping[_Rules, int]) -> bool:
    needed = NEEDED.get(definition.procedure.confidence)
    return needed is not None and definition.can_be_certified and confirmed.get(_rules(definition), 0) >= needed


def _confirmed(session: Session) -> Mapping[_Rules, int]:
    """How many human beings stand for each set of rules. Two accounts with one staff number are one."""
    row = ProcedureConfirmation
    standing = (
        select(row.procedure, row.version, row.digest, Person.id, Person.human_index)
        .join(Person, row.confirmed_by == Person.id)
        .where(row.withdrawn_at.is_(None))
    )
    humans: dict[_Rules, set[str | bytes]] = {}
    for procedure, version, digest, account, index in session.execute(standing):
        humans.setdefault((procedure, version, digest), set()).add(index if index is not None else account)
    return {rules: len(found) for rules, found in humans.items()}


def startable_version(office: Office, session: Session, procedure: str) -> Definition | None:
    """The newest version of a procedure that a case may begin under now; None when there is none, NotFoundError for an unknown procedure."""
    newest = next((view for view in office.library.procedures() if view.id == procedure), None)
    if newest is None:
        raise NotFoundError("no such procedure")
    return _newest(office.library, newest, _confirmed(session))


def _newest(library: Library, view: ProcedureView, confirmed: Mapping[_Rules, int]) -> Definition | None:
    versions = (_version(library, view.id, number) for number in range(view.version, 0, -1))
    return next((each for each in versions if each is not None and _enough(each, confirmed)), None)


def _version(library: Library, procedure: str, version: int) -> Definition | None:
    try:
        return library.definition(procedure, version)
    except NotFoundError:
        return None  # versions may have gaps


def startable(office: Office) -> Mapping[str, Definition]:
    """Every procedure that can be applied for here now, by id, with the version that a case would begin under. One question to the database."""
    with office.reading() as session:
        confirmed = _confirmed(session)
    found = {view.id: _newest(office.library, view, confirmed) for view in office.library.procedures()}
    return MappingProxyType({name: definition for name, definition in found.items() if definition is not None})


def _demand_administrator(actor: Actor) -> None:
    # Not even the console: a confirmation is one human being's word.
    if actor.person_id is None or Role.ADMINISTRATOR not in actor.roles:
        raise RefusedError(Reason("wrong_role", {"needs": (Role.ADMINISTRATOR.value,)}))


def confirm_procedure(office: Office, *, actor: Actor, procedure: str, version: int, digest: str, source_read: str) -> str:
    """Record that the actor compared these very rules with the authority's own text, named in `source_read` (20 to 1000 characters); the id.

    NotFoundError for unknown rules, ConflictError when the digest is not theirs, RefusedError when none is needed, a certificate page is missing,
    or this human being already stands for them.
    """
    now = office.clock.now()
    _demand_administrator(actor)
    definition = office.library.definition(procedure, version)
    if definition.digest != digest:
        raise ConflictError("the rules are not those that were read")
    source = _source(source_read)
    if not definition.can_be_certified:
        raise RefusedError(Reason("certificate_page_missing"))
    if NEEDED.get(definition.procedure.confidence, 0) == 0:
        raise RefusedError(Reason("confirmation_not_needed"))
    with office.transaction() as session:
        session.get(Person, actor.person_id, with_for_update=True)  # two clicks stand in a line
        selves = people.humans_of(session, str(actor.person_id))
        if _standing_of(session, selves, definition) is not None:
            raise RefusedError(Reason("confirmed_already"))
        row = ProcedureConfirmation(
            id=office.entropy.id(), procedure=procedure, version=version, digest=digest, confirmed_by=actor.person_id, confirmed_at=now, source_read=source
        )
        session.add(row)
        details = {"confirmation": row.id, "procedure": f"{procedure}.v{version}", "digest": digest}
        trail.note(session, Event.PROCEDURE_CONFIRMED, at=now, actor=actor, role=Role.ADMINISTRATOR.value, details=details)
        return row.id


def _source(text: str) -> str:
    clean = unicodedata.normalize("NFC", text).strip()
    if not clean:
        raise BadInputError(Reason("field_blank", {"field": "source_read"}))
    if len(clean) < SHORTEST_SOURCE:
        raise BadInputError(Reason("field_too_short", {"field": "source_read"}))
    if len(clean) > LONGEST_SOURCE:
        raise BadInputError(Reason("field_too_long", {"field": "source_read", "limit": LONGEST_SOURCE}))
    return clean


def _standing_of(session: Session, selves: Collection[str], definition: Definition) -> str | None:
    found = select(ProcedureConfirmation.id).where(
        ProcedureConfirmation.procedure == definition.id,
        ProcedureConfirmation.digest == definition.digest,
        ProcedureConfirmation.confirmed_by.in_(selves),
        ProcedureConfirmation.withdrawn_at.is_(None),
    )
    return session.scalar(found.limit(1))


def withdraw_confirmation(office: Office, *, actor: Actor, confirmation_id: str) -> None:
    """Take a confirmation back, one's own or a colleague's: from now on nothing begins on its strength; open cases go on under the rules they began with.
    NotFoundError when it does not stand."""
    now = office.clock.now()
    _demand_administrator(actor)
    with office.transaction() as session:
        row = session.get(ProcedureConfirmation, confirmation_id, with_for_update=True)
        if row is None or row.withdrawn_at is not None:
            raise NotFoundError("no such confirmation")
        row.withdrawn_at, row.withdrawn_by = now, actor.person_id
        details = {"confirmation": row.id, "procedure": f"{row.procedure}.v{row.version}", "digest": row.digest}
        trail.note(session, Event.CONFIRMATION_WITHDRAWN, at=now, actor=actor, role=Role.ADMINISTRATOR.value, details=details)


def standings(office: Office, *, actor: Actor) -> tuple[Standing, ...]:
    """Every procedure with its confirmations, by id; RefusedError for everybody but administrators."""
    _demand_administrator(actor)
    with office.reading() as session:
        selves, confirmed = people.humans_of(session, str(actor.person_id)), _confirmed(session)
        rows = session.scalars(select(ProcedureConfirmation).order_by(ProcedureConfirmation.confirmed_at.desc(), ProcedureConfirmation.id)).all()
        views = office.library.procedures()
        return tuple(_standing(office.library, view, confirmed, [row for row in rows if row.procedure == view.id], selves) for view in views)


def _standing(
    library: Library, view: ProcedureView, confirmed: Mapping[_Rules, int], rows: Sequence[ProcedureConfirmation], selves: Collection[str]
) -> Standing:
    definition, began = view.definition, _newest(library, view, confirmed)
    mine = (row.id for row in rows if row.digest == definition.digest and row.confirmed_by in selves and row.withdrawn_at is None)
    return Standing(
        definition=definition,
        needed=NEEDED.get(definition.procedure.confidence, 0),
        confirmed=confirmed.get(_rules(definition), 0),
        executable=_enough(definition, confirmed),
        began_version=began.version if began else None,
        mine=next(mine, None),
        history=tuple(
            Confirmation(
                row.id, row.version, row.digest == definition.digest, row.confirmed_by, row.confirmed_at, row.source_read, row.withdrawn_by, row.withdrawn_at
            )
            for row in rows
        ),
    )
