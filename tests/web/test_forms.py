"""Fields: from the registry to markup, and from what was typed to clean text."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from credentialing.domain.errors import BadInputError
from credentialing.web.forms import FieldView, clean, field_views, parse_fields, simple_view, strange_letters, summary
from credentialing.workflow.registry import ASKED, FIELDS

NAMES = ("given_names", "birth_date", "graduation_year", "years_of_experience", "study_level", "tasks", "email")


class ShortWords:
    """Words that say the name of each key's field."""

    def has(self, key: str) -> bool:
        """Always."""
        return True

    def text(self, key: str, **values: object) -> str:
        """The label `Given names`, the hint `A hint.`, the value itself."""
        parts = key.split(".")
        return {"label": parts[1].replace("_", " ").capitalize(), "hint": "A hint."}.get(parts[-1], parts[-1])


class Controls(HTMLParser):
    """Collects ids, described-by references, groups and their legends."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.described: list[str] = []
        self.labelled: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        self.described += (values.get("aria-describedby") or "").split()
        if tag == "label":
            self.labelled.append(str(values.get("for")))


def codes(posted: dict[str, str], *names: str, required_now: bool = False) -> list[str]:
    """The codes against a posted form."""
    return [reason.code for reason in parse_fields([FIELDS[name] for name in names], posted, required_now=required_now).reasons]


def test_names_keep_their_accents_in_one_normal_form() -> None:
    parsed = parse_fields([FIELDS["given_names"]], {"given_names": "  Mari\u0301a   Jose\u0301 "})
    assert parsed.values["given_names"] == "Mar\u00eda Jos\u00e9"
    assert parsed.raw["given_names"] == "  Mari\u0301a   Jose\u0301 "


@pytest.mark.parametrize("name", [
    "María José Rojas Peña", "Wuilker O'Neill", "Ñáñez-D'Ávila", "Jhoan Müller", "Sílvia São João", "Nguyễn Thị Ánh",
    "王小明", "Хосе", "Αλέξης", "محمد", "Ka’i",
])
def test_names_of_every_people_are_taken(name: str) -> None:
    assert codes({"given_names": name}, "given_names") == []


@pytest.mark.parametrize(("name", "code"), [
    ("Mar\u202eía", "field_strange_letters"), ("Mar\u200bía", "field_strange_letters"), ("Mar\x00ía", "field_strange_letters"),
    ("\u2066José\u2069", "field_strange_letters"),
    ("M\u0430ría", "field_mixed_scripts"), ("J\u03bfsé", "field_mixed_scripts"),
])
def test_unseen_signs_and_mixed_alphabets_are_refused_with_a_sentence(name: str, code: str) -> None:
    assert codes({"given_names": name}, "given_names") == [code]


@pytest.mark.parametrize(("day", "month", "year", "value"), [("19", "7", "2013", "2013-07-19"), ("9", "07", "1990", "1990-07-09")])
def test_a_date_in_three_fields_becomes_one_value(day: str, month: str, year: str, value: str) -> None:
    parsed = parse_fields([FIELDS["birth_date"]], {"birth_date-day": day, "birth_date-month": month, "birth_date-year": year})
    assert parsed.demand()["birth_date"] == value


@pytest.mark.parametrize(("day", "month", "year"), [
    ("31", "2", "1990"), ("1", "1", "90"), ("x", "1", "1990"), ("1", "", "1990"), ("²", "1", "1990"), ("1", "13", "1990"),
])
def test_a_date_that_is_none_is_refused_and_shown_again(day: str, month: str, year: str) -> None:
    parsed = parse_fields([FIELDS["birth_date"]], {"birth_date-day": day, "birth_date-month": month, "birth_date-year": year})
    assert [reason.code for reason in parsed.reasons] == ["field_not_a_date"]
    assert parsed.raw["birth_date-day"] == day
    with pytest.raises(BadInputError):
        parsed.demand()


@pytest.mark.parametrize(("name", "text", "code"), [
    ("graduation_year", "13", "field_not_a_year"), ("graduation_year", "20x3", "field_not_a_year"), ("graduation_year", "1200", "field_out_of_range"),
    ("years_of_experience", "many", "field_not_a_number"), ("years_of_experience", "-1", "field_not_a_number"),
    ("years_of_experience", "71", "field_out_of_range"),
    ("study_level", "wizard", "field_not_a_choice"), ("given_names", "a" * 101, "field_too_long"), ("years_of_experience", "٣", "field_not_a_number"),
])
def test_each_kind_of_field_refuses_what_it_is_not(name: str, text: str, code: str) -> None:
    assert codes({name: text}, name) == [code]


def test_blank_is_kept_in_a_draft_and_refused_when_everything_is_needed() -> None:
    assert codes({"given_names": "  "}, "given_names") == []
    assert codes({"given_names": "  "}, "given_names", "email", required_now=True) == ["field_blank"]


def test_every_fault_is_reported_at_once() -> None:
    posted = {"graduation_year": "x", "study_level": "x", "given_names": "x" * 200}
    assert codes(posted, "given_names", "study_level", "graduation_year", "birth_date", required_now=True) == [
        "field_too_long", "field_not_a_choice", "field_not_a_year", "field_blank",
    ]


def test_a_choice_of_the_definition_and_several_units_are_judged_by_its_choices() -> None:
    posted = MultiDict([("units", "U1"), ("units", "U3"), ("route", "academic")])
    choices: Any = {"units": ("U1", "U2", "U3"), "route": ("academic",)}.__getitem__
    assert parse_fields([ASKED["units"], ASKED["route"]], posted, choices=choices).demand() == {"units": "U1 U3", "route": "academic"}
    assert parse_fields([ASKED["units"]], MultiDict([("units", "U9")]), choices=choices).reasons[0].code == "field_not_a_choice"


def test_long_texts_keep_their_lines() -> None:
    assert clean("one  two\r\n\r\nthree \r\n", lines=True) == "one two\n\nthree"
    assert clean("one\ntwo") == "one two"


@given(st.text(max_size=60))
def test_clean_text_is_stable_and_reading_never_fails(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean(clean(text, lines=True), lines=True) == clean(text, lines=True)
    parse_fields([FIELDS[name] for name in NAMES], dict.fromkeys((*NAMES, "birth_date-day", "birth_date-month", "birth_date-year"), text))
    assert strange_letters(text) in {None, "field_strange_letters", "field_mixed_scripts"}


def render(app: Flask, views: tuple[FieldView, ...], reasons: tuple[Any, ...] = ()) -> str:
    """The fields, after a summary of what is wrong."""
    page = '{% from "pages/_form.html" import field, error_summary %}{{ error_summary(reasons, views) }}{% for view in views %}{{ field(view) }}{% endfor %}'
    return render_template_string(page, views=views, reasons=reasons)


def test_a_form_with_faults_ties_every_error_to_its_field(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.test_request_context("/?lang=en"):
        fields = [FIELDS[name] for name in NAMES]
        parsed = parse_fields(fields, {"birth_date-day": "31", "birth_date-month": "2", "birth_date-year": "1990"}, required_now=True)
        html = render(app, field_views(fields, words=ShortWords(), values=parsed.raw, reasons=parsed.reasons), parsed.reasons)
        links = [entry["href"] for entry in summary(parsed.reasons)]
    controls = Controls()
    controls.feed(html)
    assert len(controls.ids) == len(set(controls.ids))
    assert set(controls.described) <= set(controls.ids)
    assert {f"{name}-error" for name in ("given_names", "birth_date-date", "study_level", "tasks")} <= set(controls.described)
    assert {link.removeprefix("#") for link in links} <= set(controls.ids)
    assert set(controls.labelled) <= set(controls.ids)
    assert controls.tags.count("fieldset") == controls.tags.count("legend") == 2
    assert 'value="31"' in html
    assert "Birth date: write a date of the calendar" in html
    assert "Email (optional)" in html


def test_what_was_saved_is_shown_again(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.test_request_context("/?lang=en"):
        saved = {"birth_date": "1990-07-09", "study_level": "masters", "given_names": "Ana"}
        html = render(app, field_views([FIELDS[name] for name in saved], words=ShortWords(), values=saved))
    assert 'value="9"' in html
    assert 'value="7"' in html
    assert 'value="1990"' in html
    assert 'value="masters" checked' in html
    assert 'value="Ana"' in html


def test_what_people_type_never_becomes_markup(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    evil = '"><script>alert(1)</script>'
    with app.test_request_context("/?lang=en"):
        kinds = ("text", "long_text", "choice", "several", "date")
        views = tuple(simple_view("x", evil, kind=kind, hint=evil, value=evil, choices=[(evil, evil)]) for kind in kinds)
        assert "<script>" not in render(app, views)
