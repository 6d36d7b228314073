"""Skills certified in nine countries: from the draft to the certificate, to the end of an appeal, and round what each country does in its own way."""

from datetime import timedelta

import pytest

from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.workflow.clocks import clock
from credentialing.workflow.model import Definition, Ending
from tests.workflow.stories import ANA, ASSESSOR, DECIDER, INTAKE, REGISTRAR, VERIFIER, Story, codes, issued, library

SKILLS = (
    "ar-rpl-mteyss", "br-rpl-rede-certifica", "cl-rpl-chilevalora", "cr-rpl-ina", "do-rpl-infotep", "ec-rpl-mdt-secap", "mx-rpl-conocer", "pa-rpl-inadeh",
    "tt-rpl-plar",
)
TWO_TESTS = ("br-rpl-rede-certifica", "cr-rpl-ina", "do-rpl-infotep", "ec-rpl-mdt-secap", "pa-rpl-inadeh")
DIRECT = ("cl-rpl-chilevalora", "tt-rpl-plar")
STANDARDS = {
    "structural-welding.v1", "building-masonry.v1", "building-electricity.v1", "plumbing.v1", "cooking.v1", "baking-pastry.v1", "hairdressing.v1",
    "elder-care.v1", "childcare.v1", "sewing.v1", "motor-mechanics.v1", "shop-sales.v1", "building-cleaning.v1",
}

GUIDE = Actor("gala", frozenset({Role.GUIDE}))
EXPERT = Actor("elio", frozenset({Role.TECHNICAL_EXPERT}))
ASSESSOR_2, ASSESSOR_3 = (Actor(name, frozenset({Role.ASSESSOR})) for name in ("abril", "anton"))
VERIFIER_2 = Actor("vito", frozenset({Role.INTERNAL_VERIFIER}))
DECIDER_2 = Actor("delia", frozenset({Role.DECISION_MAKER}))
EXPERT_2 = Actor("edda", frozenset({Role.TECHNICAL_EXPERT}))
APPEALS, APPEALS_2 = (Actor(name, frozenset({Role.APPEALS_BODY})) for name in ("alma", "axel"))
FIRST_TEAM = (ASSESSOR, ASSESSOR_2, VERIFIER, EXPERT, DECIDER)
ASSESSOR_4 = Actor("ada", frozenset({Role.ASSESSOR}))
SECOND_TEAM = (ASSESSOR_3, ASSESSOR_4, VERIFIER_2, EXPERT_2, DECIDER_2)


def rules(name: str) -> Definition:
    """The first version of a procedure."""
    return library().definition(name, 1)


def settle(story: Story, actor: Actor, **values: str) -> Story:
    """Every check of the present state that the person's role makes: the given value, else the first that passes."""
    for check in story.definition.checks.values():
        if story.facts.state in check.done_in and actor.roles.intersection(check.by):
            story.find(check.name, values.get(check.name, check.passes_with[0]), actor)
    return story


def begun(name: str) -> Story:
    """A case that was sent, with everybody's declaration made."""
    people = (GUIDE, APPEALS, APPEALS_2, *FIRST_TEAM, *SECOND_TEAM)
    return Story(rules(name), declared={str(person.person_id): "none" for person in people}).do("submit", ANA)


def planned(story: Story, assessor: Actor) -> Story:
    """From planning to the assessment of two units."""
    return settle(story, assessor).do("propose_plan", assessor, units="U1 U3", plan="Thursday at the workshop.").do("agree_plan", ANA)


def in_planning(name: str) -> Story:
    """Admitted and, where there is a guide, prepared."""
    story = settle(begun(name), INTAKE).do("accept", INTAKE)
    if story.facts.state == "memorial":
        story.do("hand_in_story", ANA)
    if story.facts.state == "guidance":
        settle(story, GUIDE).do("close_guidance", GUIDE)
    return story


def in_assessment(name: str) -> Story:
    """In the assessment of two units."""
    return planned(in_planning(name), ASSESSOR)


def judged(story: Story, values: dict[str, str], *, team: tuple[Actor, ...] = FIRST_TEAM, **checks: str) -> Story:
    """The units with these values, every check of the assessment, closed."""
    assessor, second = team[0], team[1]
    for unit, value in values.items():
        story.find(unit, value, assessor)
    for check in story.definition.checks.values():
        if "assessment" in check.done_in:
            story.find(check.name, checks.get(check.name, check.passes_with[0]), second if check.name == "board_view" else assessor)
    return story.do("judge", assessor)


