"""My cases, and the page of each: whose turn it is, how long it may take, what has happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from credentialing.services.applying import open_case
from credentialing.services.looking import CaseLine, CaseView, ReadingLine, WrittenText, my_cases
from credentialing.services.looking import readings as readings_of
from credentialing.web.applicant.decided import has_decision
from credentialing.web.applicant.fate import fate_of
from credentialing.web.applicant.mine import APPLICANTS, address, me, office, open_mine
from credentialing.web.applicant.otherwise import asked_ways
from credentialing.web.applicant.sending import fees_of
from credentialing.web.applicant.standing import chip_of, clock_cards, has_legal_limit, latest_letter, letters_to_me, path_of, turn_of
from credentialing.web.applicant.todo import WITHDRAW, acts_of, asides_of, is_draft, move_url, offer_of, pressing_of, tasks_of
from credentialing.web.gate import route
from credentialing.web.language import day_text, now
from credentialing.web.words import words_of

TWICE = timedelta(minutes=1)
"""A second application for the same procedure within this time is the same press of the button."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A page that was opened in one role on one day: the newest time, and how many times."""

    newest: ReadingLine
    times: int


blueprint = Blueprint("applications", __name__, url_prefix="/applications")


@route(blueprint, "/", who=APPLICANTS)
def cases() -> str:
    """Every case of the acting person, newest first."""
    lines = my_cases(office(), actor=me())
    return render_template("pages/applicant/cases.html", lines=[(line, chip_of(line), address(line.case_id)) for line in lines])


@route(blueprint, "/", who=APPLICANTS, methods=("POST",))
def begin() -> Response:
    """Open a case under a procedure and go to it; a double press finds the case that the first press opened."""
    procedure = request.form.get("procedure", "")
    fresh = _just_opened(procedure)
    case_id = fresh.case_id if fresh else open_case(office(), actor=me(), procedure=procedure).case_id
    return redirect(address(case_id), code=303)


def _just_opened(procedure: str) -> CaseLine | None:
    lines = my_cases(office(), actor=me())
    return next((line for line in lines if line.definition.id == procedure and line.sent_at is None and now() - line.opened_at < TWICE), None)


@route(blueprint, "/<case_id>", who=APPLICANTS)
def case(case_id: str) -> str:
    """One case: a list of tasks while it is being prepared, afterwards whose turn it is."""
    view = open_mine(case_id)
    words = words_of(view.definition)
    shared = {
        "view": view, "words": words, "url": address(case_id), "withdraw": _withdraw_url(view), "fees": fees_of(view),
        "legal_limit": has_legal_limit(view.definition),
    }
    if is_draft(view):
        return render_template("pages/applicant/draft.html", tasks=tasks_of(view), prepare=next((c for c in view.clocks if c.running), None), **shared)
    pressing = pressing_of(view)
    return render_template(
        "pages/applicant/case.html", turn=turn_of(view), acts=acts_of(view), asides=[act for act in asides_of(view) if act not in pressing],
        pressing=pressing, clocks=clock_cards(view), steps=path_of(view), ways=asked_ways(view),
        letter=latest_letter(view), letters=_earlier(view), decided=has_decision(view),
        questions=[question for question in view.questions if question.answered_at is None], **shared, **fate_of(view),
    )


def _earlier(view: CaseView) -> list[WrittenText]:
    """What the institution wrote before; the decision has a page of its own, and what asks for something now stands in the first panel."""
    return [] if has_decision(view) else [text for text in letters_to_me(view) if text is not latest_letter(view)]


def _withdraw_url(view: CaseView) -> str:
    return move_url(view, WITHDRAW) if offer_of(view, WITHDRAW) else ""


@route(blueprint, "/<case_id>/readings", who=APPLICANTS)
def readings(case_id: str) -> str:
    """Who opened the papers of the case, when, in which role."""
    view = open_mine(case_id)
    openings = _by_day(readings_of(office(), actor=me(), case_id=case_id))
    return render_template("pages/applicant/readings.html", view=view, url=address(case_id), words=words_of(view.definition), openings=openings)


def _by_day(lines: Sequence[ReadingLine]) -> list[Opening]:
    """One entry for each day, role and page, newest first: whoever judges a paper opens its page many times."""
    same: dict[tuple[str, str, bool, str, int], list[ReadingLine]] = {}
    for line in lines:
        same.setdefault((day_text(line.at, with_year=True), line.role, line.by_me, line.kind, line.page), []).append(line)
    return [Opening(ones[0], len(ones)) for ones in same.values()]
