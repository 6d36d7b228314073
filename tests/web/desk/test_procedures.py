"""The procedures on the desk, and that nothing of a definition or of the trail is left without words."""

import pytest

from credentialing.domain.events import Event
from credentialing.domain.people import Role
from credentialing.services.demonstration import DEGREE, RPL
from credentialing.web.desk import told, trail
from credentialing.workflow.guards import GUARDS
from tests.web.desk.conftest import Desk, words_in


def test_the_catalogue_says_how_far_each_procedure_is_confirmed(desk: Desk) -> None:
    said = words_in(desk.get(desk.staff(Role.AUDITOR), "/desk/procedures").text)
    for text in ("Recognition of a higher-education degree", "Certification of what you can do at work", "Open for applications", "Checked on 23 November",
                 "Nobody at the authority has confirmed it yet.", "https://centrodeconstruccion.blogspot.com/p/certificacion-por-competencias.html"):
        assert text in said


@pytest.mark.parametrize("procedure", [DEGREE, RPL])
@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_a_procedure_is_told_in_full_in_every_language(desk: Desk, procedure: str, language: str) -> None:
    definition = desk.office.library.definition(procedure)
    words = desk.office.library.words(language).of(definition)
    said = words_in(desk.get(desk.staff(Role.ASSESSOR), f"/desk/procedures/{procedure}?lang={language}").text)
    wanted = [words.text(f"moves.{move}.button") for move in definition.moves] + [words.text(f"states.{state}.title") for state in definition.states]
    assert [text for text in wanted if " ".join(text.split()) not in said] == []
    assert all(words.text(f"clocks.{clock}.title") in said for clock in definition.deadlines)


def test_what_a_move_needs_is_said_in_words(desk: Desk) -> None:
    said = words_in(desk.get(desk.staff(Role.ASSESSOR), f"/desk/procedures/{DEGREE}").text)
    assert "the proposal is to grant; this decides: yes" in said
    assert "Whoever assesses does not decide. SOD4" in said
    assert "back to: " in said
    assert "I have an electronic code" in said
    assert "Silence counts as a no: the person may appeal." in said
    assert "60 days by the route “Quality accreditation”" in said


def test_a_procedure_can_be_seen_as_a_drawing(desk: Desk) -> None:
    answer = desk.get(desk.staff(Role.ASSESSOR), f"/desk/procedures/{DEGREE}/drawing.svg")
    assert answer.mimetype == "image/svg+xml"
    assert "Evaluation of the studies" in answer.text


def test_an_unknown_procedure_is_not_found(desk: Desk) -> None:
    assert [desk.get(desk.staff(Role.ASSESSOR), f"/desk/procedures/nothing{end}").status_code for end in ("", "/drawing.svg")] == [404, 404]


def test_every_guard_and_every_event_has_words() -> None:
    assert set(told.GUARDS) == set(GUARDS)
    assert set(trail.EVENTS) == set(Event)
