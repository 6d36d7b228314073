"""The procedures of Colombia and Peru, walked from the draft to the certificate, to a refusal and its appeal, and round what each does in its own way."""

from datetime import timedelta

import pytest

from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.workflow.clocks import clock
from credentialing.workflow.guards import is_required
from credentialing.workflow.model import Definition, Ending
from tests.workflow.stories import (
    ANA,
    APPEALS,
    APPEALS_2,
    ASSESSOR,
    DECIDER,
    GUIDE,
    INTAKE,
    NAMED,
    VERIFIER,
    Story,
    codes,
    issued,
    library,
    reasons,
    with_roles,
)

STUDIES = ("co-degree-convalidacion.v2", "pe-degree-reconocimiento.v1", "pe-degree-revalidacion.v1", "co-school-bachiller.v1", "pe-school-minedu.v1")
SCHOOLS = ("co-school-bachiller.v1", "pe-school-minedu.v1")
SKILLS = ("co-rpl-sena-eccl.v2", "co-rpl-rap.v1", "pe-rpl-mtpe.v1", "pe-rpl-sineace.v1")
SUNEDU = "pe-degree-reconocimiento.v1"

EXPERT, EXPERT_2 = (Actor(name, frozenset({Role.TECHNICAL_EXPERT})) for name in ("elio", "edda"))
ASSESSOR_2 = Actor("abril", frozenset({Role.ASSESSOR}))
VERIFIER_2 = Actor("vito", frozenset({Role.INTERNAL_VERIFIER}))
DECIDER_2 = Actor("delia", frozenset({Role.DECISION_MAKER}))
INTAKE_2 = Actor("ivan", frozenset({Role.INTAKE_OFFICER}))
FIRST_TEAM = (ASSESSOR, EXPERT, VERIFIER, DECIDER)
SECOND_TEAM = (ASSESSOR_2, EXPERT_2, VERIFIER_2, DECIDER_2)
STAFF = (INTAKE, INTAKE_2, GUIDE, APPEALS, APPEALS_2, *FIRST_TEAM, *SECOND_TEAM)
WHY = "For the reasons in the file."


def rules(ref: str) -> Definition:
    """One version of a procedure, `id.vN`."""
    name, _, version = ref.rpartition(".v")
    return library().definition(name, int(version))


def opened(ref: str, **changes: object) -> Story:
    """A draft with everything in it, on which nobody of the staff has a conflict."""
    return Story(rules(ref), declared={str(person.person_id): "none" for person in STAFF}, **changes)


def remedy_of(ref: str) -> str:
    """The first appeal that is carried out here."""
    return next(each.name for each in rules(ref).procedure.remedies.values() if each.runs_here)


def settle(story: Story, actor: Actor, **values: str) -> Story:
    """Every check of the present state that the person's role makes: the given value, else the first that passes."""
    for check in story.definition.checks.values():
        if story.facts.state in check.done_in and actor.roles.intersection(check.by):
            story.find(check.name, values.get(check.name, check.passes_with[0]), actor)
    return story


def to_evaluation(story: Story) -> Story:
    """From the draft to the evaluation: sent, taken up, complete, paid where there is a fee."""
    story.do("submit", ANA)
    if story.facts.state == "coverage_check":
        settle(story, INTAKE).do("confirm_coverage", INTAKE)
    settle(story, INTAKE).do("accept", INTAKE)
    if story.facts.state == "payment_awaited":
        settle(story.do("pay", ANA), INTAKE).do("confirm_payment", INTAKE)
    return story


def proposed(story: Story, outcome: str, *, team: tuple[Actor, ...] = FIRST_TEAM) -> Story:
    """Everything judged by one team, and an outcome proposed."""
    assessor, expert = team[0], team[1]
    settle(story, assessor)
    if Role.TECHNICAL_EXPERT in story.definition.roles:
        settle(story, expert)
    for criterion in story.definition.criteria.values():
        story.find(criterion.name, criterion.values[0], assessor)
    if story.definition.routes:
        story.do("choose_route", assessor, route=story.definition.routes[0])
    return story.do("propose", assessor, outcome=outcome, grounds=WHY)


