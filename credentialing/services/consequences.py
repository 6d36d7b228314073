"""What a move does to the record of a case, as plain values: worked out when it is made, and again when the history is replayed."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentialing.domain import numbers
from credentialing.domain.errors import BadInputError, ConflictError, NotFoundError, Reason, RefusedError
from credentialing.services.centres import demand_open
from credentialing.storage.records import Case
from credentialing.workflow.model import Definition


def consequences(definition: Definition, *, move: str, from_state: str, to_state: str, by: str | None, at: datetime, sent: bool) -> dict[str, object]:
    """The columns of a case that follow from a move alone: where it stands, whose turn it is, whether it was sent, is decided, is closed."""
    state = definition.states[to_state]
    changes: dict[str, object] = {"state": to_state, "waits_for": state.waits_for.value if state.waits_for else ""}
    if not sent and move == "submit":
        changes["sent_at"] = at
    if state.final is not None:
        changes |= {"closed_at": at, "outcome": state.final.value}
    return changes | _deciding(definition, move=move, comes_back=to_state != from_state and to_state in definition.judged_in, by=by, at=at)


def _deciding(definition: Definition, *, move: str, comes_back: bool, by: str | None, at: datetime) -> dict[str, object]:
    """Who decided, when the rules say that this move decides and a person made it; a case that comes back to be judged is undecided again."""
    if comes_back:
        return {"decision": None, "decided_by": None, "decided_at": None}
    decides = definition.moves[move].decides is not None and by is not None
    return {"decision": move, "decided_by": by, "decided_at": at} if decides else {}


def meaning(session: Session, case: Case, definition: Definition, *, given: Mapping[str, str]) -> dict[str, object]:
    """The columns that follow from what an act carries: the centre that a case goes to, the case that a duplicate is joined with.
    RefusedError when there is no such centre or case; ConflictError when somebody works on the other case in this moment."""
    changes: dict[str, object] = {}
    if "centre" in given:
        changes["centre_id"] = _centre(session, case, given["centre"].strip())
    if "duplicate_of" in given:
        changes["merged_into"] = _other_case(session, case, definition, given["duplicate_of"])
    return changes


def _centre(session: Session, case: Case, centre_id: str) -> str:
    try:
        demand_open(session, centre_id)
    except NotFoundError:
        raise RefusedError(Reason("centre_not_open", {"field": "centre"})) from None
    if centre_id == case.centre_id:
        raise RefusedError(Reason("centre_is_the_same", {"field": "centre"}))
    return centre_id


def _other_case(session: Session, case: Case, definition: Definition, text: str) -> str:
    """The id of the case that goes on in the place of this one: another open one of the same person in the same procedure, which was sent."""
    try:
        number = numbers.parse_case_number(text)
    except BadInputError as error:
        raise RefusedError(*(Reason(reason.code, {"field": "duplicate_of"}) for reason in error.reasons)) from None
    other = session.scalar(select(Case).where(Case.number == number))
    if other is None or other.sent_at is None:
        raise RefusedError(Reason("duplicate_unknown", {"field": "duplicate_of"}))
    if other.id == case.id:
        raise RefusedError(Reason("duplicate_of_itself", {"field": "duplicate_of"}))
    # Two officers who join two cases with each other at the same moment must not wait for one another for ever.
    held = session.scalar(select(Case).where(Case.id == other.id).with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if held is None:
        raise ConflictError("the other case is being moved")
    wrong = {
        "duplicate_of_another_person": held.person_id != case.person_id,
        "duplicate_of_another_procedure": held.procedure != definition.id,
        "duplicate_closed": held.closed_at is not None,
    }
    if any(wrong.values()):
        raise RefusedError(*(Reason(code, {"field": "duplicate_of"}) for code, holds in wrong.items() if holds))
    return held.id
