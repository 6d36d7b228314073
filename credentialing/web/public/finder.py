"""The route finder: a few questions, one a page, no account, nothing kept. The answers stand in the address, so the browser's own back button works."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from babel import Locale
from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from credentialing.domain.errors import Reason
from credentialing.domain.people import Role
from credentialing.web.forms import FieldView, simple_view
from credentialing.web.gate import PUBLIC, SIGN_IN_PATH, route
from credentialing.web.language import choose_language
from credentialing.web.public.answers import describe
from credentialing.web.surroundings import surroundings

blueprint = Blueprint("finder", __name__)

# Whom to ask for a degree where this service has no procedure yet: the authority by its own name.
ELSEWHERE: Mapping[str, str] = {
    "PE": "SUNEDU", "EC": "SENESCYT", "CL": "Universidad de Chile", "AR": "Secretaría de Educación", "BR": "Plataforma Carolina Bori", "MX": "SEP",
    "CR": "CONARE", "PA": "Universidad de Panamá", "DO": "MESCyT", "UY": "Ministerio de Educación y Cultura",
    "TT": "Accreditation Council of Trinidad and Tobago", "GY": "National Accreditation Council of Guyana",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One question: its name in the address, its words, and its choices as (value, text, hint)."""

    name: str
    title: str
    why: str
    choices: tuple[tuple[str, str, str], ...]

    @property
    def values(self) -> frozenset[str]:
        """The answers it takes."""
        return frozenset(value for value, _text, _hint in self.choices)


@route(blueprint, "/route", who=PUBLIC)
def find() -> str | Response:
    """The next open question, or the answer when nothing is open."""
    answers: dict[str, str] = {}
    while (step := _next(answers)) is not None:
        given = request.args.get(step.name, "")
        if given not in step.values:
            return _ask(step, answers)
        answers[step.name] = given
    if request.args.get("asked"):
        return redirect(_address(answers), code=303)
    return _answer(answers)


def _next(answers: Mapping[str, str]) -> Step | None:
    """The first question of the path that these answers lead along and that is still open."""
    for name in _path(answers):
        if name not in answers:
            return _QUESTIONS[name](answers)
    return None


def _path(answers: Mapping[str, str]) -> tuple[str, ...]:
    middle = ("studied",) if answers.get("want") == "unsure" else ()
    last = ("papers",) if _is_open(answers.get("country", "CO")) else ()
    return ("want", *middle, "country", *last)


def _is_open(country: str) -> bool:
    return country == "CO"


def kind_of(answers: Mapping[str, str]) -> str:
    """Which kind of procedure fits: `degree` or `rpl`."""
    wants_degree = answers["want"] == "degree" or (answers["want"] == "unsure" and answers.get("studied") == "finished")
    return "degree" if wants_degree else "rpl"


def _want(answers: Mapping[str, str]) -> Step:
    return Step("want", _("What do you want to have recognised?"), _("There is a procedure for studies and another for what you can do."), (
        ("degree", _("A degree or a title"), _("You finished studies at a university or a technical institute.")),
        ("skills", _("What I can do"), _("You learnt a trade at work, with or without papers.")),
        ("unsure", _("I am not sure"), _("One more question will tell.")),
    ))


def _studied(answers: Mapping[str, str]) -> Step:
    why = _("A finished degree can be recognised. What you learnt without a degree can be certified.")
    return Step("studied", _("Did you finish studies after school?"), why, (
        ("finished", _("Yes, I have a degree or a title"), _("Also when the paper is lost.")),
        ("begun", _("I began and did not finish"), ""),
        ("none", _("No"), ""),
    ))


def _country(answers: Mapping[str, str]) -> Step:
    names = Locale.parse(choose_language()).territories
    others = sorted(((code, names[code], "") for code in ELSEWHERE), key=lambda choice: choice[1])
    return Step("country", _("In which country do you live?"), _("Each country has its own procedure. Today this service handles cases of Colombia."), (
        ("CO", names["CO"], _("You can apply here.")), *others, ("other", _("Another country"), ""),
    ))


