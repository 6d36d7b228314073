"""State changes go through this one door: load, decide, compare, write, enqueue, commit. All of it or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sqlalchemy import BindParameter, Update, bindparam, insert, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from credentialing.domain.errors import ConflictError, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import SYSTEM, Actor
from credentialing.services import trail, vault
from credentialing.services.consequences import consequences, meaning
from credentialing.services.gathering import case_for, definition_of, gather
from credentialing.services.office import Office
from credentialing.storage.base import table_of
from credentialing.storage.records import ActText, Case, QuestionRecord, VisitRecord
from credentialing.workflow.clocks import clock
from credentialing.workflow.facts import Facts
from credentialing.workflow.law import Decision, Refused, automatic_move, current_findings, decide
from credentialing.workflow.model import ClockKind, Definition

ON_THE_CASE = {"outcome": "proposal", "route": "route", "units": "units"}
"""What an act asks for that later decisions read back: field of the act -> column of the case."""

NOT_TEXT = {*ON_THE_CASE, "centre", "duplicate_of"}
"""What an act asks for that is a code or an id. All else that is asked is text, kept sealed."""


_CASES, _STAYS = table_of(Case), table_of(VisitRecord)
_LEAVE = update(_STAYS).where(_STAYS.c.case_id == bindparam("this_case"), _STAYS.c.left_at.is_(None)).values(left_at=bindparam("now"))
_ENTER = insert(_STAYS)


@lru_cache(maxsize=64)
def _compare_and_set(columns: frozenset[str]) -> Update:
    """The one statement that moves a case: these columns (as `new_…`), if the case still has the revision that was seen."""
    new: dict[str, BindParameter[object]] = {column: bindparam(f"new_{column}") for column in sorted(columns)}
    return update(_CASES).where(_CASES.c.id == bindparam("this_id"), _CASES.c.revision == bindparam("seen")).values(new)


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of a move: the new state and the revision that the next move must have seen."""

    state: str
    revision: int


def make_move(office: Office, *, actor: Actor, case_id: str, move: str, seen_revision: int, given: Mapping[str, str]) -> Moved:
    """Make one move. NotFoundError when the case is not the actor's to see, ConflictError when it moved since `seen_revision`,
    RefusedError with every unmet rule. Effects are enqueued in the same transaction and happen after it."""
    now = office.clock.now()
    with office.transaction() as session:
        case = case_for(office, session, actor=actor, case_id=case_id, lock=True)
        if case.revision != seen_revision:
            raise ConflictError("the case has moved")
        return move_within(office, session, case, actor=actor, move=move, given=given, now=now)


def move_within(office: Office, session: Session, case: Case, *, actor: Actor, move: str, given: Mapping[str, str], now: datetime) -> Moved:
    """The same, inside a transaction of a larger use case that has already locked and compared the case."""
    definition = definition_of(office, case)
    facts = gather(office, session, case, now=now)
    decision = decide(definition, facts, move=move, actor=actor, given=given)
    if isinstance(decision, Refused):
        raise RefusedError(*decision.reasons)
    meant = meaning(session, case, definition, given=decision.given)
    facts = _write(office, session, case, definition, facts, decision, actor, meant)
    return _follow(office, session, case, definition, facts)


def follow(office: Office, session: Session, case: Case, *, now: datetime) -> Moved:
    """Make the moves that the system makes by itself as soon as their guards hold: to be called when something else than a move may have made them hold."""
    return _follow(office, session, case, definition_of(office, case), gather(office, session, case, now=now))


def _follow(office: Office, session: Session, case: Case, definition: Definition, facts: Facts) -> Moved:
    for _ in definition.moves:  # an automatic move follows another at most once each: a loop among them would be a fault of the definition
        move = automatic_move(definition, facts)
        decision = decide(definition, facts, move=move, actor=SYSTEM, given={}) if move is not None else None
        if decision is None or isinstance(decision, Refused):
            break
        facts = _write(office, session, case, definition, facts, decision, SYSTEM, {})
    return Moved(case.state, case.revision)


def alarm(definition: Definition, facts: Facts, *, after: datetime) -> dict[str, object]:
    """The nearest due time of a case (for queues) and the first moment later than `after` at which the system must look at it: a warning or the end of a
    limit. Everything up to `after` counts as acted on. A least time that something takes is no limit: nobody waits for its end."""
    here = [deadline.name for deadline in definition.deadlines.values() if facts.state in deadline.counts_in and deadline.kind is not ClockKind.MINIMUM]
    running = [view for name in here if (view := clock(definition, facts, name=name)).running and view.due_at is not None]
    moments = [moment for view in running for moment in (view.warn_at, view.due_at) if moment is not None and moment > after]
    return {"due_at": min((view.due_at for view in running if view.due_at is not None), default=None), "wake_at": min(moments, default=None)}


