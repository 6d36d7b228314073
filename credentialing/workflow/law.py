"""The law: whether a person may make a move or record a finding now, and what follows. Values in, values out; a refusal carries every reason.

`offered()` calls `decide()`'s own judgement, so a button, a greyed button's explanation and a refusal can never disagree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from credentialing.domain.errors import Reason
from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.workflow.clocks import ClockView, clock, clocks
from credentialing.workflow.duties import barred, duty_of
from credentialing.workflow.facts import Deed, Facts, Finding
from credentialing.workflow.guards import GUARDS, standard_of
from credentialing.workflow.machine import lawful, leads_to
from credentialing.workflow.model import WAIVER_VALUES, Definition, Ending, Move
from credentialing.workflow.registry import ASKED, choices_of, longest

JUDGING_DUTIES = frozenset({"judging", "verifying", "deciding"})
"""The duties of the first decision: who performed one of them takes no part when the case is judged anew."""


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
    own = facts.applicant_id == actor.person_id
    tied = own or facts.applicant_id in actor.acts_for
    if any(own if role is Role.APPLICANT else not tied for role in held):
        return None
    return Reason("conflict") if tied else Reason("not_yours")


def _same_person(definition: Definition, facts: Facts, *, deed: str, actor: Actor) -> Iterable[Reason]:
    """What stands in the way of this deed because of what the person, or somebody whose deeds count as theirs, did or declared in the case."""
    if actor.person_id is None:
        return
    selves = {actor.person_id, *actor.acts_for}
    done = {each.what for each in facts.deeds if each.by in selves}
    by_rule: dict[str | None, list[str]] = {}
    for bar in barred(definition).get(deed, ()):
        if not done.isdisjoint(bar.deeds):
            by_rule.setdefault(bar.rule, []).append(bar.did)
    for rule, did in by_rule.items():
        if rule is None:
            yield from (Reason("same_person", {"did": each}) for each in did)
        else:
            yield Reason("same_person", {"did": tuple(did) if len(did) > 1 else did[0], "rule": rule})
    duty = duty_of(definition).get(deed)
    if duty is not None and definition.conflict_declared_before:
        yield from _undeclared(definition, facts, duty=duty, actor=actor)
    if duty in JUDGING_DUTIES and definition.fresh_after and _took_part_before(definition, facts, selves=selves):
        yield Reason("took_part_before")


def _undeclared(definition: Definition, facts: Facts, *, duty: str, actor: Actor) -> Iterable[Reason]:
    """SOD6 and SOD2: who judges has first declared that nothing ties them to the applicant; who declared a tie does nothing more in the case, whatever the
    duty; who taught them does not assess them."""
    said = {facts.declared[person] for person in (actor.person_id, *actor.acts_for) if person is not None and person in facts.declared}
    if "conflict" in said:
        yield Reason("conflict_declared")
    elif "trained" in said and duty == "judging":
        yield Reason("trained_declared")
    elif duty in definition.conflict_declared_before and actor.person_id not in facts.declared:
        yield Reason("declaration_missing")


def must_declare(definition: Definition, facts: Facts, *, actor: Actor) -> bool:
    """Whether this person has a role in the case that judges, and has not yet declared what ties them to the applicant."""
    if definition.states[facts.state].final is not None or actor.person_id in facts.declared or actor.person_id in {None, facts.applicant_id}:
        return False
    return not actor.roles.isdisjoint(judging_roles(definition))


@lru_cache(maxsize=256)
def judging_roles(definition: Definition) -> frozenset[Role]:
    """The roles that may do a deed before which a conflict must be declared."""
    duties, before = duty_of(definition), definition.conflict_declared_before
    by_moves = (role for move in definition.moves.values() if duties.get(move.name) in before for role in move.by)
    by_findings = (role for name, rule in _subjects(definition).items() if duties.get(name) in before for role in rule.by)
    return frozenset((*by_moves, *by_findings)) - {Role.APPLICANT, Role.SYSTEM}


def current_findings(definition: Definition, findings: Mapping[str, Finding], *, deeds: Sequence[Deed]) -> Mapping[str, Finding]:
    """The findings that still count: what was judged before the case was sent to be judged anew does not."""
    if not any(deed.what in definition.fresh_after for deed in deeds):
        return findings
    since, duties = _done_since(deeds, definition.fresh_after), duty_of(definition)
    return MappingProxyType({name: each for name, each in findings.items() if duties.get(name) not in JUDGING_DUTIES or name in since})


def _done_since(deeds: Sequence[Deed], moves: tuple[str, ...]) -> frozenset[str]:
    """What was done after the latest of these moves; everything when none was made."""
    last = max((number for number, deed in enumerate(deeds) if deed.what in moves), default=-1)
    return frozenset(deed.what for deed in deeds[last + 1 :])


def _took_part_before(definition: Definition, facts: Facts, *, selves: set[str]) -> bool:
    """Whether the case was sent to be judged anew after one of these people had judged, verified or decided it."""
    last = max((number for number, deed in enumerate(facts.deeds) if deed.what in definition.fresh_after), default=0)
    duties = duty_of(definition)
    return any(deed.by in selves and duties.get(deed.what) in JUDGING_DUTIES for deed in facts.deeds[:last])


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
    reasons.extend(_same_person(definition, facts, deed=move.name, actor=actor))
    reasons.extend(_too_early(definition, facts, move=move, actor=actor))
    for name in move.guards:
        reasons.extend(GUARDS[name](definition, facts))
    return list({(reason.code, tuple(reason.details.items())): reason for reason in reasons}.values())


def _unknown_units(definition: Definition, facts: Facts, *, text: str) -> bool:
    standard = standard_of(definition, facts)
    known = {unit.code for unit in standard.units} if standard else set()
    codes = text.split()
    return not set(codes) <= known or len(set(codes)) != len(codes)


def _given_problem(definition: Definition, facts: Facts, *, move: Move, name: str, text: str) -> Reason | None:
    asked = ASKED[name]
    if not text.strip():
        return Reason("given_missing", {"field": name})
    limit = longest(definition, move.name, name=name)
    if len(text) > limit:
        return Reason("given_too_long", {"field": name, "limit": limit})
    wrong_choice = asked.kind == "choice" and text not in choices_of(definition, name)
    if wrong_choice or (asked.kind == "unit_codes" and _unknown_units(definition, facts, text=text)):
        return Reason("given_not_a_choice", {"field": name})
    return None


def _given_unmet(definition: Definition, facts: Facts, *, move: Move, given: Mapping[str, str]) -> Iterable[Reason]:
    for name in move.asks:
        problem = _given_problem(definition, facts, move=move, name=name, text=given.get(name, ""))
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
    to_state = leads_to(definition, facts, move=rule)
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
    is_unit: bool = False
    waives: str | None = None  # the kind of evidence that a waiver is about


@lru_cache(maxsize=256)
def _subjects(definition: Definition) -> Mapping[str, _Subject]:
    waivable = (rule for rule in definition.evidence.values() if rule.instead)
    table = {rule.waiver: _Subject(rule.waived_by, rule.waived_in, WAIVER_VALUES, True, waives=rule.kind) for rule in waivable}
    table.update({c.name: _Subject(c.by, c.done_in, c.values, c.reasoned) for c in definition.checks.values()})
    table.update({c.name: _Subject(c.by, c.done_in, c.values, True) for c in definition.criteria.values()})
    if definition.units_rule is not None:
        rule = definition.units_rule
        of_units = _Subject(rule.by, rule.done_in, rule.values, True, is_unit=True)
        table.update({unit.code: of_units for standard in definition.standards.values() for unit in standard.units})
    return MappingProxyType(table)


def values_of(definition: Definition, subject: str) -> tuple[str, ...]:
    """The values that a finding on a subject (check, criterion, unit or waiver) may have; () for an unknown subject."""
    rule = _subjects(definition).get(subject)
    return rule.values if rule else ()


def _absent(facts: Facts, *, subject: str, rule: _Subject) -> bool:
    """Whether the case has no such subject: a unit that was not agreed, a waiver that nobody asked for."""
    return (rule.is_unit and subject not in facts.units) or (rule.waives is not None and rule.waives not in facts.waivers)


def _kept(definition: Definition, facts: Facts, *, subject: str) -> bool:
    """Whether a unit was shown before the missing ones were taken up again: it is not judged twice."""
    rule, finding = definition.units_rule, facts.findings.get(subject)
    if rule is None or finding is None or finding.value not in rule.passes_with:
        return False
    return subject not in _done_since(facts.deeds, rule.kept_after)


def _finding_unmet(definition: Definition, facts: Facts, *, subject: str, actor: Actor) -> list[Reason]:
    rule = _subjects(definition).get(subject)
    if rule is None or _absent(facts, subject=subject, rule=rule):
        return [Reason("subject_unknown", {"subject": subject})]
    reasons = [] if facts.state in rule.done_in else [Reason("wrong_state", {"state": facts.state})]
    denied = _may(rule.by, facts, actor=actor)
    if denied:
        reasons.append(denied)
    reasons.extend(_same_person(definition, facts, deed=subject, actor=actor))
    if rule.is_unit and _kept(definition, facts, subject=subject):
        reasons.append(Reason("unit_already_shown", {"unit": subject}))
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
