"""Findings are replaced, never erased; a letter is one; and the rules about persons hold through every change of role."""

import pytest
import sqlalchemy as sa

from credentialing.domain.errors import BadInputError, NotFoundError, RefusedError
from credentialing.domain.people import Actor, Role
from credentialing.services import looking, people
from credentialing.services.assessing import QUESTIONS_PER_LETTER, answer_question, draft_question, drop_question, record_finding
from credentialing.services.declaring import declare
from credentialing.storage.records import FindingRecord, QuestionRecord
from tests.office import applicant, staff
from tests.services.stage import World


def find(world: World, actor: Actor, case_id: str, subject: str, value: str, reason: str = "Lo dicen los papeles.") -> None:
    record_finding(world.office, actor=actor, case_id=case_id, subject=subject, value=value, reason=reason)


def codes(error: RefusedError | BadInputError) -> list[str]:
    return [reason.code for reason in error.reasons]


def test_a_newer_finding_replaces_the_older_one_which_is_kept(world: World) -> None:
    case_id, assessor = world.degree("evaluation"), world.staff[Role.ASSESSOR]
    for value, reason in (("lower", "Parece de nivel técnico."), ("comparable", "El registro dice que es de grado."), ("comparable", "Confirmado.")):
        find(world, assessor, case_id, "E4", value, reason)
    rows = world.rows(sa.select(FindingRecord).where(FindingRecord.subject == "E4").order_by(FindingRecord.id))
    assert [(row.value, row.superseded_at is None) for row in rows] == [("lower", False), ("comparable", False), ("comparable", True)]
    assert len({row.sealed_reason for row in rows}) == 3
    line = looking.desk_case(world.office, actor=assessor, case_id=case_id).findings["E4"]
    assert (line.value, line.reason, line.by_me) == ("comparable", "Confirmado.", True)
    assert world.events(case_id)[-3:] == ["finding_recorded"] * 3


def test_a_refused_finding_names_every_reason_and_writes_nothing(world: World) -> None:
    case_id = world.degree("evaluation")
    before = world.everything()
    for actor, subject, value, reason, told in (
        (world.staff[Role.ASSESSOR], "E4", "perhaps", "", ["value_unknown", "reason_missing"]),
        (world.staff[Role.INTAKE_OFFICER], "E4", "comparable", "Sí.", ["wrong_role", "declaration_missing"]),
        (world.staff[Role.INTAKE_OFFICER], "identity_confirmed", "perhaps", "Sí.", ["wrong_state", "value_unknown"]),
        (world.staff[Role.ASSESSOR], "E44", "comparable", "Sí.", ["subject_unknown"]),
        (world.owner(case_id), "E4", "comparable", "Sí.", ["wrong_role", "declaration_missing"]),
        (Actor(world.owner(case_id).person_id, frozenset({Role.APPLICANT, Role.ASSESSOR})), "E4", "comparable", "Sí.", ["conflict", "declaration_missing"]),
    ):
        with pytest.raises(RefusedError) as caught:
            find(world, actor, case_id, subject, value, reason)
        assert codes(caught.value) == told
    assert world.everything() == before


def test_a_reason_has_its_limit_and_strangers_find_nothing(world: World) -> None:
    case_id = world.degree("evaluation")
    before = world.everything()
    with pytest.raises(BadInputError) as caught:
        find(world, world.staff[Role.ASSESSOR], case_id, "E4", "comparable", "x" * 4001)
    assert codes(caught.value) == ["answer_too_long"]
    for who in (applicant(world.office, contact="+573005550999"), world.staff[Role.AUDITOR]):
        with pytest.raises(NotFoundError):
            find(world, who, case_id, "E4", "comparable")
    assert {name: rows for name, rows in world.everything().items() if name not in ("person", "audit_event")} == {
        name: rows for name, rows in before.items() if name not in ("person", "audit_event")
    }