def refused(ref: str) -> Story:
    """The studies were not recognised, and the person knows it."""
    return proposed(to_evaluation(opened(ref)), "denied").wait(days=1).do("deny", DECIDER, grounds=WHY)


def appealed(story: Story, ref: str) -> Story:
    """The person appeals, and one member of the appeals body has given an opinion."""
    story.wait(days=1).do("appeal", ANA, remedy=remedy_of(ref), grounds=WHY)
    return story.do("report_appeal", APPEALS, appeal_opinion="annul", grounds=WHY)


def to_planning(story: Story) -> Story:
    """Skills, admitted and made ready with a guide where there is one."""
    settle(story.do("submit", ANA), INTAKE).do("accept", INTAKE)
    if story.facts.state == "guidance":
        settle(story, GUIDE).do("close_guidance", GUIDE)
    return story


def units_judged(story: Story, u1: str, u3: str, *, team: tuple[Actor, ...] = FIRST_TEAM) -> Story:
    """Skills at the decision, with these judgements of two units."""
    assessor, verifier = team[0], team[2]
    story.do("propose_plan", assessor, units="U1 U3", plan="Thursday at the workshop.").do("agree_plan", ANA)
    story.find("U1", u1, assessor).find("U3", u3, assessor).do("judge", assessor)
    return settle(story, verifier).do("verify", verifier)


def declined(ref: str) -> Story:
    """No unit was shown, and the person knows it."""
    return units_judged(to_planning(opened(ref)), "not_yet_competent", "not_yet_competent").wait(days=1).do("decline", DECIDER, grounds=WHY)


def tsu(**changes: str) -> Story:
    """A draft for SUNEDU without receipt, apostille and marks; the answers say that it is a TSU, or what else."""
    return opened(SUNEDU, choices={"study_level": "technical", "field_of_study": "engineering", **changes}, evidence={"identity": 1, "diploma": 1})


def not_covered() -> Story:
    """The person was told that SUNEDU does not recognise a TSU."""
    story = settle(tsu().do("submit", ANA), INTAKE, covered="other_procedure")
    return story.wait(days=1).do("refer", DECIDER, grounds="A TSU is not recognised by SUNEDU.")


# ── studies: degrees and school


@pytest.mark.parametrize("ref", STUDIES)
def test_studies_are_walked_from_the_draft_to_the_certificate(ref: str) -> None:
    story = issued(proposed(to_evaluation(opened(ref)), "full").do("grant", DECIDER, recognised_as=NAMED))
    assert story.definition.states[story.facts.state].final is Ending.GRANTED


@pytest.mark.parametrize("ref", STUDIES)
def test_a_refusal_that_is_annulled_is_judged_anew_by_other_people(ref: str) -> None:
    story = appealed(refused(ref), ref).wait(days=1).do("annul", APPEALS_2, grounds=WHY)
    assert story.facts.state == "evaluation"
    assert "took_part_before" in codes(story.attempt("propose", ASSESSOR, outcome="full", grounds=WHY))
    proposed(story.wait(days=1), "full", team=SECOND_TEAM)
    assert "took_part_before" in codes(story.attempt("grant", DECIDER, recognised_as=NAMED))
    assert issued(story.do("grant", DECIDER_2, recognised_as=NAMED)).facts.state == "certified"


@pytest.mark.parametrize("ref", STUDIES)
def test_a_refusal_that_is_upheld_ends_with_what_the_person_can_do(ref: str) -> None:
    story = appealed(refused(ref), ref).do("uphold", APPEALS_2, grounds=WHY)
    assert story.facts.state == "refusal_told"
    end = story.definition.states[story.do("let_stand", ANA).facts.state]
    assert end.final is Ending.REFUSED
    assert "apply_again" in end.remedies


