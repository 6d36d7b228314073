"""Moves that mean more than a state: a case goes to another centre, a duplicate is joined with its double, a case rests or ends without a decision."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from credentialing.domain.errors import NotFoundError, RefusedError
from credentialing.domain.people import Actor, Role
from credentialing.services import centres, looking
from credentialing.services.applying import save_answers
from credentialing.services.assessing import record_finding
from credentialing.services.deadlines import sweep
from credentialing.services.demonstration import DEGREE, Course, engineer
from credentialing.services.evidence import add_evidence
from credentialing.services.queueing import queue
from credentialing.services.waiving import ask_other_way
from credentialing.storage.records import AuditEvent, Case
from tests.services.staffing import hired
from tests.services.stage import World

WHY = "Se mudó a Medellín y pide seguir allí."


def codes(caught: pytest.ExceptionInfo[RefusedError]) -> list[str]:
    return [reason.code for reason in caught.value.reasons]


def twice(world: World) -> tuple[str, str]:
    """Two cases of one person in one procedure, both with the intake officer."""
    person = world.person(engineer)
    first, second = (world.story.walk(person, DEGREE, until="completeness_check", days=0) for _ in range(2))
    return first, second


def details(world: World, case_id: str, move: str) -> dict[str, object]:
    """What the trail says of a move."""
    rows = world.rows(sa.select(AuditEvent).where(AuditEvent.case_id == case_id, AuditEvent.event == "case_moved"))
    return next(row.details for row in rows if row.details["move"] == move)


def test_a_case_that_goes_to_another_centre_is_seen_there_and_no_longer_where_it_was(world: World) -> None:
    here, there = (centres.add_centre(world.office, actor=None, name=name, city=name, country="CO") for name in ("Barranquilla", "Medellín"))
    officers = {}
    for centre in (here, there):
        officers[centre] = hired(world.office, centre, Role.INTAKE_OFFICER)
        centres.place_person(world.office, actor=None, person_id=str(officers[centre].person_id), centre_id=centre)
    case_id = world.degree("completeness_check")
    world.move(officers[here], case_id, "transfer", centre=here, grounds=WHY)  # until now the case belonged to no centre
    before = world.case(case_id)
    assert world.move(officers[here], case_id, "transfer", centre=there, grounds=WHY).state == "completeness_check"
    after = world.case(case_id)
    assert (before.centre_id, after.centre_id, after.revision) == (here, there, before.revision + 1)
    assert details(world, case_id, "transfer") == {"move": "transfer", "from": "completeness_check", "to": "completeness_check", "centre_id": here}
    with pytest.raises(NotFoundError):
        looking.desk_case(world.office, actor=officers[here], case_id=case_id)
    assert queue(world.office, actor=officers[here], show="all").rows == ()
    assert [row.case_id for row in queue(world.office, actor=officers[there], show="all").rows] == [case_id]
    assert world.view(case_id).centre == "Medellín · Medellín"
    assert [view.used for view in world.view(case_id).clocks if view.name == "completeness"] == [0]  # the same visit goes on


def test_a_case_goes_to_no_centre_that_is_closed_unknown_or_its_own(world: World) -> None:
    closed, own = (centres.add_centre(world.office, actor=None, name=name, city=name, country="CO") for name in ("Cúcuta", "Cali"))
    centres.close_centre(world.office, actor=None, centre_id=closed)
    case_id, officer = world.degree("completeness_check"), world.staff[Role.INTAKE_OFFICER]
    world.move(officer, case_id, "transfer", centre=own, grounds=WHY)
    before = world.everything()
    for centre, told in ((closed, "centre_not_open"), ("atlantis", "centre_not_open"), (own, "centre_is_the_same")):
        with pytest.raises(RefusedError) as caught:
            world.move(officer, case_id, "transfer", centre=centre, grounds=WHY)
        assert codes(caught) == [told]
    assert world.everything() == before


def test_a_duplicate_is_joined_with_the_case_that_goes_on(world: World) -> None:
    case_id, double = twice(world)
    officer = world.staff[Role.INTAKE_OFFICER]
    assert (
        world.move(officer, double, "merge_duplicate", duplicate_of=world.case(case_id).number.lower(), grounds="Envió lo mismo dos veces.").state == "merged"
    )
    row = world.case(double)
    assert (row.outcome, row.merged_into, row.closed_at == world.clock.now()) == ("cancelled", case_id, True)
    assert details(world, double, "merge_duplicate")["merged_into"] == case_id
    assert (world.view(double).merged_into, world.case(case_id).state) == (case_id, "completeness_check")
    assert [text.text for text in world.view(double).texts] == ["Envió lo mismo dos veces."]


def test_no_case_is_joined_with_itself_a_closed_one_a_draft_or_one_of_somebody_else(world: World) -> None:
    case_id, double = twice(world)
    stranger, skills, draft = world.degree("completeness_check"), world.skills("screening"), world.degree("draft")
    officer = world.staff[Role.INTAKE_OFFICER]
    with world.office.transaction() as session:
        session.execute(sa.update(Case).where(Case.id == skills).values(person_id=world.case(double).person_id))
    wrong = {double: "itself", stranger: "another_person", skills: "another_procedure"}
    for other, told in {draft: "duplicate_unknown", **{case: f"duplicate_of_{what}" for case, what in wrong.items()}}.items():
        with pytest.raises(RefusedError) as caught:
            world.move(officer, double, "merge_duplicate", duplicate_of=world.case(other).number, grounds="Parece la misma.")
        assert codes(caught) == [told]
    with pytest.raises(RefusedError) as caught:
        world.move(officer, double, "merge_duplicate", duplicate_of="12345", grounds="Parece la misma.")
    assert codes(caught) == ["number_wrong"]
    world.move(world.owner(case_id), case_id, "withdraw")
    with pytest.raises(RefusedError) as caught:
        world.move(officer, double, "merge_duplicate", duplicate_of=world.case(case_id).number, grounds="Parece la misma.")
    assert codes(caught) == ["duplicate_closed"]
    assert world.case(double).merged_into is None


def test_withdrawn_cancelled_and_merged_are_outcomes_that_decide_nothing(world: World) -> None:
    withdrawn, cancelled = world.degree("evaluation"), world.degree("evaluation")
    world.move(world.owner(withdrawn), withdrawn, "withdraw")
    world.move(world.staff[Role.DECISION_MAKER], cancelled, "cancel", grounds="La abrió otra persona en su nombre.")
    for case_id, outcome in ((withdrawn, "withdrawn"), (cancelled, "cancelled")):
        row = world.case(case_id)
        assert (row.outcome, row.decision, row.decided_by, row.closed_at is None, row.due_at, row.wake_at) == (outcome, None, None, False, None, None)
    assert [text.text for text in world.view(cancelled).texts] == ["La abrió otra persona en su nombre."]


@pytest.mark.parametrize("state", ["postponed", "resting"])
def test_while_a_case_rests_nothing_of_it_changes(world: World, state: str) -> None:
    case_id = world.degree("answer_awaited", letter=True)
    owner = world.owner(case_id)
    if state == "postponed":
        world.move(owner, case_id, "postpone")
    else:
        world.clock.advance(timedelta(days=31))
        sweep(world.office)
    assert (world.case(case_id).state, world.view(case_id).editable) == (state, False)
    for attempt in (
        lambda: save_answers(world.office, actor=owner, case_id=case_id, answers={"city": "Cali"}),
        lambda: add_evidence(world.office, actor=owner, case_id=case_id, kind="identity", accepted_as=None, file_name="i.png", data=b"i"),
        lambda: ask_other_way(world.office, actor=owner, case_id=case_id, kind="identity", way="sworn_statement", text="Perdí mi documento en el camino."),
    ):
        with pytest.raises(RefusedError) as caught:
            attempt()
        assert codes(caught)[0] in {"wrong_state", "evidence_not_asked"}
    assert world.move(owner, case_id, "resume" if state == "postponed" else "reopen").state == "answer_awaited"
    assert world.view(case_id).editable


def test_what_an_appeal_carries_is_kept_sealed_and_told_when_the_appeal_is_decided(world: World) -> None:
    case_id = world.degree("appeal_review", course=Course(outcome="refused", appeals=True, declared=True))
    first, second = world.staff[Role.APPEALS_BODY], world.story.second[Role.APPEALS_BODY]
    assert ("appeal", "remedy", "reposicion") in {(text.move, text.field, text.text) for text in world.view(case_id).texts}
    world.clock.advance(timedelta(days=5))
    world.move(first, case_id, "report_appeal", appeal_opinion="uphold", grounds="Los hallazgos están bien fundados.")
    assert "report_appeal" not in {text.move for text in world.view(case_id).texts}  # an opinion is no decision
    assert world.view(case_id).findings["E9"].value == "substantial"  # what the person was told with the decision stays told
    world.move(Actor(second.person_id, second.roles), case_id, "uphold", grounds="Se mantiene la decisión.")
    told = {(text.move, text.field, text.text) for text in world.view(case_id).texts}
    assert {("report_appeal", "appeal_opinion", "uphold"), ("uphold", "grounds", "Se mantiene la decisión.")} <= told
    assert world.view(case_id).state == "refusal_told"


def test_while_the_missing_units_are_judged_again_the_person_still_reads_what_they_were_told(world: World) -> None:
    case_id = world.skills("gap_told_some", course=Course(outcome="partly", declared=True))
    before = world.view(case_id).findings
    world.move(world.owner(case_id), case_id, "ask_reassessment")
    assert (world.case(case_id).decision, world.view(case_id).findings) == (None, before)
    world.clock.advance(timedelta(days=2))
    record_finding(world.office, actor=world.staff[Role.ASSESSOR], case_id=case_id, subject="U5", value="competent", reason="Ahora suelda sobre cabeza.")
    told, inside = world.view(case_id).findings, looking.desk_case(world.office, actor=world.staff[Role.ASSESSOR], case_id=case_id).findings
    assert (told["U5"].value, inside["U5"].value) == ("not_yet_competent", "competent")  # the new finding is told with the new decision


def test_a_case_judged_anew_shows_its_new_judges_no_old_finding_as_if_it_counted(world: World) -> None:
    case_id = world.degree("appeal_review", course=Course(outcome="refused", appeals=True, declared=True))
    world.move(world.staff[Role.APPEALS_BODY], case_id, "report_appeal", appeal_opinion="annul", grounds="No se leyeron los programas.")
    world.move(world.story.second[Role.APPEALS_BODY], case_id, "annul", grounds="Que se juzgue de nuevo.")
    assert (world.case(case_id).state, world.case(case_id).decision) == ("evaluation", None)
    fresh = world.story.second[Role.ASSESSOR]
    view = looking.desk_case(world.office, actor=fresh, case_id=case_id)
    assert {subject for subject in view.findings if subject.startswith("E")} == set()
    assert "E1" in view.recordable
    with pytest.raises(RefusedError) as caught:
        world.move(world.staff[Role.ASSESSOR], case_id, "choose_route", route="academic")
    assert codes(caught) == ["took_part_before"]
