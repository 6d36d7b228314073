"""What the second edition of the law adds: duties kept apart, declarations, other ways, appeals, silence, side states, unit certificates."""

from dataclasses import replace
from datetime import timedelta

import pytest

from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.workflow.clocks import clock
from credentialing.workflow.law import Decision, judge_finding, must_declare, offered
from credentialing.workflow.model import Definition, Verdict
from tests.workflow.stories import (
    ANA,
    APPEALS,
    APPEALS_2,
    ASSESSOR,
    DECIDER,
    GUIDE,
    INTAKE,
    NAMED,
    REGISTRAR,
    VERIFIER,
    Story,
    codes,
    degree2,
    reasons,
    rpl2,
    with_roles,
)

STAFF = (INTAKE, ASSESSOR, DECIDER, VERIFIER, REGISTRAR, GUIDE, APPEALS, APPEALS_2)
NOBODY_TIED = {str(actor.person_id): "none" for actor in STAFF}
NEW = Actor("nora", frozenset({Role.ASSESSOR}))
WHY = "For these reasons."


def begun(definition: Definition) -> Story:
    """A case of the second edition in which nobody of the staff is tied to the applicant."""
    return Story(definition, declared=NOBODY_TIED)


def received(story: Story) -> Story:
    """Sent, with its papers looked at."""
    story.do("submit", ANA)
    return story.find("identity_confirmed", "confirmed", INTAKE).find("papers_readable", "readable", INTAKE).find("legalisation_seen", "apostilled", INTAKE)


def in_evaluation() -> Story:
    """A degree that is paid for and waits for an assessor."""
    story = received(begun(degree2())).do("accept", INTAKE).do("pay", ANA).find("receipt_matches", "paid", INTAKE)
    return story.wait(hours=1).do("confirm_payment", INTAKE)


def judged(story: Story, assessor: Actor, outcome: str) -> Story:
    """Everything judged by one assessor, and an outcome proposed."""
    story.find("precedent_searched", "found", assessor).find("knowledge_shown", "not_needed", assessor)
    for criterion in story.definition.criteria.values():
        story.find(criterion.name, criterion.values[0], assessor)
    return story.do("choose_route", assessor, route="academic").do("propose", assessor, outcome=outcome, grounds=WHY)


def refused() -> Story:
    """A degree that was not recognised; the person has the decision in hand."""
    return judged(in_evaluation(), ASSESSOR, "denied").wait(days=1).do("deny", DECIDER, grounds=WHY)


def appealed() -> Story:
    """The refusal is before the second member of the appeals body."""
    story = refused().wait(days=1).do("appeal", ANA, remedy="reposicion", grounds=WHY)
    return story.do("report_appeal", APPEALS, appeal_opinion="annul", grounds=WHY)


def test_the_same_person_cannot_judge_and_decide_in_whichever_order() -> None:
    story = judged(in_evaluation(), ASSESSOR, "full")
    both = with_roles(ASSESSOR, Role.ASSESSOR, Role.DECISION_MAKER)
    refusal = reasons(story.attempt("grant", both, recognised_as=NAMED))
    assert {reason.code for reason in refusal} == {"same_person"}
    assert {reason.details["rule"] for reason in refusal} == {"SOD4"}
    story.do("return_to_evaluation", DECIDER, grounds=WHY)
    turned = with_roles(DECIDER, Role.ASSESSOR)
    assert codes(judge_finding(story.definition, story.facts, subject="E1", value="mill", reason=WHY, actor=turned)) == {"same_person"}


def test_a_deputy_and_a_second_account_can_do_no_more_than_the_person_whose_deeds_are_theirs() -> None:
    story = judged(in_evaluation(), ASSESSOR, "full")
    deputy = Actor("delia", frozenset({Role.DECISION_MAKER}), frozenset({str(ASSESSOR.person_id)}))
    assert codes(story.now(declared={**NOBODY_TIED, "delia": "none"}).attempt("grant", deputy, recognised_as=NAMED)) == {"same_person"}
    assert isinstance(story.attempt("grant", DECIDER, recognised_as=NAMED), Decision)


def test_whoever_stands_in_for_the_applicant_does_not_act_on_the_case_as_staff() -> None:
    kin = Actor("karl", frozenset({Role.INTAKE_OFFICER}), frozenset({"ana"}))
    assert codes(received(begun(degree2())).attempt("accept", kin)) == {"conflict"}


