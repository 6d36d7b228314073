"""Centres on the screen, and that the administration is for administrators alone."""

import pytest

from credentialing.domain.people import STAFF_ROLES, Actor, Role
from credentialing.services.centres import all_centres, place_person
from credentialing.web.gate import table
from tests.office import applicant
from tests.web.admin.conftest import House
from tests.web.desk.conftest import words_in

NORTH = {"name": "Bogotá Norte", "city": "Bogotá", "country": "CO"}


def test_a_centre_is_opened_listed_and_closed(house: House, nora: Actor) -> None:
    assert "There is no centre yet" in words_in(house.get(nora, "/admin/centres").text)
    assert house.post(nora, "/admin/centres", **NORTH).status_code == 303
    assert "Bogotá Norte Bogotá Colombia 0 0 Open" in words_in(house.get(nora, "/admin/centres").text)
    assert house.post(nora, "/admin/centres/bogota-norte/close").status_code == 303
    assert [line.is_open for line in all_centres(house.office, actor=None)] == [False]
    assert house.post(nora, "/admin/centres/bogota-norte/close").status_code == 404


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [({"name": ""}, "Fill in: Name"), ({"city": "x" * 90}, "City: write at most 80 characters"), ({"country": "ZZ"}, "Choose one of the answers: Country")],
)
def test_what_is_wrong_is_said(house: House, nora: Actor, changed: dict[str, str], sentence: str) -> None:
    answer = house.post(nora, "/admin/centres", **(NORTH | changed))
    assert (answer.status_code, sentence in words_in(answer.text)) == (422, True)


def test_a_centre_in_use_says_what_stands_in_the_way(house: House, nora: Actor) -> None:
    house.post(nora, "/admin/centres", **NORTH)
    person = house.hire("Rosa", Role.INTAKE_OFFICER, number="E-100")
    place_person(house.office, actor=None, person_id=str(person.person_id), centre_id="bogota-norte")
    again = house.post(nora, "/admin/centres", **NORTH)
    assert "There is already a centre with this name." in words_in(again.text)
    answer = house.post(nora, "/admin/centres/bogota-norte/close")
    assert (answer.status_code, "open cases (0) or staff (1)" in words_in(answer.text)) == (422, True)


def test_every_address_of_the_administration_is_for_administrators_only(house: House) -> None:
    entries = [entry for (_, path), entry in table(house.app).items() if path == "/admin" or path.startswith("/admin/")]
    assert len(entries) == 18
    assert {entry.who for entry in entries} == {frozenset({Role.ADMINISTRATOR})}


def test_everybody_else_finds_nothing_there_and_is_not_told_that_it_exists(house: House) -> None:
    others = [house.hire(role.value, role) for role in STAFF_ROLES if role is not Role.ADMINISTRATOR]
    for actor in (*others, applicant(house.office)):
        assert [house.get(actor, path).status_code for path in ("/admin", "/admin/procedures", "/admin/people", "/admin/centres")] == [404] * 4
        assert "/admin" not in house.get(actor, "/desk/").text


def test_an_administrator_has_no_queue_and_sees_no_case(house: House, nora: Actor) -> None:
    led = house.get(nora, "/desk/")
    assert (led.status_code, led.location) == (303, "/admin/procedures")
    assert house.get(nora, "/admin").location == "/admin/procedures"
    assert house.get(nora, "/desk/cases/" + "0" * 32).status_code == 404
    assert 'href="/admin/procedures"' in house.get(nora, "/desk/procedures").text
