"""The route finder: a few questions, one a page, no account, nothing kept. The answers stand in the address, so the browser's own back button works."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from credentialing.domain.errors import Reason
from credentialing.domain.people import Role
from credentialing.web.forms import FieldView, clean, simple_view
from credentialing.web.gate import PUBLIC, SIGN_IN_PATH, route
from credentialing.web.language import _, choose_language
from credentialing.web.public import questions
from credentialing.web.public.answers import Leaflet, Reasoned, describe, reasoned
from credentialing.web.public.questions import Step
from credentialing.web.surroundings import surroundings
from credentialing.workflow.finder import WORK, Choice, choose
from credentialing.workflow.finder import questions as questions_for
from credentialing.workflow.finder_rules import UNSURE, Says
from credentialing.workflow.library import ProcedureView
from credentialing.workflow.occupations import Match, find_occupations

blueprint = Blueprint("finder", __name__)

ADDRESS: Final = "/route"
LONGEST_JOB: Final = 60  # letters of an everyday word for a job
_NEEDED: Final = ("want", "studied", "country")  # without these there is nothing to say; other questions may be passed over


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in words, and the address that changes it; `text` is empty for a question that was passed over."""

    question: str
    text: str
    change: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Another procedure that may serve as well: why, and where its facts stand."""

    title: str
    url: str
    why: Reasoned | None


@route(blueprint, ADDRESS, who=PUBLIC)
def find() -> str | Response:
    """The next open question, or the answer when nothing is open."""
    views = surroundings().library.procedures()
    answers, open_name = _read(views)
    names = questions_for(questions.rules(), views, answers)
    if open_name is not None:
        return _ask(questions.step(open_name, answers), answers, names)
    if request.args.get("asked"):
        return redirect(_address(answers), code=303)
    return _answer(answers, names, views)


def _read(views: tuple[ProcedureView, ...]) -> tuple[dict[str, str], str | None]:
    """The answers of the address that count, and the question to ask now; None when there is an answer to give."""
    answers: dict[str, str] = {}
    passed_over: set[str] = set()
    asked, change = request.args.get("asked", ""), request.args.get("change", "")
    while True:
        left = [name for name in questions_for(questions.rules(), views, answers) if name not in answers and name not in passed_over]
        if not left:
            return answers, change if change in passed_over else None
        name = left[0]
        value = request.args.get(name, "")
        if questions.takes(name, value, answers):
            answers[name] = value
        elif name not in _NEEDED and name != asked and (name == change or any(request.args.get(later) for later in left[1:])):
            passed_over.add(name)
        else:
            return answers, name


def _address(answers: Mapping[str, str], **more: str) -> str:
    return ADDRESS + ("?" + urlencode({**answers, **more}) if answers or more else "")


# ── asking


def _ask(step: Step, answers: Mapping[str, str], names: tuple[str, ...]) -> str | Response:
    kept = {name: value for name in questions.NAMES if name != step.name and (value := request.args.get(name, ""))}
    before = [name for name in names[: names.index(step.name)] if name in answers]
    shared = {
        "step": step, "answers": kept, "number": names.index(step.name) + 1, "total": len(names), "skip": _address({**kept, WORK: UNSURE}),
        "way_back": _address({name: answers[name] for name in before[:-1]}) if before else "/",
    }
    return _ask_work(step, shared) if step.name == WORK else _ask_choice(step, shared)


def _ask_choice(step: Step, shared: Mapping[str, object]) -> str | Response:
    reasons = (Reason("field_not_a_choice", {"field": step.name}),) if request.args.get("asked") == step.name else ()
    return _page("question.html", shared, reasons=reasons, error=_("Choose an answer"), view=_radios(step.name, step.title, step.why, step.choices, reasons))


def _ask_work(step: Step, shared: Mapping[str, object]) -> str | Response:
    """In everyday words; then the groups that they may mean, to choose from."""
    job = clean(request.args.get("job", ""))[:LONGEST_JOB]
    found = find_occupations(job, choose_language()) if job else ()
    sent, choosing = request.args.get("asked") == WORK, bool(request.args.get("choosing"))
    if found:
        reasons = (Reason("field_not_a_choice", {"field": WORK}),) if sent and choosing else ()
        choices = (*((match.code, match.title, _hint(match)) for match in found), (UNSURE, _("None of these"), ""))
        view = _radios(WORK, _("Which of these is it?"), _("You wrote: %(words)s", words=job), choices, reasons)
        return _page("work_found.html", shared, reasons=reasons, error=_("Choose an answer"), view=view, again=_job(step, job, again=True), job=job)
    reasons = (Reason("field_blank", {"field": "job"}),) if sent and not job else ()
    return _page("work.html", shared, reasons=reasons, error=_("Write what you do, or skip the question"), view=_job(step, job), job=job)


def _hint(match: Match) -> str:
    """The everyday word that led to a group; its note is written in Spanish only."""
    words = [match.word or "", match.note if choose_language() == "es" else ""]
    return " · ".join(filter(None, words))


def _job(step: Step, job: str, *, again: bool = False) -> FieldView:
    label = _("Or say it in other words") if again else step.title
    return simple_view("job", label, hint="" if again else step.why, value=job, heading=not again, classes="govuk-input--width-20")


def _radios(name: str, title: str, why: str, choices: questions.Choices, reasons: tuple[Reason, ...]) -> FieldView:
    return simple_view(
        name, title, kind="choice", hint=why, heading=True, always_radios=True,
        choices=[(value, text) for value, text, _hint in choices], hints={value: hint for value, _text, hint in choices},
    )


def _page(template: str, shared: Mapping[str, object], *, view: FieldView, reasons: tuple[Reason, ...], error: str, **more: object) -> str | Response:
    if reasons:
        view = replace(view, params={**view.params, "errorMessage": {"text": error, "visuallyHiddenText": _("Error")}})
    page = render_template(f"pages/public/{template}", **shared, view=view, reasons_of_form=reasons, error=error, field_id=view.params["name"], **more)
    return Response(page, status=422, mimetype="text/html") if reasons else page


# ── answering


def _answer(answers: Mapping[str, str], names: tuple[str, ...], views: tuple[ProcedureView, ...]) -> str:
    choice = choose(questions.rules(), views, answers)
    by_id = {view.id: view for view in views}
    country = questions.country_name(answers["country"]) if answers["country"] != questions.OTHER else ""
    shared = {
        "said": _said(answers, names), "choice": choice, "why": reasoned(choice.rule) if choice.rule else None,
        "minds": [reasoned(rule) for rule in choice.minds],
        "also": [_beside(by_id[told.procedure], reasoned(told.rule)) for told in choice.also if told.procedure],
        "others": [_beside(by_id[name]) for name in choice.others], "country": country,
    }
    if choice.procedure is None:
        return render_template("pages/public/not_yet.html", **shared, title=_title_without(choice, country))
    leaflet = describe(by_id[choice.procedure], answers=answers, lacks=questions.rules().lacks.get(answers.get("papers", ""), frozenset()))
    return render_template(
        "pages/public/answer.html", **shared, title=_title(choice), answer=leaflet, then=_beside(by_id[choice.then]) if choice.then else None,
        may_start=may_start(), sign_in=_sign_in(leaflet, _address(answers)),
    )


def _title(choice: Choice) -> str:
    if choice.says is Says.FIRST:
        return _("Begin with this procedure")
    return _("You may need no recognition") if choice.says is Says.NOT_NEEDED else _("This is the procedure that serves you")


def _title_without(choice: Choice, country: str) -> str:
    if choice.says is Says.ELSEWHERE:
        return _("This is decided elsewhere")
    if choice.says is Says.NOT_NEEDED:
        return _("You may need no recognition")
    return _("%(country)s: not yet", country=country) if country else _("Not yet")


def _said(answers: Mapping[str, str], names: tuple[str, ...]) -> list[Said]:
    """Every question with its answer, in order; those that were passed over can be answered still."""
    def one(name: str) -> Said:
        text = questions.spoken(name, answers) if name in answers else ""
        others = {other: value for other, value in answers.items() if other != name}
        return Said(questions.step(name, answers).title, text, _address(others, change=name))

    return [one(name) for name in names]


def _beside(view: ProcedureView, why: Reasoned | None = None) -> Beside:
    words = surroundings().library.words(choose_language()).of(view.definition)
    return Beside(words.text("title"), f"/procedures/{view.id}", why)


def _sign_in(leaflet: Leaflet, here: str) -> str:
    return SIGN_IN_PATH + "?" + urlencode({"next": here})


def may_start() -> bool:
    """Whether the reader is signed in as somebody who may apply."""
    return g.actor is not None and Role.APPLICANT in g.actor.roles
