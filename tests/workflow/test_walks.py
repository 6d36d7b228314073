"""Each procedure is walked to each of its ends, with a different person in each role."""

from collections.abc import Callable

import pytest

from credentialing.domain.people import SYSTEM
from credentialing.workflow.law import Decision, automatic_move
from credentialing.workflow.model import Definition, Ending
from tests.workflow.stories import (
    ANA,
    ASSESSOR,
    DECIDER,
    INTAKE,
    INTAKE_2,
    NAMED,
    REGISTRAR,
    VERIFIER,
    Story,
    degree,
    degree_in_decision,
    degree_in_evaluation,
    degree_in_payment_check,
    issued,
    judge_all,
    rpl,
    rpl_in_assessment,
    rpl_in_decision,
    rpl_in_planning,
)

WALKS: dict[str, tuple[Callable[[], Story], str, Ending]] = {
    "a degree is recognised": (lambda: issued(degree_in_decision().do("grant", DECIDER, recognised_as=NAMED)), "certified", Ending.GRANTED),
    "a degree is denied": (lambda: degree_in_decision("denied").do("deny", DECIDER, grounds="A substantial difference."), "denied", Ending.REFUSED),
    "a degree is withdrawn": (lambda: degree_in_evaluation().do("withdraw", ANA), "withdrawn", Ending.WITHDRAWN),
    "a degree lapses as a draft": (lambda: Story(degree()).wait(days=181).do("lapse", SYSTEM), "lapsed", Ending.LAPSED),
    "a degree without payment is closed by a second person": (
        lambda: degree_in_payment_check().find("receipt_matches", "not_paid", INTAKE).do("close_unpaid", INTAKE_2, grounds="No payment was found."),
        "lapsed",
        Ending.LAPSED,
    ),
    "skills are certified": (lambda: issued(rpl_in_decision().do("grant", DECIDER)), "certified", Ending.GRANTED),
    "skills are not yet competent": (
        lambda: rpl_in_decision("not_yet_competent").do("decline", DECIDER, grounds="U3 was not shown."), "not_yet_competent", Ending.REFUSED,
    ),
    "skills without experience are turned away": (
        lambda: Story(rpl()).do("submit", ANA).find("identity_confirmed", "confirmed", INTAKE).find("experience_shown", "not_shown", INTAKE)
        .do("turn_away", DECIDER, grounds="Less than six months."),
        "not_admitted",
        Ending.REFUSED,
    ),
    "skills are withdrawn": (lambda: rpl_in_planning().do("withdraw", ANA), "withdrawn", Ending.WITHDRAWN),
    "skills lapse while the plan waits": (
        lambda: rpl_in_planning().find("conflict_declared", "none", ASSESSOR).do("propose_plan", ASSESSOR, units="U1", plan="Monday.")
        .wait(days=31).do("lapse", SYSTEM),
        "lapsed",
        Ending.LAPSED,
    ),
}


@pytest.mark.parametrize("name", WALKS)
def test_a_case_can_be_walked_to_each_end(name: str) -> None:
    walk, state, ending = WALKS[name]
    story = walk()
    assert story.facts.state == state
    assert story.definition.states[state].final is ending


@pytest.mark.parametrize("definition", [degree(), rpl()], ids=["degree", "rpl"])
def test_the_walks_reach_every_end_of_both_procedures(definition: Definition) -> None:
    reached = {walk()[0] for walk in (lambda w=w: (w[0]().facts.state, w[0]().definition) for w in WALKS.values()) if walk()[1] is definition}
    assert reached == {state.name for state in definition.states.values() if state.final}