def _papers(answers: Mapping[str, str]) -> Step:
    why = _("You can go on with any of these answers. Only the way changes.")
    if kind_of(answers) == "rpl":
        return Step("papers", _("What do you have of your work?"), why, (
            ("letters", _("Letters, payslips or contracts"), ""), ("photos", _("Photos or videos of my work"), ""),
            ("nothing", _("Nothing written"), _("There is another way: a sworn statement, or somebody who saw you work.")),
            ("unsure", _("I do not know"), ""),
        ))
    return Step("papers", _("What do you have of your degree?"), why, (
        ("apostille", _("The degree with an apostille"), _("On paper, or electronic with a code.")),
        ("degree", _("The degree, without an apostille"), ""), ("copy", _("Only a copy or a photo"), ""),
        ("nothing", _("I have nothing"), _("There is another way, with other proof.")), ("unsure", _("I do not know"), ""),
    ))


_QUESTIONS = {"want": _want, "studied": _studied, "country": _country, "papers": _papers}


def _address(answers: Mapping[str, str]) -> str:
    return "/route" + ("?" + urlencode(answers) if answers else "")


def _ask(step: Step, answers: Mapping[str, str]) -> str | Response:
    reasons = (Reason("field_not_a_choice", {"field": step.name}),) if request.args.get("asked") == step.name else ()
    before = dict(list(answers.items())[:-1])
    path = _path(answers)
    page = render_template(
        "pages/public/question.html", step=step, view=_view(step, reasons), answers=answers, number=path.index(step.name) + 1, total=len(path),
        reasons_of_form=reasons, error=_("Choose an answer"), way_back=_address(before) if answers else "/",
    )
    return Response(page, status=422, mimetype="text/html") if reasons else page


def _view(step: Step, reasons: tuple[Reason, ...]) -> FieldView:
    view = simple_view(
        step.name, step.title, kind="choice", hint=step.why, heading=True, always_radios=True,
        choices=[(value, text) for value, text, _hint in step.choices], hints={value: hint for value, _text, hint in step.choices},
    )
    if not reasons:
        return view
    return replace(view, params={**view.params, "errorMessage": {"text": _("Choose an answer"), "visuallyHiddenText": _("Error")}})


def _answer(answers: Mapping[str, str]) -> str:
    spoken = _spoken(answers)
    if not _is_open(answers["country"]):
        return _not_yet(answers, spoken, country=answers["country"])
    fitting = [view for view in surroundings().library.procedures() if view.country == answers["country"] and view.kind == kind_of(answers)]
    if not fitting:
        return _not_yet(answers, spoken, country="other")
    here = _address(answers)
    other_want = "skills" if kind_of(answers) == "degree" else "degree"
    return render_template(
        "pages/public/answer.html", spoken=spoken, kind=kind_of(answers), answer=describe(fitting[0], papers=answers["papers"]), may_start=_may_start(),
        sign_in=SIGN_IN_PATH + "?" + urlencode({"next": here}), other_kind=_address({"want": other_want, "country": answers["country"], "papers": "unsure"}),
    )


def _not_yet(answers: Mapping[str, str], spoken: list[str], *, country: str) -> str:
    name = Locale.parse(choose_language()).territories.get(country)
    return render_template("pages/public/not_yet.html", spoken=spoken, country=name, authority=ELSEWHERE.get(country), kind=kind_of(answers))


def _spoken(answers: Mapping[str, str]) -> list[str]:
    """The answers in the words in which they were given."""
    said: list[str] = []
    known: dict[str, str] = {}
    for name, value in answers.items():
        said += [text for one, text, _hint in _QUESTIONS[name](known).choices if one == value]
        known[name] = value
    return said


def _may_start() -> bool:
    return g.actor is not None and Role.APPLICANT in g.actor.roles
