"""The proofs about the shape of a definition find what they are for, and nothing in what we publish."""

from dataclasses import replace

import pytest

from credentialing.domain.people import Role
from credentialing.workflow.machine import lawful
from credentialing.workflow.model import BACK, STAY, Definition, Move
from credentialing.workflow.proof import alone_to_certificate, endless_loop, reachable, reaching_an_end
from tests.workflow.stories import degree, library, rpl

EVERY = pytest.mark.parametrize("definition", [view.definition for view in library().procedures()], ids=lambda each: each.id)


def with_move(definition: Definition, name: str, **changes: object) -> Definition:
    """The definition with one move changed."""
    return replace(definition, moves={**definition.moves, name: replace(definition.moves[name], **changes)})  # type: ignore[arg-type]


@EVERY
def test_what_we_publish_is_proved(definition: Definition) -> None:
    assert reachable(definition) == reaching_an_end(definition) == set(definition.states)
    assert endless_loop(definition) == ()
    assert alone_to_certificate(definition) == ()


def test_one_person_alone_is_found_when_the_rule_of_two_is_dropped() -> None:
    path = alone_to_certificate(with_move(degree(), "grant", not_by_whoever_did=()))
    assert path[:1] == ("submit",)
    assert path[-3:] == ("grant", "issue", "certify")


def test_the_rule_of_two_must_name_something_that_the_path_needs() -> None:
    assert alone_to_certificate(with_move(degree(), "grant", not_by_whoever_did=("choose_route",)))
    assert alone_to_certificate(with_move(degree(), "grant", not_by_whoever_did=("propose",))) == ()
    assert alone_to_certificate(with_move(degree(), "grant", not_by_whoever_did=("criteria",))) == ()


def test_a_shortcut_around_the_evaluation_is_found() -> None:
    shortcut = Move("wave_through", ("completeness_check",), "ready_to_issue", (Role.INTAKE_OFFICER,), (), (), (), None, (), False)
    assert "wave_through" in alone_to_certificate(replace(degree(), moves={**degree().moves, "wave_through": shortcut}))


def test_skills_could_not_be_certified_by_their_assessor_even_if_the_verifier_looked_away() -> None:
    assert alone_to_certificate(with_move(rpl(), "grant", not_by_whoever_did=("units",))) == ()
    assert alone_to_certificate(with_move(rpl(), "grant", not_by_whoever_did=("verify", "portfolio_checked")))


def test_a_loop_is_found_when_its_cap_is_taken_away() -> None:
    assert set(endless_loop(with_move(degree(), "ask_once", at_most=None))) == {"completeness_check", "answer_awaited"}


@EVERY
def test_the_table_of_lawful_moves_says_what_the_file_says(definition: Definition) -> None:
    table = lawful(definition)
    said = {(state, move.name): state if move.to in (BACK, STAY) else move.to for move in definition.moves.values() for state in move.from_states}
    assert dict(table) == said
    assert lawful(definition) is table
