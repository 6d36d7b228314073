"""One definition proved exhaustively: its cases, the people in them, and what was found."""

from credentialing.domain.people import SYSTEM
from credentialing.workflow.abstraction import Abstraction
from credentialing.workflow.concrete import Law, fresh
from credentialing.workflow.explore import CLAIMS, CaseWalk, Exploration, Fault, Tick
from credentialing.workflow.explore_people import explore_people
from credentialing.workflow.law import Refused, decide
from credentialing.workflow.model import Definition
from credentialing.workflow.under_proof import Case
from credentialing.workflow.yamltree import Tree


def explore(definition: Definition, tick: Tick = lambda: None) -> Exploration:
    """Explore every configuration of a definition that the shallow proofs accept; `tick` is called now and then, so that somebody may draw a bar.

    The faults come with who did what, in order, until they showed; none = proved."""
    shape = Abstraction(definition)
    law = Law(shape)
    walk = CaseWalk(shape, law).walk(tick)
    found = Exploration(definition, configurations=len(walk.steps))
    for claim in CLAIMS:
        found.faults.extend(claim(walk))
    found.faults.extend(_caps(shape))
    explore_people(walk, found, tick)
    found.tried, found.asked = walk.tried, law.asked
    return found


def place_of(case: Case, fault: Fault) -> Tree:
    """Where in the files the rule stands at which a fault shows; the whole definition when no single rule does."""
    return case.at(fault.section, fault.name) if fault.name else case.at(fault.section)


def _caps(shape: Abstraction) -> list[Fault]:
    """A capped move that was made as often as it may be is refused: the exploration lifts the caps, so this is shown apart."""
    faults = []
    law = Law(shape)
    for move in shape.definition.moves.values():
        if move.at_most is None:
            continue
        place, values = shape.initial()
        facts = law.facts(place, values)
        spent = facts.after_move(move=move.name, to_state=facts.state, by="somebody")
        for _ in range(move.at_most - 1):
            spent = spent.after_move(move=move.name, to_state=facts.state, by="somebody")
        actor = fresh(move.by[0]) if move.by else SYSTEM
        said = decide(shape.definition, spent, move=move.name, actor=actor, given={})
        if not (isinstance(said, Refused) and any(reason.code == "at_most_reached" for reason in said.reasons)):
            sentence = f"The cap of `{move.name}` does not hold: after {move.at_most} times it may be made again."
            faults.append(Fault("moves", move.name, sentence, ()))
    return faults
