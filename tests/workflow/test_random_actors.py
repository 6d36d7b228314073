"""Random actors in every definition, against the plain model: whatever they try, the law and the model agree, and what must never happen does not.

500 runs of 50 acts, spread over the definitions; RANDOM_ACTORS=20000 in the environment makes it as many runs. A failure names the seed of its run.
"""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.workflow.facts import Deed, Finding
from credentialing.workflow.law import Decision, current_findings, decide, judge_finding, offered
from credentialing.workflow.model import Definition, Ending
from credentialing.workflow.registry import choices_of
from tests.workflow.plain_model import PlainCase, Somebody, plain_rules, unit_codes
from tests.workflow.stories import WORKFLOWS, fresh, library

RUNS, ACTS = int(os.environ.get("RANDOM_ACTORS", "500")), 50
DEFINITIONS = tuple(view.definition for view in library().procedures())
SAYING = ("judging", "deciding", "appealing")
APART = (
    ("guiding", "judging"), ("guiding", "verifying"), ("guiding", "deciding"), ("judging", "verifying"), ("judging", "deciding"), ("verifying", "deciding"),
    ("judging", "appealing"), ("deciding", "appealing"), ("verifying", "appealing"), ("judging", "issuing"),
)
ASIDE = ("postpone", "transfer")
TEXTS = {"grounds": "Because.", "plan": "Monday.", "recognised_as": "Civil engineering", "duplicate_of": "RC-26-000001", "centre": "bogota"}


