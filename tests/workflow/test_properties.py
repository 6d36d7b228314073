"""What holds for every case that anybody could walk: random people, random moves, random waiting, even people who change roles."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.workflow.clocks import clocks
from credentialing.workflow.facts import Deed, Facts, Finding
from credentialing.workflow.law import Decision, Refused, decide, judge_finding, offered, recordable
from credentialing.workflow.model import Definition
from credentialing.workflow.registry import choices_of
from tests.workflow.stories import (
    ASSESSOR,
    NAMED,
    carried,
    degree_in_decision,
    degree_in_evaluation,
    fresh,
    judge_all,
    library,
    rpl_in_assessment,
    rpl_in_decision,
    rpl_in_planning,
)

DECIDING = {"grant", "deny", "decline", "issue", "issue_statement", "recognise_partly", "grant_after_measures", "deny_after_measures"}
PEOPLE = ("ana", "ines", "aura", "dario", "vera")
ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
MANY = settings(  # without shrinking: a walk is readable as it is, and making it smaller takes minutes
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
EVERY = pytest.mark.parametrize("definition", [view.definition for view in library().procedures()], ids=lambda each: each.id)


DEEP: dict[str, tuple[Callable[[Definition], Facts], ...]] = {
    "co-degree-convalidacion": (
        lambda _: degree_in_evaluation().facts, lambda _: judge_all(degree_in_evaluation(), ASSESSOR).facts, lambda _: degree_in_decision().facts,
    ),
    "co-rpl-sena-eccl": (lambda _: rpl_in_planning().facts, lambda _: rpl_in_assessment().facts, lambda _: rpl_in_decision().facts),
}


def actors() -> st.SearchStrategy[Actor]:
    """Anybody in any roles, or the system: the same person may come back in other roles."""
    person = st.builds(Actor, st.sampled_from(PEOPLE), st.frozensets(st.sampled_from(ROLES), min_size=1))
    anything = st.builds(Actor, st.sampled_from(PEOPLE), st.just(frozenset(ROLES)))
    return st.one_of(person, anything, anything, anything, st.just(SYSTEM))


def given_for(definition: Definition, move: str, *, data: st.DataObject) -> dict[str, str]:
    """Something lawful for everything that a move asks."""
    words = {"grounds": "Because.", "plan": "Monday.", "recognised_as": NAMED, "units": "U1 U3"}
    asks = definition.moves[move].asks
    return {name: words[name] if name in words else data.draw(st.sampled_from(choices_of(definition, name))) for name in asks}


def judge_something(definition: Definition, facts: Facts, *, actor: Actor, data: st.DataObject) -> Facts:
    """One random finding, if the actor may record any."""
    subjects = recordable(definition, facts, actor=actor)
    if not subjects or actor.person_id is None:
        return facts
    subject = data.draw(st.sampled_from(subjects))
    rules = {**definition.checks, **definition.criteria}
    values = rules[subject].values if subject in rules else ("competent", "not_yet_competent")
    value = data.draw(st.sampled_from(values))
    assert judge_finding(definition, facts, subject=subject, value=value, reason="Seen.", actor=actor) is None
    finding = Finding(subject, value, actor.person_id, True)
    return replace(facts, findings={**facts.findings, subject: finding}, deeds=(*facts.deeds, Deed(subject, actor.person_id, facts.now)))


def moved(definition: Definition, facts: Facts, *, actor: Actor, data: st.DataObject) -> Facts:
    """One random move that is offered without reasons, if there is any; what is offered must also be decided so."""
    open_moves = [offer.move for offer in offered(definition, facts, actor=actor) if not offer.reasons]
    if not open_moves:
        return facts
    move = data.draw(st.sampled_from(sorted(open_moves)))
    decision = decide(definition, facts, move=move, actor=actor, given=given_for(definition, move, data=data))
    assert isinstance(decision, Decision)
    return replace(carried(definition, facts, decision, by=actor), questions_open=0, certificate_sealed=decision.to_state == "issuing")


def walk(definition: Definition, data: st.DataObject, *, steps: int = 40) -> Facts:
    """A random walk of a case by random people."""
    begin = data.draw(st.sampled_from((fresh, *DEEP.get(definition.id, ()))))
    facts = begin(definition)
    for _ in range(steps):
        actor = data.draw(actors())
        later = facts.now + timedelta(days=data.draw(st.sampled_from((0, 1, 7, 40, 200))))
        facts = replace(facts, now=later, questions_drafted=data.draw(st.sampled_from((0, 1))))
        judging = data.draw(st.booleans())
        facts = judge_something(definition, facts, actor=actor, data=data) if judging else moved(definition, facts, actor=actor, data=data)
        if definition.states[facts.state].final:
            return facts
    return facts


@EVERY
@given(data=st.data())
@MANY
def test_offers_and_decisions_never_disagree(definition: Definition, data: st.DataObject) -> None:
    facts = walk(definition, data, steps=data.draw(st.integers(0, 30)))
    actor = data.draw(actors())
    offers = {offer.move: offer for offer in offered(definition, facts, actor=actor)}
    for move in definition.moves:
        result = decide(definition, facts, move=move, actor=actor, given=given_for(definition, move, data=data))
        if isinstance(result, Decision):
            assert offers[move].reasons == ()
        elif move in offers:
            ours = tuple(reason for reason in result.reasons if not reason.code.startswith("given_"))
            assert offers[move].reasons == ours
        else:
            assert {"wrong_state", "wrong_role", "not_yours"} & {reason.code for reason in result.reasons}


@EVERY
@given(data=st.data())
@MANY
def test_every_case_has_ended_or_waits_with_a_running_clock(definition: Definition, data: st.DataObject) -> None:
    facts = walk(definition, data)
    if definition.states[facts.state].final is None:
        assert any(seen.running and seen.due_at for seen in clocks(definition, facts))
    else:
        assert not any(seen.running for seen in clocks(definition, facts))


@EVERY
@given(data=st.data())
@MANY
def test_no_move_is_ever_made_more_often_than_its_cap(definition: Definition, data: st.DataObject) -> None:
    made = Counter(deed.what for deed in walk(definition, data).deeds)
    assert all(move.at_most is None or made[name] <= move.at_most for name, move in definition.moves.items())


@EVERY
@given(data=st.data())
@settings(parent=MANY, max_examples=250)
def test_nobody_ever_judges_and_decides_the_same_case(definition: Definition, data: st.DataObject) -> None:
    facts = walk(definition, data, steps=60)
    units = {unit.code for standard in definition.standards.values() for unit in standard.units}
    views = {"first_view", "second_view", "measures_met", "equivalence_found", "profile_compared"}
    judging = {"propose", "propose_plan", "judge", *views, *definition.criteria, *units}
    judged = {deed.by for deed in facts.deeds if deed.what in judging}
    decided = {deed.by for deed in facts.deeds if deed.what in DECIDING}
    verified = {deed.by for deed in facts.deeds if deed.what in {"verify", "portfolio_checked"}}
    assert judged.isdisjoint(decided | verified)
    assert verified.isdisjoint({deed.by for deed in facts.deeds if deed.what in {"grant", "decline"}})
    assert "ana" not in judged | decided | verified


@EVERY
@given(data=st.data())
@MANY
def test_only_the_system_lets_a_case_lapse_and_only_when_time_is_over(definition: Definition, data: st.DataObject) -> None:
    facts = walk(definition, data, steps=data.draw(st.integers(0, 20)))
    for deadline in definition.deadlines.values():
        if deadline.then.move and facts.state in deadline.counts_in:
            overdue = any(seen.name == deadline.name and seen.overdue for seen in clocks(definition, facts))
            result = decide(definition, facts, move=deadline.then.move, actor=SYSTEM, given={})
            assert isinstance(result, Decision) is overdue
            for person in PEOPLE:
                assert isinstance(decide(definition, facts, move=deadline.then.move, actor=Actor(person, frozenset(Role)), given={}), Refused)
