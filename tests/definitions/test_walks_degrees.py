"""Degrees recognised in eleven countries: from the draft to the certificate, to the end of an appeal, and round what each country does in its own way."""

import pytest

from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.workflow.clocks import clock
from credentialing.workflow.model import ClockKind, Definition, Ending, Verdict
from tests.workflow.stories import ANA, ASSESSOR, DECIDER, INTAKE, NAMED, Story, codes, issued, library

DEGREES = (
    "ar-degree-convalidacion", "br-degree-revalidacao", "cl-degree-uchile", "cr-degree-conare", "do-degree-uasd", "ec-degree-reconocimiento", "gy-degree-nac",
    "mx-degree-revalidacion", "pa-degree-up", "tt-degree-actt", "uy-degree-mec",
)  # fmt: skip
COVERING = ("ec-degree-reconocimiento", "br-degree-revalidacao", "cl-degree-uchile")  # first looked at whether this is the right procedure
STATEMENTS = ("tt-degree-actt", "gy-degree-nac")
FEE_FIRST = (*STATEMENTS, "mx-degree-revalidacion", "pa-degree-up", "uy-degree-mec")

EXPERT, EXPERT_2 = (Actor(name, frozenset({Role.TECHNICAL_EXPERT})) for name in ("elio", "edda"))
ASSESSOR_2 = Actor("abril", frozenset({Role.ASSESSOR}))
DECIDER_2, DECIDER_3 = (Actor(name, frozenset({Role.DECISION_MAKER})) for name in ("delia", "donato"))
APPEALS, APPEALS_2 = (Actor(name, frozenset({Role.APPEALS_BODY})) for name in ("alma", "axel"))
EVERYBODY = (ASSESSOR, ASSESSOR_2, EXPERT, EXPERT_2, DECIDER, DECIDER_2, DECIDER_3, APPEALS, APPEALS_2)
FORWARD = ("confirm_coverage", "pay", "confirm_payment", "accept", "pass_on")  # what leads to the evaluation when nothing is amiss


def rules(name: str) -> Definition:
    """The first version of a procedure."""
    return library().definition(name, 1)


CONDITIONAL = tuple(name for name in DEGREES if "conditional" in rules(name).procedure.outcomes)
PARTIAL = tuple(name for name in DEGREES if "partial" in rules(name).procedure.outcomes)


def settle(story: Story, *people: Actor, **values: str) -> Story:
    """Every open check of the present state that one of these people may make: the given value, else the first that passes."""
    for person in people:
        for check in story.definition.checks.values():
            if story.facts.state in check.done_in and person.roles.intersection(check.by):
                story.find(check.name, values.get(check.name, check.passes_with[0]), person)
    return story


def begun(name: str, **changes: object) -> Story:
    """A case that was sent, with everybody's declaration made."""
    return Story(rules(name), declared={str(person.person_id): "none" for person in EVERYBODY}, **changes).do("submit", ANA)


def until(story: Story, state: str) -> Story:
    """Onwards, every check passed, until the case stands in `state`."""
    while story.facts.state != state:
        settle(story, INTAKE, ASSESSOR)
        if "choose_route" in story.definition.moves and story.facts.state in story.definition.moves["choose_route"].from_states:
            story.do("choose_route", INTAKE, route=story.definition.routes[0])
        move = next(each for each in FORWARD if each in story.definition.moves and story.facts.state in story.definition.moves[each].from_states)
        given = dict.fromkeys(story.definition.moves[move].asks, "The Universidad de Costa Rica.")
        story.do(move, next(person for person in (ANA, INTAKE, ASSESSOR) if person.roles.intersection(story.definition.moves[move].by)), **given)
    return story


def proposed(story: Story, outcome: str, *, assessor: Actor = ASSESSOR, expert: Actor = EXPERT) -> Story:
    """From the evaluation to the decision."""
    settle(story, INTAKE, assessor, expert)
    for criterion in story.definition.criteria.values():
        story.find(criterion.name, criterion.values[0], assessor)
    if story.definition.routes and story.facts.route is None:
        story.do("choose_route", assessor, route=story.definition.routes[0])
    return story.do("propose", assessor, outcome=outcome, grounds="All criteria were judged.")


