"""The law: whether a person may make a move or record a finding now, and what follows. Values in, values out; a refusal carries every reason.

`offered()` calls `decide()`'s own judgement, so a button, a greyed button's explanation and a refusal can never disagree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from credentialing.domain.errors import Reason
from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.workflow.clocks import ClockView, clock, clocks
from credentialing.workflow.facts import Facts
from credentialing.workflow.guards import GUARDS, standard_of
from credentialing.workflow.machine import lawful
from credentialing.workflow.model import Definition, Ending, Move
from credentialing.workflow.registry import ASKED, choices_of


@dataclass(frozen=True, slots=True)
class Decision:
    """A lawful move: where it leads and what must follow. Nothing has happened yet."""

    move: str
    from_state: str
    to_state: str
    effects: tuple[str, ...]
    outcome: Ending | None
    given: Mapping[str, str]
    _definition: Definition = field(repr=False, compare=False)
    _after: Facts = field(repr=False, compare=False)

    @property
    def clocks(self) -> tuple[ClockView, ...]:
        """Every clock as it stands right after the move; the running ones have `due_at`. Worked out when asked for."""
        return clocks(self._definition, self._after)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an act is not lawful now: every unmet reason at once, never none."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A move that the actor's role may make from the present state; no reasons = allowed now. `asks` names what the act must carry."""

    move: str
    reasons: tuple[Reason, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Index:
    """What the law needs of a definition, worked out once."""

    table: Mapping[tuple[str, str], str]
    moves_from: Mapping[str, tuple[Move, ...]]
    clock_of: Mapping[tuple[str, str], str]  # (state, move) -> the deadline whose expiry the move is


@lru_cache(maxsize=256)
def _index(definition: Definition) -> _Index:
    table = lawful(definition)
    moves_from = {state: tuple(move for move in definition.moves.values() if (state, move.name) in table) for state in definition.states}
    clock_of = {
        (state, deadline.then.move): deadline.name for deadline in definition.deadlines.values() if deadline.then.move for state in deadline.counts_in
    }
    return _Index(table, MappingProxyType(moves_from), MappingProxyType(clock_of))


def _may(roles: Iterable[Role], facts: Facts, *, actor: Actor) -> Reason | None:
    """Why none of the actor's roles may act here, or None. An applicant acts on their own case only, staff never on their own."""
    held = [role for role in roles if role in actor.roles and (role is not Role.SYSTEM or actor.person_id is None)]
    if not held:
        return Reason("wrong_role", {"needs": tuple(sorted(roles))})
    if actor.person_id is None:
        return None if Role.SYSTEM in held else Reason("wrong_role", {"needs": tuple(sorted(roles))})
    own = actor.person_id == facts.applicant_id
    if any((role is Role.APPLICANT) is own for role in held):
        return None
    return Reason("conflict") if own else Reason("not_yours")


def _deeds_named(definition: Definition, name: str) -> frozenset[str] | tuple[str, ...]:
    """What a name in `not_by_whoever_did` stands for: all criteria, all units of the standards, or the one thing."""
    if name == "criteria":
        return tuple(definition.criteria)
    if name == "units":
        return frozenset(unit.code for standard in definition.standards.values() for unit in standard.units)
    return (name,)


def _same_person(definition: Definition, names: tuple[str, ...], *, facts: Facts, actor: Actor) -> Iterable[Reason]:
    if actor.person_id is None or not names:
        return
    done = {deed.what for deed in facts.deeds if deed.by == actor.person_id}
    for name in names:
        if not done.isdisjoint(_deeds_named(definition, name)):
            yield Reason("same_person", {"did": name})


def _too_early(definition: Definition, facts: Facts, *, move: Move, actor: Actor) -> Iterable[Reason]:
    """The system may end a wait only when the wait is over."""
    name = _index(definition).clock_of.get((facts.state, move.name))
    if actor.person_id is None and name is not None and not move.automatic and not clock(definition, facts, name=name).overdue:
        yield Reason("too_early", {"clock": name})


def _unmet(definition: Definition, facts: Facts, *, move: Move, actor: Actor) -> list[Reason]:
    """Every reason against the move but those of `given`."""
    reasons: list[Reason] = []
    if (facts.state, move.name) not in _index(definition).table:
        reasons.append(Reason("wrong_state", {"state": facts.state}))
    denied = _may(move.by, facts, actor=actor)
    if denied:
        reasons.append(denied)
    if move.at_most is not None and sum(deed.what == move.name for deed in facts.deeds) >= move.at_most:
        reasons.append(Reason("at_most_reached", {"at_most": move.at_most}))
    reasons.extend(_same_person(definition, move.not_by_whoever_did, facts=facts, actor=actor))
    reasons.extend(_too_early(definition, facts, move=move, actor=actor))
    for name in move.guards:
        reasons.extend(GUARDS[name](definition, facts))
    return list({(reason.code, tuple(reason.details.items())): reason for reason in reasons}.values())


def _unknown_units(definition: Definition, facts: Facts, *, text: str) -> bool:
    standard = standard_of(definition, facts)
    known = {unit.code for unit in standard.units} if standard else set()
    codes = text.split()
    return not set(codes) <= known or len(set(codes)) != len(codes)


def _given_problem(definition: Definition, facts: Facts, *, name: str, text: str) -> Reason | None:
    asked = ASKED[name]
    if not text.strip():
        return Reason("given_missing", {"field": name})
    if len(text) > asked.max_length:
        return Reason("given_too_long", {"field": name, "limit": asked.max_length})
    wrong_choice = asked.kind == "choice" and text not in choices_of(definition, name)
    if wrong_choice or (asked.kind == "unit_codes" and _unknown_units(definition, facts, text=text)):
        return Reason("given_not_a_choice", {"field": name})
    return None


def _given_unmet(definition: Definition, facts: Facts, *, move: Move, given: Mapping[str, str]) -> Iterable[Reason]:
    for name in move.asks:
        problem = _given_problem(definition, facts, name=name, text=given.get(name, ""))
        if problem:
            yield problem
    for name in given:
        if name not in move.asks:
            yield Reason("given_not_asked", {"field": name})


def decide(definition: Definition, facts: Facts, *, move: str, actor: Actor, given: Mapping[str, str]) -> Decision | Refused:
    """Whether `actor` may make `move` now, carrying `given`: the Decision, or Refused with every reason. Changes nothing. An unknown move is refused."""
    rule = definition.moves.get(move)
    if rule is None:
        return Refused((Reason("move_unknown", {"move": move}),))
    reasons = _unmet(definition, facts, move=rule, actor=actor)
    reasons.extend(_given_unmet(definition, facts, move=rule, given=given))
    if reasons:
        return Refused(tuple(reasons))
    to_state = _index(definition).table[facts.state, move]
    return Decision(
        move=move, from_state=facts.state, to_state=to_state, effects=rule.effects, outcome=definition.states[to_state].final,
        given=MappingProxyType(dict(given)), _definition=definition, _after=facts.after_move(move=move, to_state=to_state, by=actor.person_id),
    )


def offered(definition: Definition, facts: Facts, *, actor: Actor) -> tuple[Offer, ...]:
    """The moves from the present state that one of the actor's roles may make, each with what is unmet; `given` is not judged."""
    offers = []
    for move in _index(definition).moves_from.get(facts.state, ()):
        denied = _may(move.by, facts, actor=actor)
        if denied is None or denied.code == "conflict":
            offers.append(Offer(move.name, tuple(_unmet(definition, facts, move=move, actor=actor)), move.asks))
    return tuple(offers)


def automatic_move(definition: Definition, facts: Facts) -> str | None:
    """The automatic move that the system may make right now, or None."""
    for move in _index(definition).moves_from.get(facts.state, ()):
        if move.automatic and not _unmet(definition, facts, move=move, actor=SYSTEM):
            return move.name
    return None


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a finding is about, and the rule for it."""

    by: tuple[Role, ...]
    done_in: tuple[str, ...]
    values: tuple[str, ...]
    reasoned: bool
    not_by_whoever_did: tuple[str, ...]


@lru_cache(maxsize=256)
def _subjects(definition: Definition) -> Mapping[str, _Subject]:
    table = {c.name: _Subject(c.by, c.done_in, c.values, c.reasoned, c.not_by_whoever_did) for c in definition.checks.values()}
    table.update({c.name: _Subject(c.by, c.done_in, c.values, True, ()) for c in definition.criteria.values()})
    if definition.units_rule is not None:
        rule = definition.units_rule
        of_units = _Subject(rule.by, rule.done_in, rule.values, True, rule.not_by_whoever_did)
        table.update({unit.code: of_units for standard in definition.standards.values() for unit in standard.units})
    return MappingProxyType(table)


def _is_unit(definition: Definition, subject: str) -> bool:
    return subject not in definition.checks and subject not in definition.criteria


def _finding_unmet(definition: Definition, facts: Facts, *, subject: str, actor: Actor) -> list[Reason]:
    rule = _subjects(definition).get(subject)
    if rule is None or (_is_unit(definition, subject) and subject not in facts.units):
        return [Reason("subject_unknown", {"subject": subject})]
    reasons = [] if facts.state in rule.done_in else [Reason("wrong_state", {"state": facts.state})]
    denied = _may(rule.by, facts, actor=actor)
    if denied:
        reasons.append(denied)
    reasons.extend(_same_person(definition, rule.not_by_whoever_did, facts=facts, actor=actor))
    return reasons


def judge_finding(definition: Definition, facts: Facts, *, subject: str, value: str, reason: str, actor: Actor) -> Refused | None:
    """None when `actor` may record this finding now, else Refused with every reason; `subject` is a check, a criterion or a unit of the case."""
    reasons = _finding_unmet(definition, facts, subject=subject, actor=actor)
    rule = _subjects(definition).get(subject)
    if rule is not None and value not in rule.values:
        reasons.append(Reason("value_unknown", {"subject": subject}))
    if rule is not None and rule.reasoned and not reason.strip():
        reasons.append(Reason("reason_missing", {"subject": subject}))
    return Refused(tuple(reasons)) if reasons else None


def recordable(definition: Definition, facts: Facts, *, actor: Actor) -> tuple[str, ...]:
    """The subjects that `actor` may judge now, in the definition's order."""
    return tuple(subject for subject in _subjects(definition) if not _finding_unmet(definition, facts, subject=subject, actor=actor))
