"""Nobody gets round the separation of duties by changing accounts, closing one and making another, or standing in for somebody."""

from datetime import timedelta

import pytest

from credentialing.domain.errors import RefusedError
from credentialing.domain.people import Actor, Role
from credentialing.services import deputies, people
from tests.services.staffing import hired, now_acting
from tests.services.stage import World


@pytest.fixture
def evaluated(world: World) -> str:
    """A case that the assessor of the story evaluated, and that waits for its decision."""
    return world.degree("decision_awaited")


def refused(world: World, actor: Actor, case_id: str) -> set[str]:
    """The codes of the reasons why this person cannot grant; nothing of the case changes."""
    before = world.case(case_id).revision
    with pytest.raises(RefusedError) as caught:
        world.move(actor, case_id, "grant", recognised_as="Ingeniería Civil")
    assert world.case(case_id).revision == before
    return {reason.code for reason in caught.value.reasons}


def test_a_second_account_of_the_assessor_does_not_decide(world: World, evaluated: str) -> None:
    other = hired(world.office, "otra", Role.DECISION_MAKER, number="demo-assessor")
    assert "same_person" in refused(world, other, evaluated)


def test_an_account_made_after_the_first_was_closed_does_not_decide_either(world: World, evaluated: str) -> None:
    people.disable_person(world.office, actor=None, person_id=str(world.staff[Role.ASSESSOR].person_id))
    again = hired(world.office, "otra", Role.DECISION_MAKER, number="DEMO.assessor")
    assert "same_person" in refused(world, again, evaluated)


def test_whoever_stands_in_for_the_assessor_does_not_decide_what_the_assessor_evaluated(world: World, evaluated: str) -> None:
    laura = world.staff[Role.ASSESSOR]
    decider = hired(world.office, "ines", Role.DECISION_MAKER, number="E-1043")
    until = world.clock.now() + timedelta(days=5)
    deputies.appoint_deputy(world.office, actor=None, person_id=str(decider.person_id), stands_in_for=str(laura.person_id), role=Role.ASSESSOR, until=until)
    acting = now_acting(world.office, decider.person_id)
    assert "same_person" in refused(world, acting, evaluated)


def test_the_assessor_does_not_decide_as_the_deputy_of_the_decision_maker(world: World, evaluated: str) -> None:
    laura, ines = world.staff[Role.ASSESSOR], world.staff[Role.DECISION_MAKER]
    until = world.clock.now() + timedelta(days=5)
    deputies.appoint_deputy(world.office, actor=None, person_id=str(laura.person_id), stands_in_for=str(ines.person_id), role=Role.DECISION_MAKER, until=until)
    acting = now_acting(world.office, laura.person_id)
    assert Role.DECISION_MAKER in acting.roles
    assert "same_person" in refused(world, acting, evaluated)
