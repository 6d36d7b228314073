"""The route finder: one question a page, no account, an answer read from the rules that says why."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from credentialing.resources import data_dir
from credentialing.workflow.finder_rules import finder_rules
from credentialing.workflow.library import Library, ProcedureView

Make = Callable[..., Flask]
RULES = {rule.name: rule for rule in finder_rules(data_dir("workflows")).rules}
HEAVIEST = 50_000


@pytest.fixture
def client(make_app: Make) -> FlaskClient:
    """A reader of English."""
    client = make_app().test_client()
    client.get("/?lang=en")
    return client


def read(client: FlaskClient, path: str) -> str:
    """A page as its readers see its signs."""
    return html.unescape(client.get(path).text)


def with_views(library: Library, change: Callable[[ProcedureView], list[ProcedureView]]) -> Any:
    """The library with other procedures in it."""
    views = tuple(each for view in library.procedures() for each in change(view))
    return SimpleNamespace(procedures=lambda: views, words=library.words)


def moved(view: ProcedureView, id: str, **changes: Any) -> ProcedureView:  # noqa: A002
    """The rules of a procedure under another name, or for another country."""
    rules = replace(view.definition, id=view.id, procedure=replace(view.definition.procedure, **{k: v for k, v in changes.items() if k in {"country", "kind"}}))
    return replace(view, id=id, definition=rules, **changes)


def test_it_begins_with_what_the_person_wants_and_nothing_is_chosen(client: FlaskClient) -> None:
    text = client.get("/route").text
    assert "What do you want to have recognised?" in text
    assert "Question 1 of 2" in text
    assert " checked" not in text


@pytest.mark.parametrize(("given", "question", "place"), [
    ("want=degree", "In which country do you live?", "Question 2 of"),
    ("want=unsure", "Did you finish studies after school?", "Question 2 of 3"),
    ("want=unsure&studied=none", "In which country do you live?", "Question 3 of"),
    ("want=degree&country=CO", "What do you need it for?", "Question 3 of 6"),
    ("want=degree&country=CO&purpose=employment", "Which degree is it?", "Question 4 of 6"),
    ("want=degree&country=CO&purpose=employment&level=technical", "What is your profession?", "Question 5 of 6"),
    ("want=degree&country=CO&purpose=employment&level=technical&work=2142", "What do you have of your degree?", "Question 6 of 6"),
    ("want=skills&country=CO", "What work do you do?", "Question 3 of 4"),
    ("want=skills&country=CO&work=unsure", "What do you have of your work?", "Question 4 of 4"),
    ("want=school&country=CO", "What do you have of your school studies?", "Question 3 of 3"),
    ("want=certificate&country=CO", "Which country gave you the certificate?", "Question 3 of 3"),
    ("want=nonsense", "What do you want to have recognised?", "Question 1 of"),
    ("want=degree&country=XX", "In which country do you live?", "Question 2 of"),
    ("country=CO&papers=copy", "What do you want to have recognised?", "Question 1 of"),
    ("want=degree&country=CO&purpose=employment&level=technical&work=9999", "What is your profession?", "Question 5 of 6"),
])  # fmt: skip
def test_each_answer_leads_to_the_next_question(client: FlaskClient, given: str, question: str, place: str) -> None:
    text = client.get(f"/route?{given}").text
    assert question in text
    assert place in text


def test_only_countries_where_this_very_thing_can_be_begun_say_so(make_app: Make, library: Library) -> None:
    def degrees_alone(view: ProcedureView) -> list[ProcedureView]:
        return [replace(view, enabled=view.id == "co-degree-convalidacion")]

    client = make_app(library=with_views(library, degrees_alone)).test_client()
    assert read(client, "/route?want=degree&lang=en").count("You can apply here.") == 1
    assert "You can apply here." not in read(client, "/route?want=skills&lang=en")


def test_going_on_without_an_answer_is_a_fault_that_keeps_the_other_answers(client: FlaskClient) -> None:
    answer = client.get("/route?want=degree&asked=country&papers=copy")
    assert answer.status_code == 422
    assert "<title>Error: In which country do you live?" in answer.text
    assert 'href="#country"' in answer.text
    assert 'id="country"' in answer.text
    assert 'type="hidden" name="want" value="degree"' in answer.text
    assert 'type="hidden" name="papers" value="copy"' in answer.text


def test_the_way_back_leads_to_the_question_before(client: FlaskClient) -> None:
    assert 'class="govuk-back-link"' in client.get("/route").text
    assert 'href="/route?want=degree" class="govuk-back-link"' in client.get("/route?want=degree&country=CO").text
    assert 'href="/route" class="govuk-back-link"' in client.get("/route?want=degree").text


def test_a_question_that_was_passed_over_can_be_answered_from_the_answer(client: FlaskClient) -> None:
    text = read(client, "/route?want=degree&country=CO&papers=copy")
    assert "This is the procedure that serves you" in text
    assert 'href="/route?want=degree&country=CO&papers=copy&change=purpose"' in text
    assert "not answered" in text
    assert "Which degree is it?" in read(client, "/route?want=degree&country=CO&papers=copy&change=level")
    after = client.get("/route?want=degree&country=CO&papers=copy&asked=level&level=masters")
    assert (after.status_code, after.headers["Location"]) == (303, "/route?want=degree&country=CO&level=masters&papers=copy")


def test_an_answer_that_does_not_count_is_not_sent_along(client: FlaskClient) -> None:
    assert 'type="hidden" name="want"' not in client.get("/route?want=nonsense&country=CO").text
    assert 'type="hidden" name="country" value="CO"' in client.get("/route?want=nonsense&country=CO").text


def test_changing_an_answer_keeps_the_others(client: FlaskClient) -> None:
    text = client.get("/route?want=degree&papers=copy&change=country").text
    assert "In which country do you live?" in text
    assert 'name="papers" value="copy"' in text


# ── the profession, in everyday words


WORK = "/route?want=skills&country=CO"


def test_everyday_words_are_understood_without_accents_and_with_slips(client: FlaskClient) -> None:
    for words, code in (("latonero", "7213"), ("albanil", "7112"), ("soldadr", "7212"), ("repostera", "7512")):
        text = client.get(f"{WORK}&asked=work&job={words}").text
        assert "Which of these is it?" in text, words
        assert f'name="work" type="radio" value="{code}"' in text, words
        assert 'value="unsure"' in text
        assert "Search again" in text


def test_choosing_a_group_leads_on_and_the_written_word_leaves_the_address(client: FlaskClient) -> None:
    answer = client.get(f"{WORK}&asked=papers&job=soldador&choosing=1&work=7212&papers=letters")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{WORK}&work=7212&papers=letters")


def test_a_word_that_nobody_knows_is_no_dead_end(client: FlaskClient) -> None:
    text = client.get(f"{WORK}&asked=work&job=xqzvvw").text
    assert "We found nothing for" in text
    assert f'href="{WORK.replace("&", "&amp;")}&amp;work=unsure"' in text


def test_saying_nothing_about_work_is_a_fault_with_a_way_round(client: FlaskClient) -> None:
    empty = client.get(f"{WORK}&asked=work&job=")
    assert (empty.status_code, 'href="#job"' in empty.text) == (422, True)
    assert "skip the question" in empty.text
    unchosen = client.get(f"{WORK}&asked=work&choosing=1&job=soldador")
    assert (unchosen.status_code, 'href="#work"' in unchosen.text) == (422, True)


def test_a_written_word_is_shown_as_text_and_cut_short(client: FlaskClient) -> None:
    text = client.get(f"{WORK}&asked=work&job=%3Cscript%3Esoldador{'x' * 300}").text
    assert "<script>soldador" not in text
    assert "x" * 61 not in text.split("<main")[1]  # the strip of languages keeps the address as it is


# ── the answer


@pytest.mark.parametrize("language", ["es", "en", "pt"])
@pytest.mark.parametrize(("want", "papers", "procedure"), [("degree", "apostille", "co-degree-convalidacion"), ("skills", "letters", "co-rpl-sena-eccl")])
def test_the_answer_says_what_the_rules_say(client: FlaskClient, library: Library, language: str, want: str, papers: str, procedure: str) -> None:
    plain = read(client, f"/route?want={want}&country=CO&papers={papers}&lang={language}")
    definition = next(view.definition for view in library.procedures() if view.id == procedure)
    words = library.words(language).of(definition)
    for key in ("title", "summary", "authority", "silence", "allows", "not_allows", "duration", "cost"):
        assert words.text(key) in plain, key
    for source in definition.procedure.sources:
        assert source.title in plain
    for rule in definition.evidence.values():
        assert (words.text(f"evidence.{rule.kind}.name") in plain) == bool(rule.at_least and definition.starts_in in rule.asked_in), rule.kind
    for remedy in definition.procedure.remedies:
        assert words.text(f"remedies.{remedy}.title") in plain
    assert RULES[want].words[language] in plain
    assert "2026" in plain


def test_the_limits_of_the_law_are_said_for_every_route_with_the_days_that_count(client: FlaskClient) -> None:
    text = read(client, "/route?want=degree&country=CO&papers=copy")
    assert "60, 120 or 180 days" in text
    assert "Every day counts, Sundays and holidays too." in text
    assert "We found no limit set by law" in read(client, "/route?want=skills&country=CO&papers=letters")


def test_the_fee_follows_the_level_of_the_degree(client: FlaskClient) -> None:
    both = read(client, "/route?want=degree&country=CO&papers=copy")
    one = read(client, "/route?want=degree&country=CO&level=masters&papers=copy")
    assert "600,000 or" in both
    assert "800,000" in one
    assert "600,000" not in one


def test_papers_that_the_level_rules_out_are_not_named(client: FlaskClient, library: Library) -> None:
    definition = next(view.definition for view in library.procedures() if view.id == "co-degree-convalidacion")
    name = library.words("en").of(definition).text("evidence.prior_degree.name")
    assert f"{name} <" in read(client, "/route?want=degree&country=CO&papers=copy")  # only in some cases
    assert f"{name}<" in read(client, "/route?want=degree&country=CO&level=masters&papers=copy")
    assert name not in read(client, "/route?want=degree&country=CO&level=undergraduate&papers=copy")


def test_the_ways_that_the_rules_allow_stand_with_the_paper(make_app: Make, library: Library) -> None:
    def with_ways(view: ProcedureView) -> list[ProcedureView]:
        evidence = {kind: replace(rule, instead=("issuer_database", "sworn_statement")) for kind, rule in view.definition.evidence.items()}
        return [replace(view, definition=replace(view.definition, evidence=evidence))]

    text = read(make_app(library=with_views(library, with_ways)).test_client(), "/route?want=degree&country=CO&papers=copy&lang=en")
    shared = library.words("en").shared()
    assert all(shared.text(f"ways.{way}.{part}") in text for way in ("issuer_database", "sworn_statement") for part in ("title", "text"))


def test_free_is_said_only_where_a_fee_is_known_to_be_nothing(client: FlaskClient, make_app: Make, library: Library) -> None:
    assert ">Free<" in client.get("/route?want=skills&country=CO&papers=letters").text
    def without_fees(view: ProcedureView) -> list[ProcedureView]:
        rules = replace(view.definition, procedure=replace(view.definition.procedure, fees=()))
        return [replace(view, definition=rules)]

    text = make_app(library=with_views(library, without_fees)).test_client().get("/route?want=skills&country=CO&papers=letters&lang=en").text
    assert "We found no amount" in text
    assert ">Free<" not in text


def test_a_missing_paper_has_another_way_which_stands_open(client: FlaskClient, library: Library) -> None:
    definition = next(view.definition for view in library.procedures() if view.id == "co-degree-convalidacion")
    without = library.words("en").of(definition).text("evidence.apostille.without")
    lacking = read(client, "/route?want=degree&country=CO&papers=degree")
    assert re.search(r'<details class="govuk-details pu-without" open>.{0,260}' + re.escape(without[:40]), lacking)
    having = read(client, "/route?want=degree&country=CO&papers=apostille")
    assert without in having
    assert "pu-without\" open" not in having


def test_a_standard_for_the_persons_work_is_named(client: FlaskClient) -> None:
    assert "There is a standard for your work here" in client.get("/route?want=skills&country=CO&work=7212&papers=letters").text
    assert "There is no standard for your work here yet" in client.get("/route?want=skills&country=CO&work=2142&papers=letters").text


def test_every_answer_names_its_rule_and_its_source(client: FlaskClient) -> None:
    text = read(client, "/route?want=unsure&studied=begun&country=CO&papers=letters")
    assert RULES["skills_without_degree"].words["en"] in text
    assert "Cinterfor" in text
    assert "The sources are those of the procedure." in read(client, "/route?want=degree&country=CO&papers=copy")


def test_a_profession_with_an_examination_of_its_own_is_sent_to_it(client: FlaskClient) -> None:
    text = read(client, "/route?want=degree&country=BR&work=2211&papers=copy")
    assert "This is decided elsewhere" in text
    assert "Revalida (Inep)" in text
    assert RULES["medicine_br"].words["en"] in text
    assert "Begin this procedure" not in text


def test_a_procedure_comes_first_when_another_follows(make_app: Make, library: Library) -> None:
    def with_passport(view: ProcedureView) -> list[ProcedureView]:
        ours = [moved(view, "xx-invented", country="XX", kind="background_paper")] if view.id == "co-rpl-sena-eccl" else []
        return [*ours, *([view] if view.country != "XX" else [])]

    text = read(make_app(library=with_views(library, with_passport)).test_client(), "/route?want=degree&country=CO&papers=nothing&lang=en")
    assert "Begin with this procedure" in text
    assert "After that" in text
    assert 'href="/procedures/co-degree-convalidacion"' in text


def test_recognition_that_is_not_needed_is_said_so_and_offered_all_the_same(make_app: Make, library: Library) -> None:
    def in_chile(view: ProcedureView) -> list[ProcedureView]:
        return [moved(view, "cl-invented", country="CL")] if view.id == "co-degree-convalidacion" else []

    client = make_app(library=with_views(library, in_chile)).test_client()
    text = read(client, "/route?want=degree&country=CL&purpose=employment&work=2431&papers=copy&lang=en")
    assert "You may need no recognition" in text
    assert "El Bucare" in text
    assert "If you want it all the same" in text
    regulated = read(client, "/route?want=degree&country=CL&purpose=employment&work=2142&papers=copy&lang=en")
    assert "This is the procedure that serves you" in regulated
    assert RULES["licence_of_profession"].words["en"] in regulated


def test_a_country_without_a_procedure_is_no_dead_end(make_app: Make, library: Library) -> None:
    nothing = make_app(library=with_views(library, lambda view: [view] if view.country == "CO" and view.kind == "rpl" else [])).test_client()
    text = read(nothing, "/route?want=degree&country=UY&papers=copy&lang=en")
    assert "Uruguay: not yet" in text
    assert "What you can do now" in text
    assert "What you can do now" in read(nothing, "/route?want=skills&country=other&lang=en")


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


def test_a_procedure_that_is_not_confirmed_is_shown_with_its_authority_and_cannot_be_begun(make_app: Make, library: Library) -> None:
    app = make_app(library=with_views(library, lambda view: [replace(view, enabled=False)]))
    text = read(app.test_client(), "/route?want=degree&country=CO&papers=copy&lang=en")
    assert "You cannot apply here yet." in text
    assert "Apply to the authority itself: Ministry of National Education of Colombia." in text
    assert "Begin this procedure" not in text


def test_the_finder_keeps_nothing(client: FlaskClient) -> None:
    answer = client.get("/route?want=degree&country=CO&papers=copy")
    assert answer.headers.getlist("Set-Cookie") == []


def test_pages_are_light_and_need_no_script(client: FlaskClient) -> None:
    for path in ("/route", f"{WORK}&job=cocinero", "/route?want=degree&country=CO&papers=nothing", "/route?want=skills&country=CO&papers=nothing"):
        text = client.get(path).text
        assert len(text.encode()) < HEAVIEST, path
        assert text.count("<script") == 1, path  # the frame's own, which only helps
