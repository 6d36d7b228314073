"""What the law refuses, with every reason, and what it offers."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from credentialing.domain.errors import Reason
from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.workflow.law import Decision, Refused, decide, offered
from tests.workflow.stories import (
    ANA,
    ASSESSOR,
    AUDITOR,
    DECIDER,
    INTAKE,
    NAMED,
    OTHER,
    REGISTRAR,
    VERIFIER,
    Story,
    codes,
    degree,
    degree_in_decision,
    degree_in_evaluation,
    degree_in_payment_check,
    fresh,
    judge_all,
    reasons,
    rpl,
    rpl_in_assessment,
    rpl_in_decision,
    rpl_in_planning,
    with_roles,
)

Refusal = tuple[Callable[[], Story], str, Actor, Mapping[str, str], list[tuple[str, dict[str, object]]]]

PROPOSE = {"outcome": "full", "grounds": "All is there."}
BECAUSE = {"grounds": "Because."}
AS = {"recognised_as": NAMED}
FOUR_PAPERS = {"identity": 1, "diploma": 1, "transcript": 1, "apostille": 1}


def start() -> Story:
    """A degree ready to be sent."""
    return Story(degree())


def sent() -> Story:
    """A degree just sent."""
    return start().do("submit", ANA)


def judged() -> Story:
    """A degree with every criterion judged but no route."""
    return judge_all(degree_in_evaluation(), ASSESSOR)


def granted() -> Story:
    """A degree that was granted by a decider."""
    return degree_in_decision().do("grant", DECIDER, **AS)


def unpaid_often() -> Story:
    """A degree whose receipt was sent back as often as may be."""
    story = degree_in_payment_check()
    for _ in range(3):
        story.find("receipt_matches", "not_paid", INTAKE).do("send_back_payment", INTAKE, **BECAUSE).do("pay", ANA)
    return story


def returned_often() -> Story:
    """A degree that was returned to its assessor as often as may be."""
    story = degree_in_decision()
    for _ in range(2):
        story.do("return_to_evaluation", DECIDER, **BECAUSE).do("propose", ASSESSOR, **PROPOSE)
    return story


def asked_and_answered() -> Story:
    """A degree whose one letter of questions was used."""
    return sent().now(questions_drafted=1).do("ask_once", INTAKE).now(questions_open=0).do("answer", ANA).now(questions_drafted=1)


def half_judged() -> Story:
    """Skills with one of two units judged."""
    return rpl_in_assessment().find("U1", "competent", ASSESSOR)


def checked_by_one() -> Story:
    """Skills whose experience was not shown."""
    return Story(rpl()).do("submit", ANA).find("identity_confirmed", "confirmed", INTAKE).find("experience_shown", "not_shown", INTAKE)


REFUSALS: dict[str, Refusal] = {
    "an unknown move": (start, "sumbit", ANA, {}, [("move_unknown", {"move": "sumbit"})]),
    "a move from another state": (sent, "submit", ANA, {}, [("wrong_state", {"state": "completeness_check"})]),
    "a move of another role": (start, "submit", INTAKE, {}, [("wrong_role", {"needs": ("applicant",)})]),
    "a move by someone without any role": (start, "submit", Actor("x", frozenset()), {}, [("wrong_role", {"needs": ("applicant",)})]),
    "an auditor's move": (granted, "issue", AUDITOR, {}, [("wrong_role", {"needs": ("registrar",)})]),
    "another person's case": (start, "submit", OTHER, {}, [("not_yours", {})]),
    "one's own case as staff": (granted, "issue", with_roles(ANA, Role.REGISTRAR), {}, [("conflict", {})]),
    "a person who claims to be the system": (start, "lapse", Actor("x", frozenset({Role.SYSTEM})), {}, [("wrong_role", {"needs": ("system",)})]),
    "the system in a person's place": (granted, "issue", SYSTEM, {}, [("wrong_role", {"needs": ("registrar",)})]),
    "no person who claims a person's role": (granted, "issue", Actor(None, frozenset({Role.REGISTRAR})), {}, [("wrong_role", {"needs": ("registrar",)})]),
    "a missing diploma": (
        lambda: start().now(evidence={**fresh(degree()).evidence, "diploma": 0}), "submit", ANA, {}, [("evidence_missing", {"kind": "diploma"})],
    ),
    "a study plan that the answers make necessary": (
        lambda: start().now(evidence=FOUR_PAPERS, choices={"field_of_study": "law", "study_level": "undergraduate"}),
        "submit", ANA, {}, [("evidence_missing", {"kind": "study_plan"})],
    ),
    "an earlier degree for a master's": (
        lambda: start().now(evidence=FOUR_PAPERS, choices={"field_of_study": "other", "study_level": "masters"}),
        "submit", ANA, {}, [("evidence_missing", {"kind": "prior_degree"})],
    ),
    "two answers missing": (
        lambda: start().now(answers=frozenset(degree().fields) - {"birth_date", "purpose"}), "submit", ANA, {},
        [("answer_missing", {"field": "birth_date"}), ("answer_missing", {"field": "purpose"})],
    ),
    "no consent": (lambda: start().now(consents=frozenset()), "submit", ANA, {}, [("consent_missing", {"consent": "processing"})]),
    "everything missing at once": (
        lambda: start().now(consents=frozenset(), answers=frozenset(degree().fields) - {"city"}, evidence={**FOUR_PAPERS, "identity": 0}),
        "submit", OTHER, {},
        [("not_yours", {}), ("evidence_missing", {"kind": "identity"}), ("answer_missing", {"field": "city"}), ("consent_missing", {"consent": "processing"})],
    ),
    "papers accepted while a letter lies unsent": (
        lambda: sent().now(questions_drafted=2), "accept", INTAKE, {},
        [("check_open", {"check": "identity_confirmed"}), ("check_open", {"check": "papers_readable"}), ("check_open", {"check": "legalisation_seen"}),
         ("questions_not_sent", {"count": 2})],
    ),
    "a letter without questions": (sent, "ask_once", INTAKE, {}, [("questions_none", {})]),
    "a second letter of questions": (asked_and_answered, "ask_once", INTAKE, {}, [("at_most_reached", {"at_most": 1})]),
    "two questions unanswered": (
        lambda: sent().now(questions_drafted=2).do("ask_once", INTAKE), "answer", ANA, {}, [("questions_unanswered", {"count": 2})],
    ),
    "papers accepted without checks": (
        sent, "accept", INTAKE, {},
        [("check_open", {"check": "identity_confirmed"}), ("check_open", {"check": "papers_readable"}), ("check_open", {"check": "legalisation_seen"})],
    ),
    "payment without receipt": (
        lambda: degree_in_payment_check().find("receipt_matches", "not_paid", INTAKE).do("send_back_payment", INTAKE, **BECAUSE).now(evidence={}),
        "pay", ANA, {}, [("evidence_missing", {"kind": "payment_receipt"})],
    ),
    "a payment confirmed unseen": (degree_in_payment_check, "confirm_payment", INTAKE, {}, [("check_open", {"check": "receipt_matches"})]),
    "a payment confirmed against the finding": (
        lambda: degree_in_payment_check().find("receipt_matches", "not_paid", INTAKE), "confirm_payment", INTAKE, {},
        [("check_failed", {"check": "receipt_matches", "value": "not_paid"})],
    ),
    "a receipt sent back although it matches": (
        lambda: degree_in_payment_check().find("receipt_matches", "paid", INTAKE), "send_back_payment", INTAKE, BECAUSE, [("no_check_failed", {})],
    ),
    "a receipt sent back a fourth time": (unpaid_often, "send_back_payment", INTAKE, BECAUSE, [("at_most_reached", {"at_most": 3})]),
    "closing for lack of payment by whoever checked the receipt": (
        unpaid_often, "close_unpaid", INTAKE, BECAUSE, [("same_person", {"did": "receipt_matches"})],
    ),
    "a proposal without a route": (judged, "propose", ASSESSOR, PROPOSE, [("route_not_chosen", {})]),
    "a proposal with one criterion open": (
        lambda: judged().do("choose_route", ASSESSOR, route="academic").now(findings={k: v for k, v in judged().facts.findings.items() if k != "E5"}),
        "propose", ASSESSOR, PROPOSE, [("criterion_open", {"criterion": "E5"})],
    ),
    "a proposal with a criterion that lacks its reason": (
        lambda: judged().now(route="academic", findings={**judged().facts.findings, "E9": replace(judged().facts.findings["E9"], reasoned=False)}),
        "propose", ASSESSOR, PROPOSE, [("reason_missing", {"subject": "E9"})],
    ),
    "a proposal despite a conflict of interest": (
        lambda: judged().find("conflict_declared", "conflict", ASSESSOR).now(route="academic"), "propose", ASSESSOR, PROPOSE,
        [("check_failed", {"check": "conflict_declared", "value": "conflict"})],
    ),
    "a proposal of an unknown outcome": (
        lambda: judged().now(route="academic"), "propose", ASSESSOR, {**PROPOSE, "outcome": "partial"}, [("given_not_a_choice", {"field": "outcome"})],
    ),
    "a proposal without anything asked": (
        lambda: judged().now(route="academic"), "propose", ASSESSOR, {}, [("given_missing", {"field": "outcome"}), ("given_missing", {"field": "grounds"})],
    ),
    "blank grounds": (lambda: judged().now(route="academic"), "propose", ASSESSOR, {**PROPOSE, "grounds": " \n"}, [("given_missing", {"field": "grounds"})]),
    "endless grounds": (
        lambda: judged().now(route="academic"), "propose", ASSESSOR, {**PROPOSE, "grounds": "a" * 4001},
        [("given_too_long", {"field": "grounds", "limit": 4000})],
    ),
    "something that was not asked": (start, "submit", ANA, {"route": "academic"}, [("given_not_asked", {"field": "route"})]),
    "a route that does not exist": (degree_in_evaluation, "choose_route", ASSESSOR, {"route": "friendship"}, [("given_not_a_choice", {"field": "route"})]),
    "a grant by whoever proposed it": (
        degree_in_decision, "grant", with_roles(ASSESSOR, Role.DECISION_MAKER), AS,
        [("same_person", {"did": "propose"}), ("same_person", {"did": "criteria"}), ("same_person", {"did": "choose_route"})],
    ),
    "a denial when the proposal is full": (degree_in_decision, "deny", DECIDER, BECAUSE, [("proposal_differs", {"proposal": "full", "wanted": "denied"})]),
    "a grant when the proposal is a denial": (
        lambda: degree_in_decision("denied"), "grant", DECIDER, AS, [("proposal_differs", {"proposal": "denied", "wanted": "full"})],
    ),
    "a grant without a proposal": (lambda: degree_in_decision().now(proposal=None), "grant", DECIDER, AS, [("proposal_missing", {})]),
    "a grant that does not say which title is recognised": (degree_in_decision, "grant", DECIDER, {}, [("given_missing", {"field": "recognised_as"})]),
    "a third return to evaluation": (returned_often, "return_to_evaluation", DECIDER, BECAUSE, [("at_most_reached", {"at_most": 2})]),
    "an issue by whoever evaluated": (
        granted, "issue", with_roles(ASSESSOR, Role.REGISTRAR), {},
        [("same_person", {"did": "propose"}), ("same_person", {"did": "criteria"}), ("same_person", {"did": "choose_route"})],
    ),
    "a certificate that is not sealed": (lambda: granted().do("issue", REGISTRAR), "certify", SYSTEM, {}, [("certificate_not_sealed", {})]),
    "a withdrawal after the decision": (granted, "withdraw", ANA, {}, [("wrong_state", {"state": "ready_to_issue"})]),
    "a lapse before its time": (lambda: start().wait(days=179), "lapse", SYSTEM, {}, [("too_early", {"clock": "prepare"})]),
    "an admission without experience": (
        checked_by_one, "accept", INTAKE, {}, [("check_failed", {"check": "experience_shown", "value": "not_shown"})],
    ),
    "turning away by whoever did the checks": (
        checked_by_one, "turn_away", INTAKE, BECAUSE, [("same_person", {"did": "identity_confirmed"}), ("same_person", {"did": "experience_shown"})],
    ),
    "a plan without a standard": (
        lambda: rpl_in_planning().find("conflict_declared", "none", ASSESSOR).now(standard=None), "propose_plan", ASSESSOR, {"units": "U1", "plan": "Monday."},
        [("standard_not_chosen", {}), ("given_not_a_choice", {"field": "units"})],
    ),
    "a plan with an unknown unit": (
        lambda: rpl_in_planning().find("conflict_declared", "none", ASSESSOR), "propose_plan", ASSESSOR, {"units": "U1 U9", "plan": "Monday."},
        [("given_not_a_choice", {"field": "units"})],
    ),
    "a plan with a unit twice": (
        lambda: rpl_in_planning().find("conflict_declared", "none", ASSESSOR), "propose_plan", ASSESSOR, {"units": "U1 U1", "plan": "Monday."},
        [("given_not_a_choice", {"field": "units"})],
    ),
    "a judgement with a unit open": (half_judged, "judge", ASSESSOR, {}, [("unit_open", {"unit": "U3"})]),
    "an improvement plan when all is well": (
        lambda: half_judged().find("U3", "competent", ASSESSOR), "send_to_improvement", ASSESSOR, BECAUSE, [("units_all_competent", {})],
    ),
    "a judgement of no units": (lambda: rpl_in_assessment().now(units=()), "judge", ASSESSOR, {}, [("units_not_chosen", {})]),
    "a verification by the assessor": (
        lambda: half_judged().find("U3", "competent", ASSESSOR).do("judge", ASSESSOR).find("portfolio_checked", "in_order", VERIFIER),
        "verify", with_roles(ASSESSOR, Role.INTERNAL_VERIFIER), {},
        [("same_person", {"did": "units"}), ("same_person", {"did": "propose_plan"}), ("same_person", {"did": "judge"})],
    ),
    "a grant by the verifier": (
        rpl_in_decision, "grant", with_roles(VERIFIER, Role.DECISION_MAKER), {},
        [("same_person", {"did": "verify"}), ("same_person", {"did": "portfolio_checked"})],
    ),
    "a grant with a unit not yet competent": (
        lambda: rpl_in_decision("not_yet_competent"), "grant", DECIDER, {}, [("units_not_competent", {"units": ("U3",)})],
    ),
    "a refusal of someone who is competent": (rpl_in_decision, "decline", DECIDER, BECAUSE, [("units_all_competent", {})]),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_names_every_reason_and_no_other(name: str) -> None:
    story, move, actor, given, expected = REFUSALS[name]
    result = story().attempt(move, actor, **given)
    assert [(reason.code, dict(reason.details)) for reason in reasons(result)] == expected


def test_the_table_of_refusals_is_long_enough_to_mean_something() -> None:
    assert len(REFUSALS) >= 40


def test_a_definition_that_lets_nobody_make_a_move_refuses_everyone() -> None:
    moves = {**degree().moves, "submit": replace(degree().moves["submit"], by=())}
    closed = replace(degree(), moves=moves)
    for actor in (ANA, INTAKE, SYSTEM, Actor("x", frozenset(Role))):
        assert codes(decide(closed, fresh(closed), move="submit", actor=actor, given={})) == {"wrong_role"}


def test_a_person_with_two_roles_may_act_as_applicant_on_their_own_case_only() -> None:
    both = with_roles(ANA, Role.APPLICANT, Role.INTAKE_OFFICER)
    assert isinstance(start().attempt("submit", both), Decision)
    assert codes(sent().attempt("ask_once", both)) == {"conflict", "questions_none"}


def test_four_eyes_hold_across_a_change_of_roles_and_overwritten_findings() -> None:
    story = degree_in_evaluation().find("E1", "unknown", ASSESSOR)
    second = Actor("second", frozenset({Role.ASSESSOR}))
    judge_all(story, second).do("choose_route", second, route="precedent").do("propose", second, **PROPOSE)
    assert reasons(story.attempt("grant", with_roles(ASSESSOR, Role.DECISION_MAKER), **AS)) == (Reason("same_person", {"did": "criteria"}),)


def test_offers_list_the_moves_of_the_role_from_the_present_state() -> None:
    assert [offer.move for offer in offered(degree(), sent().facts, actor=INTAKE)] == ["ask_once", "accept"]
    assert [offer.move for offer in offered(degree(), sent().facts, actor=ANA)] == ["withdraw"]
    assert offered(degree(), sent().facts, actor=OTHER) == ()
    assert offered(degree(), sent().facts, actor=AUDITOR) == ()


def test_an_offer_says_what_is_unmet_and_what_the_act_must_carry() -> None:
    offers = {offer.move: offer for offer in offered(degree(), degree_in_decision().facts, actor=DECIDER)}
    assert offers["grant"].reasons == ()
    assert offers["deny"].asks == ("grounds",)
    assert [reason.code for reason in offers["deny"].reasons] == ["proposal_differs"]


def test_a_final_state_offers_nothing_to_anybody() -> None:
    done = Story(degree()).do("withdraw", ANA)
    for actor in (ANA, INTAKE, ASSESSOR, DECIDER, REGISTRAR, SYSTEM):
        assert offered(degree(), done.facts, actor=actor) == ()


def test_deciding_changes_nothing() -> None:
    story = start()
    before = story.facts
    assert isinstance(story.attempt("submit", ANA), Decision)
    assert story.facts is before
    assert isinstance(story.attempt("accept", INTAKE), Refused)
    assert story.facts is before
