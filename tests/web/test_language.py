"""Languages, days and numbers."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Blueprint, Flask, render_template_string

from credentialing.domain.calendars import DayType, Span
from credentialing.web import language
from credentialing.web.gate import PUBLIC, route
from tests.web.conftest import NOON

Make = Callable[..., Flask]


def test_spanish_speaks_first(make_app: Make) -> None:
    assert '<html lang="es"' in make_app().test_client().get("/").text


@pytest.mark.parametrize(("asked", "spoken"), [("pt-BR,pt;q=0.9", "pt"), ("en-GB", "en"), ("es-VE", "es"), ("fr,de", "es"), ("de;q=1,en;q=0.2", "en")])
def test_the_browser_is_listened_to(make_app: Make, asked: str, spoken: str) -> None:
    assert f'<html lang="{spoken}"' in make_app().test_client().get("/", headers={"Accept-Language": asked}).text


def test_a_chosen_language_stays(make_app: Make) -> None:
    client = make_app().test_client()
    client.get("/help?lang=pt")
    assert '<html lang="pt"' in client.get("/", headers={"Accept-Language": "en"}).text
    assert '<html lang="pt"' in client.get("/?lang=xx").text


def test_the_strip_keeps_the_present_page(make_app: Make) -> None:
    text = make_app().test_client().get("/route?want=degree&lang=en").text
    assert 'href="/route?want=degree&amp;lang=pt"' in text


def test_pages_without_cookies_carry_the_language_in_their_links(make_app: Make) -> None:
    app = make_app()
    blueprint = Blueprint("verify", __name__)

    @route(blueprint, "/bare", who=PUBLIC, stateless=True)
    def bare() -> str:
        return render_template_string('{% extends "pages/_verify.html" %}')

    app.register_blueprint(blueprint)
    client = app.test_client()
    client.set_cookie("lang", "pt")
    answer = client.get("/bare?lang=en")
    assert '<html lang="en"' in answer.text
    assert 'href="/verify?lang=en"' in answer.text
    assert "Set-Cookie" not in answer.headers
    assert '<html lang="es"' in client.get("/bare").text


@pytest.mark.parametrize(("code", "near", "far"), [
    ("es", "18 de diciembre", "3 de febrero de 2027"), ("en", "18 December", "3 February 2027"), ("pt", "18 de dezembro", "3 de fevereiro de 2027"),
])
def test_a_day_says_its_year_only_when_it_is_another(make_app: Make, code: str, near: str, far: str) -> None:
    with make_app().test_request_context(f"/?lang={code}"):
        assert language.day(date(2026, 12, 18)) == f'<time datetime="2026-12-18">{near}</time>'
        assert language.day(date(2027, 2, 3)) == f'<time datetime="2027-02-03">{far}</time>'
        assert language.day(None) == ""


def test_the_last_day_of_a_limit_is_the_day_before_its_midnight(make_app: Make) -> None:
    midnight_in_bogota = datetime(2026, 12, 19, 5, 0, tzinfo=UTC)
    with make_app().test_request_context("/?lang=es"):
        assert "18 de diciembre" in language.last_day(midnight_in_bogota)
        assert "19 de diciembre" in language.day(midnight_in_bogota)


def test_a_moment_is_said_in_the_time_of_the_country(make_app: Make) -> None:
    with make_app().test_request_context("/?lang=es"):
        assert language.moment(NOON) == '<time datetime="2026-11-23T12:00-05:00">23 de noviembre, 12:00</time>'


@pytest.mark.parametrize(("due", "text", "tone"), [
    (datetime(2026, 11, 23, 16, 59, tzinfo=UTC), "Overdue", "bad"), (datetime(2026, 11, 24, 5, 0, tzinfo=UTC), "Due today", "bad"),
    (datetime(2026, 11, 25, 5, 0, tzinfo=UTC), "Due tomorrow", "bad"), (datetime(2026, 11, 27, 5, 0, tzinfo=UTC), "3 days left", "bad"),
    (datetime(2026, 12, 4, 5, 0, tzinfo=UTC), "10 days left", "late"), (datetime(2026, 12, 5, 5, 0, tzinfo=UTC), "11 days left", "null"),
])
def test_what_is_left_of_a_limit_is_said_in_days(make_app: Make, due: datetime, text: str, tone: str) -> None:
    with make_app().test_request_context("/?lang=en"):
        look = language.deadline_look(due)
        assert (look.text, look.tone) == (text, tone)
        assert language.days_left(due) == text


@pytest.mark.parametrize(("code", "text"), [("es", "1.234.567,5"), ("en", "1,234,567.5"), ("pt", "1.234.567,5")])
def test_numbers_use_the_separators_of_the_language(make_app: Make, code: str, text: str) -> None:
    with make_app().test_request_context(f"/?lang={code}"):
        assert language.number(1234567.5) == text


def test_a_span_is_said_in_the_unit_of_the_law(make_app: Make) -> None:
    with make_app().test_request_context("/?lang=en"):
        assert [language.span_text(Span(count, unit)) for count, unit in [(20, DayType.WORKING), (1, DayType.CALENDAR), (2, DayType.MONTHS)]] == [
            "20 working days", "1 day", "2 months",
        ]
        assert language.any_of(["60", "120", "180 days"]) == "60, 120 or 180 days"


def test_the_moment_of_a_page_is_read_once(make_app: Make) -> None:
    read: list[int] = []

    class CountingClock:
        def now(self) -> datetime:
            """A moment later each time."""
            read.append(1)
            return NOON + timedelta(days=len(read))

    with make_app(clock=CountingClock()).test_request_context("/"):
        language.day(date(2026, 12, 1))
        language.days_left(NOON)
        assert len(read) == 1
