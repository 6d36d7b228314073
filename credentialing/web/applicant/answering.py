"""Answering the letter: all its questions on one page, kept bit by bit, sent together."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from credentialing.domain.errors import BadInputError, Reason, RefusedError
from credentialing.services.assessing import LONGEST_TEXT, answer_question
from credentialing.services.looking import CaseView, Question
from credentialing.services.moving import make_move
from credentialing.web.applicant.mine import APPLICANTS, address, me, office, open_mine, page, seen_revision
from credentialing.web.applicant.papers import Card, cards_of, kilobytes, take_files
from credentialing.web.applicant.standing import Turn, turn_of
from credentialing.web.applicant.todo import ANSWER, Missing, missing_of, offer_of
from credentialing.web.forms import FieldView, clean, simple_view, strange_letters
from credentialing.web.gate import route
from credentialing.web.words import words_of

blueprint = Blueprint("answering", __name__, url_prefix="/applications")


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the letter on the page: its field, and the card of the paper that it is about."""

    question: Question
    number: int
    view: FieldView
    card: Card | None


@dataclass(slots=True)
class Faults:
    """What is wrong with a sent letter: reasons for fields, and sentences for files by question."""

    reasons: tuple[Reason, ...] = ()
    files: tuple[tuple[str, str], ...] = ()


@route(blueprint, "/<case_id>/answer", who=APPLICANTS)
def show_letter(case_id: str) -> Response:
    """The letter, as long as it waits for its answer; the case itself otherwise."""
    view = open_mine(case_id)
    if offer_of(view, ANSWER) is None:
        return redirect(address(case_id), code=303)
    return _letter_page(view, Faults())


@route(blueprint, "/<case_id>/answer", who=APPLICANTS, methods=("POST",))
def answer_letter(case_id: str) -> Response:
    """Keep every answer and file that came; with `send`, hand the whole letter in once nothing is missing."""
    view = open_mine(case_id)
    if offer_of(view, ANSWER) is None:
        return redirect(address(case_id), code=303) if request.form.get("act") != "send" else _refuse_late(view)
    faults = Faults()
    for question in view.questions:
        _keep(view, question, faults)
    view = open_mine(case_id)
    if faults.reasons or faults.files:
        return _letter_page(view, faults)
    if request.form.get("act") != "send":
        return redirect(address(case_id, "answer") + "?kept=1", code=303)
    return _send(view)


def _refuse_late(view: CaseView) -> Response:
    """The letter was handed in meanwhile: a stale page learns so from the move itself."""
    make_move(office(), actor=me(), case_id=view.case_id, move=ANSWER, seen_revision=seen_revision(), given={})
    return redirect(address(view.case_id), code=303)


def _send(view: CaseView) -> Response:
    try:
        make_move(office(), actor=me(), case_id=view.case_id, move=ANSWER, seen_revision=seen_revision(), given={})
    except RefusedError as error:
        unanswered = tuple(Reason("answer_missing", {"field": _name(question)}) for question in view.questions if question.answered_at is None)
        others = tuple(reason for reason in error.reasons if reason.code != "questions_unanswered")
        return _letter_page(view, Faults(unanswered), missing_of(view, others, back="answer"))
    return redirect(address(view.case_id, "received"), code=303)


def _name(question: Question) -> str:
    return f"answer-{question.question_id}"


def _keep(view: CaseView, question: Question, faults: Faults) -> None:
    """Keep the text and the files of one question. Files alone are an answer: the text then says that they were sent."""
    text = clean(request.form.get(_name(question), ""), lines=True)
    files = [file for file in request.files.getlist(f"file-{question.question_id}") if file.filename]
    kept = 0
    if files and question.about is not None:
        sent = take_files(view, question.about, files, request.form.get(f"kind-{question.question_id}", ""))
        kept = sent.kept
        faults.files += tuple((question.question_id, error) for error in sent.errors)
    if not text and kept and not question.answer:
        text = _("I have sent the paper.")
    problem = strange_letters(text)
    if problem:
        faults.reasons += (Reason(problem, {"field": _name(question)}),)
    elif text and text != question.answer:
        try:
            answer_question(office(), actor=me(), case_id=view.case_id, question_id=question.question_id, text=text)
        except BadInputError as error:
            faults.reasons += error.reasons


def _letter_page(view: CaseView, faults: Faults, missing: tuple[Missing, ...] = ()) -> Response:
    words = words_of(view.definition)
    turn: Turn = turn_of(view)
    items = [_item(view, question, number, faults) for number, question in enumerate(view.questions, start=1)]
    failed = bool(faults.reasons or faults.files or missing)
    body = render_template(
        "pages/applicant/answer.html", view=view, words=words, url=address(view.case_id), items=items, turn=turn, missing=missing, faults=faults, failed=failed,
        done=sum(question.answered_at is not None for question in view.questions), kept="kept" in request.args, kilobytes=kilobytes,
        reasons_of_form=faults.reasons or ((Reason("file_broken"),) if failed else ()),
    )
    return page(body, 422 if failed else 200)


def _item(view: CaseView, question: Question, number: int, faults: Faults) -> Item:
    errors = [error for question_id, error in faults.files if question_id == question.question_id]
    field = simple_view(
        _name(question), _("Your answer to question %(number)s", number=number), kind="long_text", value=request.form.get(_name(question), question.answer),
        reasons=faults.reasons, max_length=LONGEST_TEXT,
    )
    about = question.about
    card = next(cards_of(view, {about: errors} if about else {}, only=about), None) if about else None
    return Item(question, number, field, card)