@pytest.mark.parametrize("ref", STUDIES)
def test_a_person_who_has_only_other_ways_gets_an_answer_to_each_and_goes_on(ref: str) -> None:
    missing = [rule for rule in rules(ref).evidence.values() if rule.instead and rule.asked_in[0] == "draft"]
    story = opened(ref, evidence={}, waivers={rule.kind: rule.instead[-1] for rule in missing}).do("submit", ANA)
    if story.facts.state == "coverage_check":
        settle(story, INTAKE).do("confirm_coverage", INTAKE)
    settle(story, INTAKE)
    assert "waiver_open" in codes(story.attempt("accept", INTAKE))
    for rule in missing:
        story.find(rule.waiver, "granted", INTAKE)
    assert story.do("accept", INTAKE).facts.state in ("evaluation", "payment_awaited")


@pytest.mark.parametrize("ref", SCHOOLS)
def test_a_part_of_school_is_recognised_as_a_part(ref: str) -> None:
    story = proposed(to_evaluation(opened(ref)), "partial").do("recognise_partly", DECIDER, recognised_as="Third year of secondary school", grounds=WHY)
    assert not codes(story.attempt("appeal", ANA, remedy=remedy_of(ref), grounds=WHY))
    assert issued(story.do("accept_partial", ANA)).facts.state == "certified"
    assert story.definition.page_of("recognise_partly") == "partial"


@pytest.mark.parametrize("ref", SCHOOLS)
def test_the_school_title_is_asked_for_only_from_those_who_finished(ref: str) -> None:
    rule = rules(ref).evidence["diploma"]
    assert not is_required(rule, opened(ref, choices={"school_level": "secondary_years"}).facts)
    assert is_required(rule, opened(ref, choices={"school_level": "school_leaving"}).facts)


def test_a_university_may_ask_for_courses_and_recognises_when_they_are_passed() -> None:
    ref = "pe-degree-revalidacion.v1"
    story = proposed(to_evaluation(opened(ref)), "conditional").do("require_measures", DECIDER, grounds="Two courses of Peruvian law.")
    story.do("accept_measures", ANA).do("show_measures", ANA)
    settle(story, ASSESSOR, measures_met="not_met").do("report_measures", ASSESSOR)
    assert "check_failed" in codes(story.attempt("grant_after_measures", DECIDER, recognised_as=NAMED))
    story.do("more_measures", DECIDER, grounds="One course is still missing.").do("show_measures", ANA)
    settle(story, ASSESSOR).do("report_measures", ASSESSOR)
    assert issued(story.do("grant_after_measures", DECIDER, recognised_as=NAMED)).facts.state == "certified"


def test_whoever_could_not_prove_the_payment_opens_the_case_again_and_sends_another_receipt() -> None:
    story = opened("co-degree-convalidacion.v2").do("submit", ANA)
    settle(settle(story, INTAKE).do("accept", INTAKE).do("pay", ANA), INTAKE, receipt_matches="not_paid")
    story.do("close_unpaid", INTAKE_2, grounds="No payment was found.")
    assert story.facts.state == "resting"
    story.wait(days=20).do("reopen", ANA)
    assert story.facts.state == "payment_awaited"
    assert not codes(story.attempt("pay", ANA))


# ── SUNEDU: what it does not recognise, and how long it may take


@pytest.mark.parametrize("changes", [{}, {"study_level": "undergraduate", "field_of_study": "law"}], ids=["a TSU", "a law degree"])
def test_nobody_pays_sunedu_or_gets_an_apostille_for_what_it_does_not_recognise(changes: dict[str, str]) -> None:
    story = tsu(**changes)
    assert [rule.kind for rule in story.definition.evidence.values() if is_required(rule, story.facts)] == ["identity", "diploma"]
    assert story.do("submit", ANA).facts.state == "coverage_check"


def test_a_covered_degree_needs_its_receipt_and_its_apostille_or_another_way() -> None:
    story = tsu(study_level="undergraduate")
    missing = {reason.details["kind"] for reason in reasons(story.attempt("submit", ANA)) if reason.code == "evidence_missing"}
    assert missing == {"apostille", "payment_receipt"}
    story.now(waivers={"apostille": "issuer_database", "payment_receipt": "fee_exemption"})
    assert not codes(story.attempt("submit", ANA))


