"""Moving an open case to another version of its rules: an explicit, recorded act of an administrator. Without it a case stays on the version it began under.

An administrator sees no case: they learn how many stand where, and name one by its number.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from credentialing.domain import numbers
from credentialing.domain.errors import BadInputError, NotFoundError, Reason, RefusedError
from credentialing.domain.events import Event
from credentialing.domain.people import Actor, Role
from credentialing.services import confirming, people, trail, vault
from credentialing.services.gathering import definition_of, gather
from credentialing.services.moving import Moved, alarm
from credentialing.services.office import Office
from credentialing.storage.records import ActText, Case
from credentialing.workflow.clocks import clocks
from credentialing.workflow.facts import Facts
from credentialing.workflow.law import values_of
from credentialing.workflow.model import Definition
from credentialing.workflow.registry import FIELDS, choices_of

MOVE_TO_VERSION = "move_to_version"
"""The name under which the grounds of this act are kept: it is no move of any definition."""

LONGEST_GROUNDS = 4000


@dataclass(frozen=True, slots=True)
class Earlier:
    """One version before the newest: how many open cases stand under it, and how many of these were not sent yet."""

    version: int
    open_cases: int
    drafts: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """What an administrator may learn about a case whose number they know: which one it is, and under which version it stands."""

    case_id: str
    number: str
    version: int


def earlier_versions(office: Office, *, actor: Actor, newest: Definition) -> tuple[Earlier, ...]:
    """Every version of a procedure before `newest`, the later first, with its open cases; RefusedError for everybody but administrators."""
    people.demand_administrator(actor)
    count = select(Case.version, func.count(), func.count().filter(Case.sent_at.is_(None))).where(Case.procedure == newest.id, Case.closed_at.is_(None))
    with office.reading() as session:
        found = {version: (every, drafts) for version, every, drafts in session.execute(count.group_by(Case.version))}
    versions = {*found, *(each.version for each in office.library.definitions() if each.id == newest.id)}
    return tuple(Earlier(version, *found.get(version, (0, 0))) for version in sorted(versions, reverse=True) if version < newest.version)


def case_numbered(office: Office, *, actor: Actor, procedure: str, number: str) -> Numbered:
    """The case with this number, however it is typed; BadInputError (field `number`) when it cannot be one, when no case has it, or when the case is about
    another procedure; RefusedError for everybody but administrators."""
    people.demand_administrator(actor)
    written = numbers.parse_case_number(number)
    with office.reading() as session:
        case = session.scalar(select(Case).where(Case.number == written))
        if case is None:
            raise BadInputError(Reason("case_unknown", {"field": "number"}))
        if case.procedure != procedure:
            raise BadInputError(Reason("case_of_another_procedure", {"field": "number"}))
        return Numbered(case.id, case.number, case.version)


def move_to_version(office: Office, *, actor: Actor, case_id: str, version: int, grounds: str) -> Moved:
    """Put an open case under another version of its procedure's rules. NotFoundError for an unknown case or version; BadInputError (field `grounds`);
    RefusedError for everybody but administrators, for one's own case, for rules under which nothing may begin here, and with every single thing that
    would be lost."""
    now = office.clock.now()
    people.demand_administrator(actor)
    clean = _grounds(grounds)
    with office.transaction() as session:
        case = session.get(Case, case_id, with_for_update=True)
        if case is None or actor.person_id is None:
            raise NotFoundError("no such case")
        old, facts = definition_of(office, case), gather(office, session, case, now=now)
        new = office.library.definition(case.procedure, version)
        own = {facts.applicant_id} & (people.humans_of(session, actor.person_id) | actor.acts_for)
        reasons = (*([Reason("conflict")] if own else []), *_unfit(session, case, old, new), *losses(new, facts, decision=case.decision))
        if reasons:
            raise RefusedError(*reasons)
        _repin(office, session, case, old, new, before=facts)
        _keep(office, session, case, clean, actor, now)
        details = {"from": f"{old.id}.v{old.version}", "to": f"{new.id}.v{new.version}", "from_digest": old.digest, "to_digest": new.digest}
        trail.note(session, Event.CASE_REPINNED, at=now, actor=actor, case=case, role=Role.ADMINISTRATOR.value, details=details)
        job_id = f"send_news-{case.id}-{case.revision}"
        office.jobs.enqueue(session, "effect", job_id, {"effect": "send_news", "case_id": case.id, "job_id": job_id})
        return Moved(case.state, case.revision)


def _grounds(text: str) -> str:
    clean = unicodedata.normalize("NFC", text).strip()
    if not clean:
        raise BadInputError(Reason("answer_missing", {"field": "grounds"}))
    if len(clean) > LONGEST_GROUNDS:
        raise BadInputError(Reason("answer_too_long", {"field": "grounds", "limit": LONGEST_GROUNDS}))
    return clean


def _unfit(session: Session, case: Case, old: Definition, new: Definition) -> Iterator[Reason]:
    """What stands against the act whatever is in the case."""
    if case.closed_at is not None:
        yield Reason("case_is_closed")
    if new is old:
        yield Reason("version_is_the_same")
    elif not confirming.executable(session, new):  # else a case could come round to rules under which nobody may begin
        yield Reason("procedure_not_confirmed")


def losses(new: Definition, facts: Facts, *, decision: str | None) -> tuple[Reason, ...]:
    """Everything of a case that another version of the rules does not know: states it stood in, deeds, findings, answers, papers, ways, choices. Pure."""
    chosen = {
        "route": facts.route is None or facts.route in new.routes,
        "standard": facts.standard is None or facts.standard in new.standards,
        "outcome": facts.proposal is None or facts.proposal in new.procedure.outcomes,
        "decision": decision is None or decision in new.moves,
    }
    kinds = {*facts.evidence, *facts.waivers}
    return (
        *(Reason("state_not_there", {"state": state}) for state in dict.fromkeys(visit.state for visit in facts.visits) if state not in new.states),
        *(Reason("deed_not_there", {"did": name}) for name in dict.fromkeys(deed.what for deed in facts.deeds) if not _knows(new, name)),
        *(
            Reason("finding_not_there", {"subject": each.subject, "value": each.value})
            for each in facts.findings.values()
            if _knows(new, each.subject) and each.value not in values_of(new, each.subject)
        ),
        *(Reason("answer_not_there", {"field": name}) for name in sorted(facts.answers) if not _keeps(new, facts, name)),
        *(Reason("paper_not_there", {"kind": kind}) for kind in sorted(kinds) if kind not in new.evidence),
        *(Reason("way_not_there", {"kind": kind}) for kind, way in facts.waivers.items() if kind in new.evidence and way not in new.evidence[kind].instead),
        *(Reason("choice_not_there", {"field": field}) for field, kept in chosen.items() if not kept),
    )


def _knows(new: Definition, deed: str) -> bool:
    return deed in new.moves or bool(values_of(new, deed))


def _keeps(new: Definition, facts: Facts, name: str) -> bool:
    return name in new.fields and (FIELDS[name].kind != "choice" or facts.choices.get(name) in choices_of(new, name))


def _repin(office: Office, session: Session, case: Case, old: Definition, new: Definition, *, before: Facts) -> None:
    state = new.states[case.state]
    case.version, case.digest, case.revision = new.version, new.digest, case.revision + 1
    case.waits_for = state.waits_for.value if state.waits_for else ""
    after = gather(office, session, case, now=before.now)
    for column, value in alarm(new, after, after=_acted_on(old, new, before, after)).items():
        setattr(case, column, value)


def _acted_on(old: Definition, new: Definition, before: Facts, after: Facts) -> datetime:
    """Until when alarms count as acted on: until now, unless a limit is over under the new rules that was not under the old ones, which must still be told."""
    over = {view.name for view in clocks(old, before) if view.overdue}
    newly = any(view.overdue and view.running and view.name not in over for view in clocks(new, after))
    return datetime.min.replace(tzinfo=UTC) if newly else before.now


def _keep(office: Office, session: Session, case: Case, grounds: str, actor: Actor, now: datetime) -> None:
    sealed = vault.seal(office, vault.case_key(office, session, case), grounds, about=f"act/{case.id}/{case.revision}/grounds")
    text = {"move": MOVE_TO_VERSION, "field": "grounds", "written_by": str(actor.person_id), "written_at": now, "sealed": sealed}
    session.add(ActText(case_id=case.id, revision=case.revision, **text))