def test_nobody_judges_before_declaring_what_ties_them_to_the_person() -> None:
    story = in_evaluation().now(declared={})
    assert must_declare(story.definition, story.facts, actor=ASSESSOR)
    assert not must_declare(story.definition, story.facts, actor=INTAKE)
    assert codes(judge_finding(story.definition, story.facts, subject="E1", value="recognised", reason=WHY, actor=ASSESSOR)) == {"declaration_missing"}
    story.now(declared={"aura": "conflict"})
    assert codes(judge_finding(story.definition, story.facts, subject="E1", value="recognised", reason=WHY, actor=ASSESSOR)) == {"conflict_declared"}
    assert not must_declare(story.definition, story.facts, actor=ASSESSOR)


def test_whoever_declared_a_tie_does_nothing_more_in_the_case_whatever_the_duty() -> None:
    story = begun(degree2()).do("submit", ANA).now(declared={**NOBODY_TIED, "ines": "conflict"})
    seen = judge_finding(story.definition, story.facts, subject="identity_confirmed", value="confirmed", reason="", actor=INTAKE)
    assert codes(seen) == {"conflict_declared"}
    assert "conflict_declared" in codes(story.attempt("accept", INTAKE))


def test_whoever_taught_the_person_does_not_assess_but_may_verify() -> None:
    story = rpl_planned().now(declared={**NOBODY_TIED, "aura": "trained", "vera": "trained"})
    assert codes(judge_finding(story.definition, story.facts, subject="U1", value="competent", reason=WHY, actor=ASSESSOR)) == {"trained_declared"}
    story.now(declared={**NOBODY_TIED, "vera": "trained"}).find("U1", "competent", ASSESSOR).find("U3", "competent", ASSESSOR).do("judge", ASSESSOR)
    story.find("portfolio_checked", "in_order", VERIFIER)


def test_another_way_lets_the_application_be_sent_and_waits_for_a_decision() -> None:
    story = begun(degree2()).now(evidence={"identity": 1, "diploma": 1, "transcript": 1})
    assert codes(story.attempt("submit", ANA)) == {"evidence_missing"}
    story.now(waivers={"apostille": "electronic_code"})
    received(story)
    assert codes(story.attempt("accept", INTAKE)) == {"waiver_open"}
    story.find("waiver_apostille", "refused", INTAKE)
    assert codes(story.attempt("accept", INTAKE)) == {"waiver_refused"}
    assert codes(Story(degree2(), declared=NOBODY_TIED).do("submit", ANA).attempt("offer_other_way", INTAKE)) == {"no_waiver_refused"}
    story.do("offer_other_way", INTAKE)
    assert codes(story.attempt("answer", ANA)) == {"evidence_missing"}
    story.now(waivers={"apostille": "background_paper"}, findings={k: v for k, v in story.facts.findings.items() if k != "waiver_apostille"})
    assert isinstance(story.do("answer", ANA).find("waiver_apostille", "granted", INTAKE).attempt("accept", INTAKE), Decision)


def test_a_decision_on_another_way_needs_a_request_a_reason_and_somebody_who_may() -> None:
    story = received(begun(degree2()))
    assert codes(judge_finding(story.definition, story.facts, subject="waiver_apostille", value="granted", reason=WHY, actor=INTAKE)) == {"subject_unknown"}
    story.now(waivers={"apostille": "electronic_code"})
    assert codes(judge_finding(story.definition, story.facts, subject="waiver_apostille", value="perhaps", reason=" ", actor=ASSESSOR)) == {
        "wrong_role", "value_unknown", "reason_missing",
    }


def test_an_appeal_is_in_time_or_too_late_by_the_working_days_of_the_country() -> None:
    story = refused()
    assert isinstance(story.attempt("appeal", ANA, remedy="reposicion", grounds=WHY), Decision)
    due = clock(story.definition, story.facts, name="appeal_time").due_at
    assert due is not None
    story.now(now=due)
    assert codes(story.attempt("appeal", ANA, remedy="reposicion", grounds=WHY)) == {"appeal_too_late"}
    assert codes(story.attempt("let_stand", SYSTEM)) == {"too_early"}
    assert story.now(now=due + timedelta(days=90)).do("let_stand", SYSTEM).facts.state == "denied"


def test_nobody_who_took_part_in_the_decision_sits_in_the_appeal_and_two_people_decide_it() -> None:
    story = refused().do("appeal", ANA, remedy="reposicion", grounds=WHY)
    for actor in (with_roles(ASSESSOR, Role.APPEALS_BODY), with_roles(DECIDER, Role.APPEALS_BODY)):
        assert codes(story.attempt("report_appeal", actor, appeal_opinion="uphold", grounds=WHY)) == {"same_person"}
    story.do("report_appeal", APPEALS, appeal_opinion="uphold", grounds=WHY)
    assert codes(story.attempt("uphold", APPEALS, grounds=WHY)) == {"same_person"}
    assert story.do("uphold", APPEALS_2, grounds=WHY).facts.state == "refusal_told"


