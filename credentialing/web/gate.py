"""Who may open which address: one table of (method, path, who). What is not in the table does not exist, whoever asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlencode

from flask import Blueprint, Flask, current_app, g, redirect, request
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App
from werkzeug.wrappers import Response

from credentialing.domain.errors import MisconfiguredError, NotFoundError
from credentialing.domain.people import Actor, Role
from credentialing.web.surroundings import surroundings

SIGN_IN_PATH: Final = "/sign-in"
View = TypeVar("View", bound=Callable[..., Any])


class Everyone(Enum):
    """The one value that opens an address to people who are not signed in."""

    PUBLIC = "public"


PUBLIC: Final = Everyone.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the table. `stateless` addresses read and set no cookie, know nobody, and change nothing."""

    method: str
    path: str
    who: frozenset[Role] | Everyone
    stateless: bool


def route(
    blueprint: Blueprint, path: str, *, who: Sequence[Role] | Everyone, methods: Sequence[str] = ("GET",), stateless: bool = False,
) -> Callable[[View], View]:
    """Register a view under `path` and write it into the table of every application that takes the blueprint.

    An empty `who` opens the address to nobody. `stateless=True` is for the verifier's pages and for files: no cookie, no session, no form token.
    """
    if stateless and who is not PUBLIC:
        raise ValueError("an address without cookies cannot know who asks: it must be public")
    allowed = who if isinstance(who, Everyone) else frozenset(who)

    def decorate(view: View) -> View:
        def declare(state: BlueprintSetupState) -> None:
            full = (state.url_prefix or "").rstrip("/") + path if state.url_prefix else path
            for method in methods:
                table(state.app)[method.upper(), full] = Entry(method=method.upper(), path=full, who=allowed, stateless=stateless)

        blueprint.add_url_rule(path, view.__name__, view, methods=list(methods), provide_automatic_options=False)
        blueprint.record(declare)
        return view

    return decorate


def table(app: App) -> dict[tuple[str, str], Entry]:
    """The table of `app`, keyed by (method, path)."""
    return cast(dict[tuple[str, str], Entry], app.extensions.setdefault("gate", {}))


def current_entry() -> Entry | None:
    """The line of the table that the present request falls under; None when no address matches or it is not in the table."""
    if request.url_rule is None:
        return None
    method = "GET" if request.method == "HEAD" else request.method
    return table(current_app).get((method, request.url_rule.rule))


def unlisted(app: Flask) -> tuple[str, ...]:
    """Every `METHOD path` that the router knows and the table does not."""
    known = table(app)
    pairs = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) - {"HEAD"}}
    return tuple(sorted(f"{method} {path}" for method, path in pairs if (method, path) not in known))


def close_gate(app: Flask) -> None:
    """Call last in a factory: MisconfiguredError when any address was registered around the table."""
    if around := unlisted(app):
        raise MisconfiguredError(*(f"The address {line} is not in the gate's table" for line in around))


def acting() -> Actor:
    """The person who acts in this request; NotFoundError when nobody is signed in."""
    actor = g.get("actor")
    if actor is None:
        raise NotFoundError
    return cast(Actor, actor)


def session_token() -> str | None:
    """The opaque token that the browser sent, None when it sent none."""
    return request.cookies.get(session_cookie())


def session_cookie() -> str:
    """The name of the session cookie: bound to the host under https, plain on a loopback demonstration."""
    return "__Host-session" if surroundings().is_https else "session"


def safe_next(path: str | None, *, otherwise: str = "/") -> str:
    """A path of our own to go on to after signing in; `otherwise` for anything that could lead elsewhere."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path or any(ord(character) < 33 for character in path):
        return otherwise
    return path


def guard() -> Response | None:
    """Before every request: nobody passes an address that is not in the table, and nobody without one of its roles."""
    g.actor = None
    if request.url_rule is None:
        return None
    entry = current_entry()
    if entry is None:
        raise NotFoundError
    if not entry.stateless and (token := session_token()):
        g.actor = surroundings().person_of_session(token)
    if isinstance(entry.who, Everyone):
        return None
    if g.actor is None:
        onward = urlencode({"next": request.path}) if request.method in {"GET", "HEAD"} else ""
        return redirect(SIGN_IN_PATH + ("?" + onward if onward else ""), code=303)
    if g.actor.roles.isdisjoint(entry.who):
        raise NotFoundError
    return None
