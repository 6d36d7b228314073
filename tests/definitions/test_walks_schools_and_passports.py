"""School studies in Argentina and Mexico, and the two passports: from the draft to the certificate, to a refusal and its appeal, and through silence."""

from datetime import timedelta

import pytest

from credentialing.domain.calendars import DayType, Span
from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.workflow.clocks import clock
from credentialing.workflow.model import ClockKind, Definition, Ending
from tests.workflow.stories import ANA, APPEALS, APPEALS_2, ASSESSOR, DECIDER, INTAKE, REGISTRAR, Story, codes, issued, library

PASSPORT, SKILLS, ARGENTINA, MEXICO = "xx-qualifications-passport", "xx-skills-passport", "ar-school-convalidacion", "mx-school-media-superior"
SCHOOLS, JUDGED_ONCE = (ARGENTINA, MEXICO), (ARGENTINA, MEXICO, SKILLS)

ASSESSOR_2, ASSESSOR_3 = (Actor(name, frozenset({Role.ASSESSOR})) for name in ("abril", "anton"))
EXPERT, EXPERT_2 = (Actor(name, frozenset({Role.TECHNICAL_EXPERT})) for name in ("elio", "edda"))
INTAKE_2 = Actor("ivan", frozenset({Role.INTAKE_OFFICER}))
DECIDER_2 = Actor("delia", frozenset({Role.DECISION_MAKER}))
STAFF = (INTAKE, INTAKE_2, ASSESSOR, ASSESSOR_2, ASSESSOR_3, EXPERT, EXPERT_2, DECIDER, DECIDER_2, APPEALS, APPEALS_2)
WHY = "For the reasons in the file."


def rules(name: str) -> Definition:
    """The first version of a procedure."""
    return library().definition(name, 1)


def opened(name: str, **changes: object) -> Story:
    """A draft with everything in it, on which nobody of the staff has a conflict."""
    choices = {"school_level": "school_leaving", "papers_language": "spanish", "study_level": "undergraduate"}
    return Story(rules(name), declared={str(person.person_id): "none" for person in STAFF}, **({"choices": choices} | changes))


def settle(story: Story, actor: Actor, **values: str) -> Story:
    """Every check of the present state that the person's role makes: the given value, else the first that passes."""
    for check in story.definition.checks.values():
        if story.facts.state in check.done_in and actor.roles.intersection(check.by):
            story.find(check.name, values.get(check.name, check.passes_with[0]), actor)
    return story


def in_evaluation(name: str) -> Story:
    """The papers are accepted and, where there is a fee, paid for."""
    story = settle(opened(name).do("submit", ANA), INTAKE).do("accept", INTAKE)
    return settle(story.do("pay", ANA), INTAKE).do("confirm_payment", INTAKE) if story.facts.state == "payment_awaited" else story


def proposed(story: Story, outcome: str, *, assessor: Actor = ASSESSOR, expert: Actor = EXPERT) -> Story:
    """The evaluation is done and an outcome proposed."""
    return settle(settle(story, expert), assessor).do("propose", assessor, outcome=outcome, grounds=WHY)


def denied(name: str) -> Story:
    """The person has the refusal in hand."""
    return proposed(in_evaluation(name), "denied").do("deny", DECIDER, grounds=WHY)


def remedy_of(name: str) -> str:
    """The first appeal that is carried out here."""
    return next(each.name for each in rules(name).procedure.remedies.values() if each.runs_here)


def appealed(name: str) -> Story:
    """One member of the appeals body has given an opinion."""
    story = denied(name).do("appeal", ANA, remedy=remedy_of(name), grounds="My fourth year is missing.")
    return story.do("report_appeal", APPEALS, appeal_opinion="annul", grounds=WHY)


# ── schools, and certificates of another country


@pytest.mark.parametrize(("name", "printed_as"), [(ARGENTINA, "school"), (MEXICO, "school"), (SKILLS, "mutual")])
def test_what_is_recognised_ends_with_a_certificate_of_its_own_kind(name: str, printed_as: str) -> None:
    story = issued(proposed(in_evaluation(name), "full").do("grant", DECIDER, recognised_as="Fifth year"))
    assert story.definition.states[story.facts.state].final is Ending.GRANTED
    assert story.definition.page_of("grant") == printed_as


@pytest.mark.parametrize("name", JUDGED_ONCE)
def test_a_part_is_taken_by_the_person_or_by_the_end_of_the_time(name: str) -> None:
    story = proposed(in_evaluation(name), "partial").do("recognise_partly", DECIDER, recognised_as="Third year", grounds=WHY)
    assert story.definition.page_of("recognise_partly") == "partial"
    assert "too_early" in codes(story.attempt("accept_partial", SYSTEM))
    assert issued(story.wait(days=91).do("accept_partial", SYSTEM)).facts.state == "certified"


