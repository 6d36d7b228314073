"""Histories replay to what the cases say of themselves, and every row that somebody tampered with is found."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from credentialing.services.deadlines import sweep
from credentialing.services.demonstration import DEGREE, Course
from credentialing.services.replaying import Replay, replay
from credentialing.workflow.library import Library
from tests.office import library
from tests.services.stage import World

REFUSED = Course(outcome="refused", appeals=True, declared=True)


def replayed(world: World) -> Replay:
    return replay(world.office, tell=lambda done, total: None)


def tamper(world: World, statement: str, **values: object) -> None:
    """A change that no use case makes, written past the laws that the database keeps."""
    with world.engine.begin() as connection:
        connection.execute(sa.text(statement), values)


def whats(world: World) -> list[str]:
    return [each.what for each in replayed(world).differences]


def test_cases_of_every_kind_replay_to_where_they_stand(world: World) -> None:
    cases = [
        world.degree("certified", letter=True, days=1),
        world.degree("denied", course=REFUSED, days=1),
        world.skills("certified", course=Course(outcome="partly", declared=True), days=1),
        world.degree("postponed", course=Course(postpones_in="evaluation", declared=True)),
        world.degree("evaluation", procedure="pe-degree-reconocimiento"),
        world.degree("draft"),
    ]
    world.move(world.owner(cases[3]), cases[3], "resume")  # back to where it was
    world.clock.set(next(view.due_at for view in world.view(cases[4]).clocks if view.name == "authority") or world.clock.now())
    sweep(world.office)
    seen: list[tuple[int, int]] = []
    done = replay(world.office, tell=lambda done, total: seen.append((done, total)))
    assert (done.cases, done.differences, seen) == (6, (), [(6, 6)])
    assert done.events > 60


@pytest.mark.parametrize(("column", "value"), [
    ("outcome", "refused"), ("decision", "deny"), ("decided_by", None), ("waits_for", "registrar"), ("closed_at", "2026-01-01 00:00:00+00:00"),
    ("sent_at", None), ("version", 1),
])  # fmt: skip
def test_a_row_that_somebody_changed_is_found(world: World, column: str, value: object) -> None:
    case_id = world.degree("certified")
    assert whats(world) == []
    sets = {"decided_by": "decided_by = NULL, decided_at = NULL, decision = NULL"}.get(column, f"{column} = :value")
    tamper(world, f"UPDATE recognition_case SET {sets} WHERE id = :id", id=case_id, **({} if column == "decided_by" else {"value": value}))
    assert column in whats(world)


def test_a_state_or_a_revision_that_does_not_add_up_is_found_with_what_the_trail_says(world: World) -> None:
    case_id = world.degree("decision_awaited")
    tamper(world, "UPDATE recognition_case SET state = 'ready_to_issue', revision = revision + 1 WHERE id = :id", id=case_id)
    found = {each.what: (each.told, each.kept) for each in replayed(world).differences}
    assert found["state"] == ("decision_awaited", "ready_to_issue")
    assert int(found["revision"][1]) == int(found["revision"][0]) + 1
    assert {each.number for each in replayed(world).differences} == {world.case(case_id).number}


def test_a_visit_that_is_gone_or_longer_than_it_was_is_found(world: World) -> None:
    first, second = world.degree("evaluation", days=1), world.degree("evaluation", days=1)
    tamper(world, "DELETE FROM visit WHERE case_id = :id AND position = 1", id=first)
    tamper(world, "UPDATE visit SET entered_at = '2020-01-01 00:00:00+00:00' WHERE case_id = :id AND position = 2", id=second)
    assert {(each.case_id, each.what) for each in replayed(world).differences} == {(first, "visits"), (second, "visits")}


def test_an_event_that_the_rules_do_not_allow_where_it_stands_is_found(world: World) -> None:
    case_id, other = world.degree("evaluation"), world.degree("evaluation")
    one_more = (
        "INSERT INTO audit_event (at, event, case_id, person_id, role, revision, details) SELECT at, event, case_id, person_id, role, revision + 1, details"
    )
    tamper(world, f"{one_more} FROM audit_event WHERE case_id = :id AND event = 'case_moved' ORDER BY position DESC LIMIT 1", id=case_id)
    tamper(world, f"{one_more} FROM audit_event WHERE case_id = :id AND event = 'case_opened'", id=other)
    assert {(each.case_id, each.what) for each in replayed(world).differences} == {(case_id, "trail"), (other, "trail")}


def test_rules_that_were_edited_after_a_case_began_are_found(world: World) -> None:
    case_id = world.degree("evaluation")
    published = library().definition(DEGREE, 2)
    moves = {name: move for name, move in published.moves.items() if name != "confirm_payment"}
    edited = replace(world.office, library=Library(definitions=(replace(published, moves=moves),), standards=(), texts={}))
    (found,) = replay(edited, tell=lambda done, total: None).differences
    assert (found.case_id, found.what, found.told) == (case_id, "trail", "confirm_payment cannot be made in payment_check")
