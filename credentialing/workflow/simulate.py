"""A population walks through a procedure: invented people, the real law, the real calendar, an office of so many. The same seed, the same result."""

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from credentialing.domain.calendars import is_working_day
from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.domain.ports import Entropy
from credentialing.workflow.clocks import clock
from credentialing.workflow.facts import Deed, Facts, Finding, Visit
from credentialing.workflow.law import Decision, automatic_move, current_findings, decide, judge_finding, offered, recordable, values_of
from credentialing.workflow.model import ClockKind, Definition, Ending, Move, Verdict
from credentialing.workflow.population import Chance, Habits, Office, weight_of
from credentialing.workflow.registry import choices_of

START = date(2026, 1, 5)
LONGEST = 366 * 8
"""Days after which a simulation stops, whatever is still open."""


@dataclass(slots=True)
class Life:
    """One invented case: its facts, and what is counted of it."""

    number: int
    facts: Facts
    lacks: frozenset[str]  # kinds of paper that the person cannot get
    finishes: bool
    opened: date
    sent: date | None = None
    decided: date | None = None
    closed: date | None = None
    verdict: Verdict | None = None
    left_in: str | None = None
    waits_since: date | None = None
    late: set[str] = field(default_factory=set)
    ran: set[str] = field(default_factory=set)
    gone: bool = False  # will not come back
    waited_at: int = -1  # the revision at which nobody could go on


@dataclass(slots=True)
class Queue:
    """What waits for a role: cases in their order, and what was counted."""

    waiting: deque[tuple[Life, int]] = field(default_factory=deque)  # with the revision at which it was put there
    longest: int = 0
    waits: list[int] = field(default_factory=list)
    nobody: int = 0  # turns at which nobody of the role was allowed to act


def _judging_in(definition: Definition, state: str) -> frozenset[Role]:
    """The roles that judge something in a state."""
    rules = [(check.by, check.done_in) for check in definition.checks.values()]
    rules += [(criterion.by, criterion.done_in) for criterion in definition.criteria.values()]
    rules += [(rule.waived_by, rule.waived_in) for rule in definition.evidence.values()]
    rules += [(definition.units_rule.by, definition.units_rule.done_in)] if definition.units_rule is not None else []
    return frozenset(role for by, done_in in rules if state in done_in for role in by)


