"""Pictures of a definition hold every state and every move."""

import xml.etree.ElementTree as ElementTree

import pytest

from credentialing.domain.people import Role
from credentialing.workflow.draw import in_order, main_path, mermaid, svg
from credentialing.workflow.model import Definition, Ending
from tests.workflow.stories import degree, library, rpl

BOTH = pytest.mark.parametrize("definition", [degree(), rpl()], ids=["degree", "rpl"])


@BOTH
def test_the_mermaid_text_has_a_line_for_every_way(definition: Definition) -> None:
    lines = mermaid(definition).splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> draft"]
    for move in definition.moves.values():
        for state in move.from_states:
            assert any(line.strip().startswith(f"{state} --> {move.to}: {move.name} ") for line in lines)


@BOTH
@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_the_picture_is_sound_xml_and_names_every_state_and_button(definition: Definition, language: str) -> None:
    words = library().words(language).of(definition)
    drawn = ElementTree.fromstring(svg(definition, words))
    text = "\n".join(drawn.itertext())
    assert all(words.text(f"states.{state}.title") in text for state in definition.states)
    assert all(words.text(f"moves.{move}.button") in text for move in definition.moves)


@pytest.mark.parametrize("definition", [view.definition for view in library().procedures()], ids=[view.id for view in library().procedures()])
def test_the_newest_rules_can_be_drawn_with_the_main_path_first(definition: Definition) -> None:
    words = library().words("en").of(definition)
    assert ElementTree.fromstring(svg(definition, words)).tag.endswith("svg")
    path, order = main_path(definition), in_order(definition)
    assert path[0] == definition.starts_in
    assert definition.states[path[-1]].final is Ending.GRANTED
    assert order[: len(path) - 1] == path[:-1]
    assert sorted(order) == sorted(definition.states)
    assert not any(definition.states[state].waits_for is Role.APPEALS_BODY for state in path)
    assert "--> back:" not in mermaid(definition)
    assert "--> stay:" not in mermaid(definition)


def test_a_move_that_leads_back_is_drawn_as_one() -> None:
    definition = next(view.definition for view in library().procedures() if view.id == "co-degree-convalidacion")
    words = library().words("en").of(definition)
    assert f"{words.text('moves.resume.button')} ↩" in svg(definition, words)
    assert "postponed --> evaluation: resume" in mermaid(definition)
