"""Opening and sealing what is personal: each person has a key, wrapped by the key-encryption key that lives outside the database."""

import json
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from credentialing.crypto import envelope
from credentialing.domain.errors import NotFoundError
from credentialing.services.office import Office
from credentialing.storage.records import Case, Person


@dataclass(frozen=True, slots=True)
class Profile:
    """What we know of a person before any case: how to call them and how to reach them."""

    display_name: str
    contact: str
    channel: str


def person_key(office: Office, person: Person) -> bytes:
    """The 32-byte key of a person; NotFoundError when it was destroyed (the person was forgotten)."""
    if person.wrapped_key is None:
        raise NotFoundError("forgotten")
    return envelope.open_person_key(office.keys, envelope.WrappedKey(person.kek_id, person.wrapped_key))


def case_key(office: Office, session: Session, case: Case) -> bytes:
    """The key of the person whose case it is."""
    person = session.get_one(Person, case.person_id)
    return person_key(office, person)


def seal(office: Office, key: bytes, text: str, *, about: str) -> bytes:
    """Encrypt a text under a person's key, bound to what it is about (`case/answers/<id>`)."""
    return envelope.seal_text(key, text, about, entropy=office.entropy)


def unseal(key: bytes, sealed: bytes | None, *, about: str) -> str:
    """Decrypt a text; empty when there is none; BrokenSealError when it is not what was sealed."""
    return envelope.open_text(key, sealed, about) if sealed is not None else ""


def seal_profile(office: Office, key: bytes, person_id: str, profile: Profile) -> bytes:
    """A profile, sealed."""
    return seal(office, key, json.dumps(asdict(profile), ensure_ascii=False), about=f"profile/{person_id}")


def profile_of(office: Office, person: Person) -> Profile:
    """The profile of a person, opened."""
    return Profile(**json.loads(unseal(person_key(office, person), person.sealed_profile, about=f"profile/{person.id}")))