def in_decision(name: str, outcome: str) -> Story:
    """A case whose outcome is proposed."""
    return proposed(until(begun(name), "evaluation"), outcome)


def refused(name: str) -> Story:
    """The person has a refusal in hand."""
    return in_decision(name, "denied").do("deny", DECIDER, grounds="A substantial difference in the hours.")


def appealed(name: str) -> Story:
    """The person appeals, and one member of the appeals body has given an opinion."""
    remedy = next(each.name for each in rules(name).procedure.remedies.values() if each.runs_here)
    story = refused(name).do("appeal", ANA, remedy=remedy, grounds="The hours of two years were not counted.")
    return story.do("report_appeal", APPEALS, appeal_opinion="annul", grounds="Two pages were not read.")


# ── what all of them have in common


@pytest.mark.parametrize("name", DEGREES)
def test_a_degree_is_walked_from_the_draft_to_the_certificate(name: str) -> None:
    story = issued(in_decision(name, "full").do("grant", DECIDER, recognised_as=NAMED))
    assert story.definition.states[story.facts.state].final is Ending.GRANTED
    assert story.definition.page_of("grant") == ("statement" if name in STATEMENTS else "full")


@pytest.mark.parametrize("name", DEGREES)
def test_a_refusal_that_is_annulled_is_judged_anew_by_other_people(name: str) -> None:
    story = appealed(name).do("annul", APPEALS_2, grounds="All pages must be read.")
    assert story.facts.state == "evaluation"
    assert "took_part_before" in codes(story.attempt("propose", ASSESSOR, outcome="full", grounds="Again."))
    proposed(story, "full", assessor=ASSESSOR_2, expert=EXPERT_2)
    assert "took_part_before" in codes(story.attempt("grant", DECIDER, recognised_as=NAMED))
    assert issued(story.do("grant", DECIDER_2, recognised_as=NAMED)).facts.state == "certified"


@pytest.mark.parametrize("name", DEGREES)
def test_a_refusal_that_is_upheld_ends_with_what_the_person_can_still_do(name: str) -> None:
    story = appealed(name)
    assert "same_person" in codes(story.attempt("uphold", APPEALS, grounds="All was read."))
    story.do("uphold", APPEALS_2, grounds="All was read.")
    assert story.facts.state == "refusal_told"
    end = story.definition.states[story.do("let_stand", ANA).facts.state]
    assert end.final is Ending.REFUSED
    assert "apply_again" in end.remedies


@pytest.mark.parametrize("name", DEGREES)
def test_a_person_without_any_paper_is_not_shut_out(name: str) -> None:
    definition = rules(name)
    needed = [rule for rule in definition.evidence.values() if rule.at_least and definition.starts_in in rule.asked_in]
    assert all(rule.instead for rule in needed), [rule.kind for rule in needed if not rule.instead]
    story = begun(name, evidence={"payment_receipt": 1}, waivers={rule.kind: rule.instead[-1] for rule in needed})
    until(story, "completeness_check")
    assert "waiver_open" in codes(story.attempt("accept", INTAKE))
    for rule in needed:
        story.find(rule.waiver, "granted", INTAKE)
    assert until(story, "evaluation").facts.state == "evaluation"


@pytest.mark.parametrize("name", [name for name in DEGREES if "payment_receipt" in rules(name).evidence])
def test_whoever_need_not_pay_says_so_and_goes_on(name: str) -> None:
    story = until(begun(name, evidence={kind: 1 for kind in rules(name).evidence if kind != "payment_receipt"}), "payment_awaited")
    assert "evidence_missing" in codes(story.attempt("pay", ANA))
    story.now(waivers={"payment_receipt": "fee_exemption"}).do("pay", ANA).find("receipt_matches", "exempt", INTAKE)
    decided = "confirm_payment" if story.definition.moves["confirm_payment"].to == "evaluation" else "accept"
    if decided == "accept":
        settle(until(story, "completeness_check"), INTAKE)
    assert "waiver_open" in codes(story.attempt(decided, INTAKE))
    story.find("waiver_payment_receipt", "granted", INTAKE)
    assert until(story, "evaluation").facts.state == "evaluation"