def _write(
    office: Office, session: Session, case: Case, definition: Definition, facts: Facts, decision: Decision, actor: Actor, meant: Mapping[str, object]
) -> Facts:
    """Compare and write: the state, the visit, what the act gave and meant, the audit event, one job per effect. The facts as they stand afterwards."""
    after, move, to_state = _facts_after(definition, facts, decision, actor=actor), decision.move, decision.to_state
    changes: dict[str, object] = {
        "revision": case.revision + 1,
        **{column: decision.given[field] for field, column in ON_THE_CASE.items() if field in decision.given},
        **consequences(definition, move=move, from_state=facts.state, to_state=to_state, by=actor.person_id, at=facts.now, sent=case.sent_at is not None),
        **alarm(definition, after, after=_acted_on(decision, facts.now, ringing=case.wake_at)),
        **meant,
    }
    new = {f"new_{column}": value for column, value in changes.items()}
    changed = session.connection().execute(_compare_and_set(frozenset(changes)), {**new, "this_id": case.id, "seen": case.revision})
    if changed.rowcount != 1:
        raise ConflictError("the case has moved")
    for column, value in changes.items():
        set_committed_value(case, column, value)
    if decision.to_state != decision.from_state:
        _visit(session, case, len(facts.visits), facts.now)
    _keep_texts(office, session, case, decision, actor, facts.now)
    if "send_questions" in decision.effects:
        _ask(session, case, actor, facts.now)
    _record(office, session, case, definition, decision, actor, facts.now, meant)
    return after


def _acted_on(decision: Decision, now: datetime, *, ringing: datetime | None) -> datetime:
    """Until when alarms count as acted on after a move: a warning may fall due in the moment of entering; a new route moves all, even into the past; an alarm
    that has gone off and was not answered yet is not lost because somebody was quicker."""
    if "route" in decision.given:
        return datetime.min.replace(tzinfo=UTC)
    return min(now, ringing or now) - timedelta(microseconds=1)


def _facts_after(definition: Definition, facts: Facts, decision: Decision, *, actor: Actor) -> Facts:
    after = facts.after_move(move=decision.move, to_state=decision.to_state, by=actor.person_id)
    given = decision.given
    asked = facts.questions_drafted if "send_questions" in decision.effects else 0
    return replace(
        after,
        proposal=given.get("outcome", facts.proposal),
        route=given.get("route", facts.route),
        units=tuple(given["units"].split()) if "units" in given else facts.units,
        questions_drafted=facts.questions_drafted - asked,
        questions_open=facts.questions_open + asked,
        findings=current_findings(definition, facts.findings, deeds=after.deeds),
    )


def _record(
    office: Office, session: Session, case: Case, definition: Definition, decision: Decision, actor: Actor, now: datetime, meant: Mapping[str, object]
) -> None:
    role = next((role.value for role in definition.moves[decision.move].by if role in actor.roles), None)
    details = {"move": decision.move, "from": decision.from_state, "to": decision.to_state, **meant}
    trail.note(session, Event.CASE_MOVED, at=now, actor=actor, case=case, role=role, details=details)
    session.flush()
    for effect in decision.effects:
        job_id = f"{effect}-{case.id}-{case.revision}"
        office.jobs.enqueue(session, "effect", job_id, {"effect": effect, "case_id": case.id, "job_id": job_id})


def _visit(session: Session, case: Case, position: int, now: datetime) -> None:
    connection = session.connection()
    connection.execute(_LEAVE, {"this_case": case.id, "now": now})
    connection.execute(_ENTER, {"case_id": case.id, "position": position, "state": case.state, "entered_at": now, "left_at": None})


def _ask(session: Session, case: Case, actor: Actor, now: datetime) -> None:
    """The drafted questions become the letter that the applicant must answer."""
    session.execute(update(QuestionRecord).where(QuestionRecord.case_id == case.id, QuestionRecord.asked_at.is_(None)).values(asked_at=now))
    trail.note(session, Event.QUESTIONS_ASKED, at=now, actor=actor, case=case)


def _keep_texts(office: Office, session: Session, case: Case, decision: Decision, actor: Actor, now: datetime) -> None:
    texts = {field: text for field, text in decision.given.items() if field not in NOT_TEXT and text}
    if not texts or actor.person_id is None:
        return
    key = vault.case_key(office, session, case)
    for field, text in texts.items():
        sealed = vault.seal(office, key, text, about=f"act/{case.id}/{case.revision}/{field}")
        session.add(
            ActText(case_id=case.id, revision=case.revision, move=decision.move, field=field, written_by=actor.person_id, written_at=now, sealed=sealed)
        )