def in_decision(story: Story, *, team: tuple[Actor, ...] = FIRST_TEAM) -> Story:
    """Verified inside the centre and, where the country asks for it, from outside."""
    settle(story, team[2]).do("verify", team[2])
    if story.facts.state == "external_verification":
        settle(story, team[3]).do("verify_externally", team[3])
    return story


def decided_with(name: str, *, u1: str, u3: str) -> Story:
    """A case at the decision with these judgements."""
    return in_decision(judged(in_assessment(name), {"U1": u1, "U3": u3}))


def declined(name: str) -> Story:
    """No unit was shown, and the person knows it."""
    return decided_with(name, u1="not_yet_competent", u3="not_yet_competent").do("decline", DECIDER, grounds="Neither unit was shown yet.")


def appealed(name: str) -> Story:
    """The person appeals, and one member of the appeals body has given an opinion."""
    remedy = next(each.name for each in rules(name).procedure.remedies.values() if each.runs_here)
    story = declined(name).do("appeal", ANA, remedy=remedy, grounds="Nobody looked at my second piece.")
    return story.do("report_appeal", APPEALS, appeal_opinion="annul", grounds="The second piece is not in the minutes.")


# ── what all of them have in common


@pytest.mark.parametrize("name", SKILLS)
def test_skills_are_walked_from_the_draft_to_the_certificate(name: str) -> None:
    story = issued(decided_with(name, u1="competent", u3="competent").do("grant", DECIDER))
    assert story.definition.states[story.facts.state].final is Ending.GRANTED
    assert story.definition.page_of("grant") == "competence"


@pytest.mark.parametrize("name", SKILLS)
def test_whoever_shows_a_part_receives_a_certificate_of_those_units(name: str) -> None:
    story = decided_with(name, u1="competent", u3="not_yet_competent").do("grant_units", DECIDER, grounds="U3 is missing.").do("take_units", ANA)
    assert issued(story).facts.state == "certified"
    assert story.definition.page_of("grant_units") == "units"


@pytest.mark.parametrize("name", SKILLS)
def test_the_missing_unit_alone_is_judged_in_another_attempt(name: str) -> None:
    story = decided_with(name, u1="competent", u3="not_yet_competent").do("grant_units", DECIDER, grounds="U3 is missing.").do("ask_reassessment", ANA)
    story = in_decision(judged(story, {"U3": "competent"}))
    assert issued(story.do("grant", DECIDER)).facts.state == "certified"


@pytest.mark.parametrize("name", SKILLS)
def test_a_refusal_that_is_annulled_is_judged_anew_by_other_people(name: str) -> None:
    story = appealed(name).do("annul", APPEALS_2, grounds="It must be seen.")
    assert story.facts.state == "planning"
    assert "took_part_before" in codes(story.attempt("propose_plan", ASSESSOR, units="U1", plan="Again."))
    planned(story, SECOND_TEAM[0])
    story = in_decision(judged(story, {"U1": "competent", "U3": "competent"}, team=SECOND_TEAM), team=SECOND_TEAM)
    assert "took_part_before" in codes(story.attempt("grant", DECIDER))
    assert issued(story.do("grant", DECIDER_2)).facts.state == "certified"


@pytest.mark.parametrize("name", SKILLS)
def test_a_refusal_that_is_upheld_leaves_another_attempt_and_ends_with_what_the_person_can_do(name: str) -> None:
    story = appealed(name).do("uphold", APPEALS_2, grounds="The minutes are complete.")
    assert story.facts.state == "gap_told_none"
    assert not codes(story.attempt("ask_reassessment", ANA))
    story.do("close_gap", ANA)
    end = story.definition.states[story.facts.state]
    assert end.final is Ending.REFUSED
    assert "apply_again" in end.remedies


