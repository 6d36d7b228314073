"""What administrators see of the people who work here: names, roles, deputies, centre; never anything of a case."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from credentialing.domain.contacts import Contact, hint_of
from credentialing.domain.errors import NotFoundError
from credentialing.domain.people import STAFF_ROLES, Actor, Role
from credentialing.services import people, vault
from credentialing.services.office import Office
from credentialing.storage.records import Centre, Deputy, Person, RoleGrant


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One account of somebody who is or was staff. `contact` shows only enough to recognise it; `other_accounts` are those of the same human being."""

    person_id: str
    name: str
    contact: str
    roles: tuple[Role, ...]
    centre_id: str | None
    centre: str
    has_number: bool
    is_closed: bool
    other_accounts: frozenset[str]


@dataclass(frozen=True, slots=True)
class DeputyLine:
    """One deputyship that lasts now; `rests` while the person who is replaced lacks the role."""

    deputy_id: str
    person_id: str
    stands_in_for: str
    role: Role
    until_at: datetime
    rests: bool


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody who is or was staff, by name, and the deputyships that last now."""

    people: tuple[StaffLine, ...]
    deputies: tuple[DeputyLine, ...]

    def one(self, person_id: str) -> StaffLine:
        """The account with this id; NotFoundError when it is not one of the staff."""
        found = next((line for line in self.people if line.person_id == person_id), None)
        if found is None:
            raise NotFoundError("no such person")
        return found

    def name(self, person_id: str) -> str:
        """How the person with this id is called; empty when nobody knows."""
        return next((line.name for line in self.people if line.person_id == person_id), "")


def staff(office: Office, *, actor: Actor | None) -> Staff:
    """The staff as an administrator (or the console) sees it; RefusedError for everybody else."""
    people.demand_administrator(actor)
    now = office.clock.now()
    with office.reading() as session:
        granted = select(RoleGrant.person_id).distinct()
        accounts = session.scalars(select(Person).where(or_(Person.id.in_(granted), Person.human_index.is_not(None)))).all()
        roles, centres, humans = _roles(session), _centres(session), _humans(accounts)
        lines = [_line(office, account, roles.get(account.id, frozenset()), centres, humans) for account in accounts]
        return Staff(tuple(sorted(lines, key=lambda line: (line.is_closed, line.name.casefold(), line.person_id))), _deputies(session, roles, now))


def _roles(session: Session) -> Mapping[str, frozenset[Role]]:
    found: dict[str, frozenset[Role]] = {}
    for person_id, role in session.execute(select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.revoked_at.is_(None))):
        found[person_id] = found.get(person_id, frozenset()) | {Role(role)}
    return found


def _centres(session: Session) -> Mapping[str, str]:
    return {centre.id: centre.name for centre in session.scalars(select(Centre))}


def _humans(accounts: Collection[Person]) -> Mapping[bytes, frozenset[str]]:
    found: dict[bytes, frozenset[str]] = {}
    for account in accounts:
        if account.human_index is not None:
            found[account.human_index] = found.get(account.human_index, frozenset()) | {account.id}
    return found


def _line(office: Office, account: Person, roles: frozenset[Role], centres: Mapping[str, str], humans: Mapping[bytes, frozenset[str]]) -> StaffLine:
    profile = vault.profile_of(office, account) if account.wrapped_key is not None else None
    others = humans[account.human_index] - {account.id} if account.human_index is not None else frozenset()
    return StaffLine(
        person_id=account.id,
        name=profile.display_name if profile else "",
        contact=hint_of(Contact(profile.contact, profile.channel)) if profile else "",
        roles=tuple(role for role in STAFF_ROLES if role in roles),
        centre_id=account.centre_id,
        centre=centres.get(account.centre_id or "", ""),
        has_number=account.human_index is not None,
        is_closed=account.disabled_at is not None,
        other_accounts=others,
    )


def _deputies(session: Session, roles: Mapping[str, frozenset[Role]], now: datetime) -> tuple[DeputyLine, ...]:
    lasting = select(Deputy).where(Deputy.ended_at.is_(None), Deputy.until_at > now).order_by(Deputy.until_at, Deputy.id)
    return tuple(
        DeputyLine(row.id, row.person_id, row.stands_in_for, Role(row.role), row.until_at, Role(row.role) not in roles.get(row.stands_in_for, frozenset()))
        for row in session.scalars(lasting)
    )
