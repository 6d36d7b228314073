"""Centres: their staff sees their cases and those of none, whoever works in no centre sees all."""

import pytest
import sqlalchemy as sa

from credentialing.domain.errors import BadInputError, NotFoundError, RefusedError
from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.services import centres, looking
from credentialing.services.queueing import queue
from credentialing.storage.records import AuditEvent, Case
from tests.services.staffing import codes, hired
from tests.services.stage import World


@pytest.fixture
def north(world: World) -> str:
    return centres.add_centre(world.office, actor=None, name="Bogotá Norte", city="Bogotá", country="CO")


@pytest.fixture
def south(world: World) -> str:
    return centres.add_centre(world.office, actor=None, name="Bogotá  Sur", city="Bogotá", country="CO")


def put(world: World, case_id: str, centre_id: str) -> None:
    with world.office.transaction() as session:
        session.get_one(Case, case_id).centre_id = centre_id


def place(world: World, actor: Actor, centre_id: str | None) -> None:
    centres.place_person(world.office, actor=None, person_id=str(actor.person_id), centre_id=centre_id)


def seen(world: World, actor: Actor) -> set[str]:
    page = queue(world.office, actor=actor, show="all")
    assert page.all_open == len(page.rows)
    return {row.case_id for row in page.rows}


def test_a_centre_is_made_with_an_id_that_people_can_read(world: World, north: str, south: str) -> None:
    assert (north, south) == ("bogota-norte", "bogota-sur")
    lines = centres.all_centres(world.office, actor=None)
    assert [(line.name, line.city, line.country, line.is_open, line.cases, line.staff) for line in lines] == [
        ("Bogotá Norte", "Bogotá", "CO", True, 0, 0), ("Bogotá Sur", "Bogotá", "CO", True, 0, 0),
    ]  # fmt: skip


def test_staff_of_a_centre_find_its_cases_and_those_of_none_and_no_others(world: World, north: str, south: str) -> None:
    here, there, nowhere = (world.degree("completeness_check") for _ in range(3))
    put(world, here, north)
    put(world, there, south)
    local, everywhere = hired(world.office, "rosa", Role.INTAKE_OFFICER), hired(world.office, "luis", Role.INTAKE_OFFICER)
    place(world, local, north)
    assert (seen(world, local), seen(world, everywhere)) == ({here, nowhere}, {here, there, nowhere})
    assert queue(world.office, actor=local, number=world.case(there).number).rows == ()
    assert looking.desk_case(world.office, actor=local, case_id=here).case_id == here
    for look in (looking.desk_case, looking.history):
        with pytest.raises(NotFoundError):
            look(world.office, actor=local, case_id=there)
    with pytest.raises(NotFoundError):
        world.move(local, there, "accept")
    place(world, local, None)
    assert seen(world, local) == {here, there, nowhere}


def test_the_applicant_sees_their_case_wherever_it_is(world: World, north: str) -> None:
    case_id = world.degree("completeness_check")
    put(world, case_id, north)
    assert world.view(case_id).state == "completeness_check"


@pytest.mark.parametrize(("with_case", "with_staff"), [(True, False), (False, True), (True, True)])
def test_a_centre_with_open_cases_or_staff_is_not_closed(world: World, north: str, with_case: bool, with_staff: bool) -> None:
    case_id, officer = world.degree("completeness_check"), hired(world.office, "rosa", Role.INTAKE_OFFICER)
    if with_case:
        put(world, case_id, north)
    if with_staff:
        place(world, officer, north)
    with pytest.raises(RefusedError) as caught:
        centres.close_centre(world.office, actor=None, centre_id=north)
    assert [dict(reason.details) for reason in caught.value.reasons] == [{"cases": int(with_case), "staff": int(with_staff)}]


def test_a_closed_centre_takes_nobody_and_stays_in_the_list(world: World, north: str, south: str) -> None:
    centres.close_centre(world.office, actor=None, centre_id=north)
    officer = hired(world.office, "rosa", Role.INTAKE_OFFICER)
    for gone in (north, "nowhere"):
        with pytest.raises(NotFoundError):
            place(world, officer, gone)
        with pytest.raises(NotFoundError):
            centres.close_centre(world.office, actor=None, centre_id=gone)
    assert [(line.centre_id, line.is_open) for line in centres.all_centres(world.office, actor=None)] == [(south, True), (north, False)]
    with world.office.reading() as session:
        assert [line.centre_id for line in centres.open_centres(session, country="CO")] == [south]
        assert centres.open_centres(session, country="PE") == ()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"), ({"name": "x" * 121}, "name"), ({"name": "Ñ"}, "name"), ({"city": ""}, "city"), ({"city": "x" * 81}, "city"),
        ({"country": "XX"}, "country"), ({"country": "ZZ"}, "country"),
    ],
)  # fmt: skip
def test_what_is_no_centre_is_refused_and_names_the_field(world: World, given: dict[str, str], field: str) -> None:
    with pytest.raises(BadInputError) as caught:
        centres.add_centre(world.office, actor=None, **({"name": "Cúcuta", "city": "Cúcuta", "country": "CO"} | given))
    assert [reason.details["field"] for reason in caught.value.reasons] == [field]


def test_two_centres_do_not_share_an_id(world: World, north: str) -> None:
    with pytest.raises(RefusedError) as caught:
        centres.add_centre(world.office, actor=None, name="BOGOTÁ - NORTE", city="Bogotá", country="CO")
    assert codes(caught.value) == ["centre_exists"]


@pytest.mark.parametrize("who", [SYSTEM, Actor("somebody", frozenset({Role.APPLICANT, Role.DECISION_MAKER}))])
def test_only_administrators_and_the_console_keep_centres(world: World, north: str, who: Actor) -> None:
    officer = hired(world.office, "rosa", Role.INTAKE_OFFICER)
    acts = (
        lambda: centres.add_centre(world.office, actor=who, name="Cali", city="Cali", country="CO"),
        lambda: centres.close_centre(world.office, actor=who, centre_id=north),
        lambda: centres.place_person(world.office, actor=who, person_id=str(officer.person_id), centre_id=north),
        lambda: centres.all_centres(world.office, actor=who),
    )
    for act in acts:
        with pytest.raises(RefusedError) as caught:
            act()
        assert codes(caught.value) == ["wrong_role"]


def test_a_stranger_is_placed_nowhere_and_every_change_is_recorded(world: World, north: str) -> None:
    with pytest.raises(NotFoundError):
        place(world, world.owner(world.degree("draft")), north)
    place(world, hired(world.office, "rosa", Role.INTAKE_OFFICER), north)
    place(world, hired(world.office, "rosa", Role.INTAKE_OFFICER), None)
    centres.close_centre(world.office, actor=None, centre_id=north)
    told = [(row.event, row.details["centre"]) for row in world.rows(sa.select(AuditEvent).order_by(AuditEvent.position)) if "centre" in row.details]
    assert told == [("centre_added", north), ("person_placed", north), ("person_placed", ""), ("centre_closed", north)]