@pytest.mark.parametrize("name", SKILLS)
def test_nobody_is_turned_away_without_a_second_person_and_a_way_to_appeal(name: str) -> None:
    story = settle(begun(name), INTAKE, experience_shown="not_shown")
    assert "same_person" in codes(story.attempt("turn_away", INTAKE, grounds="Too little."))
    story.do("turn_away", DECIDER, grounds="Too little experience in the trade.")
    remedy = next(each.name for each in story.definition.procedure.remedies.values() if each.runs_here)
    assert not codes(story.attempt("appeal", ANA, remedy=remedy, grounds="My letters were not read."))
    assert story.do("let_stand", ANA).facts.state == "not_admitted"


@pytest.mark.parametrize("name", SKILLS)
def test_a_person_without_any_work_papers_goes_on_by_another_way(name: str) -> None:
    story = Story(rules(name), waivers={"work_history": "named_referee"}).now(evidence={"identity": 1, "schooling": 1}).do("submit", ANA)
    assert "waiver_open" in codes(settle(story, INTAKE).attempt("accept", INTAKE))
    story.find("waiver_work_history", "granted", INTAKE)
    assert story.do("accept", INTAKE).facts.state in ("planning", "guidance", "memorial")


@pytest.mark.parametrize("name", SKILLS)
def test_every_procedure_lists_the_thirteen_model_standards_and_an_appeal_that_runs_here(name: str) -> None:
    assert set(rules(name).standards) == STANDARDS
    assert any(remedy.runs_here for remedy in rules(name).procedure.remedies.values())


# ── what is known of each


@pytest.mark.parametrize(
    ("name", "limit", "unit"),
    [
        ("ar-rpl-mteyss", 30, "working"), ("cr-rpl-ina", 3, "working"), ("pa-rpl-inadeh", 5, "working"), ("do-rpl-infotep", 30, "calendar"),
        ("cl-rpl-chilevalora", 30, "working"), ("mx-rpl-conocer", 30, "working"), ("ec-rpl-mdt-secap", 30, "working"), ("br-rpl-rede-certifica", 30, "working"),
        ("tt-rpl-plar", 30, "working"),
    ],
)
def test_the_time_to_appeal_is_that_of_the_law_or_of_the_service_and_then_it_is_over(name: str, limit: int, unit: str) -> None:
    definition = rules(name)
    span = definition.deadlines["appeal_time"].limit
    assert span is not None
    assert (span.count, span.unit.value) == (limit, unit)
    known = [remedy.limit for remedy in definition.procedure.remedies.values() if remedy.limit is not None]
    assert definition.deadlines["appeal_time"].basis == "product_choice" if not known else span == max(known, key=lambda each: each.count)
    story = declined(name)
    due = clock(definition, story.facts, name="appeal_time").due_at
    assert due is not None
    remedy = next(each.name for each in definition.procedure.remedies.values() if each.runs_here)
    assert not codes(story.now(now=due - timedelta(minutes=1)).attempt("appeal", ANA, remedy=remedy, grounds="Please look again."))
    assert codes(story.now(now=due).attempt("appeal", ANA, remedy=remedy, grounds="Please look again.")) == {"appeal_too_late"}


@pytest.mark.parametrize(
    ("name", "confidence", "validity", "free"),
    [
        ("ar-rpl-mteyss", "low", "from_standard", False), ("br-rpl-rede-certifica", "medium", "permanent", True),
        ("cl-rpl-chilevalora", "medium", "from_standard", False), ("cr-rpl-ina", "low", "from_standard", True),
        ("do-rpl-infotep", "low", "from_standard", False), ("ec-rpl-mdt-secap", "low", "from_standard", False),
        ("mx-rpl-conocer", "medium", "from_standard", False), ("pa-rpl-inadeh", "low", "from_standard", False), ("tt-rpl-plar", "medium", "permanent", False),
    ],
)
def test_what_is_not_known_is_not_claimed(name: str, confidence: str, validity: str, free: bool) -> None:
    definition = rules(name)
    assert (definition.procedure.confidence, definition.certificate.validity) == (confidence, validity)
    assert [fee.amount for fee in definition.procedure.fees] == ([0] if free else [])  # no fee at all means: not known
    assert definition.procedure.silence == "none_known"
    assert not definition.enabled


# ── tests of knowledge and practice


