"""Open cases stay on the rules they began under; moving one is an administrator's recorded act, and nothing of the case is lost by it."""

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest
import sqlalchemy as sa

from credentialing.domain.calendars import DayType, Span
from credentialing.domain.errors import BadInputError, NotFoundError, RefusedError
from credentialing.domain.people import Actor, Role
from credentialing.services import looking
from credentialing.services.deadlines import look_at
from credentialing.services.demonstration import DEGREE, Course, engineer
from credentialing.services.moving import make_move
from credentialing.services.office import Office
from credentialing.services.replaying import replay
from credentialing.services.versions import move_to_version
from credentialing.storage.records import AuditEvent, Case
from credentialing.workflow.library import Library
from credentialing.workflow.model import Definition
from tests.office import library
from tests.services.stage import World, begun_under_the_first

WHY = "La segunda versión permite pedir otra vía para el documento que falta."


def serving(office: Office, *definitions: Definition) -> Office:
    """The same office with these rules and no others."""
    return replace(office, library=Library(definitions=definitions, standards=(), texts={}))


def begun(world: World, until: str) -> str:
    """The id of a degree case that was begun under the first version."""
    return begun_under_the_first(world.office, world.person(engineer), until)


def administrator(world: World) -> Actor:
    return world.staff[Role.ADMINISTRATOR]


def move_it(office: Office, actor: Actor, case_id: str, *, version: int = 2, grounds: str = WHY) -> int:
    return move_to_version(office, actor=actor, case_id=case_id, version=version, grounds=grounds).revision


def told(caught: pytest.ExceptionInfo[RefusedError]) -> set[tuple[str, ...]]:
    """Code and details of every reason."""
    return {(reason.code, *map(str, reason.details.values())) for reason in caught.value.reasons}


@pytest.fixture
def later(world: World) -> tuple[Office, Definition]:
    """An office with a third version of the degree whose completeness check takes two days instead of ten, beside the two that are published."""
    second = library().definition(DEGREE, 2)
    shorter = replace(second.deadlines["completeness"], limit=Span(2, DayType.WORKING))
    third = replace(second, version=3, digest="3" * 64, deadlines=MappingProxyType({**second.deadlines, "completeness": shorter}))
    return replace(world.office, library=Library(definitions=(library().definition(DEGREE, 1), second, third), standards=(), texts={})), third


def test_a_new_version_leaves_open_cases_on_the_old_one_and_they_go_on_under_it(world: World) -> None:
    case_id = begun(world, "completeness_check")
    assert (world.case(case_id).version, library().definition(DEGREE).version) == (1, 2)
    assert "offer_other_way" not in world.view(case_id).definition.moves
    owner = world.owner(case_id)
    assert world.move(owner, case_id, "withdraw").state == "withdrawn"
    assert world.case(case_id).version == 1


def test_a_case_is_put_under_the_new_rules_with_grounds_an_event_a_letter_and_one_revision_more(world: World) -> None:
    case_id = begun(world, "completeness_check")
    before = world.case(case_id)
    world.run_jobs()
    letters = len(world.messages.sent)
    assert move_it(world.office, administrator(world), case_id) == before.revision + 1
    after, new = world.case(case_id), library().definition(DEGREE, 2)
    assert (after.version, after.digest, after.revision, after.state) == (2, new.digest, before.revision + 1, before.state)
    event = world.rows(sa.select(AuditEvent).where(AuditEvent.event == "case_repinned"))[0]
    assert (event.person_id, event.revision) == (administrator(world).person_id, after.revision)
    assert {name: event.details[name] for name in ("from", "to", "to_digest")} == {"from": f"{DEGREE}.v1", "to": f"{DEGREE}.v2", "to_digest": new.digest}
    assert WHY not in repr(event.details)
    world.run_jobs()
    assert len(world.messages.sent) == letters + 1
    assert [(text.move, text.text) for text in world.view(case_id).texts] == [("move_to_version", WHY)]
    inside = looking.desk_case(world.office, actor=world.staff[Role.INTAKE_OFFICER], case_id=case_id)
    assert [text.move for text in inside.texts] == ["move_to_version"]
    assert replay(world.office, tell=lambda done, total: None).differences == ()


def test_whoever_had_the_old_page_open_moves_nothing(world: World) -> None:
    case_id = begun(world, "completeness_check")
    seen = world.case(case_id).revision
    move_it(world.office, administrator(world), case_id)
    with pytest.raises(Exception, match="has moved"):
        make_move(world.office, actor=world.owner(case_id), case_id=case_id, move="withdraw", seen_revision=seen, given={})
    assert world.move(world.owner(case_id), case_id, "postpone").state == "postponed"  # a move that only the new rules know


