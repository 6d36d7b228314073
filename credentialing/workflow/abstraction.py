"""What a case looks like to the rules, and nothing more: the variables that guards and clocks read, each with the few values that make a difference.

Sound by construction: whatever is left out can only make more happen, never less. What is left out and why is told in docs/decisions/0004-exhaustive-proof.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

from credentialing.domain.people import Role
from credentialing.workflow.duties import barred, duty_of
from credentialing.workflow.machine import lawful
from credentialing.workflow.model import BACK, STAY, CheckRule, ClockKind, Deadline, Definition, EvidenceRule, Move

OPEN, PASSED, FAILED, OPEN_FAILED = range(4)  # of a group of findings: some missing; all there and passing; all there, one not passing; both
UNCHOSEN, UNJUDGED, ALL, SOME, NONE = range(5)  # of the competency units
MISSING, HAD, ASKED, GRANTED, DENIED = range(5)  # of a kind of evidence: no paper; the paper; another way asked for, granted, refused


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that the rules cannot tell apart: the same makers, states, duty and bars."""

    subjects: tuple[str, ...]
    by: tuple[Role, ...]
    done_in: tuple[str, ...]
    passing: Mapping[str, str]
    failing: Mapping[str, str]  # only the subjects that can fail
    of_criteria: bool
    of_person: bool  # it looks at no paper, or at units judged beside it: what it says may be otherwise when somebody else, or another day, says it

    @property
    def classes(self) -> tuple[int, ...]:
        """The values that its variable can have."""
        found = [OPEN, PASSED]
        if self.failing:
            found.append(FAILED)
            if len(self.subjects) > 1:
                found.append(OPEN_FAILED)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Papers:
    """Kinds of evidence that the rules cannot tell apart, shown to them by one of the kinds."""

    rule: EvidenceRule

    @property
    def states(self) -> tuple[str, ...]:
        """Where the applicant may add the paper or ask for another way."""
        return self.rule.asked_in


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands: its state, and for each move that leads back where it would lead (empty = the state itself)."""

    state: str
    backs: tuple[str, ...]


def signature(definition: Definition, deed: str) -> tuple[str | None, frozenset[str]]:
    """What a deed means for whoever did it: its duty, and the deeds that it bars them from. Two deeds alike in this are one to the rules."""
    bars = frozenset(other for other, found in barred(definition).items() if any(deed in bar.deeds for bar in found))
    return duty_of(definition).get(deed), bars


def units_of(definition: Definition) -> tuple[str, tuple[str, ...]] | None:
    """A standard of the definition and two of its units (one, when no standard has more), which stand for any."""
    best = max(definition.standards.values(), key=lambda each: len(each.units), default=None)
    if definition.units_rule is None or best is None:
        return None
    return best.ref, tuple(unit.code for unit in best.units[:2])


def _beside_units(definition: Definition, check: CheckRule) -> bool:
    """Whether a check is made where its makers judge the units: a unit judged anew changes what it says."""
    rule = definition.units_rule
    return rule is not None and not frozenset(check.done_in).isdisjoint(rule.done_in) and not frozenset(check.by).isdisjoint(rule.by)


_Like: TypeAlias = tuple[tuple[Role, ...], tuple[str, ...], tuple[str | None, frozenset[str]], bool, bool]


def _groups(definition: Definition) -> tuple[Group, ...]:
    """The checks and criteria by makers, states, meaning, what they look at, and whether they are criteria."""
    passing: dict[_Like, dict[str, str]] = {}
    failing: dict[_Like, dict[str, str]] = {}
    for check in definition.checks.values():
        looks = bool(check.looks_at) and not _beside_units(definition, check)
        like = (check.by, check.done_in, signature(definition, check.name), looks, False)
        passing.setdefault(like, {})[check.name] = check.passes_with[0]
        wrong = next((value for value in check.values if value not in check.passes_with), None)
        failing.setdefault(like, {}).update({check.name: wrong} if wrong else {})
    for criterion in definition.criteria.values():
        like = (criterion.by, criterion.done_in, signature(definition, criterion.name), True, True)
        passing.setdefault(like, {})[criterion.name] = criterion.values[0]
    return tuple(
        Group(tuple(names), by, done_in, names, failing.get((by, done_in, meaning, looks, of_criteria), {}), of_criteria, not looks)
        for (by, done_in, meaning, looks, of_criteria), names in passing.items()
    )


def _papers(definition: Definition) -> tuple[Papers, ...]:
    """One kind for all that are asked for, and decided on, in the same places; kinds that everybody owes come before those that only some owe."""
    kinds: dict[object, EvidenceRule] = {}
    for rule in sorted(definition.evidence.values(), key=lambda each: len(each.required_when)):
        if rule.at_least:
            kinds.setdefault((rule.asked_in, bool(rule.instead), rule.waived_by, rule.waived_in), rule)
    return tuple(Papers(rule) for rule in kinds.values())


class Abstraction:
    """The variables of a definition's cases, which guard reads which of them, and where each of them still matters."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.groups, self.papers, self.units = _groups(definition), _papers(definition), units_of(definition)
        self.backing: tuple[Move, ...] = tuple(move for move in definition.moves.values() if move.to == BACK)
        self._over = tuple(frozenset((*move.from_states, *move.back_over)) for move in self.backing)
        self.started = tuple(deadline for deadline in definition.deadlines.values() if deadline.starts_with)
        names = ["form", "proposal", "route", "units", "drafted", "open", "sealed", "judged"]
        names += [f"group{number}" for number in range(len(self.groups))] + [f"papers{number}" for number in range(len(self.papers))]
        names += [f"begun {deadline.name}" for deadline in self.started] + [f"stale {deadline.name}" for deadline in self.started]
        # Whether a paper, or the way instead, matters by itself: a mark for `alive` only, never a value.
        names += [f"way{number}" for number in range(len(self.papers))]
        self.names = tuple(names)
        self.at: Mapping[str, int] = MappingProxyType({name: number for number, name in enumerate(names)})

    def initial(self) -> tuple[Place, tuple[int, ...]]:
        """A case just begun by somebody who has nothing yet."""
        begun = {f"begun {deadline.name}" for deadline in self.started if "begin" in deadline.starts_with}
        return Place(self.definition.starts_in, ("",) * len(self.backing)), tuple(int(name in begun) for name in self.names)

    def entered(self, place: Place, to: str) -> Place:
        """Where a case stands after it went to a state."""
        if to == place.state:
            return place
        backs = tuple(
            "" if to not in over else (back if place.state in over else place.state) for back, over in zip(place.backs, self._over, strict=True)
        )
        return Place(to, backs)

    def target(self, place: Place, move: Move) -> str | None:
        """The state that a move leads to from here; None when it would lead back and nothing lies behind."""
        if move.to == BACK:
            return place.backs[self.backing.index(move)] or None
        return place.state if move.to == STAY else move.to

    def begins(self, move: Move) -> frozenset[int]:
        """The variables of the clocks that a move starts."""
        return self._begun_by[move.name]

    @cached_property
    def _begun_by(self) -> Mapping[str, frozenset[int]]:
        return {
            move: frozenset(self.at[f"begun {deadline.name}"] for deadline in self.started if move in deadline.starts_with)
            for move in self.definition.moves
        }

    def read_by(self, guard: str, *, state: str) -> frozenset[int]:
        """The variables on which a guard's answer in a state depends; all of them for a guard that is not known here."""
        if guard.startswith("proposal_"):
            return frozenset({self.at["proposal"]})
        names = {
            "answers_complete": ["form"], "consent_given": ["form"], "standard_chosen": ["form"], "route_chosen": ["route"],
            "questions_drafted": ["drafted"], "letter_not_begun": ["drafted"], "questions_answered": ["open"], "certificate_sealed": ["sealed"],
            "evaluation_begun": ["judged"], "evaluation_not_begun": ["judged"],
        }
        if guard in names:
            return frozenset(self.at[name] for name in names[guard])
        if guard in ("units_judged", "all_units_competent", "some_unit_not_competent", "some_unit_competent", "no_unit_competent"):
            return frozenset({self.at["units"], self.at["form"]})
        return self._read_of_many(guard, state)

    def _read_of_many(self, guard: str, state: str) -> frozenset[int]:
        if guard in ("checks_settled", "checks_passed", "a_check_failed"):
            return frozenset(self.at[f"group{n}"] for n, group in enumerate(self.groups) if not group.of_criteria and state in group.done_in)
        if guard == "criteria_judged":
            return frozenset(self.at[f"group{n}"] for n, group in enumerate(self.groups) if group.of_criteria)
        if guard == "evidence_complete":
            return frozenset(self.at[f"papers{n}"] for n, papers in enumerate(self.papers) if state in papers.states)
        if guard in ("waivers_settled", "a_waiver_refused"):
            asked = [n for n, papers in enumerate(self.papers) if state in papers.rule.waived_in]
            return frozenset(self.at[f"{what}{n}"] for n in asked for what in ("papers", "way"))
        if guard == "silence_is_no":
            return self._of_clocks(each for each in self.started if each.kind is ClockKind.STATUTORY and each.silence == "negative")
        if guard == "appeal_in_time":
            return self._of_clocks(each for each in self.started if each.name == "appeal_time")
        return frozenset(range(len(self.names)))

    def read_in(self, state: str) -> frozenset[int]:
        """The variables that something done or waited for in a state depends on."""
        return self._read_in[state]

    @cached_property
    def _read_in(self) -> Mapping[str, frozenset[int]]:
        return {state: self._reading(state) for state in self.definition.states}

    def _reading(self, state: str) -> frozenset[int]:
        found: set[int] = set()
        for move in self.moves_from[state]:
            found.update(*(self.read_by(guard, state=state) for guard in move.guards))
            if "send_questions" in move.effects:
                found.add(self.at["drafted"])
        found.update(self.clocks_read(state))
        decided = [n for n, papers in enumerate(self.papers) if state in papers.rule.waived_in]
        found.update(self.at[f"{what}{n}"] for n in decided for what in ("papers", "way"))
        if self.definition.units_rule is not None and state in self.definition.units_rule.done_in:
            found.update((self.at["units"], self.at["form"]))
        return frozenset(found)

    def clocks_read(self, state: str) -> frozenset[int]:
        """The variables of the clocks that count in a state."""
        return self._of_clocks(deadline for deadline in self.started if state in deadline.counts_in)

    def _of_clocks(self, deadlines: Iterable[Deadline]) -> frozenset[int]:
        return frozenset(self.at[f"{what} {deadline.name}"] for deadline in deadlines for what in ("begun", "stale"))

    @cached_property
    def moves_from(self) -> Mapping[str, tuple[Move, ...]]:
        """The moves that the table of lawful moves knows from each state."""
        table = lawful(self.definition)
        return {state: tuple(move for move in self.definition.moves.values() if (state, move.name) in table) for state in self.definition.states}

    def ways(self, place: Place) -> Iterator[tuple[Move, Place]]:
        """Every move from a place and the place it leads to, guards aside."""
        for move in self.moves_from[place.state]:
            to = self.target(place, move)
            if to is not None and to in self.definition.states:
                yield move, self.entered(place, to)

    @cached_property
    def places(self) -> Mapping[Place, tuple[tuple[Move, Place], ...]]:
        """Every place that a case can come to when all guards hold, with the ways from it."""
        todo = [self.initial()[0]]
        found: dict[Place, tuple[tuple[Move, Place], ...]] = {}
        while todo:
            place = todo.pop()
            if place not in found:
                found[place] = tuple(self.ways(place))
                todo.extend(there for _, there in found[place])
        return found

    def _overwritten(self, move: Move) -> frozenset[int]:
        names = {"outcome": "proposal", "route": "route"}
        found = {self.at[names[asked]] for asked in move.asks if asked in names} | self.begins(move)
        if move.to != STAY and move.to not in move.from_states:  # a new visit
            found |= {number for number, name in enumerate(self.names) if name.startswith("stale ")}
        if "send_questions" in move.effects:
            found |= {self.at["open"]}
        return frozenset(found)

    @cached_property
    def alive(self) -> Mapping[Place, frozenset[int]]:
        """The variables that may still be read, before they are overwritten, by a case that stands in a place. All others may be forgotten there."""
        alive = {place: self.read_in(place.state) for place in self.places}
        written = {move.name: self._overwritten(move) for move in self.definition.moves.values()}
        changed = True
        while changed:
            changed = False
            for place, ways in self.places.items():
                more = alive[place].union(*(alive[there] - written[move.name] for move, there in ways))
                if more != alive[place]:
                    alive[place], changed = more, True
        return alive

    def forget(self, place: Place, values: tuple[int, ...]) -> tuple[int, ...]:
        """The values with everything forgotten that cannot matter any more."""
        mask, merged = self._kept[place]
        kept = [value if alive else 0 for value, alive in zip(values, mask, strict=True)]
        for papers in merged:
            kept[papers] = HAD if kept[papers] in (HAD, ASKED, GRANTED) else MISSING
        return tuple(kept)

    @cached_property
    def _kept(self) -> Mapping[Place, tuple[tuple[bool, ...], tuple[int, ...]]]:
        """For each place, which variables are kept, and of which papers it is enough to know whether there is something."""
        found = {}
        for place, alive in self.alive.items():
            merged = (self.at[f"papers{number}"] for number in range(len(self.papers)) if self.at[f"way{number}"] not in alive)
            found[place] = tuple(number in alive for number in range(len(self.names))), tuple(merged)
        return found

