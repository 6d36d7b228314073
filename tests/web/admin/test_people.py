"""People on the screen: added with a staff number, given roles, replaced for a while, placed, closed."""

from datetime import date, timedelta

import pytest

from credentialing.domain.calendars import end_of_day
from credentialing.domain.people import Actor, Role
from credentialing.services import centres, signing_in
from credentialing.services.staff import staff
from tests.office import clock_of
from tests.web.admin.conftest import House
from tests.web.desk.conftest import words_in

LAURA = {"name": "Laura Gil", "contact": "laura@puente.example", "staff_number": "E-1042", "roles": ["assessor", "guide"], "language": "es"}


def added(house: House, nora: Actor, **changed: object) -> str:
    answer = house.post(nora, "/admin/people", **(LAURA | changed))
    assert answer.status_code == 303, words_in(answer.text)
    return answer.location.rsplit("/", 1)[1]


def test_a_person_is_added_with_roles_and_a_staff_number(house: House, nora: Actor) -> None:
    person_id = added(house, nora)
    line = staff(house.office, actor=None).one(person_id)
    assert (line.name, line.roles, line.has_number) == ("Laura Gil", (Role.GUIDE, Role.ASSESSOR), True)
    said = words_in(house.get(nora, "/admin/people").text)
    assert "Laura Gil l•••@puente.example" in said
    assert "laura@" not in said


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": " "}, "Fill in: Name"),
        ({"contact": "laura at puente"}, "Write a phone number with its country code"),
        ({"staff_number": ""}, "Fill in: Staff number, or number of an identity document"),
        ({"roles": []}, "Fill in: Roles"),
        ({"roles": ["system"]}, "Choose one of the answers: Roles"),
        ({"roles": ["assessor", "administrator"]}, "holds no other role"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_added(house: House, nora: Actor, changed: dict[str, object], sentence: str) -> None:
    answer = house.post(nora, "/admin/people", **(LAURA | changed))
    assert answer.status_code == 422
    assert sentence in words_in(answer.text)
    assert [line.name for line in staff(house.office, actor=None).people] == ["Nora"]


def test_roles_are_given_and_taken_back_on_the_page_of_the_person(house: House, nora: Actor) -> None:
    person_id = added(house, nora)
    assert house.post(nora, f"/admin/people/{person_id}/roles", roles=["registrar"]).status_code == 303
    assert house.post(nora, f"/admin/people/{person_id}/roles/guide/end").status_code == 303
    assert staff(house.office, actor=None).one(person_id).roles == (Role.ASSESSOR, Role.REGISTRAR)
    for gone in ("guide", "nonsense"):
        assert house.post(nora, f"/admin/people/{person_id}/roles/{gone}/end").status_code == 404


def test_an_account_without_a_staff_number_must_get_one_before_more_roles(house: House, nora: Actor) -> None:
    old = str(house.hire("Viejo", Role.ASSESSOR).person_id)
    assert "No staff number" in words_in(house.get(nora, "/admin/people").text)
    refused = house.post(nora, f"/admin/people/{old}/roles", roles=["registrar"])
    assert (refused.status_code, "Fill in: Staff number" in words_in(refused.text)) == (422, True)
    assert house.post(nora, f"/admin/people/{old}/roles", roles=["registrar"], staff_number="E-7777").status_code == 303


def test_two_accounts_of_one_person_point_at_each_other(house: House, nora: Actor) -> None:
    first = added(house, nora)
    second = added(house, nora, name="Laura G.", contact="+57 300 555 0999", staff_number="e1042", roles=["registrar"])
    page = house.get(nora, f"/admin/people/{first}").text
    assert f'href="/admin/people/{second}"' in page
    assert "Other accounts of the same person:" in page


def test_a_deputy_is_appointed_until_a_day_and_ended(house: House, nora: Actor) -> None:
    absent, deputy = added(house, nora), str(house.hire("Inés", Role.REGISTRAR, number="E-1043").person_id)
    day = {"until__day": "10", "until__month": "3", "until__year": "2026"}
    assert house.post(nora, f"/admin/people/{absent}/deputies", deputy=deputy, role="assessor", **day).status_code == 303
    (line,) = staff(house.office, actor=None).deputies
    assert (line.person_id, line.until_at.isoformat()) == (deputy, "2026-03-11T05:00:00+00:00")  # the end of that day in Bogotá
    for path in ("/admin/people", f"/admin/people/{absent}", f"/admin/people/{deputy}"):
        assert "10 March" in words_in(house.get(nora, path).text)
    assert house.post(nora, f"/admin/people/{absent}/deputies/{line.deputy_id}/end").status_code == 303
    assert staff(house.office, actor=None).deputies == ()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"role": "assessor", "until__day": "10", "until__month": "3", "until__year": "2026"}, "Fill in: Who stands in"),
        ({"deputy": "x", "until__day": "10", "until__month": "3", "until__year": "2026"}, "Fill in: In which role"),
        ({"deputy": "x", "role": "assessor"}, "Fill in: Until which day"),
        ({"deputy": "x", "role": "assessor", "until__day": "1", "until__month": "3", "until__year": "2026"}, "choose a day after today"),
    ],
)
def test_what_is_wrong_with_a_deputyship_is_said(house: House, nora: Actor, given: dict[str, str], sentence: str) -> None:
    absent, deputy = added(house, nora), str(house.hire("Inés", Role.REGISTRAR, number="E-1043").person_id)
    answer = house.post(nora, f"/admin/people/{absent}/deputies", **{name: deputy if value == "x" else value for name, value in given.items()})
    assert (answer.status_code, sentence in words_in(answer.text)) == (422, True)
    assert staff(house.office, actor=None).deputies == ()


