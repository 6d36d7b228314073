"""Accounts: registering a person, giving and taking roles, who acts now, and which accounts are one human being."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from credentialing.crypto import envelope
from credentialing.domain.contacts import Contact
from credentialing.domain.errors import NotFoundError, Reason, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import STAFF_ROLES, Actor, Role
from credentialing.domain.staff_numbers import normal_staff_number
from credentialing.services import trail, vault
from credentialing.services.office import Office
from credentialing.storage.records import Case, Deputy, OpenSession, Person, RoleGrant


def register(office: Office, session: Session, *, contact: Contact, display_name: str, language: str, now: datetime) -> Person:
    """Make the account of a contact that has none yet, with a key of its own."""
    key, wrapped = envelope.new_person_key(office.keys, office.entropy)
    person = Person(
        id=office.entropy.id(),
        contact_index=office.keys.contact_index(contact.address),
        wrapped_key=wrapped.data,
        kek_id=wrapped.kek_id,
        sealed_profile=b"",
        language=language,
        registered_at=now,
    )
    person.sealed_profile = vault.seal_profile(office, key, person.id, vault.Profile(display_name, contact.address, contact.channel))
    session.add(person)
    session.flush()
    trail.note(session, Event.PERSON_REGISTERED, at=now, actor=Actor(person.id, frozenset()))
    return person


def person_with(office: Office, session: Session, contact: Contact) -> Person | None:
    """The account of a contact, if there is one."""
    return session.scalar(select(Person).where(Person.contact_index == office.keys.contact_index(contact.address)))


def welcome(office: Office, *, contact: Contact, display_name: str, language: str) -> str:
    """The id of the account of a contact, made now when there is none."""
    now = office.clock.now()
    with office.transaction() as session:
        person = person_with(office, session, contact)
        person = person or register(office, session, contact=contact, display_name=display_name, language=language, now=now)
        return person.id


def demand_administrator(actor: Actor | None) -> None:
    """RefusedError unless an administrator acts, or the operator at the console, who acts as nobody."""
    if actor is not None and Role.ADMINISTRATOR not in actor.roles:
        raise RefusedError(Reason("wrong_role", {"needs": (Role.ADMINISTRATOR.value,)}))


def accounts_of(session: Session, people: Collection[str]) -> frozenset[str]:
    """Every account of the human beings behind these accounts, themselves included. An account without a staff number counts alone."""
    other = aliased(Person)
    known = select(other.human_index).where(other.id.in_(people), other.human_index.is_not(None))
    return frozenset(session.scalars(select(Person.id).where(or_(Person.id.in_(people), Person.human_index.in_(known)))))


def humans_of(session: Session, person_id: str) -> frozenset[str]:
    """Every account of the same human being, this one included: what one of them did, all of them did."""
    return accounts_of(session, (person_id,)) | {person_id}


def standing_in(session: Session, people: Collection[str], *, now: datetime) -> tuple[Deputy, ...]:
    """The deputyships of these accounts that last now. A deputy has no more than the person they stand in for: it rests while that person lacks the role."""
    held = exists().where(RoleGrant.person_id == Deputy.stands_in_for, RoleGrant.role == Deputy.role, RoleGrant.revoked_at.is_(None))
    lasting = select(Deputy).where(Deputy.person_id.in_(people), Deputy.ended_at.is_(None), Deputy.from_at <= now, Deputy.until_at > now, held)
    return tuple(session.scalars(lasting.order_by(Deputy.from_at, Deputy.id)))


def actor_of(session: Session, person_id: str, *, now: datetime) -> Actor:
    """The person with the roles they hold now, as a deputy too, and everybody whose deeds count as theirs; everybody may be an applicant.
    NotFoundError for a disabled account."""
    person = session.get(Person, person_id)
    if person is None or person.disabled_at is not None:
        raise NotFoundError("no such person")
    selves = humans_of(session, person_id) if person.human_index is not None else frozenset({person_id})
    standing = standing_in(session, selves, now=now)
    stood_in_for = accounts_of(session, {deputy.stands_in_for for deputy in standing}) if standing else frozenset()
    roles = {*_held(session, (person_id,)), *(Role(deputy.role) for deputy in standing if deputy.person_id == person_id)}
    return Actor(person_id, frozenset({Role.APPLICANT, *roles}), (selves | stood_in_for) - {person_id})


def _held(session: Session, people: Collection[str]) -> frozenset[Role]:
    roles = session.scalars(select(RoleGrant.role).where(RoleGrant.person_id.in_(people), RoleGrant.revoked_at.is_(None)))
    return frozenset(Role(role) for role in roles)


def refuse_mixed_roles(session: Session, person_id: str, roles: Collection[Role], *, now: datetime) -> None:
    """RefusedError when this human being, with all accounts and as a deputy, would be an administrator and something else:
    who gives the roles has no other role."""
    selves = humans_of(session, person_id)
    whole = {*roles, *_held(session, selves), *(Role(deputy.role) for deputy in standing_in(session, selves, now=now))}
    if Role.ADMINISTRATOR in whole and len(whole) > 1:
        raise RefusedError(Reason("administrator_apart"))


def hire(
    office: Office,
    *,
    actor: Actor | None,
    contact: Contact,
    display_name: str,
    roles: frozenset[Role],
    language: str,
    staff_number: str | None = None,
) -> str:
    """Give staff roles to the account of `contact`, making it when needed or opening it again; the person's id.
    The operator at the console acts as nobody. `staff_number` makes all accounts of one human being known as such."""
    now = office.clock.now()
    demand_administrator(actor)
    _demand_staff_roles(roles)
    number = None if staff_number is None else normal_staff_number(staff_number)
    with office.transaction() as session:
        person = person_with(office, session, contact) or register(office, session, contact=contact, display_name=display_name, language=language, now=now)
        _give(office, session, person, roles, number=number, actor=actor, now=now)
        return person.id


def give_roles(office: Office, *, actor: Actor | None, person_id: str, roles: frozenset[Role], staff_number: str | None = None) -> None:
    """Give more roles to somebody who is or was staff; NotFoundError for everybody else. Otherwise as `hire`."""
    now = office.clock.now()
    demand_administrator(actor)
    _demand_staff_roles(roles)
    number = None if staff_number is None else normal_staff_number(staff_number)
    with office.transaction() as session:
        person = session.get(Person, person_id)
        if person is None or session.scalar(select(RoleGrant.id).where(RoleGrant.person_id == person_id).limit(1)) is None:
            raise NotFoundError("no such person")
        _give(office, session, person, roles, number=number, actor=actor, now=now)


def _demand_staff_roles(roles: frozenset[Role]) -> None:
    if not roles or not roles <= set(STAFF_ROLES):
        raise RefusedError(Reason("role_unknown"))


def _give(office: Office, session: Session, person: Person, roles: frozenset[Role], *, number: str | None, actor: Actor | None, now: datetime) -> None:
    if number is not None:
        _record_number(office, session, person, number, actor=actor, now=now)
    refuse_mixed_roles(session, person.id, roles, now=now)
    person.disabled_at = None
    for role in sorted(roles - _held(session, (person.id,))):
        session.add(RoleGrant(person_id=person.id, role=role.value, granted_by=actor.person_id if actor else None, granted_at=now))
        trail.note(session, Event.ROLE_GRANTED, at=now, actor=actor, details={"role": role.value, "to": person.id})


def _record_number(office: Office, session: Session, person: Person, number: str, *, actor: Actor | None, now: datetime) -> None:
    """Keep the staff number of an account; RefusedError when it has another one, because then it is another person's account."""
    index = office.keys.human_index(number)
    if person.human_index is None:
        person.human_index = index
        session.flush()
        trail.note(session, Event.STAFF_NUMBER_RECORDED, at=now, actor=actor, details={"to": person.id})
    elif person.human_index != index:
        raise RefusedError(Reason("staff_number_differs"))


