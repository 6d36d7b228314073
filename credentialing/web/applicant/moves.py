"""Every other act of the applicant, on one kind of page: what it does, what it asks, what is still missing; withdrawing is confirmed here too."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from credentialing.domain.errors import NotFoundError, Reason, RefusedError
from credentialing.domain.people import Role
from credentialing.services.looking import CaseView
from credentialing.services.moving import make_move
from credentialing.web.applicant.mine import APPLICANTS, address, me, office, open_mine, page, seen_revision
from credentialing.web.applicant.papers import cards_of, kilobytes
from credentialing.web.applicant.standing import latest_letter, remedy_text
from credentialing.web.applicant.todo import ANSWER, SEND, gives_in, missing_of, move_url, offer_of
from credentialing.web.forms import FieldView, Parsed, parse_fields, simple_view
from credentialing.web.gate import route
from credentialing.web.words import words_of
from credentialing.workflow.law import Offer
from credentialing.workflow.registry import ASKED, choices_of

OWN_PAGE = frozenset({SEND, ANSWER})

blueprint = Blueprint("applicant_moves", __name__, url_prefix="/applications")


@route(blueprint, "/<case_id>/moves/<move>", who=APPLICANTS)
def show_move(case_id: str, move: str) -> Response:
    """What a move does and asks; when it cannot be made from here any more, the case itself."""
    view = _of_this_procedure(case_id, move)
    offer = offer_of(view, move)
    if offer is None:
        return redirect(address(case_id), code=303)
    return redirect(move_url(view, move), code=303) if move in OWN_PAGE else _move_page(view, offer)


@route(blueprint, "/<case_id>/moves/<move>", who=APPLICANTS, methods=("POST",))
def make(case_id: str, move: str) -> Response:
    """Make the move; what it lacks is said on its page, with what was typed."""
    view = _of_this_procedure(case_id, move)
    offer = offer_of(view, move)
    if move in OWN_PAGE:
        raise NotFoundError("this move has a page of its own")
    asked = [ASKED[name] for name in view.definition.moves[move].asks]
    parsed = parse_fields(asked, request.form, choices=lambda name: choices_of(view.definition, name), required_now=True)
    if offer is not None and parsed.reasons:
        return _move_page(view, offer, parsed)
    try:
        make_move(office(), actor=me(), case_id=case_id, move=move, seen_revision=seen_revision(), given=parsed.values)
    except RefusedError as error:
        if offer is None:
            raise
        return _move_page(view, offer, parsed, error.reasons)
    to = view.definition.states.get(view.definition.moves[move].to)  # None for a move that leads back
    arrived = to is not None and to.final is None and to.waits_for is not Role.APPLICANT
    return redirect(address(case_id, "received") if arrived else address(case_id), code=303)


def _of_this_procedure(case_id: str, move: str) -> CaseView:
    view = open_mine(case_id)
    if move not in view.definition.moves:
        raise NotFoundError("no such move")
    return view


def _move_page(view: CaseView, offer: Offer, parsed: Parsed | None = None, refused: tuple[Reason, ...] = ()) -> Response:
    reasons = (*(parsed.reasons if parsed else ()), *refused)
    body = render_template(
        "pages/applicant/move.html", view=view, words=words_of(view.definition), url=address(view.case_id), move=offer.move, warning=gives_in(view, offer.move),
        missing=missing_of(view, refused or offer.reasons), fields=[_field(view, name, parsed) for name in offer.asks], letter=latest_letter(view),
        cards=() if gives_in(view, offer.move) else tuple(cards_of(view)), reasons_of_form=reasons, units=_units(view), kilobytes=kilobytes,
    )
    return page(body, 422 if reasons else 200)


def _field(view: CaseView, name: str, parsed: Parsed | None) -> FieldView:
    """A field of the act. Its hint was written for the staff, so it is left out: the help of the move says what to write."""
    label = words_of(view.definition).text(f"fields.{name}.label")
    field, values, remedies = ASKED[name], parsed.raw if parsed else {}, choices_of(view.definition, name) if name == "remedy" else ()
    return simple_view(
        name, label, kind=field.kind, value=values.get(name, remedies[0] if len(remedies) == 1 else ""), reasons=parsed.reasons if parsed else (),
        max_length=field.max_length, choices=[(each, words_of(view.definition).text(f"remedies.{each}.title")) for each in remedies], always_radios=True,
        hints={each: remedy_text(view, each) for each in remedies},
    )


def _units(view: CaseView) -> list[tuple[str, str]]:
    """The competency units that the plan covers, as (title, what a person can do)."""
    if view.standard is None:
        return []
    words = words_of(view.standard)
    return [(words.text(f"units.{code}.title"), words.text(f"units.{code}.can_do")) for code in view.facts.units]
