"""Deputies hold a role for a while, and never more than the person they stand in for."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from credentialing.domain.errors import BadInputError, NotFoundError, RefusedError
from credentialing.domain.people import SYSTEM, Actor, Role
from credentialing.services import deputies, looking, people
from credentialing.storage.records import AuditEvent
from tests.services.staffing import codes, hired, now_acting
from tests.services.stage import World

DAY = timedelta(days=1)


def appoint(world: World, deputy: Actor, absent: Actor, role: Role, *, days: int = 10, actor: Actor | None = None) -> str:
    until = world.clock.now() + days * DAY
    return deputies.appoint_deputy(world.office, actor=actor, person_id=str(deputy.person_id), stands_in_for=str(absent.person_id), role=role, until=until)


@pytest.fixture
def absent(world: World) -> Actor:
    return hired(world.office, "laura", Role.ASSESSOR, number="E-1042")


@pytest.fixture
def deputy(world: World) -> Actor:
    return hired(world.office, "ines", Role.REGISTRAR, number="E-1043")


def test_a_deputy_holds_the_role_while_it_lasts_and_not_a_moment_longer(world: World, absent: Actor, deputy: Actor) -> None:
    appoint(world, deputy, absent, Role.ASSESSOR, days=10)
    during = now_acting(world.office, deputy.person_id)
    assert (during.roles, during.acts_for) == ({Role.APPLICANT, Role.REGISTRAR, Role.ASSESSOR}, {absent.person_id})
    world.clock.advance(10 * DAY - timedelta(seconds=1))
    assert Role.ASSESSOR in now_acting(world.office, deputy.person_id).roles
    world.clock.advance(timedelta(seconds=1))
    after = now_acting(world.office, deputy.person_id)
    assert (after.roles, after.acts_for) == ({Role.APPLICANT, Role.REGISTRAR}, frozenset())
    assert now_acting(world.office, absent.person_id).acts_for == frozenset()


def test_what_every_account_of_the_absent_person_did_counts_for_the_deputy(world: World, absent: Actor, deputy: Actor) -> None:
    other = hired(world.office, "laura.gil", Role.DECISION_MAKER, number="E-1042")
    second = hired(world.office, "ines.arrieta", Role.DECISION_MAKER, number="E-1043")
    appoint(world, deputy, absent, Role.ASSESSOR)
    assert now_acting(world.office, deputy.person_id).acts_for == {absent.person_id, other.person_id, second.person_id}
    by_another_account = now_acting(world.office, second.person_id)
    assert by_another_account.acts_for == {absent.person_id, other.person_id, deputy.person_id}
    assert Role.ASSESSOR not in by_another_account.roles


def test_a_deputyship_can_be_ended_before_its_time_and_only_once(world: World, absent: Actor, deputy: Actor) -> None:
    deputy_id = appoint(world, deputy, absent, Role.ASSESSOR)
    deputies.end_deputy(world.office, actor=None, deputy_id=deputy_id)
    assert now_acting(world.office, deputy.person_id).roles == {Role.APPLICANT, Role.REGISTRAR}
    for gone in (deputy_id, "0" * 32):
        with pytest.raises(NotFoundError):
            deputies.end_deputy(world.office, actor=None, deputy_id=gone)


def test_the_deputy_loses_the_role_when_the_absent_person_does(world: World, absent: Actor, deputy: Actor) -> None:
    appoint(world, deputy, absent, Role.ASSESSOR)
    people.take_role(world.office, actor=None, person_id=str(absent.person_id), role=Role.ASSESSOR)
    assert now_acting(world.office, deputy.person_id).roles == {Role.APPLICANT, Role.REGISTRAR}


def test_what_one_does_as_a_deputy_is_not_handed_on(world: World, absent: Actor, deputy: Actor) -> None:
    appoint(world, deputy, absent, Role.ASSESSOR)
    third = hired(world.office, "tomas", Role.REGISTRAR, number="E-1044")
    with pytest.raises(RefusedError) as caught:
        appoint(world, third, deputy, Role.ASSESSOR)
    assert codes(caught.value) == ["role_not_held"]


def test_what_makes_no_deputy_is_refused_and_nothing_is_written(world: World, absent: Actor, deputy: Actor) -> None:
    twin = hired(world.office, "laura.gil", Role.REGISTRAR, number="E-1042")
    admin = hired(world.office, "nora", Role.ADMINISTRATOR, number="A-100")
    appoint(world, deputy, absent, Role.ASSESSOR)
    before = world.everything()
    for who, role, code in (
        (twin, Role.ASSESSOR, "deputy_of_oneself"), (absent, Role.ASSESSOR, "deputy_of_oneself"), (deputy, Role.DECISION_MAKER, "role_not_held"),
        (deputy, Role.ASSESSOR, "deputy_already"), (admin, Role.ASSESSOR, "administrator_apart"), (deputy, Role.ADMINISTRATOR, "role_unknown"),
        (deputy, Role.SYSTEM, "role_unknown"),
    ):  # fmt: skip
        with pytest.raises(RefusedError) as caught:
            appoint(world, who, absent, role)
        assert codes(caught.value) == [code]
    for days in (0, -1, 400):
        with pytest.raises(BadInputError):
            appoint(world, twin, deputy, Role.REGISTRAR, days=days)
    with pytest.raises(NotFoundError):
        appoint(world, world.owner(world.degree("draft")), absent, Role.ASSESSOR)
    assert {name: rows for name, rows in world.everything().items() if name == "deputy"} == {"deputy": before["deputy"]}


@pytest.mark.parametrize("who", [SYSTEM, Actor("somebody", frozenset({Role.APPLICANT, Role.DECISION_MAKER}))])
def test_only_administrators_and_the_console_appoint_and_end(world: World, absent: Actor, deputy: Actor, who: Actor) -> None:
    with pytest.raises(RefusedError):
        appoint(world, deputy, absent, Role.ASSESSOR, actor=who)
    deputy_id = appoint(world, deputy, absent, Role.ASSESSOR)
    with pytest.raises(RefusedError):
        deputies.end_deputy(world.office, actor=who, deputy_id=deputy_id)
    assert Role.ASSESSOR in now_acting(world.office, deputy.person_id).roles


def test_appointing_and_ending_are_recorded_with_ids_only(world: World, absent: Actor, deputy: Actor) -> None:
    admin = hired(world.office, "nora", Role.ADMINISTRATOR, number="A-100")
    deputy_id = appoint(world, deputy, absent, Role.ASSESSOR, actor=admin)
    deputies.end_deputy(world.office, actor=admin, deputy_id=deputy_id)
    rows = [row for row in world.rows(sa.select(AuditEvent).order_by(AuditEvent.position)) if row.event.startswith("deputy")]
    assert [(row.event, row.person_id, row.details["deputy"]) for row in rows] == [
        ("deputy_appointed", admin.person_id, deputy_id), ("deputy_ended", admin.person_id, deputy_id),
    ]  # fmt: skip
    assert rows[0].details["for"] == absent.person_id


def test_nobody_sees_from_the_inside_the_case_of_somebody_they_stand_in_for(world: World, deputy: Actor) -> None:
    case_id = world.degree("completeness_check")
    owner = world.owner(case_id)
    with world.office.reading() as session:
        profile = people.vault.profile_of(world.office, session.get_one(people.Person, owner.person_id))
    people.hire(
        world.office,
        actor=None,
        contact=people.Contact(profile.contact, profile.channel),
        display_name="",
        roles=frozenset({Role.INTAKE_OFFICER}),
        language="es",
    )
    appoint(world, deputy, owner, Role.INTAKE_OFFICER)
    acting = now_acting(world.office, deputy.person_id)
    for look in (looking.desk_case, looking.my_case):
        with pytest.raises(NotFoundError):
            look(world.office, actor=acting, case_id=case_id)
    with pytest.raises(NotFoundError):
        world.move(acting, case_id, "withdraw")
