"""The table of lawful moves. The only file that imports `transitions`: one machine per definition, no registered models, no callbacks, no automatic moves.

The library's defaults would add moves that skip every guard, import dotted strings and keep every model alive; it is asked one question only:
which move leads where. The answers are worked out once per definition with a throw-away token.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from transitions import Machine, MachineError

from credentialing.workflow.facts import Facts
from credentialing.workflow.model import BACK, STAY, Definition, Move


class _Token:
    """A thing that holds a state and nothing else, used for one question and thrown away."""

    def __init__(self, state: str) -> None:
        self.state = state


def _machine(definition: Definition) -> Machine:
    machine = Machine(model=None, states=list(definition.states), initial=definition.starts_in, auto_transitions=False, send_event=False)
    for move in definition.moves.values():
        machine.add_transition(move.name, list(move.from_states), None if move.to in (BACK, STAY) else move.to)
    return machine


@lru_cache(maxsize=256)
def lawful(definition: Definition) -> Mapping[tuple[str, str], str]:
    """Where each lawful (state, move) leads; a pair that is absent is not lawful. Worked out once per definition.

    A move that leads BACK stands here under the state that it leaves: `leads_to` knows where it leads a case.
    """
    machine = _machine(definition)
    table: dict[tuple[str, str], str] = {}
    for state in definition.states:
        for move in definition.moves:
            token = _Token(state)
            try:
                machine.events[move].trigger(token)
            except MachineError:
                continue
            table[state, move] = token.state
    return MappingProxyType(table)


def targets(definition: Definition, move: Move) -> tuple[str, ...]:
    """Every state that a move can lead to: one, or where it begins (STAY), or for a move that leads BACK each state from which a case can come to where
    it begins."""
    if move.to == STAY:
        return move.from_states
    if move.to != BACK:
        return (move.to,)
    over = {*move.from_states, *move.back_over}
    sources = (state for other in definition.moves.values() if other.to in over for state in other.from_states)
    return tuple(dict.fromkeys(state for state in sources if state not in over))


def leads_to(definition: Definition, facts: Facts, *, move: Move) -> str:
    """The state that a lawful move leads this very case to."""
    if move.to == BACK:
        over = {*move.from_states, *move.back_over}
        return next(visit.state for visit in reversed(facts.visits) if visit.state not in over)
    return lawful(definition)[facts.state, move.name]