@pytest.mark.parametrize("name", DEGREES)
def test_the_time_to_appeal_is_that_of_the_longest_appeal_that_runs_here_or_open_until_the_decision_stands(name: str) -> None:
    definition = rules(name)
    here = [remedy.limit for remedy in definition.procedure.remedies.values() if remedy.runs_here]
    known = [limit for limit in here if limit is not None]
    assert here
    if known:
        assert definition.deadlines["appeal_time"].limit == max(known, key=lambda span: span.count)
    else:
        assert "appeal_time" not in definition.deadlines
    story = refused(name).wait(days=89)
    late = codes(story.attempt("appeal", ANA, remedy=next(each.name for each in definition.procedure.remedies.values() if each.runs_here), grounds="Late."))
    assert late == ({"appeal_too_late"} if known else set())


@pytest.mark.parametrize("name", DEGREES)
def test_every_clock_of_the_authority_stands_still_while_the_person_must_act(name: str) -> None:
    definition = rules(name)
    for deadline in definition.deadlines.values():
        if deadline.kind in (ClockKind.STATUTORY, ClockKind.MINIMUM):
            assert all(definition.states[state].waits_for is not Role.APPLICANT for state in deadline.counts_in)
            assert deadline.starts_with


# ── the right procedure first


@pytest.mark.parametrize("name", COVERING)
def test_a_degree_of_another_procedure_is_sent_there_by_two_people_and_may_come_back_on_appeal(name: str) -> None:
    story = settle(begun(name), INTAKE, covered="other_procedure")
    assert "check_failed" in codes(story.attempt("confirm_coverage", INTAKE))
    both = Actor(INTAKE.person_id, frozenset({Role.DECISION_MAKER}))
    assert "same_person" in codes(story.attempt("refer", both, grounds="Medicine."))
    story.do("refer", DECIDER, grounds="Medicine has an examination of its own.")
    assert (story.facts.state, story.definition.verdict_of("refer")) == ("refusal_told", Verdict.REFUSED)
    remedy = next(each.name for each in story.definition.procedure.remedies.values() if each.runs_here)
    story.do("appeal", ANA, remedy=remedy, grounds="It is a degree in nutrition.")
    story.do("report_appeal", APPEALS, appeal_opinion="send_back", grounds="It is.").do("admit", APPEALS_2, grounds="It is one of these.")
    assert story.facts.state == "completeness_check"
    assert issued(proposed(until(story, "evaluation"), "full").do("grant", DECIDER_2, recognised_as=NAMED)).facts.state == "certified"


@pytest.mark.parametrize("name", COVERING)
def test_a_degree_of_this_procedure_cannot_be_sent_elsewhere(name: str) -> None:
    story = settle(begun(name), INTAKE)
    assert "no_check_failed" in codes(story.attempt("refer", DECIDER, grounds="No."))


# ── Ecuador


def ecuador_left_alone(days: int) -> Story:
    """A case in Ecuador that waits for its evaluation for so many days."""
    return until(begun("ec-degree-reconocimiento"), "evaluation").wait(days=days)


def test_in_ecuador_silence_becomes_a_yes_that_two_people_confirm() -> None:
    story = ecuador_left_alone(60).do("take_silence_as_yes", SYSTEM)
    story.do("confirm_silence", DECIDER, recognised_as=NAMED, grounds="The limit is over.")
    assert "same_person" in codes(story.attempt("countersign_silence", DECIDER))
    assert issued(story.do("countersign_silence", DECIDER_2)).facts.state == "certified"


