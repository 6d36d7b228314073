"""The one place that turns errors into pages. Every reason of a refusal is said in words; nothing of the inside is ever quoted to strangers."""

import logging
import traceback
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from credentialing.domain.errors import AwayError, BadInputError, ConflictError, NotFoundError, RefusedError, TooManyError
from credentialing.web.gate import current_entry, table
from credentialing.web.language import with_language
from credentialing.web.phrases import sentence
from credentialing.web.security import StaleFormError
from credentialing.web.surroundings import surroundings

LOG = logging.getLogger("credentialing.web")
PERSONAL_REFUSALS = frozenset({"wrong_role", "not_yours", "same_person", "conflict"})


@dataclass(frozen=True, slots=True)
class WayBack:
    """Where a reader of a problem page can go on."""

    url: str
    text: str


def register_problems(app: Flask) -> None:
    """Map the error family, the framework's own errors, and everything unforeseen."""
    app.register_error_handler(NotFoundError, _not_found)
    app.register_error_handler(RefusedError, _refused)
    app.register_error_handler(BadInputError, _bad_input)
    app.register_error_handler(ConflictError, _conflict)
    app.register_error_handler(TooManyError, _too_many)
    app.register_error_handler(AwayError, _away)
    app.register_error_handler(StaleFormError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _not_found(error: Exception) -> Response:
    return _page(404, _("This page is not here"), [_("The address may have been copied in part, or the page may belong to another person."),
                                                  _("If you were looking for your case, sign in and open it from your list.")])


def _refused(error: RefusedError) -> Response:
    status = 403 if any(reason.code in PERSONAL_REFUSALS for reason in error.reasons) else 422
    reasons = [sentence(reason) for reason in error.reasons]
    return _page(status, _("This cannot be done yet"), [_("Nothing was changed. This is what stands in the way:")], reasons=reasons)


def _bad_input(error: BadInputError) -> Response:
    return _page(422, _("Something needs to be corrected"), [_("Go back, correct this and send it again. Nothing that was saved before is lost.")],
                 reasons=[sentence(reason) for reason in error.reasons])


def _conflict(error: Exception) -> Response:
    return _page(409, _("The case has moved"), [_("Somebody changed this case after you opened the page, or the same button was pressed twice."),
                                               _("What you just sent was not applied. Open the case again and look at how it stands now.")])


def _too_many(error: TooManyError) -> Response:
    minutes = max(1, -(-error.wait_seconds // 60))
    wait = ngettext("Try again in %(num)s minute.", "Try again in %(num)s minutes.", minutes)
    answer = _page(429, _("Please wait a little"), [_("There were too many attempts in a short time. This protects your account from strangers."), wait])
    answer.headers["Retry-After"] = str(error.wait_seconds)
    return answer


def _away(error: Exception) -> Response:
    LOG.error("away: %s", error)
    answer = _page(503, _("This is not possible right now"), [
        _("Something that we need for it does not answer. Nothing was lost and nothing was done by half."),
        _("Try again in a few minutes."),
    ])
    answer.headers["Retry-After"] = "120"
    return answer


def _stale_form(error: Exception) -> Response:
    return _page(400, _("This page was open for too long"), [_("To protect you we only accept a form from a page that is still fresh."),
                                                            _("Open the page again and send it once more. Your browser must accept cookies from this site.")])


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return Response.force_type(error.get_response(), request.environ)
    if status == 404:
        return _not_found(error)
    if status >= 500:
        return _unforeseen(error)
    title, sentences = _http_words(status)
    answer = _page(status, title, sentences)
    for name, value in error.get_headers(request.environ):
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _http_words(status: int) -> tuple[str, list[str]]:
    if status == 405:
        return _("This address does not work that way"), [_("Go back to the page you came from and use its buttons.")]
    if status == 413:
        return _("That is too large"), [_("One sending may hold up to 15 MB. Send the papers one by one, or take the photo again with a lower quality."),
                                        _("Everything that was received before is still here.")]
    return _("We could not read that"), [_("Something in the request was incomplete. Go back and try again.")]


def _unforeseen(error: Exception) -> Response:
    reference = surroundings().entropy.id()[:10].upper()
    LOG.error("unforeseen error %s %s at %s", reference, type(error).__name__, _whereabouts(error))
    return _page(500, _("Something went wrong on our side"), [_("It is not your fault. What was saved before is safe. Try again in a few minutes."),
                                                             _("If it happens again, tell us this reference: %(reference)s", reference=reference)])


def _whereabouts(error: Exception) -> str:
    """File and line of each step, never the message or the values: those may hold names."""
    steps = reversed(traceback.extract_tb(error.__traceback__)[-8:])
    return " < ".join(f"{Path(step.filename).parent.name}/{Path(step.filename).name}:{step.lineno}" for step in steps)


def _page(status: int, title: str, sentences: list[str], *, reasons: list[str] | None = None) -> Response:
    if request.routing_exception is not None and status == 400:
        return Response("400\n", status=400, mimetype="text/plain")  # a foreign host name: no address of ours can be built
    entry = current_entry()
    layout = "pages/_verify.html" if surroundings().verifier_only or (entry is not None and entry.stateless) else "pages/_layout.html"
    body = render_template("pages/problem.html", layout=layout, title=title, sentences=sentences, reasons=reasons or [], way_back=_way_back(status))
    return Response(body, status=status, mimetype="text/html")


def _way_back(status: int) -> WayBack:
    """The nearest address above this one that can be opened, for errors of an act; the first page for the rest."""
    path = request.path
    if surroundings().verifier_only:
        return WayBack(with_language("/verify"), _("Check a certificate"))
    if status in {404, 500} or request.method == "GET":
        return WayBack("/", _("Go to the first page"))
    known = table(current_app)
    adapter = current_app.create_url_adapter(request)
    while adapter is not None and path not in {"", "/"}:
        if adapter.test(path, "GET") and ("GET", adapter.match(path, "GET", return_rule=True)[0].rule) in known:
            return WayBack(path, _("Open the page again"))
        path = path.rstrip("/").rpartition("/")[0]
    return WayBack("/", _("Go to the first page"))
