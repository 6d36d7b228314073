"""Letters to people: written inside the act's transaction, sent after the commit. A letter never says what a case is about."""

import gettext
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import jinja2
from sqlalchemy import select
from sqlalchemy.orm import Session

import credentialing
from credentialing.crypto import envelope
from credentialing.domain.contacts import Contact
from credentialing.domain.errors import NotFoundError
from credentialing.domain.ports import Letter
from credentialing.resources import data_dir
from credentialing.services import vault
from credentialing.services.office import Office
from credentialing.storage.records import Case, LetterRecord, Person


@dataclass(frozen=True, slots=True)
class ReadableLetter:
    """A letter as the demonstration shows it."""

    address: str
    channel: str
    subject: str
    body: str
    written_at: datetime


@lru_cache(maxsize=8)
def _templates(language: str) -> jinja2.Environment:
    words = gettext.translation("messages", Path(credentialing.__file__).with_name("translations"), languages=[language], fallback=True)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(data_dir("templates") / "letters"),
        extensions=["jinja2.ext.i18n"],
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - letters are plain text, not HTML
    )
    environment.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    return environment


def compose(kind: str, language: str, values: Mapping[str, object]) -> tuple[str, str]:
    """Subject and body of a letter in the reader's language."""
    text = _templates(language).get_template(f"{kind}.txt").render(values)
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip()


def write(office: Office, session: Session, *, kind: str, contact: Contact, language: str, values: Mapping[str, object], now: datetime) -> None:
    """Write a letter to a contact and enqueue its sending, both in the caller's transaction."""
    letter = _record(office, office.entropy.id(), kind, contact, language, values, now)
    session.add(letter)
    session.flush()
    office.jobs.enqueue(session, "send_letter", f"letter-{letter.id}", {"letter_id": letter.id})


def _record(office: Office, letter_id: str, kind: str, contact: Contact, language: str, values: Mapping[str, object], now: datetime) -> LetterRecord:
    subject, body = compose(kind, language, {"brand": office.settings.brand, "address": office.settings.base_url, **values})
    content = json.dumps({"address": contact.address, "channel": contact.channel, "subject": subject, "body": body}, ensure_ascii=False)
    sealed = envelope.seal_for_register(office.keys, content.encode(), f"letter/{letter_id}", entropy=office.entropy)
    return LetterRecord(id=letter_id, kind=kind, sealed=sealed, written_at=now)


def write_to_applicant(
    office: Office, session: Session, *, kind: str, case: Case, now: datetime, letter_id: str, values: Mapping[str, object] | None = None
) -> None:
    """Write to the person whose case it is, by the way they chose. Writing the same `letter_id` again does nothing."""
    if session.get(LetterRecord, letter_id) is not None:
        return
    person = session.get_one(Person, case.person_id)
    profile = vault.profile_of(office, person)
    values = {"number": case.number, **(values or {})}
    letter = _record(office, letter_id, kind, Contact(profile.contact, profile.channel), person.language, values, now)
    letter.case_id, letter.person_id = case.id, case.person_id
    session.add(letter)
    session.flush()


def send_letter(office: Office, *, letter_id: str) -> None:
    """Send one letter; sending it again does nothing. OSError from the gateway goes up, so that the worker tries again."""
    with office.reading() as session:
        letter = session.get(LetterRecord, letter_id)
        if letter is None:
            raise NotFoundError("no such letter")
        sealed, sent = letter.sealed, letter.sent_at
    if sent is not None or sealed is None:
        return
    content = json.loads(envelope.open_from_register(office.keys, sealed, f"letter/{letter_id}"))
    office.messages.send(Letter(idempotency_key=letter_id, **content))
    now = office.clock.now()
    with office.transaction() as session:
        letter = session.get_one(LetterRecord, letter_id)
        letter.sent_at = now
        if not office.settings.demonstration:
            letter.sealed = None


def readable_letters(office: Office, *, limit: int = 50) -> tuple[ReadableLetter, ...]:
    """The newest letters in clear; NotFoundError unless the installation runs in demonstration mode."""
    if not office.settings.demonstration:
        raise NotFoundError("no demonstration here")
    with office.reading() as session:
        newest_first = LetterRecord.written_at.desc(), LetterRecord.id
        rows = session.scalars(select(LetterRecord).where(LetterRecord.sealed.is_not(None)).order_by(*newest_first).limit(limit))
        return tuple(_readable(office, row) for row in rows)


def _readable(office: Office, row: LetterRecord) -> ReadableLetter:
    content = json.loads(envelope.open_from_register(office.keys, row.sealed or b"", f"letter/{row.id}"))
    return ReadableLetter(written_at=row.written_at, **content)
