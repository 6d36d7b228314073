"""Accounts of staff: one human being stays one through every account, and whoever gives roles has none."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from credentialing.domain.contacts import parse_contact
from credentialing.domain.errors import BadInputError, NotFoundError, RefusedError
from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.services import people, signing_in
from credentialing.services.applying import open_case
from credentialing.services.demonstration import DEGREE
from credentialing.storage.records import AuditEvent, Person
from tests.office import applicant
from tests.services.staffing import codes, hired, now_acting
from tests.services.stage import World


def test_two_accounts_with_one_staff_number_are_one_human_being(world: World) -> None:
    first = hired(world.office, "laura", Role.ASSESSOR, number="E-1042")
    second = hired(world.office, "laura.gil", Role.DECISION_MAKER, number="e 1042")
    alone = hired(world.office, "ines", Role.DECISION_MAKER, number="E-1043")
    assert now_acting(world.office, first.person_id).acts_for == {second.person_id}
    assert (second.acts_for, alone.acts_for) == ({first.person_id}, frozenset())
    assert second.roles == {Role.APPLICANT, Role.DECISION_MAKER}
    with world.office.reading() as session:
        assert people.humans_of(session, str(second.person_id)) == {first.person_id, second.person_id}


def test_an_account_without_a_staff_number_counts_alone(world: World) -> None:
    one, other = hired(world.office, "laura", Role.ASSESSOR), hired(world.office, "ines", Role.ASSESSOR)
    with world.office.reading() as session:
        assert people.humans_of(session, str(one.person_id)) == {one.person_id}
    assert (one.acts_for, other.acts_for) == (frozenset(), frozenset())


def test_closing_an_account_and_making_another_one_changes_nothing(world: World) -> None:
    first = hired(world.office, "laura", Role.ASSESSOR, number="E-1042")
    people.disable_person(world.office, actor=None, person_id=str(first.person_id))
    with pytest.raises(NotFoundError):
        now_acting(world.office, first.person_id)
    second = hired(world.office, "laura.gil", Role.DECISION_MAKER, number="E-1042")
    assert second.acts_for == {first.person_id}


def test_the_staff_number_is_kept_as_a_keyed_hash_only(world: World) -> None:
    laura = hired(world.office, "laura", Role.ASSESSOR, number="E1042XYZ")
    person = world.rows(sa.select(Person).where(Person.id == laura.person_id))[0]
    assert person.human_index == world.office.keys.human_index("e1042xyz")
    assert "1042xyz" not in repr(world.everything()).lower()


def test_another_number_for_the_same_account_is_refused_and_nothing_is_written(world: World) -> None:
    hired(world.office, "laura", Role.ASSESSOR, number="E-1042")
    before = world.everything()
    with pytest.raises(RefusedError) as caught:
        hired(world.office, "laura", Role.REGISTRAR, number="E-9999")
    assert codes(caught.value) == ["staff_number_differs"]
    with pytest.raises(BadInputError):
        hired(world.office, "ines", Role.REGISTRAR, number="-")
    assert world.everything() == before


@pytest.mark.parametrize("who", [SYSTEM, Actor("somebody", frozenset({Role.APPLICANT, Role.DECISION_MAKER, Role.REGISTRAR}))])
def test_only_administrators_and_the_console_give_and_take_roles(world: World, who: Actor) -> None:
    person = hired(world.office, "laura", Role.ASSESSOR)
    before = world.everything()
    acts = (
        lambda: people.hire(
            world.office, actor=who, contact=parse_contact("x@y.example", "CO"), display_name="X", roles=frozenset({Role.ASSESSOR}), language="es"
        ),
        lambda: people.take_role(world.office, actor=who, person_id=str(person.person_id), role=Role.ASSESSOR),
        lambda: people.disable_person(world.office, actor=who, person_id=str(person.person_id)),
    )
    for act in acts:
        with pytest.raises(RefusedError) as caught:
            act()
        assert codes(caught.value) == ["wrong_role"]
    assert world.everything() == before


@pytest.mark.parametrize("roles", [frozenset(), frozenset({Role.SYSTEM}), frozenset({Role.APPLICANT, Role.ASSESSOR})])
def test_roles_of_applicants_and_of_the_system_are_never_given(world: World, roles: frozenset[Role]) -> None:
    with pytest.raises(RefusedError) as caught:
        hired(world.office, "laura", *roles)
    assert codes(caught.value) == ["role_unknown"]


def test_an_administrator_gets_no_other_role_with_any_account(world: World) -> None:
    admin = hired(world.office, "nora", Role.ADMINISTRATOR, number="A-100")
    hired(world.office, "laura", Role.ASSESSOR, number="E-1042")
    tries = (
        ("nora", Role.ASSESSOR, None),
        ("nora2", Role.DECISION_MAKER, "a100"),
        ("laura", Role.ADMINISTRATOR, None),
        ("laura2", Role.ADMINISTRATOR, "E1042"),
    )
    for name, role, number in tries:
        with pytest.raises(RefusedError) as caught:
            hired(world.office, name, role, number=number)
        assert codes(caught.value) == ["administrator_apart"]
    assert now_acting(world.office, admin.person_id).roles == {Role.APPLICANT, Role.ADMINISTRATOR}


def test_whoever_is_hired_again_may_come_in_again(world: World) -> None:
    first = hired(world.office, "laura", Role.ASSESSOR, number="E-1042")
    people.disable_person(world.office, actor=None, person_id=str(first.person_id))
    again = hired(world.office, "laura", Role.REGISTRAR, number="E-1042")
    assert (again.person_id, again.roles) == (first.person_id, {Role.APPLICANT, Role.REGISTRAR})


def test_a_closed_account_loses_its_sessions_and_roles_at_once(world: World) -> None:
    person = hired(world.office, "laura", Role.ASSESSOR, number="E-1042")
    token = signing_in.enter_demonstration(world.office, person_id=str(person.person_id)).token
    people.disable_person(world.office, actor=None, person_id=str(person.person_id))
    assert signing_in.person_of_session(world.office, token) is None
    events = [row.event for row in world.rows(sa.select(AuditEvent).order_by(AuditEvent.position))][-2:]
    assert events == ["role_revoked", "person_disabled"]


def test_whoever_applied_here_keeps_access_to_their_own_application(world: World) -> None:
    person = applicant(world.office, contact="laura@puente.example")
    case_id = open_case(world.office, actor=person, procedure=DEGREE).case_id
    hired(world.office, "laura", Role.ASSESSOR)
    people.disable_person(world.office, actor=None, person_id=str(person.person_id))
    assert now_acting(world.office, person.person_id).roles == {Role.APPLICANT}
    assert world.view(case_id).state == "draft"


def test_more_roles_are_given_to_staff_and_to_nobody_else(world: World) -> None:
    admin = hired(world.office, "nora", Role.ADMINISTRATOR, number="A-100")
    person = hired(world.office, "laura", Role.ASSESSOR)
    people.give_roles(world.office, actor=admin, person_id=str(person.person_id), roles=frozenset({Role.GUIDE}), staff_number="E-1042")
    twin = hired(world.office, "laura.gil", Role.REGISTRAR, number="E-1042")
    again = now_acting(world.office, person.person_id)
    assert (again.roles, again.acts_for) == ({Role.APPLICANT, Role.ASSESSOR, Role.GUIDE}, {twin.person_id})
    for stranger in (str(applicant(world.office).person_id), "0" * 32):
        with pytest.raises(NotFoundError):
            people.give_roles(world.office, actor=admin, person_id=stranger, roles=frozenset({Role.GUIDE}))
    for roles, who, code in ((frozenset({Role.ADMINISTRATOR}), admin, "administrator_apart"), (frozenset({Role.GUIDE}), again, "wrong_role")):
        with pytest.raises(RefusedError) as caught:
            people.give_roles(world.office, actor=who, person_id=str(person.person_id), roles=roles)
        assert codes(caught.value) == [code]


def test_nobody_closes_their_own_account_nor_that_of_somebody_who_only_applies(world: World) -> None:
    admin = hired(world.office, "nora", Role.ADMINISTRATOR, number="A-100")
    with pytest.raises(RefusedError) as caught:
        people.disable_person(world.office, actor=admin, person_id=str(admin.person_id))
    assert codes(caught.value) == ["own_account"]
    for stranger in (str(applicant(world.office).person_id), "0" * 32):
        with pytest.raises(NotFoundError):
            people.disable_person(world.office, actor=admin, person_id=stranger)


def test_no_event_about_people_holds_a_name_or_a_number(world: World) -> None:
    admin = hired(world.office, "nora", Role.ADMINISTRATOR, number="A-100")
    person = hired(world.office, "laura", Role.ASSESSOR, number="E-1042")
    world.clock.advance(timedelta(days=1))
    people.take_role(world.office, actor=admin, person_id=str(person.person_id), role=Role.ASSESSOR)
    told = repr([row.details for row in world.rows(sa.select(AuditEvent))]).lower()
    assert all(personal not in told for personal in ("laura", "nora", "1042", "a100", "@"))
