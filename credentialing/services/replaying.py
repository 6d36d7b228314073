"""Replaying histories: what the trail of each case adds up to under the rules it was pinned to, compared with what the case says of itself. Writes nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credentialing.domain.errors import CredentialingError
from credentialing.domain.events import Event
from credentialing.services.consequences import consequences
from credentialing.services.office import Office
from credentialing.storage.records import AuditEvent, Case, VisitRecord
from credentialing.workflow.facts import Deed, Facts, Visit
from credentialing.workflow.machine import lawful, leads_to
from credentialing.workflow.model import Definition

AT_ONCE = 200
"""Cases read in one question."""

COLUMNS = (
    "state", "revision", "waits_for", "outcome", "decision", "decided_by", "decided_at",
    "sent_at", "closed_at", "centre_id", "merged_into", "version", "digest",
)  # fmt: skip
"""What a case says of itself that its trail must add up to, besides its visits."""

_TOLD = (Event.CASE_OPENED.value, Event.CASE_MOVED.value, Event.CASE_REPINNED.value, Event.FINDING_RECORDED.value)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing about which a case and its trail do not agree: `told` by the trail, `kept` in the row. Ids, codes and times only."""

    case_id: str
    number: str
    what: str
    told: str
    kept: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What was replayed, and everything that did not come out as it stands."""

    cases: int
    events: int
    differences: tuple[Difference, ...]


def replay(office: Office, *, tell: Callable[[int, int], None]) -> Replay:
    """Fold the events of every case; `tell` hears how many cases of how many are done."""
    events, done, differences = 0, 0, list[Difference]()
    with office.reading() as session:
        total = session.scalar(select(func.count()).select_from(Case)) or 0
        for cases in _pages(session):
            told, stays = _trails(session, cases), _stays(session, cases)
            for case in cases:
                trail = told.get(case.id, [])
                events += len(trail)
                differences.extend(_differences(office, case, trail, stays.get(case.id, ())))
            done += len(cases)
            session.expunge_all()
            tell(done, total)
    return Replay(done, events, tuple(differences))


def _pages(session: Session) -> Iterator[Sequence[Case]]:
    after = ""
    while cases := session.scalars(select(Case).where(Case.id > after).order_by(Case.id).limit(AT_ONCE)).all():
        after = cases[-1].id
        yield cases


def _trails(session: Session, cases: Sequence[Case]) -> dict[str, list[AuditEvent]]:
    wanted = AuditEvent.case_id.in_([case.id for case in cases]), AuditEvent.event.in_(_TOLD)
    rows = session.scalars(select(AuditEvent).where(*wanted).order_by(AuditEvent.case_id, AuditEvent.position))
    return {str(case_id): list(events) for case_id, events in groupby(rows, key=lambda row: row.case_id)}


def _stays(session: Session, cases: Sequence[Case]) -> dict[str, tuple[Visit, ...]]:
    rows = session.scalars(select(VisitRecord).where(VisitRecord.case_id.in_([case.id for case in cases])).order_by(VisitRecord.case_id, VisitRecord.position))
    of_case = groupby(rows, key=lambda row: row.case_id)
    return {case_id: tuple(Visit(row.state, row.entered_at, row.left_at) for row in visits) for case_id, visits in of_case}


class _BrokenTrailError(CredentialingError):
    """An event that the rules do not allow where it stands."""


def _differences(office: Office, case: Case, trail: Sequence[AuditEvent], stays: tuple[Visit, ...]) -> Iterator[Difference]:
    fold = _Fold(office, case)
    try:
        for event in trail:
            fold.take(event)
    except (CredentialingError, KeyError, ValueError) as error:  # what is missing from an event, too
        yield Difference(case.id, case.number, "trail", str(error) or type(error).__name__, "")
        return
    told = fold.columns
    for column in COLUMNS:
        kept = getattr(case, column)
        if told.get(column) != kept:
            yield Difference(case.id, case.number, column, _plain(told.get(column)), _plain(kept))
    if fold.visits != stays:
        yield Difference(case.id, case.number, "visits", _walk(fold.visits), _walk(stays))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else "" if value is None else str(value)


def _walk(visits: Sequence[Visit]) -> str:
    return " > ".join(f"{visit.state} {visit.entered_at.isoformat()}" for visit in visits)


class _Fold:
    """A case as its events tell it, one after another."""

    def __init__(self, office: Office, case: Case) -> None:
        self._office, self._case = office, case
        self._definition: Definition | None = None
        self._facts: Facts | None = None
        self.columns: dict[str, object] = {}

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The stays that were told so far."""
        return self._facts.visits if self._facts is not None else ()

    def take(self, event: AuditEvent) -> None:
        """Add one event; CredentialingError when it cannot have happened after those before it."""
        if event.event == Event.CASE_OPENED.value:
            self._open(event)
            return
        if self._facts is None or self._definition is None:
            raise _BrokenTrailError(f"{event.event} before the case was opened")
        facts = replace(self._facts, now=event.at)
        if event.event == Event.FINDING_RECORDED.value:
            self._facts = replace(facts, deeds=(*facts.deeds, Deed(str(event.details["subject"]), event.person_id, event.at)))
        elif event.event == Event.CASE_REPINNED.value:
            self._repin(facts, event)
        else:
            self._move(self._definition, facts, event)

    def _open(self, event: AuditEvent) -> None:
        if self._facts is not None:
            raise _BrokenTrailError("opened twice")
        definition = self._rules(str(event.details["procedure"]))
        self._facts = _begun(definition, self._case.person_id, event.at)
        waits_for = definition.states[definition.starts_in].waits_for
        self.columns = {"state": definition.starts_in, "revision": 0, "waits_for": waits_for.value if waits_for else ""}
        self._pin(definition)

    def _rules(self, ref: str) -> Definition:
        name, _, version = ref.rpartition(".v")
        if name != self._case.procedure:
            raise _BrokenTrailError(f"the rules of another procedure: {ref}")
        return self._office.library.definition(name, int(version))

    def _pin(self, definition: Definition) -> None:
        self._definition = definition
        self.columns |= {"version": definition.version, "digest": definition.digest}

    def _repin(self, facts: Facts, event: AuditEvent) -> None:
        definition = self._rules(str(event.details["to"]))
        if event.details["to_digest"] != definition.digest or facts.state not in definition.states:
            raise _BrokenTrailError(f"moved to rules that are not those of today: {event.details['to']}")
        waits_for = definition.states[facts.state].waits_for
        self._pin(definition)
        self._facts = replace(facts, revision=facts.revision + 1)
        self.columns |= {"waits_for": waits_for.value if waits_for else ""}
        self._count(event)

    def _move(self, definition: Definition, facts: Facts, event: AuditEvent) -> None:
        move, from_state, to_state = (str(event.details[name]) for name in ("move", "from", "to"))
        if from_state != facts.state or (from_state, move) not in lawful(definition):
            raise _BrokenTrailError(f"{move} cannot be made in {facts.state}")
        if leads_to(definition, facts, move=definition.moves[move]) != to_state:
            raise _BrokenTrailError(f"{move} does not lead from {from_state} to {to_state}")
        sent = self.columns.get("sent_at") is not None
        self.columns |= consequences(definition, move=move, from_state=from_state, to_state=to_state, by=event.person_id, at=event.at, sent=sent)
        self.columns |= {name: event.details[name] for name in ("centre_id", "merged_into") if name in event.details}
        self._facts = facts.after_move(move=move, to_state=to_state, by=event.person_id)
        self._count(event)

    def _count(self, event: AuditEvent) -> None:
        """Each act raises the revision by one, and its event says which it made."""
        if self._facts is None or event.revision != self._facts.revision:
            raise _BrokenTrailError(f"revision {event.revision} does not follow")
        self.columns["revision"] = self._facts.revision


def _begun(definition: Definition, applicant_id: str, at: datetime) -> Facts:
    """A case that was just opened, as far as its moves need to know it."""
    return Facts(
        state=definition.starts_in,
        revision=0,
        now=at,
        applicant_id=applicant_id,
        visits=(Visit(definition.starts_in, at, None),),
        deeds=(),
        findings={},
        evidence={},
        answers=frozenset(),
        consents=frozenset(),
        questions_drafted=0,
        questions_open=0,
        route=None,
        standard=None,
        units=(),
        proposal=None,
        certificate_sealed=False,
    )