def test_what_the_new_rules_do_not_know_is_named_and_the_case_stays(world: World) -> None:
    case_id = begun(world, "decision_awaited")
    before = world.everything()
    with pytest.raises(RefusedError) as caught:
        move_it(world.office, administrator(world), case_id)
    assert told(caught) == {("deed_not_there", "conflict_declared")}
    assert world.everything() == before


def test_every_single_thing_that_would_be_lost_is_named(world: World) -> None:
    case_id = world.degree("decision_awaited", course=Course(without=("apostille",), declared=True))
    second = library().definition(DEGREE, 2)
    poorer = replace(
        second, version=3, digest="3" * 64, routes=("accreditation",),
        evidence={kind: rule for kind, rule in second.evidence.items() if kind not in ("apostille", "transcript")},
        form={**second.form, "contact": ("email",)}, states={name: state for name, state in second.states.items() if name != "payment_check"},
        criteria={name: replace(each, values=("unknown",)) if name == "E1" else each for name, each in second.criteria.items() if name != "E9"},
        procedure=replace(second.procedure, outcomes=("denied",)),
    )  # fmt: skip
    office = serving(world.office, second, poorer)
    with pytest.raises(RefusedError) as caught:
        move_it(office, administrator(world), case_id, version=3)
    assert told(caught) >= {
        ("state_not_there", "payment_check"), ("deed_not_there", "E9"), ("finding_not_there", "E1", "recognised"), ("answer_not_there", "city"),
        ("answer_not_there", "phone"), ("paper_not_there", "apostille"), ("paper_not_there", "transcript"), ("choice_not_there", "route"),
        ("choice_not_there", "outcome"),
    }  # fmt: skip


def test_only_an_administrator_moves_an_open_case_to_another_confirmed_version_and_says_why(world: World) -> None:
    case_id, closed = begun(world, "completeness_check"), begun(world, "completeness_check")
    world.move(world.owner(closed), closed, "withdraw")
    second = library().definition(DEGREE, 2)
    doubtful = replace(second, version=3, digest="3" * 64, procedure=replace(second.procedure, confidence="low"))
    office = replace(world.office, library=Library(definitions=(library().definition(DEGREE, 1), second, doubtful), standards=(), texts={}))
    for actor in (world.owner(case_id), *(world.staff[role] for role in (Role.DECISION_MAKER, Role.INTAKE_OFFICER, Role.AUDITOR))):
        with pytest.raises(RefusedError) as caught:
            move_it(office, actor, case_id)
        assert {code for code, *_ in told(caught)} == {"wrong_role"}
    for case, version, code in ((case_id, 1, "version_is_the_same"), (case_id, 3, "procedure_not_confirmed"), (closed, 2, "case_is_closed")):
        with pytest.raises(RefusedError) as caught:
            move_it(office, administrator(world), case, version=version)
        assert {each for each, *_ in told(caught)} == {code}
    for case, version in (("0" * 32, 2), (case_id, 9)):
        with pytest.raises(NotFoundError):
            move_it(office, administrator(world), case, version=version)
    with pytest.raises(BadInputError) as wrong:
        move_it(office, administrator(world), case_id, grounds="  ")
    assert [reason.code for reason in wrong.value.reasons] == ["answer_missing"]
    assert world.case(case_id).version == 1


def test_a_limit_that_is_over_under_the_new_rules_is_acted_on_and_one_that_was_over_before_is_not_told_again(
    world: World, later: tuple[Office, Definition]
) -> None:
    office, third = later
    case_id = world.degree("completeness_check")
    world.clock.advance(timedelta(days=5))
    move_it(office, administrator(world), case_id, version=3)
    row = world.case(case_id)
    assert (row.version, row.due_at is not None and row.due_at < world.clock.now(), row.wake_at is not None) == (3, True, True)
    look_at(office, case_id=case_id)
    look_at(office, case_id=case_id)
    passed = sa.select(AuditEvent).where(AuditEvent.case_id == case_id, AuditEvent.event == "deadline_passed")
    assert [event.details["clock"] for event in world.rows(passed)] == ["completeness"]
    fourth = replace(third, version=4, digest="4" * 64)
    again = replace(office, library=Library(definitions=(third, fourth), standards=(), texts={}))
    move_it(again, administrator(world), case_id, version=4)
    look_at(again, case_id=case_id)
    assert len(world.rows(passed)) == 1


def test_nobody_moves_a_case_of_their_own(world: World) -> None:
    case_id = begun(world, "completeness_check")
    with world.office.reading() as session:
        applicant = session.get_one(Case, case_id).person_id
    for actor in (replace(administrator(world), person_id=applicant), replace(administrator(world), acts_for=frozenset({applicant}))):
        with pytest.raises(RefusedError) as caught:
            move_it(world.office, actor, case_id)
        assert told(caught) == {("conflict",)}
