"""The staff as an administrator sees it."""

from datetime import timedelta

import pytest

from credentialing.domain.errors import NotFoundError, RefusedError
from credentialing.domain.people import Role
from credentialing.services import centres, deputies, people
from credentialing.services.staff import staff
from tests.office import applicant
from tests.services.staffing import codes, hired
from tests.services.stage import World


def test_an_account_is_shown_with_what_an_administrator_needs_and_no_whole_contact(world: World) -> None:
    person, twin = hired(world.office, "laura", Role.REGISTRAR, Role.ASSESSOR, number="E-1042"), hired(world.office, "laura.gil", Role.GUIDE, number="E-1042")
    centres.add_centre(world.office, actor=None, name="Cúcuta", city="Cúcuta", country="CO")
    centres.place_person(world.office, actor=None, person_id=str(person.person_id), centre_id="cucuta")
    line = staff(world.office, actor=None).one(str(person.person_id))
    assert (line.name, line.contact, line.roles) == ("laura", "l•••@puente.example", (Role.ASSESSOR, Role.REGISTRAR))
    assert (line.centre_id, line.centre, line.has_number, line.is_closed, line.other_accounts) == ("cucuta", "Cúcuta", True, False, {twin.person_id})


def test_the_list_holds_those_who_left_last_and_applicants_never(world: World) -> None:
    gone = hired(world.office, "aaron", Role.ASSESSOR, number="E-100")
    person = applicant(world.office)
    people.disable_person(world.office, actor=None, person_id=str(gone.person_id))
    found = staff(world.office, actor=None)
    assert found.people[-1].person_id == gone.person_id
    assert (found.people[-1].is_closed, found.people[-1].roles) == (True, ())
    with pytest.raises(NotFoundError):
        found.one(str(person.person_id))
    assert found.name(str(person.person_id)) == ""


def test_deputyships_are_listed_while_they_last_and_say_when_they_rest(world: World) -> None:
    absent, deputy = hired(world.office, "laura", Role.ASSESSOR, number="E-1042"), hired(world.office, "ines", Role.REGISTRAR, number="E-1043")
    until = world.clock.now() + timedelta(days=3)
    deputies.appoint_deputy(world.office, actor=None, person_id=str(deputy.person_id), stands_in_for=str(absent.person_id), role=Role.ASSESSOR, until=until)
    (line,) = staff(world.office, actor=None).deputies
    assert (line.person_id, line.stands_in_for, line.role, line.until_at, line.rests) == (
        deputy.person_id, absent.person_id, Role.ASSESSOR, until, False,
    )  # fmt: skip
    people.take_role(world.office, actor=None, person_id=str(absent.person_id), role=Role.ASSESSOR)
    assert [line.rests for line in staff(world.office, actor=None).deputies] == [True]
    world.clock.advance(timedelta(days=3))
    assert staff(world.office, actor=None).deputies == ()


def test_only_administrators_and_the_console_see_the_staff(world: World) -> None:
    admin = hired(world.office, "nora", Role.ADMINISTRATOR, number="A-100")
    assert staff(world.office, actor=admin) == staff(world.office, actor=None)
    with pytest.raises(RefusedError) as caught:
        staff(world.office, actor=hired(world.office, "laura", Role.DECISION_MAKER))
    assert codes(caught.value) == ["wrong_role"]