class Run:
    """One case of one definition, and the people round it: some have two accounts, some hold every role, roles change."""

    def __init__(self, definition: Definition, seed: int) -> None:
        self.definition, self.chance = definition, Random(seed)
        staff = [role for role in definition.roles if role is not Role.APPLICANT]
        self.choices = {name: self.chance.choice(choices_of(definition, name)) for name in definition.fields if choices_of(definition, name)}
        self.standard = self.chance.choice(sorted(definition.standards)) if definition.standards else None
        self.people: dict[str, frozenset[Role]] = {f"{role.value}{number}": frozenset({role}) for role in staff for number in (1, 2, 3)}
        self.people |= {"everything": frozenset(staff), "two hats": frozenset(self.chance.sample(staff, 2))}
        self.people["ana"] = frozenset({Role.APPLICANT, *(staff if self.chance.random() < 0.3 else ())})
        said = {account: "none" for person in self.people for account in self._human(person) if person != "ana" and self.chance.random() < 0.9}
        self.facts = fresh(definition, evidence={}, answers=frozenset(), consents=frozenset(), standard=None, choices=self.choices, declared=said)
        units = unit_codes(WORKFLOWS, self.standard) if self.standard else ()
        rules = plain_rules(WORKFLOWS, definition.id, definition.version)
        self.model = PlainCase(rules, units, "ana", self.facts.now, choices=self.choices, said=dict(said))
        self.told: list[tuple[str, str | None, str]] = []  # everything that was acknowledged: what, by whom, the state after it
        self.certificates = 0
        self.kindness, self.wealth = self.chance.choice((0.0, 0.5, 0.9, 0.97)), self.chance.choice((0.3, 0.9, 1.0))
        self.idleness, self.mischief = self.chance.choice((1, 1, 6)), self.chance.choice((1, 1, 4))

    def act(self) -> None:
        """One thing happens, whoever does it; what must hold is looked at."""
        acts: tuple[tuple[int, Callable[[], None]], ...] = (
            (40, self._whose_turn_it_is), (8 * self.mischief, self._anybody_moves), (8, self._anybody_judges), (4, self._somebody_declares),
            (10, self._applicant_brings), (8, self._letter), (6 * self.idleness, self._time), (4 * self.idleness, self._system), (3, self._new_roles),
        )
        self.chance.choices([act for _, act in acts], [weight for weight, _ in acts])[0]()
        self.must_hold()

    # --- who acts

    def _human(self, name: str) -> frozenset[str]:
        return frozenset({name, f"{name} again"})

    def _actor(self, name: str, *, again: bool = False) -> Actor:
        account = f"{name} again" if again else name
        return Actor(account, self.people[name], self._human(name) - {account})

    def _somebody(self, actor: Actor) -> Somebody:
        roles = frozenset(role.value for role in actor.roles)
        return Somebody(actor.person_id, frozenset({actor.person_id or "", *actor.acts_for}), roles)

    def _any(self) -> Actor:
        return self._actor(self.chance.choice(sorted(self.people)), again=self.chance.random() < 0.2)

    # --- acts

    def _given(self, move: str) -> dict[str, str]:
        given = {}
        for name in self.definition.moves[move].asks:
            choices = choices_of(self.definition, name)
            if name == "units":
                codes = unit_codes(WORKFLOWS, self.standard or "")
                given[name] = " ".join(codes[: self.chance.randint(1, len(codes))])
            elif choices:
                given[name] = self.chance.choice(choices)
            else:
                given[name] = TEXTS[name]
        return given

    def _make(self, move: str, actor: Actor) -> None:
        given = self._given(move)
        decision = decide(self.definition, self.facts, move=move, actor=actor, given=given)
        assert isinstance(decision, Decision), (move, actor, decision)
        assert decision.to_state == self.model.leads_to(move)
        after = self.facts.after_move(move=move, to_state=decision.to_state, by=actor.person_id)
        asked = self.facts.questions_drafted if "send_questions" in decision.effects else 0
        self.facts = replace(
            after, proposal=given.get("outcome", after.proposal), route=given.get("route", after.route),
            units=tuple(given["units"].split()) if "units" in given else after.units, questions_open=after.questions_open + asked,
            questions_drafted=after.questions_drafted - asked, findings=current_findings(self.definition, after.findings, deeds=after.deeds),
        )
        self.model.make(move, self._somebody(actor), given)
        self.told.append((move, actor.person_id, decision.to_state))
        self.certificates += "issue_certificate" in decision.effects

    def _lawful(self, actor: Actor) -> list[str]:
        """What the actor may do, by the law; the model must say the same of every move there is."""
        offers = {offer.move for offer in offered(self.definition, self.facts, actor=actor) if not offer.reasons}
        expected = {move for move in self.definition.moves if self.model.lets(move, self._somebody(actor))}
        assert offers == expected, (self.facts.state, actor, offers ^ expected)
        return sorted(offers)

    def _anybody_moves(self) -> None:
        actor = self._any()
        moves = self._lawful(actor)
        if moves and (self.chance.random() < 0.2 * self.mischief or not self._gives_up(moves[0])):
            self._make(self.chance.choice(moves), actor)

    def _gives_up(self, move: str) -> bool:
        state = self.definition.states.get(self.definition.moves[move].to)
        return state is not None and state.final in (Ending.WITHDRAWN, Ending.CANCELLED)

    def _whose_turn_it_is(self) -> None:
        """Somebody in the role for which the case waits judges what there is to judge, and goes on without giving the case up."""
        waits = self.definition.states[self.facts.state].waits_for
        if waits is Role.APPLICANT:
            self._applicant_brings()
        if self.facts.state == "issuing":
            self.facts, self.model.sealed = replace(self.facts, certificate_sealed=True), True
        names = sorted(name for name, roles in self.people.items() if waits in roles and (name == "ana") is (waits is Role.APPLICANT))
        actor = self._actor(self.chance.choice(names)) if names and waits is not Role.SYSTEM else SYSTEM
        able = [self._actor(self.chance.choice(names)) for _ in range(2)] if names else []
        for colleague in (actor, *able, self._any(), self._any()):
            for subject in self._findable(colleague):
                wanted = subject not in self.facts.findings or self.chance.random() < 0.05
                if wanted and self._still_findable(subject, colleague):
                    self._record(subject, self._value(subject), colleague)
        moves = [move for move in self._lawful(actor) if not self._gives_up(move) and (move not in ASIDE or self.chance.random() < 0.1)]
        if moves:
            self._make(self.chance.choice(moves), actor)

    def _value(self, subject: str) -> str:
        values = self._values(subject)
        return values[0] if self.chance.random() < self.kindness else self.chance.choice(values)

    def _findable(self, actor: Actor) -> list[str]:
        """What the actor may judge, by the law; the model must say the same of every subject there is."""
        units = [unit.code for each in self.definition.standards.values() for unit in each.units][:12]
        subjects = [*self.definition.checks, *self.definition.criteria, *units, *(f"waiver_{kind}" for kind in self.definition.evidence)]
        lawful = []
        for subject in dict.fromkeys(subjects) if actor.person_id is not None else ():
            allowed = self._still_findable(subject, actor)
            assert allowed is self.model.lets_find(subject, self._somebody(actor)), (self.facts.state, subject, actor)
            lawful += [subject] if allowed else []
        return lawful

    def _still_findable(self, subject: str, actor: Actor) -> bool:
        value = self._values(subject)[0]
        return judge_finding(self.definition, self.facts, subject=subject, value=value, reason="Seen.", actor=actor) is None

    def _anybody_judges(self) -> None:
        actor = self._any()
        subjects = self._findable(actor)
        if subjects:
            subject = self.chance.choice(subjects)
            self._record(subject, self.chance.choice(self._values(subject)), actor)

    def _values(self, subject: str) -> tuple[str, ...]:
        if subject in self.definition.checks:
            check = self.definition.checks[subject]
            return (*check.passes_with, *(value for value in check.values if value not in check.passes_with))
        if subject in self.definition.criteria:
            return self.definition.criteria[subject].values
        return ("granted", "refused") if subject.startswith("waiver_") else self.definition.units_rule.values if self.definition.units_rule else ("",)

    def _record(self, subject: str, value: str, actor: Actor) -> None:
        assert actor.person_id is not None
        deeds = (*self.facts.deeds, Deed(subject, actor.person_id, self.facts.now))
        self.facts = replace(self.facts, findings={**self.facts.findings, subject: Finding(subject, value, actor.person_id, True)}, deeds=deeds)
        self.model.record(subject, value, self._somebody(actor))
        self.told.append((subject, actor.person_id, self.facts.state))

    def _somebody_declares(self) -> None:
        name = self.chance.choice(("everything", "two hats", self.chance.choice(sorted(self.people))))
        account = self.chance.choice(sorted(self._human(name)))
        self.facts = replace(self.facts, declared={**self.facts.declared, account: self.chance.choice(("none", "none", "none", "conflict", "trained"))})
        self.model.said = dict(self.facts.declared)

    def _applicant_brings(self) -> None:
        """The form, and for each kind of evidence asked for here the paper, another way, or nothing; every letter is answered."""
        if self.facts.state == self.definition.starts_in:
            self.facts = replace(self.facts, answers=frozenset(self.definition.fields), consents=frozenset({"processing"}), standard=self.standard)
            self.model.form_full = True
        papers, ways, findings = dict(self.facts.evidence), dict(self.facts.waivers), dict(self.facts.findings)
        for kind in [kind for kind, each in self.definition.evidence.items() if self.facts.state in each.asked_in]:
            if self.chance.random() < self.wealth:
                papers[kind] = papers.get(kind, 0) + 1
            elif self.definition.evidence[kind].instead and self.chance.random() < 0.9:
                ways[kind] = self.chance.choice(self.definition.evidence[kind].instead)
                findings.pop(f"waiver_{kind}", None)  # a new request stands undecided
                self.model.found.pop(f"waiver_{kind}", None)
        self.facts = replace(self.facts, evidence=papers, waivers=ways, findings=findings, questions_open=0)
        self.model.papers, self.model.ways, self.model.asked = papers, ways, 0

    def _letter(self) -> None:
        """Questions are written and struck out where a letter can be sent."""
        if not any("questions_drafted" in move.guards and self.facts.state in move.from_states for move in self.definition.moves.values()):
            return
        drafted = self.chance.choice((0, 0, 1))
        self.facts = replace(self.facts, questions_drafted=drafted)
        self.model.drafted = drafted

    def _time(self) -> None:
        self.facts = replace(self.facts, now=self.facts.now + timedelta(days=self.chance.choice((0.01, 0.5, 1, 3, 6, 15, 40, 100, 400))))
        self.model.now = self.facts.now

    def _system(self) -> None:
        moves = self._lawful(SYSTEM)
        if moves:
            self._make(self.chance.choice(moves), SYSTEM)

    def _new_roles(self) -> None:
        """Another job from today; deeds stay."""
        name = self.chance.choice(("two hats", "everything", "ana"))
        staff = [role for role in self.definition.roles if role is not Role.APPLICANT]
        self.people[name] = frozenset({*({Role.APPLICANT} if name == "ana" else ()), *self.chance.sample(staff, self.chance.randint(0, len(staff)))})

    # --- what must hold

    def going_on(self) -> bool:
        """Whether the case has not ended."""
        return self.definition.states[self.facts.state].final is None

    def must_hold(self) -> None:
        """Everything acknowledged is there, the state is the fold of the events, one certificate at most and from two people, nothing apart combined."""
        assert [(deed.what, deed.by) for deed in self.facts.deeds] == [(what, by) for what, by, _ in self.told]
        assert {subject: each.value for subject, each in self.facts.findings.items()} == {subject: value for subject, (value, _) in self.model.found.items()}
        assert self.facts.state == self.model.state == _folded(self.model.rules, [what for what, _, _ in self.told])
        for before, after in zip(self.facts.visits, self.facts.visits[1:], strict=False):
            assert before.left_at == after.entered_at
        assert self.facts.visits[-1].left_at is None
        assert self.certificates <= 1
        if self.certificates:
            assert len({by.removesuffix(" again") for what, by, _ in self.told if by is not None and self._has_say(what)}) >= 2, self.told
        self._apart()

    def _apart(self) -> None:
        duties: dict[str, set[str]] = {}
        for what, by, _ in self.told:
            duty = self.model.duty(what)
            if by is not None and duty is not None:
                duties.setdefault(by.removesuffix(" again"), set()).add(duty)
        assert not any({one, other} <= has for has in duties.values() for one, other in APART), duties
        assert not duties.get("ana"), duties

    def _has_say(self, deed: str) -> bool:
        duty = self.model.duty(deed)
        return duty in SAYING


def _folded(rules: dict[str, Any], events: list[str]) -> str:
    """The state to which a list of moves (and findings, which change nothing) leads."""
    way = [str(rules["starts_in"])]
    for event in events:
        move = rules["moves"].get(event)
        if move is None:
            continue
        assert way[-1] in move["from"], (event, way)
        over = {*move["from"], *move.get("back_over", [])}
        to = way[-1] if move["to"] == "stay" else next(s for s in reversed(way) if s not in over) if move["to"] == "back" else str(move["to"])
        way += [to] if to != way[-1] else []
    return way[-1]


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda each: each.id)
def test_random_actors_never_find_a_way_round_the_rules(definition: Definition) -> None:
    ends: Counter[str] = Counter()

    @settings(max_examples=-(-RUNS // len(DEFINITIONS)), deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))
    @given(seed=st.integers(0, 2**40))
    def runs(seed: int) -> None:
        run = Run(definition, seed)
        for _ in range(ACTS):
            if run.going_on():
                run.act()
        ends[run.facts.state] += 1

    runs()
    assert sum(ends.values()) >= RUNS // len(DEFINITIONS)
