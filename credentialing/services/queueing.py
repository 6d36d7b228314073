"""The desk's queue: what falls due first stands first. Keyset pages, so that page 400 costs what page 1 costs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from credentialing.domain import numbers
from credentialing.domain.events import Event
from credentialing.domain.people import Actor, Role
from credentialing.services.gathering import definition_of
from credentialing.services.office import Office
from credentialing.storage.records import AuditEvent, Case, Person, VisitRecord
from credentialing.workflow.clocks import ClockView, clocks
from credentialing.workflow.facts import Deed, Facts, Visit
from credentialing.workflow.model import ClockKind, Definition

PAGE = 25
SOON = timedelta(days=10)
URGENT = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One open case: its nearest clock (None when no clock runs), whose turn it is, and whether that is one of the reader's roles."""

    case_id: str
    number: str
    definition: Definition
    state: str
    waits_for: str
    clock: ClockView | None
    due_at: datetime | None
    mine: bool
    field_of_study: str | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the queue; `next_after` continues it. Counts are over all cases that the reader may see."""

    rows: tuple[QueueRow, ...]
    next_after: str | None
    urgent: int
    soon: int
    with_applicant: int
    mine: int
    all_open: int


def queue(office: Office, *, actor: Actor, show: str = "mine", procedure: str = "", number: str = "", after: str = "") -> QueuePage:
    """The open cases that the actor may see. `show` is mine, all, applicant, soon or urgent; BadInputError for a number that cannot be one."""
    now = office.clock.now()
    condition = _visible(office, actor) & Case.closed_at.is_(None) & Case.sent_at.is_not(None)
    with office.reading() as session:
        chosen = and_(condition, *_filters(actor, now, show, procedure, number))
        cases = session.scalars(select(Case).where(chosen, *_after(after)).order_by(Case.due_at, Case.id).limit(PAGE + 1)).all()
        rows = _rows(office, session, cases[:PAGE], actor, now)
        last = cases[PAGE - 1] if len(cases) > PAGE else None
        return QueuePage(
            rows, f"{last.due_at.isoformat()}~{last.id}" if last is not None and last.due_at is not None else None, **_counts(session, condition, actor, now)
        )


def _visible(office: Office, actor: Actor) -> ColumnElement[bool]:
    """Cases in whose own version of the rules the actor holds a role, of their centre or of none; never their own, nor of somebody they stand in for."""
    working = actor.roles - {Role.APPLICANT, Role.ADMINISTRATOR}
    rules = [(each.id, each.version) for each in office.library.definitions() if working & set(each.roles)]
    others = tuple_(Case.procedure, Case.version).in_(rules) & Case.person_id.not_in((str(actor.person_id), *sorted(actor.acts_for)))
    centre = select(Person.centre_id).where(Person.id == actor.person_id).scalar_subquery()
    return others & or_(Case.centre_id.is_(None), centre.is_(None), Case.centre_id == centre)


def _mine(actor: Actor) -> ColumnElement[bool]:
    return Case.waits_for.in_([role.value for role in actor.roles if role is not Role.APPLICANT])


def _filters(actor: Actor, now: datetime, show: str, procedure: str, number: str) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if number.strip():
        return [Case.number == numbers.parse_case_number(number)]
    if procedure:
        found.append(Case.procedure == procedure)
    kinds = {
        "mine": _mine(actor),
        "applicant": Case.waits_for == Role.APPLICANT.value,
        "soon": (Case.waits_for != Role.APPLICANT.value) & (Case.due_at <= now + SOON),
        "urgent": (Case.waits_for != Role.APPLICANT.value) & (Case.due_at <= now + URGENT),
    }
    if show in kinds:
        found.append(kinds[show])
    return found


def _after(after: str) -> Sequence[ColumnElement[bool]]:
    moment, _, case_id = after.partition("~")
    try:
        due_at = datetime.fromisoformat(moment) if after else None
    except ValueError:
        return []
    if due_at is None or due_at.tzinfo is None:
        return []
    # Said so that both engines begin in the index where the last page ended: PostgreSQL takes no bound out of an "or".
    return [Case.due_at >= due_at, or_(Case.due_at > due_at, Case.id > case_id)]


def _rows(office: Office, session: Session, cases: Sequence[Case], actor: Actor, now: datetime) -> tuple[QueueRow, ...]:
    ids = [case.id for case in cases]
    starting = {move for case in cases for deadline in definition_of(office, case).deadlines.values() for move in deadline.starts_with}
    visits, deeds = _visits(session, ids), _deeds(session, ids, starting)
    return tuple(_row(office, case, visits.get(case.id, ()), deeds.get(case.id, ()), actor, now) for case in cases)


def _deeds(session: Session, ids: Sequence[str], moves: Collection[str]) -> Mapping[str, tuple[Deed, ...]]:
    """The moves that start clocks, case by case: one question for a whole page."""
    move = AuditEvent.details["move"].as_string()
    made = select(AuditEvent.case_id, move, AuditEvent.person_id, AuditEvent.at).where(
        AuditEvent.case_id.in_(ids), AuditEvent.event == Event.CASE_MOVED.value, move.in_(sorted(moves))
    )
    found: dict[str, tuple[Deed, ...]] = {}
    for case_id, what, by, at in session.execute(made.order_by(AuditEvent.case_id, AuditEvent.position)):
        found[str(case_id)] = (*found.get(str(case_id), ()), Deed(what, by, at))
    return found


def _visits(session: Session, ids: Sequence[str]) -> Mapping[str, tuple[Visit, ...]]:
    found: dict[str, tuple[Visit, ...]] = {}
    for row in session.scalars(select(VisitRecord).where(VisitRecord.case_id.in_(ids)).order_by(VisitRecord.case_id, VisitRecord.position)):
        found[row.case_id] = (*found.get(row.case_id, ()), Visit(row.state, row.entered_at, row.left_at))
    return found


def _row(office: Office, case: Case, visits: tuple[Visit, ...], deeds: tuple[Deed, ...], actor: Actor, now: datetime) -> QueueRow:
    definition = definition_of(office, case)
    views = clocks(definition, _time_facts(case, visits, deeds, now))
    running = [view for view in views if view.running and view.due_at is not None and view.kind is not ClockKind.MINIMUM]
    clock = min(running, key=lambda view: view.due_at or now, default=None)
    mine = case.waits_for in {role.value for role in actor.roles - {Role.APPLICANT}}
    field = case.answered.get("field_of_study")
    return QueueRow(case.id, case.number, definition, case.state, case.waits_for, clock, case.due_at, mine, field if isinstance(field, str) else None)


def _time_facts(case: Case, visits: tuple[Visit, ...], deeds: tuple[Deed, ...], now: datetime) -> Facts:
    """Facts that hold what clocks look at and nothing else."""
    return Facts(
        state=case.state,
        revision=case.revision,
        now=now,
        applicant_id=case.person_id,
        visits=visits,
        deeds=deeds,
        findings={},
        evidence={},
        answers=frozenset(),
        consents=frozenset(),
        questions_drafted=0,
        questions_open=0,
        route=case.route,
        standard=None,
        units=(),
        proposal=case.proposal,
        certificate_sealed=False,
    )


def _counts(session: Session, condition: ColumnElement[bool], actor: Actor, now: datetime) -> dict[str, int]:
    with_staff = Case.waits_for != Role.APPLICANT.value
    urgent, soon, with_applicant, mine, everything = session.execute(
        select(
            func.count().filter(with_staff & (Case.due_at <= now + URGENT)),
            func.count().filter(with_staff & (Case.due_at <= now + SOON)),
            func.count().filter(Case.waits_for == Role.APPLICANT.value),
            func.count().filter(_mine(actor)),
            func.count(),
        ).where(condition)
    ).one()
    return {"urgent": urgent, "soon": soon, "with_applicant": with_applicant, "mine": mine, "all_open": everything}