class Simulation:
    """The days of an office, one after another."""

    def __init__(self, definition: Definition, office: Office, *, people: int, over_days: int, chance: Entropy, habits: Habits) -> None:
        self.definition, self.office, self.habits, self.chance = definition, office, habits, Chance(chance)
        self.country = definition.procedure.country
        self.today = START
        self.people, self.over_days = people, max(1, over_days)
        self.lives: list[Life] = []
        self.events: list[tuple[date, int, int]] = []  # day, number of the life, its revision when the event was made
        self.queues: dict[Role, Queue] = defaultdict(Queue)
        self.staff = {
            role: [Actor(f"{role.value}{number}", frozenset({role})) for number in range(1, count + 1)] for role, count in office.people.items()
        }
        self.last_move = START
        self.judges = {state: tuple(role for role in self.staff if role in _judging_in(definition, state)) for state in definition.states}
        self.declared = {actor.person_id: "none" for group in self.staff.values() for actor in group if actor.person_id}

    def run(self, tick: Callable[[int], None]) -> "Simulation":
        """Live through the days until every case has ended; `tick` hears after each day how many have."""
        ended = 0
        for _ in range(LONGEST):
            self._arrive()
            self._happen()
            if is_working_day(self.country, self.today):
                for role in self.staff:
                    self._work(role)
            if self.today.weekday() == 0:
                ended = sum(life.closed is not None for life in self.lives)
            tick(ended)
            if len(self.lives) == self.people and (ended == self.people or (self.today - self.last_move).days > 366 * 2):
                break
            self.today += timedelta(days=1)
        tick(self.people)
        return self

    # --- the day

    def _now(self) -> datetime:
        return datetime(self.today.year, self.today.month, self.today.day, 15, tzinfo=UTC)

    def _arrive(self) -> None:
        due = self.people * ((self.today - START).days + 1) // self.over_days
        while len(self.lives) < min(self.people, due):
            self.lives.append(self._born())
            self._entered(self.lives[-1])

    def _born(self) -> Life:
        definition, now = self.definition, self._now()
        choices = {name: values[self.chance.entropy.below(len(values))] for name in definition.fields if (values := choices_of(definition, name))}
        standard = tuple(definition.standards)[self.chance.entropy.below(len(definition.standards))] if definition.standards else None
        facts = Facts(
            state=definition.starts_in, revision=0, now=now, applicant_id="applicant", visits=(Visit(definition.starts_in, now, None),), deeds=(),
            findings={}, evidence={}, answers=frozenset(definition.fields), consents=frozenset(definition.consents), questions_drafted=0, questions_open=0,
            route=None, standard=standard, units=(), proposal=None, certificate_sealed=False, choices=choices, declared=self.declared,
        )
        kinds = [rule.kind for rule in definition.evidence.values() if rule.instead and rule.at_least]
        lacks = frozenset(kind for kind in kinds if self.chance.happens(self.habits.lacks_paper))
        return Life(len(self.lives), facts, lacks, self.chance.happens(self.habits.finishes), self.today)

    def _happen(self) -> None:
        """Everything that falls due today: applicants come back, the system ends waits, certificates are sealed."""
        while self.events and self.events[0][0] <= self.today:
            _, number, revision = heapq.heappop(self.events)
            life = self.lives[number]
            if life.facts.revision != revision or life.closed is not None:
                continue
            life.facts = replace(life.facts, now=self._now())
            if self._system(life) or self._waits_for(life) is not Role.APPLICANT:
                continue
            if life.gone:
                self._sleep(life)
            else:
                self._applicant(life)

    def _work(self, role: Role) -> None:
        queue = self.queues[role]
        queue.longest = max(queue.longest, len(queue.waiting))
        left = {actor.person_id: self.office.turns_a_day for actor in self.staff[role]}
        for _ in range(len(queue.waiting)):
            if not any(left.values()):
                break
            life, revision = queue.waiting.popleft()
            if life.closed is not None or life.facts.revision != revision:
                continue
            since = life.waits_since or self.today
            if self._turn(life, role, left):
                queue.waits.append((self.today - since).days)
            else:
                queue.waiting.append((life, revision))

    def _waits_for(self, life: Life) -> Role | None:
        return self.definition.states[life.facts.state].waits_for

    # --- turns

    def _turn(self, life: Life, role: Role, left: dict[str | None, int]) -> bool:
        """Somebody of a role takes up a case: judges what they may, and makes a move. False when it must wait longer."""
        life.facts = replace(life.facts, now=self._now())
        known = {deed.by for deed in life.facts.deeds}  # whoever has it in hand already goes on with it
        free = [actor for actor in self.staff[role] if left[actor.person_id]]
        first = self.chance.entropy.below(len(free))
        order = sorted((*free[first:], *free[:first]), key=lambda actor: actor.person_id not in known)
        for actor in (*order, *(actor for judging in self.judges[life.facts.state] for actor in self.staff[judging][:4])):
            self._judge(life, actor, anew=life.facts.revision == life.waited_at)
        for actor in order:
            if self._move(life, actor, role):
                left[actor.person_id] -= 1
                return True
        if self._others_move(life, role):
            return True
        self.queues[role].nobody += 1
        life.waited_at = life.facts.revision  # next time what was found is looked at again
        return False

    def _others_move(self, life: Life, role: Role) -> bool:
        """Whether somebody of another role goes on in a state that is not theirs, as a decision maker does who turns somebody away at the door."""
        here = [move for move in self.definition.moves.values() if life.facts.state in move.from_states]
        others = [other for other in self.staff if other is not role and any(other in move.by for move in here)]
        return any(self._move(life, actor, other) for other in others for actor in self.staff[other][:2])

    def _judge(self, life: Life, actor: Actor, *, anew: bool) -> None:
        """Everything that the person may judge and nobody has; what did not pass in an earlier visit, or when nothing leads on, is judged again."""
        entered = life.facts.visits[-1].entered_at
        now = {deed.what for deed in life.facts.deeds if deed.at >= (life.facts.now if anew else entered)}
        for subject in recordable(self.definition, life.facts, actor=actor):
            if subject in now or (subject in life.facts.findings and not anew and self._passes(life.facts.findings[subject])):
                continue
            if judge_finding(self.definition, life.facts, subject=subject, value=self._first(subject), reason="Seen.", actor=actor):
                continue
            finding = Finding(subject, self._verdict(subject), actor.person_id or "", True)
            deeds = (*life.facts.deeds, Deed(subject, actor.person_id, life.facts.now))
            life.facts = replace(life.facts, findings={**life.facts.findings, subject: finding}, deeds=deeds)

    def _passes(self, finding: Finding) -> bool:
        check = self.definition.checks.get(finding.subject)
        return finding.value in check.passes_with if check else finding.value == self._first(finding.subject)

    def _first(self, subject: str) -> str:
        return values_of(self.definition, subject)[0]

    def _verdict(self, subject: str) -> str:
        values, check = values_of(self.definition, subject), self.definition.checks.get(subject)
        if subject.startswith("waiver_"):
            return "granted" if self.chance.happens(self.habits.way_granted) else "refused"
        if self.chance.happens(self.habits.passes):
            return check.passes_with[0] if check else values[0]
        return values[self.chance.entropy.below(len(values))]

    def _applicant(self, life: Life) -> None:
        """The applicant comes back: brings what there is, answers, goes on; some never do."""
        state = life.facts.state
        if (state == self.definition.starts_in and not life.finishes) or self.chance.happens(self.habits.silent):
            life.gone = True
            self._sleep(life)
            return
        self._bring(life)
        if not self._move(life, Actor("applicant", frozenset({Role.APPLICANT})), Role.APPLICANT):
            self._later(life)

    def _bring(self, life: Life) -> None:
        facts, evidence, ways, findings = life.facts, dict(life.facts.evidence), dict(life.facts.waivers), dict(life.facts.findings)
        for rule in self.definition.evidence.values():
            if facts.state not in rule.asked_in:
                continue
            refused = rule.waiver in findings and findings[rule.waiver].value == "refused"
            if rule.kind not in life.lacks:
                evidence[rule.kind] = max(evidence.get(rule.kind, 0), max(1, rule.at_least))
            elif rule.kind not in ways or refused:
                ways[rule.kind] = rule.instead[0]
                findings.pop(rule.waiver, None)
        life.facts = replace(facts, evidence=evidence, waivers=ways, findings=findings, questions_open=0)

    def _system(self, life: Life) -> bool:
        """The move that the system makes now, if there is one."""
        facts = life.facts
        if facts.state == "issuing" and not facts.certificate_sealed:
            life.facts = facts = replace(facts, certificate_sealed=True)
        name = automatic_move(self.definition, facts)
        ended = [each.then.move for each in self.definition.deadlines.values() if each.then.move and facts.state in each.counts_in]
        for move in (name, *ended):
            said = decide(self.definition, facts, move=move, actor=SYSTEM, given={}) if move else None
            if isinstance(said, Decision):
                self._made(life, said, SYSTEM)
                return True
        return False

    # --- moves

    def _move(self, life: Life, actor: Actor, role: Role) -> bool:
        """One of the moves that are lawful now, chosen by how readily people make it; False when there is none that they want."""
        if role is not Role.APPLICANT and self._letter(life):
            life.facts = replace(life.facts, questions_drafted=1)
        lawful = [self.definition.moves[offer.move] for offer in offered(self.definition, life.facts, actor=actor) if not offer.reasons]
        if life.facts.questions_drafted:
            lawful = [move for move in lawful if "send_questions" in move.effects] or lawful
        if not lawful:
            return False
        made = Counter(deed.what for deed in life.facts.deeds)
        weights = [weight_of(self.definition, move, habits=self.habits, role=role, made=made[move.name]) for move in lawful]
        if max(weights) < 0.25 and not self.chance.happens(max(weights)):
            return False  # nothing but giving up, pausing or cancelling is open
        move = self.chance.one_of(lawful, weights)
        said = decide(self.definition, life.facts, move=move.name, actor=actor, given=self._given(move, life))
        if not isinstance(said, Decision):
            return False
        self._made(life, said, actor)
        return True

    def _letter(self, life: Life) -> bool:
        asks = any("questions_drafted" in move.guards and life.facts.state in move.from_states for move in self.definition.moves.values())
        asked = any(move.name == deed.what for deed in life.facts.deeds for move in self.definition.moves.values() if "questions_drafted" in move.guards)
        return asks and not asked and self.chance.happens(self.habits.letter)

    def _given(self, move: Move, life: Life) -> dict[str, str]:
        given = {}
        for name in move.asks:
            choices = choices_of(self.definition, name)
            if name == "outcome":
                first = choices[0] if self.chance.happens(self.habits.full) else choices[self.chance.entropy.below(len(choices))]
                given[name] = first
            elif name == "units" and life.facts.standard:
                given[name] = " ".join(unit.code for unit in self.definition.standards[life.facts.standard].units)
            else:
                given[name] = choices[self.chance.entropy.below(len(choices))] if choices else "RC-26-000001"
        return given

    def _made(self, life: Life, said: Decision, actor: Actor) -> None:
        move, facts, given = self.definition.moves[said.move], life.facts, said.given
        self._count_clocks(life)
        after = facts.after_move(move=said.move, to_state=said.to_state, by=actor.person_id)
        asked = facts.questions_drafted if "send_questions" in said.effects else 0
        life.facts = replace(
            after, proposal=given.get("outcome", after.proposal), route=given.get("route", after.route), questions_open=asked,
            units=tuple(given["units"].split()) if "units" in given else after.units, questions_drafted=after.questions_drafted - asked,
            findings=current_findings(self.definition, after.findings, deeds=after.deeds),
        )
        self.last_move = self.today
        if said.from_state == self.definition.starts_in and life.sent is None and actor.person_id is not None and said.outcome is None:
            life.sent = self.today
        if move.decides is not None:
            life.decided, life.verdict = self.today, move.decides
        if said.outcome is not None:
            life.closed = self.today
            if said.outcome not in (Ending.GRANTED, Ending.REFUSED):
                life.left_in = self._left_from(life)
        else:
            self._entered(life)

    def _left_from(self, life: Life) -> str:
        """Where the case stood before it was left, the rest in between passed over."""
        return next(visit.state for visit in reversed(life.facts.visits[:-1]) if visit.state != "resting")

    def _count_clocks(self, life: Life) -> None:
        for deadline in self.definition.deadlines.values():
            if deadline.kind is ClockKind.STATUTORY and life.facts.state in deadline.counts_in:
                view = clock(self.definition, life.facts, name=deadline.name)
                if view.running:
                    life.ran.add(deadline.name)
                    if view.overdue:
                        life.late.add(deadline.name)

    def _entered(self, life: Life) -> None:
        """A case begins to wait: in a queue, or until its applicant or the clock comes."""
        waits = self._waits_for(life)
        if waits is Role.APPLICANT:
            self._later(life)
        elif waits is Role.SYSTEM:
            heapq.heappush(self.events, (self.today + timedelta(days=1), life.number, life.facts.revision))
        elif waits is not None:
            life.waits_since = self.today
            self.queues[waits].waiting.append((life, life.facts.revision))
            self._sleep(life)

    def _later(self, life: Life) -> None:
        delay = 1 + self.chance.days(self.habits.answer_days)
        heapq.heappush(self.events, (self.today + timedelta(days=delay), life.number, life.facts.revision))
        self._sleep(life)

    def _sleep(self, life: Life) -> None:
        """Look again when the first clock that the system acts on is over."""
        moments = []
        for deadline in self.definition.deadlines.values():
            if deadline.then.move and life.facts.state in deadline.counts_in:
                due = clock(self.definition, life.facts, name=deadline.name).due_at
                moments += [due.date()] if due is not None else []
        if moments:
            heapq.heappush(self.events, (max(min(moments), self.today) + timedelta(days=1), life.number, life.facts.revision))
