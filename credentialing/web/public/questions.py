"""The questions of the route finder in words: what is asked, why, and the answers to choose from. Which of them are asked is decided elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from babel import Locale
from flask import g

from credentialing.resources import data_dir
from credentialing.services import confirming
from credentialing.web.language import _, choose_language
from credentialing.web.surroundings import surroundings
from credentialing.workflow.finder import REGION, WORK, aim_of
from credentialing.workflow.finder_rules import KINDS, UNSURE, FinderRules, finder_rules
from credentialing.workflow.library import ProcedureView
from credentialing.workflow.reference import occupation_words
from credentialing.workflow.registry import FIELDS

OTHER: Final = "other"
Choices = tuple[tuple[str, str, str], ...]
Given = Mapping[str, str]
_KINDS_FOR: Final[Mapping[str, tuple[str, ...]]] = {
    "degree": ("degree",), "school": ("school",), "skills": ("rpl",), "certificate": ("rpl", "mutual_recognition"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One question: its name in the address, its words, and its choices as (value, text, hint); the question about work is answered in words instead."""

    name: str
    title: str
    why: str
    choices: Choices

    @property
    def values(self) -> frozenset[str]:
        """The answers it takes."""
        return frozenset(value for value, _text, _hint in self.choices)


def rules() -> FinderRules:
    """The rules of the route finder."""
    return finder_rules(data_dir("workflows"))


def is_open(view: ProcedureView) -> bool:
    """Whether an application can be begun here today: well sourced, or confirmed here by those who may."""
    if "startable" not in g:
        here = surroundings()
        g.startable = confirming.startable(here.office) if here.office else {each.id for each in here.library.procedures() if each.enabled}
    return view.id in g.startable


def country_name(code: str) -> str:
    """A country in the reader's language; procedures that belong to no single one have a word of their own."""
    return _("Several countries") if code == REGION else Locale.parse(choose_language()).territories.get(code, code)


def group_title(code: str) -> str | None:
    """The title of an ISCO-08 unit group in the reader's language, None for anything else."""
    group = occupation_words(data_dir("workflows"))[0].get(code) if len(code) == 4 else None
    return group.titles[choose_language()] if group else None


def step(name: str, given: Given) -> Step:
    """The question of that name for somebody who gave these answers."""
    return _QUESTIONS[name](given)


def takes(name: str, value: str, given: Given) -> bool:
    """Whether `value` answers the question."""
    return (value == UNSURE or group_title(value) is not None) if name == WORK else value in step(name, given).values


def spoken(name: str, given: Given) -> str:
    """The answer to a question in the words in which it was given."""
    if name == WORK:
        return group_title(given[name]) or _("Profession not said")
    return next(text for value, text, _hint in step(name, given).choices if value == given[name])


def _own_words(field: str) -> Choices:
    """The choices of a field of the form, in its own words, so that the finder and the form say the same; then "not sure"."""
    words = surroundings().library.words(choose_language()).shared()
    named = [(value, words.text(f"fields.{field}.values.{value}"), "") for value in FIELDS[field].values]
    return (*named, (UNSURE, _("I am not sure"), ""))


def _want(given: Given) -> Step:
    return Step("want", _("What do you want to have recognised?"), _("There is a procedure for studies and another for what you can do."), (
        ("degree", _("A degree or a title"), _("You finished studies at a university or a technical institute.")),
        ("skills", _("What I can do"), _("You learnt a trade at work, with or without papers.")),
        ("school", _("School studies"), _("Primary or secondary school, with or without the school-leaving title.")),
        ("certificate", _("A certificate of skills"), _("An institute of another country has already certified what you can do.")),
        (UNSURE, _("I am not sure"), _("One more question will tell.")),
    ))


def _studied(given: Given) -> Step:
    why = _("A finished degree can be recognised. What you learnt without a degree can be certified.")
    return Step("studied", _("Did you finish studies after school?"), why, (
        ("finished", _("Yes, I have a degree or a title"), _("Also when the paper is lost.")),
        ("begun", _("I began and did not finish"), ""),
        ("school", _("No, I finished school"), ""),
        ("none", _("No"), ""),
    ))


def _country(given: Given) -> Step:
    views = surroundings().library.procedures()
    wanted = _KINDS_FOR.get(aim_of(given) or "", KINDS)
    open_here = {view.country for view in views if view.kind in wanted and is_open(view)}
    codes = sorted({*rules().countries, *(view.country for view in views)} - {REGION}, key=lambda code: (code not in open_here, country_name(code)))
    named: list[tuple[str, str, str]] = [(code, country_name(code), _("You can apply here.") if code in open_here else "") for code in codes]
    why = _("Each country has its own procedures. Some can be begun here, of the others you see the facts.")
    return Step("country", _("In which country do you live?"), why, (*named, (OTHER, _("Another country"), "")))


def _purpose(given: Given) -> Step:
    why = _("Some work needs no recognition, and some professions need a licence as well.")
    return Step("purpose", _("What do you need it for?"), why, _own_words("purpose"))


def _level(given: Given) -> Step:
    return Step("level", _("Which degree is it?"), _("The fee and the papers depend on it, and sometimes the procedure."), _own_words("study_level"))


def _origin(given: Given) -> Step:
    here = given.get("country")
    named = sorted(((code, country_name(code), "") for code in ("VE", *rules().countries) if code != here), key=lambda choice: choice[1])
    why = _("Some countries have agreed to recognise each other's certificates.")
    return Step("origin", _("Which country gave you the certificate?"), why, (*named, (OTHER, _("Another country"), "")))


def _work(given: Given) -> Step:
    if aim_of(given) == "skills":
        return Step(WORK, _("What work do you do?"), _("In your own words, as you would tell a neighbour. For example: bricklayer, pastry cook, welder."), ())
    return Step(WORK, _("What is your profession?"), _("In your own words. For example: nurse, civil engineer, teacher, lawyer."), ())


def _papers(given: Given) -> Step:
    why = _("You can go on with any of these answers. Only the way changes.")
    nothing, unsure = ("nothing", _("I have nothing"), _("There is another way, with other proof.")), (UNSURE, _("I do not know"), "")
    if aim_of(given) == "skills":
        return Step("papers", _("What do you have of your work?"), why, (
            ("letters", _("Letters, payslips or contracts"), ""), ("photos", _("Photos or videos of my work"), ""),
            ("nothing", _("Nothing written"), _("There is another way: a sworn statement, or somebody who saw you work.")), unsure,
        ))
    if aim_of(given) == "school":
        return Step("papers", _("What do you have of your school studies?"), why, (
            ("apostille", _("The certified marks or the title, with an apostille"), ""),
            ("degree", _("The certified marks or the title, without an apostille"), ""),
            ("copy", _("Only a copy or a photo"), ""), nothing, unsure,
        ))
    return Step("papers", _("What do you have of your degree?"), why, (
        ("apostille", _("The degree with an apostille"), _("On paper, or electronic with a code.")),
        ("degree", _("The degree, without an apostille"), ""), ("copy", _("Only a copy or a photo"), ""), nothing, unsure,
    ))


_QUESTIONS: Final[Mapping[str, Callable[[Given], Step]]] = {
    "want": _want, "studied": _studied, "country": _country, "purpose": _purpose, "level": _level, "origin": _origin, WORK: _work, "papers": _papers,
}

NAMES: Final = tuple(_QUESTIONS)  # every question, in order