def test_two_people_look_before_a_person_is_told_that_a_degree_is_not_covered() -> None:
    story = settle(tsu().do("submit", ANA), INTAKE, covered="other_procedure")
    both = with_roles(INTAKE, Role.INTAKE_OFFICER, Role.DECISION_MAKER)
    assert "check_failed" in codes(story.attempt("confirm_coverage", INTAKE))
    assert "same_person" in codes(story.attempt("refer", both, grounds=WHY))
    assert "wrong_role" in codes(story.attempt("refer", INTAKE_2, grounds=WHY))
    assert story.do("refer", DECIDER, grounds=WHY).facts.state == "refusal_told"


def test_a_covered_degree_cannot_be_told_that_it_is_not() -> None:
    story = settle(opened(SUNEDU).do("submit", ANA), INTAKE)
    assert "no_check_failed" in codes(story.attempt("refer", DECIDER, grounds=WHY))


def test_whoever_is_not_covered_is_shown_the_way_of_the_university() -> None:
    end = rules(SUNEDU).states[not_covered().do("let_stand", ANA).facts.state]
    assert end.final is Ending.REFUSED
    assert "university_route" in end.remedies


def test_an_appeal_can_find_that_a_degree_is_covered_and_its_papers_are_then_looked_at() -> None:
    story = appealed(not_covered(), SUNEDU)
    assert "same_person" in codes(story.attempt("admit", APPEALS, grounds=WHY))
    story.do("admit", APPEALS_2, grounds="It is a degree of five years.")
    assert story.facts.state == "completeness_check"
    story.now(questions_drafted=2).do("ask_once", INTAKE)
    assert story.facts.state == "answer_awaited"


def test_the_thirty_working_days_of_sunedu_begin_with_the_application_and_stop_while_the_person_answers() -> None:
    story = opened(SUNEDU).do("submit", ANA).wait(days=2)
    settle(story, INTAKE).do("confirm_coverage", INTAKE).now(questions_drafted=1).do("ask_once", INTAKE)
    before = clock(story.definition, story.facts, name="authority")
    after = clock(story.definition, story.wait(days=40).facts, name="authority")
    assert (before.used, after.used, after.running) == (2, 2, False)
    assert after.limit.count == 30


def test_silence_of_sunedu_is_a_no_against_which_the_person_may_appeal_or_wait() -> None:
    story = to_evaluation(opened(SUNEDU))
    assert "no_silence" in codes(story.attempt("appeal_silence", ANA, remedy="apelacion", grounds=WHY))
    story.wait(days=60).do("appeal_silence", ANA, remedy="apelacion", grounds=WHY)
    story.do("report_appeal", APPEALS, appeal_opinion="uphold", grounds=WHY)
    assert story.do("uphold", APPEALS_2, grounds=WHY).facts.state == "evaluation"


@pytest.mark.parametrize("ref", ["pe-degree-revalidacion.v1", "co-school-bachiller.v1", "pe-school-minedu.v1"])
def test_where_no_limit_after_which_silence_counts_was_found_no_clock_says_so(ref: str) -> None:
    definition = rules(ref)
    assert all(deadline.silence != "negative" for deadline in definition.deadlines.values())
    assert "appeal_silence" not in definition.moves


# ── skills


@pytest.mark.parametrize("ref", SKILLS)
def test_skills_are_walked_from_the_draft_to_the_certificate(ref: str) -> None:
    story = issued(units_judged(to_planning(opened(ref)), "competent", "competent").do("grant", DECIDER))
    assert story.facts.state == "certified"
    assert story.definition.page_of("grant") == "competence"


@pytest.mark.parametrize("ref", SKILLS)
def test_whoever_shows_a_part_receives_a_certificate_of_those_units(ref: str) -> None:
    story = units_judged(to_planning(opened(ref)), "competent", "not_yet_competent").do("grant_units", DECIDER, grounds=WHY).do("take_units", ANA)
    assert issued(story).facts.state == "certified"
    assert story.definition.page_of("grant_units") == "units"


