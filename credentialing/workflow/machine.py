"""The table of lawful moves. The only file that imports `transitions`: one machine per definition, no registered models, no callbacks, no automatic moves.

The library's defaults would add moves that skip every guard, import dotted strings and keep every model alive; it is asked one question only:
which move leads where. The answers are worked out once per definition with a throw-away token.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from transitions import Machine, MachineError

from credentialing.workflow.model import Definition


class _Token:
    """A thing that holds a state and nothing else, used for one question and thrown away."""

    def __init__(self, state: str) -> None:
        self.state = state


def _machine(definition: Definition) -> Machine:
    machine = Machine(model=None, states=list(definition.states), initial=definition.starts_in, auto_transitions=False, send_event=False)
    for move in definition.moves.values():
        machine.add_transition(move.name, list(move.from_states), move.to)
    return machine


@lru_cache(maxsize=256)
def lawful(definition: Definition) -> Mapping[tuple[str, str], str]:
    """Where each lawful (state, move) leads; a pair that is absent is not lawful. Worked out once per definition."""
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
