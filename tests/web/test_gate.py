"""The gate: nothing is open by silence."""

from collections.abc import Callable

import pytest
from flask import Blueprint, Flask

from credentialing.domain.errors import MisconfiguredError, NotFoundError
from credentialing.domain.people import STAFF_ROLES, Role
from credentialing.web import gate
from credentialing.web.gate import PUBLIC, acting, close_gate, route, safe_next, table, unlisted

Make = Callable[..., Flask]


def room() -> Blueprint:
    """A blueprint with one address of each sort."""
    blueprint = Blueprint("room", __name__, url_prefix="/room")

    @route(blueprint, "/mine", who=(Role.APPLICANT,), methods=("GET", "POST"))
    def mine() -> str:
        return f"mine {acting().person_id}"

    @route(blueprint, "/staff/<number>", who=STAFF_ROLES)
    def staff(number: str) -> str:
        if number == "missing":
            raise NotFoundError
        return f"staff {number}"

    @route(blueprint, "/nobody", who=())
    def nobody() -> str:
        return "open"

    @route(blueprint, "/bare", who=PUBLIC, methods=("GET", "POST"), stateless=True)
    def bare() -> str:
        return "bare"

    return blueprint


@pytest.fixture
def app(make_app: Make) -> Flask:
    """A frame with the room."""
    app = make_app()
    app.register_blueprint(room())
    return app


def test_every_address_of_the_router_stands_in_the_table(app: Flask) -> None:
    listed = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) - {"HEAD"}}
    assert listed == set(table(app))
    close_gate(app)


def test_an_address_registered_around_the_gate_is_named_and_stops_the_factory(app: Flask) -> None:
    app.add_url_rule("/side-door", "side", lambda: "secret")
    assert "GET /side-door" in unlisted(app)
    with pytest.raises(MisconfiguredError, match="/side-door"):
        close_gate(app)


def test_an_address_registered_around_the_gate_does_not_answer(app: Flask) -> None:
    app.add_url_rule("/side-door", "side", lambda: "secret")
    answer = app.test_client().get("/side-door")
    assert answer.status_code == 404
    assert b"secret" not in answer.data


def test_a_method_that_is_not_in_the_table_does_not_answer(app: Flask) -> None:
    app.add_url_rule("/room/mine", "extra", lambda: "secret", methods=["DELETE"])
    client = app.test_client()
    client.set_cookie("session", "token-of-ana")
    assert client.delete("/room/mine").status_code == 404


def test_a_stranger_is_sent_to_sign_in_and_comes_back(app: Flask) -> None:
    answer = app.test_client().get("/room/mine")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=%2Froom%2Fmine")
    assert app.test_client().post("/room/mine").location == gate.SIGN_IN_PATH


def test_a_foreign_role_finds_nothing(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("session", "token-of-luis")
    assert client.get("/room/mine").status_code == 404
    assert client.get("/room/staff/7").status_code == 200
    client.set_cookie("session", "token-of-ana")
    assert client.get("/room/mine").text == "mine ana"
    assert client.get("/room/staff/7").status_code == 404


def test_what_is_foreign_and_what_does_not_exist_look_the_same(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("session", "token-of-ana")
    foreign = client.get("/room/staff/missing")
    client.set_cookie("session", "token-of-luis")
    missing = client.get("/room/staff/missing")
    assert (foreign.status_code, foreign.data) == (missing.status_code, missing.data)
    assert foreign.status_code == 404


def test_an_empty_list_of_roles_opens_to_nobody(app: Flask) -> None:
    client = app.test_client()
    for token in ("token-of-ana", "token-of-luis", "token-of-eva"):
        client.set_cookie("session", token)
        assert client.get("/room/nobody").status_code == 404


def test_an_unknown_token_is_nobody(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("session", "token-of-someone-else")
    assert client.get("/room/mine").status_code == 303


def test_an_address_without_cookies_asks_for_nobody_and_sets_nothing(make_app: Make) -> None:
    asked: list[str] = []
    app = make_app(person_of_session=lambda token: asked.append(token))
    app.register_blueprint(room())
    client = app.test_client()
    client.set_cookie("session", "token-of-ana")
    for answer in (client.get("/room/bare?lang=en"), client.post("/room/bare"), client.get("/healthz")):
        assert answer.status_code == 200
        assert answer.headers.getlist("Set-Cookie") == []
    assert asked == []


def test_an_address_without_cookies_cannot_belong_to_a_role() -> None:
    with pytest.raises(ValueError, match="public"):
        route(Blueprint("b", __name__), "/x", who=(Role.APPLICANT,), stateless=True)


@pytest.mark.parametrize("path", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "", None, "/a\nb", "javascript:alert(1)"])
def test_signing_in_never_leads_to_a_foreign_address(path: str | None) -> None:
    assert safe_next(path) == "/"


def test_signing_in_leads_back_to_a_path_of_ours() -> None:
    assert safe_next("/route?want=degree&country=CO") == "/route?want=degree&country=CO"
