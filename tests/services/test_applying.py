"""What an applicant does before and between the moves."""

import pytest
import sqlalchemy as sa

from credentialing.domain.errors import BadInputError, NotFoundError, RefusedError
from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.services import looking
from credentialing.services.applying import OPEN_DRAFTS, give_consent, open_case, save_answers
from credentialing.services.demonstration import DEGREE, RPL, engineer
from credentialing.storage.records import ConsentRecord
from tests.office import applicant
from tests.services.stage import World


@pytest.fixture
def actor(world: World) -> Actor:
    return applicant(world.office)


def opened(world: World, actor: Actor, procedure: str = DEGREE) -> str:
    return open_case(world.office, actor=actor, procedure=procedure).case_id


def test_a_new_case_is_pinned_to_the_rules_of_today_and_has_a_limit(world: World, actor: Actor) -> None:
    made = open_case(world.office, actor=actor, procedure=DEGREE)
    case, rules = world.case(made.case_id), world.office.library.definition(DEGREE)
    assert (case.number, case.version, case.digest, case.state, case.revision) == (made.number, rules.version, rules.digest, "draft", 0)
    assert made.number.startswith("CO-")
    assert case.wake_at is not None
    assert case.due_at is not None
    assert world.clock.now() < case.wake_at < case.due_at
    assert world.events(made.case_id) == ["case_opened"]


def test_an_unknown_procedure_and_an_unknown_person_open_nothing(world: World, actor: Actor) -> None:
    before = world.everything()
    for who, procedure in ((actor, "xx-nothing"), (SYSTEM, DEGREE)):
        with pytest.raises(NotFoundError):
            open_case(world.office, actor=who, procedure=procedure)
    assert world.everything() == before


def test_unsent_applications_are_limited_and_closing_one_makes_room(world: World, actor: Actor) -> None:
    drafts = [opened(world, actor) for _ in range(OPEN_DRAFTS)]
    with pytest.raises(RefusedError) as caught:
        opened(world, actor)
    assert [(reason.code, reason.details["limit"]) for reason in caught.value.reasons] == [("too_many_drafts", OPEN_DRAFTS)]
    world.move(actor, drafts[0], "withdraw")
    assert opened(world, actor) not in drafts


def test_answers_are_kept_piece_by_piece_and_a_blank_takes_one_back(world: World, actor: Actor) -> None:
    case_id = opened(world, actor)
    save_answers(world.office, actor=actor, case_id=case_id, answers={"given_names": "  Ana  ", "city": "Cúcuta", "study_level": "masters"})
    save_answers(world.office, actor=actor, case_id=case_id, answers={"family_names": "Paz", "city": ""})
    view = world.view(case_id)
    assert {name: text for name, text in view.answers.items() if text} == {"given_names": "Ana", "family_names": "Paz", "study_level": "masters"}
    assert view.name == "Ana Paz"
    assert view.facts.answers == {"given_names", "family_names", "study_level"}
    assert view.facts.choices == {"study_level": "masters"}


def test_wrong_answers_are_refused_together_and_none_of_them_is_kept(world: World, actor: Actor) -> None:
    case_id = opened(world, actor)
    before = world.everything()
    wrong = {"given_names": "Ana", "birth_date": "mañana", "graduation_year": "1492", "study_level": "wizard", "city": "x" * 5000}
    with pytest.raises(BadInputError) as caught:
        save_answers(world.office, actor=actor, case_id=case_id, answers=wrong)
    assert {reason.details["field"] for reason in caught.value.reasons} == {"birth_date", "graduation_year", "study_level", "city"}
    assert world.everything() == before


@pytest.mark.parametrize("name", ["state", "revision", "person_id", "outcome", "standard", "decided_by"])
def test_a_field_that_the_form_does_not_have_is_refused(world: World, actor: Actor, name: str) -> None:
    case_id = opened(world, actor)
    before = world.everything()
    with pytest.raises(BadInputError) as caught:
        save_answers(world.office, actor=actor, case_id=case_id, answers={name: "certified"})
    assert [(reason.code, reason.details["field"]) for reason in caught.value.reasons] == [("subject_unknown", name)]
    assert world.everything() == before


def test_the_chosen_standard_is_pinned_to_its_version_and_can_be_taken_back(world: World, actor: Actor) -> None:
    case_id = opened(world, actor, RPL)
    save_answers(world.office, actor=actor, case_id=case_id, answers={"standard": "structural-welding.v1"})
    chosen = (world.case(case_id).standard, world.case(case_id).standard_version)
    save_answers(world.office, actor=actor, case_id=case_id, answers={"standard": ""})
    assert (chosen, world.case(case_id).standard) == (("structural-welding", 1), None)


