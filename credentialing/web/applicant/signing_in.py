"""Coming in with a code: one field, six digits, no password. What is known between the two pages stays out of every address."""

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from credentialing.domain.contacts import Contact, hint_of, parse_contact
from credentialing.domain.errors import BadInputError, Reason
from credentialing.services import signing_in
from credentialing.web import security
from credentialing.web.applicant.mine import APPLICANTS, office, page
from credentialing.web.forms import simple_view
from credentialing.web.gate import PUBLIC, SIGN_IN_PATH, acting, route, safe_next, session_token
from credentialing.web.language import choose_language
from credentialing.web.surroundings import surroundings

CODE_PATH: Final = SIGN_IN_PATH + "/code"
COOKIE: Final = "coming-in"
HOME: Final = "/applications/"
DESK: Final = "/desk/"

blueprint = Blueprint("signing_in", __name__)


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody on the way in: the challenge that was sent, to which contact, and where they want to go."""

    challenge: str
    contact: str
    channel: str
    onward: str

    @property
    def to(self) -> Contact:
        """The contact that the code was sent to."""
        return Contact(self.contact, self.channel)


@route(blueprint, SIGN_IN_PATH, who=PUBLIC)
def ask_contact() -> Response:
    """One field: a phone number or an e-mail address. Who is in already goes on at once."""
    onward = request.args.get("next", "")
    if g.actor is not None:
        return redirect(safe_next(onward, otherwise=_home(staff=g.actor.is_staff)), code=303)
    return _contact_page(onward, "")


@route(blueprint, SIGN_IN_PATH, who=PUBLIC, methods=("POST",))
def send_code() -> Response:
    """Send a code; the answer is the same whether or not the contact has an account."""
    typed, onward = request.form.get("contact", ""), request.form.get("next", "")
    try:
        contact = parse_contact(typed, surroundings().country)
    except BadInputError as error:
        return _contact_page(onward, typed, error.reasons)
    challenge = signing_in.send_code(office(), contact=contact, language=choose_language(), source=_source())
    response = redirect(CODE_PATH, code=303)
    _remember(response, Coming(challenge, contact.address, contact.channel, onward))
    return response


@route(blueprint, CODE_PATH, who=PUBLIC)
def ask_code() -> Response:
    """Where the six digits are typed."""
    coming = _coming()
    return _code_page(coming) if coming else redirect(SIGN_IN_PATH, code=303)


@route(blueprint, CODE_PATH, who=PUBLIC, methods=("POST",))
def enter() -> Response:
    """Come in with the right code; a wrong one leaves everything as it was, but counts."""
    coming = _coming()
    if coming is None:
        return redirect(SIGN_IN_PATH, code=303)
    typed = request.form.get("code", "")
    if not typed.strip():
        return _code_page(coming, (Reason("field_blank", {"field": "code"}),))
    try:
        signed_in = signing_in.enter(
            office(), challenge_id=coming.challenge, contact=coming.to, code=typed, language=choose_language(), source=_source()
        )
    except BadInputError as error:
        return _code_page(coming, error.reasons)
    response = redirect(safe_next(coming.onward, otherwise=_home(staff=signed_in.is_staff)), code=303)
    response.delete_cookie(COOKIE, path=SIGN_IN_PATH)
    return security.keep_session(response, signed_in.token, staff=signed_in.is_staff)


@route(blueprint, "/sign-out", who=APPLICANTS, methods=("POST",))
def sign_out() -> Response:
    """End the session here and in the register of sessions."""
    token = session_token()
    if token is not None:
        signing_in.leave(office(), token=token, actor=acting())
    return security.forget_session(redirect("/", code=303))


def start_session(signed_in: signing_in.SignedIn) -> Response:
    """Lead a person who just came in to where their work is."""
    return security.keep_session(redirect(_home(staff=signed_in.is_staff), code=303), signed_in.token, staff=signed_in.is_staff)


def _home(*, staff: bool) -> str:
    return DESK if staff else HOME


def _source() -> str:
    return request.remote_addr or "unknown"


def _contact_page(onward: str, typed: str, reasons: tuple[Reason, ...] = ()) -> Response:
    view = simple_view(
        "contact", _("Your phone number or e-mail address"), value=typed, reasons=reasons, autocomplete="username", classes="govuk-input--width-20",
        hint=_("For example: +57 300 123 4567 or maria@example.com"),
    )
    body = render_template("pages/applicant/sign_in.html", view=view, onward=onward, reasons_of_form=reasons)
    return page(body, 422 if reasons else 200)


def _code_page(coming: Coming, reasons: tuple[Reason, ...] = ()) -> Response:
    view = simple_view(
        "code", _("Code of six digits"), kind="integer", reasons=reasons, autocomplete="one-time-code", classes="govuk-input--code govuk-input--width-10"
    )
    change = SIGN_IN_PATH + ("?" + urlencode({"next": coming.onward}) if coming.onward else "")
    body = render_template(
        "pages/applicant/code.html", view=view, coming=coming, hint=hint_of(coming.to), minutes=signing_in.CODE_MINUTES, change=change, reasons_of_form=reasons
    )
    return page(body, 422 if reasons else 200)


def _remember(response: Response, coming: Coming) -> None:
    """Keep who is coming in on their own device only, for as long as the code is good. Changing it gains nothing: the code fits one contact only."""
    text = base64.urlsafe_b64encode(json.dumps(asdict(coming)).encode()).decode()
    response.set_cookie(
        COOKIE, text, max_age=signing_in.CODE_MINUTES * 60, path=SIGN_IN_PATH, secure=surroundings().is_https, httponly=True, samesite="Lax"
    )


def _coming() -> Coming | None:
    try:
        values: dict[str, Any] = json.loads(base64.urlsafe_b64decode(request.cookies.get(COOKIE, "").encode()))
        coming = Coming(**{name: str(value) for name, value in values.items()})
    except (ValueError, TypeError, AttributeError, binascii.Error):
        return None
    return coming if coming.contact and coming.channel in {"sms", "email"} else None
