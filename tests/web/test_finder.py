"""The route finder: one question a page, no account, an answer read from the rules."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from credentialing.web.public.finder import ELSEWHERE, kind_of
from credentialing.workflow.library import Library

Make = Callable[..., Flask]


@pytest.fixture
def client(make_app: Make) -> FlaskClient:
    """A reader of English."""
    client = make_app().test_client()
    client.get("/?lang=en")
    return client


def test_it_begins_with_what_the_person_wants_and_nothing_is_chosen(client: FlaskClient) -> None:
    text = client.get("/route").text
    assert "What do you want to have recognised?" in text
    assert "Question 1 of 3" in text
    assert " checked" not in text


@pytest.mark.parametrize(("given", "question", "place"), [
    ("want=degree", "In which country do you live?", "Question 2 of 3"),
    ("want=unsure", "Did you finish studies after school?", "Question 2 of 4"),
    ("want=unsure&studied=none", "In which country do you live?", "Question 3 of 4"),
    ("want=degree&country=CO", "What do you have of your degree?", "Question 3 of 3"),
    ("want=skills&country=CO", "What do you have of your work?", "Question 3 of 3"),
    ("want=nonsense", "What do you want to have recognised?", "Question 1 of 3"),
    ("want=degree&country=XX", "In which country do you live?", "Question 2 of 3"),
    ("country=CO&papers=copy", "What do you want to have recognised?", "Question 1 of 3"),
])
def test_each_answer_leads_to_the_next_question(client: FlaskClient, given: str, question: str, place: str) -> None:
    text = client.get(f"/route?{given}").text
    assert question in text
    assert place in text


def test_going_on_without_an_answer_is_a_fault_that_keeps_the_earlier_answers(client: FlaskClient) -> None:
    answer = client.get("/route?want=degree&asked=country")
    assert answer.status_code == 422
    assert "<title>Error: In which country do you live?" in answer.text
    assert 'href="#country"' in answer.text
    assert 'id="country"' in answer.text
    assert 'type="hidden" name="want" value="degree"' in answer.text


def test_the_way_back_leads_to_the_question_before(client: FlaskClient) -> None:
    assert 'class="govuk-back-link"' in client.get("/route").text
    assert 'href="/route?want=degree" class="govuk-back-link"' in client.get("/route?want=degree&country=CO").text
    assert 'href="/route" class="govuk-back-link"' in client.get("/route?want=degree").text


@pytest.mark.parametrize(("answers", "kind"), [
    ({"want": "degree"}, "degree"), ({"want": "skills"}, "rpl"), ({"want": "unsure", "studied": "finished"}, "degree"),
    ({"want": "unsure", "studied": "begun"}, "rpl"), ({"want": "unsure", "studied": "none"}, "rpl"),
])
def test_the_answers_choose_the_kind_of_procedure(answers: dict[str, str], kind: str) -> None:
    assert kind_of(answers) == kind


@pytest.mark.parametrize("country", sorted(ELSEWHERE))
def test_a_country_that_is_not_open_is_named_with_what_to_do(client: FlaskClient, country: str) -> None:
    text = client.get(f"/route?want=degree&country={country}").text
    assert "not yet" in text
    assert ELSEWHERE[country] in text
    assert "What you can do now" in text


def test_another_country_is_no_dead_end(client: FlaskClient) -> None:
    assert "What you can do now" in client.get("/route?want=skills&country=other").text


@pytest.mark.parametrize("language", ["es", "en", "pt"])
@pytest.mark.parametrize(("want", "papers", "procedure"), [("degree", "apostille", "co-degree-convalidacion"), ("skills", "letters", "co-rpl-sena-eccl")])
def test_the_answer_says_what_the_rules_say(client: FlaskClient, library: Library, language: str, want: str, papers: str, procedure: str) -> None:
    text = client.get(f"/route?want={want}&country=CO&papers={papers}&lang={language}").text
    definition = library.definition(procedure)
    words = library.words(language).of(definition)
    plain = text.replace("&#39;", "'").replace("&#34;", '"')
    for key in ("title", "summary", "authority", "silence", "allows", "not_allows", "duration", "cost"):
        assert words.text(key) in plain, key
    for source in definition.procedure.sources:
        assert source.title in plain
    for rule in definition.evidence.values():
        assert (words.text(f"evidence.{rule.kind}.name") in plain) == bool(rule.at_least and "draft" in rule.asked_in), rule.kind
    assert "2026" in plain


def test_the_limits_of_the_law_are_said_for_every_route(client: FlaskClient) -> None:
    assert "60, 120 or 180 days" in client.get("/route?want=degree&country=CO&papers=copy").text
    assert "The law sets no limit" in client.get("/route?want=skills&country=CO&papers=letters").text


def test_a_missing_paper_has_another_way(client: FlaskClient, library: Library) -> None:
    words = library.words("en").of(library.definition("co-degree-convalidacion"))
    without = words.text("evidence.apostille.without").replace("'", "&#39;")
    assert without in client.get("/route?want=degree&country=CO&papers=degree").text
    assert without not in client.get("/route?want=degree&country=CO&papers=apostille").text


def test_a_stranger_begins_by_signing_in_and_comes_back_to_the_answer(client: FlaskClient) -> None:
    text = client.get("/route?want=degree&country=CO&papers=copy").text
    assert 'href="/sign-in?next=%2Froute%3Fwant%3Ddegree%26country%3DCO%26papers%3Dcopy"' in text
    assert 'action="/applications/"' not in text


def test_an_applicant_begins_with_one_press(client: FlaskClient) -> None:
    client.set_cookie("session", "token-of-ana")
    text = client.get("/route?want=degree&country=CO&papers=copy").text
    assert '<form method="post" action="/applications/">' in text
    assert 'name="procedure" value="co-degree-convalidacion"' in text
    assert "csrf_token" in text


def test_a_procedure_that_is_not_confirmed_is_shown_and_cannot_be_begun(make_app: Make, library: Library) -> None:
    unconfirmed = tuple(replace(view, enabled=False) for view in library.procedures())
    app = make_app(library=SimpleNamespace(procedures=lambda: unconfirmed, words=library.words))
    text = app.test_client().get("/route?want=degree&country=CO&papers=copy&lang=en").text
    assert "You cannot apply here yet." in text
    assert "Begin this procedure" not in text


def test_the_finder_keeps_nothing(client: FlaskClient) -> None:
    answer = client.get("/route?want=degree&country=CO&papers=copy")
    assert answer.headers.getlist("Set-Cookie") == []
