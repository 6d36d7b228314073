"""The exhaustive proof of a definition: every configuration that a case can come to under the real law, and what must hold in each.

Nothing here decides anything: `law.decide` and `law.judge_finding` are asked, over the abstraction of `abstraction.py`. The start of the product does not
explore; `workflows lint` does.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from credentialing.domain.people import Role
from credentialing.workflow.abstraction import (
    ALL,
    ASKED,
    DENIED,
    FAILED,
    GRANTED,
    HAD,
    MISSING,
    NONE,
    OPEN,
    OPEN_FAILED,
    PASSED,
    SOME,
    UNCHOSEN,
    UNJUDGED,
    Abstraction,
    Place,
)
from credentialing.workflow.concrete import Law
from credentialing.workflow.duties import duty_of
from credentialing.workflow.law import JUDGING_DUTIES
from credentialing.workflow.model import Definition, Ending, Move

Tick = Callable[[], None]
Configuration = tuple[Place, tuple[int, ...]]

_EVERY = (PASSED, FAILED, OPEN_FAILED)
_RECORDED = {OPEN: (OPEN, *_EVERY), PASSED: (PASSED, FAILED), FAILED: (PASSED, FAILED), OPEN_FAILED: _EVERY}  # the same again: by somebody else
_RECORDED_WITHOUT_LUCK = {OPEN: _EVERY, PASSED: (FAILED,), FAILED: (), OPEN_FAILED: (FAILED,)}
_JUDGED = {UNCHOSEN: (), UNJUDGED: (UNJUDGED, ALL, SOME, NONE), ALL: (ALL, SOME, NONE), SOME: (ALL, SOME, NONE), NONE: (ALL, SOME, NONE)}
_JUDGED_WITHOUT_LUCK = {UNCHOSEN: (), UNJUDGED: (ALL, SOME, NONE), ALL: (SOME, NONE), SOME: (NONE,), NONE: ()}
_DECIDED = {ASKED: (GRANTED, DENIED, HAD), GRANTED: (GRANTED, DENIED), DENIED: (GRANTED, DENIED)}
_DECIDED_WITHOUT_LUCK = {ASKED: (GRANTED, DENIED), GRANTED: (DENIED,)}
_SUPPLIED = {  # by the applicant, who may also take a paper or a request away again
    MISSING: (HAD, ASKED), HAD: (MISSING, ASKED), ASKED: (MISSING, HAD), GRANTED: (MISSING, HAD, ASKED), DENIED: (MISSING, HAD, ASKED),
}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens: by whom, what, and where the case stands then. `sure` = it needs neither the applicant nor luck nor a capped move."""

    who: str
    what: str
    to: Configuration
    sure: bool
    move: Move | None = None
    deed: str | None = None  # what is remembered of whoever did it: the move, or a finding that stands for all of its kind
    role: Role | None = None

    def __str__(self) -> str:
        return f"{self.who}: {self.what} → {self.to[0].state}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold, where it stands (`section`, `name`), and who did what, in order, until it showed."""

    section: str
    name: str
    sentence: str
    path: tuple[str, ...]


