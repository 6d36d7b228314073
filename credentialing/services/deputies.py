"""Deputies: one person standing in for another in one role for a while. They can do no more than that person could."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.domain.errors import BadInputError, NotFoundError, Reason, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import STAFF_ROLES, Actor, Role
from credentialing.services import people, trail
from credentialing.services.office import Office
from credentialing.storage.records import Deputy, Person, RoleGrant

LONGEST = timedelta(days=366)
"""A deputyship that lasts longer than a year is a role, and must be given as one."""


def appoint_deputy(office: Office, *, actor: Actor | None, person_id: str, stands_in_for: str, role: Role, until: datetime) -> str:
    """Let `person_id` stand in for `stands_in_for` in `role` from now until `until`; the id of the deputyship.

    NotFoundError when one of them is no member of staff now; BadInputError (field `until`) for a time that is over or more than a year away;
    RefusedError when they are one human being, when the role is not held, when the same already lasts, or when an administrator would get a role.
    """
    now = office.clock.now()
    people.demand_administrator(actor)
    if role not in STAFF_ROLES or role is Role.ADMINISTRATOR:
        raise RefusedError(Reason("role_unknown"))
    if not now < until <= now + LONGEST:
        raise BadInputError(Reason("until_out_of_range", {"field": "until", "limit": LONGEST.days}))
    with office.transaction() as session:
        _refuse_unfit(session, person_id, stands_in_for, role, now=now)
        deputy = Deputy(
            id=office.entropy.id(),
            person_id=person_id,
            stands_in_for=stands_in_for,
            role=role.value,
            granted_by=actor.person_id if actor else None,
            from_at=now,
            until_at=until,
        )
        session.add(deputy)
        details = {"deputy": deputy.id, "role": role.value, "to": person_id, "for": stands_in_for, "until": until.isoformat()}
        trail.note(session, Event.DEPUTY_APPOINTED, at=now, actor=actor, details=details)
        return deputy.id


def _refuse_unfit(session: Session, person_id: str, stands_in_for: str, role: Role, *, now: datetime) -> None:
    for account in sorted((person_id, stands_in_for)):  # in one order, so that two appointments never wait for each other
        person = session.get(Person, account, with_for_update=True)
        if person is None or person.disabled_at is not None or not _holds(session, account, None):
            raise NotFoundError("no such person")
    if stands_in_for in people.humans_of(session, person_id):
        raise RefusedError(Reason("deputy_of_oneself"))
    if not _holds(session, stands_in_for, role):
        raise RefusedError(Reason("role_not_held", {"role": role.value}))
    people.refuse_mixed_roles(session, person_id, {role}, now=now)
    if any(deputy.stands_in_for == stands_in_for and deputy.role == role for deputy in people.standing_in(session, (person_id,), now=now)):
        raise RefusedError(Reason("deputy_already"))


def _holds(session: Session, person_id: str, role: Role | None) -> bool:
    """Whether the person was given the role itself, or any role at all; what they do as somebody's deputy cannot be handed on."""
    held = select(RoleGrant.id).where(RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None))
    return session.scalar(held.where(RoleGrant.role == role.value).limit(1) if role else held.limit(1)) is not None


def end_deputy(office: Office, *, actor: Actor | None, deputy_id: str) -> None:
    """End a deputyship before its time; NotFoundError when it does not last any more."""
    now = office.clock.now()
    people.demand_administrator(actor)
    with office.transaction() as session:
        deputy = session.get(Deputy, deputy_id, with_for_update=True)
        if deputy is None or deputy.ended_at is not None or deputy.until_at <= now:
            raise NotFoundError("no such deputyship")
        deputy.ended_at = now
        trail.note(session, Event.DEPUTY_ENDED, at=now, actor=actor, details={"deputy": deputy.id, "to": deputy.person_id})
