"""What can be proved about the shape of a definition: who can reach what, and whether one person alone can bring a case to a certificate."""

from collections.abc import Iterable, Mapping

from credentialing.domain.people import Role
from credentialing.workflow.model import Definition, Ending, Move

DECIDING: frozenset[Role] = frozenset({Role.ASSESSOR, Role.DECISION_MAKER})
NEGATIVE: frozenset[Ending] = frozenset({Ending.REFUSED, Ending.LAPSED})  # ends against which a person must be told what they can do

_LOOKS_AT = {
    "checks_settled": "checks", "checks_passed": "checks", "a_check_failed": "checks", "criteria_judged": "criteria",
    "units_judged": "units", "all_units_competent": "units", "some_unit_not_competent": "units",
}


def _closure(start: Iterable[str], edges: Mapping[str, set[str]]) -> frozenset[str]:
    seen, todo = set(start), list(start)
    while todo:
        for following in edges.get(todo.pop(), set()) - seen:
            seen.add(following)
            todo.append(following)
    return frozenset(seen)


def _edges(moves: Iterable[Move]) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = {}
    for move in moves:
        for state in move.from_states:
            edges.setdefault(state, set()).add(move.to)
    return edges


def reachable(definition: Definition) -> frozenset[str]:
    """The states that a case can come to from its start, guards aside."""
    return _closure([definition.starts_in], _edges(definition.moves.values()))


def reaching_an_end(definition: Definition) -> frozenset[str]:
    """The states from which some final state can be reached even when every capped move is used up."""
    backwards: dict[str, set[str]] = {}
    for state, targets in _edges(move for move in definition.moves.values() if move.at_most is None).items():
        for target in targets:
            backwards.setdefault(target, set()).add(state)
    return _closure([state.name for state in definition.states.values() if state.final], backwards)


def endless_loop(definition: Definition) -> tuple[str, ...]:
    """States that a case could walk round for ever: a loop between different states in which no move has `at_most`; () when there is none."""
    edges = _edges(move for move in definition.moves.values() if move.at_most is None)
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
        deeds.add("criteria")
    if "units" in kinds and definition.units_rule is not None and DECIDING.intersection(definition.units_rule.by):
        deeds.add("units")
    return frozenset(deeds)


def alone_to_certificate(definition: Definition) -> tuple[str, ...]:
    """The moves by which one single deciding person (helped by anyone in the other roles) reaches a granted end; () when nobody can.

    The search walks pairs (state, what the one person has done) and assumes every guard can be met, so that it errs on the side of finding a way.
    """
    relevant = {name for move in definition.moves.values() for name in move.not_by_whoever_did}
    start = (definition.starts_in, frozenset[str]())
    came: dict[tuple[str, frozenset[str]], tuple[str, ...]] = {start: ()}
    todo = [start]
    while todo:
        state, done = here = todo.pop()
        if state in definition.states and definition.states[state].final is Ending.GRANTED:
            return came[here]
        for move in definition.moves.values():
            if state not in move.from_states:
                continue
            after = _after_move(definition, move, state=state, done=done)
            if after is not None:
                there = (move.to, after & frozenset(relevant))
                if there not in came:
                    came[there] = (*came[here], move.name)
                    todo.append(there)
    return ()


def _after_move(definition: Definition, move: Move, *, state: str, done: frozenset[str]) -> frozenset[str] | None:
    """What the one person has done after the move, or None when the rules stop them from making it."""
    judged = done | _found_for(definition, move, state=state)
    if not DECIDING.issuperset(move.by):
        return judged  # somebody in another role makes it
    return None if judged.intersection(move.not_by_whoever_did) else judged | {move.name}