@pytest.mark.parametrize("ref", SKILLS)
def test_skills_that_were_refused_are_judged_anew_by_other_people_after_an_appeal(ref: str) -> None:
    story = appealed(declined(ref), ref).wait(days=1).do("annul", APPEALS_2, grounds=WHY)
    assert story.facts.state == "planning"
    assert "took_part_before" in codes(story.attempt("propose_plan", ASSESSOR, units="U1", plan="Again."))
    units_judged(story.wait(days=1), "competent", "competent", team=SECOND_TEAM)
    assert "took_part_before" in codes(story.attempt("grant", DECIDER))
    assert issued(story.do("grant", DECIDER_2)).facts.state == "certified"


@pytest.mark.parametrize("ref", SKILLS)
def test_whoever_has_shown_no_unit_may_try_again_and_is_never_left_without_a_way(ref: str) -> None:
    story = declined(ref)
    assert not codes(story.attempt("ask_reassessment", ANA))
    end = story.definition.states[story.wait(days=181).do("close_gap", SYSTEM).facts.state]
    assert end.final is Ending.REFUSED
    assert "apply_again" in end.remedies


@pytest.mark.parametrize("ref", SKILLS)
def test_nobody_is_turned_away_without_a_second_person_and_a_way_to_appeal(ref: str) -> None:
    story = settle(opened(ref).do("submit", ANA), INTAKE, experience_shown="not_shown").do("turn_away", DECIDER, grounds=WHY)
    assert not codes(story.attempt("appeal", ANA, remedy=remedy_of(ref), grounds=WHY))
    assert story.do("let_stand", ANA).facts.state == "not_admitted"


def test_a_guide_helps_and_does_not_assess() -> None:
    story = to_planning(opened("pe-rpl-mtpe.v1"))
    both = with_roles(GUIDE, Role.GUIDE, Role.ASSESSOR)
    refusal = reasons(story.attempt("propose_plan", both, units="U1", plan=WHY))
    assert {reason.details["rule"] for reason in refusal if reason.code == "same_person"} == {"SOD1"}


def test_a_graduate_without_the_degree_shows_it_in_another_way() -> None:
    story = opened("pe-rpl-sineace.v1", evidence={"identity": 1, "work_history": 1}, waivers={"graduation": "issuer_database"}).do("submit", ANA)
    assert "waiver_open" in codes(settle(story, INTAKE).attempt("accept", INTAKE))
    assert story.find("waiver_graduation", "granted", INTAKE).do("accept", INTAKE).facts.state == "planning"


# ── the times to appeal


@pytest.mark.parametrize(
    ("ref", "days"),
    [
        ("co-degree-convalidacion.v2", 10), (SUNEDU, 15), ("pe-degree-revalidacion.v1", 15), ("co-school-bachiller.v1", 10), ("pe-school-minedu.v1", 15),
        ("co-rpl-sena-eccl.v2", 5), ("co-rpl-rap.v1", 10),
    ],
)
def test_the_time_to_appeal_is_that_of_the_remedies_and_then_it_is_over(ref: str, days: int) -> None:
    definition = rules(ref)
    span = definition.deadlines["appeal_time"].limit
    assert span is not None
    assert (span.count, span.unit.value) == (days, "working")
    assert {each.limit for each in definition.procedure.remedies.values() if each.runs_here} == {span}
    story = refused(ref) if ref in STUDIES else declined(ref)
    due = clock(definition, story.facts, name="appeal_time").due_at
    assert due is not None
    story.now(now=due - timedelta(hours=1))
    assert not codes(story.attempt("appeal", ANA, remedy=remedy_of(ref), grounds=WHY))
    assert codes(story.wait(hours=2).attempt("appeal", ANA, remedy=remedy_of(ref), grounds=WHY)) == {"appeal_too_late"}


@pytest.mark.parametrize("ref", ["pe-rpl-mtpe.v1", "pe-rpl-sineace.v1"])
def test_where_no_time_to_appeal_was_found_none_is_made_up(ref: str) -> None:
    story = declined(ref).wait(days=170)
    assert "appeal_time" not in story.definition.deadlines
    assert not codes(story.attempt("appeal", ANA, remedy=remedy_of(ref), grounds=WHY))