def test_an_annulled_decision_is_judged_anew_by_other_people_and_earlier_findings_no_longer_count() -> None:
    story = appealed().do("annul", APPEALS_2, grounds=WHY)
    assert story.facts.state == "evaluation"
    assert set(story.facts.findings) == {"identity_confirmed", "papers_readable", "legalisation_seen", "receipt_matches"}
    assert codes(judge_finding(story.definition, story.facts, subject="E1", value="recognised", reason=WHY, actor=ASSESSOR)) == {"took_part_before"}
    story.now(declared={**story.facts.declared, "nora": "none"})
    judged(story, NEW, "full")
    assert codes(story.attempt("grant", DECIDER, recognised_as=NAMED)) == {"took_part_before"}
    other = Actor("dina", frozenset({Role.DECISION_MAKER}))
    assert isinstance(story.now(declared={**story.facts.declared, "dina": "none"}).attempt("grant", other, recognised_as=NAMED), Decision)


def test_a_case_refused_before_anybody_evaluated_it_goes_back_to_its_papers_and_passes_over_nothing() -> None:
    story = begun(degree2()).now(evidence={"identity": 1, "diploma": 1, "transcript": 1}, waivers={"apostille": "electronic_code"})
    received(story).find("waiver_apostille", "refused", INTAKE).do("refuse_incomplete", DECIDER, grounds=WHY)
    story.do("appeal", ANA, remedy="reposicion", grounds=WHY).do("report_appeal", APPEALS, appeal_opinion="annul", grounds=WHY)
    for move in ("annul", "send_back"):
        assert codes(story.attempt(move, APPEALS_2, grounds=WHY)) == {"evaluation_not_begun"}
    assert story.do("admit", APPEALS_2, grounds=WHY).facts.state == "completeness_check"
    assert story.find("waiver_apostille", "granted", INTAKE).do("accept", INTAKE).facts.state == "payment_awaited"
    assert codes(appealed().attempt("admit", APPEALS_2, grounds=WHY)) == {"evaluation_begun"}


def test_a_decision_sent_back_is_corrected_by_those_who_made_it() -> None:
    story = appealed().do("send_back", APPEALS_2, grounds=WHY)
    assert "E1" in story.facts.findings
    assert isinstance(story.attempt("propose", ASSESSOR, outcome="full", grounds=WHY), Decision)


def test_a_replaced_decision_grants_and_says_so() -> None:
    story = appealed().do("replace_decision", APPEALS_2, recognised_as=NAMED, grounds=WHY)
    assert story.facts.state == "ready_to_issue"
    assert story.definition.verdict_of("replace_decision") is Verdict.GRANTED
    assert isinstance(story.attempt("issue", REGISTRAR), Decision)


def test_silence_opens_the_appeal_when_the_limit_is_over_and_not_before() -> None:
    story = in_evaluation().do("choose_route", ASSESSOR, route="accreditation")
    due = clock(story.definition, story.facts, name="ministry").due_at
    assert due is not None
    story.now(now=due - timedelta(seconds=1))
    assert codes(story.attempt("appeal_silence", ANA, remedy="reposicion", grounds=WHY)) == {"no_silence"}
    story.now(now=due).do("appeal_silence", ANA, remedy="reposicion", grounds=WHY)
    story.do("report_appeal", APPEALS, appeal_opinion="send_back", grounds=WHY)
    assert story.do("uphold", APPEALS_2, grounds=WHY).facts.state == "evaluation"


def test_postponing_stops_every_clock_and_resuming_leads_back() -> None:
    story = in_evaluation().wait(days=10)
    used = clock(story.definition, story.facts, name="ministry").used
    story.do("postpone", ANA).wait(days=60)
    assert (clock(story.definition, story.facts, name="ministry").used, clock(story.definition, story.facts, name="ministry").running) == (used, False)
    assert story.do("resume", ANA).facts.state == "evaluation"
    story.do("postpone", ANA).wait(days=1)
    assert codes(story.attempt("resume", SYSTEM)) == {"too_early"}
    assert story.wait(days=180).do("resume", SYSTEM).facts.state == "evaluation"
    assert codes(story.attempt("postpone", ANA)) == {"at_most_reached"}


