"""Errors become pages: every reason in words, nothing of the inside."""

import logging
from collections.abc import Callable

import pytest
from flask import Blueprint, Flask, render_template_string
from flask.testing import FlaskClient

from credentialing.domain.errors import AwayError, BadInputError, BrokenSealError, ConflictError, NotFoundError, Reason, RefusedError, TooManyError
from credentialing.web.gate import PUBLIC, route
from tests.web.conftest import form_token_of

ERRORS = {
    "not-found": NotFoundError(),
    "refused": RefusedError(Reason("evidence_missing", {"kind": "school_diploma"}), Reason("consent_missing", {"consent": "processing"})),
    "foreign": RefusedError(Reason("same_person", {"did": "propose"})),
    "conflict": ConflictError(),
    "bad-input": BadInputError(Reason("field_too_long", {"field": "display_name", "limit": 120})),
    "too-many": TooManyError(61),
    "away": AwayError("the signing token"),
    "broken": BrokenSealError("key 17 of Ana María"),
    "bug": ZeroDivisionError("secret of Ana María"),
}


@pytest.fixture
def client(make_app: Callable[..., Flask]) -> FlaskClient:
    """A client in English of an application that fails in every way."""
    app = make_app()
    blueprint = Blueprint("failing", __name__, url_prefix="/cases")

    @route(blueprint, "/<name>", who=PUBLIC)
    def page(name: str) -> str:
        return render_template_string('<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">') if name == "CO-7" else fail(name)

    @route(blueprint, "/<name>/moves/<move>", who=PUBLIC, methods=("POST",))
    def act(name: str, move: str) -> str:
        return fail(move)

    def fail(name: str) -> str:
        raise ERRORS[name]

    app.register_blueprint(blueprint)
    client = app.test_client()
    client.get("/?lang=en")
    return client


@pytest.mark.parametrize(("name", "status"), [
    ("not-found", 404), ("refused", 422), ("foreign", 403), ("conflict", 409), ("bad-input", 422), ("too-many", 429), ("broken", 500), ("bug", 500),
    ("away", 503),
])
def test_each_error_has_its_status_and_a_page_in_words(client: FlaskClient, name: str, status: int) -> None:
    answer = client.get(f"/cases/{name}")
    assert answer.status_code == status
    assert '<html lang="en"' in answer.text
    assert answer.text.count("<h1>") == 1


def test_a_refusal_says_every_reason(client: FlaskClient) -> None:
    text = client.get("/cases/refused").text
    assert "A paper is missing: school diploma." in text
    assert "A permission is missing: processing." in text


def test_waiting_is_said_in_minutes_and_to_machines(client: FlaskClient) -> None:
    answer = client.get("/cases/too-many")
    assert answer.headers["Retry-After"] == "61"
    assert "Try again in 2 minutes." in answer.text


def test_what_is_away_is_said_to_machines_too_and_to_the_operator_by_name(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.get("/cases/away")
    assert answer.headers["Retry-After"] == "120"
    assert "token" not in answer.text
    assert "the signing token" in caplog.text


def test_a_conflict_leads_back_to_the_case(client: FlaskClient) -> None:
    token = form_token_of(client.get("/cases/CO-7").text)
    answer = client.post("/cases/CO-7/moves/conflict", data={"csrf_token": token})
    assert answer.status_code == 409
    assert 'href="/cases/CO-7"' in answer.text


@pytest.mark.parametrize("name", ["bug", "broken"])
def test_nothing_of_the_inside_reaches_a_stranger_or_the_log(client: FlaskClient, name: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = client.get(f"/cases/{name}")
    assert "Ana" not in answer.text
    assert "Error" not in answer.text.replace("Error:", "")
    assert "Ana" not in caplog.text
    assert "test_problems.py" in caplog.text


def test_a_bug_has_a_reference_that_stands_in_the_log_too(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    text = client.get("/cases/bug").text
    reference = caplog.records[-1].getMessage().split()[2]
    assert len(reference) == 10
    assert reference in text


def test_a_wrong_method_is_answered_with_what_is_allowed(client: FlaskClient) -> None:
    answer = client.get("/cases/CO-7/moves/grant")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
