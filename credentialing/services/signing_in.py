"""Coming in without a password: a code to a phone or a mailbox, then an opaque session.

Known and unknown contacts get the same answer in the same way: an account is made only when a code comes back right.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from credentialing.domain.contacts import Contact
from credentialing.domain.errors import BadInputError, NotFoundError, Reason
from credentialing.domain.events import Event
from credentialing.domain.people import Actor
from credentialing.services import letters, limits, people, trail
from credentialing.services.office import Office
from credentialing.storage.records import OpenSession, Person, SignInCode

CODE_MINUTES = 10
TRIES = 5
IDLE = {"staff": timedelta(minutes=30), "applicant": timedelta(minutes=60)}
LONGEST = {"staff": timedelta(hours=8), "applicant": timedelta(hours=12)}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session as the browser must keep it; the token is shown once and stored nowhere."""

    token: str
    person_id: str
    is_staff: bool


def send_code(office: Office, *, contact: Contact, language: str, source: str) -> str:
    """Send a six-digit code, good for ten minutes; the id of the challenge. TooManyError above three codes in fifteen minutes."""
    now = office.clock.now()
    index = office.keys.contact_index(contact.address)
    code = f"{office.entropy.below(1_000_000):06d}"
    with office.transaction() as session:
        limits.spend(session, limits.CODES_PER_SOURCE, key=office.keys.session_index("source/" + source), now=now)
        limits.spend(session, limits.CODES_PER_CONTACT, key=index, now=now)
        challenge = SignInCode(
            id=office.entropy.id(),
            contact_index=index,
            code_index=b"",
            made_at=now,
            expires_at=now + timedelta(minutes=CODE_MINUTES),
            tries_left=TRIES,
        )
        challenge.code_index = office.keys.session_index(f"{challenge.id}/{code}")
        session.execute(delete(SignInCode).where(SignInCode.expires_at < now - timedelta(days=1)))
        session.add(challenge)
        letters.write(office, session, kind="code", contact=contact, language=language, values={"code": code, "minutes": CODE_MINUTES}, now=now)
        return challenge.id


def enter(office: Office, *, challenge_id: str, contact: Contact, code: str, language: str, source: str) -> SignedIn:
    """Open a session for the right code, making the account when it is new. BadInputError `code_wrong` or `code_expired`; each wrong try counts."""
    now = office.clock.now()
    index = office.keys.contact_index(contact.address)
    digits = "".join(character for character in code if character.isdigit())
    with office.transaction() as session:
        limits.spend(session, limits.GUESSES_PER_SOURCE, key=office.keys.session_index("source/" + source), now=now)
        limits.spend(session, limits.GUESSES_PER_CONTACT, key=index, now=now)
        challenge = session.get(SignInCode, challenge_id, with_for_update=True)
        if challenge is None or not _usable(challenge, index, now):
            problem = "code_expired"
        else:
            challenge.tries_left -= 1
            problem = "code_wrong"
            if challenge.code_index == office.keys.session_index(f"{challenge_id}/{digits}"):
                challenge.used_at = now
                person = people.person_with(office, session, contact)
                person = person or people.register(office, session, contact=contact, display_name="", language=language, now=now)
                return _open(office, session, person, now)
    raise BadInputError(Reason(problem, {"field": "code"}))  # after the commit: a wrong try must count


def _usable(challenge: SignInCode, index: bytes, now: datetime) -> bool:
    return challenge.contact_index == index and challenge.used_at is None and challenge.expires_at > now and challenge.tries_left > 0


def enter_demonstration(office: Office, *, person_id: str) -> SignedIn:
    """Open a session for a ready account; NotFoundError unless the installation runs in demonstration mode."""
    if not office.settings.demonstration:
        raise NotFoundError("no demonstration here")
    now = office.clock.now()
    with office.transaction() as session:
        person = session.get(Person, person_id)
        if person is None:
            raise NotFoundError("no such person")
        return _open(office, session, person, now)


def _open(office: Office, session: Session, person: Person, now: datetime) -> SignedIn:
    actor = people.actor_of(session, person.id, now=now)
    kind = "staff" if actor.is_staff else "applicant"
    token = base64.urlsafe_b64encode(office.entropy.bytes(32)).decode().rstrip("=")
    session.execute(delete(OpenSession).where(OpenSession.expires_at < now))
    session.add(OpenSession(token_index=office.keys.session_index(token), person_id=person.id, opened_at=now, seen_at=now, expires_at=now + LONGEST[kind]))
    trail.note(session, Event.SIGNED_IN, at=now, actor=actor)
    return SignedIn(token, person.id, actor.is_staff)


def person_of_session(office: Office, token: str) -> Actor | None:
    """Who holds this session, with the roles of this moment; None when it is unknown, idle for too long or over."""
    now = office.clock.now()
    index = office.keys.session_index(token)
    with office.reading() as session:
        row = session.get(OpenSession, index)
        if row is None or row.expires_at <= now:
            return None
        seen_at = row.seen_at
        try:
            actor = people.actor_of(session, row.person_id, now=now)
        except NotFoundError:
            return None
    if now - seen_at > IDLE["staff" if actor.is_staff else "applicant"]:
        return None
    if now - seen_at > timedelta(minutes=1):  # once a minute is enough: no write on every page
        with office.transaction() as session:
            row = session.get(OpenSession, index)
            if row is not None:
                row.seen_at = now
    return actor


def leave(office: Office, *, token: str, actor: Actor) -> None:
    """End a session; no error when it was already over."""
    now = office.clock.now()
    with office.transaction() as session:
        row = session.get(OpenSession, office.keys.session_index(token))
        if row is not None and row.person_id == actor.person_id:
            session.delete(row)
            trail.note(session, Event.SIGNED_OUT, at=now, actor=actor)


def leave_everywhere(office: Office, *, actor: Actor) -> None:
    """End every session of the acting person."""
    with office.transaction() as session:
        session.execute(delete(OpenSession).where(OpenSession.person_id == actor.person_id))