def test_a_case_that_rests_is_opened_again_where_it_was_with_a_new_clock() -> None:
    story = begun(degree2()).wait(days=181).do("lapse", SYSTEM)
    assert story.facts.state == "resting"
    assert story.wait(days=30).do("reopen", ANA).facts.state == "draft"
    assert clock(story.definition, story.facts, name="prepare").used == 0
    assert codes(story.attempt("lapse", SYSTEM)) == {"too_early"}
    assert story.wait(days=181).do("lapse", SYSTEM).wait(days=366).do("close_resting", SYSTEM).facts.state == "lapsed"


def test_a_case_stays_where_it_is_when_it_goes_to_another_centre() -> None:
    story = in_evaluation()
    visits = story.facts.visits
    story.do("transfer", DECIDER, centre="cucuta", grounds=WHY)
    assert (story.facts.state, story.facts.visits) == ("evaluation", visits)


def rpl_planned() -> Story:
    """Skills with a portfolio built with a guide and a plan agreed for two units."""
    story = begun(rpl2()).do("submit", ANA).find("identity_confirmed", "confirmed", INTAKE).find("experience_shown", "shown", INTAKE).do("accept", INTAKE)
    story.find("portfolio_built", "ready", GUIDE).do("close_guidance", GUIDE)
    return story.do("propose_plan", ASSESSOR, units="U1 U3", plan="Thursday at the workshop.").do("agree_plan", ANA)


def rpl_decided(value: str, other: str) -> Story:
    """Two units judged, verified, and before the decision."""
    story = rpl_planned().find("U1", value, ASSESSOR).find("U3", other, ASSESSOR).do("judge", ASSESSOR)
    return story.find("portfolio_checked", "in_order", VERIFIER).do("verify", VERIFIER)


def test_a_guide_never_assesses_the_person_they_guided() -> None:
    story = rpl_planned()
    both = with_roles(GUIDE, Role.GUIDE, Role.ASSESSOR)
    refusal = reasons(judge_finding(story.definition, story.facts, subject="U1", value="competent", reason=WHY, actor=both))
    assert {(reason.code, reason.details["rule"]) for reason in refusal} == {("same_person", "SOD1")}


@pytest.mark.parametrize(
    ("first", "second", "move", "page"),
    [("competent", "competent", "grant", "competence"), ("competent", "not_yet_competent", "grant_units", "units"),
     ("not_yet_competent", "not_yet_competent", "decline", "competence")],
)
def test_what_was_shown_decides_which_decision_is_lawful(first: str, second: str, move: str, page: str) -> None:
    story = rpl_decided(first, second)
    given = {"grant": {}, "grant_units": {"grounds": WHY}, "decline": {"grounds": WHY}}
    lawful = [name for name, asked in given.items() if isinstance(story.attempt(name, DECIDER, **asked), Decision)]
    assert (lawful, story.definition.page_of(move)) == ([move], page)


def test_only_the_missing_units_are_judged_again_and_attempts_are_counted() -> None:
    story = rpl_decided("competent", "not_yet_competent").do("grant_units", DECIDER, grounds=WHY)
    for attempt in (1, 2):
        story.do("ask_reassessment", ANA)
        again = judge_finding(story.definition, story.facts, subject="U1", value="not_yet_competent", reason=WHY, actor=ASSESSOR)
        assert codes(again) == {"unit_already_shown"}
        value = "competent" if attempt == 2 else "not_yet_competent"
        story.find("U3", value, ASSESSOR).do("judge", ASSESSOR).do("verify", VERIFIER)
        if attempt == 1:
            story.do("grant_units", DECIDER, grounds=WHY)
    assert story.do("grant", DECIDER).facts.state == "ready_to_issue"


def test_whoever_says_nothing_gets_the_units_that_they_showed() -> None:
    story = rpl_decided("competent", "not_yet_competent").do("grant_units", DECIDER, grounds=WHY)
    assert codes(story.attempt("take_units", SYSTEM)) == {"too_early"}
    assert story.wait(days=181).do("take_units", SYSTEM).facts.state == "ready_to_issue"


def test_the_system_offers_itself_no_more_than_the_law_allows() -> None:
    story = refused()
    offers = {offer.move: {reason.code for reason in offer.reasons} for offer in offered(story.definition, story.facts, actor=SYSTEM)}
    assert offers == {"let_stand": {"too_early"}}


def test_a_definition_without_the_separation_lets_the_same_person_through() -> None:
    loose = replace(degree2(), separation=())
    story = judged(in_evaluation(), ASSESSOR, "full")
    story.definition = loose
    assert isinstance(story.attempt("grant", with_roles(ASSESSOR, Role.DECISION_MAKER), recognised_as=NAMED), Decision)
