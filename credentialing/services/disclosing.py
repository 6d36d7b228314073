"""What may be shown of a case, to whom and since when. Pure: values in, values out."""

from datetime import datetime

from credentialing.domain.errors import Reason
from credentialing.domain.people import Actor, Role
from credentialing.workflow.duties import duty_of
from credentialing.workflow.facts import Facts
from credentialing.workflow.law import judging_roles
from credentialing.workflow.machine import targets
from credentialing.workflow.model import Definition, Move

OPEN_ANSWERS = frozenset({"institution", "workplace"})
"""What a judge may know, besides the person's name and the procedure, before declaring that nothing ties them to that person: enough to tell."""

AMONG_JUDGES = frozenset({"judging", "verifying"})
"""The duties whose words are for colleagues until there is a decision, although the person is told that something was done."""


def closed_to(definition: Definition, facts: Facts, *, actor: Actor) -> Reason | None:
    """Why papers and answers are closed to a member of the staff, or None (SOD6): a conflict was declared, or a person who could do nothing here but judge
    has not declared yet. What those declared whose deeds count as the person's own, closes them too."""
    if "conflict" in {facts.declared[each] for each in (actor.person_id, *actor.acts_for) if each is not None and each in facts.declared}:
        return Reason("conflict_declared")
    working = actor.roles & frozenset(definition.roles) - {Role.APPLICANT, Role.SYSTEM}
    declares = bool(working) and working <= judging_roles(definition) and actor.person_id not in facts.declared
    return Reason("declaration_missing") if declares else None


def told_until(definition: Definition, facts: Facts) -> datetime | None:
    """The moment up to which the applicant was told what the staff found and wrote: now once the case is closed, else the latest act of the staff that decided
    or, after a decision, brought the case back to the applicant. None before any decision."""
    if definition.states[facts.state].final is not None:
        return facts.now
    told: datetime | None = None
    for deed in facts.deeds:
        move = definition.moves.get(deed.what)
        if move is None or deed.by in (None, facts.applicant_id):
            continue
        if move.decides is not None or (told is not None and comes_to_applicant(definition, move)):
            told = deed.at
    return told


def comes_to_applicant(definition: Definition, move: Move) -> bool:
    """Whether a move can lead to where it is the applicant's turn, or to an end: what is written with it is for them to read."""
    states = [definition.states[name] for name in targets(definition, move)]
    return any(state.waits_for is Role.APPLICANT or state.final is not None for state in states)


def is_for_applicant(definition: Definition, name: str) -> bool:
    """Whether what is written with a move is for the applicant to read at once: the case comes to them, or they are written to about what was done,
    by somebody who neither judges nor verifies."""
    move = definition.moves.get(name)
    if move is None:  # the rules of the case were exchanged for another version, which concerns the applicant too
        return True
    duty = duty_of(definition).get(name)  # None: the rules do not say whose work it is, so that it may be a judge's
    return comes_to_applicant(definition, move) or (bool(move.effects) and duty is not None and duty not in AMONG_JUDGES)