def take_role(office: Office, *, actor: Actor | None, person_id: str, role: Role) -> None:
    """End a role at once, and with it what deputies do in its place; NotFoundError when the person does not hold it."""
    now = office.clock.now()
    demand_administrator(actor)
    with office.transaction() as session:
        grant = session.scalar(select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.role == role.value, RoleGrant.revoked_at.is_(None)))
        if grant is None:
            raise NotFoundError("role not held")
        _revoke(session, grant, actor=actor, now=now)


def _revoke(session: Session, grant: RoleGrant, *, actor: Actor | None, now: datetime) -> None:
    grant.revoked_at = now
    trail.note(session, Event.ROLE_REVOKED, at=now, actor=actor, details={"role": grant.role, "from": grant.person_id})


def disable_person(office: Office, *, actor: Actor | None, person_id: str) -> None:
    """Close the account of a member of staff at once: roles, deputyships and sessions end. Whoever has an application of their own keeps access to that.
    NotFoundError for somebody who never was staff; RefusedError for one's own account."""
    now = office.clock.now()
    demand_administrator(actor)
    with office.transaction() as session:
        if actor is not None and person_id in humans_of(session, str(actor.person_id)):
            raise RefusedError(Reason("own_account"))
        person = session.get(Person, person_id)
        grants = session.scalars(select(RoleGrant).where(RoleGrant.person_id == person_id)).all()
        if person is None or not grants:
            raise NotFoundError("no such person")
        for grant in grants:
            if grant.revoked_at is None:
                _revoke(session, grant, actor=actor, now=now)
        for deputy in session.scalars(select(Deputy).where(Deputy.person_id == person_id, Deputy.ended_at.is_(None))):
            deputy.ended_at = now
            trail.note(session, Event.DEPUTY_ENDED, at=now, actor=actor, details={"deputy": deputy.id, "to": person_id})
        session.execute(delete(OpenSession).where(OpenSession.person_id == person_id))
        applies = session.scalar(select(func.count()).select_from(Case).where(Case.person_id == person_id))
        person.disabled_at = person.disabled_at or (None if applies else now)
        trail.note(session, Event.PERSON_DISABLED, at=now, actor=actor, details={"to": person_id})