@pytest.mark.parametrize("name", TWO_TESTS)
@pytest.mark.parametrize("missing", ["theory_test", "practice_test"])
def test_without_both_tests_no_unit_counts_as_competent_and_the_person_may_come_again(name: str, missing: str) -> None:
    story = in_assessment(name).find("U1", "competent", ASSESSOR).find("U3", "not_yet_competent", ASSESSOR)
    for check, value in {"theory_test": "aloud", "practice_test": "simulated", missing: "not_taken"}.items():
        story.find(check, value, ASSESSOR)
    if "board_view" in story.definition.checks:
        story.find("board_view", "agrees", ASSESSOR_2)
    assert "check_failed" in codes(story.attempt("judge", ASSESSOR))
    assert "units_some_competent" in codes(story.attempt("judge_untested", ASSESSOR))
    story.find("U1", "not_yet_competent", ASSESSOR).do("judge_untested", ASSESSOR)
    story = in_decision(story).do("decline", DECIDER, grounds="A test was not taken.").do("ask_reassessment", ANA)
    assert story.facts.state == "assessment"


@pytest.mark.parametrize("name", TWO_TESTS)
def test_nobody_closes_without_both_tests_when_both_were_taken(name: str) -> None:
    story = in_assessment(name).find("U1", "not_yet_competent", ASSESSOR).find("U3", "not_yet_competent", ASSESSOR)
    story.find("theory_test", "aloud", ASSESSOR).find("practice_test", "at_work", ASSESSOR)
    assert "no_check_failed" in codes(story.attempt("judge_untested", ASSESSOR))


@pytest.mark.parametrize("name", DIRECT)
def test_a_unit_judged_on_letters_or_years_alone_cannot_be_closed_as_competent(name: str) -> None:
    story = in_assessment(name).find("U1", "competent", ASSESSOR).find("U3", "competent", ASSESSOR)
    assert "check_open" in codes(story.attempt("judge", ASSESSOR))
    story.find("direct_evidence", "not_each_unit", ASSESSOR)
    assert "check_failed" in codes(story.attempt("judge", ASSESSOR))
    story.find("U3", "not_yet_competent", ASSESSOR).find("direct_evidence", "each_unit", ASSESSOR)
    assert story.do("judge", ASSESSOR).facts.state == "verification"


# ── Brazil


def test_in_brazil_nobody_under_age_or_without_the_schooling_of_the_call_is_admitted() -> None:
    young = settle(begun("br-rpl-rede-certifica"), INTAKE, of_age="under_age")
    unschooled = settle(begun("br-rpl-rede-certifica"), INTAKE, schooling_enough="not_enough")
    assert "check_failed" in codes(young.attempt("accept", INTAKE))
    assert "check_failed" in codes(unschooled.attempt("accept", INTAKE))
    assert not codes(young.attempt("turn_away", DECIDER, grounds="Under 18."))


def test_in_brazil_lost_school_papers_shut_nobody_out() -> None:
    story = Story(rules("br-rpl-rede-certifica"), waivers={"schooling": "sworn_statement"}).now(evidence={"identity": 1, "work_history": 1}).do("submit", ANA)
    settle(story, INTAKE, schooling_enough="shown_otherwise").find("waiver_schooling", "granted", INTAKE)
    assert story.do("accept", INTAKE).facts.state == "memorial"


def test_in_brazil_the_account_of_a_working_life_comes_before_the_interview_or_is_told_in_it() -> None:
    story = settle(begun("br-rpl-rede-certifica"), INTAKE).do("accept", INTAKE).now(evidence={"identity": 1, "work_history": 1, "schooling": 1})
    assert "evidence_missing" in codes(story.attempt("hand_in_story", ANA))
    assert "too_early" in codes(story.attempt("tell_it_aloud", SYSTEM))
    assert not codes(story.attempt("tell_it_aloud", ANA))
    story.wait(days=61).do("tell_it_aloud", SYSTEM)
    assert "check_open" in codes(story.attempt("close_guidance", GUIDE))
    settle(story, GUIDE, story_known="told_aloud")
    assert story.do("close_guidance", GUIDE).facts.state == "planning"


