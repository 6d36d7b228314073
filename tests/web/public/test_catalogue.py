"""The list of procedures for everybody, and the page of each."""

import html
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from credentialing.domain.people import Role
from credentialing.services.confirming import startable
from credentialing.services.office import Office
from credentialing.workflow.library import Library
from credentialing.workflow.model import ClockKind
from tests.office import make_office

Make = Callable[..., Flask]
HEAVIEST = 50_000


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_every_procedure_of_every_country_is_listed_and_has_its_page(make_app: Make, library: Library, language: str) -> None:
    client = make_app().test_client()
    listed = html.unescape(client.get(f"/procedures?lang={language}").text)
    assert len(listed.encode()) < HEAVIEST
    for view in library.procedures():
        words = library.words(language).of(view.definition)
        assert f'href="/procedures/{view.id}"' in listed
        assert words.text("title") in listed
        page = client.get(f"/procedures/{view.id}?lang={language}")
        assert page.status_code == 200, view.id
        assert len(page.data) < HEAVIEST, view.id
        plain = html.unescape(page.text)
        for key in ("title", "authority", "silence", "allows", "cost"):
            assert words.text(key) in plain, (view.id, key)
        asked = [rule for rule in view.definition.evidence.values() if rule.at_least and view.definition.starts_in in rule.asked_in]
        assert all(words.text(f"evidence.{rule.kind}.without") in plain for rule in asked), view.id


def test_what_is_open_and_what_is_information_are_told_apart(make_app: Make, library: Library) -> None:
    ours = [view for view in library.procedures() if view.country == "CO"][:2]
    views = (replace(ours[0], enabled=True), replace(ours[1], enabled=False))
    client = make_app(library=SimpleNamespace(procedures=lambda: views, words=library.words)).test_client()
    text = client.get("/procedures?lang=en").text
    assert (text.count("You can apply here"), text.count("Information only")) == (1, 1)
    assert "Begin this procedure" in client.get(f"/procedures/{ours[0].id}").text
    assert "Begin this procedure" not in client.get(f"/procedures/{ours[1].id}").text


def test_the_way_is_drawn_and_said_in_words(make_app: Make, library: Library) -> None:
    client = make_app().test_client()
    client.get("/?lang=en")
    for view in library.procedures():
        page = client.get(f"/procedures/{view.id}").text
        picture = client.get(f"/procedures/{view.id}/drawing.svg")
        assert f'src="/procedures/{view.id}/drawing.svg" loading="lazy"' in page
        assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
        words = library.words("en").of(view.definition)
        assert html.escape(words.text(f"states.{view.definition.starts_in}.title")).replace("&#x27;", "&#39;") in page


def test_a_minimum_is_said_as_a_minimum_and_never_as_a_limit(make_app: Make, library: Library) -> None:
    view = next(each for each in library.procedures() if each.id == "co-degree-convalidacion")
    least = {name: replace(each, kind=ClockKind.MINIMUM) if each.kind is ClockKind.STATUTORY else each for name, each in view.definition.deadlines.items()}
    views = (replace(view, definition=replace(view.definition, deadlines=least)),)
    text = make_app(library=SimpleNamespace(procedures=lambda: views, words=library.words)).test_client().get(f"/procedures/{view.id}?lang=en").text
    assert "At least 60, 120 or 180 days" in text
    assert "This is the least that it takes." in text


def test_the_time_for_an_appeal_is_never_told_as_the_time_for_the_decision(make_app: Make, library: Library) -> None:
    client = make_app().test_client()
    client.get("/?lang=en")
    told = 0
    for view in library.procedures():
        lawful = [each for each in view.definition.deadlines.values() if each.kind is ClockKind.STATUTORY]
        appeals = [each for each in lawful if all(view.definition.states[state].waits_for is Role.APPEALS_BODY for state in each.counts_in)]
        if lawful and lawful == appeals:
            told += 1
            assert "We found no limit set by law" in client.get(f"/procedures/{view.id}").text, view.id
    assert told


def test_an_unknown_procedure_is_not_found_whatever_is_asked(make_app: Make) -> None:
    client = make_app().test_client()
    for path in ("/procedures/co-magic", "/procedures/co-magic/drawing.svg", "/procedures/..%2fv1.yaml"):
        assert client.get(path).status_code == 404


@pytest.fixture
def office(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Office]:
    """A whole office on a database of its own."""
    made, engine = make_office(tmp_path, f"sqlite:///{migrated_sqlite}")
    yield made
    engine.dispose()


def test_with_an_office_only_what_is_confirmed_there_can_be_begun(make_app: Make, office: Office, library: Library) -> None:
    client = make_app(office=office).test_client()
    client.get("/?lang=en")
    here = startable(office)
    assert here
    for view in library.procedures():
        assert ("You cannot apply here yet." in client.get(f"/procedures/{view.id}").text) == (view.id not in here), view.id
    low = {view.id: replace(view.definition, procedure=replace(view.definition.procedure, confidence="low")) for view in library.procedures()}
    doubtful = tuple(replace(view, definition=low[view.id]) for view in library.procedures())
    unconfirmed = SimpleNamespace(procedures=lambda: doubtful, definition=lambda name, version=None: low[name], words=library.words)
    strict = make_app(office=replace(office, library=unconfirmed), library=unconfirmed).test_client()
    assert "You cannot apply here yet." in strict.get(f"/procedures/{doubtful[0].id}?lang=en").text
