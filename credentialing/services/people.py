"""Accounts: registering a person, giving and taking roles, and who acts now."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.crypto import envelope
from credentialing.domain.contacts import Contact
from credentialing.domain.errors import NotFoundError, Reason, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import Actor, Role
from credentialing.services import trail, vault
from credentialing.services.office import Office
from credentialing.storage.records import Person, RoleGrant


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


def actor_of(session: Session, person_id: str) -> Actor:
    """The person with the roles they hold now; everybody may be an applicant. NotFoundError for a disabled account."""
    person = session.get(Person, person_id)
    if person is None or person.disabled_at is not None:
        raise NotFoundError("no such person")
    roles = session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None)))
    return Actor(person_id, frozenset({Role.APPLICANT, *(Role(role) for role in roles)}))


def hire(office: Office, *, actor: Actor | None, contact: Contact, display_name: str, roles: frozenset[Role], language: str) -> str:
    """Give staff roles to the account of `contact`, making it when needed; the person's id. The operator at the console acts as nobody."""
    now = office.clock.now()
    if not roles or roles & {Role.SYSTEM, Role.APPLICANT}:
        raise RefusedError(Reason("role_unknown"))
    with office.transaction() as session:
        person = person_with(office, session, contact) or register(office, session, contact=contact, display_name=display_name, language=language, now=now)
        held = set(session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person.id, RoleGrant.revoked_at.is_(None))))
        for role in sorted(roles - held):
            session.add(RoleGrant(person_id=person.id, role=role.value, granted_by=actor.person_id if actor else None, granted_at=now))
            trail.note(session, Event.ROLE_GRANTED, at=now, actor=actor, details={"role": role.value, "to": person.id})
        return person.id


def take_role(office: Office, *, actor: Actor | None, person_id: str, role: Role) -> None:
    """End a role at once; NotFoundError when the person does not hold it."""
    now = office.clock.now()
    with office.transaction() as session:
        grant = session.scalar(select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.role == role.value, RoleGrant.revoked_at.is_(None)))
        if grant is None:
            raise NotFoundError("role not held")
        grant.revoked_at = now
        trail.note(session, Event.ROLE_REVOKED, at=now, actor=actor, details={"role": role.value, "from": person_id})
