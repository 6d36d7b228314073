"""Headers, cookies and form tokens."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Blueprint, Flask, Response, render_template_string, request
from flask.testing import FlaskClient

from credentialing.config import Settings, load_settings
from credentialing.domain.people import Role
from credentialing.web import security
from credentialing.web.gate import PUBLIC, route
from tests.web.conftest import form_token_of

Make = Callable[..., Flask]
FORM = '<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">'


@pytest.fixture
def app(make_app: Make) -> Flask:
    """A frame with an open form, a form of a person, and a door to sign in."""
    app = make_app()
    blueprint = Blueprint("room", __name__)

    @route(blueprint, "/open", who=PUBLIC, methods=("GET", "POST"))
    def open_form() -> str:
        return render_template_string(FORM)

    @route(blueprint, "/mine", who=(Role.APPLICANT,), methods=("GET", "POST"))
    def mine() -> str:
        return render_template_string(FORM)

    @route(blueprint, "/in", who=PUBLIC)
    def enter() -> Response:
        answer = Response("in")
        security.keep_session(answer, "token-of-ana", staff=False)
        return answer

    app.register_blueprint(blueprint)
    return app


def test_every_answer_carries_the_headers(app: Flask) -> None:
    client = app.test_client()
    for path in ("/", "/route", "/nowhere", "/healthz", "/static/old/puente.css", "/mine"):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self'"), path
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "geolocation=()" in headers["Permissions-Policy"]


def test_pages_are_not_kept_by_the_browser(app: Flask) -> None:
    assert app.test_client().get("/").headers["Cache-Control"] == "no-store"


def test_https_is_kept_only_where_there_is_https(make_app: Make, tmp_path: Path) -> None:
    assert "Strict-Transport-Security" not in make_app().test_client().get("/").headers
    secure = load_settings(tmp_path, {"CREDENTIALING_BASE_URL": "https://localhost"})
    answer = make_app(settings=secure).test_client().get("/route?lang=en", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_foreign_host_name_is_refused(app: Flask) -> None:
    assert app.test_client().get("/", headers={"Host": "evil.example"}).status_code == 400


def test_a_form_without_its_token_changes_nothing(app: Flask) -> None:
    answer = app.test_client().post("/open")
    assert answer.status_code == 400
    assert "open for too long" in answer.text or "demasiado" in answer.text


def test_a_form_with_its_token_is_taken(app: Flask) -> None:
    client = app.test_client()
    token = form_token_of(client.get("/open").text)
    assert client.post("/open", data={"csrf_token": token}).status_code == 200
    assert client.post("/open", headers={"X-CSRF-Token": token}).status_code == 200


def test_the_token_of_another_browser_does_not_fit(app: Flask) -> None:
    token = form_token_of(app.test_client().get("/open").text)
    other = app.test_client()
    other.get("/open")
    assert other.post("/open", data={"csrf_token": token}).status_code == 400


@pytest.mark.parametrize("token", ["", "x", "ñ", "AAAA", "=" * 80, "A" * 56])
def test_a_made_up_token_does_not_fit(app: Flask, token: str) -> None:
    client = app.test_client()
    client.get("/open")
    assert client.post("/open", data={"csrf_token": token}).status_code == 400


def _signed_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.get("/in")
    return client


def test_the_token_is_bound_to_the_session(app: Flask) -> None:
    client = _signed_in(app)
    token = form_token_of(client.get("/mine").text)
    assert client.post("/mine", data={"csrf_token": token}).status_code == 200
    before = app.test_client()
    stale = form_token_of(before.get("/open").text)
    before.get("/in")
    assert before.post("/mine", data={"csrf_token": stale}).status_code == 400


def test_the_token_is_different_on_every_page_and_never_the_session(app: Flask) -> None:
    client = _signed_in(app)
    first, second = client.get("/mine").text, client.get("/mine").text
    assert form_token_of(first) != form_token_of(second)
    assert "token-of-ana" not in first


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "https://evil.example"},
])
def test_a_form_from_another_site_is_refused_even_with_a_token(app: Flask, headers: dict[str, str]) -> None:
    client = app.test_client()
    token = form_token_of(client.get("/open").text)
    assert client.post("/open", data={"csrf_token": token}, headers=headers).status_code == 400


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": "null"}, {"Origin": "http://localhost"}])
def test_a_form_of_a_page_without_referrer_is_taken(app: Flask, headers: dict[str, str]) -> None:
    client = app.test_client()
    token = form_token_of(client.get("/open").text)
    assert client.post("/open", data={"csrf_token": token}, headers=headers).status_code == 200


def test_only_a_trusted_proxy_may_speak_for_the_sender(make_app: Make, settings: Settings) -> None:
    def addresses(app: Flask) -> str:
        blueprint = Blueprint("source", __name__)

        @route(blueprint, "/source", who=PUBLIC, stateless=True)
        def source() -> str:
            return f"{request.remote_addr} {request.scheme}"

        app.register_blueprint(blueprint)
        return app.test_client().get("/source", headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}).text

    assert addresses(make_app()) == "127.0.0.1 http"
    assert addresses(make_app(settings=replace(settings, trusted_proxies=1))) == "203.0.113.9 https"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(app: Flask) -> None:
    for path in ("/in", "/open", "/?lang=pt"):
        cookie = app.test_client().get(path).headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


def test_a_request_that_is_too_large_is_refused_in_kind_words(app: Flask) -> None:
    client = app.test_client()
    answer = client.post("/open", data=b"x" * (security.LARGEST_REQUEST + 1), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "<h1>" in answer.text


def test_open_pages_travel_packed_and_pages_of_a_person_do_not(app: Flask) -> None:
    client = app.test_client()
    packed = {"Accept-Encoding": "gzip"}
    assert client.get("/", headers=packed).headers.get("Content-Encoding") == "gzip"
    assert "Content-Encoding" not in client.get("/").headers
    client.get("/in")
    assert "Content-Encoding" not in client.get("/", headers=packed).headers
