"""What can be proved about the shape of a definition: who can reach what, and whether one person alone can bring a case to a certificate."""

from collections.abc import Iterable, Mapping

from credentialing.domain.people import Role
from credentialing.workflow.duties import barred, deeds_of
from credentialing.workflow.machine import targets
from credentialing.workflow.model import BACK, STAY, Definition, Ending, Move

DECIDING: frozenset[Role] = frozenset({Role.ASSESSOR, Role.DECISION_MAKER, Role.APPEALS_BODY})
NEGATIVE: frozenset[Ending] = frozenset({Ending.REFUSED, Ending.LAPSED, Ending.CANCELLED})  # ends against which a person must be told what they can do

_LOOKS_AT = {
    "checks_settled": "checks", "checks_passed": "checks", "a_check_failed": "checks", "criteria_judged": "criteria",
    "units_judged": "units", "all_units_competent": "units", "some_unit_not_competent": "units",
    "some_unit_competent": "units", "no_unit_competent": "units",
}


def _closure(start: Iterable[str], edges: Mapping[str, set[str]]) -> frozenset[str]:
    seen, todo = set(start), list(start)
    while todo:
        for following in edges.get(todo.pop(), set()) - seen:
            seen.add(following)
            todo.append(following)
    return frozenset(seen)


def _edges(definition: Definition, moves: Iterable[Move]) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = {}
    for move in moves:
        for state in move.from_states:
            edges.setdefault(state, set()).update((state,) if move.to == STAY else targets(definition, move))
    return edges


def reachable(definition: Definition) -> frozenset[str]:
    """The states that a case can come to from its start, guards aside."""
    return _closure([definition.starts_in], _edges(definition, definition.moves.values()))


def reaching_an_end(definition: Definition) -> frozenset[str]:
    """The states from which some final state can be reached even when every capped move is used up."""
    backwards: dict[str, set[str]] = {}
    for state, reached in _edges(definition, (move for move in definition.moves.values() if move.at_most is None)).items():
        for target in reached:
            backwards.setdefault(target, set()).add(state)
    return _closure([state.name for state in definition.states.values() if state.final], backwards)


def endless_loop(definition: Definition) -> tuple[str, ...]:
    """States that a case could walk round for ever: a loop between different states in which no move has `at_most`; () when there is none."""
    edges = _edges(definition, (move for move in definition.moves.values() if move.at_most is None))
    apart = {state: targets - {state} for state, targets in edges.items()}
    return tuple(state for state, targets in apart.items() if state in _closure(targets, apart))


def gate_is_empty(definition: Definition, move: Move, *, guard: str) -> str | None:
    """The state from which a gate would have nothing to look at, or None: an empty list must not open a door."""
    units = definition.units_rule is not None and bool(definition.standards)
    for state in move.from_states:
        here = {
            "checks": any(state in check.done_in for check in definition.checks.values()),
            "criteria": bool(definition.criteria), "units": units,
            "evidence_complete": any(state in rule.asked_in and rule.at_least for rule in definition.evidence.values()),
            "answers_complete": bool(definition.fields), "consent_given": bool(definition.consents), "route_chosen": bool(definition.routes),
            "standard_chosen": bool(definition.standards),
        }
        if not here.get(_LOOKS_AT.get(guard, guard), True):
            return state
    return None


def _found_for(definition: Definition, move: Move, *, state: str) -> frozenset[str]:
    """The deeds of judging without which the move's guards cannot hold, as far as a deciding role does them."""
    kinds = {_LOOKS_AT[guard] for guard in move.guards if guard in _LOOKS_AT}
    deeds: set[str] = set()
    if "checks" in kinds:
        deeds |= {check.name for check in definition.checks.values() if state in check.done_in and DECIDING.intersection(check.by)}
    if "criteria" in kinds and any(DECIDING.intersection(criterion.by) for criterion in definition.criteria.values()):
        deeds |= deeds_of(definition, "criteria")
    if "units" in kinds and definition.units_rule is not None and DECIDING.intersection(definition.units_rule.by):
        deeds |= deeds_of(definition, "units")
    return frozenset(deeds)


def alone_to_certificate(definition: Definition) -> tuple[str, ...]:
    """The moves by which one single deciding person (helped by anyone in the other roles) reaches a granted end; () when nobody can.

    The search walks triples (state, where the case returns to, what the one person has done) and assumes that every guard can be met:
    it errs on the side of finding a way.
    """
    relevant = frozenset().union(*(bar.deeds for bars in barred(definition).values() for bar in bars))
    parked = frozenset(state for move in definition.moves.values() if move.to == BACK for state in (*move.from_states, *move.back_over))
    start = (definition.starts_in, definition.starts_in, frozenset[str]())
    came: dict[tuple[str, str, frozenset[str]], tuple[str, ...]] = {start: ()}
    todo = [start]
    while todo:
        state, origin, done = here = todo.pop()
        if state in definition.states and definition.states[state].final is Ending.GRANTED:
            return came[here]
        for move in definition.moves.values():
            after = _after_move(definition, move, state=state, done=done) if state in move.from_states else None
            if after is None:
                continue
            to = origin if move.to == BACK else state if move.to == STAY else move.to
            there = (to, origin if state in parked and to in parked else state if to in parked else to, after & relevant)
            if there not in came:
                came[there] = (*came[here], move.name)
                todo.append(there)
    return ()


def _after_move(definition: Definition, move: Move, *, state: str, done: frozenset[str]) -> frozenset[str] | None:
    """What the one person has done after the move, or None when the rules stop them from making it."""
    judged = done | _found_for(definition, move, state=state)
    if not DECIDING.issuperset(move.by):
        return judged  # somebody in another role makes it
    stopped = any(not judged.isdisjoint(bar.deeds) for bar in barred(definition).get(move.name, ()))
    return None if stopped else judged | {move.name}
