"""`/verify` takes a number, a code, a picture or a PDF; `/c/CODE` is what the QR opens. Both answer on one screen."""

from dataclasses import replace
from typing import Final

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from credentialing.certificate.outcomes import CheckName
from credentialing.domain.errors import BadInputError
from credentialing.domain.numbers import certificate_number
from credentialing.services import verifying
from credentialing.services.lookup import EntryKind, Fault, hosts_of, read_code, read_entry, verify_entry
from credentialing.services.verifying import Answer
from credentialing.web.forms import FieldView, simple_view
from credentialing.web.gate import PUBLIC, route
from credentialing.web.phrases import sentence
from credentialing.web.surroundings import surroundings
from credentialing.web.verify.screen import screen_of
from credentialing.web.verify.words import Brought, fault_sentence

_EXAMPLE: Final = certificate_number("CL", 2026, 44)

blueprint = Blueprint("verify", __name__)


@route(blueprint, "/verify", who=PUBLIC, stateless=True)
def ask() -> Response:
    """The question: a number or code, or a file."""
    return _asking()


@route(blueprint, "/verify", who=PUBLIC, methods=("POST",), stateless=True)
def check() -> Response:
    """The answer to what was typed or sent; nothing of it is kept."""
    _count()
    return _check_file() if "file" in request.files else _check_entry(request.form.get("number", ""))


@route(blueprint, "/c/<code>", who=PUBLIC, stateless=True)
def by_code(code: str) -> Response:
    """What the register says of a code. The digits behind the # stay in the browser, where the script of the page judges them."""
    _count()
    entry = read_code(code)
    if isinstance(entry, Fault):
        return _asking(typed=code, fault=entry, status=404)
    return _answered(verify_entry(surroundings().register, entry=entry), brought=Brought.NUMBER, scanned_code=entry.text)


def _count() -> None:
    """One more check by this source. The verifier's own process cannot write, and leaves counting to what stands before it."""
    if not surroundings().verifier_only:
        verifying.spend_check(surroundings().office, source=request.remote_addr or "")


def _check_entry(typed: str) -> Response:
    entry = read_entry(typed, hosts=hosts_of(surroundings().settings))
    if isinstance(entry, Fault):
        return _asking(typed=typed, fault=entry, status=422)
    answer = verify_entry(surroundings().register, entry=entry)
    if entry.kind is not EntryKind.QR_TEXT:
        return _answered(answer, brought=Brought.NUMBER)
    return _answered(answer, brought=Brought.QR, foreign_host=_foreign_host(answer, entry.text))


def _foreign_host(answer: Answer, link: str) -> str:
    leads_away = any(check.name is CheckName.OURS and check.problem == "other_host" for check in answer.checks)
    return link.split("/")[2] if leads_away else ""


def _check_file() -> Response:
    data = request.files["file"].read()
    if not data and not request.files["file"].filename:
        return _asking(no_file=_("Choose a photo, a scan or a PDF of the certificate first."), status=422)
    try:
        answer = verifying.verify_file(surroundings().register, data=data)
    except BadInputError as error:
        return _asking(no_file=" ".join(sentence(reason) for reason in error.reasons), status=422)
    return _answered(answer, brought=Brought.FILE if b"%PDF-" in data[:1024] else Brought.QR)


def _number_view(typed: str, fault: Fault | None) -> FieldView:
    hint = _("It stands on the certificate, for example %(example)s. Capitals and dashes do not matter.", example=_EXAMPLE)
    view = simple_view("number", _("Number or code of the certificate"), hint=hint, value=typed, autocomplete="off")
    if fault is None:
        return view
    return replace(view, params={**view.params, "errorMessage": {"text": fault_sentence(fault), "visuallyHiddenText": _("Error")}})


def _asking(*, typed: str = "", fault: Fault | None = None, no_file: str = "", status: int = 200) -> Response:
    errors = [{"text": fault_sentence(fault), "href": "#number"}] if fault else [{"text": no_file, "href": "#file"}] if no_file else []
    view = _number_view(typed[:200], fault)
    page = render_template("pages/verify/ask.html", number=view, no_file=no_file, errors=errors, reasons_of_form=errors, host=request.host)
    return _finished(page, status)


def _answered(answer: Answer, *, brought: Brought, foreign_host: str = "", scanned_code: str = "") -> Response:
    screen = screen_of(answer, brought=brought, foreign_host=foreign_host)
    return _finished(render_template("pages/verify/answer.html", screen=screen, code=scanned_code, host=request.host), 200)


def _finished(page: str, status: int) -> Response:
    answer = make_response(page, status)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
