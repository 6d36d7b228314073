"""Confirming procedures on the screen: what is needed is said, a form names the source, and the history shows who stood for what."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from credentialing.crypto.keyfiles import Purpose, read_index, write_index
from credentialing.domain.people import Actor, Role
from credentialing.services import confirming
from credentialing.services.demonstration import DEGREE, RPL
from credentialing.workflow.model import Definition
from tests.office import library
from tests.web.admin.conftest import House
from tests.web.desk.conftest import words_in

PART, WEAK = DEGREE, RPL
TEXT = "Ley Orgánica de Educación Superior, registro oficial 297, artículo 129"


DAY = {"read_on__day": "1", "read_on__month": "3", "read_on__year": "2026"}


def rules_of(house: House, procedure: str) -> Definition:
    return next(view.definition for view in house.office.library.procedures() if view.id == procedure)


def confirm(house: House, actor: Actor, procedure: str, **changed: object) -> int:
    definition = rules_of(house, procedure)
    given = {
        "version": str(definition.version),
        "digest": definition.digest,
        "source_read": TEXT,
        "read_on__day": "1",
        "read_on__month": "3",
        "read_on__year": "2026",
        **changed,
    }
    return house.post(actor, f"/admin/procedures/{procedure}/confirmations", **given).status_code


def test_the_list_says_of_each_procedure_what_it_needs(house: House, nora: Actor) -> None:
    said = words_in(house.get(nora, "/admin/procedures").text)
    assert all(text in said for text in ("0 of 1 confirmation ", "0 of 2 confirmations", "Colombia", "Sourced in part", "Weakly sourced"))
    house.app.extensions["credentialing"] = replace(house.app.extensions["credentialing"], office=replace(house.office, library=library()))
    published = words_in(house.get(nora, "/admin/procedures").text)
    assert "Needs no confirmation Open for applications" in published
    assert "0 of 1" not in words_in(house.get(nora, f"/admin/procedures/{PART}").text)


def test_keys_that_should_have_been_exchanged_are_said_to_administrators(house: House, nora: Actor) -> None:
    assert "in use for too long" not in house.get(nora, "/admin/procedures").text
    folder = house.office.settings.keys
    index = read_index(folder)
    before = house.office.clock.now() - timedelta(days=336)
    write_index(folder, replace(index, records=tuple(replace(r, created=before) if r.purpose is Purpose.SEAL else r for r in index.records)))
    assert "in use for too long" in house.get(nora, "/admin/procedures").text


def test_one_confirmation_opens_a_procedure_that_is_sourced_in_part(house: House, nora: Actor) -> None:
    assert PART not in confirming.startable(house.office)
    assert confirm(house, nora, PART) == 303
    said = words_in(house.get(nora, f"/admin/procedures/{PART}").text)
    assert "You confirmed these rules" in said
    assert f"{TEXT} (2026-03-01)" in said
    assert PART in confirming.startable(house.office)
    assert "1 of 1 confirmation " in words_in(house.get(nora, "/admin/procedures").text)


def test_a_weakly_sourced_procedure_waits_for_another_administrator(house: House, nora: Actor) -> None:
    assert confirm(house, nora, WEAK) == 303
    assert "Another administrator must confirm them too" in words_in(house.get(nora, f"/admin/procedures/{WEAK}").text)
    assert WEAK not in confirming.startable(house.office)
    assert confirm(house, house.hire("Pablo", Role.ADMINISTRATOR, number="A-200"), WEAK) == 303
    assert WEAK in confirming.startable(house.office)


def test_a_confirmation_is_withdrawn_on_the_screen_and_stays_in_the_history(house: House, nora: Actor) -> None:
    confirm(house, nora, PART)
    page = house.get(nora, f"/admin/procedures/{PART}").text
    address = re.search(r'action="([^"]+/withdraw)"', page)
    assert address is not None
    assert house.post(nora, address[1]).status_code == 303
    said = words_in(house.get(nora, f"/admin/procedures/{PART}").text)
    assert "Withdrawn Nora" in said
    assert PART not in confirming.startable(house.office)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"source_read": ""}, "Fill in: Which text of the authority did you compare these rules with?"),
        ({"source_read": "too short"}, "write a little more"),
        ({"read_on__day": "31", "read_on__month": "2"}, "write a date of the calendar"),
        ({"read_on__year": "2099"}, "the date cannot lie in the future"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(house: House, nora: Actor, changed: dict[str, str], sentence: str) -> None:
    definition = rules_of(house, PART)
    given = {
        "version": str(definition.version),
        "digest": definition.digest,
        "source_read": TEXT,
        "read_on__day": "1",
        "read_on__month": "3",
        "read_on__year": "2026",
        **changed,
    }
    answer = house.post(nora, f"/admin/procedures/{PART}/confirmations", **given)
    assert answer.status_code == 422
    assert sentence in words_in(answer.text)
    assert given["source_read"] in answer.text
    assert PART not in confirming.startable(house.office)


def test_rules_that_are_not_those_of_the_page_are_not_confirmed(house: House, nora: Actor) -> None:
    assert [confirm(house, nora, PART, digest="0" * 64), confirm(house, nora, PART, version="x"), confirm(house, nora, PART, version="77")] == [409, 409, 404]
    assert house.get(nora, "/admin/procedures/xx-nothing").status_code == 404
    assert PART not in confirming.startable(house.office)


@pytest.mark.parametrize("language", ["es", "pt"])
def test_the_pages_speak_the_languages_of_the_installation(house: House, nora: Actor, language: str) -> None:
    confirm(house, nora, PART)
    said = words_in(house.get(nora, "/admin/procedures", language).text + house.get(nora, f"/admin/procedures/{PART}", language).text)
    assert {"es": "Usted confirmó estas reglas", "pt": "Você confirmou estas regras"}[language] in said
    assert "Needs no confirmation" not in said
