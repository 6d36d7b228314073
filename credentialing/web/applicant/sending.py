"""Check and send: a last look at everything, every missing thing at once, the declaration, and the receipt."""

from dataclasses import replace
from datetime import date

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from credentialing.domain.errors import Reason, RefusedError
from credentialing.services.looking import CaseView
from credentialing.services.moving import make_move
from credentialing.web.applicant.mine import APPLICANTS, address, me, office, open_mine, page, seen_revision
from credentialing.web.applicant.standing import turn_of
from credentialing.web.applicant.todo import SEND, missing_of, offer_of
from credentialing.web.forms import FieldView, simple_view
from credentialing.web.gate import route
from credentialing.web.language import day_text, number
from credentialing.web.words import words_of
from credentialing.workflow.registry import FIELDS, REQUIRED_CONSENTS

blueprint = Blueprint("sending", __name__, url_prefix="/applications")


@route(blueprint, "/<case_id>/check", who=APPLICANTS)
def check(case_id: str) -> Response:
    """Everything that would be sent, with links to change it; once it was sent, the case itself."""
    view = open_mine(case_id)
    if offer_of(view, SEND) is None:
        return redirect(address(case_id), code=303)
    return _check_page(view)


@route(blueprint, "/<case_id>/check", who=APPLICANTS, methods=("POST",))
def send(case_id: str) -> Response:
    """Send the application, once it is complete and declared true."""
    view = open_mine(case_id)
    if offer_of(view, SEND) is not None and not request.form.get("declared"):
        return _check_page(view, undeclared=True)
    try:
        make_move(office(), actor=me(), case_id=case_id, move=SEND, seen_revision=seen_revision(), given={})
    except RefusedError as error:
        if offer_of(view, SEND) is None:
            raise
        return _check_page(view, error.reasons)
    return redirect(address(case_id, "received"), code=303)


@route(blueprint, "/<case_id>/received", who=APPLICANTS)
def received(case_id: str) -> Response:
    """The receipt after something was sent: the number, and what happens next."""
    view = open_mine(case_id)
    if view.sent_at is None:
        return redirect(address(case_id), code=303)
    return page(render_template("pages/applicant/received.html", view=view, url=address(case_id), turn=turn_of(view), words=words_of(view.definition)))


@route(blueprint, "/<case_id>/summary", who=APPLICANTS)
def summary(case_id: str) -> str:
    """Everything of the application on one page, to read or to print; it can be changed from here while a letter waits for its answer."""
    view = open_mine(case_id)
    return render_template(
        "pages/applicant/summary.html", view=view, words=words_of(view.definition), url=address(case_id), sections=_sections(view, back="answer"),
        permissions=_permissions(view), change=view.editable and view.sent_at is not None, back=request.args.get("back", ""),
    )


def _check_page(view: CaseView, refused: tuple[Reason, ...] = (), *, undeclared: bool = False) -> Response:
    offer = offer_of(view, SEND)
    open_now = refused or (offer.reasons if offer else ())
    fault = (Reason("field_blank", {"field": "declared"}),) if undeclared else ()
    body = render_template(
        "pages/applicant/check.html", view=view, words=words_of(view.definition), url=address(view.case_id), missing=missing_of(view, open_now, back="check"),
        refused=bool(refused), declared=_declaration(undeclared=undeclared), undeclared=undeclared,
        sections=_sections(view, back="check"), permissions=_permissions(view),
        missing_papers=[reason.details["kind"] for reason in open_now if reason.code == "evidence_missing"],
        fees=fees_of(view), reasons_of_form=refused or fault,
    )
    return page(body, 422 if refused or undeclared else 200)


def _declaration(*, undeclared: bool) -> FieldView:
    choices = [("yes", _("What I wrote is true, and the papers are mine."))]
    view = simple_view("declared", _("Before you send"), kind="several", choices=choices)
    if not undeclared:
        return view
    return replace(view, params={**view.params, "errorMessage": {"text": _("Tick this box before you send."), "visuallyHiddenText": _("Error")}})


def _sections(view: CaseView, *, back: str) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """Each section: its title, the link that changes it, and its rows as (label, answer, whether it is needed and missing)."""
    words = words_of(view.definition)
    return [
        (
            words.text(f"sections.{section}"),
            address(view.case_id, "form", section) + f"?back={back}",
            [(words.text(f"fields.{name}.label"), _spoken(view, name), FIELDS[name].required and not view.answers.get(name)) for name in names],
        )
        for section, names in view.definition.form.items()
    ]


def _spoken(view: CaseView, name: str) -> str:
    """An answer as people say it: a choice by its words, a date written out."""
    text, words = view.answers.get(name, ""), words_of(view.definition)
    if not text:
        return ""
    if name == "standard" and view.standard is not None:
        return str(words_of(view.standard).text("title"))
    if FIELDS[name].kind == "choice":
        return str(words.text(f"fields.{name}.values.{text}"))
    return day_text(date.fromisoformat(text)) if FIELDS[name].kind == "date" else text


def _permissions(view: CaseView) -> list[tuple[str, bool, bool]]:
    """Each permission: its title, whether it is given, whether it is needed."""
    words = words_of(view.definition)
    return [(words.text(f"consents.{name}.title"), name in view.facts.consents, name in REQUIRED_CONSENTS) for name in view.definition.consents]


def fees_of(view: CaseView) -> list[str]:
    """What this person will have to pay, as far as the answers tell; otherwise what the procedure says about cost."""
    words = words_of(view.definition)
    due = [fee for fee in view.definition.procedure.fees if all(view.facts.choices.get(name) in values for name, values in fee.due_when.items())]
    said = [words.text(f"fees.{fee.name}", amount=f"{fee.currency} {number(fee.amount)}", year=fee.as_of) for fee in due]
    return [*said, words.text("cost")]
