"""Centres: the places of the institution, and who works in which. Staff of a centre work on its cases and on those of no centre."""

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from credentialing.domain.calendars import ZONES
from credentialing.domain.errors import BadInputError, NotFoundError, Reason, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import Actor
from credentialing.services import trail
from credentialing.services.office import Office
from credentialing.services.people import demand_administrator
from credentialing.storage.records import Case, Centre, Person, RoleGrant

LONGEST = {"name": 120, "city": 80}
COUNTRIES = frozenset(ZONES) - {"XX"}
"""Where a centre may be: the countries whose days we can count."""


@dataclass(frozen=True, slots=True)
class CentreLine:
    """One centre, how many open cases are with it and how many people of the staff work there."""

    centre_id: str
    name: str
    city: str
    country: str
    is_open: bool
    cases: int
    staff: int


def add_centre(office: Office, *, actor: Actor | None, name: str, city: str, country: str) -> str:
    """Open a centre; its id, made from its name. BadInputError names the field; RefusedError `centre_exists` when another one has that id."""
    now = office.clock.now()
    demand_administrator(actor)
    clean = {field: _text(field, text) for field, text in (("name", name), ("city", city))}
    if country not in COUNTRIES:
        raise BadInputError(Reason("field_not_a_choice", {"field": "country"}))
    centre_id = _slug(clean["name"])
    with office.transaction() as session:
        if session.get(Centre, centre_id) is not None:
            raise RefusedError(Reason("centre_exists"))
        session.add(Centre(id=centre_id, country=country, **clean))
        trail.note(session, Event.CENTRE_ADDED, at=now, actor=actor, details={"centre": centre_id})
        return centre_id


def _text(field: str, text: str) -> str:
    clean = " ".join(unicodedata.normalize("NFC", text).split())
    if not clean:
        raise BadInputError(Reason("field_blank", {"field": field}))
    if len(clean) > LONGEST[field]:
        raise BadInputError(Reason("field_too_long", {"field": field, "limit": LONGEST[field]}))
    return clean


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-")
    if len(slug) < 2:
        raise BadInputError(Reason("field_too_short", {"field": "name"}))
    return slug


def close_centre(office: Office, *, actor: Actor | None, centre_id: str) -> None:
    """Close a centre; NotFoundError when it is not open. RefusedError `centre_in_use` while it has open cases or staff: nobody is left without a place."""
    now = office.clock.now()
    demand_administrator(actor)
    with office.transaction() as session:
        centre = session.get(Centre, centre_id, with_for_update=True)
        if centre is None or centre.closed_at is not None:
            raise NotFoundError("no such centre")
        line = _line(session, centre)
        if line.cases or line.staff:
            raise RefusedError(Reason("centre_in_use", {"cases": line.cases, "staff": line.staff}))
        centre.closed_at = now
        trail.note(session, Event.CENTRE_CLOSED, at=now, actor=actor, details={"centre": centre_id})


def place_person(office: Office, *, actor: Actor | None, person_id: str, centre_id: str | None) -> None:
    """Let a member of staff work in an open centre from now on, or in none (None), which sees all cases. NotFoundError for an unknown person or centre."""
    now = office.clock.now()
    demand_administrator(actor)
    with office.transaction() as session:
        person = session.get(Person, person_id)
        staff = session.scalar(select(RoleGrant.id).where(RoleGrant.person_id == person_id).limit(1))
        if person is None or staff is None:
            raise NotFoundError("no such person")
        if centre_id is not None:
            demand_open(session, centre_id)
        person.centre_id = centre_id
        trail.note(session, Event.PERSON_PLACED, at=now, actor=actor, details={"to": person_id, "centre": centre_id or ""})


def demand_open(session: Session, centre_id: str) -> Centre:
    """The open centre with this id, held until the transaction ends so that it is not closed meanwhile; else NotFoundError."""
    centre = session.get(Centre, centre_id, with_for_update=True)
    if centre is None or centre.closed_at is not None:
        raise NotFoundError("no such centre")
    return centre


def open_centres(session: Session, *, country: str | None = None) -> tuple[CentreLine, ...]:
    """The open centres by name, of one country or of all."""
    chosen = select(Centre).where(Centre.closed_at.is_(None)).order_by(Centre.name, Centre.id)
    return tuple(_line(session, centre) for centre in session.scalars(chosen.where(Centre.country == country) if country else chosen))


def centres_to_choose(office: Office) -> tuple[CentreLine, ...]:
    """Every open centre, for whoever sends a case to another one: a case may follow a person who moves."""
    with office.reading() as session:
        return open_centres(session)


def all_centres(office: Office, *, actor: Actor | None) -> tuple[CentreLine, ...]:
    """Every centre, the open ones first; RefusedError for everybody but administrators and the console."""
    demand_administrator(actor)
    with office.reading() as session:
        rows = session.scalars(select(Centre).order_by(Centre.closed_at.is_not(None), Centre.name, Centre.id))
        return tuple(_line(session, centre) for centre in rows)


def _line(session: Session, centre: Centre) -> CentreLine:
    works = exists().where(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None))
    cases = session.scalar(select(func.count()).select_from(Case).where(Case.centre_id == centre.id, Case.closed_at.is_(None)))
    staff = session.scalar(select(func.count()).select_from(Person).where(Person.centre_id == centre.id, works))
    return CentreLine(centre.id, centre.name, centre.city, centre.country, centre.closed_at is None, cases or 0, staff or 0)