def test_a_person_is_placed_in_a_centre_and_the_account_is_closed(house: House, nora: Actor) -> None:
    person_id = added(house, nora)
    centres.add_centre(house.office, actor=None, name="Cúcuta", city="Cúcuta", country="CO")
    assert house.post(nora, f"/admin/people/{person_id}/centre", centre="cucuta").status_code == 303
    assert "Cúcuta" in words_in(house.get(nora, "/admin/people").text)
    assert house.post(nora, f"/admin/people/{person_id}/centre", centre="").status_code == 303
    assert house.post(nora, f"/admin/people/{person_id}/close").status_code == 303
    assert "Account closed" in words_in(house.get(nora, f"/admin/people/{person_id}").text)


def test_nobody_is_offered_to_close_their_own_account(house: House, nora: Actor) -> None:
    assert "/close" not in house.get(nora, f"/admin/people/{nora.person_id}").text
    answer = house.post(nora, f"/admin/people/{nora.person_id}/close")
    assert (answer.status_code, "Another administrator must do it" in words_in(answer.text)) == (422, True)


def test_a_deputy_acts_in_the_role_from_the_next_page_on_and_until_the_end_of_the_day(house: House, nora: Actor) -> None:
    absent, deputy = added(house, nora, roles=["auditor"]), house.hire("Inés", Role.REGISTRAR, number="E-1043")
    token = signing_in.enter_demonstration(house.office, person_id=str(deputy.person_id)).token
    day = {"until__day": "2", "until__month": "3", "until__year": "2026"}
    assert house.post(nora, f"/admin/people/{absent}/deputies", deputy=str(deputy.person_id), role="auditor", **day).status_code == 303
    held = []
    for _ in range(32):
        clock_of(house.office).advance(timedelta(minutes=29))
        actor = signing_in.person_of_session(house.office, token) or house.hire("Inés", Role.REGISTRAR)
        held.append((Role.AUDITOR in actor.roles, house.office.clock.now() < end_of_day("CO", date(2026, 3, 2))))
    assert {(True, True), (False, False)} == set(held)
