"""Invented people and an invented office for a simulation: how likely each is to do what. Every figure here is an assumption, told with the results."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from credentialing.domain.people import Role
from credentialing.domain.ports import Entropy
from credentialing.workflow.model import BACK, STAY, Definition, Ending, Move

Thing = TypeVar("Thing")

_FINE = 1_000_000


@dataclass(frozen=True, slots=True)
class Habits:
    """How people behave: probabilities, and days."""

    finishes: float = 0.9  # sends the application at all
    answer_days: float = 9.0  # how long an applicant takes, on the average
    silent: float = 0.04  # at each turn: never comes back
    lacks_paper: float = 0.15  # for each kind of paper that can be shown in another way
    passes: float = 0.88  # a finding passes
    full: float = 0.7  # the first outcome that the procedure names is proposed
    way_granted: float = 0.75
    letter: float = 0.2  # an officer has questions
    appeals: float = 0.25
    tries_again: float = 0.4
    pauses: float = 0.02
    withdraws: float = 0.01


@dataclass(frozen=True, slots=True)
class Office:
    """Who works there: people in each role, and how many turns of a case each of them takes on a working day."""

    people: Mapping[Role, int]
    turns_a_day: int = 4


@dataclass(slots=True)
class Chance:
    """Chance as numbers, from the port."""

    entropy: Entropy

    def unit(self) -> float:
        """A number from 0 to below 1."""
        return self.entropy.below(_FINE) / _FINE

    def happens(self, probability: float) -> bool:
        """Whether something of this probability happens now."""
        return self.unit() < probability

    def days(self, mean: float) -> int:
        """Whole days that something takes: most are short, a few are long (exponential)."""
        return int(-math.log(1 - self.unit()) * mean)

    def one_of(self, things: Sequence[Thing], weights: Sequence[float]) -> Thing:
        """One of the things, each as likely as its weight."""
        at = self.unit() * sum(weights)
        for thing, weight in zip(things, weights, strict=True):
            at -= weight
            if at < 0:
                return thing
        return things[-1]


def default_office(definition: Definition, *, people: int, given: Mapping[Role, int]) -> Office:
    """Enough staff for so many people in a year, by a rule of thumb; numbers that are `given` replace it."""
    roles = [role for role in definition.roles if role is not Role.APPLICANT]
    thumb: dict[Role, int] = dict.fromkeys(roles, max(4, -(-people // 450)))
    return Office(MappingProxyType({**thumb, **{role: number for role, number in given.items() if role in thumb}}))


def weight_of(definition: Definition, move: Move, *, habits: Habits, role: Role, made: int) -> float:
    """How readily somebody makes a lawful move, beside the others that are lawful; `made` = how often it was made in the case."""
    state = definition.states.get(move.to)
    ending = state.final if state is not None else None
    if ending is Ending.WITHDRAWN:
        return habits.withdraws
    if ending is Ending.CANCELLED:
        return 0.002
    if Role.APPEALS_BODY in move.by and move.decides is not None:
        return 0.3
    if "remedy" in move.asks:
        return habits.appeals
    if role is Role.APPLICANT and any(other.to == BACK and move.to in other.from_states for other in definition.moves.values()) and move.to != BACK:
        return habits.pauses  # somewhere from where one only comes back
    if "route" in move.asks or move.to in move.from_states:
        return 50.0 if not made else 0.01
    if move.to == STAY:
        return 0.005
    if move.at_most is not None and role is not Role.APPLICANT and move.to != BACK:
        return 0.1 ** made * 0.3  # sending a case back
    return habits.tries_again if move.at_most is not None else 1.0