def test_the_questions_of_the_letter_are_seen_by_the_applicant_only_when_it_is_sent(world: World) -> None:
    case_id, officer = world.degree("completeness_check"), world.staff[Role.INTAKE_OFFICER]
    kept = draft_question(world.office, actor=officer, case_id=case_id, about="identity", text="¿Puede tomar otra foto?")
    dropped = draft_question(world.office, actor=officer, case_id=case_id, about=None, text="¿Y esto?")
    drop_question(world.office, actor=officer, case_id=case_id, question_id=dropped)
    assert world.view(case_id).questions == ()
    assert [line.question_id for line in looking.desk_case(world.office, actor=officer, case_id=case_id).questions] == [kept]
    world.move(officer, case_id, "ask_once")
    assert [(line.question_id, line.about, line.text, line.answer) for line in world.view(case_id).questions] == [
        (kept, "identity", "¿Puede tomar otra foto?", "")
    ]
    with pytest.raises(NotFoundError):
        drop_question(world.office, actor=officer, case_id=case_id, question_id=kept)


def test_there_is_one_letter_and_no_second(world: World) -> None:
    case_id = world.degree("answer_awaited", letter=True)
    owner, officer = world.owner(case_id), world.staff[Role.INTAKE_OFFICER]
    for line in world.view(case_id).questions:
        answer_question(world.office, actor=owner, case_id=case_id, question_id=line.question_id, text="Sí.")
    world.move(owner, case_id, "answer")
    before = world.everything()
    with pytest.raises(RefusedError) as caught:
        draft_question(world.office, actor=officer, case_id=case_id, about=None, text="Una pregunta más.")
    assert "at_most_reached" in codes(caught.value)
    with pytest.raises(RefusedError) as caught:
        world.move(officer, case_id, "ask_once")
    assert codes(caught.value) == ["at_most_reached", "questions_none"]
    assert world.everything() == before


def test_a_letter_without_a_question_is_not_sent_and_one_with_too_many_is_not_written(world: World) -> None:
    case_id, officer = world.degree("completeness_check"), world.staff[Role.INTAKE_OFFICER]
    with pytest.raises(RefusedError) as caught:
        world.move(officer, case_id, "ask_once")
    assert codes(caught.value) == ["questions_none"]
    for number in range(QUESTIONS_PER_LETTER):
        draft_question(world.office, actor=officer, case_id=case_id, about=None, text=f"Pregunta {number}")
    with pytest.raises(RefusedError) as caught:
        draft_question(world.office, actor=officer, case_id=case_id, about=None, text="Y otra")
    assert codes(caught.value) == ["too_many_questions"]
    assert len(world.rows(sa.select(QuestionRecord))) == QUESTIONS_PER_LETTER


def test_only_whoever_may_send_the_letter_writes_it_or_strikes_from_it(world: World) -> None:
    case_id, officer = world.degree("completeness_check"), world.staff[Role.INTAKE_OFFICER]
    question = draft_question(world.office, actor=officer, case_id=case_id, about=None, text="¿Puede tomar otra foto?")
    owner = world.owner(case_id)
    before = world.everything()
    for who, error in (
        (world.staff[Role.REGISTRAR], RefusedError),
        (world.staff[Role.AUDITOR], NotFoundError),
        (owner, NotFoundError),
        (Actor(owner.person_id, frozenset({Role.APPLICANT, Role.INTAKE_OFFICER})), NotFoundError),
    ):
        with pytest.raises(error):
            drop_question(world.office, actor=who, case_id=case_id, question_id=question)
        with pytest.raises((RefusedError, NotFoundError)):
            draft_question(world.office, actor=who, case_id=case_id, about=None, text="¿Otra?")
    assert world.everything() == before


