"""Who judges has first declared what ties them to the applicant; until then, and after a conflict, the case stays closed to them at every door."""

import pytest
import sqlalchemy as sa

from credentialing.domain.errors import BadInputError, NotFoundError, RefusedError
from credentialing.domain.people import Actor, Role
from credentialing.services import issuing, looking
from credentialing.services.assessing import record_finding
from credentialing.services.declaring import LONGEST_TEXT, declare
from credentialing.services.demonstration import Course
from credentialing.services.evidence import read_page
from credentialing.storage.records import AccessEvent, AuditEvent, Declaration
from tests.services.stage import World

UNDECLARED = Course()


def reading(world: World, actor: Actor, case_id: str) -> str:
    """What comes of opening the first paper: its media type, or the reason why not."""
    paper = world.view(case_id).papers[0]
    try:
        return read_page(world.office, actor=actor, case_id=case_id, evidence_id=paper.evidence_id, page=1).media_type
    except RefusedError as error:
        return error.reasons[0].code


def content(view: looking.CaseView) -> tuple[object, ...]:
    """Everything of a case that is kept from somebody to whom it is closed."""
    return (view.papers, view.questions, dict(view.findings), view.texts, view.certificate, view.other_ways, dict(view.facts.choices))


def test_before_declaring_a_judge_knows_the_name_and_the_institution_and_nothing_else(world: World) -> None:
    case_id = world.degree("evaluation", course=UNDECLARED)
    for role in (Role.ASSESSOR, Role.DECISION_MAKER, Role.APPEALS_BODY):
        view = looking.desk_case(world.office, actor=world.staff[role], case_id=case_id)
        assert (view.name, dict(view.answers)) == ("Mariángel Peñalver Núñez", {"institution": "Universidad del Litoral Oriental"})
        assert content(view) == ((), (), {}, (), None, (), {})
        assert (view.closed is not None and view.closed.code, view.must_declare, view.declared) == ("declaration_missing", True, None)
        assert reading(world, world.staff[role], case_id) == "declaration_missing"
    assert world.rows(sa.select(AccessEvent).where(AccessEvent.person_id == world.staff[Role.ASSESSOR].person_id)) == []


def test_whoever_takes_in_or_registers_has_nothing_to_declare(world: World) -> None:
    case_id = world.degree("evaluation", course=UNDECLARED)
    for role in (Role.INTAKE_OFFICER, Role.REGISTRAR):
        view = looking.desk_case(world.office, actor=world.staff[role], case_id=case_id)
        assert (view.closed, view.must_declare, len(view.papers) > 0, "identity_document_number" in view.answers) == (None, False, True, True)
        assert reading(world, world.staff[role], case_id) == "image/png"
    both = Actor(world.staff[Role.ASSESSOR].person_id, frozenset({Role.ASSESSOR, Role.INTAKE_OFFICER}))
    assert looking.desk_case(world.office, actor=both, case_id=case_id).closed is None
    assert reading(world, both, case_id) == "image/png"


def test_declaring_no_tie_opens_the_case_and_lets_one_judge(world: World) -> None:
    case_id, assessor = world.degree("evaluation", course=UNDECLARED), world.staff[Role.ASSESSOR]
    with pytest.raises(RefusedError) as caught:
        record_finding(world.office, actor=assessor, case_id=case_id, subject="E1", value="recognised", reason="Está en el registro.")
    assert [reason.code for reason in caught.value.reasons] == ["declaration_missing"]
    declare(world.office, actor=assessor, case_id=case_id, value="none", text="")
    view = looking.desk_case(world.office, actor=assessor, case_id=case_id)
    assert (view.closed, view.must_declare, view.declared, len(view.papers) > 0) == (None, False, "none", True)
    assert reading(world, assessor, case_id) == "image/png"
    record_finding(world.office, actor=assessor, case_id=case_id, subject="E1", value="recognised", reason="Está en el registro.")
    event = world.rows(sa.select(AuditEvent).where(AuditEvent.event == "declaration_made", AuditEvent.person_id == assessor.person_id))[0]
    assert (event.details, event.role) == ({"value": "none"}, "assessor")


def test_who_declared_a_conflict_sees_nothing_more_and_does_nothing_more(world: World) -> None:
    case_id, assessor = world.degree("evaluation", course=UNDECLARED), world.staff[Role.ASSESSOR]
    text = "Es mi prima y trabajamos juntas hasta 2020."
    declare(world.office, actor=assessor, case_id=case_id, value="conflict", text=text)
    view = looking.desk_case(world.office, actor=assessor, case_id=case_id)
    assert (view.closed is not None and view.closed.code, view.declared, content(view)) == ("conflict_declared", "conflict", ((), (), {}, (), None, (), {}))
    assert reading(world, assessor, case_id) == "conflict_declared"
    with pytest.raises(RefusedError) as caught:
        world.move(assessor, case_id, "choose_route", route="academic")
    assert [reason.code for reason in caught.value.reasons] == ["conflict_declared"]
    row = world.rows(sa.select(Declaration))[0]
    assert row.sealed_text is not None
    assert text.encode() not in row.sealed_text