def test_a_degree_survives_every_detour_before_it_is_recognised() -> None:
    story = Story(degree()).do("submit", ANA).now(questions_drafted=2).do("ask_once", INTAKE)
    story.wait(days=10).now(questions_open=0).do("answer", ANA)
    story.find("identity_confirmed", "confirmed", INTAKE).find("papers_readable", "readable", INTAKE).find("legalisation_seen", "other_proof", INTAKE)
    story.do("accept", INTAKE).do("pay", ANA)
    for _ in range(3):
        story.find("receipt_matches", "not_paid", INTAKE).do("send_back_payment", INTAKE, grounds="The date cannot be read.").do("pay", ANA)
    judge_all(story.find("receipt_matches", "paid", INTAKE).do("confirm_payment", INTAKE), ASSESSOR)
    story.do("choose_route", ASSESSOR, route="academic").do("choose_route", ASSESSOR, route="precedent")
    for _ in range(2):
        story.do("propose", ASSESSOR, outcome="denied", grounds="Hours are missing.").do("return_to_evaluation", DECIDER, grounds="Look at E5 again.")
    issued(story.do("propose", ASSESSOR, outcome="full", grounds="The hours are there.").do("grant", DECIDER, recognised_as=NAMED))
    assert story.facts.state == "certified"
    assert story.facts.route == "precedent"


def test_skills_survive_every_detour_before_they_are_certified() -> None:
    story = rpl_in_planning().find("conflict_declared", "none", ASSESSOR)
    for day in ("Monday", "Tuesday"):
        story.do("propose_plan", ASSESSOR, units="U1 U3", plan=day).do("ask_change_of_plan", ANA, grounds="I work on that day.")
    story.do("propose_plan", ASSESSOR, units="U1 U3", plan="Sunday").do("agree_plan", ANA).find("U1", "competent", ASSESSOR)
    for _ in range(2):
        story.find("U3", "not_yet_competent", ASSESSOR).do("send_to_improvement", ASSESSOR, grounds="Even beads.").do("back_to_assessment", ANA)
    story.find("U3", "competent", ASSESSOR)
    for _ in range(2):
        story.do("judge", ASSESSOR).do("return_to_assessment", VERIFIER, grounds="Where is the photo?")
    story.do("judge", ASSESSOR).find("portfolio_checked", "not_in_order", VERIFIER).do("verify", VERIFIER)
    assert issued(story.do("grant", DECIDER)).facts.state == "certified"


def test_silence_of_the_applicant_sends_skills_on_and_closes_a_degree() -> None:
    skills = Story(rpl()).do("submit", ANA).now(questions_drafted=1).do("ask_once", INTAKE).wait(days=31).do("carry_on", SYSTEM)
    closed = Story(degree()).do("submit", ANA).now(questions_drafted=1).do("ask_once", INTAKE).wait(days=31).do("lapse", SYSTEM)
    assert skills.facts.state == "screening"
    assert closed.facts.state == "lapsed"


def test_an_improvement_plan_that_runs_out_is_judged_as_it_is() -> None:
    story = rpl_in_assessment().find("U1", "competent", ASSESSOR).find("U3", "not_yet_competent", ASSESSOR)
    story.do("send_to_improvement", ASSESSOR, grounds="Even beads.").wait(days=91).do("resume_assessment", SYSTEM)
    assert story.facts.state == "assessment"


def test_the_system_certifies_by_itself_only_once_the_certificate_is_sealed() -> None:
    story = degree_in_decision().do("grant", DECIDER, recognised_as=NAMED).do("issue", REGISTRAR)
    assert automatic_move(story.definition, story.facts) is None
    assert automatic_move(story.definition, story.now(certificate_sealed=True).facts) == "certify"


def test_a_decision_carries_what_must_follow() -> None:
    decision = degree_in_decision("denied").attempt("deny", DECIDER, grounds="A substantial difference.")
    assert isinstance(decision, Decision)
    assert (decision.from_state, decision.to_state, decision.outcome) == ("decision_awaited", "denied", Ending.REFUSED)
    assert decision.effects == ("send_refusal",)
    assert decision.given == {"grounds": "A substantial difference."}
    assert not any(clock.running for clock in decision.clocks)