def test_answers_rest_once_the_application_is_with_the_institution(world: World) -> None:
    case_id = world.degree("completeness_check")
    before = world.everything()
    with pytest.raises(RefusedError) as caught:
        save_answers(world.office, actor=world.owner(case_id), case_id=case_id, answers={"city": "Bogotá"})
    assert [reason.code for reason in caught.value.reasons] == ["wrong_state"]
    assert world.everything() == before


def test_answers_may_be_corrected_while_a_letter_waits_for_them(world: World) -> None:
    case_id = world.degree("answer_awaited", letter=True)
    save_answers(world.office, actor=world.owner(case_id), case_id=case_id, answers={"city": "Bogotá"})
    assert world.view(case_id).answers["city"] == "Bogotá"


def test_nobody_writes_into_the_case_of_another(world: World, actor: Actor) -> None:
    case_id = world.degree("answer_awaited", letter=True)
    before = world.everything()
    for who in (actor, *world.staff.values()):
        with pytest.raises(NotFoundError):
            save_answers(world.office, actor=who, case_id=case_id, answers={"city": "Bogotá"})
        with pytest.raises(NotFoundError):
            give_consent(world.office, actor=who, case_id=case_id, consents=frozenset())
    assert world.everything() == before


def test_consents_hold_until_they_are_taken_back_and_the_past_is_kept(world: World, actor: Actor) -> None:
    case_id = opened(world, actor)
    held = []
    for consents in ({"processing", "contact_issuer"}, {"processing"}, {"processing"}, {"processing", "contact_issuer"}):
        give_consent(world.office, actor=actor, case_id=case_id, consents=frozenset(consents))
        held.append(world.view(case_id).facts.consents)
    assert held == [{"processing", "contact_issuer"}, {"processing"}, {"processing"}, {"processing", "contact_issuer"}]
    rows = world.rows(sa.select(ConsentRecord).order_by(ConsentRecord.id))
    assert [(row.consent, row.withdrawn_at is None) for row in rows] == [("contact_issuer", False), ("processing", True), ("contact_issuer", True)]
    assert world.events(case_id)[1:] == ["consent_given", "consent_given", "consent_withdrawn", "consent_given"]


def test_an_unknown_consent_is_refused(world: World, actor: Actor) -> None:
    case_id = opened(world, actor)
    with pytest.raises(BadInputError):
        give_consent(world.office, actor=actor, case_id=case_id, consents=frozenset({"everything"}))
    assert world.view(case_id).facts.consents == frozenset()


def test_sending_needs_every_answer_paper_and_consent_and_names_what_is_missing(world: World, actor: Actor) -> None:
    case_id = opened(world, actor)
    answers = {**engineer("+573005550100", "Ana", "Paz", "0001").answers, "study_level": "specialisation", "field_of_study": "health"}
    save_answers(world.office, actor=actor, case_id=case_id, answers={**answers, "purpose": ""})
    with pytest.raises(RefusedError) as caught:
        world.move(actor, case_id, "submit")
    told = {(reason.code, *reason.details.values()) for reason in caught.value.reasons}
    papers = ("identity", "diploma", "transcript", "apostille", "study_plan", "prior_degree", "practice_certificate")
    assert told == {("answer_missing", "purpose"), ("consent_missing", "processing"), *(("evidence_missing", kind) for kind in papers)}


def test_the_list_of_ones_own_cases_holds_no_others(world: World, actor: Actor) -> None:
    world.degree("draft")
    mine = [opened(world, actor), opened(world, actor, RPL)]
    assert {line.case_id for line in looking.my_cases(world.office, actor=actor)} == set(mine)
    assert looking.my_cases(world.office, actor=Actor(None, frozenset({Role.SYSTEM}))) == ()


def test_a_name_too_long_for_the_certificate_is_said_while_it_can_be_mended(world: World, actor: Actor) -> None:
    case_id = opened(world, actor)
    long_name = {"given_names": "María de los Ángeles " * 3, "family_names": "Echeverría-Bustamante " * 3}
    with pytest.raises(BadInputError) as refused:
        save_answers(world.office, actor=actor, case_id=case_id, answers=long_name)
    assert [(reason.code, reason.details["field"]) for reason in refused.value.reasons] == [("name_too_long", "display_name")]
    save_answers(world.office, actor=actor, case_id=case_id, answers={**long_name, "display_name": "María Echeverría"})
    assert looking.my_case(world.office, actor=actor, case_id=case_id).name == "María Echeverría"