def test_a_conflict_declared_by_an_intake_officer_closes_the_case_to_them_too(world: World) -> None:
    case_id, officer = world.degree("completeness_check", course=UNDECLARED), world.staff[Role.INTAKE_OFFICER]
    declare(world.office, actor=officer, case_id=case_id, value="conflict", text="")
    assert reading(world, officer, case_id) == "conflict_declared"
    deputy = Actor(world.staff[Role.REGISTRAR].person_id, frozenset({Role.INTAKE_OFFICER}), frozenset({str(officer.person_id)}))
    assert reading(world, deputy, case_id) == "conflict_declared"  # what the person said for whom one stands in counts as one's own
    assert looking.desk_case(world.office, actor=deputy, case_id=case_id).papers == ()


def test_who_taught_the_person_does_not_assess_but_may_verify(world: World) -> None:
    case_id = world.skills("assessment", course=UNDECLARED)
    trainer = Actor(world.story.second[Role.ASSESSOR].person_id, frozenset({Role.ASSESSOR, Role.INTERNAL_VERIFIER}))
    declare(world.office, actor=trainer, case_id=case_id, value="trained", text="Le di el curso de 2022.")
    with pytest.raises(RefusedError) as caught:
        record_finding(world.office, actor=trainer, case_id=case_id, subject="U1", value="competent", reason="La vi trabajar.")
    assert [reason.code for reason in caught.value.reasons] == ["trained_declared"]
    assert looking.desk_case(world.office, actor=trainer, case_id=case_id).closed is None


def test_a_declaration_can_be_corrected_with_a_reason_and_the_earlier_one_is_kept(world: World) -> None:
    case_id, assessor = world.degree("evaluation", course=UNDECLARED), world.staff[Role.ASSESSOR]
    declare(world.office, actor=assessor, case_id=case_id, value="conflict", text="")
    for text, told in (("", "answer_missing"), ("Me equivoqué.", "field_too_short"), ("x" * (LONGEST_TEXT + 1), "answer_too_long")):
        with pytest.raises(BadInputError) as caught:
            declare(world.office, actor=assessor, case_id=case_id, value="none", text=text)
        assert [(reason.code, reason.details["field"]) for reason in caught.value.reasons] == [(told, "declaration_text")]
    declare(world.office, actor=assessor, case_id=case_id, value="none", text="La confundí con otra persona del mismo apellido.")
    mine = sa.select(Declaration).where(Declaration.person_id == assessor.person_id).order_by(Declaration.declared_at, Declaration.superseded_at)
    assert sorted((row.value, row.superseded_at is None) for row in world.rows(mine)) == [("conflict", False), ("none", True)]
    assert reading(world, assessor, case_id) == "image/png"


def test_nobody_declares_out_of_turn_or_what_does_not_exist(world: World) -> None:
    case_id, assessor = world.degree("evaluation", course=UNDECLARED), world.staff[Role.ASSESSOR]
    with pytest.raises(BadInputError) as wrong:
        declare(world.office, actor=assessor, case_id=case_id, value="perhaps", text="")
    assert [reason.code for reason in wrong.value.reasons] == ["answer_not_a_choice"]
    for actor in (world.owner(case_id), world.staff[Role.AUDITOR], world.staff[Role.ADMINISTRATOR]):
        with pytest.raises(NotFoundError):
            declare(world.office, actor=actor, case_id=case_id, value="none", text="")
    world.move(world.owner(case_id), case_id, "withdraw")
    with pytest.raises(RefusedError) as caught:
        declare(world.office, actor=assessor, case_id=case_id, value="none", text="")
    assert [reason.code for reason in caught.value.reasons] == ["wrong_state"]


def test_the_certificate_is_closed_to_whom_the_case_is_closed(world: World) -> None:
    case_id = world.degree("certified", course=UNDECLARED)
    member = world.staff[Role.APPEALS_BODY]
    with pytest.raises(RefusedError) as caught:
        issuing.certificate_pdf(world.office, actor=member, case_id=case_id)
    assert [reason.code for reason in caught.value.reasons] == ["declaration_missing"]
    assert issuing.certificate_pdf(world.office, actor=world.staff[Role.REGISTRAR], case_id=case_id)[1].startswith(b"%PDF")
    assert issuing.certificate_pdf(world.office, actor=world.owner(case_id), case_id=case_id)[1].startswith(b"%PDF")


def test_one_person_declares_for_each_case_anew(world: World) -> None:
    first, second = world.degree("evaluation", course=UNDECLARED), world.degree("evaluation", course=UNDECLARED)
    world.declare(first, Role.ASSESSOR)
    assert (reading(world, world.staff[Role.ASSESSOR], first), reading(world, world.staff[Role.ASSESSOR], second)) == ("image/png", "declaration_missing")
    assert dict(world.view(first).facts.declared) == {world.staff[Role.ASSESSOR].person_id: "none"}
    assert dict(world.view(second).facts.declared) == {}
