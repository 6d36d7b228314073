"""From an abstract configuration to a whole case that the law can judge, and the law's answers, asked once for everything that makes a difference."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from credentialing.domain.calendars import DayType, Span
from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.workflow.abstraction import (
    ALL,
    ASKED,
    DENIED,
    FAILED,
    GRANTED,
    HAD,
    OPEN_FAILED,
    PASSED,
    SOME,
    UNCHOSEN,
    UNJUDGED,
    Abstraction,
    Place,
)
from credentialing.workflow.clocks import clocks
from credentialing.workflow.facts import Deed, Facts, Finding, Visit
from credentialing.workflow.law import Decision, Refused, decide, judge_finding
from credentialing.workflow.model import ClockKind, Definition, Move
from credentialing.workflow.registry import choices_of

ENTERED = datetime(2026, 1, 5, 15, tzinfo=UTC)
BEFORE = ENTERED - timedelta(days=1)
SOON = ENTERED + timedelta(minutes=1)
SOMEBODY = "somebody"  # did what was done before
ONE, ONE_AGAIN = "one", "one again"  # the person who is followed, under their first and a second account
PERSONAL = frozenset({"same_person", "took_part_before", "declaration_missing", "conflict_declared", "trained_declared", "conflict", "not_yours"})
"""Reasons that speak of the person who acts, and of nothing else of the case."""

APPLICANT = Actor("applicant", frozenset({Role.APPLICANT}))


def fresh(role: Role) -> Actor:
    """Somebody in a role who has done nothing in the case yet; the applicant and the system are themselves."""
    if role is Role.SYSTEM:
        return SYSTEM
    return APPLICANT if role is Role.APPLICANT else Actor("fresh", frozenset({role}))


def _days(limit: Span) -> int:
    return {DayType.HOURS: limit.count // 24 + 1, DayType.CALENDAR: limit.count, DayType.WORKING: limit.count * 2, DayType.MONTHS: limit.count * 31}[limit.unit]


@dataclass(frozen=True, slots=True)
class Person:
    """What the followed person did in the case, as names of deeds, and which of it before the case was sent to be judged anew."""

    did: tuple[str, ...] = ()
    before: bool = False


class Law:
    """The real law, asked about configurations. Caps are lifted here: that they hold is shown apart, and lifting them can only make more happen."""

    def __init__(self, shape: Abstraction) -> None:
        self.shape, self.asked = shape, 0
        definition = shape.definition
        self.free: Definition = replace(definition, moves={name: replace(move, at_most=None) for name, move in definition.moves.items()})
        limits = [limit for each in definition.deadlines.values() for limit in ([each.limit] if each.limit else each.limit_by_route.values())]
        self.late = ENTERED + timedelta(days=2 * max((_days(limit) for limit in limits if limit), default=1) + 30)
        self._moves: dict[object, str | None] = {}
        self._findings: dict[object, bool] = {}
        self._personal: dict[object, frozenset[str]] = {}
        self._running: dict[object, tuple[str, ...]] = {}
        self._choices = {rule.rule.kind: rule.rule.required_when for rule in shape.papers}
        self._reads = {
            (state, move.name): tuple(sorted(frozenset[int]().union(*(shape.read_by(guard, state=state) for guard in move.guards), shape.clocks_read(state))))
            for state, moves in shape.moves_from.items() for move in moves
        }
        self._timed = {
            (state, deadline.then.move) for deadline in definition.deadlines.values() if deadline.then.move for state in deadline.counts_in
        }

    def facts(self, place: Place, values: tuple[int, ...], *, late: bool = False) -> Facts:
        """A whole case that stands for a configuration."""
        shape, at = self.shape, self.shape.at
        definition = shape.definition
        units = shape.units[1] if shape.units and values[at["units"]] != UNCHOSEN else ()
        judged = sorted(definition.judged_in)[:1] if values[at["judged"]] else []
        visits = [Visit(state, BEFORE, BEFORE) for state in (*judged, *self._behind(place))]
        form = bool(values[at["form"]])
        return Facts(
            state=place.state, revision=0, now=self.late if late else SOON, applicant_id="applicant",
            visits=(*visits, Visit(place.state, ENTERED, None)), deeds=tuple(self._deeds(place, values, units)),
            findings={each.subject: each for each in self._found(values, units)}, evidence=self._evidence(values),
            answers=frozenset(definition.fields if form else ()), consents=frozenset(definition.consents if form else ()),
            questions_drafted=values[at["drafted"]], questions_open=values[at["open"]],
            route=definition.routes[0] if values[at["route"]] and definition.routes else None, standard=shape.units[0] if shape.units and form else None,
            units=units, proposal=definition.procedure.outcomes[values[at["proposal"]] - 1] if values[at["proposal"]] else None,
            certificate_sealed=bool(values[at["sealed"]]),
            choices={field: wanted[0] for conditions in reversed(self._choices.values()) for field, wanted in conditions.items()},
            waivers=self._waivers(values), declared={"fresh": "none", ONE: "none", ONE_AGAIN: "none"},
        )

    def _behind(self, place: Place) -> list[str]:
        """The states behind a place, so that each move that leads back finds its own."""
        over = {back: {*move.from_states, *move.back_over} for move, back in zip(self.shape.backing, place.backs, strict=True) if back}
        return sorted(over, key=lambda back: len(over[back]), reverse=True)

    def _deeds(self, place: Place, values: tuple[int, ...], units: tuple[str, ...]) -> Iterable[Deed]:
        at, started, remembered = self.shape.at, self.shape.started, self.shape.alive[place]
        begun = {each.name: at[f"begun {each.name}"] for each in started}
        # Of a clock that is forgotten here nothing is known, least of all that the moves that start it were not made.
        unbegun = {move for each in started if begun[each.name] in remembered and not values[begun[each.name]] for move in each.starts_with}
        for each in started:
            moves = [move for move in each.starts_with if move not in unbegun and move != "begin"]
            if values[begun[each.name]] and moves:
                yield Deed(moves[0], SOMEBODY, ENTERED + timedelta(seconds=values[at[f"stale {each.name}"]]))
        for unit in units if values[at["units"]] > UNJUDGED else ():
            yield Deed(unit, SOMEBODY, ENTERED)

    def _found(self, values: tuple[int, ...], units: tuple[str, ...]) -> Iterable[Finding]:
        shape, at = self.shape, self.shape.at
        for number, group in enumerate(shape.groups):
            value = values[at[f"group{number}"]]
            wrong = next(iter(group.failing), None)
            for subject in group.subjects:
                fails = value in (FAILED, OPEN_FAILED) and subject == wrong
                if value in (PASSED, FAILED) or fails:
                    yield Finding(subject, group.failing[subject] if fails else group.passing[subject], SOMEBODY, True)
        rule, judged = shape.definition.units_rule, values[at["units"]]
        if rule is not None and judged > UNJUDGED:
            wrong_value = next((value for value in rule.values if value not in rule.passes_with), rule.values[-1])
            for number, unit in enumerate(units):
                shown = judged == ALL or (judged == SOME and number == 0)
                yield Finding(unit, rule.passes_with[0] if shown else wrong_value, SOMEBODY, True)
        for number, papers in enumerate(shape.papers):
            value = values[at[f"papers{number}"]]
            if value in (GRANTED, DENIED):
                yield Finding(papers.rule.waiver, "granted" if value == GRANTED else "refused", SOMEBODY, True)

    def _evidence(self, values: tuple[int, ...]) -> Mapping[str, int]:
        had = {papers.rule.kind: values[self.shape.at[f"papers{number}"]] == HAD for number, papers in enumerate(self.shape.papers)}
        # Kinds that another kind stands for are all there: what is missing is shown by the one.
        return {kind: rule.at_least if had.get(kind, True) else 0 for kind, rule in self.shape.definition.evidence.items()}

    def _waivers(self, values: tuple[int, ...]) -> Mapping[str, str]:
        asked = (ASKED, GRANTED, DENIED)
        every = enumerate(self.shape.papers)
        return {papers.rule.kind: papers.rule.instead[0] for n, papers in every if papers.rule.instead and values[self.shape.at[f"papers{n}"]] in asked}

    def moments(self, state: str, move: Move, *, role: Role) -> tuple[bool, ...]:
        """Whether a move is to be judged before its time, after it, or both."""
        if role is Role.SYSTEM and (state, move.name) in self._timed and not move.automatic:
            return (True,)
        return (False, True) if {"silence_is_no", "appeal_in_time"} & set(move.guards) else (False,)

    def given(self, move: Move) -> tuple[dict[str, str], ...]:
        """Everything different that a move can carry."""
        texts = {"units": " ".join(self.shape.units[1]) if self.shape.units else "U1"}
        first: dict[str, str] = {}
        for name in move.asks:
            choices = choices_of(self.free, name)
            first[name] = choices[0] if choices else texts.get(name, "Because.")
        if "outcome" in move.asks:
            return tuple({**first, "outcome": outcome} for outcome in self.free.procedure.outcomes)
        return (first,)

    def lets(self, place: Place, values: tuple[int, ...], *, move: Move, role: Role, given: Mapping[str, str], late: bool) -> str | None:
        """The state that somebody fresh in a role may bring the case to by a move, or None. Asked once for all configurations that are alike in
        everything that the move's guards, and the clocks of its state, read."""
        back = self.shape.target(place, move)
        read = tuple(values[number] for number in self._reads[place.state, move.name])
        key = (place.state, back, move.name, role, given.get("outcome"), late, read)
        if key not in self._moves:
            self.asked += 1
            said = decide(self.free, self.facts(place, values, late=late), move=move.name, actor=fresh(role), given=given)
            self._moves[key] = said.to_state if isinstance(said, Decision) else None
        return self._moves[key]

    def lets_find(self, place: Place, values: tuple[int, ...], *, subject: str, value: str, role: Role) -> bool:
        """Whether somebody fresh in a role may record a finding."""
        at = self.shape.at
        key = (place.state, subject, value, role, values[at["units"]] > UNCHOSEN, self._waivers(values).get(subject.removeprefix("waiver_")))
        if key not in self._findings:
            self.asked += 1
            said = judge_finding(self.free, self.facts(place, values), subject=subject, value=value, reason="Seen.", actor=fresh(role))
            self._findings[key] = not isinstance(said, Refused)
        return self._findings[key]

    def running(self, place: Place, values: tuple[int, ...]) -> tuple[str, ...]:
        """The clocks that run, those that are never overdue left out."""
        key = (place.state, place.backs, tuple(values[number] for number in sorted(self.shape.clocks_read(place.state))))
        if key not in self._running:
            views = clocks(self.free, self.facts(place, values))
            self._running[key] = tuple(view.name for view in views if view.running and view.kind is not ClockKind.MINIMUM)
        return self._running[key]

    def against(self, person: Person, *, deed: str, declared: str | None = "none", again: bool = False) -> frozenset[str]:
        """The reasons against a deed that speak of the person alone: what they did, declared or are. `again` = under their second account.

        A refusal carries every reason at once, so any case will do to ask in."""
        key = (person, deed, declared, again)
        if key not in self._personal:
            self.asked += 1
            self._personal[key] = self._ask_against(person, deed, declared, again=again)
        return self._personal[key]

    def _ask_against(self, person: Person, deed: str, declared: str | None, *, again: bool) -> frozenset[str]:
        place, values = self.shape.initial()
        did = [Deed(each, ONE, BEFORE) for each in person.did]
        if person.before:
            did.append(Deed(self.free.fresh_after[0], SOMEBODY, BEFORE))
        own, other = (ONE_AGAIN, ONE) if again else (ONE, ONE_AGAIN)
        facts = replace(self.facts(place, values), deeds=tuple(did), declared={own: declared} if declared else {})
        actor = Actor(own, frozenset(self.free.roles) - {Role.APPLICANT}, frozenset({other}))
        if deed in self.free.moves:
            said: Decision | Refused | None = decide(self.free, facts, move=deed, actor=actor, given=self.given(self.free.moves[deed])[0])
        else:
            facts = replace(facts, units=(deed,), waivers={rule.kind: rule.instead[0] for rule in self.free.evidence.values() if rule.instead})
            said = judge_finding(self.free, facts, subject=deed, value="", reason="Seen.", actor=actor)
        reasons = said.reasons if isinstance(said, Refused) else ()
        return frozenset(reason.code for reason in reasons) & PERSONAL
