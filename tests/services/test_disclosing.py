"""What the staff write with a move that is told to the applicant is read by the applicant at once; what they write among themselves waits for the decision."""

from datetime import timedelta

import pytest

from credentialing.domain.people import Role
from credentialing.services.assessing import record_finding
from credentialing.services.centres import add_centre
from credentialing.services.declaring import declare
from credentialing.services.demonstration import DEGREE, Course
from credentialing.services.disclosing import comes_to_applicant, is_for_applicant
from credentialing.services.moving import NOT_TEXT
from credentialing.workflow.duties import duty_of
from credentialing.workflow.model import Definition, Move
from tests.office import library
from tests.services.stage import World

WHY = "No se leyeron los programas de las materias."
PUBLISHED = [*(view.definition for view in library().procedures()), library().definition(DEGREE, 1)]
APPEALED = Course(outcome="refused", appeals=True, declared=True)


def written(world: World, case_id: str) -> list[tuple[str, str]]:
    """Move and field of everything that the applicant reads, oldest first."""
    return [(text.move, text.field) for text in world.view(case_id).texts]


def with_words(definition: Definition) -> list[Move]:
    """The moves with which the staff write something."""
    return [move for move in definition.moves.values() if set(move.asks) - NOT_TEXT and set(move.by) - {Role.APPLICANT, Role.SYSTEM}]


@pytest.mark.parametrize("answer", ["annul", "send_back"])
def test_why_an_appeal_succeeded_is_read_at_once_and_the_report_on_it_is_not(world: World, answer: str) -> None:
    case_id = world.degree("appeal_review", course=APPEALED)
    world.clock.advance(timedelta(days=5))
    before = written(world, case_id)
    world.move(world.staff[Role.APPEALS_BODY], case_id, "report_appeal", appeal_opinion=answer, grounds="Para quien decide.")
    assert written(world, case_id) == before
    world.move(world.story.second[Role.APPEALS_BODY], case_id, answer, grounds=WHY)
    view = world.view(case_id)
    assert written(world, case_id) == [*before, (answer, "grounds")]
    assert (view.state, view.texts[-1].text) == ("evaluation", WHY)


def test_why_a_case_goes_to_another_centre_is_read_at_once(world: World) -> None:
    case_id = world.degree("evaluation")
    centre = add_centre(world.office, actor=None, name="Medellín", city="Medellín", country="CO")
    world.move(world.staff[Role.INTAKE_OFFICER], case_id, "transfer", centre=centre, grounds=WHY)
    assert [(text.move, text.field, text.text) for text in world.view(case_id).texts] == [("transfer", "grounds", WHY)]


def test_why_a_case_that_was_refused_unread_is_admitted_is_read_at_once(world: World) -> None:
    case_id = world.degree("completeness_check", course=Course(without=("diploma",), declared=True))
    for kind in world.view(case_id).facts.waivers:
        reason = "No hay otra vía que lo muestre."
        record_finding(world.office, actor=world.staff[Role.INTAKE_OFFICER], case_id=case_id, subject=f"waiver_{kind}", value="refused", reason=reason)
    world.move(world.staff[Role.DECISION_MAKER], case_id, "refuse_incomplete", grounds="Falta el diploma.")
    world.move(world.owner(case_id), case_id, "appeal", remedy="reposicion", grounds="El rectorado está cerrado.")
    declare(world.office, actor=world.story.second[Role.APPEALS_BODY], case_id=case_id, value="none", text="")
    declare(world.office, actor=world.staff[Role.APPEALS_BODY], case_id=case_id, value="none", text="")
    world.clock.advance(timedelta(days=5))
    world.move(world.staff[Role.APPEALS_BODY], case_id, "report_appeal", appeal_opinion="send_back", grounds="Para quien decide.")
    world.move(world.story.second[Role.APPEALS_BODY], case_id, "admit", grounds=WHY)
    assert world.case(case_id).state == "completeness_check"
    assert ("admit", "grounds") in written(world, case_id)
    assert ("report_appeal", "grounds") not in written(world, case_id)


def test_what_ties_an_officer_to_the_applicant_is_never_told_to_the_applicant(world: World) -> None:
    case_id = world.degree("evaluation")
    declare(world.office, actor=world.staff[Role.ASSESSOR], case_id=case_id, value="conflict", text="Es prima de mi esposo Ramiro.")
    assert "Ramiro" not in repr(world.view(case_id))
    world.move(world.staff[Role.DECISION_MAKER], case_id, "cancel", grounds="La abrió otra persona en su nombre.")
    view = world.view(case_id)
    assert "Ramiro" not in repr(view)
    assert [text.text for text in view.texts] == ["La abrió otra persona en su nombre."]


def test_of_the_first_version_of_the_rules_which_names_no_duties_no_proposal_is_read_before_the_decision() -> None:
    first = library().definition(DEGREE, 1)
    assert duty_of(first) == {}
    assert first.moves["propose"].effects == ("send_news",)  # the applicant is told that there is a proposal, and not which
    assert not is_for_applicant(first, "propose")


@pytest.mark.parametrize("definition", PUBLISHED, ids=lambda one: f"{one.id}.v{one.version}")
def test_of_every_procedure_the_applicant_reads_at_once_what_is_told_to_them_and_nothing_that_judges_write_to_each_other(definition: Definition) -> None:
    read = {move.name for move in with_words(definition) if is_for_applicant(definition, move.name)}
    for move in with_words(definition):
        if comes_to_applicant(definition, move):
            assert move.name in read
        elif not move.effects or duty_of(definition).get(move.name) in {"judging", "verifying"}:
            assert move.name not in read
    inward = {name for name in definition.moves if name.startswith("return_to_")} | {"propose", "report_appeal", "confirm_silence"}
    assert not read & inward
    if "appeals_body" in definition.roles:
        assert {"annul", "send_back", "uphold", "transfer"} <= read


def test_what_is_written_when_the_rules_of_a_case_are_exchanged_is_for_the_applicant() -> None:
    assert is_for_applicant(library().definition(DEGREE), "move_to_version")