def test_in_brazil_the_board_has_two_different_members() -> None:
    story = in_assessment("br-rpl-rede-certifica").find("U1", "competent", ASSESSOR).find("U3", "competent", ASSESSOR)
    story.find("theory_test", "written", ASSESSOR).find("practice_test", "at_work", ASSESSOR)
    assert "check_open" in codes(story.attempt("judge", ASSESSOR))
    with pytest.raises(AssertionError, match="board_view"):
        story.find("board_view", "agrees", ASSESSOR)
    assert story.find("board_view", "differs", ASSESSOR_2).do("judge", ASSESSOR).facts.state == "verification"
    with pytest.raises(AssertionError, match="U1"):
        in_assessment("br-rpl-rede-certifica").find("board_view", "agrees", ASSESSOR_2).find("U1", "competent", ASSESSOR_2)


# ── Trinidad and Tobago


def test_in_trinidad_an_external_verifier_follows_the_internal_one_and_is_somebody_else() -> None:
    both = Actor(VERIFIER.person_id, frozenset({Role.INTERNAL_VERIFIER, Role.TECHNICAL_EXPERT}))
    story = judged(in_assessment("tt-rpl-plar"), {"U1": "competent", "U3": "competent"})
    settle(story, VERIFIER).do("verify", VERIFIER)
    assert story.facts.state == "external_verification"
    assert {"same_person", "check_open"} <= codes(story.attempt("verify_externally", both))
    with pytest.raises(AssertionError, match="externally_checked"):
        story.find("externally_checked", "in_order", both)
    assert "same_person" in codes(settle(story, EXPERT).attempt("verify_externally", Actor(ASSESSOR.person_id, frozenset({Role.TECHNICAL_EXPERT}))))
    assert story.do("verify_externally", EXPERT).facts.state == "decision_awaited"


def test_in_trinidad_what_the_external_verifier_returns_is_verified_again_inside() -> None:
    story = judged(in_assessment("tt-rpl-plar"), {"U1": "competent", "U3": "competent"})
    settle(story, VERIFIER).do("verify", VERIFIER).do("return_to_verification", EXPERT, grounds="The minutes of U3 are not signed.")
    assert story.facts.state == "verification"
    in_decision(story)
    assert issued(story.do("grant", DECIDER)).facts.state == "certified"


def test_in_trinidad_a_non_national_may_apply_with_a_passport_number() -> None:
    story = settle(begun("tt-rpl-plar"), INTAKE, may_apply="as_non_national")
    assert not codes(story.attempt("accept", INTAKE))
    refused = settle(begun("tt-rpl-plar"), INTAKE, may_apply="not_met")
    assert "check_failed" in codes(refused.attempt("accept", INTAKE))
    assert not codes(refused.attempt("turn_away", DECIDER, grounds="Under the age that is asked for."))


# ── Mexico, Chile


def test_in_mexico_an_assessor_without_the_certification_asked_for_makes_no_plan() -> None:
    story = in_planning("mx-rpl-conocer").find("assessor_entitled", "not_entitled", ASSESSOR)
    assert "check_failed" in codes(story.attempt("propose_plan", ASSESSOR, units="U1", plan="Monday."))
    planned(story, ASSESSOR_2)
    assert story.facts.state == "assessment"


def test_in_mexico_whoever_gave_the_course_does_not_assess() -> None:
    story = in_planning("mx-rpl-conocer")
    story.now(declared={**story.facts.declared, str(ASSESSOR.person_id): "trained"})
    assert "trained_declared" in codes(story.attempt("propose_plan", ASSESSOR, units="U1", plan="Monday."))


def test_in_chile_the_evaluation_by_a_line_manager_is_welcome_and_not_required() -> None:
    rule = rules("cl-rpl-chilevalora").evidence["manager_view"]
    assert (rule.at_least, rule.accepts) == (0, ("employer_letter", "third_party_letter"))


def test_whoever_guided_a_person_does_not_assess_verify_or_decide() -> None:
    story = in_assessment("cl-rpl-chilevalora")
    for role, move in ((Role.ASSESSOR, "judge"), (Role.INTERNAL_VERIFIER, "verify"), (Role.DECISION_MAKER, "grant")):
        assert "same_person" in codes(story.attempt(move, Actor(GUIDE.person_id, frozenset({role})))), move


def test_the_registrar_has_not_assessed() -> None:
    story = decided_with("ec-rpl-mdt-secap", u1="competent", u3="competent").do("grant", DECIDER)
    assert "same_person" in codes(story.attempt("issue", Actor(ASSESSOR.person_id, frozenset({Role.REGISTRAR}))))
    assert not codes(story.attempt("issue", REGISTRAR))