def test_in_ecuador_silence_is_no_yes_before_the_thirty_working_days_are_over() -> None:
    assert "too_early" in codes(ecuador_left_alone(30).attempt("take_silence_as_yes", SYSTEM))


def test_in_ecuador_a_yes_by_silence_that_the_law_forbids_can_be_appealed() -> None:
    story = ecuador_left_alone(60).do("take_silence_as_yes", SYSTEM).do("contest_silence", DECIDER, grounds="The seal is false.")
    assert not codes(story.attempt("appeal", ANA, remedy="apelacion", grounds="The seal is that of 2014."))


def test_in_ecuador_the_limit_runs_while_the_receipt_is_checked_but_not_while_the_person_pays() -> None:
    story = until(begun("ec-degree-reconocimiento"), "payment_awaited").wait(days=10)
    assert not clock(story.definition, story.facts, name="authority").running
    story.do("pay", ANA).wait(days=7)
    view = clock(story.definition, story.facts, name="authority")
    assert (view.running, view.used) == (True, 5)


def test_in_ecuador_nobody_proposes_before_the_originals_were_compared() -> None:
    story = settle(until(begun("ec-degree-reconocimiento"), "evaluation"), ASSESSOR)
    assert "check_open" in codes(story.attempt("propose", ASSESSOR, outcome="full", grounds="All is well."))


# ── Brazil


def test_in_brazil_the_limit_runs_from_the_application_and_follows_the_route() -> None:
    story = begun("br-degree-revalidacao").wait(days=3)
    assert clock(story.definition, story.facts, name="authority").used == 3
    until(story, "evaluation").do("choose_route", ASSESSOR, route="simplified")
    assert clock(story.definition, story.facts, name="authority").limit.count == 90


@pytest.mark.parametrize("name", CONDITIONAL)
def test_whoever_meets_the_condition_is_recognised(name: str) -> None:
    story = in_decision(name, "conditional").do("require_measures", DECIDER, grounds="Two subjects are missing.")
    story.do("accept_measures", ANA).wait(days=100).do("show_measures", ANA).find("measures_met", "met", ASSESSOR).do("report_measures", ASSESSOR)
    assert issued(story.do("grant_after_measures", DECIDER, recognised_as=NAMED)).facts.state == "certified"


@pytest.mark.parametrize("name", PARTIAL)
def test_a_part_is_certified_as_a_part(name: str) -> None:
    story = in_decision(name, "partial").do("recognise_partly", DECIDER, recognised_as=NAMED, grounds="The first three years.")
    assert issued(story.do("accept_partial", ANA)).definition.page_of("recognise_partly") == "partial"


def test_in_brazil_papers_in_spanish_need_no_translation() -> None:
    definition = rules("br-degree-revalidacao")
    assert definition.evidence["translation"].required_when == {"papers_language": ("other",)}


# ── Trinidad and Tobago, Guyana


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_that_binds_nobody_is_given_on_its_own_page(name: str) -> None:
    story = in_decision(name, "advisory").do("issue_statement", DECIDER, recognised_as="Bachelor's degree")
    assert issued(story).definition.page_of("issue_statement") == "statement"


@pytest.mark.parametrize(("name", "spans"), [("tt-degree-actt", {10, 20}), ("gy-degree-nac", {15})])
def test_the_published_time_is_a_minimum_and_never_overdue(name: str, spans: set[int]) -> None:
    least = rules(name).deadlines["least"]
    assert {span.count for span in (least.limit_by_route.values() if least.limit is None else [least.limit])} == spans
    story = until(begun(name), "evaluation").wait(days=90)
    assert not clock(story.definition, story.facts, name="least").overdue
    assert clock(story.definition, story.facts, name="evaluation").overdue


@pytest.mark.parametrize("name", FEE_FIRST)
def test_the_fee_comes_before_the_papers(name: str) -> None:
    story = begun(name)
    assert story.facts.state == "payment_awaited"
    assert until(story, "completeness_check").facts.state == "completeness_check"


