"""The desk's queue: what falls due first stands first, pages hold while rows move, and nobody meets their own case."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from credentialing.domain.errors import BadInputError, NotFoundError
from credentialing.domain.people import Actor, Role
from credentialing.services import looking, queueing
from credentialing.services.demonstration import RPL, engineer, welder
from credentialing.services.queueing import PAGE, queue
from credentialing.storage.records import Case, VisitRecord
from credentialing.workflow.library import Library
from tests.office import applicant, library
from tests.services.stage import World, begun_under_the_first


def crowd(world: World, count: int) -> list[str]:
    """`count` cases in one state, made from one real case; every second pair falls due at the same moment. In the order of the queue."""
    model = world.case(world.degree("completeness_check"))
    columns = {column.key: getattr(model, column.key) for column in sa.inspect(Case).columns}
    made = []
    with world.office.transaction() as session:
        for number in range(count):
            due_at = model.due_at + timedelta(hours=number // 2)
            case_id = f"{number:032x}"
            session.add(Case(**(columns | {"id": case_id, "number": f"CO-N{number:04d}-00", "due_at": due_at})))
            made.append((due_at, case_id))
        session.flush()
        for _, case_id in made:
            session.add(VisitRecord(case_id=case_id, position=0, state=model.state, entered_at=model.opened_at))
    return [case_id for _, case_id in sorted([*made, (model.due_at, model.id)])]


def pages(world: World, actor: Actor, show: str = "all") -> list[list[str]]:
    found, after = [], ""
    while True:
        page = queue(world.office, actor=actor, show=show, after=after)
        found.append([row.case_id for row in page.rows])
        if page.next_after is None:
            return found
        after = page.next_after


def test_what_falls_due_first_stands_first_and_pages_hold_everything_once(world: World) -> None:
    expected = crowd(world, 2 * PAGE + 7)
    found = pages(world, world.staff[Role.INTAKE_OFFICER])
    assert [len(page) for page in found] == [PAGE, PAGE, 8]
    assert [case_id for page in found for case_id in page] == expected


def test_pages_hold_while_rows_move(world: World) -> None:
    expected = crowd(world, 2 * PAGE + 7)
    officer = world.staff[Role.INTAKE_OFFICER]
    first = queue(world.office, actor=officer, show="all")
    with world.office.transaction() as session:  # meanwhile some cases close, on the page that was read and on those that were not
        gone = {*expected[3:9], expected[PAGE - 1], expected[PAGE + 1]}
        session.execute(sa.update(Case).where(Case.id.in_(gone)).values(closed_at=world.clock.now(), outcome="withdrawn"))
    rest: list[str] = []
    after = first.next_after
    while after:
        page = queue(world.office, actor=officer, show="all", after=after)
        rest += [row.case_id for row in page.rows]
        after = page.next_after
    assert rest == [case_id for case_id in expected[PAGE:] if case_id not in gone]  # none twice, none left out


@pytest.mark.parametrize("after", ["nonsense", "~", "2026-03-02~x", "2026-03-02T00:00:00~x", "' OR 1=1 --"])
def test_a_bookmark_that_was_tampered_with_begins_at_the_beginning(world: World, after: str) -> None:
    case_id = world.degree("completeness_check")
    assert [row.case_id for row in queue(world.office, actor=world.staff[Role.INTAKE_OFFICER], after=after).rows] == [case_id]


def test_the_counters_and_the_views_say_the_same(world: World) -> None:
    crowd(world, 3)
    world.degree("evaluation")
    world.degree("answer_awaited", letter=True)
    world.skills("screening")
    world.degree("draft")
    world.degree("denied", refused=True)
    officer = world.staff[Role.INTAKE_OFFICER]
    for days in (0, 9, 12):
        world.clock.advance(timedelta(days=days))
        page = queue(world.office, actor=officer, show="all")
        counted = {"mine": page.mine, "all": page.all_open, "applicant": page.with_applicant, "soon": page.soon, "urgent": page.urgent}
        assert counted == {show: sum(map(len, pages(world, officer, show))) for show in counted}
        assert (page.all_open, page.mine, page.with_applicant) == (7, 5, 1)
    assert (page.urgent, page.soon) == (5, 5)


def test_a_row_says_whose_turn_it_is_and_how_long_there_is(world: World) -> None:
    degree, skills = world.degree("evaluation"), world.skills("planning")
    rows = {row.case_id: row for row in queue(world.office, actor=world.staff[Role.ASSESSOR]).rows}
    assert set(rows) == {degree, skills}
    assert [(rows[case_id].waits_for, rows[case_id].mine, rows[case_id].state) for case_id in (degree, skills)] == [
        ("assessor", True, "evaluation"), ("assessor", True, "planning"),
    ]  # fmt: skip
    assert (rows[degree].field_of_study, rows[skills].field_of_study) == ("engineering", None)
    for case_id in (degree, skills):
        view = next(view for view in world.view(case_id).clocks if view.running)
        assert (rows[case_id].clock, rows[case_id].due_at) == (view, view.due_at)


def test_drafts_and_closed_cases_stand_in_no_queue(world: World) -> None:
    world.degree("draft")
    world.degree("denied", refused=True)
    for role in set(world.staff) - {Role.AUDITOR}:
        page = queue(world.office, actor=world.staff[role], show="all")
        assert (page.rows, page.all_open) == ((), 0)


def test_ones_own_case_is_never_in_the_queue_nor_in_its_counters(world: World) -> None:
    case_id = world.degree("completeness_check")
    promoted = Actor(world.owner(case_id).person_id, frozenset({Role.APPLICANT, Role.INTAKE_OFFICER}))
    for show in ("mine", "all", "applicant", "soon", "urgent"):
        page = queue(world.office, actor=promoted, show=show)
        assert (page.rows, page.all_open, page.mine) == ((), 0, 0)
    assert queue(world.office, actor=promoted, number=world.case(case_id).number).rows == ()
    assert queue(world.office, actor=world.staff[Role.INTAKE_OFFICER], number=world.case(case_id).number).rows != ()


def test_who_works_in_no_procedure_sees_an_empty_queue(world: World) -> None:
    world.degree("completeness_check")
    for actor in (world.staff[Role.AUDITOR], applicant(world.office, contact="+573005550999")):
        page = queue(world.office, actor=actor, show="all")
        assert (page.rows, page.all_open) == ((), 0)


def test_the_verifier_of_assessments_sees_the_procedures_that_have_one(world: World) -> None:
    world.degree("completeness_check")
    skills = world.skills("screening")
    assert [row.case_id for row in queue(world.office, actor=world.staff[Role.INTERNAL_VERIFIER], show="all").rows] == [skills]
    assert queue(world.office, actor=world.staff[Role.INTERNAL_VERIFIER], show="mine").rows == ()


def test_the_queue_holds_what_opens_whatever_version_of_the_rules_a_case_began_under(world: World) -> None:
    first, second = begun_under_the_first(world.office, world.person(welder), "screening", procedure=RPL), world.skills("screening")
    begun_under_the_first(world.office, world.person(engineer), "completeness_check")
    guide = world.staff[Role.GUIDE]  # a role that the first version of this procedure did not know
    page = queue(world.office, actor=guide, show="all")
    assert ([row.case_id for row in page.rows], page.all_open) == ([second], 1)
    assert queue(world.office, actor=guide, number=world.case(first).number).rows == ()
    every = [row.id for row in world.rows(sa.select(Case))]
    for role in set(world.staff) - {Role.ADMINISTRATOR}:
        shown = {row.case_id for row in queue(world.office, actor=world.staff[role], show="all").rows}
        assert shown == {case_id for case_id in every if opens(world, role, case_id)}, role


def opens(world: World, role: Role, case_id: str) -> bool:
    """Whether the person in this role can open the case."""
    try:
        looking.desk_case(world.office, actor=world.staff[role], case_id=case_id)
    except NotFoundError:
        return False
    return True


def test_a_role_that_only_an_earlier_version_knew_goes_on_with_its_cases(world: World) -> None:
    case_id = world.skills("screening")
    last = library().definition(RPL, 2)
    newer = replace(last, version=3, digest="3" * 64, roles=tuple(role for role in last.roles if role is not Role.GUIDE))
    office = replace(world.office, library=Library(definitions=(last, newer), standards=last.standards.values(), texts={}))
    assert [row.case_id for row in queue(office, actor=world.staff[Role.GUIDE], show="all").rows] == [case_id]


def test_a_number_is_found_however_it_is_typed_and_a_wrong_one_is_named(world: World) -> None:
    case_id = world.degree("completeness_check")
    number, officer = world.case(case_id).number, world.staff[Role.INTAKE_OFFICER]
    for typed in (number, number.lower(), number.replace("-", ""), f"  {number.replace('-', ' ')} "):
        assert [row.case_id for row in queue(world.office, actor=officer, show="applicant", number=typed).rows] == [case_id]
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    with pytest.raises(BadInputError) as caught:
        queue(world.office, actor=officer, number=wrong)
    assert [(reason.code, reason.details["field"]) for reason in caught.value.reasons] == [("number_wrong", "number")]


def test_the_queue_can_be_kept_to_one_procedure(world: World) -> None:
    world.degree("completeness_check")
    skills = world.skills("screening")
    page = queue(world.office, actor=world.staff[Role.INTAKE_OFFICER], show="all", procedure="co-rpl-sena-eccl")
    assert [row.case_id for row in page.rows] == [skills]


def test_reading_a_far_page_costs_no_more_statements_than_the_first(world: World) -> None:
    crowd(world, 3 * PAGE)
    counts = []
    statements: list[str] = []
    sa.event.listen(world.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    after = ""
    for _ in range(3):
        statements.clear()
        page = queueing.queue(world.office, actor=world.staff[Role.INTAKE_OFFICER], show="all", after=after)
        counts.append(len([text for text in statements if text.startswith("SELECT")]))
        after = str(page.next_after)
    assert counts == [4, 4, 4]
