"""Staff for tests of people, deputies, centres and confirmations."""

from credentialing.domain.contacts import parse_contact
from credentialing.domain.people import Actor, Role
from credentialing.services import people
from credentialing.services.office import Office


def hired(office: Office, name: str, *roles: Role, number: str | None = None) -> Actor:
    """A member of staff as they would act now."""
    person_id = people.hire(
        office, actor=None, contact=parse_contact(f"{name}@puente.example", "CO"), display_name=name, roles=frozenset(roles), language="es", staff_number=number
    )
    return now_acting(office, person_id)


def now_acting(office: Office, person_id: str | None) -> Actor:
    """The person with what they hold at this moment."""
    with office.reading() as session:
        return people.actor_of(session, str(person_id), now=office.clock.now())


def codes(caught: BaseException) -> list[str]:
    """The codes of every reason of a refusal."""
    return [reason.code for reason in getattr(caught, "reasons", ())]