def test_in_trinidad_the_papers_are_accepted_only_for_a_named_statement() -> None:
    story = settle(until(begun("tt-degree-actt"), "completeness_check"), INTAKE)
    assert codes(story.attempt("accept", INTAKE)) == {"route_not_chosen"}


def test_in_guyana_marks_that_only_the_person_has_do_not_stop_the_case() -> None:
    story = settle(until(begun("gy-degree-nac"), "completeness_check"), INTAKE, transcript_arrived="from_person")
    assert story.do("accept", INTAKE).facts.state == "evaluation"


# ── Mexico, Costa Rica, Panama, the Dominican Republic, Argentina, Uruguay


def test_in_mexico_three_months_of_silence_open_an_appeal_and_not_a_day_before() -> None:
    story = until(begun("mx-degree-revalidacion"), "evaluation").wait(days=85)
    assert "no_silence" in codes(story.attempt("appeal_silence", ANA, remedy="revision", grounds="Nobody answers."))
    story.wait(days=10).do("appeal_silence", ANA, remedy="revision", grounds="Nobody answers.")
    story.do("report_appeal", APPEALS, appeal_opinion="uphold", grounds="It is being assessed.").do("uphold", APPEALS_2, grounds="It goes on.")
    assert story.facts.state == "evaluation"


def test_in_mexico_silence_is_a_no_while_the_receipt_lies_unread_too() -> None:
    story = until(begun("mx-degree-revalidacion"), "payment_awaited").do("pay", ANA).wait(days=100)
    assert not codes(story.attempt("appeal_silence", ANA, remedy="revision", grounds="Nobody answers."))


def test_in_costa_rica_the_committee_stands_between_the_papers_and_the_payment() -> None:
    story = settle(until(begun("cr-degree-conare"), "completeness_check"), INTAKE).do("accept", INTAKE)
    assert story.facts.state == "committee"
    assert story.do("pass_on", ASSESSOR, grounds="The Universidad de Costa Rica gives its opinion.").facts.state == "payment_awaited"


def test_in_panama_the_fee_follows_the_level_and_the_exemption_is_a_route_of_its_own() -> None:
    definition = rules("pa-degree-up")
    due = {fee.name: set(fee.due_when["study_level"]) for fee in definition.procedure.fees}
    assert due == {"revalida": {"technical", "undergraduate"}, "homologacion": {"specialisation", "masters", "doctorate"}}
    assert "exoneracion" in definition.routes


def test_in_the_dominican_republic_an_expert_compares_the_plans_before_anybody_proposes() -> None:
    story = settle(until(begun("do-degree-uasd"), "evaluation"), ASSESSOR)
    for criterion in story.definition.criteria.values():
        story.find(criterion.name, criterion.values[0], ASSESSOR)
    reasons = codes(story.attempt("propose", ASSESSOR, outcome="full", grounds="The hours match."))
    assert reasons == {"check_open"}
    assert not codes(settle(story, EXPERT).attempt("propose", ASSESSOR, outcome="full", grounds="The hours match."))


def test_in_argentina_a_degree_without_apostille_is_sent_and_accepted() -> None:
    definition = rules("ar-degree-convalidacion")
    story = begun("ar-degree-convalidacion", evidence={kind: 1 for kind in definition.evidence if kind != "apostille"})
    settle(story, INTAKE, legalisation_seen="missing")
    assert story.do("accept", INTAKE).facts.state == "evaluation"


@pytest.mark.parametrize("name", [name for name in DEGREES if rules(name).procedure.silence == "negative"])
def test_an_appeal_against_silence_is_offered_only_where_the_time_of_the_law_is_known(name: str) -> None:
    definition = rules(name)
    known = any(deadline.kind is ClockKind.STATUTORY and deadline.silence == "negative" for deadline in definition.deadlines.values())
    assert ("appeal_silence" in definition.moves) is known is (name == "mx-degree-revalidacion")
