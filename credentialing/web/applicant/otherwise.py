"""Another way for a paper that cannot be had: first which way, then in the person's own words. Both can be changed, and taken back."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from credentialing.domain.errors import BadInputError, NotFoundError, Reason
from credentialing.services.looking import CaseView
from credentialing.services.waiving import LONGEST_TEXT, OtherWay, ask_other_way, withdraw_other_way
from credentialing.web.applicant.mine import APPLICANTS, address, me, office, open_mine, page
from credentialing.web.applicant.standing import Chip
from credentialing.web.forms import clean, simple_view, strange_letters
from credentialing.web.gate import route
from credentialing.web.words import words_of
from credentialing.workflow.model import EvidenceRule

blueprint = Blueprint("otherwise", __name__, url_prefix="/applications")


@dataclass(frozen=True, slots=True)
class AskedWay:
    """What a person asked for instead of a paper, in words: the paper, the way, their text, and what was decided (`waiting`, `granted` or `refused`)."""

    kind: str
    paper: str
    title: str
    text: str
    value: str
    reason: str
    chip: Chip


def asked_way(view: CaseView, kind: str) -> AskedWay | None:
    """The open request for a kind of evidence, None when there is none."""
    asked: OtherWay | None = next((each for each in view.other_ways if each.kind == kind), None)
    if asked is None:
        return None
    words = words_of(view.definition)
    looks = {"granted": Chip("good", "check", _("Accepted")), "refused": Chip("late", "flag", _("Not accepted"))}
    return AskedWay(
        kind=kind, paper=words.text(f"evidence.{kind}.name"), title=words.text(f"ways.{asked.way}.title"), text=asked.text, value=asked.value or "waiting",
        reason=asked.reason, chip=looks.get(asked.value, Chip("copy", "house", _("With the institution"))),
    )


def asked_ways(view: CaseView) -> tuple[AskedWay, ...]:
    """Every open request of the case."""
    found = (asked_way(view, each.kind) for each in view.other_ways)
    return tuple(each for each in found if each is not None)


def may_ask(view: CaseView, rule: EvidenceRule) -> bool:
    """Whether another way can be asked for now."""
    return bool(rule.instead) and view.state in rule.asked_in


@route(blueprint, "/<case_id>/papers/<kind>/otherwise", who=APPLICANTS)
def choose_way(case_id: str, kind: str) -> Response:
    """Which way; with `way` in the address, what is to be written for it."""
    view, rule = _rule(case_id, kind)
    way = request.args.get("way", "")
    if way in rule.instead:
        return _writing(view, rule, way)
    return _choosing(view, rule, (Reason("field_not_a_choice", {"field": "way"}),) if "way" in request.args else ())


@route(blueprint, "/<case_id>/papers/<kind>/otherwise", who=APPLICANTS, methods=("POST",))
def ask_for_way(case_id: str, kind: str) -> Response:
    """Keep the request, and go back to the papers; what is wrong with it is said beside it."""
    view, rule = _rule(case_id, kind)
    way, typed = request.form.get("way", ""), request.form.get("way_text", "")
    if way not in rule.instead:
        return _choosing(view, rule, (Reason("field_not_a_choice", {"field": "way"}),))
    text = clean(typed, lines=True)
    problem = strange_letters(text)
    try:
        if problem:
            raise BadInputError(Reason(problem, {"field": "way_text"}))
        ask_other_way(office(), actor=me(), case_id=case_id, kind=kind, way=way, text=text)
    except BadInputError as error:
        return _writing(view, rule, way, typed=typed, reasons=error.reasons)
    return redirect(address(case_id, "papers") + f"#{kind}", code=303)


@route(blueprint, "/<case_id>/papers/<kind>/otherwise/withdraw", who=APPLICANTS, methods=("POST",))
def take_back(case_id: str, kind: str) -> Response:
    """Take the request back."""
    withdraw_other_way(office(), actor=me(), case_id=case_id, kind=kind)
    return redirect(address(case_id, "papers") + f"#{kind}", code=303)


def _rule(case_id: str, kind: str) -> tuple[CaseView, EvidenceRule]:
    view = open_mine(case_id)
    rule = view.definition.evidence.get(kind)
    if rule is None or not may_ask(view, rule):
        raise NotFoundError("no other way here")
    return view, rule


def _choosing(view: CaseView, rule: EvidenceRule, reasons: tuple[Reason, ...]) -> Response:
    words = words_of(view.definition)
    title = _("Another way for: %(paper)s", paper=words.text(f"evidence.{rule.kind}.name"))
    hint = _("Choose what you can do. Somebody looks at it and tells you whether it will do. Meanwhile you can send your application.")
    held = next((each.way for each in view.other_ways if each.kind == rule.kind), "")
    ways = [(way, words.text(f"ways.{way}.title")) for way in rule.instead]
    field = simple_view(
        "way", title, kind="choice", hint=hint, value=held, reasons=reasons, heading=True, always_radios=True, choices=ways,
        hints={way: words.text(f"ways.{way}.text") for way in rule.instead},
    )
    return _page(view, rule, title=title, field=field, reasons=reasons)


def _writing(view: CaseView, rule: EvidenceRule, way: str, *, typed: str = "", reasons: tuple[Reason, ...] = ()) -> Response:
    words = words_of(view.definition)
    held = next((each.text for each in view.other_ways if each.kind == rule.kind and each.way == way), "")
    field = simple_view(
        "way_text", words.text(f"ways.{way}.ask"), kind="long_text", value=typed or held, reasons=reasons, max_length=LONGEST_TEXT,
        hint=_("Your words are kept encrypted. Only the staff who review your case read them."),
    )
    return _page(view, rule, title=words.text(f"ways.{way}.title"), field=field, reasons=reasons, way=way, text=words.text(f"ways.{way}.text"))


def _page(view: CaseView, rule: EvidenceRule, *, reasons: tuple[Reason, ...], **parts: object) -> Response:
    body = render_template(
        "pages/applicant/otherwise.html", view=view, words=words_of(view.definition), url=address(view.case_id),
        here=address(view.case_id, "papers", rule.kind, "otherwise"), kind=rule.kind, reasons_of_form=reasons, **{"way": "", "text": "", **parts},
    )
    return page(body, 422 if reasons else 200)
