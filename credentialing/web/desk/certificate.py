"""The page of a certificate on the desk: how it stands, what happened to it, and the acts of the registrar, each looked at once more before it is done."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from credentialing.domain.errors import BadInputError, NotFoundError, Reason, RefusedError
from credentialing.domain.people import STAFF_ROLES
from credentialing.services import standing
from credentialing.services.editions import ActLine, Standing, standing_of
from credentialing.web.desk.page import case_url, desk_page
from credentialing.web.forms import FieldView, clean, simple_view, strange_letters
from credentialing.web.gate import acting, route
from credentialing.web.language import _
from credentialing.web.phrases import sentence
from credentialing.web.standing_words import ACTS, REASONS, act_title, corrected_label, status_of
from credentialing.web.surroundings import surroundings
from credentialing.web.words import speak_for

blueprint = Blueprint("desk_certificate", __name__, url_prefix="/desk/cases/<case_id>/certificate")


@route(blueprint, "", who=STAFF_ROLES)
def certificate(case_id: str) -> Response:
    """How the certificate of a case stands, and what this person can do about it."""
    return _overview(_open(case_id))


@route(blueprint, "/<act>", who=STAFF_ROLES)
def begin(case_id: str, act: str) -> Response:
    """The form of one act."""
    return _form(_open(case_id), _known(act), {})


@route(blueprint, "/<act>", who=STAFF_ROLES, methods=("POST",))
def do(case_id: str, act: str) -> Response:
    """One act: shown once more with what follows from it, and done when the person says that they are sure."""
    held, typed = _open(case_id), {name: request.form.get(name, "") for name in ("reason", "grounds", *_corrections(_open(case_id), _known(act)))}
    reasons = _faults(held, act, typed)
    if not reasons and request.form.get("sure") != "yes":
        return _once_more(held, act, typed)
    try:
        if reasons:
            raise BadInputError(*reasons)
        _act(case_id, act, typed)
    except (BadInputError, RefusedError) as error:
        return _form(held, act, typed, reasons=error.reasons)
    return redirect(_address(case_id), 303)


@route(blueprint, "/proposals/<act_id>/confirm", who=STAFF_ROLES, methods=("POST",))
def confirm(case_id: str, act_id: str) -> Response:
    """The second person confirms what was proposed."""
    held = _open(case_id)
    if held.waits is None or held.waits.act_id != act_id:
        raise NotFoundError("no such proposal")
    try:
        done = standing.revoke if held.waits.act == "revoke" else standing.supersede
        done(surroundings().office, actor=acting(), case_id=case_id, act_id=act_id)
    except RefusedError as error:
        return _overview(held, reasons=error.reasons)
    return redirect(_address(case_id), 303)


@route(blueprint, "/proposals/<act_id>/withdraw", who=STAFF_ROLES, methods=("POST",))
def withdraw(case_id: str, act_id: str) -> Response:
    """Take a proposal back."""
    held = _open(case_id)
    try:
        standing.withdraw_proposal(surroundings().office, actor=acting(), case_id=case_id, act_id=act_id)
    except RefusedError as error:
        return _overview(held, reasons=error.reasons)
    return redirect(_address(case_id), 303)


def _address(case_id: str, *parts: str) -> str:
    return "/".join((case_url(case_id), "certificate", *parts))


def _known(act: str) -> str:
    if act not in ACTS:
        raise NotFoundError("no such act")
    return act


def _open(case_id: str) -> Standing:
    held = standing_of(surroundings().office, actor=acting(), case_id=case_id)
    speak_for(held.definition)
    return held


def _corrections(held: Standing, act: str) -> Mapping[str, str]:
    return held.correctable if act == "supersede" else {}


def _faults(held: Standing, act: str, typed: dict[str, str]) -> tuple[Reason, ...]:
    """Every reason against the act or what was typed for it, before it is shown once more; what was typed is cleaned in place."""
    reasons = list(held.against[act])
    for name, text in typed.items():
        typed[name] = clean(text, lines=name == "grounds")
        if (code := strange_letters(text)) is not None:
            reasons.append(Reason(code, {"field": name}))
    if typed["reason"] not in standing.REASONS[act]:
        reasons.append(Reason("field_not_a_choice", {"field": "reason"}))
    length = len(typed["grounds"])
    if not standing.SHORTEST_GROUNDS <= length <= standing.LONGEST_GROUNDS:
        code = "field_blank" if not length else "field_too_short" if length < standing.SHORTEST_GROUNDS else "field_too_long"
        reasons.append(Reason(code, {"field": "grounds", "limit": standing.LONGEST_GROUNDS}))
    return tuple(reasons)


def _act(case_id: str, act: str, typed: Mapping[str, str]) -> None:
    given: dict[str, Any] = {"actor": acting(), "case_id": case_id, "reason": typed["reason"], "grounds": typed["grounds"]}
    if act == "supersede":
        correction = {name: text for name, text in typed.items() if name not in ("reason", "grounds")}
        standing.propose_replacement(surroundings().office, correction=correction, **given)
    else:
        {"suspend": standing.suspend, "lift": standing.lift, "revoke": standing.propose_revocation}[act](surroundings().office, **given)


def _overview(held: Standing, reasons: tuple[Reason, ...] = ()) -> Response:
    newest = held.editions[0]
    offers = [
        {"url": _address(held.case_id, act), "words": ACTS[act], "reasons": [sentence(reason) for reason in held.against[act]]}
        for act in ACTS if newest.status == "issued" and (act != "lift" or newest.suspended_at) and (act != "suspend" or not newest.suspended_at)
    ]  # fmt: skip
    return desk_page(
        "pages/desk/certificate.html", status=403 if reasons else 200, reasons_of_form=reasons, held=held, address=_address(held.case_id),
        back_url=case_url(held.case_id), editions=[(each, status_of(each)) for each in held.editions], acts=[_told(each) for each in held.acts],
        waits=_told(held.waits) if held.waits else None, offers=offers, refusals=[sentence(reason) for reason in held.against_confirming],
    )


def _told(line: ActLine) -> dict[str, Any]:
    """One act in words; what a replacement says otherwise as names and values."""
    corrected = [{"name": corrected_label(name), "value": text} for name, text in line.correction.items() if text]
    return {"line": line, "title": act_title(line), "reason": str(REASONS[line.reason]), "words": ACTS[line.act], "corrected": corrected}


def _views(held: Standing, act: str, typed: Mapping[str, str], reasons: tuple[Reason, ...]) -> tuple[FieldView, ...]:
    choices = [(code, str(REASONS[code])) for code in standing.REASONS[act]]
    hint = _("The holder reads this on the page of the case. The public learns no reason.")
    corrected = tuple(
        simple_view(name, corrected_label(name), value=typed.get(name, now), reasons=reasons, optional=name == "document_ending")
        for name, now in _corrections(held, act).items()
    )
    return (
        *corrected,
        simple_view("reason", _("Reason"), kind="choice", choices=choices, value=typed.get("reason", ""), reasons=reasons, always_radios=True),
        simple_view("grounds", _("Grounds"), kind="long_text", hint=hint, value=typed.get("grounds", ""), reasons=reasons, max_length=standing.LONGEST_GROUNDS),
    )


def _form(held: Standing, act: str, typed: Mapping[str, str], *, reasons: tuple[Reason, ...] = ()) -> Response:
    views = _views(held, act, typed, reasons)
    return desk_page(
        "pages/desk/certificate_act.html", status=422 if reasons else 200, reasons_of_form=reasons, form_views=views, held=held, words=ACTS[act],
        back_url=_address(held.case_id), address=_address(held.case_id, act), number=held.editions[0].number, two_people=act in standing.BY_TWO,
        refusals=[sentence(reason) for reason in held.against[act]], sure=None,
    )


def _once_more(held: Standing, act: str, typed: Mapping[str, str]) -> Response:
    changed = [(name, text) for name, text in typed.items() if name in held.correctable and text != held.correctable[name]]
    facts = [{"name": corrected_label(name), "value": text} for name, text in changed]
    facts += [{"name": _("Reason"), "value": str(REASONS[typed["reason"]])}, {"name": _("Grounds"), "value": typed["grounds"]}]
    return desk_page(
        "pages/desk/certificate_act.html", reasons_of_form=(), form_views=(), held=held, words=ACTS[act], back_url=_address(held.case_id, act),
        address=_address(held.case_id, act), number=held.editions[0].number, two_people=act in standing.BY_TWO, refusals=[],
        sure={"facts": facts, "hidden": {**typed, "sure": "yes"}},
    )
