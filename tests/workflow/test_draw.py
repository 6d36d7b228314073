"""Pictures of a definition hold every state and every move."""

import xml.etree.ElementTree as ElementTree

import pytest

from credentialing.workflow.draw import mermaid, svg
from credentialing.workflow.model import Definition
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