@dataclass(slots=True)
class Exploration:
    """What was explored of one definition, and every fault."""

    definition: Definition
    configurations: int = 0
    tried: int = 0
    asked: int = 0
    people: dict[Role, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


class CaseWalk:
    """Every configuration of a case, made by people who have not yet done anything: nobody is ever lacking, so only the rules can stand in the way."""

    def __init__(self, shape: Abstraction, law: Law) -> None:
        self.shape, self.law, self.definition = shape, law, shape.definition
        self.steps: dict[Configuration, tuple[Step, ...]] = {}
        self.came: dict[Configuration, tuple[Configuration, Step] | None] = {}
        self.tried = 0

    def walk(self, tick: Tick) -> "CaseWalk":
        """Explore everything, breadth first, so that each counter-example is the shortest; `tick` is called for each thousand configurations."""
        start = self.shape.initial()
        todo: deque[Configuration] = deque([(start[0], self.shape.forget(*start))])
        self.came[todo[0]] = None
        while todo:
            here = todo.popleft()
            self.steps[here] = tuple(self._from(here))
            if len(self.steps) % 1000 == 0:
                tick()
            for step in self.steps[here]:
                if step.to not in self.came:
                    self.came[step.to] = (here, step)
                    todo.append(step.to)
        return self

    def path(self, here: Configuration) -> tuple[str, ...]:
        """Who did what, in order, until a case stood here."""
        found: list[str] = []
        origin = self.came[here]
        while origin is not None:
            found.append(str(origin[1]))
            origin = self.came[origin[0]]
        return tuple(reversed(found))

    def ending(self, here: Configuration) -> Ending | None:
        """The ending of a configuration; None while the case goes on."""
        return self.definition.states[here[0].state].final

    def _from(self, here: Configuration) -> Iterator[Step]:
        if self.ending(here) is not None:
            return
        yield from self._moves(here)
        yield from self._findings(here)
        yield from self._units(here)
        yield from self._waivers(here)
        yield from self._applicant(here)
        yield from self._office(here)

    def _changed(self, here: Configuration, role: Role, what: str, *, variable: str, value: int, sure: bool, deed: str | None = None) -> Step:
        place, values = here
        number = self.shape.at[variable]
        after = (*values[:number], value, *values[number + 1 :])
        return Step(role.value, what, (place, self.shape.forget(place, after)), sure and after != values, None, deed, role if deed else None)

    def _moves(self, here: Configuration) -> Iterator[Step]:
        place, values = here
        for move in self.shape.moves_from[place.state]:
            for role in move.by:
                for late in self.law.moments(place.state, move, role=role):
                    if late and role is Role.SYSTEM and not self._runs(here, move):
                        continue  # a clock that does not run is never over
                    for given in self.law.given(move):
                        self.tried += 1
                        to = self.law.lets(place, values, move=move, role=role, given=given, late=late)
                        if to is not None:
                            yield from self._made(here, move, role=role, to=to, outcome=given.get("outcome"))

    def _runs(self, here: Configuration, move: Move) -> bool:
        running = self.law.running(*here)
        return move.automatic or any(self.definition.deadlines[name].then.move == move.name for name in running)

    def _made(self, here: Configuration, move: Move, *, role: Role, to: str, outcome: str | None) -> Iterator[Step]:
        there = self.shape.entered(here[0], to)
        giving_up = self.definition.states[to].final in (Ending.WITHDRAWN, Ending.CANCELLED)
        unspent = move.at_most is None or ("route" in move.asks and not here[1][self.shape.at["route"]])  # a capped move is counted on before it was made
        sure = role is not Role.APPLICANT and unspent and not giving_up
        what = move.name if outcome is None else f"{move.name} ({outcome})"
        for values in self._after(here[1], move, outcome=outcome, new_visit=to != here[0].state, judging=to in self.definition.judged_in):
            yield Step(role.value, what, (there, self.shape.forget(there, values)), sure, move, move.name, role)

    def _after(self, values: tuple[int, ...], move: Move, *, outcome: str | None, new_visit: bool, judging: bool) -> Iterator[tuple[int, ...]]:
        """What the variables are after a move, in each of the ways in which it can turn out."""
        at, after = self.shape.at, list(values)
        after[at["judged"]] |= judging
        if outcome is not None:
            after[at["proposal"]] = self.definition.procedure.outcomes.index(outcome) + 1
        if "route" in move.asks:
            after[at["route"]] = 1
        if "send_questions" in move.effects:
            after[at["open"]], after[at["drafted"]] = max(values[at["open"]], values[at["drafted"]]), 0
        if move.name in self.definition.fresh_after:
            self._anew(after)
        for number in self.shape.begins(move):
            after[number] = 1
        for deadline in self.shape.started:
            restarted = move.name in deadline.starts_with
            if new_visit or restarted:
                after[at[f"stale {deadline.name}"]] = int(restarted and not new_visit)
        if "units" not in move.asks:
            yield tuple(after)
            return
        for judged in (UNJUDGED,) if after[at["units"]] == UNCHOSEN else (UNJUDGED, ALL, SOME, NONE):  # of other units, any may have been judged before
            after[at["units"]] = judged
            yield tuple(after)

    def _anew(self, after: list[int]) -> None:
        """What was judged does not count any more."""
        duties = duty_of(self.definition)
        for number, group in enumerate(self.shape.groups):
            if duties.get(group.subjects[0]) in JUDGING_DUTIES:
                after[self.shape.at[f"group{number}"]] = OPEN
        units = self.shape.at["units"]
        if self.shape.units and duties.get(self.shape.units[1][0]) in JUDGING_DUTIES:
            after[units] = min(after[units], UNJUDGED)

    def _findings(self, here: Configuration) -> Iterator[Step]:
        place, values = here
        for number, group in enumerate(self.shape.groups):
            if place.state not in group.done_in:
                continue
            subject, now = group.subjects[0], values[self.shape.at[f"group{number}"]]
            for role in group.by:
                self.tried += 1
                if self.law.lets_find(place, values, subject=subject, value=group.passing[subject], role=role):
                    for value in _RECORDED[now]:
                        if value in group.classes and (value != OPEN or len(group.subjects) > 1):
                            what, sure = self._said(group.subjects, value), group.of_person or value in _RECORDED_WITHOUT_LUCK[now]
                            yield self._changed(here, role, what, variable=f"group{number}", value=value, sure=sure, deed=subject)

    @staticmethod
    def _said(subjects: tuple[str, ...], value: int) -> str:
        names = subjects[0] if len(subjects) == 1 else f"{subjects[0]}…{subjects[-1]}"
        return f"{names}: " + {
            OPEN: "some pass, others are open", PASSED: "all pass", FAILED: "one does not pass", OPEN_FAILED: "one does not pass, others are open",
        }[value]

    def _units(self, here: Configuration) -> Iterator[Step]:
        place, values = here
        rule, now = self.definition.units_rule, values[self.shape.at["units"]]
        if rule is None or self.shape.units is None or place.state not in rule.done_in or now == UNCHOSEN:
            return
        words = {UNJUDGED: "some judged", ALL: "all competent", SOME: "some competent", NONE: "none competent"}
        for role in rule.by:
            self.tried += 1
            if self.law.lets_find(place, values, subject=self.shape.units[1][0], value=rule.values[0], role=role):
                for value in _JUDGED[now]:
                    if value not in (SOME, UNJUDGED) or len(self.shape.units[1]) > 1:
                        sure, deed = value in _JUDGED_WITHOUT_LUCK[now], self.shape.units[1][0]
                        yield self._changed(here, role, f"units: {words[value]}", variable="units", value=value, sure=sure, deed=deed)

    def _waivers(self, here: Configuration) -> Iterator[Step]:
        place, values = here
        for number, papers in enumerate(self.shape.papers):
            now = values[self.shape.at[f"papers{number}"]]
            if now not in _DECIDED or place.state not in papers.rule.waived_in:
                continue
            for role in papers.rule.waived_by:
                for value in _DECIDED[now]:
                    self.tried += 1
                    word = "granted" if value == GRANTED else "refused"  # refused with the paper at hand is as good as the paper
                    if self.law.lets_find(place, values, subject=papers.rule.waiver, value=word, role=role):
                        sure = value in _DECIDED_WITHOUT_LUCK.get(now, ())
                        deed = papers.rule.waiver
                        yield self._changed(here, role, f"{deed}: {word}", variable=f"papers{number}", value=value, sure=sure, deed=deed)

    def _applicant(self, here: Configuration) -> Iterator[Step]:
        """What the applicant does besides moves: fills the form, adds papers, asks for another way, answers questions. None of it is ever counted on."""
        place, values = here
        at, who, alive = self.shape.at, Role.APPLICANT, self.shape.alive[place]
        if not values[at["form"]] and place.state == self.definition.starts_in:
            yield self._changed(here, who, "fills in the form", variable="form", value=1, sure=False)
        if values[at["open"]] and at["open"] in alive:
            yield self._changed(here, who, "answers every question", variable="open", value=0, sure=False)
        for number, papers in enumerate(self.shape.papers):
            if place.state not in papers.states:
                continue
            for value in _SUPPLIED[values[at[f"papers{number}"]]]:
                if value != ASKED or papers.rule.instead:
                    words = {HAD: "adds", ASKED: "asks for another way than", MISSING: "takes away"}
                    what = f"{words[value]} {papers.rule.kind}"
                    yield self._changed(here, who, what, variable=f"papers{number}", value=value, sure=False)

    def _office(self, here: Configuration) -> Iterator[Step]:
        """What the office does besides moves: writes a question, strikes it out, seals the certificate."""
        place, values = here
        at, read = self.shape.at, self.shape.read_in(place.state)
        waits = self.definition.states[place.state].waits_for
        if at["drafted"] in read and waits is not None:
            what = "strikes out the questions" if values[at["drafted"]] else "writes a question"
            yield self._changed(here, waits, what, variable="drafted", value=1 - values[at["drafted"]], sure=True)
        if at["sealed"] in read and not values[at["sealed"]]:
            yield self._changed(here, Role.SYSTEM, "the certificate is sealed", variable="sealed", value=1, sure=True)


def _ending_surely(walk: CaseWalk) -> frozenset[Configuration]:
    """The configurations from which an end is reached by sure steps alone."""
    backwards: dict[Configuration, list[Configuration]] = {}
    for here, steps in walk.steps.items():
        for step in steps:
            if step.sure:
                backwards.setdefault(step.to, []).append(here)
    todo = [here for here in walk.steps if walk.ending(here) is not None]
    seen = set(todo)
    while todo:
        for before in backwards.get(todo.pop(), ()):
            if before not in seen:
                seen.add(before)
                todo.append(before)
    return frozenset(seen)


def _first_of_each_state(found: Iterable[Configuration]) -> Iterator[Configuration]:
    told: set[str] = set()
    for here in found:
        if here[0].state not in told:
            told.add(here[0].state)
            yield here


def dead_ends(walk: CaseWalk) -> Iterator[Fault]:
    """An end is reached from everywhere: without the applicant, without luck in what is found, without withdrawal, without any capped move."""
    good = _ending_surely(walk)
    for here in _first_of_each_state(each for each in walk.steps if each not in good):
        state = here[0].state
        yield Fault("states", state, f"From here no end can be reached unless the applicant gives up: a dead end in `{state}`.", walk.path(here))


def unreached(walk: CaseWalk) -> Iterator[Fault]:
    """Every state is reached, and every move is made by somebody in some configuration."""
    seen = {here[0].state for here in walk.steps}
    made = {step.move.name for steps in walk.steps.values() for step in steps if step.move is not None}
    for state in walk.definition.states:
        if state not in seen:
            yield Fault("states", state, f"Under these rules nobody can ever bring a case to the state `{state}`.", ())
    for move in walk.definition.moves.values():
        if move.name not in made:
            yield Fault("moves", move.name, f"Under these rules nobody can ever make the move `{move.name}`.", ())


def waits_without_clock(walk: CaseWalk) -> Iterator[Fault]:
    """In every configuration that waits, a clock runs that can be over."""
    silent = (here for here in walk.steps if walk.ending(here) is None and not walk.law.running(*here))
    for here in _first_of_each_state(silent):
        state = here[0].state
        yield Fault("states", state, f"The case waits in `{state}` and no clock runs: none of its deadlines was started.", walk.path(here))


def jams(walk: CaseWalk) -> Iterator[Fault]:
    """The move of every deadline that runs can be made when it is over."""
    told: set[str] = set()
    for here in walk.steps:
        for name in walk.law.running(*here) if walk.ending(here) is None else ():
            move = walk.definition.moves.get(walk.definition.deadlines[name].then.move or "")
            if move is None or name in told:
                continue
            if walk.law.lets(*here, move=move, role=Role.SYSTEM, given=walk.law.given(move)[0], late=True) is None:
                told.add(name)
                yield Fault("deadlines", name, f"The deadline `{name}` is jammed: its move `{move.name}` is not lawful when it is over.", walk.path(here))


def _may_appeal(walk: CaseWalk, here: Configuration) -> bool:
    return any(step.move is not None and "remedy" in step.move.asks and step.who == Role.APPLICANT.value for step in walk.steps[here])


def appeals(walk: CaseWalk) -> Iterator[Fault]:
    """Where the procedure carries out appeals, every decision that does not grant the whole, and every refused end, can be appealed first."""
    if not any(remedy.runs_here for remedy in walk.definition.procedure.remedies.values()):
        return
    told: set[str] = set()
    for here, steps in walk.steps.items():
        for step in steps:
            move, there = step.move, step.to
            if move is None or move.name in told:
                continue
            decides = move.decides is not None and move.decides.value != "granted"
            if decides and not _may_appeal(walk, there):
                told.add(move.name)
                yield Fault("moves", move.name, f"What `{move.name}` decides cannot be appealed.", (*walk.path(here), str(step)))
            elif walk.ending(there) is Ending.REFUSED and not _may_appeal(walk, here):
                told.add(move.name)
                yield Fault("moves", move.name, f"`{move.name}` ends the case as refused from where it cannot be appealed.", (*walk.path(here), str(step)))


CLAIMS: tuple[Callable[[CaseWalk], Iterator[Fault]], ...] = (unreached, dead_ends, waits_without_clock, jams, appeals)