def test_answers_can_be_changed_until_they_are_sent_and_only_by_the_applicant(world: World) -> None:
    case_id = world.degree("answer_awaited", letter=True)
    owner, officer = world.owner(case_id), world.staff[Role.INTAKE_OFFICER]
    first, second = (line.question_id for line in world.view(case_id).questions)
    answer_question(world.office, actor=owner, case_id=case_id, question_id=first, text="No.")
    answer_question(world.office, actor=owner, case_id=case_id, question_id=first, text="Sí, aquí está.")
    assert {line.question_id: line.answer for line in world.view(case_id).questions} == {first: "Sí, aquí está.", second: ""}
    with pytest.raises(RefusedError) as caught:
        world.move(owner, case_id, "answer")
    assert [(reason.code, dict(reason.details)) for reason in caught.value.reasons] == [("questions_unanswered", {"count": 1})]
    for who in (officer, applicant(world.office, contact="+573005550999")):
        with pytest.raises(NotFoundError):
            answer_question(world.office, actor=who, case_id=case_id, question_id=second, text="Yo contesto.")
    with pytest.raises(BadInputError):
        answer_question(world.office, actor=owner, case_id=case_id, question_id=second, text="  ")
    answer_question(world.office, actor=owner, case_id=case_id, question_id=second, text="Nunca.")
    world.move(owner, case_id, "answer")
    with pytest.raises(RefusedError):
        answer_question(world.office, actor=owner, case_id=case_id, question_id=second, text="Siempre.")


def test_questions_of_one_case_are_not_found_in_another(world: World) -> None:
    one, other = world.degree("answer_awaited", letter=True), world.degree("answer_awaited", letter=True)
    question = world.view(one).questions[0].question_id
    with pytest.raises(NotFoundError):
        answer_question(world.office, actor=world.owner(other), case_id=other, question_id=question, text="Sí.")
    assert world.view(one).questions[0].answer == ""


def test_whoever_judged_the_units_can_neither_verify_nor_decide_after_changing_roles(world: World) -> None:
    case_id = world.skills("verification")
    assessor = world.staff[Role.ASSESSOR]
    assert assessor.person_id is not None
    people.hire(world.office, actor=None, contact=_contact(world, assessor), display_name="", roles=frozenset({Role.INTERNAL_VERIFIER}), language="es")
    people.take_role(world.office, actor=None, person_id=assessor.person_id, role=Role.ASSESSOR)
    with world.office.reading() as session:
        now = people.actor_of(session, assessor.person_id, now=world.clock.now())
    assert now.roles == {Role.APPLICANT, Role.INTERNAL_VERIFIER}
    with pytest.raises(RefusedError) as caught:
        find(world, now, case_id, "portfolio_checked", "in_order")
    assert [(reason.details["rule"], reason.details["did"]) for reason in caught.value.reasons] == [("SOD3", ("units", "propose_plan", "judge"))]
    with pytest.raises(RefusedError) as caught:
        world.move(now, case_id, "verify")
    assert "same_person" in codes(caught.value)


def _contact(world: World, actor: Actor) -> people.Contact:
    with world.office.reading() as session:
        profile = people.vault.profile_of(world.office, session.get_one(people.Person, actor.person_id))
    return people.Contact(profile.contact, profile.channel)


def test_a_superseded_judgement_still_counts_as_having_judged(world: World) -> None:
    case_id = world.degree("evaluation")
    helper = staff(world.office, Role.ASSESSOR, Role.DECISION_MAKER)
    declare(world.office, actor=helper, case_id=case_id, value="none", text="")
    find(world, helper, case_id, "E1", "unknown", "No lo encuentro.")
    find(world, world.staff[Role.ASSESSOR], case_id, "E1", "recognised", "Está en el registro.")
    world.evaluate(case_id)
    with pytest.raises(RefusedError) as caught:
        world.move(helper, case_id, "grant", recognised_as="Ingeniería Civil")
    assert [(reason.code, reason.details["did"]) for reason in caught.value.reasons] == [("same_person", "criteria")]
