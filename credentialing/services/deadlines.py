"""The clocks of the law, acted on at the right minute: warnings, moves that the system must make, and duties that are overdue."""

import hashlib
from datetime import datetime, timedelta

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.domain import calendars
from credentialing.domain.errors import CredentialingError
from credentialing.domain.events import Event
from credentialing.domain.people import SYSTEM
from credentialing.services import letters, limits, trail
from credentialing.services.gathering import definition_of, gather
from credentialing.services.moving import alarm, move_within
from credentialing.services.office import Office
from credentialing.storage.records import Case, Person
from credentialing.workflow.clocks import ClockView, clocks
from credentialing.workflow.model import ClockKind

AT_ONCE = 200
"""Cases looked at in one sweep; the next sweep takes the rest."""

APPEAL_TIME = "appeal_time"
"""The clock after whose end nobody may appeal any more."""

OF_SILENCE = {"negative": "silence_negative", "positive": "silence_positive"}
"""The letter about what the law makes of silence; where it makes nothing of it, the person is told of the delay."""


def sweep(office: Office) -> int:
    """Look at every case whose alarm has gone off; how many were looked at."""
    now = office.clock.now()
    with office.reading() as session:
        due = session.scalars(select(Case.id).where(Case.wake_at.is_not(None), Case.wake_at <= now).order_by(Case.wake_at).limit(AT_ONCE)).all()
    troubles = []
    for case_id in due:
        try:
            look_at(office, case_id=case_id)
        except CredentialingError as error:
            troubles.append(error)  # one case in disorder must not hold up all the others
    with office.transaction() as session:
        limits.forget_old(session, now=now)
    if troubles:
        raise troubles[0]
    return len(due)


def look_at(office: Office, *, case_id: str) -> None:
    """Act on the limits of one case that are near or over. Looking twice does nothing more: only what the alarm was set for, or came after it, is acted on."""
    now = office.clock.now()
    with office.transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        since = case.wake_at
        if since is None or since > now:
            return
        definition, facts = definition_of(office, case), gather(office, session, case, now=now)
        views = [view for view in clocks(definition, facts) if view.running and view.kind is not ClockKind.MINIMUM]
        over = [view for view in views if view.due_at is not None and since <= view.due_at <= now]
        for view in over:
            _pass(office, session, case, view, now)
        for view in views:
            if not view.overdue and view.warn_at is not None and since <= view.warn_at <= now:
                _warn(office, session, case, view, now)
        case.wake_at = None  # acted on: what moves the case now sets the next alarm
        move = next((view.then.move for view in over if view.then.move is not None), None)
        if move is not None:
            move_within(office, session, case, actor=SYSTEM, move=move, given={}, now=now)
        else:
            for column, value in alarm(definition, facts, after=now).items():
                setattr(case, column, value)


def _pass(office: Office, session: Session, case: Case, view: ClockView, now: datetime) -> None:
    """A limit is over: it is recorded with what the law makes of it, and the applicant is told where that concerns them. Goals of the service concern the
    staff alone, who see them in their queue."""
    silence = {"silence": view.silence or "none"} if view.kind is ClockKind.STATUTORY else {}
    trail.note(session, Event.DEADLINE_PASSED, at=now, actor=SYSTEM, case=case, role="system", details={"clock": view.name, **silence})
    if view.kind is ClockKind.STATUTORY and view.silence != "lapse":  # what lapses is told by the move
        _write(office, session, case, view, now, kind=OF_SILENCE.get(view.silence or "", "delay"))
    elif view.name == APPEAL_TIME:
        _write(office, session, case, view, now, kind="appeal_over")


def _warn(office: Office, session: Session, case: Case, view: ClockView, now: datetime) -> None:
    trail.note(session, Event.DEADLINE_WARNED, at=now, actor=SYSTEM, case=case, role="system", details={"clock": view.name})
    if view.kind is ClockKind.APPLICANT:
        _write(office, session, case, view, now, kind="appeal_ends" if view.name == APPEAL_TIME else "deadline")


def _write(office: Office, session: Session, case: Case, view: ClockView, now: datetime, *, kind: str) -> None:
    """One letter about one limit: the same limit in the same revision of the case is written about once."""
    if view.due_at is None:
        return
    language = session.get_one(Person, case.person_id).language
    day = calendars.local_day(definition_of(office, case).procedure.country, view.due_at - timedelta(seconds=1))
    letter_id = hashlib.sha256(f"{kind}/{case.id}/{case.revision}/{view.name}".encode()).hexdigest()[:32]
    values = {"day": format_date(day, "long", locale=language), "turn": office.library.words(language).shared().text(f"roles.{case.waits_for}")}
    letters.write_to_applicant(office, session, kind=kind, case=case, now=now, letter_id=letter_id, values=values)
    office.jobs.enqueue(session, "send_letter", f"letter-{letter_id}", {"letter_id": letter_id})