@pytest.mark.parametrize("name", JUDGED_ONCE)
def test_a_refusal_that_is_annulled_is_judged_anew_by_other_people(name: str) -> None:
    story = appealed(name).do("annul", APPEALS_2, grounds=WHY)
    assert story.facts.state == "evaluation"
    assert "took_part_before" in codes(story.attempt("propose", ASSESSOR, outcome="full", grounds=WHY))
    proposed(story, "full", assessor=ASSESSOR_2, expert=EXPERT_2)
    assert "took_part_before" in codes(story.attempt("grant", DECIDER, recognised_as="Fifth year"))
    assert issued(story.do("grant", DECIDER_2, recognised_as="Fifth year")).facts.state == "certified"


@pytest.mark.parametrize("name", JUDGED_ONCE)
def test_a_refusal_that_is_upheld_ends_with_what_the_person_can_do(name: str) -> None:
    story = appealed(name).do("uphold", APPEALS_2, grounds=WHY).do("let_stand", ANA)
    assert (story.facts.state, story.definition.states["denied"].final) == ("denied", Ending.REFUSED)
    assert "apply_again" in story.definition.states["denied"].remedies


@pytest.mark.parametrize("name", SCHOOLS)
def test_a_lost_school_paper_shuts_nobody_out(name: str) -> None:
    ways = {kind: "knowledge_test" for kind in ("transcript", "diploma") if rules(name).evidence[kind].instead}
    story = settle(opened(name, evidence={"identity": 1}, waivers=ways).do("submit", ANA), INTAKE)
    assert "waiver_open" in codes(story.attempt("accept", INTAKE))
    for kind in ways:
        story.find(f"waiver_{kind}", "granted", INTAKE)
    assert "transcript" in ways
    assert story.do("accept", INTAKE).facts.state in ("evaluation", "payment_awaited")


@pytest.mark.parametrize("name", SCHOOLS)
def test_the_title_is_asked_only_of_whoever_finished_school_and_in_mexico_of_nobody(name: str) -> None:
    without_title = {"identity": 1, "transcript": 1}
    some_years = opened(name, evidence=without_title, choices={"school_level": "secondary_years", "papers_language": "spanish"})
    finished = opened(name, evidence=without_title)
    assert not codes(some_years.attempt("submit", ANA))
    assert codes(finished.attempt("submit", ANA)) == ({"evidence_missing"} if name == ARGENTINA else set())


def test_in_mexico_a_translation_is_asked_only_for_papers_in_another_language_and_a_birth_certificate_shows_who_one_is() -> None:
    papers = {"identity": 1, "transcript": 1}
    portuguese = opened(MEXICO, evidence=papers, choices={"school_level": "primary", "papers_language": "portuguese"})
    assert codes(portuguese.attempt("submit", ANA)) == {"evidence_missing"}
    assert not codes(portuguese.now(waivers={"translation": "sworn_statement"}).attempt("submit", ANA))
    assert "birth_certificate" in rules(MEXICO).evidence["identity"].accepts


def test_in_mexico_whoever_need_not_pay_says_so_in_place_of_a_receipt() -> None:
    story = settle(opened(MEXICO).do("submit", ANA), INTAKE).do("accept", INTAKE)
    story.now(evidence={"identity": 1, "transcript": 1}, waivers={"payment_receipt": "fee_exemption"}).do("pay", ANA)
    settle(story, INTAKE, receipt_matches="exempt")
    assert "waiver_open" in codes(story.attempt("confirm_payment", INTAKE))
    assert story.find("waiver_payment_receipt", "granted", INTAKE).do("confirm_payment", INTAKE).facts.state == "evaluation"


@pytest.mark.parametrize(("name", "law", "published"), [(ARGENTINA, 60, 3), (MEXICO, 90, 8)])
def test_silence_beyond_the_general_law_is_a_no_that_can_be_appealed_and_the_published_time_is_only_a_goal(name: str, law: int, published: int) -> None:
    story = in_evaluation(name)
    limits = {each: clock(story.definition, story.facts, name=each) for each in ("general_law", "evaluation")}
    assert (limits["general_law"].kind, limits["general_law"].limit) == (ClockKind.STATUTORY, Span(law, DayType.CALENDAR))
    assert (limits["evaluation"].kind, limits["evaluation"].limit) == (ClockKind.SERVICE_LEVEL, Span(published, DayType.WORKING))
    due = limits["general_law"].due_at
    assert due is not None
    story.now(now=due - timedelta(minutes=1))
    assert "no_silence" in codes(story.attempt("appeal_silence", ANA, remedy=remedy_of(name), grounds="Nobody answers."))
    story.now(now=due).do("appeal_silence", ANA, remedy=remedy_of(name), grounds="Nobody answers.")
    story.do("report_appeal", APPEALS, appeal_opinion="replace", grounds=WHY)
    assert issued(story.do("replace_decision", APPEALS_2, recognised_as="Fifth year", grounds=WHY)).facts.state == "certified"


@pytest.mark.parametrize("name", SCHOOLS)
def test_the_clock_of_the_law_stands_still_while_the_person_must_act(name: str) -> None:
    story = opened(name).do("submit", ANA).wait(days=10).now(questions_drafted=1).do("ask_once", INTAKE).wait(days=40).now(questions_open=0).do("answer", ANA)
    assert clock(story.definition, story.facts, name="general_law").used == 10


