"""What is sent from the page of a case: findings, questions of the letter, moves.

What cannot be kept comes back with every reason, and nothing that was typed is lost.
"""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from credentialing.domain.errors import BadInputError, ConflictError, Reason, RefusedError
from credentialing.domain.people import STAFF_ROLES
from credentialing.services.assessing import draft_question, drop_question, record_finding
from credentialing.services.declaring import declare
from credentialing.services.issuing import request_issue
from credentialing.services.moving import make_move
from credentialing.web.desk import moves, subjects, viewer
from credentialing.web.desk.case import Fault, open_case, render
from credentialing.web.desk.page import case_url
from credentialing.web.forms import clean, strange_letters
from credentialing.web.gate import acting, route
from credentialing.web.problems import PERSONAL_REFUSALS
from credentialing.web.surroundings import surroundings

blueprint = Blueprint("desk_acts", __name__, url_prefix="/desk/cases")


def _fault(form: str, typed: dict[str, str], error: BadInputError | RefusedError) -> Fault:
    personal = any(reason.code in PERSONAL_REFUSALS for reason in error.reasons)
    return Fault(form, typed, error.reasons, 403 if personal else 422)


def _text(field: str) -> str:
    """A text of the form, clean; BadInputError when it holds signs that cannot be seen."""
    text = clean(request.form.get(field, ""), lines=True)
    if (code := strange_letters(text)) is not None:
        raise BadInputError(Reason(code, {"field": field}))
    return text


@route(blueprint, "/<case_id>/findings/<subject>", who=STAFF_ROLES, methods=("POST",))
def find(case_id: str, subject: str) -> Response:
    """Record what was found, and go on to the next open subject."""
    view = open_case(case_id)
    scene = viewer.scene_in(request.form.get("scene", ""), view.papers)
    typed = {name: request.form.get(name, "") for name in ("value", "reason")}
    try:
        record_finding(surroundings().office, actor=acting(), case_id=case_id, subject=subject, value=typed["value"], reason=_text("reason"))
    except (BadInputError, RefusedError) as error:
        fault = _fault("finding", typed, error)
        shown = Fault(fault.form, typed, tuple(_beside_its_field(reason) for reason in fault.reasons), fault.status)
        return render(open_case(case_id), viewer.Scene(scene.panes, subject), shown)
    view = open_case(case_id)
    following = subjects.next_open(view, subject)
    return redirect(subjects.subject_url(view, scene, following) if following else case_url(case_id, scene.query(subject=""), "now"), 303)


def _beside_its_field(reason: Reason) -> Reason:
    """A reason against a finding, naming the field of the form that it is about."""
    if reason.code == "value_unknown":
        return Reason("field_not_a_choice", {"field": "value"})
    return Reason("field_blank", {"field": "reason"}) if reason.code == "reason_missing" else reason


@route(blueprint, "/<case_id>/questions", who=STAFF_ROLES, methods=("POST",))
def ask(case_id: str) -> Response:
    """Add a question to the letter that is being written."""
    view = open_case(case_id)
    scene = viewer.scene_in(request.form.get("scene", ""), view.papers)
    typed = {name: request.form.get(name, "") for name in ("about", "question")}
    try:
        draft_question(surroundings().office, actor=acting(), case_id=case_id, about=typed["about"] or None, text=_text("question"))
    except (BadInputError, RefusedError) as error:
        return render(open_case(case_id), scene, _fault("question", typed, error))
    return redirect(case_url(case_id, scene.query(), "letter"), 303)


@route(blueprint, "/<case_id>/questions/<question_id>/drop", who=STAFF_ROLES, methods=("POST",))
def drop(case_id: str, question_id: str) -> Response:
    """Take a question out of the letter."""
    view = open_case(case_id)
    scene = viewer.scene_in(request.form.get("scene", ""), view.papers)
    drop_question(surroundings().office, actor=acting(), case_id=case_id, question_id=question_id)
    return redirect(case_url(case_id, scene.query(), "letter"), 303)


@route(blueprint, "/<case_id>/declaration", who=STAFF_ROLES, methods=("POST",))
def say_ties(case_id: str) -> Response:
    """Record what ties this person to the applicant; only then does the case open to them."""
    view = open_case(case_id)
    typed = {name: request.form.get(name, "") for name in ("declaration", "declaration_text")}
    try:
        declare(surroundings().office, actor=acting(), case_id=case_id, value=typed["declaration"], text=_text("declaration_text"))
    except (BadInputError, RefusedError) as error:
        return render(view, viewer.Scene(), _fault("declaration", typed, error))
    return redirect(case_url(case_id, "", "now"), 303)


@route(blueprint, "/<case_id>/moves/<move>", who=STAFF_ROLES, methods=("POST",))
def act(case_id: str, move: str) -> Response:
    """Make a move, on the case as this person last saw it."""
    view = open_case(case_id)
    scene = viewer.scene_in(request.form.get("scene", ""), view.papers)
    given = moves.read_given(view, move, request.form)
    try:
        _move(case_id, move, _revision(), dict(given.demand()))
    except (BadInputError, RefusedError) as error:
        fault = _fault(move, dict(given.raw), error)
        return render(open_case(case_id), scene, Fault(move, fault.typed, moves.named_for(view, move, error.reasons), fault.status))
    return redirect(case_url(case_id, scene.query(subject=""), "now"), 303)


def _revision() -> int:
    """The revision that the page showed; ConflictError when the form brings none."""
    text = request.form.get("revision", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ConflictError("no revision")
    return int(text)


def _move(case_id: str, move: str, revision: int, given: dict[str, str]) -> None:
    """A certificate is drawn up in full before the case moves, so that one that cannot be made is refused now."""
    office, actor = surroundings().office, acting()
    if move == "issue":
        request_issue(office, actor=actor, case_id=case_id, seen_revision=revision)
    else:
        make_move(office, actor=actor, case_id=case_id, move=move, seen_revision=revision, given=given)
