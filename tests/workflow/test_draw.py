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
    text = " ".join(" ".join(drawn.itertext()).split())
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


def boxes(drawn: ElementTree.Element) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of every box."""
    frames = [each.attrib for each in drawn.iter("{http://www.w3.org/2000/svg}rect") if "rx" in each.attrib]
    return [(float(f["x"]), float(f["y"]), float(f["x"]) + float(f["width"]), float(f["y"]) + float(f["height"])) for f in frames]


@pytest.mark.parametrize("definition", [view.definition for view in library().procedures()], ids=[view.id for view in library().procedures()])
def test_no_box_lies_on_another_and_the_main_way_goes_straight_down(definition: Definition) -> None:
    drawn = ElementTree.fromstring(svg(definition, library().words("es").of(definition)))
    found = boxes(drawn)
    assert len(found) == len(definition.states)
    for number, (left, top, right, bottom) in enumerate(found):
        assert not any(left < r and right > x and top < b and bottom > y for x, y, r, b in found[number + 1 :])
    way = found[: len(main_path(definition))]
    assert len({left for left, _, _, _ in way}) == 1
    assert [top for _, top, _, _ in way] == sorted(top for _, top, _, _ in way)
    width, height = (float(part) for part in drawn.attrib["viewBox"].split()[2:])
    assert all(right <= width and bottom <= height for _, _, right, bottom in found)