@pytest.mark.parametrize(("name", "days"), [(ARGENTINA, 20), (MEXICO, 15), (SKILLS, 30)])
def test_the_time_to_appeal_is_so_many_working_days_and_then_it_is_over(name: str, days: int) -> None:
    story = denied(name)
    assert story.definition.deadlines["appeal_time"].limit == Span(days, DayType.WORKING)
    due = clock(story.definition, story.facts, name="appeal_time").due_at
    assert due is not None
    assert not codes(story.now(now=due - timedelta(minutes=1)).attempt("appeal", ANA, remedy=remedy_of(name), grounds=WHY))
    assert codes(story.now(now=due).attempt("appeal", ANA, remedy=remedy_of(name), grounds=WHY)) == {"appeal_too_late"}


# ── certificates of another country


def test_a_certificate_of_another_country_is_compared_by_an_expert_and_proposed_by_somebody_else() -> None:
    story = in_evaluation(SKILLS)
    with pytest.raises(AssertionError, match="profile_compared"):
        story.find("profile_compared", "same_profile", ASSESSOR)
    settle(story, ASSESSOR)
    assert "check_open" in codes(story.attempt("propose", ASSESSOR, outcome="full", grounds=WHY))
    settle(story, EXPERT)
    assert not codes(story.attempt("propose", ASSESSOR, outcome="full", grounds=WHY))


def test_a_certificate_that_is_not_in_the_register_is_still_judged_by_other_proof() -> None:
    story = settle(opened(SKILLS, waivers={"foreign_certificate": "issuer_database"}).now(evidence={"identity": 1}).do("submit", ANA), INTAKE)
    story.find("found_in_register", "not_found", INTAKE).find("waiver_foreign_certificate", "granted", INTAKE)
    assert story.do("accept", INTAKE).facts.state == "evaluation"


# ── the qualifications passport


def interviewed(outcome: str = "issued") -> Story:
    """Two people held the interview, each gave a view, and an outcome is proposed."""
    story = settle(opened(PASSPORT).now(evidence={}).do("submit", ANA), ASSESSOR).do("invite", ASSESSOR)
    story.find("interview_held", "held", ASSESSOR).find("first_view", "likely", ASSESSOR).find("second_view", "substantiated", ASSESSOR_2)
    return story.do("propose", ASSESSOR, outcome=outcome, grounds=WHY)


def test_a_passport_is_issued_to_a_person_without_any_paper_and_holds_for_five_years() -> None:
    story = issued(interviewed().do("grant", DECIDER, recognised_as="First degree in civil engineering, likely"))
    assert (story.facts.state, story.definition.certificate.template, story.definition.certificate.validity) == ("certified", "passport", "5_years")
    assert story.definition.enabled


def test_a_passport_takes_two_views_by_two_people_and_a_third_who_decides() -> None:
    story = settle(opened(PASSPORT).do("submit", ANA), ASSESSOR).do("invite", ASSESSOR).find("interview_held", "held", ASSESSOR)
    story.find("first_view", "likely", ASSESSOR)
    with pytest.raises(AssertionError, match="second_view"):
        story.find("second_view", "likely", ASSESSOR)
    assert "check_open" in codes(story.attempt("propose", ASSESSOR, outcome="issued", grounds=WHY))
    story.find("second_view", "likely", ASSESSOR_2).do("propose", ASSESSOR, outcome="issued", grounds=WHY)
    for person in (ASSESSOR, ASSESSOR_2):
        assert "same_person" in codes(story.attempt("grant", Actor(person.person_id, frozenset({Role.DECISION_MAKER})), recognised_as="A degree"))
    assert "same_person" in codes(story.do("grant", DECIDER, recognised_as="A degree").attempt("issue", Actor("aura", frozenset({Role.REGISTRAR}))))
    assert not codes(story.attempt("issue", REGISTRAR))


def test_a_passport_that_is_not_issued_can_be_asked_for_again() -> None:
    story = interviewed("not_issued").do("decline", DECIDER, grounds=WHY)
    end = story.definition.states[story.facts.state]
    assert (end.final, end.remedies) == (Ending.REFUSED, ("apply_again",))


def test_the_questionnaire_has_two_weeks_and_the_review_one_and_what_ran_out_can_be_opened_again() -> None:
    story = opened(PASSPORT)
    limits = {name: story.definition.deadlines[name] for name in ("prepare", "review")}
    assert {name: (each.limit, each.basis) for name, each in limits.items()} == {
        "prepare": (Span(14, DayType.CALENDAR), "eqpr_coe"), "review": (Span(7, DayType.CALENDAR), "eqpr_coe"),
    }  # fmt: skip
    story.wait(days=15).do("lapse", SYSTEM)
    assert story.facts.state == "resting"
    assert story.do("reopen", ANA).facts.state == "draft"
